"""what a job is about, so that one that waits is found without reading them all"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_SUBJECTS = {"check_conflicts": "version_id", "read_batch": "batch_id"}


def upgrade() -> None:
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.add_column(sa.Column("subject_id", sa.Integer(), nullable=True))
        batch_op.create_index("ix_job_subject", ["kind", "state", "subject_id"])
    job = sa.table(
        "job",
        sa.column("id", sa.BigInteger()),
        sa.column("kind", sa.String()),
        sa.column("state", sa.String()),
        sa.column("subject_id", sa.Integer()),
        sa.column("payload", sa.JSON()),
    )
    connection = op.get_bind()
    waiting = sa.select(job.c.id, job.c.kind, job.c.payload).where(
        job.c.kind.in_(list(_SUBJECTS)), job.c.state == "waiting"
    )
    for row in connection.execute(waiting).all():
        subject = row.payload[_SUBJECTS[row.kind]]
        connection.execute(sa.update(job).where(job.c.id == row.id).values(subject_id=subject))


def downgrade() -> None:
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index("ix_job_subject")
        batch_op.drop_column("subject_id")
