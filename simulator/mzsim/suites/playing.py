"""Playing a case: a fresh store, its declarations in order, and for each what came back against what was expected."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Literal, NamedTuple

from mzsim.common.errors import CaseError, MzsimError
from mzsim.common.in_memory import RetourStream
from mzsim.domain.findings import Uitkomst
from mzsim.pipeline import Opdracht, replay
from mzsim.script.file import laad_script
from mzsim.standard.retourcodes import Retourcode, retourcodes
from mzsim.store.facts import Feitenbron
from mzsim.store.session import Database
from mzsim.store.templates import verse_store
from mzsim.suites.case import Geval, Stap
from mzsim.suites.difference import Verschil, verschillen

Oordeel = Literal["passed", "failed", "error"]
"""error: the program could not answer, or a file of the case can't be used."""


class Stapverslag(NamedTuple):
    """What came of one step: how it ended and the bytes of the retour (None: none is sent), or what prevented it."""

    stap: Stap
    declaratie: bytes
    uitkomst: Uitkomst | None
    retour: bytes | None
    verschillen: tuple[Verschil, ...]
    fout: str | None

    @property
    def oordeel(self) -> Oordeel:
        """Its verdict."""
        if self.fout is not None:
            return "error"
        return "failed" if self.verschillen else "passed"


class Verslag(NamedTuple):
    """What came of a case; `fout` is what kept it from being played at all, a wrong store file for one.

    `codes` are the retourcodes that its store adds to the list.
    """

    geval: Geval
    stappen: tuple[Stapverslag, ...]
    fout: str | None
    codes: tuple[Retourcode, ...] = ()

    @property
    def oordeel(self) -> Oordeel:
        """The verdict: the worst of its steps."""
        gezien = {stap.oordeel for stap in self.stappen}
        if self.fout is not None or "error" in gezien:
            return "error"
        return "failed" if "failed" in gezien else "passed"

    @property
    def geslaagd(self) -> bool:
        """Whether everything was as expected."""
        return self.oordeel == "passed"


def speel_geval(geval: Geval, werkmap: Path) -> Verslag:
    """Plays a case on a store of its own. What goes wrong with its files is in the verslag; nothing is raised for it.

    `werkmap` is an existing folder for what is made on the way; cases that share one share what was loaded, also
    between processes.
    """
    try:
        with verse_store(geval.store, werkmap / "stores") as store:
            stappen = tuple(_speel(stap, store) for stap in geval.stappen)
            return Verslag(geval, stappen, None, _eigen_codes(stappen, store, geval))
    except MzsimError as fout:
        return Verslag(geval, (), str(fout))


def _speel(stap: Stap, store: Database) -> Stapverslag:
    leeg = Stapverslag(stap, b"", None, None, (), None)
    try:
        declaratie = _inhoud(stap.declaratie)
        verwacht = _inhoud(stap.verwacht.retour) if stap.verwacht.retour else None
    except CaseError as fout:
        return leeg._replace(fout=str(fout))
    stroom = BytesIO()
    try:
        uitkomst = replay(_opdracht(stap, RetourStream(stroom), store), store)
    except MzsimError as fout:
        return leeg._replace(declaratie=declaratie, fout=str(fout))
    retour = stroom.getvalue() if uitkomst.heeft_retour else None
    gevonden = tuple(verschillen(stap.verwacht, verwacht, uitkomst, retour))
    return Stapverslag(stap, declaratie, uitkomst, retour, gevonden, None)


def _opdracht(stap: Stap, retour: RetourStream, store: Database) -> Opdracht:
    """What `replay` is asked. Raises ScriptError for a script of answers that is wrong."""
    antwoord = laad_script(stap.antwoord, store) if stap.antwoord else None
    return Opdracht(stap.declaratie, retour, stap.datum, stap.stage, antwoord=antwoord)


def _inhoud(bestand: Path) -> bytes:
    try:
        return bestand.read_bytes()
    except OSError as fout:
        raise CaseError(f"{bestand}: can't be read: {fout.strerror}") from None


def _eigen_codes(stappen: tuple[Stapverslag, ...], store: Database, geval: Geval) -> tuple[Retourcode, ...]:
    """The codes of the store, where an answer holds one that the list doesn't."""
    gegeven = {m.retourcode for stap in stappen if stap.uitkomst for m in stap.uitkomst.meldingen}
    if gegeven <= {None, *retourcodes()}:
        return ()
    with store.lezen() as verbinding:
        codes = Feitenbron(verbinding, geval.stappen[0].datum).retourcodes()
    return tuple(codes[code] for code in sorted(codes))
