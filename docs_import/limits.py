"""How much a document may ask for. One frozen set, passed in."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Limits for one file.

    Sizes are bytes unless named otherwise. `memory_bytes`, `cpu_seconds`, `wall_seconds`,
    `open_files` and `file_bytes` bind the reading child process. A converter of old Word files
    that the child starts may reserve `converter_memory_bytes` and take `converter_seconds`.
    """

    max_bytes: int = 50 * MB
    max_pages: int = 2_000
    max_image_pages: int = 200
    max_cells: int = 50_000
    max_sheet_cells: int = 500_000
    max_records: int = 20_000
    max_attachment_bytes: int = 25 * MB
    max_characters: int = 5_000_000
    max_depth: int = 200
    max_entries: int = 2_000
    max_unpacked_bytes: int = 200 * MB
    max_ratio: int = 100
    memory_bytes: int = 512 * MB
    converter_memory_bytes: int = 2_048 * MB
    cpu_seconds: int = 20
    converter_seconds: float = 20.0
    wall_seconds: float = 30.0
    open_files: int = 64
    file_bytes: int = 50 * MB
