"""Web pages, Markdown and plain text made to run, to fetch or to overwhelm."""

from __future__ import annotations

from bench.hostile_files.made import Hostile, Traps, hostile

_P = "<p>云汀市供热通知：自十一月一日起供热，费用每平方米二十四元。</p>"


def pages() -> list[Hostile]:
    """The 8 web pages."""
    return [
        _page("script", "read", lambda t: f"<script>fetch('{t.address}/a')</script>甲{_P}"),
        _page("onerror", "read", lambda t: f"<img src=x onerror=fetch('{t.address}/b')>乙{_P}"),
        _page("mutating SVG and MathML", "read", lambda t: (
            "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'></svg>"
            f"<math><mtext><table><mglyph><style><img src='{t.address}/c'></style></table></math>"
            f"丙{_P}")),
        _page("javascript link broken over lines", "read",
              lambda _: f"<a href='java\nscript:alert(1)'>点击</a>丁{_P}"),
        _page("meta refresh", "read",
              lambda t: f"<meta http-equiv=refresh content='0;url={t.address}/d'>戊{_P}"),
        _page("100,000 nested elements", "too_complex", lambda _: "<div>" * 100_000 + _P),
        hostile("html", "says UTF-7, is GB18030", "通知.html", "read",
                f"<html><meta charset=utf-7><body>己+ADw-script+AD4-{_P}".encode("gb18030")),
        _page("remote style and pictures", "read", lambda t: (
            f"<link rel=stylesheet href={t.address}/e.css><img src={t.address}/f.png>"
            f"<img src=http://169.254.169.254/latest/meta-data>庚{_P}")),
    ]  # fmt: skip


def _page(name: str, expected: str, body) -> Hostile:  # type: ignore[no-untyped-def]
    def make(traps: Traps) -> bytes:
        return f"<!DOCTYPE html><html><body>{body(traps)}</body></html>".encode()

    return hostile("html", name, "通知.html", expected, make)


def texts() -> list[Hostile]:
    """The 6 texts."""
    return [
        hostile("text", "50,000 brackets", "通知.md", "read", b"[" * 50_000),
        hostile("text", "raw script in Markdown", "通知.md", "read", lambda t: (
            f"# 供热\n\n<script src='{t.address}/g.js'></script>\n\n"
            "[甲](javascript:alert(1))\n").encode()),
        hostile("text", "remote picture in Markdown", "通知.md", "read",
                lambda t: f"# 停水\n\n![图]({t.address}/h.png)\n\n周三停水。\n".encode()),
        hostile("text", "one line of 1 MB", "通知.txt", "read", "供热缴费。".encode() * 70_000),
        hostile("text", "NUL and lone surrogates", "通知.txt", "read",
                b"\xe4\xbe\x9b\xe7\x83\xad\x00\x00 \xed\xa0\x80\xed\xb0\x80 "
                + "按时供热，请拨打热线。".encode() * 120),
        hostile("text", "UTF-16 without a mark", "通知.txt", "read",
                ("云汀市供热通知，自十一月一日起供热。" * 20).encode("utf-16-le")),
    ]  # fmt: skip
