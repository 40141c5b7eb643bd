"""Decide the character set of Chinese text without being told.

Order: byte order mark, UTF-16 when NUL bytes or shape say so, strict UTF-8, then GB18030 or
Big5-HKSCS, whichever yields the commoner characters.
"""

from __future__ import annotations

import codecs
import re

from docs_import.errors import DocumentUnreadable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 20_000
# A page that says gb2312 or gbk means its superset.
_ALIASES = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "big5": "big5hkscs"}
_PUNCTUATION = frozenset("，。、；：？！“”‘’（）《》〔〕【】—…·％＋－／　")


def decode(data: bytes, declared: str = "") -> tuple[str, str]:
    """Return the text and the name of the character set it was read in.

    :param declared: what the file says about itself (`<meta charset>`), tried first.
    :raises DocumentUnreadable: corrupt, when no character set gives readable text.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, errors="replace"), name
    for name in _candidates(data, declared):
        text = _strict(data, name)
        if text is not None:
            return text, name
    return _damaged(data)


def _candidates(data: bytes, declared: str) -> list[str]:
    # Plain ASCII read two bytes at a time looks Chinese: only NUL bytes put UTF-16 first.
    wide = [name for name in (_utf16(data),) if name]
    names = [*wide, "utf-8"] if b"\x00" in data[:_SAMPLE] else ["utf-8", *wide]
    if declared:
        name = _ALIASES.get(declared.strip().lower(), declared.strip().lower())
        if name not in ("utf-16", "utf-32", "utf-7") and _known(name):
            names.append(name)
    return names + _by_score(data)


def _known(name: str) -> bool:
    try:
        return codecs.lookup(name).name != "utf-8" and codecs.lookup(name)._is_text_encoding
    except LookupError:
        return False


def _strict(data: bytes, name: str) -> str | None:
    """Decode all of it, but forgive a last character cut in half."""
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3 and error.start > 0:
            return data[: error.start].decode(name)
        return None


def _utf16(data: bytes) -> str:
    """Return utf-16-le or -be when the bytes without a mark are that, else ""."""
    sample = data[: _SAMPLE - _SAMPLE % 2]
    if len(sample) < 4 or len(data) % 2:
        return ""
    scores = {}
    for name in ("utf-16-le", "utf-16-be"):
        scores[name] = common_share(sample.decode(name, errors="replace"))
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] >= 0.8 else ""


def _by_score(data: bytes) -> list[str]:
    """GB18030 reads most Big5 as rare characters, so the commoner reading is the true one."""
    sample = data[:_SAMPLE]
    chinese = common_share(sample.decode("gb18030", errors="replace"))
    traditional = common_share(sample.decode("big5hkscs", errors="replace"))
    order = ["gb18030", "big5hkscs"]
    return order if chinese >= traditional else order[::-1]


def common_share(text: str) -> float:
    """Return which part of the text are common characters, 0.0 to 1.0 ("" gives 0.0)."""
    text = re.sub(r"\s", "", text)
    return sum(map(_is_common, text)) / len(text) if text else 0.0


def _is_common(char: str) -> bool:
    """ASCII, Chinese punctuation, GB 2312 level 1 or Big5 level 1."""
    if char in _PUNCTUATION or "!" <= char <= "~":
        return True
    if not "一" <= char <= "鿿":
        return False
    simplified = char.encode("gb2312", errors="ignore")
    if simplified and 0xB0 <= simplified[0] <= 0xD7:
        return True
    traditional = char.encode("big5", errors="ignore")
    return bool(traditional) and 0xA4 <= traditional[0] <= 0xC6


def _damaged(data: bytes) -> tuple[str, str]:
    """Take a text with a few broken bytes; refuse one that is mostly broken."""
    for name in ("utf-8", *_by_score(data)):
        text = data.decode(name, errors="replace")
        if text.count("\ufffd") * 100 <= len(text):
            return text, name
    raise DocumentUnreadable(
        "corrupt", "文字编码无法识别，内容可能已经损坏。请用 UTF-8 重新保存后再上传。"
    )
