"""Values of code lists that are not public, which who has them may load."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "codelijsten",
        sa.Column("lijst", sa.String(length=6), nullable=False),
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("ingang", sa.Date(), nullable=False),
        sa.Column("einde", sa.Date(), nullable=True),
        sa.Column("omschrijving", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("lijst", "code", "ingang", name=op.f("pk_codelijsten")),
    )


def downgrade() -> None:
    op.drop_table("codelijsten")
