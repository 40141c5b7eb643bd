"""单位 units: a tree of everyone who answers, pushes or handles."""

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base
from kb.terms import UnitKind


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

    parent: Mapped["Unit | None"] = relationship(remote_side=[id])
