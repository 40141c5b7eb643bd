"""评检索: questions with the entries that should answer them, and how each run of them came out."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Double, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base, UtcDateTime
from kb.models.unit import Unit

# An entry of this grade or better may be read to the caller.
USEFUL_GRADE = 2


class JudgedQuery(Base):
    """评测问题: what a caller says, kept so that a change of search can be judged by it.

    ``unit_id`` is the unit that keeps it; None is the centre's own. A question without an entry
    graded 2 or 3 must be refused (无依据). Removing one only makes it inactive.
    """

    __tablename__ = "judged_query"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    text: Mapped[str] = mapped_column(String(200))
    as_of: Mapped[date | None]
    # How it is said (口语, 关键词, 错字 …), so that figures can be read kind by kind.
    label: Mapped[str] = mapped_column(String(20), default="")
    note: Mapped[str] = mapped_column(String(400), default="")
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    active: Mapped[bool] = mapped_column(default=True)

    unit: Mapped[Unit | None] = relationship()
    grades: Mapped[list["JudgedGrade"]] = relationship(
        cascade="all, delete-orphan", order_by="JudgedGrade.item_id"
    )

    @property
    def expects_refusal(self) -> bool:
        """Whether no entry answers it, so that 无依据 is the right answer."""
        return all(grade.grade < USEFUL_GRADE for grade in self.grades)


class JudgedGrade(Base):
    """How well an entry answers a judged question: 0 not at all, 1 near, 2 useful, 3 exactly."""

    __tablename__ = "judged_grade"

    query_id: Mapped[int] = mapped_column(ForeignKey("judged_query.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("knowledge_item.id"), primary_key=True)
    grade: Mapped[int]


class JudgingRun(Base):
    """评测记录: one asking of a whole set, with the settings it was asked under.

    ``state`` is waiting, running, done or failed. Means are None where the set has no question
    of that sort. ``results`` holds one JSON object a question, see ``kb.services.judging``.
    """

    __tablename__ = "judging_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    started_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    label: Mapped[str] = mapped_column(String(80))
    dictionary_version: Mapped[int] = mapped_column(default=0)
    weights: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    index_marker: Mapped[int] = mapped_column(BigInteger, default=0)
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    ndcg: Mapped[float | None] = mapped_column(Double)
    mrr: Mapped[float | None] = mapped_column(Double)
    hit1: Mapped[float | None] = mapped_column(Double)
    answered_share: Mapped[float | None] = mapped_column(Double)
    refused_share: Mapped[float | None] = mapped_column(Double)
    results: Mapped[list[Any]] = mapped_column(JSON, default=list)
    error: Mapped[str] = mapped_column(Text, default="")
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    unit: Mapped[Unit | None] = relationship()
