"""What the pages of the corrections are sent, made into values; every fault has its sentence."""

import unicodedata
from collections.abc import Mapping

from kb.clauses import MAX_QUOTE
from kb.errors import InvalidInput
from kb.services.reporting import MAX_SAID, Report
from kb.terms import CorrectionKind

_BROKEN = "没有选中要纠错的条目，请从答案卡或条目页重新打开"


def number(text: str) -> int:
    """A whole number from a form.

    :raises InvalidInput: it is none.
    """
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise InvalidInput(_BROKEN)
    return int(text)


def number_or_none(text: str) -> int | None:
    """A whole number from an address, or ``None`` for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def report_of(form: Mapping[str, str]) -> Report:
    """A report as it was sent.

    :raises InvalidInput: no entry is named, or the kind is none of ours.
    """
    kind = form.get("kind", "")
    if kind not in set(CorrectionKind):
        raise InvalidInput("请选择哪里不对", {"kind": "请选择哪里不对"})
    call = form.get("call_id", "").strip()
    return Report(
        item_id=number(form.get("item", "")),
        version=number(form.get("version", "")),
        passage_ordinal=number(form.get("passage", "0")),
        kind=CorrectionKind(kind),
        # One character more than allowed is kept, so that too long a text is told, not cut.
        said=clean(form.get("said", ""))[: MAX_SAID + 1],
        quote=clean(form.get("quote", ""))[:MAX_QUOTE],
        call_id=number(call) if call else None,
    )


def clean(text: str) -> str:
    """Text as it may be stored anywhere: no control characters, no half surrogates."""
    text = text.replace("\r\n", "\n")
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))
