"""The form of a version: from a version to texts, and from what was typed back to content."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from kb.access import get_visible
from kb.actor import Actor
from kb.errors import InvalidInput, NotFound
from kb.facts import LABELS, LIST_FACTS, clean_facts
from kb.models import KnowledgeVersion
from kb.queries.portal_list import linkable
from kb.services.entries import Content, PlannedLink
from kb.terms import Audience, KnowledgeKind, LinkKind
from webapp.entry_named import entry_named

TEXTS = ("title", "document_number", "issuing_authority", "category", "body", "variants")
DATES = {
    "issued_on": "成文日期",
    "valid_from": "施行日期",
    "valid_until": "有效期至",
    "review_on": "核验日",
}
# As people write dates: 2026-05-06, 2026/5/6, 2026.5.6, 2026年5月6日.
_DATE = re.compile(r"([12]\d{3})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_ID = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class LinkRow:
    """One planned link as it stands in the form."""

    kind: str
    item_id: int
    title: str
    effective_on: str = ""


@dataclass
class Typed:
    """Everything in the form, as text; what was typed is never lost, right or wrong."""

    kind: str = KnowledgeKind.POLICY.value
    audience: str = Audience.PUBLIC.value
    texts: dict[str, str] = field(default_factory=lambda: dict.fromkeys((*TEXTS, *DATES), ""))
    facts: dict[str, str] = field(default_factory=dict)
    regions: list[str] = field(default_factory=list)
    links: list[LinkRow] = field(default_factory=list)
    link_text: str = ""
    link_kind: str = LinkKind.SUPERSEDES.value
    link_on: str = ""


def typed_from_version(version: KnowledgeVersion, session: Session, actor: Actor) -> Typed:
    """The form as the version fills it."""
    texts = {name: str(getattr(version, name)) for name in TEXTS if name != "variants"}
    texts["variants"] = "\n".join(version.variants)
    for name in DATES:
        day = getattr(version, name)
        texts[name] = day.isoformat() if day else ""
    return Typed(
        kind=version.kind,
        audience=version.audience,
        texts=texts,
        facts={name: _lines(value) for name, value in version.facts.items()},
        regions=list(version.regions),
        links=[
            LinkRow(
                link["kind"],
                link["item_id"],
                _title(session, link["item_id"], actor),
                link["effective_on"] or "",
            )
            for link in version.planned_links
        ],
    )


def _lines(value: str | Iterable[str]) -> str:
    return value if isinstance(value, str) else "\n".join(value)


def _title(session: Session, item_id: int, actor: Actor) -> str:
    """The older entry's title; one that has gone from sight since does not close the draft."""
    try:
        item = get_visible(session, item_id, actor)
    except NotFound:
        return f"#{item_id}（已不在可查看的范围内）"
    return item.current_version.title if item.current_version else f"#{item_id}"


def typed_from_form(form: MultiDict[str, str], session: Session, actor: Actor) -> Typed:
    """The form as it was sent. Links whose row was ticked for removal are left out."""
    dropped = set(form.getlist("link_drop"))
    rows = zip(
        form.getlist("link_item"), form.getlist("link_kind"), form.getlist("link_on"), strict=False
    )
    return Typed(
        kind=form.get("kind", KnowledgeKind.POLICY.value),
        audience=form.get("audience", Audience.PUBLIC.value),
        texts={name: form.get(name, "") for name in (*TEXTS, *DATES)},
        facts={name: form.get(f"fact_{name}", "") for name in LABELS},
        regions=form.getlist("regions"),
        links=[
            LinkRow(kind, int(item), _title(session, int(item), actor), day)
            for item, kind, day in rows
            if _ID.fullmatch(item) and item not in dropped
        ],
        link_text=form.get("link_new", "").strip(),
        link_kind=form.get("link_new_kind", LinkKind.SUPERSEDES.value),
        link_on=form.get("link_new_on", ""),
    )


