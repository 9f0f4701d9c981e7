"""What an insurer grants, in tests: stores as plain values, declarations replayed on them, and what each record got."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import yaml

from mzsim.domain.findings import Stage, Uitkomst
from mzsim.explanation.collector import Toelichting
from mzsim.pipeline import Opdracht, replay
from mzsim.store.loading import laad_bestand
from mzsim.store.session import Database
from mzsim.store.templates import verse_store
from tests.commands import DATUM
from tests.factories import Bericht, maak
from tests.retours import Regel, lees, slot

BSN = "123456782"
Velden = dict[str, str]


def uzovi(nummer: str = "0736", label_van: str | None = None, **beleid: object) -> dict[str, Any]:
    """A line of `uzovi`; keywords are its beleid."""
    regel = {"nummer": nummer, "naam": "V", "soort": "zorgverzekeraar", "edp": True}
    return regel | {"label_van": label_van, "beleid": beleid}


def pakket(code: str, soort: str, *dekkingen: Mapping[str, Any], van: str = "0736") -> dict[str, Any]:
    """A line of `pakketten`; a dekking covers every prestatie unless it says otherwise."""
    return {
        "code": code,
        "uzovi": van,
        "soort": soort,
        "dekkingen": [{"prestaties": ["*"], "percentage": 100, **dekking} for dekking in dekkingen],
    }


def polis(*pakketten: str, **anders: Any) -> dict[str, Any]:
    """A line of `polissen`: the verzekerde of the factories."""
    return {
        "bsn": BSN,
        "verzekerdennummer": "V0001",
        "geboortedatum": dt.date(1954, 12, 10),
        "naam": "Jansen",
        "uzovi": "0736",
        "ingang": dt.date(2006, 1, 1),
        "einde": None,
        "overleden": None,
        "pakketten": list(pakketten),
        **anders,
    }


def contract(ingang: dt.date = dt.date(2008, 1, 1), einde: dt.date | None = None, **tarieven: float) -> dict[str, Any]:
    """A line of `contracten` with the praktijk of the factories; keywords are tarieven in euro."""
    return {"uzovi": "0736", "agb": "12012345", "ingang": ingang, "einde": einde, "tarieven": tarieven}


def tarief(code: str, euro: float, **anders: Any) -> dict[str, Any]:
    """A line of `tarieven`."""
    return {"prestatiecode": code, "tarief": euro, "ingang": dt.date(2008, 1, 1), "einde": None, **anders}


_MACHTIGING = {
    "nummer": "M1",
    "uzovi": "0736",
    "bsn": BSN,
    "agb": "12012345",
    "prestaties": ["*"],
    "ingang": dt.date(2008, 1, 1),
    "einde": None,
    "status": "afgegeven",
}


def verzekerd(*dekkingen: Mapping[str, Any], aanvullend: tuple[Mapping[str, Any], ...] = (), **lijsten: Any) -> Any:
    """A store with one verzekerde: a basis pakket with these dekkingen, and an aanvullend one where there are any. The
    machtiging M1 covers all that he may need one for."""
    return {
        "uzovi": [uzovi()],
        "pakketten": [pakket("B", "basis", *dekkingen), pakket("A", "aanvullend", *aanvullend)],
        "polissen": [polis("B", "A")],
        "machtigingen": [_MACHTIGING],
        **lijsten,
    }


class Antwoord(NamedTuple):
    """What came back: how it ended, and of each prestatierecord (in order) the codes, 0481 and 0483, as they stand."""

    uitkomst: Uitkomst
    retour: bytes
    records: tuple[Regel | None, ...]
    """None for one that does not go back."""
    toegekend: tuple[int, ...]
    """In cents; of what does not go back all that was declared."""
    toekenningen: tuple[dict[str, Any], ...] = ()
    """How the amounts came about, where the proef was asked for that."""

    @property
    def codes(self) -> list[tuple[str, ...]]:
        """The codes of each prestatierecord; none for one that does not go back."""
        return [regel.codes if regel else () for regel in self.records]

    @property
    def bedragen(self) -> list[tuple[str, str]]:
        """0481 and 0483 of those that go back, without leading zeros."""
        return [
            (regel.berekend.lstrip("0") or "0", regel.toegekend.lstrip("0") or "0") for regel in self.records if regel
        ]

    @property
    def totaal(self) -> int:
        """What the sluitrecord says was granted."""
        return self.uitkomst.totaal_toegekend


def debet(code: str = "C11", tarief: int = 1000, **velden: object) -> Velden:
    """A prestatierecord; rubrieken as r0408="20110331", d for 0430 and n for 0425."""
    vertaald = {{"d": "r0430", "n": "r0425"}.get(naam, naam): str(waarde) for naam, waarde in velden.items()}
    return {"r0413": code, "r0424": str(tarief), **vertaald}


def credit(vorig: str, code: str = "C11", tarief: int = 1000, **velden: object) -> Velden:
    """The credit of the record with this referentienummer; its other rubrieken are those of the debet."""
    return {**debet(code, tarief, **velden), "r0427": "C", "r0431": "C", "r0433": vorig}


class Proef:
    """A store, and declarations replayed on it one after another.

    With `toelichten` each is answered without being recorded first, for its toelichting; that gives the same retour.
    """

    toelichten = False

    def __init__(self, store: Database, map_: Path) -> None:
        self.store = store
        self._map = map_
        self._bestanden = 0

    def laad(self, inhoud: Mapping[str, Any]) -> None:
        """Loads a verzekeraarsbestand."""
        plaats = self._map / "extra.yaml"
        plaats.write_text(yaml.safe_dump(dict(inhoud)), "utf-8")
        laad_bestand(self.store, plaats)

    def declareer(self, *records: Velden, verzekerde: Velden | None = None, **anders: Any) -> Antwoord:
        """Prestatierecords of one verzekerde; see `speel`."""
        return self.speel([(verzekerde or {}, list(records))], **anders)

    def speel(
        self,
        verzekerden: list[tuple[Velden, list[Velden]]],
        *,
        datum: dt.date = DATUM,
        stage: Stage = Stage.VERZEKERAAR,
        dry_run: bool = False,
        **voorloop: str,
    ) -> Antwoord:
        """A declaration of verzekerden with their prestatierecords; 0432 is file and record number unless given."""
        self._bestanden += 1
        bericht = Bericht(voorloop=maak("01", **{"r0116": f"F{self._bestanden}", **voorloop}))
        nummer = 0
        for verzekerde, records in verzekerden:
            bericht.voeg_toe("02", **verzekerde)
            for velden in records:
                nummer += 1
                bericht.voeg_toe("04", **{"r0432": f"{self._bestanden}-{nummer}", **velden})
        return self.bytes(bytes(bericht), datum=datum, stage=stage, dry_run=dry_run)

    def bytes(
        self, declaratie: bytes, *, datum: dt.date = DATUM, stage: Stage = Stage.VERZEKERAAR, dry_run: bool = False
    ) -> Antwoord:
        """A declaration as it stands."""
        plaats, doel = self._map / "d.asc", self._map / "r.asc"
        plaats.write_bytes(declaratie)
        doel.unlink(missing_ok=True)
        opdracht = Opdracht(plaats, doel, datum, stage, dry_run)
        toegelicht, toekenningen = self._toelichting(opdracht) if self.toelichten else (None, ())
        uitkomst = replay(opdracht, self.store)
        retour = doel.read_bytes()
        assert toegelicht in (None, retour)
        terug = {regel.identificatie: regel for regel in lees(retour) if regel.kenmerk == "04"}
        records, toegekend = [], []
        for heen in declaratie.split(b"\r\n"):
            if heen[:2] == b"04":
                regel = terug.pop(int(heen[2:14]), None)
                teken = -1 if heen[163:164] == b"C" else 1
                records.append(regel)
                toegekend.append(_bedrag(regel.toegekend) if regel else teken * int(heen[155:163]))
        if records and lees(retour)[0].codes[0] == "0001":
            toegekend = [0] * len(toegekend)
        assert not terug, "a record came back that was not declared"
        assert sum(toegekend) == uitkomst.totaal_toegekend == _bedrag("".join(slot(retour)[-2:]))
        return Antwoord(uitkomst, retour, tuple(records), tuple(toegekend), toekenningen)

    def _toelichting(self, opdracht: Opdracht) -> tuple[bytes, tuple[dict[str, Any], ...]]:
        with Toelichting(None) as toelichting:
            replay(opdracht._replace(dry_run=True, toelichting=toelichting), self.store)
            return opdracht.retour.read_bytes(), tuple(json.loads(t) for t in toelichting.toekenningen())


def _bedrag(met_teken: str) -> int:
    return int(met_teken[:-1]) * (-1 if met_teken.endswith("C") else 1)


@cache
def _sjablonen() -> TemporaryDirectory[str]:
    """Where this process keeps its empty store, until it ends."""
    return TemporaryDirectory()


@contextmanager
def proef(map_: Path, inhoud: Mapping[str, Any]) -> Iterator[Proef]:
    """A new store with this verzekeraarsbestand; one at a time."""
    with verse_store((), Path(_sjablonen().name)) as store:
        gemaakt = Proef(store, map_)
        gemaakt.laad(inhoud)
        yield gemaakt
