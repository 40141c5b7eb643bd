"""Reads for pages: lists, counts and figures. Nothing here changes anything."""
