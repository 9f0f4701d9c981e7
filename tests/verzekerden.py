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

from mzsim.domain.findings import Outcome, Stage
from mzsim.explanation.collector import Collector
from mzsim.pipeline import Order, replay
from mzsim.script.directing import Script
from mzsim.store.loading import load_file
from mzsim.store.session import Database
from mzsim.store.templates import fresh_store
from tests.commands import DATE
from tests.factories import Message, make
from tests.retours import Line, read, slot

BSN = "123456782"
Fields = dict[str, str]


def uzovi(number: str = "0736", label_van: str | None = None, **beleid: object) -> dict[str, Any]:
    """A line of `uzovi`; keywords are its beleid."""
    line = {"nummer": number, "naam": "V", "soort": "zorgverzekeraar", "edp": True}
    return line | {"label_van": label_van, "beleid": beleid}


def pakket(code: str, kind: str, *dekkingen: Mapping[str, Any], of: str = "0736") -> dict[str, Any]:
    """A line of `pakketten`; a dekking covers every prestatie unless it says otherwise."""
    return {
        "code": code,
        "uzovi": of,
        "soort": kind,
        "dekkingen": [{"prestaties": ["*"], "percentage": 100, **dekking} for dekking in dekkingen],
    }


def polis(*pakketten: str, **otherwise: Any) -> dict[str, Any]:
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
        **otherwise,
    }


def contract(start: dt.date = dt.date(2008, 1, 1), end: dt.date | None = None, **tariffs: float) -> dict[str, Any]:
    """A line of `contracten` with the praktijk of the factories; keywords are tarieven in euro."""
    return {"uzovi": "0736", "agb": "12012345", "ingang": start, "einde": end, "tarieven": tariffs}


def tariff(code: str, euro: float, **otherwise: Any) -> dict[str, Any]:
    """A line of `tariffs`."""
    return {"prestatiecode": code, "tarief": euro, "ingang": dt.date(2008, 1, 1), "einde": None, **otherwise}


MACHTIGING: Mapping[str, Any] = {
    "nummer": "M1",
    "uzovi": "0736",
    "bsn": BSN,
    "agb": "12012345",
    "prestaties": ["*"],
    "ingang": dt.date(2008, 1, 1),
    "einde": None,
    "status": "afgegeven",
}


def insured(*dekkingen: Mapping[str, Any], supplementary: tuple[Mapping[str, Any], ...] = (), **lists: Any) -> Any:
    """A store with one verzekerde: a basis pakket with these dekkingen, and an aanvullend one where there are any. The
    machtiging M1 covers all that he may need one for."""
    return {
        "uzovi": [uzovi()],
        "pakketten": [pakket("B", "basis", *dekkingen), pakket("A", "aanvullend", *supplementary)],
        "polissen": [polis("B", "A")],
        "machtigingen": [MACHTIGING],
        **lists,
    }


class Replayed(NamedTuple):
    """What came back: how it ended, and of each prestatierecord (in order) the codes, 0481 and 0483, as they stand."""

    uitkomst: Outcome
    retour: bytes
    records: tuple[Line | None, ...]
    """None for one that does not go back."""
    toegekend: tuple[int, ...]
    """In cents; of what does not go back all that was declared."""
    grants: tuple[dict[str, Any], ...] = ()
    """How the amounts came about, where the proef was asked for that."""

    @property
    def codes(self) -> list[tuple[str, ...]]:
        """The codes of each prestatierecord; none for one that does not go back."""
        return [line.codes if line else () for line in self.records]

    @property
    def amounts(self) -> list[tuple[str, str]]:
        """0481 and 0483 of those that go back, without leading zeros."""
        return [(line.berekend.lstrip("0") or "0", line.toegekend.lstrip("0") or "0") for line in self.records if line]

    @property
    def total(self) -> int:
        """What the sluitrecord says was granted."""
        return self.uitkomst.total_granted


def debet(code: str = "C11", tariff: int = 1000, **fields: object) -> Fields:
    """A prestatierecord; rubrieken as r0408="20110331", d for 0430 and n for 0425."""
    translated = {{"d": "r0430", "n": "r0425"}.get(name, name): str(value) for name, value in fields.items()}
    return {"r0413": code, "r0424": str(tariff), **translated}


