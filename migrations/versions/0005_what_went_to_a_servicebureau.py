"""The factuurnummers of messages that VECOZO forwarded to a servicebureau, which is no insurer of the store."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "facturen_bij_servicebureau",
        sa.Column("agb", sa.String(length=8), nullable=False),
        sa.Column("factuurnummer", sa.String(), nullable=False),
        sa.Column("ontvangen", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("agb", "factuurnummer", name=op.f("pk_facturen_bij_servicebureau")),
    )


def downgrade() -> None:
    op.drop_table("facturen_bij_servicebureau")
