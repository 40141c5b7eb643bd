"""The page of one gap, with what a refused form brought back."""

from flask import render_template, request

from indexer.errors import IndexerError
from kb.clock import local_day
from kb.errors import SearchUnavailable
from kb.models import Gap
from kb.queries import gaps as lists
from kb.queries.choices import units_by_name
from kb.services import gap_handling as handling
from kb.services.found_items import FoundItem
from kb.services.gap_drafts import neighbours, wordings
from kb.services.order_unanswered import unanswered_orders
from kb.standing import standing_on
from kb.terms import OPEN_GAPS, GapState, Role
from webapp.context import services
from webapp.database import db
from webapp.gaps.tries import tried
from webapp.identity import current_actor

STEPS = {
    "opened": "发现缺口",
    "assigned": "分派",
    "refused": "单位退回",
    "dismissed": "设为不处理",
    "taken_up": "重新处理",
    "renamed": "改名",
    "named": "关联条目",
    "unnamed": "取消关联",
    "worded": "加相似问",
    "merged": "并入别的缺口",
    "took_in": "并入",
    "gave_back": "撤销并入",
    "split": "拆分",
    "closed": "重跑全部答上，已补齐",
    "reopened": "又有人问到、没有答案，重新打开",
}
REASONS = {
    "publication": "条目发布后",
    "demand": "关联条目或手动重跑",
    "daily": "每日",
    "asked": "又有人问到",
}
DAYS = (3, 5, 10, 15)


def gap_page(found: Gap, problems: dict[str, str] | None = None, where: str = "") -> str:
    """Questions, entries, tries, and what this person may do."""
    actor, now = current_actor(), services().clock()
    today = local_day(now)
    may_answer = handling.may_answer(actor, found)
    is_open = found.state in OPEN_GAPS
    runs = lists.runs_of(db(), found)
    return render_template(
        "gaps/gap.html",
        found=found,
        questions=found.questions,
        text_of=lambda question: lists.shown_text(question, actor),
        asks=lists.asks_of(db(), found),
        counts=lists.ask_counts(db(), found),
        tries=tried(runs),
        is_cut=len(runs) == lists.SHOWN_RUNS,
        standing={
            row.item_id: standing_on(row.item, row.item.current_version, today)
            for row in found.entries
            if row.item.current_version is not None
        },
        neighbours=_neighbours(found) if may_answer else [],
        wordings=wordings(found, only_missed=True),
        unit_options=_unit_options() if actor.has(Role.EDITOR) else [],
        others=lists.others(db(), found) if actor.has(Role.EDITOR) and is_open else [],
        unanswered=unanswered_orders(db(), found, actor) if is_open else (),
        into=db().get(Gap, found.merged_into_id) if found.merged_into_id else None,
        is_editor=actor.has(Role.EDITOR),
        is_open=is_open,
        is_of_unit=handling.is_of_unit(actor, found),
        may_answer=may_answer,
        is_overdue=found.state == GapState.ASSIGNED and bool(found.due_at and found.due_at < now),
        step_names=STEPS,
        reasons=REASONS,
        day_options=[(str(days), f"{days} 个工作日") for days in DAYS],
        problems=problems or {},
        where=where,
        typed=request.form,
        longest=handling.MAX_COMMENT,
    )


def _unit_options() -> list[tuple[str, str]]:
    return [(unit.name, unit.name) for unit in units_by_name(db())]


def _neighbours(found: Gap) -> list[FoundItem]:
    known = services().search
    if known is None:
        return []
    named = {row.item_id for row in found.entries}
    today = local_day(services().clock())
    try:
        near = neighbours(db(), known, found, current_actor(), today)
    except (IndexerError, SearchUnavailable):
        return []  # the page works without; the field for a title is still there
    return [one for one in near if one.item.id not in named]
