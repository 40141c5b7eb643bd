"""答复检查: what a reviewer should look at in a reply before it goes out, each with its reason.

Pure: texts in, findings out. :mod:`kb.services.reply_checking` gathers the texts. The check
explains and never decides.
"""
