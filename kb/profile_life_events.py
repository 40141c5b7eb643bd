"""人生大事 of the public's pages as data: which entries belong to 生孩子, 上学, 退休养老 …"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kb.errors import InvalidInput

MAX_NAME = 12
MAX_ABOUT = 30
MAX_EVENTS = 24


@dataclass(frozen=True)
class LifeEvent:
    """An entry belongs to it by its category, or by a word of its title.

    :param name: what people call it, unique in a city; also its address.
    :param about: one short line under the name, may be empty.
    :param categories: paths ``一级`` or ``一级/二级``, the levels below included.
    :param words: any of them in the title is enough.
    """

    name: str
    about: str = ""
    categories: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def read_life_events(data: Any) -> tuple[LifeEvent, ...]:
    """The ``[[life_events]]`` tables, in the order in which they are shown.

    :raises InvalidInput: the sentence says which table and what would be right.
    """
    if not isinstance(data, Sequence) or isinstance(data, str) or len(data) > MAX_EVENTS:
        raise InvalidInput(f"城市方案的 life_events 应写作 [[life_events]]，最多 {MAX_EVENTS} 项")
    events = tuple(_event(table, number) for number, table in enumerate(data, start=1))
    names = [event.name for event in events]
    doubled = next((name for name in names if names.count(name) > 1), None)
    if doubled:
        raise InvalidInput(f"城市方案的 life_events 里“{doubled}”写了两次，请合成一项")
    return events


def _event(table: Any, number: int) -> LifeEvent:
    where = f"城市方案的第 {number} 个 life_events"
    if not isinstance(table, Mapping):
        raise InvalidInput(f"{where} 应写作 [[life_events]] 加 name、categories、words")
    unknown = sorted(table.keys() - {"name", "about", "categories", "words"})
    if unknown:
        raise InvalidInput(
            f"{where} 里没有“{unknown[0]}”这一项，可写的有：name、about、categories、words"
        )
    name = table.get("name", "")
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= MAX_NAME or "/" in name:
        raise InvalidInput(f"{where} 的 name 应为 1 至 {MAX_NAME} 个字，不含斜杠，现为“{name}”")
    about = table.get("about", "")
    if not isinstance(about, str) or len(about) > MAX_ABOUT:
        raise InvalidInput(f"{where}（{name}）的 about 应为一句话，最多 {MAX_ABOUT} 字")
    event = LifeEvent(
        name.strip(),
        about.strip(),
        _texts(table, "categories", f"{where}（{name}）"),
        _texts(table, "words", f"{where}（{name}）"),
    )
    if not event.categories and not event.words:
        raise InvalidInput(
            f"{where}（{name}）要写类别（categories）或标题里的词（words），否则没有条目属于它"
        )
    return event


def _texts(table: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
    given = table.get(name, [])
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise InvalidInput(f'{where}的 {name} 应为列表，如 ["教育/义务教育"]')
    texts = tuple(text.strip() for text in given if isinstance(text, str) and text.strip())
    if len(texts) != len(given):
        raise InvalidInput(f"{where}的 {name} 里有空白或不是文字的一项")
    return texts
