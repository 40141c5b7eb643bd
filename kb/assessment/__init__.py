"""考核: scorecards of units from the figures of a bulletin. Pure: figures in, scores out."""
