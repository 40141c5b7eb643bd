"""Take out characters that no document means: NUL, controls, lone surrogates, bidi overrides."""

from __future__ import annotations

import re

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean_text(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the text without such characters, and Chinese warnings when it had any."""
    warnings: list[str] = []
    text, surrogates = _SURROGATE.subn("", text)
    if surrogates:
        warnings.append(f"已清除 {surrogates} 个残缺的字符（不成对的代理码），请核对原文。")
    text, controls = _INVISIBLE.subn("", text)
    if controls:
        warnings.append(f"已清除 {controls} 个不可见的控制字符。")
    return text, tuple(warnings)
