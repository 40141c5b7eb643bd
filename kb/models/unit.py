"""单位 units: a tree of everyone who answers, pushes or handles."""

from sqlalchemy import JSON, ForeignKey, String, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base
from kb.terms import Submitters, UnitKind

CORRECTION_LIMIT = "1 工作日"


class Unit(Base):
    """A 单位: department, district, street, company. ``aliases`` are short names people say."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    kind: Mapped[str] = mapped_column(String(20), default=UnitKind.DEPARTMENT.value)
    aliases: Mapped[list[str]] = mapped_column(JSON, default=list)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    # A trusted unit publishes after its own review; others need the centre's as well.
    is_trusted: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    # The unit's own rules for what it publishes. Without its own review the centre's remains.
    needs_unit_review: Mapped[bool] = mapped_column(default=True, server_default=true())
    # Two different reviewers of the unit must approve (双人审核).
    needs_second_reviewer: Mapped[bool] = mapped_column(default=False, server_default=false())
    submitters: Mapped[str] = mapped_column(
        String(20), default=Submitters.ANYONE.value, server_default=Submitters.ANYONE.value
    )
    # Months until a published entry must be checked again when its version names no day.
    review_months: Mapped[int | None]
    # A kb.calendar.Limit: how soon a correction must be answered.
    correction_limit: Mapped[str] = mapped_column(
        String(20), default=CORRECTION_LIMIT, server_default=CORRECTION_LIMIT
    )

    parent: Mapped["Unit | None"] = relationship(remote_side=[id])
