"""评价链接: the signed address through which a requester says how content they are.

It names the order, which resolution it is about, and when it ends; nothing else, and nothing is
stored: whether it was used is read from the order's own events.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from flask import request, url_for
from itsdangerous import BadSignature, URLSafeSerializer

from webapp.context import city, services

_SALT = "satisfaction"
_HOUR = 3600
_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Invitation:
    """What a link says: the order's id, the resolution by its number, and when it ends."""

    order_id: int
    resolution: int
    ends_at: datetime


def link_to(order_id: int, resolution: int) -> str:
    """The whole address for one resolution, good for the city's days from now.

    :param resolution: how often the order was reopened before it.
    """
    end = services().clock() + timedelta(days=city().follow_up.link_days)
    hours = int(end.timestamp()) // _HOUR + 1
    path = url_for("satisfaction.ask", token=_signer().dumps([order_id, resolution, hours]))
    base = services().settings.public_url.rstrip("/")
    return base + path if base else url_for("public_faq.home", _external=True).rstrip("/") + path


def is_local() -> bool:
    """Tell whether the addresses lead nowhere but to this machine: no address of the city's is set,
    and this page was opened at the machine's own."""
    host = urlsplit(f"//{request.host}").hostname
    return not services().settings.public_url and host in _LOCAL


def read_link(token: str) -> Invitation:
    """What a link says.

    :raises BadSignature: it is not one of ours.
    """
    content = _signer().loads(token)
    try:
        order_id, resolution, hours = (int(part) for part in content)
    except (TypeError, ValueError) as error:
        raise BadSignature("not a link of ours") from error
    return Invitation(order_id, resolution, datetime.fromtimestamp(hours * _HOUR, UTC))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(services().settings.secret_key, salt=_SALT)
