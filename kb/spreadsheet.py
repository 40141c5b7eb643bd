"""Cells of a table that people open in a spreadsheet and hand back."""

# A spreadsheet would run a cell that begins so, full-width marks included; a quote before it
# makes it text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def as_text(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def as_typed(cell: str) -> str:
    """The cell without the quote that ``as_text`` put before it."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
