"""Rules on combinations of prestaties to judge by, in place of their wording, which no rule can be made from.

A store that held them gets the new ones with: mzsim db load @nza-2026.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.drop_table("combinatieregels")
    op.create_table(
        "combinatieregels",
        sa.Column("nummer", sa.String(), nullable=False),
        sa.Column("ingang", sa.Date(), nullable=False),
        sa.Column("einde", sa.Date(), nullable=True),
        sa.Column("soort", sa.String(length=15), nullable=False),
        sa.Column("prestaties", sa.JSON(), nullable=False),
        sa.Column("tegenhanger", sa.JSON(), nullable=False),
        sa.Column("behalve", sa.JSON(), nullable=False),
        sa.Column("bereik", sa.String(length=15), nullable=True),
        sa.Column("plaats", sa.String(length=10), nullable=True),
        sa.Column("kaak", sa.String(length=1), nullable=True),
        sa.Column("maanden", sa.Integer(), nullable=True),
        sa.Column("dagen", sa.Integer(), nullable=True),
        sa.Column("aantal", sa.Integer(), nullable=True),
        sa.Column("zelfde_zorgaanbieder", sa.Boolean(), nullable=False),
        sa.Column("bron", sa.String(), nullable=False),
        sa.Column("tekst", sa.String(), nullable=False),
        sa.Column("uitleg", sa.String(), nullable=True),
        sa.CheckConstraint(
            "soort = 'niet_met' or soort = 'alleen_met' or soort = 'alleen_na' or soort = 'niet_na' or soort = 'interval' or soort = 'maximum' or soort = 'niet_beoordeeld'",
            name=op.f("ck_combinatieregels_soort"),
        ),
        sa.PrimaryKeyConstraint("nummer", "ingang", name=op.f("pk_combinatieregels")),
    )


def downgrade() -> None:
    op.drop_table("combinatieregels")
    op.create_table(
        "combinatieregels",
        sa.Column("prestatie", sa.String(), nullable=False),
        sa.Column("soort", sa.String(length=15), nullable=False),
        sa.Column("tegenhanger", sa.String(), nullable=False),
        sa.Column("ingang", sa.Date(), nullable=False),
        sa.Column("einde", sa.Date(), nullable=True),
        sa.Column("bereik", sa.String(), nullable=True),
        sa.Column("opmerking", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("prestatie", "soort", "tegenhanger", "ingang", name=op.f("pk_combinatieregels")),
    )
