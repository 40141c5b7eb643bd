"""Editors' own first answers (置顶答案): a phrase said, an entry shown first."""

from __future__ import annotations

from .lexicon import BestBet, Lexicon
from .normalise import normalise
from .segment import Segmenter, is_chinese, pieces

LONGEST_PHRASE = 40


def pinned_items(body: str, segmenter: Segmenter, lexicon: Lexicon) -> tuple[str, ...]:
    """Entries an editor put first for this question, the longest phrase first.

    :param body: normalised question without filler. A phrase counts when it is the whole of it,
        or stands in it as whole words: 低保 does not stand in 最低保障.
    """
    if not lexicon.best_bets:
        return ()
    words = [
        word
        for piece in pieces(body)
        for word in (segmenter.cut(piece) if is_chinese(piece) else [piece])
    ]
    text = "".join(words)
    edges = _edges(words)
    said = [(phrase, bet) for phrase, bet in _phrases(lexicon) if _stands(phrase, text, edges)]
    said.sort(key=lambda entry: -len(entry[0]))
    return tuple(dict.fromkeys(bet.item_id for _, bet in said))


def _phrases(lexicon: Lexicon) -> list[tuple[str, BestBet]]:
    cached: list[tuple[str, BestBet]] | None = lexicon.__dict__.get("_best_bet_phrases")
    if cached is None:
        read = [("".join(pieces(normalise(bet.phrase))), bet) for bet in lexicon.best_bets]
        cached = [(phrase, bet) for phrase, bet in read if 0 < len(phrase) <= LONGEST_PHRASE]
        lexicon.__dict__["_best_bet_phrases"] = cached
    return cached


def _edges(words: list[str]) -> set[int]:
    edges, at = {0}, 0
    for word in words:
        at += len(word)
        edges.add(at)
    return edges


def _stands(phrase: str, text: str, edges: set[int]) -> bool:
    at = text.find(phrase)
    while at >= 0:
        if at in edges and at + len(phrase) in edges:
            return True
        at = text.find(phrase, at + 1)
    return False
