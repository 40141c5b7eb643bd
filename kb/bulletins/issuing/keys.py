"""The records behind the figures of an edition, packed: each number's list can be opened for good.

All record numbers once, sorted; for each address the places in that list, as gaps between them.
"""

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence

import numpy as np

Key = tuple[str, str]  # kind of record and its number


def pack(behind: Mapping[str, Sequence[Key]]) -> bytes:
    """The packed lists."""
    every = sorted({key for keys in behind.values() for key in keys})
    places = {key: at for at, key in enumerate(every)}
    lists = {
        address: _gaps(sorted(places[key] for key in keys)) for address, keys in behind.items()
    }
    text = json.dumps({"keys": every, "behind": lists}, ensure_ascii=False)
    return zlib.compress(text.encode(), 9)


def unpack(packed: bytes, address: str) -> list[Key] | None:
    """The records behind one figure; ``None`` when none were kept for it."""
    data = json.loads(zlib.decompress(packed))
    gaps = data["behind"].get(address)
    if gaps is None:
        return None
    places = np.cumsum(np.frombuffer(zlib.decompress(b64decode(gaps)), dtype="<u4"))
    keys = data["keys"]
    return [(keys[at][0], keys[at][1]) for at in places]


def _gaps(places: Sequence[int]) -> str:
    steps = np.diff(np.array([0, *places], dtype="<u4"))
    return b64encode(zlib.compress(steps.astype("<u4").tobytes(), 9)).decode()
