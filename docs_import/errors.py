"""The one way a document can fail to be read."""

from __future__ import annotations


class DocumentUnreadable(Exception):
    """Raised when the bytes cannot become a document.

    :ivar code: stable word for programs: empty, encrypted, corrupt, wrong_suffix, too_large,
        unsupported, no_reader (a program of the server is missing), no_text, too_complex,
        timeout, out_of_memory, crashed.
    :ivar message: Chinese sentence for people: what is wrong and what to do.
    :ivar context: figures for the log (sizes, limits); never text of the document.
    """

    def __init__(self, code: str, message: str, **context: str | int | float) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.context = context

    def __str__(self) -> str:
        return self.message
