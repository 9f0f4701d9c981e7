"""The cases of the checks: `cases/<check id>.yaml`, played against a store and compared with the exact findings.

controle: "0408-1"
gevallen:
  - naam: what the case shows
    declaratie: {"01": {…}, records: [{"02": {…}}, {"04": {…}}], "99": {…}}   # only what differs; see factories.py
    bewerk: [{regel: 3, positie: 59, waarde: "20110332"}]                    # edits of the bytes, see `bewerk`
    store: {polissen: […]}             # top-level keys that replace those of the usual store
    eerder: [{declaratie: …}, …]       # replayed first on the same store, whole path
    stage: vecozo                      # default: vecozo where VECOZO performs the check, else verzekeraar
    date: 2011-05-02                   # the default
    verwacht: [{record: "04", identificatie: 2, rubriek: "0408", retourcode: "8007", controle: "0408-1"}]
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from mzsim.checks import REGISTER
from mzsim.domain.findings import Outcome, Stage
from mzsim.explanation.collector import Collector
from mzsim.pipeline import Order, replay
from mzsim.standard.layout import CHARSET, CRLF
from mzsim.store.loading import load_file
from mzsim.store.session import Database
from mzsim.store.templates import fresh_store
from tests.factories import from_yaml

CASES = Path(__file__).parent / "cases"
STORE = Path(__file__).parents[1] / "fixtures" / "inv3" / "store.yaml"
# Every worker reads all cases: five times as fast by libyaml, where that is.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def all_cases() -> tuple[tuple[str, dict[str, Any]], ...]:
    """Every case with the id of its check."""
    cases = []
    for file in sorted(CASES.glob("*.yaml")):
        content = yaml.load(file.read_text("utf-8"), Loader=_LOADER)
        assert content["controle"] == file.stem, f"{file.name} is named after another check"
        cases += [(content["controle"], case) for case in content["gevallen"]]
    return tuple(cases)


def edit(declaration: bytes, edits: list[Mapping[str, Any]]) -> bytes:
    """Edits of the bytes, in order; `line` is a line number (1-based) of the declaration as it was made.

    `positie` and `value` overwrite positions (1-based); `lengte` cuts or pads with spaces; `end` is another line
    end; `verwijder: true` leaves the line out; `ervoor` puts a line before it; `alles` replaces the whole file.
    """
    lines = [[line, CRLF] for line in declaration.split(CRLF)[:-1]]
    for step in edits:
        if "alles" in step:
            return str(step["alles"]).encode(CHARSET)
        line = lines[step["regel"] - 1]
        if "waarde" in step:
            begin, value = step["positie"] - 1, step["waarde"].encode(CHARSET)
            line[0] = line[0][:begin] + value + line[0][begin + len(value) :]
        if "lengte" in step:
            line[0] = line[0][: step["lengte"]].ljust(step["lengte"])
        if "ervoor" in step:
            line[0] = step["ervoor"].encode(CHARSET) + CRLF + line[0]
        if step.get("verwijder"):
            line[:] = [b"", b""]
        if "einde" in step:
            line[1] = step["einde"].encode(CHARSET)
    return b"".join(content + end for content, end in lines)


def declaration_of(case: Mapping[str, Any]) -> bytes:
    """The bytes of a case's declaration."""
    return edit(bytes(from_yaml(case.get("declaratie") or {})), case.get("bewerk") or [])


def play_afresh(check: str, case: Mapping[str, Any], kept: Path, folder: Path) -> Outcome:
    """Plays a case on a store that is made for it; `kept` keeps what was loaded, for other cases and other processes."""
    files = [STORE]
    if "store" in case:
        content = yaml.safe_dump(case["store"]).encode("utf-8")
        files.append(kept / f"{sha256(content).hexdigest()}.yaml")
        if not files[-1].exists():
            part = kept / f"{os.getpid()}.deel"
            part.write_bytes(content)
            part.replace(files[-1])
    with fresh_store(files, kept) as store:
        return _play(check, case, store, folder)


def play(
    check: str, case: Mapping[str, Any], store: Database, folder: Path, collector: Collector | None = None
) -> Outcome:
    """Plays a case on a store that holds the usual insurer; `collector` looks on at the last step."""
    if "store" in case:
        extra = folder / "extra.yaml"
        extra.write_text(yaml.safe_dump(case["store"]), "utf-8")
        load_file(store, extra)
    return _play(check, case, store, folder, collector)


def _play(
    check: str, case: Mapping[str, Any], store: Database, folder: Path, collector: Collector | None = None
) -> Outcome:
    date = case.get("date", dt.date(2011, 5, 2))
    for number, earlier in enumerate(case.get("eerder", ())):
        _replay(declaration_of(earlier), Stage.ALL, earlier.get("date", date), store, folder / f"eerder{number}.asc")
    place = folder / "declaratie.asc"
    return _replay(declaration_of(case), stage_of(check, case), date, store, place, collector)


def stage_of(check: str, case: Mapping[str, Any]) -> Stage:
    """The stage that a case plays: by default that of who performs the check."""
    default = Stage.VECOZO if "V" in REGISTER[check].by else Stage.INSURER
    return Stage(case.get("stage", default))


def _replay(
    declaration: bytes,
    stage: Stage,
    date: dt.date,
    store: Database,
    place: Path,
    collector: Collector | None = None,
) -> Outcome:
    place.write_bytes(declaration)
    return replay(Order(place, place.with_suffix(".retour"), date, stage, collector=collector), store)


def findings(outcome: Outcome) -> list[dict[str, Any]]:
    """The findings as a case file writes them."""
    return [
        {
            "record": m.finding.record,
            "identificatie": m.finding.identificatie,
            "rubriek": m.finding.check.rubriek,
            "retourcode": m.retourcode,
            "controle": m.finding.check.id,
        }
        for m in outcome.meldingen
    ]
