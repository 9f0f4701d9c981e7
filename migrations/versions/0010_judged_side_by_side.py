"""What lets declarations be judged side by side: the order in which messages were added, and what each holds at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("stand", sa.Column("geladen", sa.Integer(), server_default="0", nullable=False))
    op.add_column("berichten", sa.Column("volgorde", sa.Integer(), server_default="0", nullable=False))
    op.create_index(op.f("ix_berichten_volgorde"), "berichten", ["volgorde"])
    op.create_index(op.f("ix_prestaties_bericht_id"), "prestaties", ["bericht_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_prestaties_bericht_id"), table_name="prestaties")
    op.drop_index(op.f("ix_berichten_volgorde"), table_name="berichten")
    op.drop_column("berichten", "volgorde")
    op.drop_column("stand", "geladen")
