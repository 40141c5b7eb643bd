"""What an open page asks by itself: it shows that the page is open, not that somebody is there."""

from collections.abc import Callable
from typing import TypeVar

from flask import Request, current_app

View = TypeVar("View", bound=Callable[..., object])

_MARK = "asked_by_scripts"
_LOADS_ITSELF = "loads_itself"


def polled(view: View) -> View:
    """Mark a view that scripts ask again and again: a log-in is checked there, never prolonged."""
    setattr(view, _MARK, "")
    return view


def polled_unless(argument: str) -> Callable[[View], View]:
    """The same, but with this argument in its address the page is meant to stay on a screen."""

    def mark(view: View) -> View:
        setattr(view, _MARK, argument)
        return view

    return mark


def loads_itself(view: View) -> View:
    """Mark a page that has the browser load it again while it waits (``Refresh``), and the page
    such a wait leads to.

    The browser tells who loads it: ``Sec-Fetch-User`` comes with what a person opens, clicks or
    reloads, and with nothing else. One that tells nothing of loading (no ``Sec-Fetch-Mode``) is
    taken for a person.
    """
    setattr(view, _LOADS_ITSELF, True)
    return view


def is_polled(asked: Request) -> bool:
    """Tell whether this request says nothing of a person; opening the page itself does."""
    view = current_app.view_functions.get(asked.endpoint or "")
    if hasattr(view, _LOADS_ITSELF) and asked.headers.get("Sec-Fetch-Mode") == "navigate":
        return "Sec-Fetch-User" not in asked.headers
    unless = getattr(view, _MARK, None)
    if unless is None or asked.headers.get("Sec-Fetch-Mode") == "navigate":
        return False
    return not asked.args.get(unless)
