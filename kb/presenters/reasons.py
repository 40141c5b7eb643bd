"""Why a result is shown, in one quiet line and as data; every word comes from the match."""

from collections.abc import Iterable, Mapping
from typing import Any

from indexer.engine import Match
from indexer.normalise import normalise
from kb.services.found_items import FoundItem

MAX_PAIRS = 3
_VIA = {"synonym": "同义", "pinyin": "拼音", "typo": "错别字"}


def reasons(found: FoundItem) -> dict[str, Any]:
    """Where the words stand, what else was looked for, and how much of the question it holds.

    :returns: ``places``, ``synonyms``, ``pinyin``, ``typos`` ([said, looked for] each),
        ``coverage_percent`` (None without an index) and ``line``.
    """
    matched = found.hit.matched if found.hit else ()
    pairs = {via: _pairs(matched, via) for via in _VIA}
    percent = round(found.hit.coverage * 100) if found.hit else None
    places = _places(found, matched)
    return {
        "places": places,
        "synonyms": pairs["synonym"],
        "pinyin": pairs["pinyin"],
        "typos": pairs["typo"],
        "coverage_percent": percent,
        "line": _line(places, pairs, percent),
    }


def _places(found: FoundItem, matched: Iterable[Match]) -> list[str]:
    version = found.version
    texts = {
        "标题": normalise(version.title),
        "相似问": normalise("\n".join(version.variants)),
        "来电常用说法": normalise("\n".join(found.learned)),
    }
    terms = {match.term for match in matched}
    named = [place for place, text in texts.items() if any(term in text for term in terms)]
    number = normalise(version.document_number)
    if any(term in number and any(map(str.isdigit, term)) for term in terms):
        named.append("文号")
    if any(match.field == "passage" for match in matched):
        named.append("正文")
    return named


def _pairs(matched: Iterable[Match], via: str) -> list[list[str]]:
    """What was said and the words found for it; the parts of one phrase stand together."""
    found: dict[str, list[str]] = {}
    for match in matched:
        if match.via == via and match.term not in found.setdefault(match.original, []):
            found[match.original].append(match.term)
    return [[said, _longest(terms)] for said, terms in list(found.items())[:MAX_PAIRS]]


def _longest(terms: list[str]) -> str:
    whole = [term for term in terms if not any(term in other and term != other for other in terms)]
    return " ".join(whole)


def _line(places: list[str], pairs: Mapping[str, list[list[str]]], percent: int | None) -> str:
    parts = [f"命中：{'、'.join(places)}"] if places else []
    for via, label in _VIA.items():
        if pairs[via]:
            parts.append(f"{label}：" + "、".join(f"{said}→{read}" for said, read in pairs[via]))
    if percent is not None:
        parts.append(f"覆盖 {percent} %")
    return " · ".join(parts)
