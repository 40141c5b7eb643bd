r"""Prepare RTF for striprtf: its characters as \u, its tables as marks in the text.

striprtf drops where cells and rows end and decodes bytes by the font of the Latin text, which
breaks the Chinese that Word and WPS write under \dbch. Both are settled before it runs.
"""

from __future__ import annotations

import re

TABLE, CELL, ROW, CELL_EDGE, JOINS_ABOVE, JOINS_LEFT = map(chr, range(0xE000, 0xE006))
TITLE = "\ue006"
"""Stands in a paragraph that is centred in large type."""
MARKS = re.compile(f"([{TABLE}{CELL}{ROW}{CELL_EDGE}{JOINS_ABOVE}{JOINS_LEFT}])")
"""Characters of private use that stand for what a table is made of."""

_WORDS = {
    "trowd": TABLE, "cell": CELL, "row": ROW, "cellx": CELL_EDGE, "clvmrg": JOINS_ABOVE,
    "clmrg": JOINS_LEFT, "nestcell": " ", "nestrow": "\n",
}  # fmt: skip
_TOKEN = re.compile(
    r"\\\\|\\uc(?P<uc>\d{1,2}) ?|\\u(?P<code>-?\d{1,7}) ?|(?P<hex>(?:\\'[0-9a-f]{2}[\r\n]*)+)"
    r"|\\bin(?P<bin>\d{1,9}) ?|\\(?P<shape>pard|qc|fs(?P<size>\d{1,4}))(?![a-z0-9])"
    r"|\\(?P<word>" + "|".join(sorted(_WORDS, reverse=True)) + r")"
    r"(?:-?\d{1,10})?(?![a-z]) ?",
    re.IGNORECASE,
)
_LARGE = 32  # half-points: 三号 and above, when centred, is a title
_HEX = re.compile(r"\\'([0-9a-f]{2})", re.IGNORECASE)
_FALLBACK = re.compile(r"\\'[0-9a-f]{2}|[^\\{}\r\n]", re.IGNORECASE)
_CODE_PAGE = re.compile(r"\\ansicpg(\d{3,5})")
_CHARSETS = {"936": "gb18030", "54936": "gb18030", "950": "big5hkscs", "65001": "utf-8"}
_FONT_CHARSETS = (("\\fcharset134", "gb18030"), ("\\fcharset136", "big5hkscs"))


def marked(text: str) -> str:
    r"""Return the RTF with every character above ASCII as \u and tables marked.

    :param text: the file's bytes, each as the character of its number.
    """
    charset = _charset(text)
    parts: list[str] = []
    at, skip, centred = 0, 1, False
    while token := _TOKEN.search(text, at):
        parts.append(text[at : token.start()])
        at = token.end()
        if token["uc"]:
            skip = min(int(token["uc"]), 9)
            parts.append(f"\\uc{skip} ")
        elif token["code"]:
            for _ in range(skip):
                if fallback := _FALLBACK.match(text, at):
                    at = fallback.end()
            parts.append(_unicode(int(token["code"]) % 0x10000, skip))
        elif token["hex"]:
            words, at = _words(token["hex"], text, at, charset)
            parts += (_unicode(unit, skip) for unit in _units(words))
        elif token["bin"]:
            at += int(token["bin"])
        elif token["shape"]:
            centred = token["shape"] == "qc" or (centred and token["shape"] != "pard")
            parts.append(token.group())
            if centred and int(token["size"] or 0) >= _LARGE:
                parts.append(_unicode(ord(TITLE), skip))
        elif token["word"]:
            parts.append(_unicode(ord(_WORDS[token["word"].lower()]), skip))
        else:
            parts.append(token.group())
    parts.append(text[at:])
    return "".join(parts)


def _charset(text: str) -> str:
    head = text[:200_000]
    page = _CODE_PAGE.search(head)
    if page and page[1] in _CHARSETS:
        return _CHARSETS[page[1]]
    return next((name for sign, name in _FONT_CHARSETS if sign in head), "cp1252")


def _words(run: str, text: str, at: int, charset: str) -> tuple[str, int]:
    """Decode a run of \\'xx; the second byte of a character may follow as a plain letter."""
    data = bytes(int(pair, 16) for pair in _HEX.findall(run))
    try:
        return data.decode(charset), at
    except UnicodeDecodeError as error:
        is_half = error.end == len(data) and error.start == len(data) - 1
        if is_half and at < len(text) and "@" <= text[at] <= "~" and text[at] not in "\\{}":
            data, at = data + text[at].encode("ascii"), at + 1
    return data.decode(charset, errors="replace"), at


def _units(words: str) -> list[int]:
    data = words.encode("utf-16-le")
    return [int.from_bytes(data[i : i + 2], "little") for i in range(0, len(data), 2)]


def _unicode(number: int, skip: int) -> str:
    return f"\\u{number} " + "?" * skip
