"""What an editor's changes must be before they may be tried: one sentence for each that is not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from indexer import word_checks
from indexer.lexicon import Lexicon, default_lexicon
from indexer.segment import Segmenter
from kb.dictionary import PLAIN, Change, Entries, Identity, applied, compose
from kb.models import KnowledgeItem
from kb.queries.dictionary import entries_in_use, own_entries
from kb.terms import ItemState, WordKind

MAX_NOTE = 200
MAX_WORD = 60
MAX_CHANGES = 500


@dataclass(frozen=True)
class Problem:
    """:param at: which change, from 0."""

    at: int
    sentence: str


def problems_of(session: Session, changes: Sequence[Change], segmenter: Segmenter) -> list[Problem]:
    """Everything that is wrong with these changes, judged against the newest dictionary.

    :param segmenter: cuts by the words in use.
    """
    if len(changes) > MAX_CHANGES:
        return [Problem(MAX_CHANGES, f"一次最多改 {MAX_CHANGES} 条，请分几次保存。")]
    own = own_entries(session)
    before = entries_in_use(session)
    lexicon = compose(default_lexicon(), applied(own, changes))
    seen: dict[Identity, int] = {}
    problems = []
    for at, change in enumerate(changes):
        if change.identity in seen:
            problems.append(Problem(at, f"与第 {seen[change.identity] + 1} 条重复。"))
            continue
        seen[change.identity] = at
        sentences = _of_state(change, before, own)
        if not sentences and change.after is not None and change.after.active:
            sentences = list(dict.fromkeys(_of_words(session, change, lexicon, segmenter)))
        problems += [Problem(at, sentence) for sentence in sentences]
    return problems


def shown(identity: Identity) -> str:
    """An entry in words, for a sentence."""
    kind, key, target = identity
    if kind in PLAIN:
        return f"“{key}”"
    return f"“{key} → {f'第 {target} 号条目' if kind is WordKind.BEST_BET else target}”"


def _of_state(change: Change, before: Entries, own: Entries) -> list[str]:
    name = f"{change.identity.kind.label}{shown(change.identity)}"
    if change.after is None:
        return [] if change.identity in own else [f"{name}不是本市的条目，不能删除，只能停用。"]
    if before.get(change.identity) == change.after:
        return [f"{name}已经有了。" if change.after.active else f"{name}已经停用。"]
    if not change.after.active and change.identity not in before:
        return [f"没有{name}，不能停用。"]
    if len(change.after.note) > MAX_NOTE:
        return [f"备注最多 {MAX_NOTE} 个字。"]
    if max(len(change.identity.key), len(change.identity.target)) > MAX_WORD:
        return [f"{change.identity.kind.label}最多 {MAX_WORD} 个字。"]
    # Also of an entry switched off: it may be switched on again, or be no number at all.
    return list(word_checks.check_weight(change.after.weight))


def _of_words(
    session: Session, change: Change, lexicon: Lexicon, segmenter: Segmenter
) -> Iterator[str]:
    kind, key, target = change.identity
    if not key or (kind not in PLAIN and not target):
        yield "说法和它指向的内容都要填。" if kind not in PLAIN else "词不能为空。"
        return
    if kind is WordKind.USER_WORD:
        yield from word_checks.check_user_word(key, lexicon)
    elif kind is WordKind.FILLER:
        yield from word_checks.check_filler(key, lexicon)
    elif kind is WordKind.FUNCTION_WORD:
        yield from word_checks.check_function_word(key, lexicon)
    elif kind is WordKind.SYNONYM:
        yield from _of_synonym(change, lexicon, segmenter)
    elif kind is WordKind.MISSPELLING:
        yield from word_checks.check_misspelling(key, target, lexicon)
        if lexicon.misspellings.get(key) != target:
            yield f"错误写法“{key}”已经改为“{lexicon.misspellings.get(key)}”，请先停用那一条。"
    else:
        yield from word_checks.check_best_bet(key)
        yield from _of_item(session, target)


def _of_synonym(change: Change, lexicon: Lexicon, segmenter: Segmenter) -> Iterator[str]:
    _, key, target = change.identity
    value = change.after
    if value is None:
        return
    yield from word_checks.check_synonym(key, target, lexicon, segmenter)
    if value.both_ways:
        yield from word_checks.check_synonym(target, key, lexicon, segmenter)
    elif any(back.target == key for back in lexicon.by_asked.get(target, [])):
        yield (
            f"已有相反方向的“{target} → {key}”；两边可以互换时，请把那一条改为双向，"
            "不能互换时请先停用它。"
        )


def _of_item(session: Session, number: str) -> Iterator[str]:
    is_number = number.isascii() and number.isdigit() and len(number) < 10
    item = session.get(KnowledgeItem, int(number)) if is_number else None
    if item is None:
        yield f"没有编号为“{number[:20]}”的知识条目。"
    elif item.state != ItemState.PUBLISHED:
        yield f"第 {number} 号条目{ItemState(item.state).label}，不能设为首选答案。"
