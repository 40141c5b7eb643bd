"""答复模板: outlines of replies by purpose, with blanks that only the unit can fill."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kb.terms import Purpose

_BLANK = re.compile(r"【请填：([^】]{1,60})】")
_PLACE = re.compile(r"\{([^{}\n]{0,20})\}")
# What an outline may take from the order, and what stands for it.
PLACES = {
    "称呼": "“王先生/女士”；匿名和要求保密的写“市民朋友”",
    "标题": "诉求标题",
    "诉求": "诉求内容的开头",
    "单位": "主办单位",
    "编号": "工单编号",
    "电话": "本单位值守电话；没有登记的留空待填",
    "期限": "办结时限的日期",
    "今天": "填入那天的日期",
}


@dataclass(frozen=True)
class Template:
    """An outline. ``purposes`` are those it is made for; none means any.

    ``key`` tells it from all others; ``owner`` says whose it is, "" for a shipped one.
    """

    name: str
    purposes: tuple[Purpose, ...]
    text: str
    key: str = ""
    owner: str = ""

    def filled(self, values: Mapping[str, str]) -> str:
        """The outline with what the order knows; what it does not becomes a blank."""
        return _PLACE.sub(lambda found: _value(found[1], values), self.text).strip()


def _value(place: str, values: Mapping[str, str]) -> str:
    if place not in PLACES:
        return f"{{{place}}}"
    return values.get(place) or f"【请填：{place}】"


def unknown_places(text: str) -> tuple[str, ...]:
    """Names in braces that no order can fill, each once."""
    return tuple(dict.fromkeys(name for name in _PLACE.findall(text) if name not in PLACES))


def templates_for(purpose: Purpose, kept: Iterable[Template] = ()) -> tuple[Template, ...]:
    """The outlines for a purpose: those made for it, those for any, the others, which may fit all
    the same. The first of them is the one that is chosen to begin with.

    :param kept: the unit's own and the centre's, which stand before the shipped ones.
    """
    every = (*kept, *shipped())
    return tuple(sorted(every, key=lambda one: _distance(one, purpose)))


def _distance(one: Template, purpose: Purpose) -> int:
    return 0 if purpose in one.purposes else 2 if one.purposes else 1


def blanks(text: str) -> tuple[str, ...]:
    """What is still to be filled in, in reading order, each once."""
    return tuple(dict.fromkeys(_BLANK.findall(text)))


@cache
def shipped() -> tuple[Template, ...]:
    """The outlines that come with the product."""
    data = tomllib.loads(files("kb.replies").joinpath("data/templates.toml").read_text("utf-8"))
    return tuple(
        Template(
            row["name"], tuple(Purpose(one) for one in row["purposes"]), row["text"], row["name"]
        )
        for row in data["template"]
    )
