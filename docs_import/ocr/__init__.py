"""文字识别 of page pictures by rapidocr, an extra: in a child process of its own, page by page.

Importing this package loads nothing heavy; `available.is_available` tells whether the extra is
installed, `recogniser.Recogniser` reads pages, `assemble.document` makes a document of them.
"""
