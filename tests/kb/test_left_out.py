"""删节: what an original shows beyond the text, and who may open it to everybody all the same."""

import pytest
from sqlalchemy import select

from kb.db import Database
from kb.errors import IllegalTransition, PermissionDenied
from kb.models import AuditRecord, FileText, ItemEvent, KnowledgeVersion, StoredFile, Unit
from kb.services.drafting import save_edit
from kb.services.entries import create_entry
from kb.services.left_out import LeftOut, allow_original, is_withheld, left_out
from kb.services.publishing import publish, return_version, submit
from kb.terms import Audience
from tests.kb.conftest import EDITOR, NOW
from tests.kb.test_entries import clerk_of, content
from tests.kb.test_publishing import reviewer_of

READ = """# 停车收费办法

第一条 每小时两元。联系人吴晓岚，电话13800000000。

<!-- page: 2 -->

| 路段 | 收费 |
| --- | --- |
| 柳堤路 | 三元 |
"""


def drafted(
    database: Database, unit: Unit, body: str, read: str | None = READ, **changes: object
) -> KnowledgeVersion:
    """A draft that says ``body`` of a file in which ``read`` was read."""
    with database.unit_of_work() as session:
        stored = StoredFile(
            sha256="a" * 64, size_bytes=9, name="办法.pdf", unit_id=unit.id, uploaded_at=NOW
        )
        session.add(stored)
        session.flush()
        if read is not None:
            session.add(FileText(file_id=stored.id, text=read))
        return create_entry(
            session,
            unit=session.get_one(Unit, unit.id),
            content=content(title="停车收费办法", body=body, **changes),
            actor=clerk_of(unit),
            now=NOW,
            file_id=stored.id,
        )


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        (READ, ()),
        # Another order, other marks, and words that the original does not have.
        (
            "第一条 每小时两元，联系人吴晓岚（电话：13800000000）\n\n柳堤路路段：收费三元\n"
            "停车收费办法\n第二条 另加一条。\n",
            (),
        ),
        (READ.replace("联系人吴晓岚，电话13800000000。", ""), ("联系人吴晓岚，电话13800000000",)),
        (READ.replace("吴晓岚", "吴某"), ("联系人吴晓岚，电话13800000000",)),
        (READ.replace("两元", "一元"), ("第一条 每小时两元",)),
        (READ.replace("柳堤路", ""), ("柳堤路",)),
    ],
)
def test_every_sentence_with_a_word_that_the_text_does_not_have_is_named(
    any_database: Database, unit: Unit, body: str, missing: tuple[str, ...]
) -> None:
    version = drafted(any_database, unit, body)
    with any_database.reading() as session:
        found = left_out(session, session.get_one(KnowledgeVersion, version.id))
    assert found == LeftOut(missing)


def test_an_original_of_which_nothing_is_known_is_not_said_to_be_the_same(
    any_database: Database, unit: Unit
) -> None:
    version = drafted(any_database, unit, READ, read=None)
    with any_database.unit_of_work() as session:
        found = session.get_one(KnowledgeVersion, version.id)
        assert left_out(session, found).is_unknown
        publish(session, found, actor=EDITOR, now=NOW)
        assert is_withheld([found])


def test_only_a_reviewer_opens_a_cut_original_and_it_is_written_down(
    any_database: Database, unit: Unit
) -> None:
    clerk = clerk_of(unit)
    version = drafted(any_database, unit, "第一条 每小时两元。\n")
    with any_database.unit_of_work() as session:
        found = session.get_one(KnowledgeVersion, version.id)
        with pytest.raises(IllegalTransition):
            allow_original(session, found, is_allowed=True, actor=EDITOR, now=NOW)
        submit(session, found, actor=clerk, now=NOW)
        with pytest.raises(PermissionDenied):
            allow_original(session, found, is_allowed=True, actor=clerk, now=NOW)
        allow_original(session, found, is_allowed=True, actor=reviewer_of(unit), now=NOW)
        publish(session, found, actor=EDITOR, now=NOW)
        assert (found.leaves_out, is_withheld([found])) == (True, False)
        allow_original(session, found, is_allowed=False, actor=EDITOR, now=NOW)
        assert is_withheld([found])
    with any_database.reading() as session:
        steps = [e.kind for e in session.scalars(select(ItemEvent).order_by(ItemEvent.id))]
        assert [step for step in steps if step.startswith("original_")] == [
            "original_allowed",
            "original_withheld",
        ]
        actions = list(session.scalars(select(AuditRecord.action).order_by(AuditRecord.id)))
        assert [a for a in actions if "original" in a] == [
            "knowledge.original_allowed",
            "knowledge.original_withheld",
        ]


def test_a_text_that_is_cut_after_the_permission_needs_it_anew(
    any_database: Database, unit: Unit
) -> None:
    clerk, reviewer = clerk_of(unit), reviewer_of(unit)
    version = drafted(any_database, unit, READ)
    with any_database.unit_of_work() as session:
        found = session.get_one(KnowledgeVersion, version.id)
        submit(session, found, actor=clerk, now=NOW)
        allow_original(session, found, is_allowed=True, actor=reviewer, now=NOW)
        return_version(session, found, actor=reviewer, now=NOW, comment="删去联系人")
        session.flush()
        text = content(title="停车收费办法", body="第一条 每小时两元。\n")
        save_edit(session, found, content=text, seen_rev=found.rev, actor=clerk, now=NOW)
        assert not found.original_allowed


def test_an_internal_text_needs_no_such_decision(any_database: Database, unit: Unit) -> None:
    version = drafted(any_database, unit, "第一条 略。\n", audience=Audience.INTERNAL)
    with any_database.unit_of_work() as session:
        found = session.get_one(KnowledgeVersion, version.id)
        submit(session, found, actor=clerk_of(unit), now=NOW)
        with pytest.raises(IllegalTransition):
            allow_original(session, found, is_allowed=True, actor=EDITOR, now=NOW)
