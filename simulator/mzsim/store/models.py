"""The schema, as typed SQLAlchemy 2 models; `migrations/` makes it, a test compares the two.

Amounts are integer cents. Dates of a declared prestatie are kept as declared (EEJJMMDD), whether they exist or not.
Migrations and tests use these classes. The program asks in plain SQL, by `connection.py`: importing SQLAlchemy takes longer
than a small declaration.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    String,
    UniqueConstraint,
    false,
    true,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Model(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {dict[str, Any]: JSON, list[str]: JSON}  # noqa: RUF012 - SQLAlchemy's own declaration


def _one_of(column: str, *values: str) -> CheckConstraint:
    # Not "in (…)": SQLite makes a table of the list anew for every row.
    return CheckConstraint(" or ".join(f"{column} = {value!r}" for value in values), name=column)


class StateTable(Model):
    """One row: how often the store has changed, and which of these changes was the last that was no message added. Who
    changes the store locks this row."""

    __tablename__ = "stand"
    id: Mapped[int] = mapped_column(primary_key=True)
    revisie: Mapped[int]
    geladen: Mapped[int] = mapped_column(server_default="0")


class UzoviTable(Model):
    __tablename__ = "uzovi"
    __table_args__ = (_one_of("soort", "zorgverzekeraar", "zorgkantoor", "dji"),)
    nummer: Mapped[str] = mapped_column(String(4), primary_key=True)
    naam: Mapped[str]
    soort: Mapped[str] = mapped_column(String(15))
    edp: Mapped[bool]
    label_van: Mapped[str | None] = mapped_column(ForeignKey("uzovi.nummer"))
    beleid: Mapped[dict[str, Any]]


class FactuurnummerTable(Model):
    """A factuurnummer that reached an insurer or that VECOZO forwarded to it; normalised (upper case, no trailing spaces).

    The primary key is the insurer's list, `vecozo_sleutel` VECOZO's: agb and factuurnummer, null where VECOZO doesn't
    hold the number. Either list takes a number once; an expired or freed row is removed in the same transaction.
    """

    __tablename__ = "factuurnummers"
    __table_args__ = (_one_of("uitkomst", "toegewezen", "afgewezen_verzekeraar", "afgewezen_vecozo", "doorgestuurd"),)
    agb: Mapped[str] = mapped_column(String(8), primary_key=True)
    factuurnummer: Mapped[str] = mapped_column(primary_key=True)
    uzovi: Mapped[str] = mapped_column(ForeignKey("uzovi.nummer"), primary_key=True)
    vecozo_sleutel: Mapped[str | None] = mapped_column(unique=True)
    bij_verzekeraar: Mapped[bool]
    ontvangen: Mapped[dt.date]
    uitkomst: Mapped[str] = mapped_column(String(25))


class ServicebureauFactuurTable(Model):
    """A factuurnummer of a message that VECOZO forwarded to a servicebureau, normalised: for VECOZO's list, as it stands in no
    insurer's; received last on that day."""

    __tablename__ = "facturen_bij_servicebureau"
    agb: Mapped[str] = mapped_column(String(8), primary_key=True)
    factuurnummer: Mapped[str] = mapped_column(primary_key=True)
    ontvangen: Mapped[dt.date]


class ZorgaanbiederTable(Model):
    __tablename__ = "zorgaanbieders"
    __table_args__ = (_one_of("soort", "zorgverlener", "praktijk", "instelling", "servicebureau"),)
    agb: Mapped[str] = mapped_column(String(8), primary_key=True)
    soort: Mapped[str] = mapped_column(String(15))
    naam: Mapped[str]
    werkt_in: Mapped[list[str]]


