"""The portal: what was submitted to it, how that is answered and released, and what it was told of this store."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "portaalscripts",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("tekst", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_portaalscripts")),
    )
    op.create_table(
        "portaal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inzendingen", sa.Integer(), nullable=False),
        sa.Column("retouren", sa.Integer(), nullable=False),
        sa.Column("aantal", sa.Integer(), nullable=False),
        sa.Column("omvang", sa.BigInteger(), nullable=False),
        sa.Column("gedrag", sa.String(), nullable=True),
        sa.Column("script", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["script"], ["portaalscripts.sha256"], name=op.f("fk_portaal_script")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portaal")),
    )
    op.create_table(
        "portaalinzendingen",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bestandsnaam", sa.String(), nullable=False),
        sa.Column("grootte", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("ontvangen", sa.BigInteger(), nullable=False),
        sa.Column("uzovi", sa.String(length=4), nullable=False),
        sa.Column("factuurnummer", sa.String(), nullable=False),
        sa.Column("referentie", sa.String(), nullable=False),
        sa.Column("opdracht", sa.String(), nullable=False),
        sa.Column("script", sa.String(length=64), nullable=True),
        sa.Column("lot", sa.String(), nullable=False),
        sa.Column("pogingen", sa.Integer(), nullable=False),
        sa.Column("tijdlijn", sa.String(), nullable=False),
        sa.Column("beantwoord", sa.BigInteger(), nullable=True),
        sa.Column("eindstatus", sa.String(length=25), nullable=True),
        sa.Column("einde", sa.BigInteger(), nullable=True),
        sa.Column("resultaat", sa.String(), nullable=True),
        sa.Column("melding", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["script"], ["portaalscripts.sha256"], name=op.f("fk_portaalinzendingen_script")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portaalinzendingen")),
    )
    op.create_index(op.f("ix_portaalinzendingen_beantwoord"), "portaalinzendingen", ["beantwoord"])
    op.create_index(op.f("ix_portaalinzendingen_eindstatus"), "portaalinzendingen", ["eindstatus"])
    op.create_table(
        "portaalretouren",
        sa.Column("inzending_id", sa.Integer(), nullable=False),
        sa.Column("keer", sa.Integer(), nullable=False),
        sa.Column("vrij", sa.BigInteger(), nullable=False),
        sa.Column("grootte", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=True),
        sa.Column("gedownload", sa.BigInteger(), nullable=True),
        sa.Column("verborgen", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["inzending_id"],
            ["portaalinzendingen.id"],
            name=op.f("fk_portaalretouren_inzending_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("inzending_id", "keer", name=op.f("pk_portaalretouren")),
        sa.UniqueConstraint("id", name=op.f("uq_portaalretouren_id")),
    )
    op.create_index(op.f("ix_portaalretouren_id_vrij"), "portaalretouren", ["id", "vrij"])
    op.create_table(
        "portaalstukken",
        sa.Column("inzending_id", sa.Integer(), nullable=False),
        sa.Column("soort", sa.String(length=15), nullable=False),
        sa.Column("volgnummer", sa.Integer(), nullable=False),
        sa.Column("inhoud", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inzending_id"],
            ["portaalinzendingen.id"],
            name=op.f("fk_portaalstukken_inzending_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("inzending_id", "soort", "volgnummer", name=op.f("pk_portaalstukken")),
    )
    op.create_table(
        "portaalsleutels",
        sa.Column("sleutel", sa.String(length=100), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("antwoord", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("sleutel", name=op.f("pk_portaalsleutels")),
    )


def downgrade() -> None:
    for table in (
        "portaalsleutels",
        "portaalstukken",
        "portaalretouren",
        "portaalinzendingen",
        "portaal",
        "portaalscripts",
    ):
        op.drop_table(table)
