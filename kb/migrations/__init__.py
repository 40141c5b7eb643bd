"""Bringing a database to the present tables."""
