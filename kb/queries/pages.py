"""Pages of a list, counted from 1."""


def within(page: int, total: int, size: int) -> int:
    """The page nearest to the wanted one that a list of so many rows has; page 1 of none."""
    return min(max(page, 1), max(1, -(-total // size)))
