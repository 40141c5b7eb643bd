"""The list of all 专项 with a period's counts, and one of them over many periods."""

from typing import Any

from flask import render_template, request, url_for

from kb.bulletins.addresses import join
from kb.bulletins.periods import Period
from kb.errors import NotFound
from kb.services import topics as verbs
from webapp.context import city, services
from webapp.database import db
from webapp.period_asked import offered, period_asked, span_of
from webapp.sparkline import sparkline, trend
from webapp.topics.blueprint import bp

BEFORE, TRACKED = 5, 12


def ending_with(period: Period, count: int) -> list[Period]:
    """So many periods of equal kind, oldest first, the last of them this one."""
    found = [period]
    while len(found) < count:
        found.insert(0, found[0].previous())
    return found


def door(name: str, period: Period) -> str:
    """The records behind a topic's count of a period."""
    address = join(("extra", "topics", name, "count"))
    return url_for("figure_records.records", address=address, **span_of(period))


@bp.get("")
def home() -> str:
    """专项 of a period, those of the city profile too."""
    period, problems = period_asked()
    periods = ending_with(period, BEFORE + 1)
    own = {one.name: one for one in verbs.kept(db())}
    found = verbs.track(db(), verbs.basis_of(db(), city()), periods, services().clock())
    return render_template(
        "topics/list.html",
        period=period,
        usual=offered(),
        span=span_of(period),
        rows=found,
        own=own,
        removed=verbs.kept(db(), removed=True),
        in_words=verbs.in_words,
        sparkline=sparkline,
        door=lambda name: door(name, period),
        href=_href(period),
        problems=problems,
    )


def _href(period: Period) -> Any:
    return lambda **changes: url_for("topics.home", **(span_of(period) | changes))


@bp.get("/track")
def tracked() -> str:
    """One topic over the last twelve periods: table and chart."""
    period, problems = period_asked()
    name = request.args.get("name", "")
    periods = ending_with(period, TRACKED)
    found = verbs.track(db(), verbs.basis_of(db(), city()), periods, services().clock())
    one = next((one for one in found if one.topic.name == name), None)
    if one is None:
        raise NotFound("没有这个专项，或者它已停用")
    rows = [(p, count, door(name, p)) for p, count in zip(periods, one.counts, strict=True)]
    return render_template(
        "topics/tracked.html",
        period=period,
        usual=offered(),
        span=span_of(period),
        name=name,
        words=verbs.in_words(one.topic),
        own=next((row for row in verbs.kept(db()) if row.name == name), None),
        rows=rows,
        chart=trend([(_short(p), count, to) for p, count, to in rows], f"{name}的走势"),
        href=lambda **changes: url_for(
            "topics.tracked", **({**span_of(period), "name": name} | changes)
        ),
        problems=problems,
    )


def _short(period: Period) -> str:
    if period.months == 1:
        return f"{period.first:%y}年{period.first.month}月"
    return f"{period.first.month}.{period.first.day}"
