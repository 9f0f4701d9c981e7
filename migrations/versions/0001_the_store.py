"""The store: what insurers and VECOZO know, and what was declared before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "prestatiecodes",
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("ingang", sa.Date(), nullable=False),
        sa.Column("einde", sa.Date(), nullable=True),
        sa.Column("omschrijving", sa.String(), nullable=False),
        sa.Column("bevoegd", sa.JSON(), nullable=False),
        sa.Column("techniekkosten", sa.Boolean(), nullable=False),
        sa.Column("laboratoriumkosten", sa.Boolean(), nullable=False),
        sa.Column("element", sa.Boolean(), nullable=False),
        sa.Column("kaak", sa.Boolean(), nullable=False),
        sa.Column("vlak", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", "ingang", name=op.f("pk_prestatiecodes")),
    )
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
    op.create_table(
        "retourcodes",
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("betekenis", sa.String(), nullable=False),
        sa.Column("soort", sa.String(length=1), nullable=False),
        sa.CheckConstraint(
            "soort = 'X' or soort = 'T' or soort = 'D' or soort = 'O'", name=op.f("ck_retourcodes_soort")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_retourcodes")),
    )
    op.create_table(
        "stand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revisie", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand")),
    )
    op.create_table(
        "tarieven",
        sa.Column("prestatiecode", sa.String(length=6), nullable=False),
        sa.Column("ingang", sa.Date(), nullable=False),
        sa.Column("einde", sa.Date(), nullable=True),
        sa.Column("tarief", sa.Integer(), nullable=False),
        sa.CheckConstraint("tarief >= 0", name=op.f("ck_tarieven_tarief")),
        sa.PrimaryKeyConstraint("prestatiecode", "ingang", name=op.f("pk_tarieven")),
    )
    op.create_table(
        "uzovi",
        sa.Column("nummer", sa.String(length=4), nullable=False),
        sa.Column("naam", sa.String(), nullable=False),
        sa.Column("soort", sa.String(length=15), nullable=False),
        sa.Column("edp", sa.Boolean(), nullable=False),
        sa.Column("label_van", sa.String(length=4), nullable=True),
        sa.Column("beleid", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "soort = 'zorgverzekeraar' or soort = 'zorgkantoor' or soort = 'dji'", name=op.f("ck_uzovi_soort")
        ),
        sa.ForeignKeyConstraint(["label_van"], ["uzovi.nummer"], name=op.f("fk_uzovi_label_van")),
        sa.PrimaryKeyConstraint("nummer", name=op.f("pk_uzovi")),
    )
    op.create_table(
        "zorgaanbieders",
        sa.Column("agb", sa.String(length=8), nullable=False),
        sa.Column("soort", sa.String(length=15), nullable=False),
        sa.Column("naam", sa.String(), nullable=False),
        sa.Column("werkt_in", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "soort = 'zorgverlener' or soort = 'praktijk' or soort = 'instelling' or soort = 'servicebureau'",
            name=op.f("ck_zorgaanbieders_soort"),
        ),
        sa.PrimaryKeyConstraint("agb", name=op.f("pk_zorgaanbieders")),
    )
    op.create_table(
        "berichten",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agb", sa.String(length=8), nullable=False),
        sa.Column("uzovi", sa.String(length=4), nullable=False),
        sa.Column("factuurnummer", sa.String(), nullable=False),
        sa.Column("soort", sa.String(length=3), nullable=False),
        sa.Column("ontvangen", sa.Date(), nullable=False),
        sa.Column("uitkomst", sa.String(length=25), nullable=False),
        sa.Column("retour", sa.String(), nullable=True),
        sa.Column("deel", sa.String(), nullable=True),
        sa.Column("computer", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["uzovi"], ["uzovi.nummer"], name=op.f("fk_berichten_uzovi")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_berichten")),
    )
    with op.batch_alter_table("berichten", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_berichten_deel"), ["deel"], unique=False)

    op.create_table(
        "contracten",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uzovi", sa.String(length=4), nullable=False),
        sa.Column("agb", sa.String(length=8), nullable=False),
        sa.Column("ingang", sa.Date(), nullable=False),
        sa.Column("einde", sa.Date(), nullable=True),
        sa.Column("modules", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["uzovi"], ["uzovi.nummer"], name=op.f("fk_contracten_uzovi")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracten")),
        sa.UniqueConstraint("uzovi", "agb", "ingang", name=op.f("uq_contracten_uzovi_agb_ingang")),
    )
    op.create_table(
        "factuurnummers",
        sa.Column("agb", sa.String(length=8), nullable=False),
        sa.Column("factuurnummer", sa.String(), nullable=False),
        sa.Column("uzovi", sa.String(length=4), nullable=False),
        sa.Column("vecozo_sleutel", sa.String(), nullable=True),
        sa.Column("bij_verzekeraar", sa.Boolean(), nullable=False),
        sa.Column("ontvangen", sa.Date(), nullable=False),
        sa.Column("uitkomst", sa.String(length=25), nullable=False),
        sa.CheckConstraint(
            "uitkomst = 'toegewezen' or uitkomst = 'afgewezen_verzekeraar' or uitkomst = 'afgewezen_vecozo' or uitkomst = 'doorgestuurd'",
            name=op.f("ck_factuurnummers_uitkomst"),
        ),
        sa.ForeignKeyConstraint(["uzovi"], ["uzovi.nummer"], name=op.f("fk_factuurnummers_uzovi")),
        sa.PrimaryKeyConstraint("agb", "factuurnummer", "uzovi", name=op.f("pk_factuurnummers")),
        sa.UniqueConstraint("vecozo_sleutel", name=op.f("uq_factuurnummers_vecozo_sleutel")),
    )
    op.create_table(
        "machtigingen",
        sa.Column("uzovi", sa.String(length=4), nullable=False),
        sa.Column("nummer", sa.String(length=15), nullable=False),
        sa.Column("bsn", sa.String(length=9), nullable=False),
        sa.Column("agb", sa.String(length=8), nullable=False),
        sa.Column("prestaties", sa.JSON(), nullable=False),
        sa.Column("ingang", sa.Date(), nullable=False),
        sa.Column("einde", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "status = 'afgegeven' or status = 'vervallen' or status = 'afgewezen'", name=op.f("ck_machtigingen_status")
        ),
        sa.ForeignKeyConstraint(["uzovi"], ["uzovi.nummer"], name=op.f("fk_machtigingen_uzovi")),
        sa.PrimaryKeyConstraint("uzovi", "nummer", name=op.f("pk_machtigingen")),
    )
    with op.batch_alter_table("machtigingen", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_machtigingen_bsn"), ["bsn"], unique=False)

    op.create_table(
        "pakketten",
        sa.Column("uzovi", sa.String(length=4), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("soort", sa.String(length=10), nullable=False),
        sa.CheckConstraint("soort = 'basis' or soort = 'aanvullend' or soort = 'wlz'", name=op.f("ck_pakketten_soort")),
        sa.ForeignKeyConstraint(["uzovi"], ["uzovi.nummer"], name=op.f("fk_pakketten_uzovi")),
        sa.PrimaryKeyConstraint("uzovi", "code", name=op.f("pk_pakketten")),
    )
    op.create_table(
        "polissen",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uzovi", sa.String(length=4), nullable=False),
        sa.Column("persoon", sa.String(length=16), nullable=False),
        sa.Column("bsn", sa.String(length=9), nullable=True),
        sa.Column("verzekerdennummer", sa.String(length=15), nullable=True),
        sa.Column("geboortedatum", sa.Date(), nullable=False),
        sa.Column("naam", sa.String(), nullable=False),
        sa.Column("ingang", sa.Date(), nullable=False),
        sa.Column("einde", sa.Date(), nullable=True),
        sa.Column("overleden", sa.Date(), nullable=True),
        sa.CheckConstraint("bsn is not null or verzekerdennummer is not null", name=op.f("ck_polissen_persoon")),
        sa.ForeignKeyConstraint(["uzovi"], ["uzovi.nummer"], name=op.f("fk_polissen_uzovi")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_polissen")),
        sa.UniqueConstraint("uzovi", "persoon", "ingang", name=op.f("uq_polissen_uzovi_persoon_ingang")),
    )
    op.create_table(
        "contracttarieven",
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("prestatiecode", sa.String(length=6), nullable=False),
        sa.Column("tarief", sa.Integer(), nullable=False),
        sa.CheckConstraint("tarief >= 0", name=op.f("ck_contracttarieven_tarief")),
        sa.ForeignKeyConstraint(["contract_id"], ["contracten.id"], name=op.f("fk_contracttarieven_contract_id")),
        sa.PrimaryKeyConstraint("contract_id", "prestatiecode", name=op.f("pk_contracttarieven")),
    )
    op.create_table(
        "dekkingen",
        sa.Column("uzovi", sa.String(length=4), nullable=False),
        sa.Column("pakket", sa.String(), nullable=False),
        sa.Column("volgnummer", sa.Integer(), nullable=False),
        sa.Column("prestaties", sa.JSON(), nullable=False),
        sa.Column("soort_prestatierecord", sa.JSON(), nullable=True),
        sa.Column("leeftijd_vanaf", sa.Integer(), nullable=True),
        sa.Column("leeftijd_tot", sa.Integer(), nullable=True),
        sa.Column("bijzondere_tandheelkunde", sa.Boolean(), nullable=True),
        sa.Column("percentage", sa.Integer(), nullable=False),
        sa.Column("over", sa.String(length=15), nullable=False),
        sa.Column("maximum_bedrag", sa.Integer(), nullable=True),
        sa.Column("maximum_aantal", sa.Integer(), nullable=True),
        sa.Column("per", sa.String(length=25), nullable=True),
        sa.Column("machtiging", sa.Boolean(), nullable=False),
        sa.Column("wachttijd_maanden", sa.Integer(), nullable=True),
        sa.CheckConstraint("percentage between 0 and 100", name=op.f("ck_dekkingen_percentage")),
        sa.ForeignKeyConstraint(
            ["uzovi", "pakket"], ["pakketten.uzovi", "pakketten.code"], name=op.f("fk_dekkingen_uzovi_pakket")
        ),
        sa.PrimaryKeyConstraint("uzovi", "pakket", "volgnummer", name=op.f("pk_dekkingen")),
    )
    op.create_table(
        "polispakketten",
        sa.Column("polis_id", sa.Integer(), nullable=False),
        sa.Column("volgnummer", sa.Integer(), nullable=False),
        sa.Column("uzovi", sa.String(length=4), nullable=False),
        sa.Column("pakket", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["polis_id"], ["polissen.id"], name=op.f("fk_polispakketten_polis_id")),
        sa.ForeignKeyConstraint(
            ["uzovi", "pakket"], ["pakketten.uzovi", "pakketten.code"], name=op.f("fk_polispakketten_uzovi_pakket")
        ),
        sa.PrimaryKeyConstraint("polis_id", "volgnummer", name=op.f("pk_polispakketten")),
    )
    op.create_table(
        "prestaties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bericht_id", sa.Integer(), nullable=False),
        sa.Column("persoon", sa.String(length=16), nullable=False),
        sa.Column("datum", sa.String(length=8), nullable=False),
        sa.Column("soort", sa.String(length=2), nullable=False),
        sa.Column("prestatiecode", sa.String(length=6), nullable=False),
        sa.Column("gebitselement", sa.String(length=2), nullable=False),
        sa.Column("vlak", sa.String(length=6), nullable=False),
        sa.Column("kaak", sa.String(length=1), nullable=False),
        sa.Column("behandelaar", sa.String(length=8), nullable=False),
        sa.Column("referentienummer", sa.String(), nullable=False),
        sa.Column("vorig_referentienummer", sa.String(), nullable=False),
        sa.Column("aantal", sa.Integer(), nullable=False),
        sa.Column("berekend_bedrag", sa.Integer(), nullable=False),
        sa.Column("declaratiebedrag", sa.Integer(), nullable=False),
        sa.Column("toegekend_bedrag", sa.Integer(), nullable=False),
        sa.Column("uitkomst", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "uitkomst = 'toegewezen' or uitkomst = 'deels' or uitkomst = 'afgewezen'",
            name=op.f("ck_prestaties_uitkomst"),
        ),
        sa.ForeignKeyConstraint(
            ["bericht_id"], ["berichten.id"], name=op.f("fk_prestaties_bericht_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prestaties")),
    )
    with op.batch_alter_table("prestaties", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prestaties_referentienummer"), ["referentienummer"], unique=False)

    op.execute("INSERT INTO stand (id, revisie) VALUES (1, 0)")


def downgrade() -> None:
    with op.batch_alter_table("prestaties", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_prestaties_referentienummer"))

    op.drop_table("prestaties")
    op.drop_table("polispakketten")
    op.drop_table("dekkingen")
    op.drop_table("contracttarieven")
    op.drop_table("polissen")
    op.drop_table("pakketten")
    with op.batch_alter_table("machtigingen", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_machtigingen_bsn"))

    op.drop_table("machtigingen")
    op.drop_table("factuurnummers")
    op.drop_table("contracten")
    with op.batch_alter_table("berichten", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_berichten_deel"))

    op.drop_table("berichten")
    op.drop_table("zorgaanbieders")
    op.drop_table("uzovi")
    op.drop_table("tarieven")
    op.drop_table("stand")
    op.drop_table("retourcodes")
    op.drop_table("combinatieregels")
    op.drop_table("prestatiecodes")
