"""Reads a template's tokens as HTML: what is text, what a tag, what an attribute for people.

A template is read in the order it is written; a Jinja block does not change where we are. That
holds as long as every branch of a block opens and closes the same quotes, which ours do.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from jinja2.lexer import Token

INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "cite", "code", "em", "i", "kbd", "mark", "q", "s", "small", "span"}
    | {"strong", "sub", "sup", "time", "u"}
)
# Nothing in these is for a reader, or it comes back to us as it is.
RAW = frozenset({"pre", "script", "style", "textarea"})
# Attributes people read; values put in there are looked up, too.
HUMAN = frozenset({"alt", "aria-description", "aria-label", "label", "placeholder", "title"})

_VOID = frozenset(
    ["area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_STEP = re.compile(r"\s+|/?>|=|[\"']|[^\s=>\"'/]+|/")

Tokens = list[Token]
Kind = Literal["text", "value", "open", "close", "break"]


@dataclass
class Part:
    """A stretch of a template: a text, an expression, an inline tag, or what ends a sentence."""

    kind: Kind
    tokens: Tokens = field(default_factory=list)
    text: str = ""
    line: int = 0
    name: str = ""


def grouped(stream: Iterable[Token]) -> Iterator[tuple[str, Tokens]]:
    """The tokens of a template as ``("data" | "value" | "block", tokens)``."""
    held: Tokens = []
    for token in stream:
        if token.type == "data":
            yield "data", [token]
            continue
        held.append(token)
        if token.type in ("variable_end", "block_end"):
            yield ("value" if token.type == "variable_end" else "block"), held
            held = []
    if held:
        yield "block", held


@dataclass
class _Tag:
    line: int
    tokens: Tokens = field(default_factory=list)
    name: str = ""
    attributes: set[str] = field(default_factory=set)
    attribute: str = ""
    expects_value: bool = False
    quote: str = ""
    value: list[Part] = field(default_factory=list)
    is_untranslated: bool = False

    def add(self, text: str) -> None:
        self.tokens.append(Token(self.line, "data", text))


class PageReader:
    """Takes tokens, gives parts; attributes are handed to ``attribute`` as soon as they end."""

    def __init__(self, attribute: Callable[[str, list[Part]], Tokens]) -> None:
        self._attribute = attribute
        self._tag: _Tag | None = None
        self._raw = ""
        self._kept: list[str] = []  # open elements within one with translate="no"
        self.parts: list[Part] = []

    def read(self, stream: Iterable[Token]) -> list[Part]:
        """The whole template as parts."""
        for kind, tokens in grouped(stream):
            if kind == "data":
                self._data(tokens[0].value, tokens[0].lineno)
            else:
                self._jinja(kind, tokens)
        return self.parts

    def _jinja(self, kind: str, tokens: Tokens) -> None:
        tag = self._tag
        if tag is None:
            is_value = kind == "value" and not self._raw and not self._kept
            self.parts.append(Part("value" if is_value else "break", tokens, name=kind))
        elif tag.quote:
            tag.value.append(Part("value" if kind == "value" else "break", tokens, name=kind))
        else:
            tag.expects_value = False
            tag.tokens += tokens

    def _data(self, text: str, line: int) -> None:
        at = 0
        while at < len(text):
            here = line + text.count("\n", 0, at)
            if self._tag is None:
                at = self._text(text, at, here)
            elif self._tag.quote:
                at = self._value(self._tag, text, at)
            else:
                at = self._within_tag(self._tag, text, at)

    def _text(self, text: str, at: int, line: int) -> int:
        found = re.compile(f"</{self._raw}\\b" if self._raw else r"<[A-Za-z/!]").search(text, at)
        end = found.start() if found else len(text)
        if end > at:
            if self._raw or self._kept:
                self._break(text[at:end], line)
            else:
                self.parts.append(Part("text", text=text[at:end], line=line))
            return end
        if text.startswith("<!--", at):
            end = text.find("-->", at)
            end = len(text) if end < 0 else end + 3
            self._break(text[at:end], line)
            return end
        self._raw = ""
        self._tag = _Tag(line)
        self._tag.add("<")
        return at + 1

    def _break(self, text: str, line: int) -> None:
        self.parts.append(Part("break", [Token(line, "data", text)], name="data"))

    def _within_tag(self, tag: _Tag, text: str, at: int) -> int:
        step = _STEP.match(text, at)
        word = step[0] if step else text[at]
        at += len(word)
        if word in "\"'" and tag.expects_value:
            tag.quote, tag.expects_value, tag.value = word, False, []
        elif word == "=":
            tag.expects_value = True
        elif word.endswith(">"):
            tag.add(word)
            self._close(tag, word)
            return at
        elif tag.name in ("", "/") and not word.isspace():
            tag.name += word.lower()
        elif not word.isspace():
            if not tag.expects_value:
                tag.attribute = word.lower()
                tag.attributes.add(tag.attribute)
            tag.expects_value = False
        tag.add(word)
        return at

    def _value(self, tag: _Tag, text: str, at: int) -> int:
        end = text.find(tag.quote, at)
        stop = len(text) if end < 0 else end
        if stop > at:
            tag.value.append(Part("text", text=text[at:stop], line=tag.line))
        if end < 0:
            return stop
        if tag.attribute == "translate":
            tag.is_untranslated = "".join(part.text for part in tag.value) == "no"
        tag.tokens += self._attribute(tag.attribute, tag.value)
        tag.add(tag.quote)
        tag.quote = ""
        return end + 1

    def _close(self, tag: _Tag, ending: str) -> None:
        self._tag = None
        name = tag.name.lstrip("/")
        is_closing = tag.name.startswith("/")
        if name in INLINE and not tag.is_untranslated and not self._kept:
            self.parts.append(Part("close" if is_closing else "open", tag.tokens, name=name))
        else:
            self.parts.append(Part("break", tag.tokens, name="tag"))
        self._follow(tag, name, is_closing, is_alone=ending == "/>")

    def _follow(self, tag: _Tag, name: str, is_closing: bool, is_alone: bool) -> None:
        """Note what the elements we are in now allow."""
        is_raw = name in RAW or (name == "option" and "value" not in tag.attributes)
        if is_raw and not is_closing:
            self._raw = name
        if self._kept:
            if is_closing and self._kept[-1] == name:
                self._kept.pop()
            elif not is_closing and not is_alone and name == self._kept[0]:
                self._kept.append(name)
        elif tag.is_untranslated and not (is_closing or is_alone or name in _VOID):
            self._kept.append(name)
