"""One Jinja environment a language; Chinese is the plain one, as if there were no other.

The templates are the Chinese pages. Another language compiles copies of its own from them, with
the translations already in, so that a page of it costs what a Chinese page costs.
"""

from collections.abc import Callable, Iterable, MutableMapping
from functools import partial, wraps
from typing import Any

from flask import Flask
from flask.templating import Environment
from flask_babel import get_locale
from jinja2 import Template
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from webapp.language.catalogues import CHINESE_CODE, Catalogue, catalogue
from webapp.language.pages import PageTranslator
from webapp.language.scripts import asset_address

# Filters that say words: a template joins what they give to others before it is looked up.
SPEAKING = ("day", "local_time", "remaining", "duration")
# The template function that looks a value up in the sentences of a language.
SAID = "in_language"


def language() -> str:
    """The code of the language of whoever is asking; Chinese outside a request."""
    locale = get_locale()
    return CHINESE_CODE if locale is None else str(locale)


class LanguageEnvironment(Environment):
    """The application's environment: gives the templates of the reader's language."""

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, **options)
        self._others: dict[str, Environment] = {}

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Template:
        """A template, of the reader's language."""
        code = CHINESE_CODE if self.overlayed else language()
        if code == CHINESE_CODE:
            return super().get_template(name, parent, globals)
        return self._other(code).get_template(name, parent, globals)

    def _other(self, code: str) -> Environment:
        # Two threads may both make one: they are alike.
        if code not in self._others:
            self._others[code] = translated(self, catalogue(code))
        return self._others[code]


class _Translation(Extension):
    """Hands the tokens of each template to the translator of its environment."""

    translator: PageTranslator

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        """The tokens of the translated template."""
        return iter(self.translator.tokens(stream))


def translated(chinese: Environment, known: Catalogue) -> Environment:
    """The same templates in another language, compiled apart."""

    def translate(message: str, _told: str) -> str:
        return known.pages.get(message, message)

    asset: Any = chinese.globals["asset"]
    attributes = {"translator": PageTranslator(translate, SAID)}
    # A cache of compiled templates knows them by their Chinese source: it would mix them up.
    extension = type("_Translation", (_Translation,), attributes)
    other = chinese.overlay(extensions=[extension], bytecode_cache=None)
    other.globals = dict(chinese.globals) | {
        SAID: known.spoken.said,
        "language_tag": known.code.replace("_", "-"),
        "asset": partial(asset_address, known.code, asset),
    }
    other.filters = dict(chinese.filters) | {
        name: _spoken(chinese.filters[name], known) for name in SPEAKING if name in chinese.filters
    }
    return other


def _spoken(said: Callable[..., Any], known: Catalogue) -> Callable[..., Any]:
    @wraps(said)
    def spoken(*values: Any, **named: Any) -> Any:
        return known.spoken.said(said(*values, **named))

    return spoken


def in_language(value: Any) -> Any:
    """A text of Python in the reader's language, for answers that no template makes."""
    code = language()
    return value if code == CHINESE_CODE else catalogue(code).spoken.said(value)
