"""The messages of the web service, by the names that they have on the line.

Known from a vendor's public client are the operations, most names and the meaning of 102 and of the codes that count as success
when downloading. Inferred are the names of the wrappers, what is optional, and what stands in lists. The manual tells which.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, NamedTuple

from mzsim.server.soap.shapes import Content

_ROOT = "urn:www-vecozo-nl:vsp:edp:declareren"
SUBMITTING, DOWNLOADING = f"{_ROOT}:indienen:v1", f"{_ROOT}:downloaden:v1"
"""The namespaces of the two services; their messages and types have one within each."""

ACCEPTED, DOWNLOADED, UNKNOWN_RETOUR, UNKNOWN_PDF = 102, 107, 324, 326
"""Resultaatcodes that are known, the last two by inference."""
FOUND, UNKNOWN_DECLARATION, FAILED = 102, 901, 900
"""Resultaatcodes of our own where none is known: a status that was found, an unknown DeclaratieId, a failure of the tool."""


class IsAliveRequest(NamedTuple):
    """Whether the service is there."""


class IsAliveResponse(NamedTuple):
    """It is."""

    IsAliveResult: bool


class EmailNotificaties(NamedTuple):
    """Which mail the sender would like; none is sent here."""

    IndicatieControleResultaat: bool = False
    IndicatieAfkeuringResultaat: bool = False


class DeclaratieBestand(NamedTuple):
    """A declaration or a zip of them; its size in bytes."""

    Bestandsnaam: str
    Bestandsgrootte: int
    Data: Content


class IndienenRequest(NamedTuple):
    """Hands in declarations."""

    IndienerEmailadres: str | None
    ReferentieZorgaanbieder: str | None
    EmailNotificaties: EmailNotificaties | None
    DeclaratieBestand: DeclaratieBestand


class IndienResultaat(NamedTuple):
    """What came of one file; without a DeclaratieId it was not accepted, and `Melding` says why."""

    Resultaatcode: int
    DeclaratieId: int | None
    Bestandsnaam: str
    Melding: str | None = None


class IndienenResponse(NamedTuple):
    """What came of each file."""

    Resultaten: tuple[IndienResultaat, ...]


class EIStandaard(NamedTuple):
    """A message standard and its version."""

    StandaardCode: str
    Versie: int
    SubVersie: int | None = None


class OpvragenTeVerwerkenRetourInformatieRequest(NamedTuple):
    """Asks which retours there are: of one declaration, of some standards, behind the last one that came in."""

    DeclaratieId: int | None = None
    EIStandaarden: tuple[EIStandaard, ...] = ()
    LaatstOntvangenRetourbestandId: int | None = None
    NegeerPdfIds: Annotated[tuple[int, ...], "PdfId"] = ()


class Retourbestand(NamedTuple):
    """A retour that can be downloaded; the moment of its approval, and that on which its declaration was handed in."""

    RetourbestandId: int
    EIStandaard: EIStandaard
    RetourbestandStatus: str
    GoedgekeurdOp: dt.datetime
    IngediendOp: dt.datetime


class PdfBestand(NamedTuple):
    """A PDF; there never is one here."""

    PdfId: int


class RetourInformatie(NamedTuple):
    """The retours of one declaration."""

    DeclaratieId: int
    DeclaratieStatus: str
    Retourbestanden: tuple[Retourbestand, ...]
    PdfBestanden: tuple[PdfBestand, ...] = ()


class OpvragenTeVerwerkenRetourInformatieResponse(NamedTuple):
    """The declarations of which there are retours, at most a hundred retours in all: who asks again gets those behind them."""

    AantalResultaten: int
    Resultaten: tuple[RetourInformatie, ...]


class RaadplegenDeclaratiestatusRequest(NamedTuple):
    """Asks how declarations stand."""

    DeclaratieIds: Annotated[tuple[int, ...], "DeclaratieId"]


class Melding(NamedTuple):
    """An objection; of VECOZO without the last two."""

    Code: str
    Omschrijving: str
    KenmerkRecord: str | None = None
    IdentificatieDetailRecord: str | None = None


class Declaratiestatus(NamedTuple):
    """How one declaration stands; without a status it is not known, or could not be answered."""

    DeclaratieId: int
    Resultaatcode: int
    Status: str | None = None
    Meldingen: tuple[Melding, ...] = ()


class RaadplegenDeclaratiestatusResponse(NamedTuple):
    """How each stands."""

    Declaratiestatussen: tuple[Declaratiestatus, ...]


class DownloadRequest(NamedTuple):
    """Asks for a retour, by its own id or by that of its declaration."""

    DeclaratieId: int | None = None
    RetourbestandId: int | None = None


class Bestand(NamedTuple):
    """A file that goes back."""

    Bestandsnaam: str
    Bestandsgrootte: int
    Data: Content


class DownloadResponse(NamedTuple):
    """The retour; `ReferentieZorgverzekeraar` is its rubriek 0181."""

    Resultaatcode: int
    DeclaratieStatus: str | None = None
    RetourbestandStatus: str | None = None
    ReferentieZorgverzekeraar: str | None = None
    Bestand: Bestand | None = None


class DownloadPdfRequest(NamedTuple):
    """Asks for a PDF."""

    PdfId: int


class DownloadPdfResponse(NamedTuple):
    """There are none."""

    Resultaatcode: int
