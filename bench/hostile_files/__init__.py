"""The 72 hostile files, generated: nothing hostile is kept in the repository."""
