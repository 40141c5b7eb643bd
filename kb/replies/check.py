"""The whole check of a reply, with every kind of finding."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from indexer.lexicon import Lexicon, default_lexicon
from indexer.segment import Segmenter, build_segmenter
from kb.conflicts.words import Words
from kb.replies import completeness, emptiness, form, informed, personal, promises
from kb.replies.answering import Answering
from kb.replies.consistency import Consistency, Earlier, InForce
from kb.replies.draft import Draft
from kb.replies.finding import ORDER, Finding, Kind
from kb.replies.slips import Slips
from kb.replies.typos import Typos
from kb.terms import Purpose


@dataclass(frozen=True)
class Person:
    """What is registered of the requester, to find it in a reply."""

    name: str = ""
    phone: str = ""
    place: str = ""


NOBODY = Person()


class ReplyChecker:
    """Checks replies with one version of the city's word lists; build once, use often."""

    def __init__(self, lexicon: Lexicon, segmenter: Segmenter) -> None:
        words = Words(segmenter, lexicon)
        self._answering = Answering(words)
        self._consistency = Consistency(words)
        self._slips = Slips(lexicon, segmenter)
        self._typos = Typos(self._slips, dict(lexicon.misspellings))

    def check(
        self,
        request_title: str,
        request_content: str,
        reply: str,
        *,
        purpose: Purpose = Purpose.HELP,
        earlier_replies: Sequence[Earlier] = (),
        entries: Sequence[InForce] = (),
        is_anonymous: bool = False,
        person: Person = NOBODY,
        unit: str = "",
        units: Collection[str] = (),
        office_phones: Collection[str] = (),
        known_words: Collection[str] = (),
    ) -> list[Finding]:
        """See :func:`check_reply`."""
        draft = Draft(reply)
        # What the request writes the same is a name rather than a slip.
        known = {*known_words, *units, unit, request_title, request_content} - {""}
        answering = list(self._answering.check(request_title, request_content, draft))
        # A reply about something else contradicts no entry on the matter.
        is_about_it = all(finding.kind is not Kind.UNANSWERED for finding in answering)
        found = [
            *answering,
            *completeness.check(draft, purpose),
            *informed.check(draft, purpose, is_anonymous),
            *emptiness.check(draft),
            *promises.check(draft, purpose),
            *self._typos.check(draft, known),
            *personal.check(
                draft,
                [person.name],
                [person.phone],
                [person.place],
                office_phones,
                self._slips.is_word,
            ),
            *self._consistency.with_earlier(draft, earlier_replies),
            *self._consistency.with_entries(request_title, draft, entries if is_about_it else ()),
            *form.check(draft, unit, units, purpose, self._slips.is_mistaken_for),
        ]
        return sorted(found, key=lambda finding: (ORDER[finding.severity], finding.start))


def check_reply(
    request_title: str,
    request_content: str,
    reply: str,
    *,
    purpose: Purpose = Purpose.HELP,
    earlier_replies: Sequence[Earlier] = (),
    entries: Sequence[InForce] = (),
    is_anonymous: bool = False,
    person: Person = NOBODY,
    unit: str = "",
    units: Collection[str] = (),
    office_phones: Collection[str] = (),
    known_words: Collection[str] = (),
) -> list[Finding]:
    """Everything a reviewer should look at, the most serious first; with the shipped word lists.

    :param earlier_replies: on the same order, the newest first; of each matter the newest counts.
    :param entries: in force on the matter.
    :param is_anonymous: nobody to be told; 知情 and 满意 are not asked for.
    :param unit: the full name of the unit that replies; ``units`` those of all units.
    :param office_phones: numbers that units publish, which are no person's.
    :param known_words: names that are spelt right whatever the word lists say.
    """
    return default_checker().check(
        request_title,
        request_content,
        reply,
        purpose=purpose,
        earlier_replies=earlier_replies,
        entries=entries,
        is_anonymous=is_anonymous,
        person=person,
        unit=unit,
        units=units,
        office_phones=office_phones,
        known_words=known_words,
    )


@lru_cache(maxsize=1)
def default_checker() -> ReplyChecker:
    """The checker with the shipped word lists."""
    lexicon = default_lexicon()
    return ReplyChecker(lexicon, build_segmenter(lexicon.user_words))
