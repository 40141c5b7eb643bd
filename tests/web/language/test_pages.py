"""A template in another language: its sentences, its places, and nothing of it ever markup."""

import pytest
from jinja2 import Environment
from markupsafe import Markup

from webapp.language import extracting
from webapp.language.catalogues import Catalogue
from webapp.language.environment import translated
from webapp.language.extracting import of_page
from webapp.language.messages import pieces
from webapp.language.pages import PageTranslator


def chinese() -> Environment:
    environment = Environment(trim_blocks=True, lstrip_blocks=True, autoescape=True)
    environment.globals |= {"asset": str, "icon": lambda name: Markup("<svg></svg>")}
    return environment


def page(source: str, pages: dict[str, str], said: dict[str, str] | None = None, **values: object):
    """What a reader of the language gets."""
    known = Catalogue("en", pages, said or {}, {})
    return translated(chinese(), known).from_string(source).render(**values)


def messages(source: str) -> list[str]:
    return [message for message, _ in of_page(source)]


def test_a_sentence_with_values_is_one_message_whose_places_may_move() -> None:
    source = "<p>第 {{ n }} 页，共 {{ of }} 页</p>"
    assert messages(source) == ["第 {0} 页，共 {1} 页"]
    told = {"第 {0} 页，共 {1} 页": "Of {1} pages this is {0}"}
    assert page(source, told, n=2, of=7) == "<p>Of 7 pages this is 2</p>"


def test_a_day_joined_to_other_words_is_said_in_the_language() -> None:
    chinese_pages = chinese()
    chinese_pages.filters["day"] = lambda _: "11-01 周日"
    known = Catalogue("en", {" 至 ": " to "}, {"周日": "Sun"}, {})
    pages = translated(chinese_pages, known)
    source = '{% set span = one|day ~ " 至 " ~ one|day %}{{ span }}'
    assert pages.from_string(source).render(one=1) == "11-01 Sun to 11-01 Sun"
    assert chinese_pages.from_string("{{ one|day }}").render(one=1) == "11-01 周日"


def test_a_tag_within_a_sentence_is_a_place_and_keeps_its_attributes() -> None:
    source = '<p>可以放宽条件，或<a href="/all?of={{ n }}" title="全部">看全部</a>。</p>'
    assert messages(source) == ["全部", "可以放宽条件，或<0>看全部</0>。"]
    told = {"可以放宽条件，或<0>看全部</0>。": "<0>See all</0> or ask less.", "全部": "All"}
    expected = '<p><a href="/all?of=3" title="All">See all</a> or ask less.</p>'
    assert page(source, told, n=3) == expected


def test_a_tag_that_holds_only_a_value_is_the_place_of_the_value() -> None:
    source = '<span>共 <b class="num">{{ n }}</b> 件</span>'
    assert messages(source) == ["共 {0} 件"]
    told = {"共 {0} 件": "Items: {0}"}
    assert page(source, told, n=5) == '<span>Items: <b class="num">5</b></span>'


def test_links_in_a_row_are_messages_of_their_own() -> None:
    assert messages('<nav>{{ icon("x") }}<a>上一页</a> <a>下一页</a></nav>') == ["上一页", "下一页"]


def test_a_jinja_block_ends_a_sentence() -> None:
    source = (
        'aria<p title="提醒{% if n %}，{{ n }} 条新的{% endif %}">审核{% if n %}中{% endif %}</p>'
    )
    assert messages(source) == ["提醒", "，{0} 条新的", "审核", "中"]


@pytest.mark.parametrize(
    "source",
    [
        '<input name="a" value="中文">',
        "<textarea>中文</textarea>",
        "<script>var a = '中文';</script>",
        "<option>中文</option>",
        '<div translate="no"><b>中文</b></div>',
        "{% if kind == '咨询' %}{% endif %}",
        "{{ ui.button('', value='中文') }}",
        "<!-- 中文 -->",
        "{# 中文 #}",
    ],
)
def test_what_comes_back_to_us_or_is_nobodys_to_read_is_left_alone(source: str) -> None:
    assert messages(source) == []


