"""词典: the word lists of the search, changed in pages, previewed, saved as versions."""

from webapp.dictionary import drafts, entries, history, lines, listing
from webapp.dictionary.blueprint import bp

__all__ = ["bp", "drafts", "entries", "history", "lines", "listing"]
