"""Whether two entries, and two statements of them, are about the same matter (同一事项)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.conflicts.groups import on_other_sides, sides_of
from kb.conflicts.values import CONTACT_KINDS
from kb.conflicts.words import Words, alike

if TYPE_CHECKING:
    from kb.conflicts.brief import Brief
    from kb.conflicts.entry import Entry, Statement

MOSTLY, WHOLLY, PARTLY, HALF = 0.6, 0.85, 0.3, 0.5
SHORTEST, SHORTEST_SAME = 4, 3
# Weight of words: one that names a matter and is not common weighs more than this.
LEAST = 1.1
# Share of a title that the other entry never speaks of; on both sides, they are two matters.
STRANGE = 0.35
# So much of the shorter clause, of so much weight, and of the shorter entry is said by both sides
# when they speak of one thing under titles that have less in common: no less than this.
LEAST_SAID, SAID_ALIKE, TOLD_ALIKE, NAMED_HERE = 1.7, 0.5, 0.3, 0.4
_PEOPLE = re.compile(
    "人员|学生|职工|居民|个人|单位|家庭|户籍|企业|儿童|老人|青年|妇女|军人|士兵|农民|退休|残疾|失业|退役|毕业生|人才|者|户"
)
_IS_PEOPLE = re.compile(f"(?:{_PEOPLE.pattern})$")
_GROUP = re.compile(
    "学生|儿童|子女|少儿|老人|老年|青年|妇女|军人|士兵|农民|退休|残疾|失业|退役|毕业生|人才|博士|孕|食堂|学校|商[户铺]|企业|单位"
)
_ENDS = re.compile("废止|停止执行|不再执行|失效|替代|取代|修改|修订|同时停止|终止执行")


def may_meet(left: Brief, right: Brief) -> bool:
    """Whether two entries can contradict each other at all: same place, time and people, and
    neither says that the other has ended."""
    if left.at and right.at and left.at.isdisjoint(right.at):
        return False
    if left.years and right.years and left.years.isdisjoint(right.years):
        return False
    if _are_apart_in_time(left.entry, right.entry) or _for_others(left, right):
        return False
    return not (_ends(left.entry, right.entry) or _ends(right.entry, left.entry))


def have_a_word_in_common(left: Brief, right: Brief) -> bool:
    """Whether one entry speaks of anything that the other's title names."""
    return (
        any(left.words.alike(word, right.vocabulary) for word in left.topics)
        or any(left.words.alike(word, left.vocabulary) for word in right.topics)
        or _is_short_for(left.name, right.name)
    )


def are_for_others(left: Brief, right: Brief) -> bool:
    """Whether one title names a group of people that the other entry never speaks of."""
    return _names_others(left, right) or _names_others(right, left)


def are_named_alike(left: Brief, right: Brief) -> bool:
    """Whether half of one title stands in the other, so that one office may answer for both."""
    words = left.words
    here = words.met(left.topics, right.topics | right.variants | right.lead)
    there = words.met(right.topics, left.topics | left.variants | left.lead)
    return max(_share(here, left.total), _share(there, right.total)) >= HALF


def _names_others(one: Brief, other: Brief) -> bool:
    return any(_GROUP.search(word) and not alike(word, other.vocabulary) for word in one.topics)


def _for_others(left: Brief, right: Brief) -> bool:
    """在校学生租赁补贴 and 退休人员租赁补贴: one matter for two groups of people.

    Two names of one group (长者, 老年人) stand on one side, or one entry speaks of the other's.
    """
    one, other, shared = left.name, right.name, 0
    while shared < min(len(one), len(other)) and one[-1 - shared] == other[-1 - shared]:
        shared += 1
    heads = (one[: len(one) - shared], other[: len(other) - shared])
    is_of_people = all(_PEOPLE.search(head) for head in heads)
    if shared < SHORTEST_SAME or not is_of_people or _is_short_for(one, other):
        return False
    if on_other_sides(sides_of(heads[0]), sides_of(heads[1])):
        return True
    words = left.words
    mine, theirs = words.topics(heads[0]), words.topics(heads[1])
    return min(_unmet(words, mine, right), _unmet(words, theirs, left)) >= HALF


def _unmet(words: Words, named: frozenset[str], by: Brief) -> float:
    return 1 - _share(words.met(named, by.vocabulary), words.total(named)) if named else 0.0


def _are_apart_in_time(left: Entry, right: Entry) -> bool:
    ended = left.end is not None and right.start is not None and left.end < right.start
    return ended or (right.end is not None and left.start is not None and right.end < left.start)


