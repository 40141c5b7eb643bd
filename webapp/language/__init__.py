"""Interface texts in other languages. Chinese is written in the templates; see docs/translating.md.

What people wrote — knowledge, requests, replies, bulletins, exports — is Chinese everywhere.
"""

from flask import Flask

from webapp.language import choice
from webapp.language.environment import LanguageEnvironment


def prepare(app: Flask) -> None:
    """Give a new application its environment; before anybody asks for ``app.jinja_env``."""
    app.jinja_environment = LanguageEnvironment  # type: ignore[assignment]


def init_app(app: Flask) -> None:
    """Let readers choose, and give each page in the language chosen."""
    choice.init_app(app)