def to_content(typed: Typed, session: Session, actor: Actor) -> Content:
    """The content that was typed.

    :raises InvalidInput: with a sentence per field.
    """
    faults: dict[str, str] = {}
    days = {name: _day(name, typed.texts[name], faults) for name in DATES}
    facts = {}
    try:
        facts = clean_facts({name: text for name, text in typed.facts.items() if text.strip()})
    except InvalidInput as invalid:
        faults |= invalid.fields
    links = _links(typed, session, actor, faults)
    if typed.kind not in list(KnowledgeKind):
        faults["kind"] = "请选择种类"
    if typed.audience not in list(Audience):
        faults["audience"] = "请选择公开属性"
    for name, limit in (("document_number", 80), ("issuing_authority", 200), ("category", 80)):
        if len(typed.texts[name]) > limit:
            faults[name] = f"最多 {limit} 字，现有 {len(typed.texts[name])} 字"
    if faults:
        raise InvalidInput("有几项没有填对，请按提示修改；您填写的内容都还在", faults)
    return Content(
        kind=KnowledgeKind(typed.kind),
        title=" ".join(typed.texts["title"].split()),
        body=typed.texts["body"].replace("\x00", ""),
        document_number=typed.texts["document_number"].strip(),
        issuing_authority=typed.texts["issuing_authority"].strip(),
        audience=Audience(typed.audience),
        category=typed.texts["category"].strip(),
        regions=tuple(typed.regions),
        variants=tuple(line.strip() for line in typed.texts["variants"].splitlines()),
        facts=facts,
        links=links,
        **days,
    )


def _day(name: str, text: str, faults: dict[str, str]) -> date | None:
    if not text.strip():
        return None
    written = _DATE.fullmatch("".join(text.split()))
    try:
        return date(*(int(part) for part in written.groups())) if written else _not_a_day()
    except ValueError:
        faults[name] = f"{DATES[name]}应写作 2026-05-06 这样的日期"
        return None


def _not_a_day() -> date:
    raise ValueError("not written as a date")


def _links(
    typed: Typed, session: Session, actor: Actor, faults: dict[str, str]
) -> tuple[PlannedLink, ...]:
    rows = list(typed.links)
    if typed.link_text:
        try:
            rows.append(_found_link(typed, session, actor))
        except InvalidInput as invalid:
            faults |= invalid.fields
    links = []
    for row in rows:
        if row.kind not in list(LinkKind):
            faults["links"] = "请选择替代、废止或修改"
            continue
        problems: dict[str, str] = {}
        day = _day("valid_from", row.effective_on, problems)
        if problems:
            faults["links"] = "生效日期应写作 2026-05-06 这样的日期"
        links.append(PlannedLink(LinkKind(row.kind), row.item_id, day))
    return tuple(links)


def _found_link(typed: Typed, session: Session, actor: Actor) -> LinkRow:
    """The entry that a person named by number (#12), 文号 or title."""
    row = find_entry(typed.link_text, session, actor)
    return replace(row, kind=typed.link_kind, effective_on=typed.link_on)


def find_entry(text: str, session: Session, actor: Actor) -> LinkRow:
    """The one entry that this text names.

    :raises InvalidInput: there is none, or there are several.
    """
    return LinkRow("", *entry_named(session, actor, text, "links", linkable))


def facts_first(
    kind: str, main: dict[KnowledgeKind, tuple[str, ...]]
) -> tuple[list[str], list[str]]:
    """The names of the facts: those the kind is made of, then the others."""
    known = KnowledgeKind(kind) if kind in list(KnowledgeKind) else KnowledgeKind.POLICY
    first = list(main[known])
    return first, [name for name in LABELS if name not in first]


def is_list(name: str) -> bool:
    """Tell whether a fact is written one point a line."""
    return name in LIST_FACTS or name in ("materials", "conditions", "steps")
