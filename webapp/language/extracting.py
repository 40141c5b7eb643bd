"""Collects what can be translated: of templates, of what Python says, of scripts.

Each function gives ``(message, comment)`` in the order it is written; ``comment`` shows what a
place stands for, or is empty.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment

from webapp.language import scripts
from webapp.language.messages import HANZI
from webapp.language.pages import PageTranslator

ROOT = Path(__file__).parent.parent.parent
_WEB = Path("webapp")
# Chinese in these is data, patterns of texts, documents, or for the command line: not interface.
_NOT_SHOWN = (
    "webapp/cli",
    "webapp/api_v1",
    "webapp/language",
    "webapp/public_faq/category_icons.py",
    "webapp/public_faq/feeds.py",
    "webapp/public_faq/structured.py",
    "kb/home_addresses.py",
    "kb/path_finding.py",
    "kb/presenters/said_once.py",
    "kb/personal_spans.py",
    "kb/migrations",
    "kb/replies",
    "kb/conflicts",
    "kb/gaps",
    "kb/hot_matters",
    "kb/bulletins/rendering",
)

# ``%s``, ``%d`` and the like; ``%%`` is a sign of its own.
_PERCENT = re.compile(r"%[.\d]*[sdf]")

Found = Iterator[tuple[str, str]]


def page_files() -> list[Path]:
    """Every template."""
    return sorted((ROOT / _WEB / "templates").rglob("*.html"))


def sentence_files() -> list[Path]:
    """Every Python file whose texts may stand on a page."""
    found = [path for part in ("kb", "webapp") for path in sorted((ROOT / part).rglob("*.py"))]
    return [path for path in found if not name_of(path).startswith(_NOT_SHOWN)]


def script_files() -> list[Path]:
    """Every script of ours."""
    return sorted(scripts.STATIC.glob("*.js"))


def name_of(path: Path) -> str:
    """The path within the project, as catalogues name it."""
    return path.relative_to(ROOT).as_posix()


def of_page(source: str) -> Found:
    """The messages of a template."""
    found: list[tuple[str, str]] = []

    def note(message: str, told: str) -> str:
        found.append((message, told))
        return message

    reader = Environment(trim_blocks=True, lstrip_blocks=True, autoescape=True)
    PageTranslator(note).tokens(reader.lexer.tokenize(source))
    yield from found


def of_script(source: str) -> Found:
    """The Chinese strings of a script."""
    for _, text in scripts.strings(source):
        yield text, ""


def of_python(source: str) -> Found:
    """The Chinese strings of Python: constants, f-strings, and texts filled in with ``%``."""
    reader = _Reader()
    reader.visit(ast.parse(source))
    yield from reader.found


class _Reader(ast.NodeVisitor):
    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if not ast.unparse(node.func).startswith("re."):
            self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        self._note(str(node.value) if isinstance(node.value, str) else "")

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        text, values = "", list[str]()
        for part in node.values:
            if isinstance(part, ast.Constant):
                text += str(part.value)
            elif isinstance(part, ast.FormattedValue):
                text += f"{{{len(values)}}}"
                values.append(ast.unparse(part.value))
                self.visit(part.value)
        self._note(text, values)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        is_filled = isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant)
        if is_filled and isinstance(node.left.value, str):  # type: ignore[attr-defined]
            first, *rest = _PERCENT.split(node.left.value)  # type: ignore[attr-defined]
            text = first + "".join(f"{{{n}}}{part}" for n, part in enumerate(rest))
            self._note(text.replace("%%", "%"))
            self.visit(node.right)
        else:
            self.generic_visit(node)

    def _note(self, text: str, values: list[str] | None = None) -> None:
        if HANZI.search(text) and "\\" not in text:  # a pattern of texts, not a text
            shown = [f"{{{place}}} = {value}" for place, value in enumerate(values or [])]
            self.found.append((text, "; ".join(shown)))
