"""知识产出 of one order: entries that say it already, the draft from the reply, archiving."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.clock import local_day
from kb.errors import IllegalTransition, InvalidInput, NotFound, SearchUnavailable, StaleVersion
from kb.models import WorkOrder
from kb.replies.bound import bound_phrases
from kb.services import order_knowledge as service
from kb.services import order_proposing as proposing
from kb.services import work_orders
from kb.services.contact_details import shown_text
from kb.services.entries import Content
from kb.services.order_outcomes import draft_of, stands_on_nothing
from kb.services.order_questions import questions_of
from kb.services.order_unanswered import seen_gaps_of
from kb.services.work_orders import By
from kb.standing import standing_on
from kb.terms import Audience, KnowledgeKind, Role
from kb.work_orders.events import EventKind
from kb.work_orders.facts import Knowledge
from kb.work_orders.permissions import may
from kb.work_orders.state import OrderState
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.navigation import is_offered
from webapp.order_filing import chosen_category, filing_of

bp = Blueprint("order_knowledge", __name__)
_EXCERPT = 160
_NAMED = 5
# The order's page offers the way here to those who may go it.
bp.add_app_template_global(proposing.may_work_on, "knows")


@bp.get("/orders/<number>/knowledge")
def page(number: str) -> str:
    """What the order may leave in the library."""
    return _page(_order(number), {}, {}, "")


@bp.get("/orders/<number>/knowledge/<what>")
def back(number: str, what: str) -> Response:
    """The address of a form that is opened as a page (reload, history): the page itself."""
    return redirect(url_for("order_knowledge.page", number=number))


def _order(number: str) -> WorkOrder:
    """The order, with its knowledge open to this person.

    :raises NotFound, IllegalTransition, PermissionDenied: see ``kb.services.order_knowledge``.
    """
    return work_orders.get_order(db(), number, current_actor())


def _page(
    order: WorkOrder, typed: Mapping[str, str], problems: Mapping[str, str], where: str
) -> str:
    actor, now = current_actor(), services().clock()
    today = local_day(now)
    known = services().search
    if known is None:
        raise SearchUnavailable("检索暂时不可用，请稍后再整理知识")
    proposal = proposing.propose(db(), known, order, actor, today)
    state = work_orders.state_of(order)
    entries = service.entries_of(db(), order)
    may_archive = state.step == OrderState.RESOLVED and may(EventKind.ARCHIVED, state, actor)
    return render_template(
        "order_knowledge/page.html",
        order=order,
        title=shown_text(order.request.title, order.request, actor),
        state=state,
        proposal=proposal,
        rows=[(one, _excerpt(one.version.body, one.version.facts)) for one in proposal.similar],
        entries=entries,
        made=draft_of(entries),
        may_open_draft=actor.has(Role.EDITOR) or order.unit_id in actor.unit_scope,
        is_bare=stands_on_nothing(order, entries),
        gaps=seen_gaps_of(db(), order, actor) if proposal.unanswered else [],
        may_reopen=may(EventKind.REOPENED, state, actor) and state.step == OrderState.RESOLVED,
        standing={
            row.item_id: standing_on(row.item, row.item.current_version, today)
            for row in entries
            if row.item.current_version is not None
        },
        questions=questions_of(db(), order.request) if actor.is_centre else [],
        draft={
            "title": proposal.title,
            "variants": "\n".join(proposal.variants),
            "body": proposal.general.text or proposal.body,
            "audience": Audience.PUBLIC.value,
        }
        | (dict(typed) if where == "draft" else {}),
        marked=_marked(proposal.body),
        audiences=[(audience.value, audience.label) for audience in Audience],
        outcomes=list(Knowledge),
        may_archive=may_archive,
        filing=filing_of(db(), order) if may_archive else None,
        typed=typed if where == "archive" else {},
        problems=problems,
        where=where,
    )


def _marked(body: str) -> list[tuple[str, str]]:
    """The reply in pieces, each with why it holds for one case alone, or nothing."""
    pieces, done = [], 0
    for one in bound_phrases(body):
        pieces += [(body[done : one.start], ""), (body[one.start : one.end], one.kind.label)]
        done = one.end
    return [piece for piece in (*pieces, (body[done:], "")) if piece[0]]


def _excerpt(body: str, facts: Mapping[str, Any]) -> str:
    text = str(facts.get("conclusion") or "") or " ".join(body.replace("#", " ").split())
    return text if len(text) <= _EXCERPT else text[:_EXCERPT] + "……"


@bp.post("/orders/<number>/knowledge/draft")
def draft(number: str) -> Response:
    """新建条目 from the reply, as it was read and corrected."""

    def act(order: WorkOrder) -> Response:
        form = request.form
        audience = form.get("audience", "")
        content = Content(
            KnowledgeKind.QA,
            " ".join(form.get("title", "").split()),
            _clean(form.get("body", "")),
            variants=tuple(_clean(form.get("variants", "")).splitlines()),
            audience=Audience(audience) if audience in set(Audience) else Audience.PUBLIC,
            category=order.request.category[:80],
        )
        if not form.get("holds_for_all"):
            _refuse_one_case(content)
        actor, now = current_actor(), services().clock()
        version = service.draft_from(db(), order, content, actor=actor, now=now)
        commit()
        flash(f"草稿已建，交{version.item.unit.name}审核发布；发布后自动重跑来电人的提问", "good")
        return redirect(url_for("order_knowledge.page", number=number))

    return _handle(number, act, "draft")


def _refuse_one_case(content: Content) -> None:
    """A draft that still tells of one case comes back, until a person says that it holds.

    :raises InvalidInput: naming the phrases.
    """
    found = proposing.of_one_case(content)
    if found:
        said = "、".join(f"“{phrase}”（{why}）" for phrase, why in found[:_NAMED])
        more = f"等 {len(found)} 处" if len(found) > _NAMED else ""
        sentence = f"还有只属于这一件的话：{said}{more}。改成对谁都成立的说法，或勾选“都成立”再建"
        raise InvalidInput(sentence, {"body": sentence})


@bp.post("/orders/<number>/knowledge/entries")
def name_entry(number: str) -> Response:
    """已有条目: this one answers the matter."""

    def act(order: WorkOrder) -> Response:
        text = request.form.get("item", "").strip().removeprefix("#")
        item_id = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
        try:
            service.name_existing(
                db(), order, item_id, actor=current_actor(), now=services().clock()
            )
        except NotFound as missing:
            raise InvalidInput(missing.message, {"item": missing.message}) from missing
        commit()
        flash("已记下这个条目，正在重跑来电人的提问", "good")
        return redirect(url_for("order_knowledge.page", number=number))

    return _handle(number, act, "entries")


@bp.post("/orders/<number>/knowledge/archive")
def archive(number: str) -> Response:
    """归档 with the outcome."""

    def act(order: WorkOrder) -> Response:
        form = request.form
        item, seen = form.get("item_id", ""), form.get("seen", "")
        by = By(
            current_actor(),
            services().clock(),
            services().profile,
            int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 7 else 0,
        )
        work_orders.archive(
            db(),
            order,
            by,
            knowledge=form.get("knowledge", ""),
            item_id=int(item) if item.isascii() and item.isdigit() and len(item) < 10 else None,
            knowledge_text=_clean(form.get("knowledge_text", "")).strip(),
            waived=_clean(form.get("waived", "")).strip(),
            category=_clean(chosen_category(form)),
            text=_clean(form.get("text", "")).strip(),
        )
        commit()
        flash(f"{number}：已归档", "good")
        room = "follow_up" if is_offered(current_actor(), "/follow-up") else "dispatch"
        return redirect(url_for(f"{room}.order", number=number))

    return _handle(number, act, "archive")


def _handle(number: str, act: Callable[[WorkOrder], Response], where: str) -> Response:
    order = _order(number)
    try:
        return act(order)
    except (InvalidInput, IllegalTransition, StaleVersion) as refused:
        db().rollback()
        db().expire_all()
        problems = getattr(refused, "fields", {}) or {"": refused.message}
        status = 422 if isinstance(refused, InvalidInput) else 409
        return make_response(_page(_order(number), request.form, problems, where), status)


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n")
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))
