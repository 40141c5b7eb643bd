"""files that were refused for want of a program of the server say so, and may be read again"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

_KEPT = (("stored_file", "problem_code", "problem"), ("batch_entry", "code", "reason"))


def upgrade() -> None:
    _recode("unsupported", "no_reader")


def downgrade() -> None:
    _recode("no_reader", "unsupported")


def _recode(before: str, after: str) -> None:
    """The sentence of the old Word formats is the only one that asks for an installation; ODT says
    LibreOffice too, to save the file with it."""
    for table, code, reason in _KEPT:
        rows = sa.table(table, sa.column(code), sa.column(reason))
        wants = rows.c[reason].contains("需要在服务器上安装 LibreOffice")
        op.execute(rows.update().where(rows.c[code] == before, wants).values({code: after}))
