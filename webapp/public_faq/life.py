"""按人生大事找: 生孩子, 上学, 退休养老 … as the city profile puts entries together."""

from flask import render_template, url_for

from kb.errors import NotFound
from kb.profile_life_events import LifeEvent
from kb.queries import life_events, public
from webapp.context import city, services
from webapp.database import db
from webapp.public_faq.room import bp, page_number, today
from webapp.public_faq.rows import rows
from webapp.public_faq.structured import questions_data


@bp.get("/life")
def by_event() -> str:
    """Every event with something to show."""
    return render_template("public_faq/by_event.html", events=shown_events())


@bp.get("/life/<name>")
def of_event(name: str) -> str:
    """The questions and matters of one event, a group for each matter, most asked first."""
    event = next((one for one in city().life_events if one.name == name), None)
    if event is None:
        raise NotFound("没有这个页面，可能地址有误，或这件事换了名字")
    day = today()
    listed, groups = life_events.entries_of(db(), event, services().clock(), day, page_number())
    shown = [(group.name, rows(group.entries, day)) for group in groups]
    return render_template(
        "public_faq/of_event.html",
        event=event,
        listed=listed,
        groups=shown,
        structured=questions_data([row for _, group in shown for row in group]),
        others=[one for one in shown_events() if one != event],
        href=lambda page: url_for("public_faq.of_event", name=event.name, page=page),
    )


def shown_events() -> list[LifeEvent]:
    """The events of the city that have an entry to show today."""
    used = public.categories_in_force(db(), today())
    return life_events.live_events(db(), city().life_events, used, today())
