"""rapidocr: boxes of lines on a picture, and the characters in them with their probabilities.

Only the recognising child imports this module: it needs the extra and about 0.7 GB.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from rapidocr import RapidOCR
from rapidocr.main import RapidOCRError
from rapidocr.utils.process_img import map_boxes_to_original

from docs_import.ocr.doubts import Words, better

Picture = np.ndarray[Any, np.dtype[np.uint8]]  # rows, columns, blue-green-red
# The longer side of what the detector looks at: lowers memory from 0.9 to 0.7 GB.
_DETECT_SIDE = 1_600
_TALL = 1.5
_UPSIDE_DOWN = "180"
_SURE = 0.9
# Of 255: how much redder than anything else a seal is, and how dark writing is at least.
_RED, _DARK = 40, 120
_SOME_RED, _SOME_DARK = 0.01, 0.02


@dataclass(frozen=True)
class SeenLine:
    """A line as the engine saw it.

    :ivar corners: x, y of top left, top right, bottom right, bottom left in pixels.
    :ivar chances: one probability a character of `text`.
    """

    corners: tuple[tuple[float, float], ...]
    text: str
    chances: tuple[float, ...]


class Engine:
    """The loaded models; one at a time on a machine is enough."""

    def __init__(self, threads: int) -> None:
        # Its annotations are narrower than what it returns.
        self._ocr: Any = RapidOCR(
            params={
                "Global.use_cls": False,
                "Global.log_level": "error",
                "Global.return_word_box": True,
                "Global.max_side_len": 4_000,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                "Det.limit_type": "max",
                "Det.limit_side_len": _DETECT_SIDE,
            }
        )

    def read(self, picture: Picture) -> tuple[int, list[SeenLine]]:
        """Return how many quarter turns clockwise make the picture upright, and its lines then.

        Lines come in no particular order; their corners are those of the upright picture.
        """
        quarters, upright = 0, picture
        crops, boxes = self._detect(upright)
        if _are_tall(boxes):
            quarters, upright = 1, _turned(picture, 1)
            crops, boxes = self._detect(upright)
        if self._is_upside_down(crops):
            quarters += 2
            upright = _turned(picture, quarters)
            crops, boxes = self._detect(upright)
        return quarters, self._recognise(crops, boxes)

    def _detect(self, picture: Picture) -> tuple[list[Picture], Any]:
        image, record = self._ocr.preprocess_img(picture)
        try:
            crops, found = self._ocr.detect_and_crop(image, record)
        except RapidOCRError:  # its way to say that there is no text
            return [], np.zeros((0, 4, 2))
        height, width = picture.shape[:2]
        return crops, map_boxes_to_original(found.boxes, record, height, width)

    def _is_upside_down(self, crops: list[Picture]) -> bool:
        """A vote of the lines, each by its length: a single line is often judged wrongly."""
        if not crops:
            return False
        _, found = self._ocr.cls_and_rotate(crops)
        votes = [
            (label == _UPSIDE_DOWN and chance > _SURE, crop.shape[1])
            for (label, chance), crop in zip(found.cls_res, crops, strict=True)
        ]
        against = sum(length for is_turned, length in votes if is_turned)
        return against * 2 > sum(length for _, length in votes)

    def _recognise(self, crops: list[Picture], boxes: Any) -> list[SeenLine]:
        if not crops:
            return []
        read = self._words(crops)
        sealed = [at for at, crop in enumerate(crops) if _is_under_seal(crop)]
        # Red light does not see the red of a seal, and the black under it as well as ever.
        again = self._words([_in_red_light(crops[at]) for at in sealed])
        for at, words in zip(sealed, again, strict=True):
            read[at] = better(read[at], words)
        return [
            SeenLine(tuple((float(x), float(y)) for x, y in box), text, chances)
            for box, (text, chances) in zip(boxes, read, strict=True)
            if text.strip()
        ]

    def _words(self, crops: list[Picture]) -> list[Words]:
        if not crops:
            return []
        found = self._ocr.recognize_txt(crops)
        return [
            (text, tuple(word.confs)[: len(text)])
            for text, word in zip(found.txts, found.word_results, strict=True)
        ]


def _is_under_seal(crop: Picture) -> bool:
    """Tell whether red lies over dark writing; a red letterhead has no dark in it."""
    blue, green, red = (crop[:, :, at].astype(np.int16) for at in range(3))
    is_red = red - np.maximum(blue, green) > _RED
    is_dark = np.maximum(red, np.maximum(blue, green)) < _DARK
    return bool(is_red.mean() > _SOME_RED and is_dark.mean() > _SOME_DARK)


def _in_red_light(crop: Picture) -> Picture:
    return np.ascontiguousarray(np.repeat(crop[:, :, 2:], 3, axis=2))


def _are_tall(boxes: Any) -> bool:
    """Tell whether most of the writing stands on end; the longer a box the more it counts."""
    tall = wide = 0.0
    for box in boxes:
        across = float(np.linalg.norm(box[1] - box[0]))
        down = float(np.linalg.norm(box[3] - box[0]))
        if down > _TALL * across:
            tall += down
        elif across > _TALL * down:
            wide += across
    return tall > wide


def _turned(picture: Picture, quarters: int) -> Picture:
    return np.ascontiguousarray(np.rot90(picture, -quarters))
