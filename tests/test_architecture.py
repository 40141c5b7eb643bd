"""The doors between rooms: webapp → kb → {indexer, docs_import}, read from the imports."""

import ast
import re
from pathlib import Path

import pytest

from kb.migrations.run import head, is_known

ROOT = Path(__file__).parent.parent
ROOMS = ("indexer", "docs_import", "kb", "webapp", "demo")
ALLOWED = {
    "indexer": set(),
    "docs_import": set(),
    "kb": {"indexer", "docs_import"},
    "webapp": {"kb", "indexer", "docs_import", "demo"},
    "demo": {"kb"},
}
FOREIGN = {
    "indexer": {"flask", "sqlalchemy", "alembic"},
    "docs_import": {"flask", "sqlalchemy", "alembic"},
    "kb": {"flask", "flask_login", "flask_wtf", "werkzeug", "jinja2"},
    "webapp": set(),
    "demo": {"flask"},
}
SIBLINGS = (
    "agent_desk",
    "unit_portal",
    "originals",
    "catalogue",
    "dispatch",
    "supervision",
    "admin",
    "public_faq",
    "api_v1",
)


def imports(path: Path) -> set[str]:
    """Full names of everything a file imports, relative imports resolved."""
    package = path.relative_to(ROOT).parent.parts
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            head = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*head, *((node.module or "").split(".") if node.module else [])])
            names.add(base)
            names.update(f"{base}.{alias.name}" for alias in node.names)
    return names


def files(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_through_its_doors(room: str) -> None:
    closed = set(ROOMS) - ALLOWED[room] - {room} | FOREIGN[room]
    wrong = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in files(room)
        for name in imports(path)
        if name.split(".")[0] in closed
    }
    assert wrong == set()


@pytest.mark.parametrize("room", SIBLINGS)
def test_rooms_of_the_web_never_import_one_another(room: str) -> None:
    others = {f"webapp.{other}" for other in SIBLINGS if other != room}
    wrong = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in files(f"webapp/{room}")
        for name in imports(path)
        if any(name == other or name.startswith(f"{other}.") for other in others)
    }
    assert wrong == set()


def test_the_reader_of_imports_sees_a_wrong_door(tmp_path: Path) -> None:
    path = ROOT / "indexer" / "engine.py"
    assert "indexer.records.ItemRecord" in imports(path)


@pytest.mark.parametrize("room", ROOMS)
def test_there_is_no_room_for_odds_and_ends(room: str) -> None:
    names = {path.stem for path in files(room)}
    assert names.isdisjoint({"utils", "util", "helpers", "helper", "misc", "common", "manager"})


def test_the_migrations_are_one_line() -> None:
    """Two that follow the same one leave every database where it is."""
    assert is_known(head())


def test_styles_work_in_a_browser_without_has() -> None:
    """Such a browser drops a whole rule for one ``:has()``, so it stands only where it is asked
    for; Chromium 86 still runs on the machines of some offices."""
    for sheet in (ROOT / "webapp" / "static").glob("*.css"):
        rules = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL)
        for line in rules.splitlines():
            asks_first = line.startswith("@supports selector(:has(a))")
            assert asks_first or ":has(" not in line, f"{sheet.name}: {line}"
