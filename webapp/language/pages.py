"""Turns the tokens of a Chinese template into those of a translated one, as it is compiled.

A sentence is a run of text, values and inline tags with no other tag and no Jinja block within.
It is looked up as one message; its values and tags are put where the translation has them. The
translation is escaped into the template's own text, so nothing of a catalogue is ever markup.
"""

from collections.abc import Callable, Iterable
from html import escape, unescape

from jinja2.lexer import Token

from webapp.language.messages import HANZI, is_chinese, is_usable, pieces, squeezed
from webapp.language.reading import HUMAN, PageReader, Part, Tokens

# message, what its places hold → translation, or the message itself where there is none
Translate = Callable[[str, str], str]
# Looks a value up when the page is made; the environment of a language offers it.
SAID = "in_language"
# Calls that give markup or an address: nothing to look up, and no part of a sentence's words.
_MARKUP = frozenset({"asset", "caller", "csrf_field", "icon", "self", "super", "url_for"})
_TAKES_PIECES = frozenset({"endswith", "get", "replace", "split", "startswith", "url_for"})


class PageTranslator:
    """Translates one template after another.

    ``said`` is the name of the template function that looks a value up; without one values are
    shown as they are.
    """

    def __init__(self, translate: Translate, said: str = "") -> None:
        self._translate = translate
        self._said = said

    def tokens(self, stream: Iterable[Token]) -> Tokens:
        """The tokens of the translated template."""
        return self._flow(PageReader(self._attribute).read(stream), looks_up=True)

    def _attribute(self, name: str, parts: list[Part]) -> Tokens:
        if name in HUMAN:
            return self._flow(parts, looks_up=True)
        if name == "content" or name.startswith("data-"):
            return self._flow(parts, looks_up=False)
        return [token for part in parts for token in _plain(part)]

    def _flow(self, parts: list[Part], *, looks_up: bool) -> Tokens:
        """Every sentence of a flow translated; what stands between them as it is."""
        done: Tokens = []
        run: list[Part] = []
        ends = _unmatched(parts)
        for number, part in enumerate(parts):
            if part.kind == "break" or number in ends:
                done += self._sentences(run, looks_up=looks_up)
                done += self._constants(part.tokens) if part.name == "block" else part.tokens
                run = []
            else:
                run.append(part)
        return done + self._sentences(run, looks_up=looks_up)

    def _sentences(self, run: list[Part], *, looks_up: bool) -> Tokens:
        """One message if words stand beside the tags of a run, else one for each tag."""
        first, last = 0, len(run)
        while first < last and _is_margin(run[first]):
            first += 1
        while last > first and _is_margin(run[last - 1]):
            last -= 1
        middle = self._middle(run[first:last], looks_up)
        return (
            self._one_by_one(run[:first], looks_up)
            + middle
            + self._one_by_one(run[last:], looks_up)
        )

    def _middle(self, run: list[Part], looks_up: bool) -> Tokens:
        depth, has_words = 0, False
        for part in run:
            depth += {"open": 1, "close": -1}.get(part.kind, 0)
            has_words = has_words or (depth == 0 and HANZI.search(part.text) is not None)
        if has_words:
            return self._message(run, looks_up)
        return self._one_by_one(run, looks_up)

    def _one_by_one(self, run: list[Part], looks_up: bool) -> Tokens:
        done: Tokens = []
        at = 0
        while at < len(run):
            part = run[at]
            if part.kind == "open":
                end = _closing(run, at)
                inner = self._sentences(run[at + 1 : end], looks_up=looks_up)
                done += part.tokens + inner + run[end].tokens
                at = end
            elif part.kind == "text" and is_chinese(part.text):
                done += self._message([part], looks_up)
            else:
                done += self._shown(part, looks_up)
            at += 1
        return done

    def _message(self, run: list[Part], looks_up: bool) -> Tokens:
        """The run as one message, its values and tags where the translation puts them."""
        text, places = "", dict[str, Tokens]()
        values = tags = at = 0
        closing: dict[int, str] = {}
        while at < len(run):
            part = run[at]
            if part.kind == "text":
                text += unescape(part.text)
            elif part.kind == "open" and _has_words(run[at : (end := _closing(run, at))]):
                places[f"<{tags}>"], places[f"</{tags}>"] = part.tokens, run[end].tokens
                closing[end] = f"</{tags}>"
                text += f"<{tags}>"
                tags += 1
            elif part.kind == "close":
                text += closing[at]
            else:
                end = _closing(run, at) if part.kind == "open" else at
                place = f"{{{values}}}"
                places[place] = self._one_by_one(run[at : end + 1], looks_up)
                text += place
                values, at = values + 1, end
            at += 1
        line = run[0].line
        return self._put(text, places, line or _line(run))

    def _put(self, text: str, places: dict[str, Tokens], line: int) -> Tokens:
        message = squeezed(text)
        translation = self._translate(message, _told(places))
        if translation == message or not is_usable(message, translation):
            translation = text.strip()
        first, last = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        done = [Token(line, "data", first)] if first else []
        for place, literal in pieces(translation):
            done += places[place] if place else [Token(line, "data", escape(literal))]
        return [*done, Token(line, "data", last)] if last else done

    def _shown(self, part: Part, looks_up: bool) -> Tokens:
        if part.kind == "text":
            return [Token(part.line, "data", part.text)]
        if part.kind != "value":
            return part.tokens
        start, *inner, end = self._constants(part.tokens)
        if not (looks_up and self._said and inner) or inner[0].value in _MARKUP:
            return [start, *inner, end]
        line = start.lineno
        call = [Token(line, "name", self._said), Token(line, "lparen", "(")]
        return [start, *call, *inner, Token(line, "rparen", ")"), end]

    def _constants(self, tokens: Tokens) -> Tokens:
        """Chinese strings within ``{{ }}`` and ``{% %}``, such as a macro's label."""
        return [
            Token(token.lineno, "string", self._constant(token.value))
            if token.type == "string" and is_chinese(token.value) and _is_for_people(tokens, place)
            else token
            for place, token in enumerate(tokens)
        ]

    def _constant(self, text: str) -> str:
        translation = self._translate(text, "")
        return translation if is_usable(text, translation) else text


