"""From what a reader found to the content of a draft; the sender's own words come first."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from docs_import.document import ParsedDocument, Record
from kb.actor import Actor
from kb.errors import InvalidInput
from kb.facts import clean_facts
from kb.queries.unit_names import find_unit
from kb.services.entries import Content
from kb.services.wishes import Wishes
from kb.terms import Audience, KnowledgeKind, Role

_DAYS = ("issued_on", "valid_from", "valid_until", "review_on")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ].*)?")


def recognised_json(parsed: ParsedDocument) -> dict[str, object]:
    """What the reader found, in the form the pages show it: value, where, doubtful."""
    whole = json.loads(replace(parsed, markdown="", records=(), attachments=()).to_json())
    return {
        "metadata": whole["metadata"],
        "warnings": whole["warnings"],
        "pages": parsed.pages,
        "tables": parsed.tables,
        "headings": parsed.headings,
    }


def content_from(parsed: ParsedDocument, wishes: Wishes) -> Content:
    """The draft's content: the sender's words first, what was recognised for the rest."""
    found = parsed.metadata

    def text(name: str) -> str:
        value = getattr(found, name, None)
        return value.value if value is not None else ""

    def day(name: str) -> date | None:
        value = text(name)
        return date.fromisoformat(value) if value else None

    read = Content(
        kind=wishes.kind or KnowledgeKind(text("kind") or KnowledgeKind.POLICY),
        title=(wishes.title or parsed.title or text("title"))[:300],
        body=parsed.markdown,
        document_number=text("document_number")[:80],
        issuing_authority=text("issuing_authority")[:200],
        issued_on=day("issued_on"),
        valid_from=day("valid_from"),
        valid_until=day("valid_until"),
        # 不予公开 printed on the document outweighs the sender's choice for everything they push.
        audience=Audience.INTERNAL if text("audience") == Audience.INTERNAL else wishes.audience,
        category=wishes.category,
    )
    return replace(read, **wishes.stated)


def is_one_entry(parsed: ParsedDocument, wishes: Wishes) -> bool:
    """Tell whether a document becomes one entry, though it could be taken apart.

    That is a form of one matter, and what the sender says is one: with its title, number or days,
    as another kind, or as a version of an entry.
    """
    if not parsed.is_all_records:
        return not parsed.records
    if is_said_whole(parsed, wishes) or wishes.stated:
        return True
    return is_one_form(parsed)


def is_one_form(parsed: ParsedDocument) -> bool:
    """Tell whether a document is a form of one matter that could be read."""
    return parsed.is_all_records and len(parsed.records) == 1 and not parsed.records[0].fault


def content_of_one(parsed: ParsedDocument, wishes: Wishes) -> Content:
    """The content of a document that becomes one entry: of its form, else of its text."""
    if is_one_form(parsed) and not is_said_whole(parsed, wishes):
        return replace(content_of_record(parsed.records[0], wishes), **wishes.stated)
    return content_from(parsed, wishes)


def is_said_whole(parsed: ParsedDocument, wishes: Wishes) -> bool:
    """Tell whether the sender wants the text of a document that could be taken apart."""
    if not parsed.is_all_records:
        return False
    kinds = {record.kind for record in parsed.records}
    is_other = wishes.kind is not None and wishes.kind.value not in kinds
    return is_other or wishes.item_id is not None or bool(wishes.title)


def content_of_record(record: Record, wishes: Wishes) -> Content:
    """A table row's content: the row's own values, what the sender said for what it leaves out.

    :raises InvalidInput: a date of the row is none, or one of its facts cannot be kept.
    """
    values = record.values
    return Content(
        kind=KnowledgeKind(record.kind),
        title=" ".join(record.title.split()),
        body=record.body,
        document_number=values.get("document_number", "").strip(),
        issuing_authority=values.get("issuing_authority", "").strip(),
        issued_on=_day("issued_on", values),
        valid_from=_day("valid_from", values),
        valid_until=_day("valid_until", values),
        review_on=_day("review_on", values),
        audience=_audience(values.get("audience", ""), wishes),
        category=values.get("category", "").strip()[:80] or wishes.category,
        variants=record.variants,
        facts=clean_facts(record.facts),
    )


def unit_of_record(session: Session, record: Record, unit_id: int, actor: Actor) -> int:
    """Whose entry a row becomes.

    That is the unit that is pushed for, which may well list other units' phones. Only editors and
    administrators, who bring in old bases, give rows to the units named in them.
    """
    name = record.values.get("unit", "").strip()
    if not name or not actor.has(Role.EDITOR, Role.ADMIN):
        return unit_id
    named = find_unit(session, name)
    return named.id if named is not None else unit_id


_LABELS = {
    "issued_on": "成文日期",
    "valid_from": "施行日期",
    "valid_until": "有效期至",
    "review_on": "核验日",
}


def _day(name: str, values: Mapping[str, str]) -> date | None:
    text = values.get(name, "").strip()
    found = _DAY.fullmatch(text)
    try:
        if not found:
            return date.fromisoformat(text) if text else None
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as error:
        message = f"{_LABELS[name]}“{text[:20]}”不是日期，请写成 2026-05-07 的样子"
        raise InvalidInput(message, {name: message}) from error


def _audience(text: str, wishes: Wishes) -> Audience:
    for audience in Audience:
        if text.strip() in (audience.value, audience.label):
            return audience
    return wishes.audience


def content_json(content: Content) -> dict[str, Any]:
    """A content as plain JSON, to be read back by :func:`content_of_json`."""
    whole = asdict(replace(content, links=()))
    whole.pop("links")
    days = {name: whole[name].isoformat() if whole[name] else None for name in _DAYS}
    return whole | days | {"kind": content.kind.value, "audience": content.audience.value}


def content_of_json(whole: Mapping[str, Any]) -> Content:
    """The content that :func:`content_json` wrote."""
    days = {name: date.fromisoformat(whole[name]) if whole[name] else None for name in _DAYS}
    lists = {name: tuple(whole[name]) for name in ("regions", "variants")}
    kind, audience = KnowledgeKind(whole["kind"]), Audience(whole["audience"])
    names = {field.name for field in fields(Content)}
    said = {name: value for name, value in whole.items() if name in names}
    return Content(**{**said, **days, **lists, "kind": kind, "audience": audience})
