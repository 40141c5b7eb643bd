"""What every template knows: formats, icons, versioned assets, who is looking."""

from datetime import date, datetime
from functools import partial
from typing import Any

from flask import Flask, g
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from kb import job_faults, masking, terms
from kb.clock import local_day
from kb.presenters.validity import validity
from kb.queries.notices import unseen_count
from kb.services.stored_files import may_read_again
from webapp import appearance, formats, markup
from webapp.acts_told import acts_in_words
from webapp.assets import asset_url
from webapp.context import city, purpose_name, services
from webapp.database import db
from webapp.guided_tours import guided_tour
from webapp.icons import ICONS
from webapp.navigation import may, menu


def init_app(app: Flask) -> None:
    """Add filters and globals."""
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    env.filters |= {
        "job_fault": job_faults.sentence_of,
        "local_time": lambda value: formats.local_time(value, services().clock()),
        "local_second": formats.local_second,
        "instant": datetime.fromisoformat,
        "day": _day,
        "clock_time": formats.clock_time,
        "mask_phone": masking.mask_phone,
        "mask_name": masking.mask_name,
        "mask_text": masking.mask_text,
        "number": formats.number,
        "remaining": lambda value: formats.remaining(value, services().clock()),
        "duration": formats.duration,
        "label": _label,
        "options": lambda kind: [(term.value, term.label) for term in kind],
        "markdown": markup.render_markdown,
        "highlight": markup.highlight,
        "validity": lambda version: "，".join(validity(version.item, version)),
    }
    env.tests |= {"readable_again": may_read_again}
    env.globals |= {
        "acts_on": acts_in_words,
        "percent": formats.percent,
        "icon": icon,
        "asset": asset_url,
        "csrf_field": csrf_field,
        "terms": terms,
        "now": lambda: services().clock(),
        "unseen_notices": _unseen_notices,
        "guided_tour": guided_tour,
        "is_large": appearance.is_large,
        "here": appearance.here,
    }
    app.context_processor(_viewer)


def _viewer() -> dict[str, Any]:
    # Set by the guard; a page about a broken database must not ask the database who looks.
    person = g.get("person")
    return {
        "viewer": None if person is None else person.actor,
        "menu": menu,
        "site_name": city().city,
        "may": partial(may, None if person is None else person.actor),
        "request_id": g.get("request_id", ""),
    }


def _unseen_notices() -> int:
    """How many reminders are new to whoever looks."""
    return unseen_count(db(), g.person.actor)


def _label(value: str, name: str) -> str:
    """The label of a stored code; a 诉求目的 is named by the city."""
    return purpose_name(value) if name == "Purpose" else formats.term_label(value, name)


def _day(value: date | datetime | None) -> str:
    day = local_day(value) if isinstance(value, datetime) else value
    return formats.day_text(day, local_day(services().clock()))


def icon(name: str, title: str = "") -> Markup:
    """An icon of our set, decorative unless it has a title.

    :raises KeyError: no such icon.
    """
    shape = Markup(ICONS[name])  # noqa: S704 - our own constant
    if title:
        return Markup(
            '<svg class="i" viewBox="0 0 20 20" role="img" aria-label="{}">{}</svg>'
        ).format(title, shape)
    return Markup('<svg class="i" viewBox="0 0 20 20" aria-hidden="true">{}</svg>').format(shape)


def csrf_field() -> Markup:
    """The hidden field every form that changes something must carry."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())
