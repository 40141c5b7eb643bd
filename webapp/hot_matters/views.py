"""The list of a period, the records behind a line, and asking for the computation."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.errors import InvalidInput, NotFound
from kb.masking import mask_person, mask_text
from kb.services.hot_matters import Facts, facts_of, gathered, round_of
from kb.services.matter_rounds import ask as ask_for
from kb.services.similar_requests import HIDDEN_TITLE
from webapp.context import services
from webapp.database import commit, db
from webapp.hot_matters.blueprint import bp
from webapp.hot_matters.rows import SORTS, TABS, lines
from webapp.identity import current_actor
from webapp.list_asked import Asked
from webapp.period_asked import offered, period_asked, span_of

PAGE = 50


@bp.get("")
def home() -> str:
    """热点事项 of a period."""
    return page()


def page(problem: str = "", at: str = "") -> str:
    """The list.

    :param problem: why the last step was refused, shown at the line ``at`` (an anchor).
    """
    period, problems = period_asked()
    asked = Asked(request.values)
    sort = asked.one_of("sort", tuple(SORTS), "size")
    tab = asked.one_of("tab", tuple(TABS), "open")
    found = lines(db(), period, sort)
    number = max(1, min(asked.page, -(-len(found[tab]) // PAGE)))

    def href(**changes: Any) -> str:
        values = {**span_of(period), "tab": tab, "sort": sort}
        return url_for("hot_matters.home", **(values | changes))

    return render_template(
        "hot_matters/list.html",
        period=period,
        usual=offered(),
        round=round_of(db(), period),
        found=found,
        shown=found[tab][(number - 1) * PAGE : number * PAGE],
        number=number,
        pages=max(1, -(-len(found[tab]) // PAGE)),
        tab=tab,
        tabs=TABS,
        sort=sort,
        sorts=SORTS,
        href=href,
        span=span_of(period),
        problems=problems,
        problem=problem,
        problem_at=at,
        typed=request.form.get("name", ""),
    )


@bp.post("/ask")
def ask() -> Response:
    """Have the period worked out anew."""
    period, problems = period_asked()
    if problems:
        raise InvalidInput("；".join(problems))
    ask_for(db(), period, services().clock())
    commit()
    flash("已排上，算好后这一页会更新；已有的决定不受影响", "good")
    return redirect(url_for("hot_matters.home", **span_of(period)))


def _said(one: Facts) -> str:
    if one.is_confidential:
        return HIDDEN_TITLE
    return mask_text(one.title) if current_actor().is_centre else mask_person(one.title)


@bp.get("/records/<int:anchor_id>")
def records(anchor_id: int) -> str:
    """The requests of the line that holds a request."""
    period, _ = period_asked()
    matters, waiting = gathered(db(), period)
    name, ids = "", tuple[int, ...]()
    for one in matters:
        if anchor_id in one.members:
            name, ids = one.matter.name, one.members
    for group in waiting:
        if anchor_id in group.member_ids:
            name, ids = group.title, tuple(group.member_ids)
    if not ids:
        raise NotFound("这个时段没有含这件诉求的热点事项，可能重新计算过")
    facts = facts_of(db(), period, ids)
    number = max(1, min(Asked(request.args).page, -(-len(facts) // PAGE)))
    return render_template(
        "hot_matters/records.html",
        name=name,
        period=period,
        span=span_of(period),
        total=len(facts),
        rows=facts[(number - 1) * PAGE : number * PAGE],
        said=_said,
        number=number,
        pages=max(1, -(-len(facts) // PAGE)),
        href=lambda page: url_for(
            "hot_matters.records", anchor_id=anchor_id, page=page, **span_of(period)
        ),
    )
