"""Bytes in, ParsedDocument out: readers, structure and metadata of Chinese official documents."""
