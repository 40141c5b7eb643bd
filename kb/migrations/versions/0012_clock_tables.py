"""duty rosters, leaders to be told, history of the calendar, mails of their own"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0015"
branch_labels = None
depends_on = None

_NOW = sa.DateTime(timezone=True)


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def upgrade() -> None:
    op.create_table(
        "unit_duty",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("serves_always", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("phone", sa.String(length=40), nullable=False, server_default=""),
        sa.Column("rev", sa.Integer(), nullable=False, server_default="0"),
        _key("unit_duty", "unit_id", "unit"),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_unit_duty")),
    )
    op.create_table(
        "duty_shift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("starts_at", _NOW, nullable=False),
        sa.Column("ends_at", _NOW, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=True),
        sa.Column("added_at", _NOW, nullable=False),
        sa.Column("removed_by", sa.Integer(), nullable=True),
        sa.Column("removed_at", _NOW, nullable=True),
        _key("duty_shift", "unit_id", "unit"),
        _key("duty_shift", "added_by", "user_account"),
        _key("duty_shift", "removed_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_shift")),
    )
    op.create_index("ix_duty_shift_unit_ends", "duty_shift", ["unit_id", "ends_at"], unique=False)
    op.create_table(
        "leader_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("post", sa.String(length=60), nullable=False, server_default=""),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False, server_default=sa.true()),
        _key("leader_contact", "unit_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leader_contact")),
    )
    op.create_index("ix_leader_contact_unit_id", "leader_contact", ["unit_id"], unique=False)
    op.create_table(
        "calendar_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", _NOW, nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("summary", sa.String(length=300), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        _key("calendar_change", "actor_id", "user_account"),
        _key("calendar_change", "undoes_id", "calendar_change"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_change")),
    )
    with op.batch_alter_table("mail_message", schema=None) as batch:
        batch.alter_column("user_id", existing_type=sa.Integer(), nullable=True)
        batch.add_column(sa.Column("key", sa.String(length=200), nullable=True))
        batch.add_column(
            sa.Column("recipient", sa.String(length=40), nullable=False, server_default="")
        )
        batch.create_unique_constraint(op.f("uq_mail_message_key"), ["key"])


def downgrade() -> None:
    # Mails without a user did not exist before; they cannot be kept.
    op.execute("DELETE FROM mail_message WHERE user_id IS NULL")
    with op.batch_alter_table("mail_message", schema=None) as batch:
        batch.drop_constraint(op.f("uq_mail_message_key"), type_="unique")
        batch.drop_column("recipient")
        batch.drop_column("key")
        batch.alter_column("user_id", existing_type=sa.Integer(), nullable=False)
    op.drop_table("calendar_change")
    op.drop_index("ix_leader_contact_unit_id", table_name="leader_contact")
    op.drop_table("leader_contact")
    op.drop_index("ix_duty_shift_unit_ends", table_name="duty_shift")
    op.drop_table("duty_shift")
    op.drop_table("unit_duty")
