"""Whether two entries, and two statements of them, are about the same matter (同一事项)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.conflicts.values import CONTACT_KINDS
from kb.conflicts.words import alike

if TYPE_CHECKING:
    from kb.conflicts.brief import Brief
    from kb.conflicts.entry import Entry, Statement

MOSTLY, WHOLLY, PARTLY, HALF = 0.6, 0.85, 0.3, 0.5
SHORTEST, SHORTEST_SAME = 4, 3
# Weight of words: one that names a matter and is not common weighs more than this.
LEAST = 1.1
# Share of a title that the other entry never speaks of; on both sides, they are two matters.
STRANGE = 0.35
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
    if left.places and right.places and left.places.isdisjoint(right.places):
        return False
    if left.years and right.years and left.years.isdisjoint(right.years):
        return False
    if _are_apart_in_time(left.entry, right.entry) or _for_others(left.name, right.name):
        return False
    return not (_ends(left.entry, right.entry) or _ends(right.entry, left.entry))


def have_a_word_in_common(left: Brief, right: Brief) -> bool:
    """Whether one entry speaks of anything that the other's title names."""
    return (
        any(alike(word, right.vocabulary) for word in left.topics)
        or any(alike(word, left.vocabulary) for word in right.topics)
        or _is_short_for(left.name, right.name)
    )


def are_for_others(left: Brief, right: Brief) -> bool:
    """Whether one title names a group of people that the other entry never speaks of."""
    return _names_others(left, right) or _names_others(right, left)


def _names_others(one: Brief, other: Brief) -> bool:
    return any(_GROUP.search(word) and not alike(word, other.vocabulary) for word in one.topics)


def _for_others(one: str, other: str) -> bool:
    """在校学生租赁补贴 and 退休人员租赁补贴: one matter for two groups of people."""
    shared = 0
    while shared < min(len(one), len(other)) and one[-1 - shared] == other[-1 - shared]:
        shared += 1
    heads = (one[: len(one) - shared], other[: len(other) - shared])
    is_of_people = all(_PEOPLE.search(head) for head in heads)
    return shared >= SHORTEST_SAME and is_of_people and not _is_short_for(one, other)


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
        words.weight(word) * (1 - alike(word, vocabulary))
        for word in brief.topics
        if words.is_telling(word)
    )
