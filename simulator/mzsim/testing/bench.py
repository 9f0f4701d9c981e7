"""What a user's own pytest tests work with: the simulator on a store of their own, and cases.

The names that a test sees are English, the values those of the standard; amounts are decimal strings in euro as
`mzsim replay --json` prints them.
"""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, NamedTuple

import yaml

from mzsim.common.errors import InputError
from mzsim.domain.findings import Stage
from mzsim.explanation.collector import Toelichting
from mzsim.personas import Persona, personas
from mzsim.pipeline import Opdracht, replay
from mzsim.presentation import output
from mzsim.retour.bookings import Boekhouding, boek
from mzsim.script.file import laad_script
from mzsim.standard.values import als_euro
from mzsim.store.loading import laad_bestand
from mzsim.store.session import open_store
from mzsim.store.shipped_files import plaats_van
from mzsim.suites.case import Geval
from mzsim.suites.junit import regels_van
from mzsim.suites.playing import Verslag, speel_geval


class Booking(NamedTuple):
    """How one prestatierecord must be booked: outcome toegekend, deels, afgewezen or niet_beoordeeld."""

    referentienummer: str
    outcome: str
    declared: str
    granted: str
    left: str
    retourcodes: tuple[str, ...]


class Answer(NamedTuple):
    """The answer to a declaration: the keys of `mzsim replay --json`, and the bytes of both messages.

    `retour` is None where none is sent. `totaal_ingediend` and `totaal_toegekend` are as "660.00", a credit negative;
    `toekenningen` say how each amount came about. `betaaldatum` is the payment date as "2026-01-31", None where the insurer
    has no betaaltermijn or pays nothing.
    """

    declaration: bytes
    retour: bytes | None
    afzender: str | None
    status: str
    totaal_ingediend: str
    totaal_toegekend: str
    meldingen: list[dict[str, Any]]
    toekenningen: list[dict[str, Any]]
    betaaldatum: str | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The retourcodes of the meldingen, in their order."""
        return tuple(melding["retourcode"] for melding in self.meldingen)

    @property
    def bookings(self) -> tuple[Booking, ...]:
        """How every prestatierecord of the declaration must be booked; none without a retour."""
        if self.retour is None:
            return ()
        return _bookings(boek(io.BytesIO(self.declaration), io.BytesIO(self.retour)))


def _bookings(boekhouding: Boekhouding) -> tuple[Booking, ...]:
    return tuple(
        Booking(
            b.referentienummer,
            str(b.uitkomst),
            als_euro(b.gedeclareerd),
            als_euro(b.toegekend),
            als_euro(b.rest),
            b.codes,
        )
        for b in boekhouding.boekingen
    )


class Proefbank:
    """The simulator with a store of its own, in a folder of its own."""

    def __init__(self, store: Path, map_: Path) -> None:
        self._store = open_store(f"sqlite:///{store}")
        self._map = map_
        self._nummer = 0

    def __enter__(self) -> Proefbank:
        return self

    def __exit__(
        self, soort: type[BaseException] | None, fout: BaseException | None, spoor: TracebackType | None
    ) -> None:
        self._store.sluit()

    def load(self, *sources: str | Path | Mapping[str, Any]) -> None:
        """Loads verzekeraarsbestanden, in order: a path, "@nza-2026" or another list of the program, the text of a file
        (a string of more than one line), or what a file would hold as a dict. Raises StoreFileError.
        """
        for bron in sources:
            laad_bestand(self._store, self._bestand(bron))

    def _bestand(self, bron: str | Path | Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> Path:
        if not isinstance(bron, str | Path):
            bron = yaml.dump(bron, Dumper=_Dumper, allow_unicode=True, sort_keys=False) + "\n"
        if isinstance(bron, str) and "\n" in bron:
            plaats = self._plaats("yaml")
            plaats.write_text(bron, "utf-8")
            return plaats
        return plaats_van(str(bron))

    def _plaats(self, naam: str) -> Path:
        self._nummer += 1
        return self._map / f"{self._nummer}.{naam}"

    def replay(
        self,
        declaration: bytes | str | Path,
        *,
        date: dt.date | str | None = None,
        stage: Literal["vecozo", "verzekeraar", "all"] = "all",
        antwoord: str | Path | Sequence[Mapping[str, Any]] | None = None,
    ) -> Answer:
        """Answers a declaration (its bytes, or the path of a file) as `mzsim replay` does; the store remembers it.

        `date` is the processing date (a date or "2026-01-31"), by default today; `antwoord` a scripted answer: a path, the
        text of a script (a string of more than one line), or its rules as a list of dicts. Nothing is written beside the
        declaration. Raises InputError, and ScriptError for a script that is wrong.
        """
        if isinstance(declaration, bytes):
            plaats = self._plaats("mz301.asc")
            plaats.write_bytes(declaration)
        else:
            plaats = Path(declaration)
        retour = self._plaats("mz302.asc")
        datum = dt.date.fromisoformat(date) if isinstance(date, str) else date
        datum = datum or dt.date.today()  # noqa: DTZ011 - the day where the user is
        script = None if antwoord is None else laad_script(self._bestand(antwoord), self._store)
        with Toelichting(output.masker) as toelichting:
            opdracht = Opdracht(plaats, retour, datum, Stage(stage), antwoord=script, toelichting=toelichting)
            uitkomst = replay(opdracht, self._store)
            toekenningen = [json.loads(toekenning) for toekenning in toelichting.toekenningen()]
        inhoud = retour.read_bytes() if uitkomst.heeft_retour else None
        return Answer(plaats.read_bytes(), inhoud, **output.als_dict(uitkomst), toekenningen=toekenningen)

    @property
    def personas(self) -> Sequence[Persona]:
        """The test personas of the program, insured with `@proef`."""
        return personas()


class _Dumper(yaml.SafeDumper):
    """Writes amounts as the numbers that they are."""


_Dumper.add_representer(
    Decimal, lambda dumper, bedrag: dumper.represent_scalar("tag:yaml.org,2002:float", f"{bedrag:f}")
)


class Step(NamedTuple):
    """One declaration of a case as it was played: what was answered, and how that must be booked."""

    declaration: bytes
    retour: bytes | None
    status: str
    bookings: tuple[Booking, ...]


class Proefgeval:
    """A case, played on a store of its own when it is first asked for."""

    def __init__(self, geval: Geval, werkmap: Path) -> None:
        self._geval = geval
        self._werkmap = werkmap
        self.id, self.title, self.source, self.tags = geval.id, geval.titel, geval.bron, geval.tags
        self.folder = geval.map_

    def __repr__(self) -> str:
        return f"<case {self.id}>"

    @cached_property
    def _verslag(self) -> Verslag:
        return speel_geval(self._geval, self._werkmap)

    def check(self) -> None:
        """Fails, with every difference, where the case isn't answered as its case.yaml expects."""
        __tracebackhide__ = True
        if not self._verslag.geslaagd:
            raise AssertionError("\n".join([f"case {self.id}: {self.title}", *regels_van(self._verslag, unmask=False)]))

    @property
    def steps(self) -> tuple[Step, ...]:
        """Its steps; raises InputError where one could not be answered."""
        if self._verslag.oordeel == "error":
            raise InputError("; ".join(regels_van(self._verslag, unmask=False)))
        gespeeld = []
        for stap in self._verslag.stappen:
            assert stap.uitkomst is not None, "an oordeel of error"
            boekingen: tuple[Booking, ...] = ()
            if stap.retour is not None:
                boekingen = _bookings(boek(io.BytesIO(stap.declaratie), io.BytesIO(stap.retour)))
            gespeeld.append(Step(stap.declaratie, stap.retour, str(stap.uitkomst.status), boekingen))
        return tuple(gespeeld)
