"""The demo city beside 3,400 laws: ``python -m bench.volume --into FOLDER [--most N]``

Writes a data folder with the demo city and, published through the real services, every law of
the shared data, as a centre that carries the national law has them: the volume the browser
tests are walked on with ``TEST_SITE=FOLDER``. Prints what it holds and how long it took.
"""

import argparse
import json
import lzma
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from sqlalchemy import func, select

from bench.corpus import data_folder
from kb.actor import Actor
from kb.errors import InvalidInput
from kb.models import KnowledgeVersion, PassageRow, Unit
from kb.outbox.drain import drain_all
from kb.services.entries import Content, create_entry
from kb.services.publishing import publish
from kb.terms import KnowledgeKind, Role
from webapp.cli.setting_up import set_up
from webapp.compose import Program, build
from webapp.settings import Settings

EDITOR = Actor(0, "知识管理员", None, frozenset({Role.EDITOR}))
AT_ONCE = 100


def laws() -> Iterator[Content]:
    """The laws of the shared data that have a text; their chapters and articles as printed."""
    path = data_folder() / "laws" / "laws.jsonl.xz"
    if not path.is_file():
        raise SystemExit(f"no {path}: set BENCH_DATA to the folder of the shared data")
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if len(row["text"]) > 200:
                yield Content(
                    KnowledgeKind.POLICY, row["title"], row["text"], category=row["category"]
                )


def publish_all(program: Program, contents: Iterator[Content]) -> tuple[int, int]:
    """Publish each; (published, refused by the rules of an entry)."""
    published = refused = 0
    while some := list(islice(contents, AT_ONCE)):
        with program.database.unit_of_work() as session:
            unit = session.scalars(select(Unit).order_by(Unit.id)).first()
            for content in some:
                now = program.clock()
                try:
                    version = create_entry(
                        session, unit=unit, content=content, actor=EDITOR, now=now
                    )
                except InvalidInput:
                    refused += 1
                    continue
                publish(session, version, actor=EDITOR, now=now)
                published += 1
        print(f"{published} published", end="\r", flush=True)
    return published, refused


def held(program: Program) -> dict[str, int]:
    """How many entries and passages there are."""
    with program.database.reading() as session:
        return {
            name: session.scalar(select(func.count()).select_from(model)) or 0
            for name, model in (("versions", KnowledgeVersion), ("passages", PassageRow))
        }


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, required=True, help="an empty or absent folder")
    parser.add_argument("--most", type=int, default=None, help="only so many laws")
    given = parser.parse_args()
    program = build(Settings.from_env({"KB_DATA": str(given.into)}))
    began = time.monotonic()
    set_up(program, demo=True)
    published, refused = publish_all(program, islice(laws(), given.most))
    stored = time.monotonic()
    drain_all(program.database, program.indexes)
    print(f"{published} laws published, {refused} refused; {held(program)}")
    program.close()
    print(f"stored after {stored - began:.0f} s, indexed after {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
