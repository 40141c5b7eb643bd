"""口播: what an agent reads to the caller in thirty seconds, what was asked first."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from docs_import.numbering import Rank, marker
from kb.facts import LABELS, MAX_SCRIPT, fact_text
from kb.presenters.asked_facts import said_fact, tells
from kb.source_lines import without_source

_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]?")
_ENDS = "。！？；：，、:;,!?.—…"
_CELL = re.compile(
    r"^(?P<name>[^：]+?)[（(](?:单位[：:])?(?P<unit>[^（）()]{1,8})[）)]：(?P<value>.+)$"
)
_IS_UNIT = re.compile(
    "^(?:元|万元|角|分|%|％|天|日|个?工作日|小时|分钟|个?月|年|周岁|岁|次|人|名|个|只|份|张|平方米|㎡"
    "|米|公里|千米|吨|公斤|立方米|度|千瓦时|顶|辆|户|套|间)(?:[/／每].{1,6})?$"
)
_FIGURE = re.compile(r"^[\d０-９][\d０-９.,，:：—~～-]*$")


def script_of(facts: Mapping[str, Any], asked: Sequence[str], clause: Mapping[str, Any]) -> str:
    """The 口播 of a card: the facts that were asked for, then what the unit wrote or the clause.

    What the rest says already is not said twice. The words of the unit are never cut to make room:
    where a fact does not fit before them, the grid alone shows it.

    :param asked: names of facts, as ``asked_facts`` gives them.
    :param clause: as ``kb.presenters.card.clause_of`` gives it.
    """
    written = fact_text(facts.get("script", ""))
    rest = written or fact_text(facts.get("conclusion", ""))
    first = [name for name in asked if not tells(rest, fact_text(facts[name]))]
    if not first:
        return written or speakable(rest or said_clause(clause))
    lines = [said_fact(name, facts) for name in first]
    said = speakable("\n".join([*lines, rest or _rest(facts, first, clause)]))
    return written if written and not said.endswith(speakable(written)) else said


def _rest(facts: Mapping[str, Any], first: Sequence[str], clause: Mapping[str, Any]) -> str:
    """What follows the facts that were asked for where the entry has no conclusion of its own.

    Of a contact all; of a guide, whose facts are longer than a breath, nothing more.
    """
    if clause["kind"] != "facts":
        told = said_clause(clause)
        return "" if any(tells(told, fact_text(facts[name])) for name in first) else told
    names = [name for name in LABELS if facts.get(name)]
    is_short = sum(len(said_fact(name, facts)) + 1 for name in names) <= MAX_SCRIPT
    return "\n".join(said_fact(name, facts) for name in names if name not in first and is_short)


def said_clause(clause: Mapping[str, Any]) -> str:
    """The answer in a clause; a row of a table as one would say it."""
    answer = str(clause["answer"])
    return said_row(answer) if clause["kind"] == "table_row" else answer


def said_row(row: str) -> str:
    """墓位种类：卧碑墓；收费标准（元/个）：4200 → 墓位种类：卧碑墓，收费标准4200元/个"""
    return "，".join(map(_said_cell, filter(None, row.rstrip("；").split("；"))))


def _said_cell(cell: str) -> str:
    found = _CELL.match(cell.strip())
    if found is None or not _IS_UNIT.match(found["unit"]):
        return cell.strip()
    unit = found["unit"] if _FIGURE.match(found["value"]) else ""
    return f"{found['name']}{found['value']}{unit}"


def speakable(text: str) -> str:
    """The whole sentences that can be said in thirty seconds; a longer first one is cut.

    The number of a part (二、, （一）, 1.) is not said. A line that ends without a sign
    (申请条件) ends a breath, too: it gets a full stop before the next one. Where the text was
    taken from is not said.
    """
    text = without_source(text)
    said = ""
    for sentence in _SENTENCE.findall("\n".join(map(unnumbered, text.splitlines()))):
        words = sentence.strip()
        if not words:
            continue
        pause = "。" if said and said[-1] not in _ENDS else ""
        if len(said) + len(pause) + len(words) > MAX_SCRIPT:
            break
        said += pause + words
    return said or text.strip()[:MAX_SCRIPT]


def unnumbered(line: str) -> str:
    """A line without the number of its part; 第三条 stays, by which people know a rule."""
    number = marker(line)
    return number.rest if number and number.rest and number.rank > Rank.ARTICLE else line
