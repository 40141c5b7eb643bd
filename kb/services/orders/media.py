"""What an order's file is by its first bytes: what a browser may show or play by itself.

The name is typed by people and says nothing.
"""

from collections.abc import Callable

HEAD_BYTES = 1024
_PLAYED: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("audio/mpeg", lambda head: head.startswith(b"ID3") or _is_mpeg_frame(head)),
    ("audio/wav", lambda head: head.startswith(b"RIFF") and head[8:12] == b"WAVE"),
    ("audio/ogg", lambda head: head.startswith(b"OggS")),
    ("audio/flac", lambda head: head.startswith(b"fLaC")),
    ("audio/mp4", lambda head: head[4:8] == b"ftyp" and head[8:11] == b"M4A"),
    ("video/mp4", lambda head: head[4:8] == b"ftyp" and head[8:10] in (b"is", b"mp", b"av", b"3g")),
    ("video/webm", lambda head: head.startswith(b"\x1aE\xdf\xa3")),
)


def played_type(head: bytes) -> str:
    """The media type of a recording that browsers play; empty for anything else."""
    return next((kind for kind, fits in _PLAYED if fits(head)), "")


def _is_mpeg_frame(head: bytes) -> bool:
    """An MPEG audio frame, layer III: eleven bits of sync, then version and layer."""
    return len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[2] != 0xFF
