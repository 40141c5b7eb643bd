"""POST to another house, and to no other place than was listed.

The host must be on the list word for word; it is resolved once, and that very address is called;
an address inside the network must be listed itself; redirects are not followed.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

TIMEOUT_SECONDS = 10.0

Headers = Mapping[str, str]
Post = Callable[[str, Headers, bytes], int]


class DeliveryRefused(Exception):
    """Raised when a delivery did not reach its receiver, or may not be tried."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.status = reason, status


class HostUnknown(DeliveryRefused):
    """Raised when no address of a host can be found, for now at least."""


@dataclass(frozen=True)
class Target:
    """An address that may be called: a listed host, reached at one resolved address."""

    parts: SplitResult
    host: str
    port: int
    address: str


def check_url(url: str, allowed: Collection[str]) -> SplitResult:
    """An address a subscription may have.

    :param allowed: exact hosts, lower case; an entry may name a port (``host:8443``).
    :raises DeliveryRefused: not http(s), with a user name, or its host is not listed.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise DeliveryRefused("地址不对，应形如 https://主机/路径") from error
    host = (parts.hostname or "").lower()
    if parts.scheme not in ("http", "https") or not host or not url.isascii() or " " in url:
        raise DeliveryRefused("地址不对，应形如 https://主机/路径")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise DeliveryRefused("地址里不能有用户名、口令或 #")
    named = f"[{host}]" if ":" in host else host
    if host not in allowed and f"{named}:{port or _default_port(parts)}" not in allowed:
        raise DeliveryRefused(f"主机 {host} 不在允许推送的名单里（KB_WEBHOOK_HOSTS）")
    return parts


def resolve_target(url: str, allowed: Collection[str]) -> Target:
    """Resolve the host once; what is called is this very address.

    :raises DeliveryRefused: as :func:`check_url`; the host is unknown; or it leads to an address
        inside the network that is not itself listed.
    """
    parts = check_url(url, allowed)
    host, port = (parts.hostname or "").lower(), parts.port or _default_port(parts)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # the latter for a name no host can have
        raise HostUnknown(f"找不到主机 {host}") from error
    # One that may not be called makes the name suspect: none of them is.
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        if not _is_public(address) and address not in allowed:
            raise DeliveryRefused(
                f"主机 {host} 指向内部地址 {address}；确需推送请把这个地址也列入 KB_WEBHOOK_HOSTS"
            )
    return Target(parts, host, port, addresses[0])


def _default_port(parts: SplitResult) -> int:
    return 443 if parts.scheme == "https" else 80


def _is_public(address: str) -> bool:
    known = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped is not None:
        known = known.ipv4_mapped
    return known.is_global and not known.is_multicast


def http_post(allowed: Collection[str], timeout: float = TIMEOUT_SECONDS) -> Post:
    """A function that posts to a listed host and gives the status; redirects are not followed.

    It raises :class:`DeliveryRefused` when there was no answer.
    """

    def post(url: str, headers: Headers, body: bytes) -> int:
        target = resolve_target(url, allowed)
        connection = _connect(target, timeout)
        path = target.parts.path or "/"
        if target.parts.query:
            path += f"?{target.parts.query}"
        try:
            connection.request("POST", path, body=body, headers=dict(headers))
            # What else the receiver says is not read: it could go on for ever.
            return connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            name = type(error).__name__
            raise DeliveryRefused(f"没有回应：{name} {error}"[:300]) from error
        finally:
            connection.close()

    return post


def _connect(target: Target, timeout: float) -> http.client.HTTPConnection:
    """A connection to the resolved address that speaks, and checks the certificate, as the host."""
    connection = (
        http.client.HTTPSConnection(target.host, target.port, timeout=timeout)
        if target.parts.scheme == "https"
        else http.client.HTTPConnection(target.host, target.port, timeout=timeout)
    )
    try:
        plain = socket.create_connection((target.address, target.port), timeout=timeout)
        connection.sock = plain
        if target.parts.scheme == "https":
            context = ssl.create_default_context()
            connection.sock = context.wrap_socket(plain, server_hostname=target.host)
    except OSError as error:
        connection.close()
        raise DeliveryRefused(f"连接不上 {target.host}:{target.port}：{error}"[:300]) from error
    return connection
