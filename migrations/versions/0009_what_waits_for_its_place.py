"""What waits for its place has a table of its own, which knows what the file is and what stood in its place.

Of a retour that waits already nobody took that down.
"""

from __future__ import annotations

import os

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_WAITING = "SELECT id, retour, deel, computer FROM berichten WHERE deel IS NOT NULL"
_BACK = sa.text("UPDATE berichten SET retour = :retour, deel = :deel, computer = :computer WHERE id = :id")


def upgrade() -> None:
    waiting = op.create_table(
        "wachtende_retouren",
        sa.Column("bericht_id", sa.Integer(), nullable=False),
        sa.Column("plaats", sa.LargeBinary(), nullable=False),
        sa.Column("deel", sa.LargeBinary(), nullable=False),
        sa.Column("vingerafdruk", sa.String(), nullable=True),
        sa.Column("stond_er", sa.String(), nullable=True),
        sa.Column("nam_nummer", sa.Boolean(), nullable=False),
        sa.Column("computer", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bericht_id"], ["berichten.id"], name=op.f("fk_wachtende_retouren_bericht_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("bericht_id", name=op.f("pk_wachtende_retouren")),
    )
    nothing_known = {"vingerafdruk": None, "stond_er": None, "nam_nummer": True}
    rows = [
        {"bericht_id": row.id, "plaats": os.fsencode(row.retour), "deel": os.fsencode(row.deel)}
        | {"computer": row.computer}
        | nothing_known
        for row in op.get_bind().execute(sa.text(_WAITING))
    ]
    op.bulk_insert(waiting, rows)
    op.drop_index("ix_berichten_deel", table_name="berichten")
    for column in ("retour", "deel", "computer"):
        op.drop_column("berichten", column)


def downgrade() -> None:
    for column in ("retour", "deel", "computer"):
        op.add_column("berichten", sa.Column(column, sa.String(), nullable=True))
    op.create_index("ix_berichten_deel", "berichten", ["deel"])
    connection = op.get_bind()
    for row in connection.execute(sa.text("SELECT bericht_id, plaats, deel, computer FROM wachtende_retouren")).all():
        paths = {"retour": os.fsdecode(bytes(row.plaats)), "deel": os.fsdecode(bytes(row.deel))}
        connection.execute(_BACK, {"id": row.bericht_id, "computer": row.computer} | paths)
    op.drop_table("wachtende_retouren")