def test_labels_given_to_macros_are_messages() -> None:
    source = (
        '{{ ui.field("name", "姓名", hint="填写%d 字以内" % most) }}<option value="1">中文</option>'
    )
    assert messages(source) == ["姓名", "填写%d 字以内", "中文"]


def test_values_are_looked_up_where_people_read_and_nowhere_else() -> None:
    source = (
        '<input value="{{ v }}"><p title="{{ v }}" data-v="{{ v }}">{{ v }}</p>'
        "<textarea>{{ v }}</textarea>"
    )
    shown = page(source, {}, {"其他": "Other"}, v="其他")
    assert shown == (
        '<input value="其他"><p title="Other" data-v="其他">Other</p><textarea>其他</textarea>'
    )


HOSTILE = [
    "<script>alert(1)</script>",
    '" onclick="x" \'',
    "{{ 7 * 7 }}{% raw %}",
    "{0.__class__}%s%(x)s",
    "&lt;b&gt;",
]


@pytest.mark.parametrize("translation", HOSTILE)
def test_a_translation_is_text_and_never_markup_or_template(translation: str) -> None:
    shown = page('<p title="标题">正文</p>', {"标题": translation, "正文": translation})
    safe = str(Markup.escape(translation)).replace("&#34;", "&quot;").replace("&#39;", "&#x27;")
    assert shown == f'<p title="{safe}">{safe}</p>'


@pytest.mark.parametrize("translation", HOSTILE)
def test_a_translated_value_is_escaped_like_the_value(translation: str) -> None:
    shown = page("<p>{{ v }}</p>", {}, {"其他": translation}, v="其他")
    assert shown == f"<p>{Markup.escape(translation)}</p>"


def test_hostile_values_stay_escaped_in_a_sentence_that_was_turned_round() -> None:
    told = {"由{0}转{1}": "To {1} by {0}"}
    shown = page("<p>由{{ a }}转{{ b }}</p>", told, a="<i>{1}", b='"&')
    assert shown == "<p>To &#34;&amp; by &lt;i&gt;{1}</p>"


@pytest.mark.parametrize("translation", ["Items", "{1} items", "{0} {0}", "</0>{0}", "  "])
def test_a_translation_that_lost_or_added_a_place_is_not_used(translation: str) -> None:
    assert page("<p>共 {{ n }} 件</p>", {"共 {0} 件": translation}, n=5) == "<p>共 5 件</p>"


def test_every_template_says_the_same_without_a_catalogue() -> None:
    """Token by token, except that entities are written as characters."""
    environment = chinese()
    unlike = []
    for path in extracting.page_files():
        source = path.read_text("utf-8")
        tokens = PageTranslator(lambda message, _: message).tokens(
            environment.lexer.tokenize(source)
        )
        if _joined(tokens) != _joined(environment.lexer.tokenize(source)):
            unlike.append(path.name)
    assert unlike == []


def _joined(tokens: object) -> str:
    text = Markup("").join(
        Markup(token.value if isinstance(token.value, str) else repr(token.value))  # noqa: S704
        for token in tokens  # type: ignore[attr-defined]
    )
    return text.unescape()


class _Reversed(dict[str, str]):
    """A catalogue of every message: its words first, its places after them, last one first."""

    def get(self, message: str, default: object = None) -> str:  # type: ignore[override]
        if "<" in message:
            return f"{message}!"
        parts = list(pieces(message))
        places = [place for place, _ in parts if place]
        return "".join([*(literal for _, literal in parts), *reversed(places)])


def test_every_template_compiles_with_its_sentences_turned_round() -> None:
    other = translated(chinese(), Catalogue("en", _Reversed(), {}, {}))
    for path in extracting.page_files():
        other.parse(path.read_text("utf-8"), path.name)