class ContractTable(Model):
    __tablename__ = "contracten"
    __table_args__ = (UniqueConstraint("uzovi", "agb", "ingang"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    uzovi: Mapped[str] = mapped_column(ForeignKey("uzovi.nummer"))
    agb: Mapped[str] = mapped_column(String(8))
    ingang: Mapped[dt.date]
    einde: Mapped[dt.date | None]
    modules: Mapped[dict[str, Any]]
    tarieven: Mapped[list[ContracttariefTable]] = relationship(cascade="all, delete-orphan")


class ContracttariefTable(Model):
    __tablename__ = "contracttarieven"
    __table_args__ = (CheckConstraint("tarief >= 0", name="tarief"),)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contracten.id"), primary_key=True)
    prestatiecode: Mapped[str] = mapped_column(String(6), primary_key=True)
    tarief: Mapped[int]


class PrestatiecodeTable(Model):
    __tablename__ = "prestatiecodes"
    code: Mapped[str] = mapped_column(String(6), primary_key=True)
    ingang: Mapped[dt.date] = mapped_column(primary_key=True)
    einde: Mapped[dt.date | None]
    omschrijving: Mapped[str]
    bevoegd: Mapped[list[str]]
    techniekkosten: Mapped[bool]
    laboratoriumkosten: Mapped[bool]
    element: Mapped[bool]
    kaak: Mapped[bool]
    vlak: Mapped[bool]


class TariefTable(Model):
    """A national maximum (NZa): for bijzondere tandheelkunde another one where that differs, by the prestatie or by five
    minutes."""

    __tablename__ = "tarieven"
    __table_args__ = (CheckConstraint("tarief >= 0", name="tarief"),)
    prestatiecode: Mapped[str] = mapped_column(String(6), primary_key=True)
    ingang: Mapped[dt.date] = mapped_column(primary_key=True)
    einde: Mapped[dt.date | None]
    tarief: Mapped[int]
    tarief_bijzonder: Mapped[int | None]
    per_vijf_minuten: Mapped[bool] = mapped_column(server_default=false())


class CombinatieregelTable(Model):
    """A rule on the combination, order, interval or number of prestaties (NZa), or why one can't be judged.

    Which keys are filled depends on `soort`; see `file.CombinatieregelTable`.
    """

    __tablename__ = "combinatieregels"
    __table_args__ = (
        _one_of("soort", "niet_met", "alleen_met", "alleen_na", "niet_na", "interval", "maximum", "niet_beoordeeld"),
    )
    nummer: Mapped[str] = mapped_column(primary_key=True)
    ingang: Mapped[dt.date] = mapped_column(primary_key=True)
    einde: Mapped[dt.date | None]
    soort: Mapped[str] = mapped_column(String(15))
    prestaties: Mapped[list[str]]
    tegenhanger: Mapped[list[str]]
    behalve: Mapped[list[str]]
    bereik: Mapped[str | None] = mapped_column(String(15))
    plaats: Mapped[str | None] = mapped_column(String(10))
    kaak: Mapped[str | None] = mapped_column(String(1))
    maanden: Mapped[int | None]
    dagen: Mapped[int | None]
    aantal: Mapped[int | None]
    zelfde_zorgaanbieder: Mapped[bool]
    bron: Mapped[str]
    tekst: Mapped[str]
    uitleg: Mapped[str | None]


class RetourcodeTable(Model):
    """A code that COD954 holds and the list in the program doesn't."""

    __tablename__ = "retourcodes"
    __table_args__ = (_one_of("soort", "X", "T", "D", "O"),)
    code: Mapped[str] = mapped_column(String(4), primary_key=True)
    betekenis: Mapped[str]
    soort: Mapped[str] = mapped_column(String(1))


class CodelijstTable(Model):
    """A value of a code list that is not public."""

    __tablename__ = "codelijsten"
    lijst: Mapped[str] = mapped_column(String(6), primary_key=True)
    code: Mapped[str] = mapped_column(String(4), primary_key=True)
    ingang: Mapped[dt.date] = mapped_column(primary_key=True)
    einde: Mapped[dt.date | None]
    omschrijving: Mapped[str]


class PakketTable(Model):
    __tablename__ = "pakketten"
    __table_args__ = (_one_of("soort", "basis", "aanvullend", "wlz"),)
    uzovi: Mapped[str] = mapped_column(ForeignKey("uzovi.nummer"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    soort: Mapped[str] = mapped_column(String(10))
    dekkingen: Mapped[list[DekkingTable]] = relationship(
        cascade="all, delete-orphan", order_by="DekkingTable.volgnummer"
    )


class DekkingTable(Model):
    """What a pakket covers; the first of a pakket that matches counts.

    `eigen_bijdrage` is what the verzekerde pays himself of it: {"bedrag": cents, "per": kaak_per_prestatie}.
    """

    __tablename__ = "dekkingen"
    __table_args__ = (
        ForeignKeyConstraint(["uzovi", "pakket"], ["pakketten.uzovi", "pakketten.code"]),
        CheckConstraint("percentage between 0 and 100", name="percentage"),
    )
    uzovi: Mapped[str] = mapped_column(String(4), primary_key=True)
    pakket: Mapped[str] = mapped_column(primary_key=True)
    volgnummer: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str | None]
    prestaties: Mapped[list[str]]
    soort_prestatierecord: Mapped[list[str] | None] = mapped_column(JSON)
    leeftijd_vanaf: Mapped[int | None]
    leeftijd_tot: Mapped[int | None]
    bijzondere_tandheelkunde: Mapped[bool | None]
    percentage: Mapped[int]
    over: Mapped[str] = mapped_column(String(15))
    eigen_bijdrage: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    maximum_bedrag: Mapped[int | None]
    maximum_aantal: Mapped[int | None]
    per: Mapped[str | None] = mapped_column(String(25))
    machtiging: Mapped[bool]
    wachttijd_maanden: Mapped[int | None]


class PolisTable(Model):
    """`persoon` is who is insured, under one name on all his polissen (see `identity.py`): the BSN, or what
    `values.by_number` makes of verzekerdennummer and date of birth where no polis of his holds one."""

    __tablename__ = "polissen"
    __table_args__ = (
        UniqueConstraint("uzovi", "persoon", "ingang"),
        CheckConstraint("bsn is not null or verzekerdennummer is not null", name="persoon"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uzovi: Mapped[str] = mapped_column(ForeignKey("uzovi.nummer"))
    persoon: Mapped[str]
    bsn: Mapped[str | None] = mapped_column(String(9))
    verzekerdennummer: Mapped[str | None] = mapped_column(String(15), index=True)
    geboortedatum: Mapped[dt.date]
    naam: Mapped[str]
    ingang: Mapped[dt.date]
    einde: Mapped[dt.date | None]
    overleden: Mapped[dt.date | None]
    pakketten: Mapped[list[PolispakketTable]] = relationship(
        cascade="all, delete-orphan", order_by="PolispakketTable.volgnummer"
    )


class PolispakketTable(Model):
    """A pakket of a polis; that of the insurer, or of the insurer that it is a label of."""

    __tablename__ = "polispakketten"
    __table_args__ = (ForeignKeyConstraint(["uzovi", "pakket"], ["pakketten.uzovi", "pakketten.code"]),)
    polis_id: Mapped[int] = mapped_column(ForeignKey("polissen.id"), primary_key=True)
    volgnummer: Mapped[int] = mapped_column(primary_key=True)
    uzovi: Mapped[str] = mapped_column(String(4))
    pakket: Mapped[str]


class MachtigingTable(Model):
    __tablename__ = "machtigingen"
    __table_args__ = (_one_of("status", "afgegeven", "vervallen", "afgewezen"),)
    uzovi: Mapped[str] = mapped_column(ForeignKey("uzovi.nummer"), primary_key=True)
    nummer: Mapped[str] = mapped_column(String(15), primary_key=True)
    bsn: Mapped[str] = mapped_column(String(9), index=True)
    agb: Mapped[str] = mapped_column(String(8))
    prestaties: Mapped[list[str]]
    ingang: Mapped[dt.date]
    einde: Mapped[dt.date | None]
    status: Mapped[str] = mapped_column(String(10))
    aantal: Mapped[int | None]
    bedrag: Mapped[int | None]


class MessageTable(Model):
    """A declaration that was forwarded by VECOZO or reached an insurer.

    `uitkomst` is the status of the answer. `volgorde` is the change of the store (`revisie`) that added it: messages are
    committed in that order.
    """

    __tablename__ = "berichten"
    id: Mapped[int] = mapped_column(primary_key=True)
    agb: Mapped[str] = mapped_column(String(8))
    uzovi: Mapped[str] = mapped_column(ForeignKey("uzovi.nummer"))
    factuurnummer: Mapped[str]
    soort: Mapped[str] = mapped_column(String(3))
    ontvangen: Mapped[dt.date]
    uitkomst: Mapped[str] = mapped_column(String(25))
    volgorde: Mapped[int] = mapped_column(server_default="0", index=True)


class WaitingRetourTable(Model):
    """A retour that still stands as `deel` and belongs at `plaats`, in the file system of `computer`: from the moment that the
    store knows its message until it is in its place. Paths are bytes, as they are to the system.

    `vingerafdruk` and `stond_er` as in `mzsim.common.promise.Promise`; `nam_nummer` says that the row of the factuurnummer
    is of this message.
    """

    __tablename__ = "wachtende_retouren"
    bericht_id: Mapped[int] = mapped_column(ForeignKey("berichten.id", ondelete="CASCADE"), primary_key=True)
    plaats: Mapped[bytes]
    deel: Mapped[bytes]
    vingerafdruk: Mapped[str | None]
    stond_er: Mapped[str | None]
    nam_nummer: Mapped[bool]
    computer: Mapped[str]


class PrestatieTable(Model):
    """A prestatierecord that reached an insurer, with what became of it. Amounts in cents, a credit negative.

    `beoordeeld` is false of one that nobody judged, because the file or the verzekerdenrecord above it was rejected.
    `aandelen` is JSON: what each dekking with a maximum paid, [[UZOVI-nummer, pakket, id of the dekking or else its place,
    cents, aantal], …], and what was used of an authorisation with one, ["UZOVI-nummer", "", number, cents, aantal]; null
    where nothing was.
    """

    __tablename__ = "prestaties"
    __table_args__ = (
        _one_of("uitkomst", "toegewezen", "deels", "afgewezen"),
        Index(None, "referentienummer"),
        Index(None, "persoon", "datum", "prestatiecode"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bericht_id: Mapped[int] = mapped_column(ForeignKey("berichten.id", ondelete="CASCADE"), index=True)
    persoon: Mapped[str]
    datum: Mapped[str] = mapped_column(String(8))
    soort: Mapped[str] = mapped_column(String(2))
    prestatiecode: Mapped[str] = mapped_column(String(6))
    gebitselement: Mapped[str] = mapped_column(String(2))
    vlak: Mapped[str] = mapped_column(String(6))
    kaak: Mapped[str] = mapped_column(String(1))
    behandelaar: Mapped[str] = mapped_column(String(8))
    referentienummer: Mapped[str] = mapped_column()
    vorig_referentienummer: Mapped[str]
    aantal: Mapped[int]
    berekend_bedrag: Mapped[int]
    declaratiebedrag: Mapped[int]
    toegekend_bedrag: Mapped[int]
    uitkomst: Mapped[str] = mapped_column(String(10))
    beoordeeld: Mapped[bool] = mapped_column(server_default=true())
    aandelen: Mapped[str | None]


class SubmissionTable(Model):
    """A declaration that was submitted under a key, by the SHA-256 of its bytes, with its answer in short.
    `SubmissionPartTable` holds the rest. `bericht_id` is its message, where an insurer or VECOZO's list has one."""

    __tablename__ = "inzendingen"
    kenmerk: Mapped[str] = mapped_column(String(100), primary_key=True)
    bericht_id: Mapped[int | None] = mapped_column(ForeignKey("berichten.id", ondelete="CASCADE"), index=True)
    declaratie: Mapped[str] = mapped_column(String(64))
    antwoord: Mapped[dict[str, Any]]


class SubmissionPartTable(Model):
    """A piece of what was answered to a submission, compressed: of its retour, its meldingen or its toekenningen."""

    __tablename__ = "inzendingstukken"
    kenmerk: Mapped[str] = mapped_column(ForeignKey("inzendingen.kenmerk", ondelete="CASCADE"), primary_key=True)
    soort: Mapped[str] = mapped_column(String(15), primary_key=True)
    volgnummer: Mapped[int] = mapped_column(primary_key=True)
    inhoud: Mapped[bytes]