def credit(previous: str, code: str = "C11", tariff: int = 1000, **fields: object) -> Fields:
    """The credit of the record with this referentienummer; its other rubrieken are those of the debet."""
    return {**debet(code, tariff, **fields), "r0427": "C", "r0431": "C", "r0433": previous}


class Trial:
    """A store, and declarations replayed on it one after another.

    With `toelichten` each is answered without being recorded first, for its toelichting; that gives the same retour.
    """

    explaining = False

    def __init__(self, store: Database, folder: Path) -> None:
        self.store = store
        self._folder = folder
        self._files = 0

    def load(self, content: Mapping[str, Any]) -> None:
        """Loads a verzekeraarsbestand."""
        place = self._folder / "extra.yaml"
        place.write_text(yaml.safe_dump(dict(content)), "utf-8")
        load_file(self.store, place)

    def declareer(self, *records: Fields, verzekerde: Fields | None = None, **otherwise: Any) -> Replayed:
        """Prestatierecords of one verzekerde; see `play`."""
        return self.play([(verzekerde or {}, list(records))], **otherwise)

    def play(
        self,
        verzekerden: list[tuple[Fields, list[Fields]]],
        *,
        date: dt.date = DATE,
        stage: Stage = Stage.INSURER,
        dry_run: bool = False,
        script: Script | None = None,
        **voorloop: str,
    ) -> Replayed:
        """A declaration of verzekerden with their prestatierecords; 0432 is file and record number unless given."""
        self._files += 1
        message = Message(voorloop=make("01", **{"r0116": f"F{self._files}", **voorloop}))
        number = 0
        for verzekerde, records in verzekerden:
            message.add("02", **verzekerde)
            for fields in records:
                number += 1
                message.add("04", **{"r0432": f"{self._files}-{number}", **fields})
        return self.bytes(bytes(message), date=date, stage=stage, dry_run=dry_run, script=script)

    def bytes(
        self,
        declaration: bytes,
        *,
        date: dt.date = DATE,
        stage: Stage = Stage.INSURER,
        dry_run: bool = False,
        script: Script | None = None,
    ) -> Replayed:
        """A declaration as it stands."""
        place, target = self._folder / "d.asc", self._folder / "r.asc"
        place.write_bytes(declaration)
        target.unlink(missing_ok=True)
        order = Order(place, target, date, stage, dry_run, script)
        explained, grants = self._collector(order) if self.explaining else (None, ())
        outcome = replay(order, self.store)
        retour = target.read_bytes()
        assert explained in (None, retour)
        back = {line.identificatie: line for line in read(retour) if line.kenmerk == "04"}
        records, granted = [], []
        for heen in declaration.split(b"\r\n"):
            if heen[:2] == b"04":
                line = back.pop(int(heen[2:14]), None)
                sign = -1 if heen[163:164] == b"C" else 1
                records.append(line)
                granted.append(_amount(line.toegekend) if line else sign * int(heen[155:163]))
        if records and read(retour)[0].codes[0] == "0001":
            granted = [0] * len(granted)
        assert not back, "a record came back that was not declared"
        assert sum(granted) == outcome.total_granted == _amount("".join(slot(retour)[-2:]))
        return Replayed(outcome, retour, tuple(records), tuple(granted), grants)

    def _collector(self, order: Order) -> tuple[bytes, tuple[dict[str, Any], ...]]:
        with Collector(None) as collector:
            replay(order._replace(dry_run=True, collector=collector), self.store)
            return order.retour.read_bytes(), tuple(json.loads(t) for t in collector.grants())


def _amount(with_sign: str) -> int:
    return int(with_sign[:-1]) * (-1 if with_sign.endswith("C") else 1)


@cache
def _templates() -> TemporaryDirectory[str]:
    """Where this process keeps its empty store, until it ends."""
    return TemporaryDirectory()


@contextmanager
def proef(folder: Path, content: Mapping[str, Any]) -> Iterator[Trial]:
    """A new store with this verzekeraarsbestand; one at a time."""
    with fresh_store((), Path(_templates().name)) as store:
        made = Trial(store, folder)
        made.load(content)
        yield made
