"""The process that recognises one file's pages: `python -m docs_import.ocr.child`.

Standard input: one line of JSON {"file_type", "size", "limits"}, then `size` bytes, then page
numbers, one a line. For each number one line of JSON on standard output: {"page": …} or
{"error": {"code", "message"}}. Ends with its input. Started by `docs_import.ocr.recogniser`.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from docs_import.child import bind
from docs_import.errors import DocumentUnreadable
from docs_import.ocr.limits import OcrLimits


def main() -> int:
    """Answer until the input ends; anything unexpected ends with a traceback and exit 1."""
    source = sys.stdin.buffer
    header = json.loads(source.readline())
    limits = OcrLimits(**header["limits"])
    bind(limits)
    data = source.read(header["size"])
    reader = _Reader(data, header["file_type"], limits)
    for line in source:
        try:
            answer = reader.answer(int(line))
        except MemoryError:
            answer = {"error": {"code": "out_of_memory", "message": ""}}
        sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
        sys.stdout.buffer.flush()
    return 0


class _Reader:
    def __init__(self, data: bytes, file_type: str, limits: OcrLimits) -> None:
        # Loaded here: the bounds must hold before the heavy parts come in.
        from docs_import.ocr.engine import Engine

        self._engine = Engine(limits.threads)
        self._data, self._file_type, self._limits = data, file_type, limits
        self._pictures: Any = None

    def answer(self, number: int) -> dict[str, Any]:
        import numpy as np

        from docs_import.ocr.pictures import open_pictures
        from docs_import.ocr.reading import arranged

        try:
            if self._pictures is None:
                self._pictures = open_pictures(self._data, self._file_type, self._limits.max_pixels)
            picture = np.asarray(self._pictures.page(number))[:, :, ::-1].copy()
        except DocumentUnreadable as error:
            return {"error": {"code": error.code, "message": error.message}}
        quarters, seen = self._engine.read(picture)
        height, width = picture.shape[:2]
        if quarters % 2:
            width, height = height, width
        return {"page": asdict(arranged(number, quarters, width, height, seen))}


if __name__ == "__main__":
    raise SystemExit(main())
