"""Submissions: declarations that came with a key, and the answer that each was given."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "inzendingen",
        sa.Column("kenmerk", sa.String(length=100), nullable=False),
        sa.Column("bericht_id", sa.Integer(), nullable=True),
        sa.Column("declaratie", sa.String(length=64), nullable=False),
        sa.Column("antwoord", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bericht_id"], ["berichten.id"], name=op.f("fk_inzendingen_bericht_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("kenmerk", name=op.f("pk_inzendingen")),
    )
    op.create_index(op.f("ix_inzendingen_bericht_id"), "inzendingen", ["bericht_id"])
    op.create_table(
        "inzendingstukken",
        sa.Column("kenmerk", sa.String(length=100), nullable=False),
        sa.Column("soort", sa.String(length=15), nullable=False),
        sa.Column("volgnummer", sa.Integer(), nullable=False),
        sa.Column("inhoud", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["kenmerk"], ["inzendingen.kenmerk"], name=op.f("fk_inzendingstukken_kenmerk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("kenmerk", "soort", "volgnummer", name=op.f("pk_inzendingstukken")),
    )


def downgrade() -> None:
    op.drop_table("inzendingstukken")
    op.drop_table("inzendingen")
