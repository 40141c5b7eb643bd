"""What a reply says has changed since an earlier one: that contradicts nothing."""

import re
from dataclasses import dataclass

from kb.replies.draft import Draft, Piece

# What was answered, not what was planned: a late project is no change of the reply.
_BEFORE = re.compile(
    r"(?:此前|先前|早前|之前|上[次回]|前[次期]|以前|首次|原先?)[^，,：:。；;]{0,6}?"
    r"(?:答复|回复|告知|通知|承诺|[说述称])"
)
_CHANGED = re.compile(
    r"有所?(?:变化|变动|调整|出入|误)|情况有变|变更|调整|更[正改]|改[为到至期]|推迟|提前|延[期后]|顺延"
    r"|[说写填]错|笔误"
)
# Without a word of what was before, only what names the new value beside it.
_CHANGED_TO = re.compile(
    r"情况有变|有所?(?:变化|变动)|更正|改[为到至期]|(?:推迟|提前|延[期后长]|顺延|调整|变更)[为到至]"
)
_UNCHANGED = re.compile(r"(?:没有?|无|未|不)(?:任何|再|作|做|有)?(?:变|调整|更|推迟|提前|延)")
_RUN = re.compile("[\u4e00-\u9fff]+")


@dataclass(frozen=True)
class _Told:
    """A sentence that tells of a change, with the pairs of characters that say of what."""

    place: int
    is_of_earlier: bool
    matter: frozenset[str]


class ToldChanges:
    """The changes that a reply explains."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._told = [
            told
            for place, sentence in enumerate(draft.sentences)
            if (told := _told(place, sentence)) is not None
        ]

    def cover(self, start: int, clause: str) -> bool:
        """Whether what stands at ``start`` is told to have changed: in its own sentence, in the
        one before it, or in one that names its matter."""
        if not self._told:
            return False
        place = self._sentence_at(start)
        about = pairs(clause)
        return any(
            told.place == place
            or (told.is_of_earlier and (told.place == place - 1 or told.matter & about))
            for told in self._told
        )

    def _sentence_at(self, start: int) -> int:
        sentences = enumerate(self._draft.sentences)
        return next((n for n, one in sentences if one.start <= start < one.end), -1)


def _told(place: int, sentence: Piece) -> _Told | None:
    if _UNCHANGED.search(sentence.text):
        return None
    is_of_earlier = bool(_BEFORE.search(sentence.text) and _CHANGED.search(sentence.text))
    if not is_of_earlier and not _CHANGED_TO.search(sentence.text):
        return None
    matter = _CHANGED.sub("，", _BEFORE.sub("，", sentence.text))
    return _Told(place, is_of_earlier, pairs(matter))


def pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters of a text."""
    return frozenset(run[at : at + 2] for run in _RUN.findall(text) for at in range(len(run) - 1))