def _ends(newer: Entry, older: Entry) -> bool:
    """Whether one text says of the other, by number or title, that it no longer holds."""
    names = [name for name in (older.document_number, older.title) if len(name) >= 6]
    for passage in newer.passages:
        for name in names:
            at = passage.text.find(name)
            if at >= 0 and _ENDS.search(passage.text, max(0, at - 40), at + len(name) + 40):
                return True
    return False


def is_same(left: Brief, one: Statement, right: Brief, other: Statement) -> bool:
    """Whether both statements are about one matter.

    What one title names must stand in the other's title, heading or sentence; and not both may
    name a thing that the other entry never speaks of.
    """
    strange_left = _strange(left, right.vocabulary)
    strange_right = _strange(right, left.vocabulary)
    apart_left, apart_right = _share(strange_left, left.total), _share(strange_right, right.total)
    if _is_short_for(left.name, right.name) and (
        left.name in right.name or right.name in left.name or min(apart_left, apart_right) < HALF
    ):
        return True  # 生育补贴 is not short for 生育登记和育儿补贴
    if _is_led_to(left, right) or _is_led_to(right, left):
        return True
    if min(apart_left, apart_right) >= STRANGE:
        return False
    zone_left = left.topics | left.variants
    zone_right = right.topics | right.variants
    if one.kind not in CONTACT_KINDS:
        zone_left, zone_right = zone_left | one.around, zone_right | other.around
    words = left.words
    met_here, met_there = words.met(left.topics, zone_right), words.met(right.topics, zone_left)
    if max(met_here, met_there) < LEAST or _only_people(left) or _only_people(right):
        return False
    here, there = _share(met_here, left.total), _share(met_there, right.total)
    if min(here, there) >= (MOSTLY if strange_left + strange_right else HALF):
        return True
    return (
        max(here, there) >= WHOLLY
        and min(here, there) >= PARTLY
        and max(apart_left, apart_right) <= HALF
    )


def say_one_thing(left: Brief, one: Statement, right: Brief, other: Statement) -> bool:
    """Whether the clause of one side speaks of what the other's speaks of, whatever the titles are.

    Some of each title must stand in the other's title or clause. An office's own phone, address
    and hours stand beside any of its matters.
    """
    if one.kind in CONTACT_KINDS and one.role.name != "禁止时段":
        return False
    words = left.words
    said_here, said_there = one.near | one.around, other.near | other.around
    here = _share(words.met(left.topics, said_there | right.topics), left.total)
    there = _share(words.met(right.topics, said_here | left.topics), right.total)
    if min(here, there) < NAMED_HERE or max(here, there) < HALF:
        return False
    sides = sorted(
        (
            (words.total(said_here), said_here, said_there | right.topics),
            (words.total(said_there), said_there, said_here | left.topics),
        ),
        key=lambda side: side[0],
    )
    total, said, zone = sides[0]
    met = words.met(said, zone)
    if met < LEAST_SAID or met < SAID_ALIKE * total:
        return False
    short, long = sorted((left, right), key=lambda brief: len(brief.vocabulary))
    return words.met(short.vocabulary, long.vocabulary) >= TOLD_ALIKE * words.total(
        short.vocabulary
    )


def _only_people(brief: Brief) -> bool:
    """Whether a title names a group of people and nothing of what is done for them."""
    return all(_IS_PEOPLE.search(word) for word in brief.topics)


def _is_led_to(answer: Brief, guide: Brief) -> bool:
    """Whether a short answer names the matter of the other's title in its first sentence."""
    named = [w for w in guide.topics if any(said.endswith(w) for said in answer.lead)]
    if not answer.is_question and _share(_strange(answer, guide.vocabulary), answer.total) > HALF:
        return False  # its own title names another thing
    met = answer.words.total(named)
    enough = MOSTLY if answer.is_question else WHOLLY
    return met >= LEAST and _share(met, guide.total) >= enough


def _is_short_for(one: str, other: str) -> bool:
    """公租房租赁补贴 for 公共租赁住房租赁补贴.

    Every character of the shorter stands in the longer, in order, and the longer is at most twice
    as long.
    """
    if one == other:
        return len(one) >= SHORTEST_SAME
    short, long = sorted((one, other), key=len)
    if len(short) < SHORTEST or len(long) > 2 * len(short):
        return False
    if sorted(short) == sorted(long):
        return True  # 农机购置补贴, 购置农机补贴
    rest = iter(long)
    return all(char in rest for char in short)


def _share(met: float, total: float) -> float:
    return met / total if total else 0.0


def _strange(brief: Brief, vocabulary: frozenset[str]) -> float:
    words = brief.words
    return sum(
        words.weight(word) * (1 - words.alike(word, vocabulary))
        for word in brief.topics
        if words.is_telling(word)
    )
