"""Draft sentences about 热点事项 as editors accepted them, and about those that stand out."""

from kb.bulletins.conditions import UNPLACED
from kb.bulletins.issuing.sentences import kind_said, told
from kb.bulletins.issuing.source import Row, Source
from kb.bulletins.issuing.tokens import plainly, token

Sentences = list[str]
_TOP, _MATTERS = 5, 10


def matters(source: Source) -> Sentences:
    """热点事项 that an editor accepted; without any, each category with the matters under it."""
    accepted = source.rows("matters")[:_MATTERS]
    if accepted:
        return [_accepted(row) for row in accepted]
    return [
        text
        for row in source.rows("by_category")[:_MATTERS]
        if (text := _matter(source, row)) is not None
    ]


def _accepted(row: Row) -> str:
    path = ("matters", row["name"])
    text = f"{plainly(row['name'])}（{token(*path, 'count')}件"
    if row["previous"] is not None:
        text += f"，前期{token(*path, 'previous')}件"
    text += "）。"
    if row["categories"]:
        paths = (one["name"] for one in row["categories"][:_TOP])
        text += f"主要涉及{plainly('、'.join(path.rpartition('/')[2] for path in paths))}。"
    if row["units"]:
        text += f"承办单位有{plainly('、'.join(one['name'] for one in row['units'][:_TOP]))}。"
    if row["wording"]:
        text += f"如：“{plainly(row['wording'])}”。"
    return text


def _matter(source: Source, row: Row) -> str | None:
    if not row["children"]:
        return None
    path = ("by_category", row["name"])
    listed = "、".join(
        f"{plainly(child['name'])}{token(*path, 'children', child['name'], 'count')}件"
        for child in row["children"]
    )
    share = told(source, "，占比", *path, "share")
    return f"{kind_said(row['name'], '类')}（{token(*path, 'count')}件{share}）。主要涉及{listed}。"


def focus(source: Source) -> Sentences:
    """近期关注重点: the accepted 热点事项 that stand out from the periods before."""
    bursting = (row for row in source.rows("matters") if row.get("is_bursting"))
    return [_bursting(source, row) for row in bursting]


def _bursting(source: Source, row: Row) -> str:
    path = ("matters", row["name"])
    text = f"{plainly(row['name'])}。{source.words.short}受理相关诉求{token(*path, 'count')}件，"
    if row["previous"] is not None:
        text += f"前期{token(*path, 'previous')}件，"
    text += "较前几期明显增多"
    places = "、".join(one["name"] for one in row["districts"][:_TOP] if one["name"] != UNPLACED)
    return f"{text}，涉及{plainly(places)}。" if places else f"{text}。"
