"""The path of one declaration, from bytes to retourbericht and store.

First reading (structure, counts), then what rejects the file, then the records: as VECOZO, as the insurer, or both.
The retour is written beside its place, read back by the program's own check, and gets its name right after the store
has recorded the message: both happen, or neither does.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import shutil
import signal
import stat
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, Protocol, cast

from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from mzsim.answering.insurer import Apart, Verzekeraar
from mzsim.answering.vecozo import keur_bestand, keur_records
from mzsim.checks.register import REGISTER, VECOZO
from mzsim.common.errors import InputError, OutputError, OwnError
from mzsim.common.in_memory import BytesMessage, RetourStream
from mzsim.common.whole_file import Retourbestand, hernoem
from mzsim.domain.findings import Bevinding, Melding, Stage, Status, Uitkomst
from mzsim.judging.message import AFZENDER_VECOZO, Bericht
from mzsim.reading.first_reading import Verkenning, Voortgang, verken
from mzsim.retour.check import controleer_retour
from mzsim.standard.retourcodes import retourcodes
from mzsim.standard.values import tekst
from mzsim.store.facts import Feitenbron
from mzsim.store.recording import (
    Berichtrij,
    Vastlegging,
    openstaand,
    rond_af,
    vergeet,
)
from mzsim.store.session import Database

if TYPE_CHECKING:
    from mzsim.explanation.collector import Toelichting
    from mzsim.script.directing import Regie
    from mzsim.script.rules import Script


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
    antwoord: Script | None = None
    getuige: Getuige | None = None
    toelichting: Toelichting | None = None
    toen: Toen | None = None

    @property
    def files(self) -> tuple[Path, Path]:
        """The declaration and the place of its retour, of one that goes from file to file."""
        assert isinstance(self.declaratie, Path)
        assert isinstance(self.retour, Path)
        return self.declaratie, self.retour


def replay(opdracht: Opdracht, store: Database, voortgang: Voortgang = lambda _: None) -> Uitkomst:
    """Answers a declaration. Raises a `MzsimError` where nothing was written and nothing recorded."""
    with open_bericht(opdracht.declaratie) as bron:
        stand = _stand(bron)
        with _lezen_van(opdracht.declaratie):
            verkenning = verken(bron, voortgang)
        if verkenning.voorloop is None:
            return _onleesbaar()
        blijvend = not opdracht.dry_run and not verkenning.test
        if blijvend:
            _maak_af(store)
        deel = Retourbestand(opdracht.retour) if isinstance(opdracht.retour, Path) else opdracht.retour
        with store.wijzigen() if blijvend else store.lezen() as verbinding, deel as retour:
            if opdracht.getuige is not None:
                opdracht.getuige.begin(bron, verbinding, in_wijziging=blijvend)
            feiten = Feitenbron(verbinding, opdracht.datum)
            if opdracht.toen is not None:
                feiten.eigen_bericht, feiten.nummer_vrij = opdracht.toen
            bericht = _bericht(opdracht, verkenning, bron, feiten)
            boek = _boek(bericht, verbinding) if blijvend else None
            if boek is not None:
                feiten.eigen_bericht = boek.bericht_id
            if opdracht.toelichting is not None:
                opdracht.toelichting.begin(bericht, verbinding, feiten.eigen_bericht)
            with _onveranderd(opdracht.declaratie, bron, stand), _schijf(opdracht.retour):
                uitkomst = _beantwoord(opdracht.stage, bericht, bron, retour.stroom, feiten, boek, voortgang)
                _lees_na(uitkomst, bron, retour, feiten)
                if opdracht.getuige is not None and uitkomst.heeft_retour:
                    opdracht.getuige.einde(retour.stroom)
            if boek is None or uitkomst.afzender == AFZENDER_VECOZO:
                if uitkomst.heeft_retour:
                    retour.zet_neer()
            else:
                _leg_vast(uitkomst, retour, boek, verbinding)
    return uitkomst


def _beantwoord(
    stage: Stage,
    bericht: Bericht,
    bron: BinaryIO,
    retour: BinaryIO,
    feiten: Feitenbron,
    boek: Vastlegging | None,
    voortgang: Voortgang,
) -> Uitkomst:
    def verzekeraar(**wie: Any) -> Uitkomst:
        return Verzekeraar(bericht, feiten, boek, voortgang, **wie).antwoord(bron, retour)

    if stage is Stage.VERZEKERAAR:
        return verzekeraar()
    if (afkeuring := keur_bestand(bericht, retour, feiten)) is not None:
        return afkeuring
    if boek is not None:
        boek.doorgestuurd()
    if stage is Stage.ALL and bericht.regie is None:
        # Most declarations give VECOZO nothing to object to, so both judge in one reading; if not, one after the other.
        try:
            return verzekeraar(samen=True)
        except Apart:
            retour.seek(0)
            retour.truncate()
            if boek is not None:
                boek.begin_opnieuw()
            if bericht.toelichting is not None:
                bericht.toelichting.vergeet()
    if (afkeuring := keur_records(bericht, bron, retour, voortgang)) is not None:
        return afkeuring
    if stage is Stage.VECOZO:
        return Uitkomst(Status.DOORGESTUURD, None, bericht.totaal_ingediend, 0, ())
    # A script may have let pass what VECOZO would not, so the insurer then looks at everything itself.
    return verzekeraar(behalve=VECOZO if bericht.regie is None else "")


def _bericht(opdracht: Opdracht, verkenning: Verkenning, bron: BinaryIO, feiten: Feitenbron) -> Bericht:
    regie = _regie(opdracht, verkenning, bron)
    return Bericht.van(verkenning, opdracht.datum, feiten.uzovi(), feiten.prestatiecodes(), regie, opdracht.toelichting)


def _regie(opdracht: Opdracht, verkenning: Verkenning, bron: BinaryIO) -> Regie | None:
    if opdracht.antwoord is None:
        return None
    from mzsim.script.directing import Regie

    return Regie(opdracht.antwoord, verkenning, bron, str(opdracht.declaratie))


def _onleesbaar() -> Uitkomst:
    melding = Melding(Bevinding(1, "01", None, REGISTER["bestand-1"]), None)
    return Uitkomst(Status.ONLEESBAAR, None, 0, 0, (melding,))


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


def _leg_vast(
    uitkomst: Uitkomst, retour: Retourbestand | RetourStream, boek: Vastlegging, verbinding: Connection
) -> None:
    """Commits what was recorded and puts the retour in its place.

    The two can't be one operation. So the store keeps where the retour waits, from the commit until it has its name:
    a run that is killed in between is completed by the next one (`_maak_af`).
    """
    plaats = deel = None
    if uitkomst.heeft_retour and isinstance(retour, Retourbestand):
        plaats, deel = str(retour.plaats.absolute()), str(retour.deel)
    boek.afronden(uitkomst.status, retour=plaats, deel=deel, computer=platform.node())
    with _ononderbroken():
        verbinding.commit()
        if plaats is None:
            return
        try:
            retour.zet_neer()
        except OutputError:
            vergeet(verbinding, boek.bericht_id)
            verbinding.commit()
            raise
        with suppress(OperationalError):  # locked for long by another run: the next one finds that nothing waits
            rond_af(verbinding, boek.bericht_id)
            verbinding.commit()


def _maak_af(store: Database) -> None:
    """Completes what killed runs left: the store knows the message, the retour still has to get its name."""
    computer = platform.node()
    with store.lezen() as verbinding:
        if not openstaand(verbinding, computer):
            return
    with store.wijzigen() as verbinding, _ononderbroken():
        for bericht_id, retour, deel in openstaand(verbinding, computer):
            with suppress(OutputError):  # a place that can't be written now; it waits for a later run
                if Path(deel).exists():
                    hernoem(Path(deel), Path(retour))
                rond_af(verbinding, bericht_id)
        verbinding.commit()


@contextmanager
def _ononderbroken() -> Iterator[None]:
    """Lets the signals that stop a run wait until two things that belong together are both done."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    gekregen: list[int] = []
    eerder = {
        nummer: signal.signal(nummer, lambda ontvangen, _: gekregen.append(ontvangen))
        for nummer in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for nummer, handler in eerder.items():
            signal.signal(nummer, handler)
    for ontvangen in gekregen:
        signal.raise_signal(ontvangen)


def _lees_na(uitkomst: Uitkomst, bron: BinaryIO, retour: Retourbestand | RetourStream, feiten: Feitenbron) -> None:
    """The program's own check of a retour before it leaves."""
    if not uitkomst.heeft_retour:
        return
    retour.voltooi()
    codes = {**retourcodes(), **feiten.retourcodes()}
    for afwijking in controleer_retour(bron, retour.stroom, codes):
        raise OwnError(f"{retour}: not written, because its own check refuses it: {afwijking}")


def open_bericht(plaats: Path | BytesMessage) -> BinaryIO:
    """A message to read more than once; what can't be rewound is copied first. Raises InputError."""
    if isinstance(plaats, BytesMessage):
        return BytesIO(plaats.content)
    try:
        with ExitStack() as tot_dan:
            bron = tot_dan.enter_context(plaats.open("rb"))
            bron.peek(1)  # whether it can be read at all
            if not stat.S_ISREG(os.fstat(bron.fileno()).st_mode):
                kopie = cast(BinaryIO, tot_dan.enter_context(tempfile.TemporaryFile()))
                shutil.copyfileobj(bron, kopie)
                kopie.flush()  # what is still to be written would look like a change later
                bron.close()
                tot_dan.pop_all()
                return kopie
            tot_dan.pop_all()
            return bron
    except IsADirectoryError:
        raise InputError(f"{plaats}: is a folder; name the files in it") from None
    except OSError as fout:
        raise InputError(f"{plaats}: can't be read: {fout.strerror}") from None
    except ValueError as fout:  # a name that no file can have
        raise InputError(f"{str(plaats)!r}: can't be read: {fout}") from None


def _stand(bron: BinaryIO) -> tuple[int, int]:
    if isinstance(bron, BytesIO):  # of bytes that nobody can change
        return 0, 0
    stand = os.fstat(bron.fileno())
    return stand.st_size, stand.st_mtime_ns


@contextmanager
def _onveranderd(plaats: Path | BytesMessage, bron: BinaryIO, stand: tuple[int, int]) -> Iterator[None]:
    """Refuses a declaration that no longer is as it stood, whatever else came of that."""
    veranderd = InputError(f"{plaats}: changed while it was read; try again when it is complete")
    try:
        yield
    except Exception:
        if _stand(bron) == stand:
            raise
        raise veranderd from None
    if _stand(bron) != stand:
        raise veranderd


@contextmanager
def _lezen_van(plaats: Path | BytesMessage) -> Iterator[None]:
    """An error of the disk while the declaration is read, as one clear line."""
    try:
        yield
    except OSError as fout:
        raise InputError(f"{plaats}: can't be read: {fout.strerror}") from None


@contextmanager
def _schijf(plaats: Path | RetourStream) -> Iterator[None]:
    """An error of the disk while the retour is written, as one clear line."""
    try:
        yield
    except OSError as fout:
        raise OutputError(f"{plaats}: can't be written: {fout.strerror}; nothing was recorded") from None
