"""通报 as a document: sections, texts and tables assembled from figures, then printed.

Pure. ``assembling`` makes one ``parts.Bulletin`` of a figures document, every printed number bound
to its address; ``kb.bulletins.rendering`` prints that one value as DOCX, XLSX and HTML.
"""
