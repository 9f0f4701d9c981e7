"""The part of the schema that the portal keeps its submissions in, as typed models; see `models.py`."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mzsim.store.models import Model


class PortalScriptTable(Model):
    """A script of answers that a submission came with or that the store was given, by the SHA-256 of its text."""

    __tablename__ = "portaalscripts"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    tekst: Mapped[str]


class PortalTable(Model):
    """One row, once anything was submitted: the last id of a submission and of a retour that was given, how many submissions
    are kept and their bytes together, and what the portal does with this store: `gedrag` as JSON, and a script."""

    __tablename__ = "portaal"
    id: Mapped[int] = mapped_column(primary_key=True)
    inzendingen: Mapped[int]
    retouren: Mapped[int]
    aantal: Mapped[int]
    omvang: Mapped[int] = mapped_column(BigInteger)
    gedrag: Mapped[str | None]
    script: Mapped[str | None] = mapped_column(String(64), ForeignKey("portaalscripts.sha256"))


class PortalSubmissionTable(Model):
    """A declaration that was submitted to the portal. Moments are microseconds since 1970, UTC.

    `opdracht` is JSON: day, stage and fault; `lot` what `gedrag` has in store for it; `tijdlijn` its states with their
    moments, those to come too. `beantwoord` is null until there is an answer, or none can be; `einde` is the moment of
    `eindstatus`, null while that is not known, or never comes.
    """

    __tablename__ = "portaalinzendingen"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    bestandsnaam: Mapped[str]
    grootte: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    ontvangen: Mapped[int] = mapped_column(BigInteger)
    uzovi: Mapped[str] = mapped_column(String(4))
    factuurnummer: Mapped[str]
    referentie: Mapped[str]
    opdracht: Mapped[str]
    script: Mapped[str | None] = mapped_column(String(64), ForeignKey("portaalscripts.sha256"))
    lot: Mapped[str]
    pogingen: Mapped[int]
    tijdlijn: Mapped[str]
    beantwoord: Mapped[int | None] = mapped_column(BigInteger, index=True)
    eindstatus: Mapped[str | None] = mapped_column(String(25), index=True)
    einde: Mapped[int | None] = mapped_column(BigInteger)
    resultaat: Mapped[str | None]
    melding: Mapped[str]


class PortalRetourTable(Model):
    """A retour that is, or will be, released at the moment `vrij`; it has an id from when somebody asked after that. `keer` is
    2 of one that comes a second time."""

    __tablename__ = "portaalretouren"
    __table_args__ = (Index(None, "id", "vrij"),)
    inzending_id: Mapped[int] = mapped_column(ForeignKey("portaalinzendingen.id", ondelete="CASCADE"), primary_key=True)
    keer: Mapped[int] = mapped_column(primary_key=True)
    vrij: Mapped[int] = mapped_column(BigInteger)
    grootte: Mapped[int]
    id: Mapped[int | None] = mapped_column(unique=True)
    gedownload: Mapped[int | None] = mapped_column(BigInteger)
    verborgen: Mapped[int | None] = mapped_column(BigInteger)


class PortalPartTable(Model):
    """A piece of what belongs to a submission, compressed: its declaration, its retour or its meldingen."""

    __tablename__ = "portaalstukken"
    inzending_id: Mapped[int] = mapped_column(ForeignKey("portaalinzendingen.id", ondelete="CASCADE"), primary_key=True)
    soort: Mapped[str] = mapped_column(String(15), primary_key=True)
    volgnummer: Mapped[int] = mapped_column(primary_key=True)
    inhoud: Mapped[bytes]


class PortalKeyTable(Model):
    """What was said to an upload that came with a key of its own; `sha256` is that of all that came with it."""

    __tablename__ = "portaalsleutels"
    sleutel: Mapped[str] = mapped_column(String(100), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    antwoord: Mapped[str]