def _plain(part: Part) -> Tokens:
    return part.tokens or [Token(part.line, "data", part.text)]


def _told(places: dict[str, Tokens]) -> str:
    """What each value of a message is, for whoever translates it."""
    return "; ".join(
        f"{place} = " + "".join(str(token.value) for token in tokens if token.type != "data")
        for place, tokens in places.items()
        if place.startswith("{")
    )


def _line(run: list[Part]) -> int:
    return next((part.line or part.tokens[0].lineno for part in run if part.line or part.tokens), 1)


def _unmatched(parts: list[Part]) -> set[int]:
    """Which inline tags have no partner within the same run."""
    ends: set[int] = set()
    opened: list[int] = []
    for number, part in enumerate(parts):
        if part.kind == "break":
            ends |= set(opened)
            opened = []
        elif part.kind == "open":
            opened.append(number)
        elif part.kind == "close":
            if opened and parts[opened[-1]].name == part.name:
                opened.pop()
            else:
                ends.add(number)
    return ends | set(opened)


def _closing(run: list[Part], at: int) -> int:
    depth = 0
    for number in range(at, len(run)):
        depth += {"open": 1, "close": -1}.get(run[number].kind, 0)
        if depth == 0:
            return number
    raise ValueError("an inline tag is not closed")  # _unmatched has taken those out


def _has_words(run: list[Part]) -> bool:
    return any(HANZI.search(part.text) for part in run)


def _is_margin(part: Part) -> bool:
    """What stands before or after a sentence without belonging to it: space and icons."""
    if part.kind == "text":
        return not part.text.strip()
    return part.kind == "value" and len(part.tokens) > 2 and part.tokens[1].value in _MARKUP


def _is_for_people(tokens: Tokens, place: int) -> bool:
    """Tell a label from a string that is compared, cut by, sent, or a name of something."""
    around = [tokens[n] for n in (place - 1, place + 1) if 0 <= n < len(tokens)]
    if any(token.type in ("eq", "ne") or token.value in ("in", "not") for token in around):
        return False
    before = [token.value for token in tokens[max(0, place - 2) : place]]
    return before != ["value", "="] and not (
        len(before) == 2 and before[0] in _TAKES_PIECES and before[1] == "("
    )
