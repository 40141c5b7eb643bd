"""What a city lets one choose from: purposes, and trees of categories and regions, as data."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kb.errors import InvalidInput
from kb.terms import Purpose

MAX_LEVELS = 3
MAX_CATEGORY, MAX_REGION, MAX_PURPOSE, MAX_NAME = 80, 40, 20, 30


@dataclass(frozen=True)
class PurposeChoice:
    """诉求目的 of a city: ``stored`` is the code of one of ours, or the city's own word itself.

    A city's own word ``counts_as`` one of ours for limits and for what becomes knowledge.
    ``is_offered`` is False once it was withdrawn: requests that have it keep its name.
    """

    stored: str
    name: str
    counts_as: Purpose
    is_offered: bool = True


OUR_PURPOSES = tuple(PurposeChoice(one.value, one.label, one) for one in Purpose)


def read_purposes(rows: Sequence[Any]) -> tuple[PurposeChoice, ...]:
    """The ``[[purposes]]`` of a profile, in the order they are offered.

    :raises InvalidInput: the sentence says which row and what would be right.
    """
    found = tuple(_purpose(row, f"purposes 第 {at} 项") for at, row in enumerate(rows, start=1))
    for attribute in ("stored", "name"):
        values = [getattr(one, attribute) for one in found]
        twice = next((value for value in values if values.count(value) > 1), None)
        if twice is not None:
            raise InvalidInput(f"城市方案的 purposes 里“{twice}”写了两次，请只留一项")
    if not any(one.is_offered for one in found):
        raise InvalidInput("城市方案的 purposes 至少要有一项在用")
    return found


def _purpose(row: Any, place: str) -> PurposeChoice:
    if isinstance(row, str):
        row = {"name": row}
    if not isinstance(row, Mapping) or not _is_name(row.get("name"), MAX_PURPOSE):
        raise InvalidInput(f"城市方案的 {place} 要有 name，不超过 {MAX_PURPOSE} 字")
    name = row["name"].strip()
    by_name = next((one for one in Purpose if one.label == name), None)
    ours = _ours(row["code"], f"{place} code") if "code" in row else by_name
    counts_as = _ours(row["counts_as"], f"{place} counts_as") if "counts_as" in row else None
    return PurposeChoice(
        ours.value if ours else name,
        name,
        counts_as or ours or Purpose.OTHER,
        not row.get("withdrawn", False),
    )


def _ours(word: object, place: str) -> Purpose:
    for one in Purpose:
        if word in (one.value, one.label):
            return one
    known = "、".join(f"{one.value}（{one.label}）" for one in Purpose)
    raise InvalidInput(
        f"城市方案的 {place} 只能是 {known}，现为“{word}”；本市自己的目的不写 code，只写 name"
    )


def read_names(rows: Any, place: str) -> tuple[str, ...]:
    """A plain list of names: channels, lines.

    :raises InvalidInput: a name is missing, too long or written twice.
    """
    if not isinstance(rows, list) or not all(_is_name(name, MAX_NAME) for name in rows):
        raise InvalidInput(f"城市方案的 {place} 应是一组名称，每个不超过 {MAX_NAME} 字")
    if len(set(rows)) != len(rows):
        raise InvalidInput(f"城市方案的 {place} 里有重复的名称，请只留一个")
    return tuple(rows)


def read_tree(rows: Any, place: str, longest: int) -> tuple[str, ...]:
    """A tree of up to three levels as paths ``一级/二级/三级``, every parent before its children.

    A node is a name, or a table with ``name`` and ``children``.

    :param longest: the most characters of a whole path.
    :raises InvalidInput: the sentence names the node at fault.
    """
    if not isinstance(rows, list):
        raise InvalidInput(f"城市方案的 {place} 应是一组名称，或一组 name 和 children")
    found = tuple(_paths(rows, "", place))
    seen: set[str] = set()
    for path in found:
        if len(path) > longest:
            raise InvalidInput(f"城市方案的 {place}：“{path}”太长，连同上级不超过 {longest} 字")
        if path in seen:
            raise InvalidInput(f"城市方案的 {place}：“{path}”写了两次，请只留一项")
        seen.add(path)
    return found


def _paths(rows: Sequence[Any], above: str, place: str) -> Iterator[str]:
    for row in rows:
        name: Any = row.get("name") if isinstance(row, Mapping) else row
        if not _is_name(name, MAX_NAME) or "/" in name:
            where = f"“{above}”之下" if above else ""
            raise InvalidInput(
                f"城市方案的 {place} {where}有一项名称不对：要有名称，不超过 {MAX_NAME} 字，不含“/”"
            )
        path = f"{above}/{name}" if above else name
        yield path
        children = row.get("children", []) if isinstance(row, Mapping) else []
        if children and path.count("/") + 1 >= MAX_LEVELS:
            raise InvalidInput(f"城市方案的 {place}：“{path}”之下不能再分，最多 {MAX_LEVELS} 级")
        yield from _paths(children, path, place)


def _is_name(value: Any, longest: int) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= longest


def fileable(paths: Sequence[str]) -> tuple[str, ...]:
    """The categories a request may be filed under: a first level only when it has no second."""
    parents = {path.rpartition("/")[0] for path in paths}
    return tuple(path for path in paths if "/" in path or path not in parents)


def catch_all(categories: Sequence[str]) -> tuple[str, ...]:
    """The city's categories for what fits under none of the others: 其他 and what is below it."""
    return tuple(path for path in categories if path.partition("/")[0] == "其他")


def read_renamed(rows: Any, known: Mapping[str, Sequence[str]]) -> dict[str, dict[str, str]]:
    """``[renamed.categories]`` and the like: old name → the name it has now.

    :param known: the names of each list as they are now.
    :raises InvalidInput: the new name is not in the list.
    """
    if not isinstance(rows, Mapping):
        raise InvalidInput("城市方案的 renamed 应是 [renamed.categories] 这样的几组“旧名 = 新名”")
    for kind, names in rows.items():
        if kind not in known or not isinstance(names, Mapping):
            raise InvalidInput(
                f"城市方案的 renamed 里没有“{kind}”这一组，可写的有：{'、'.join(known)}"
            )
        for old, new in names.items():
            if new not in known[kind]:
                raise InvalidInput(f"城市方案的 renamed.{kind}：“{old}”的新名“{new}”不在列表里")
    return {kind: dict(names) for kind, names in rows.items()}


def and_above(path: str) -> tuple[str, ...]:
    """``一级/二级`` → 一级, 一级/二级; none for the empty path."""
    parts = path.split("/") if path else []
    return tuple("/".join(parts[:length]) for length in range(1, len(parts) + 1))


def lies_in(path: str, wider: str) -> bool:
    """Tell whether a path is the wider one or stands below it; all stand below the empty one."""
    return not wider or f"{path}/".startswith(f"{wider}/")
