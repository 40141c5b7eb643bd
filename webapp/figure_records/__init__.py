"""The records behind a figure: as many rows as the figure says, paged, masked, to be taken home."""

from webapp.figure_records.views import bp

__all__ = ["bp"]
