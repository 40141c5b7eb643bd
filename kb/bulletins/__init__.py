"""统计 figures: one dictionary of definitions, counted from the records by a city's choices."""
