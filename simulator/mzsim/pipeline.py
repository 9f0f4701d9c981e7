"""The path of one declaration, from bytes to retourbericht and store.

First reading (structure, counts), then what rejects the file, then the records: as VECOZO, as the insurer, or both.
The retour is written beside its place, read back by the program's own check, and gets its name right after the store
has recorded the message: both happen, or neither does.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from mzsim.answering.delivery import complete_waiting, record_and_place
from mzsim.answering.insurer import Verzekeraar
from mzsim.answering.onlooker import AnswerOnlooker
from mzsim.answering.vecozo import keur_bestand, keur_records
from mzsim.checks.register import REGISTER
from mzsim.common.errors import OwnError
from mzsim.common.in_memory import BytesMessage, RetourStream
from mzsim.common.inputs import FileState, open_bericht, readable, unchanged
from mzsim.common.whole_file import Retourbestand, writable
from mzsim.domain.check import VECOZO
from mzsim.domain.findings import Bevinding, Melding, Stage, Status, Uitkomst
from mzsim.judging.message import AFZENDER_VECOZO, Bericht
from mzsim.judging.onlookers import AnswerScript
from mzsim.reading.first_reading import Verkenning, Voortgang, verken
from mzsim.retour.check import controleer_retour
from mzsim.standard.retourcodes import retourcodes
from mzsim.standard.values import tekst
from mzsim.store.facts import Feitenbron
from mzsim.store.recording import Berichtrij, Vastlegging
from mzsim.store.session import Connection, Database


class Getuige(Protocol):
    """Looks on while a declaration is answered. What it raises stops the replay: nothing written, nothing recorded."""

    def begin(self, declaratie: BinaryIO, verbinding: Connection, *, in_wijziging: bool) -> None:
        """The store as it is judged by, before anything is recorded; `in_wijziging` as in `Database.wijzigen`."""

    def einde(self, retour: BinaryIO) -> None:
        """The retour that is about to get its name."""


class Toen(NamedTuple):
    """A message that the store holds already: its row, and whether its factuurnummer was free before it."""

    bericht_id: int
    nummer_vrij: bool


class Opdracht(NamedTuple):
    """One declaration to replay; `retour` is where its retourbericht goes, `datum` the processing date.

    `antwoord` is a script that decides on what its rules match; `toelichting` hears how the answer came about; `toen`
    judges as of when the message was received.
    """

    declaratie: Path | BytesMessage
    retour: Path | RetourStream
    datum: dt.date
    stage: Stage = Stage.ALL
    dry_run: bool = False
    antwoord: AnswerScript | None = None
    getuige: Getuige | None = None
    toelichting: AnswerOnlooker | None = None
    toen: Toen | None = None

    @property
    def files(self) -> tuple[Path, Path]:
        """The declaration and the place of its retour, of one that goes from file to file."""
        assert isinstance(self.declaratie, Path)
        assert isinstance(self.retour, Path)
        return self.declaratie, self.retour


class _Received(NamedTuple):
    """A declaration as it is answered: its bytes, what it says, what the store knows, and where it is recorded, if at all."""

    bron: BinaryIO
    bericht: Bericht
    feiten: Feitenbron
    boek: Vastlegging | None
    toelichting: AnswerOnlooker | None
    voortgang: Voortgang


def replay(opdracht: Opdracht, store: Database, voortgang: Voortgang = lambda _: None) -> Uitkomst:
    """Answers a declaration. Raises a `MzsimError` where nothing was written and nothing recorded."""
    with open_bericht(opdracht.declaratie) as bron:
        stand = FileState.of(bron)
        with readable(opdracht.declaratie):
            verkenning = verken(bron, voortgang)
        if verkenning.voorloop is None:
            return _onleesbaar()
        blijvend = not opdracht.dry_run and not verkenning.test
        if blijvend:
            complete_waiting(store)
        deel = Retourbestand(opdracht.retour) if isinstance(opdracht.retour, Path) else opdracht.retour
        with store.wijzigen() if blijvend else store.lezen() as verbinding, deel as retour:
            if opdracht.getuige is not None:
                opdracht.getuige.begin(bron, verbinding, in_wijziging=blijvend)
            ontvangen = _neem_aan(opdracht, verkenning, bron, verbinding, voortgang, blijvend=blijvend)
            with unchanged(opdracht.declaratie, bron, stand), writable(opdracht.retour):
                uitkomst = _beantwoord(opdracht.stage, ontvangen, retour.stroom)
                if uitkomst.heeft_retour:
                    _lees_na(bron, retour, ontvangen.feiten)
                    if opdracht.getuige is not None:
                        opdracht.getuige.einde(retour.stroom)
            if ontvangen.boek is not None and uitkomst.afzender != AFZENDER_VECOZO:
                record_and_place(uitkomst, retour, ontvangen.boek, verbinding)
            elif uitkomst.heeft_retour:
                retour.zet_neer()
    return uitkomst


def _neem_aan(
    opdracht: Opdracht,
    verkenning: Verkenning,
    bron: BinaryIO,
    verbinding: Connection,
    voortgang: Voortgang,
    *,
    blijvend: bool,
) -> _Received:
    """What judges the declaration and where it is recorded; whatever the store received later counts no more."""
    script, toelichting = opdracht.antwoord, opdracht.toelichting
    feiten = Feitenbron(verbinding, opdracht.datum)
    if opdracht.toen is not None:
        feiten.eigen_bericht, feiten.nummer_vrij = opdracht.toen
    regie = None if script is None else script.director(verkenning, bron, str(opdracht.declaratie))
    bericht = Bericht.van(verkenning, opdracht.datum, feiten.uzovi(), feiten.prestatiecodes(), regie, toelichting)
    boek = _boek(bericht, verbinding) if blijvend else None
    if boek is not None:
        feiten.eigen_bericht = boek.bericht_id
    if toelichting is not None:
        toelichting.begin(bericht, verbinding, feiten.eigen_bericht)
    return _Received(bron, bericht, feiten, boek, toelichting, voortgang)


def _boek(bericht: Bericht, verbinding: Connection) -> Vastlegging | None:
    """Where the message is recorded; None where it names no known insurer, party or factuurnummer."""
    if bericht.verzekeraar is None or bericht.partij is None or bericht.factuurnummer is None:
        return None
    rij = Berichtrij(
        agb=bericht.partij,
        uzovi=bericht.verzekeraar.nummer,
        factuurnummer=bericht.factuurnummer,
        soort=tekst(bericht.voorloop.bericht),
        ontvangen=bericht.datum,
    )
    return Vastlegging(verbinding, rij)


def _beantwoord(stage: Stage, ontvangen: _Received, retour: BinaryIO) -> Uitkomst:
    """Judges as those who play a part: VECOZO the file, then its records; then the insurer."""
    bron, bericht, feiten, boek, toelichting, voortgang = ontvangen
    behalve = ""
    if stage is not Stage.VERZEKERAAR:
        if (afkeuring := keur_bestand(bericht, retour, feiten)) is not None:
            return afkeuring
        if (afkeuring := keur_records(bericht, bron, retour, voortgang)) is not None:
            return afkeuring
        if boek is not None:
            boek.doorgestuurd()
        if stage is Stage.VECOZO:
            return Uitkomst(Status.DOORGESTUURD, None, bericht.totaal_ingediend, 0, ())
        # A script may have let pass what VECOZO would not, so the insurer then looks at everything itself.
        behalve = VECOZO if bericht.regie is None else ""
    return Verzekeraar(bericht, feiten, boek, voortgang, toelichting, behalve=behalve).antwoord(bron, retour)


def _onleesbaar() -> Uitkomst:
    melding = Melding(Bevinding(1, "01", None, REGISTER["bestand-1"]), None)
    return Uitkomst(Status.ONLEESBAAR, None, 0, 0, (melding,))


def _lees_na(bron: BinaryIO, retour: Retourbestand | RetourStream, feiten: Feitenbron) -> None:
    """The program's own check of a retour before it leaves."""
    retour.voltooi()
    codes = {**retourcodes(), **feiten.retourcodes()}
    for afwijking in controleer_retour(bron, retour.stroom, codes):
        raise OwnError(f"{retour}: not written, because its own check refuses it: {afwijking}")
