"""From the text of an environment variable to a value; each says in Chinese what is wrong."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from limits import parse_many


def read_text(raw: str) -> str:
    """Any text."""
    return raw


def read_choice(*allowed: str) -> Callable[[str], str]:
    """One of a few words."""

    def read(raw: str) -> str:
        if raw not in allowed:
            raise ValueError(f"只能是 {'、'.join(allowed)} 之一")
        return raw

    return read


def read_number(lowest: int, highest: int) -> Callable[[str], int]:
    """A whole number within bounds, both included."""

    def read(raw: str) -> int:
        if not raw.isascii() or not raw.isdigit() or not lowest <= int(raw) <= highest:
            raise ValueError(f"应为 {lowest} 至 {highest} 的整数")
        return int(raw)

    return read


def read_switch(raw: str) -> bool:
    """1 or 0."""
    if raw not in ("0", "1"):
        raise ValueError("只能是 0 或 1")
    return raw == "1"


def read_list(raw: str) -> tuple[str, ...]:
    """Words between commas."""
    return tuple(word.strip() for word in raw.split(",") if word.strip())


def read_hosts(raw: str) -> tuple[str, ...]:
    """Host names, each perhaps with a port, between commas; no patterns, no addresses of pages."""
    hosts = tuple(host.lower() for host in read_list(raw))
    for host in hosts:
        if "/" in host or "*" in host or " " in host or not host.isascii():
            raise ValueError(
                f"“{host}”应为主机名或 IP 地址，如 hook.example.gov.cn，不能带路径或 *"
            )
    return hosts


def read_web_address(raw: str) -> str:
    """``http(s)://host…`` without a slash at its end; empty is none."""
    if raw and not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", raw):
        raise ValueError("应为网址，如 https://kb.example.gov.cn")
    return raw.rstrip("/")


def read_scanner(raw: str) -> str:
    """``unix:/path`` or ``tcp:host:port``; empty is none."""
    if raw and not re.fullmatch(r"unix:/\S+|tcp:[^\s:]+:\d{1,5}", raw):
        raise ValueError("应写作 unix:/run/clamav/clamd.ctl 或 tcp:127.0.0.1:3310")
    return raw


def read_limits(raw: str) -> Mapping[str, str]:
    """``name=count/unit`` between commas; ``off`` for none."""
    if raw == "off":
        return MappingProxyType({})
    found: dict[str, str] = {}
    for part in read_list(raw):
        name, equals, limit = part.partition("=")
        if not equals:
            raise ValueError(f"“{part}”应写作 名称=次数/单位，例如 login=20/minute")
        try:
            parse_many(limit)
        except ValueError as error:
            raise ValueError(f"“{part}”里的限额看不懂，例如 20/minute") from error
        found[name.strip()] = limit.strip()
    return MappingProxyType(found)
