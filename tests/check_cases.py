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
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from mzsim.checks import REGISTER
from mzsim.domain.findings import Stage, Uitkomst
from mzsim.explanation.collector import Toelichting
from mzsim.pipeline import Opdracht, replay
from mzsim.standard.layout import CRLF, TEKENSET
from mzsim.store.loading import laad_bestand
from mzsim.store.session import Database
from tests.factories import uit_yaml

CASES = Path(__file__).parent / "cases"
STORE = Path(__file__).parents[1] / "fixtures" / "inv3" / "store.yaml"


@cache
def alle_gevallen() -> tuple[tuple[str, dict[str, Any]], ...]:
    """Every case with the id of its check."""
    gevallen = []
    for bestand in sorted(CASES.glob("*.yaml")):
        inhoud = yaml.safe_load(bestand.read_text("utf-8"))
        assert inhoud["controle"] == bestand.stem, f"{bestand.name} is named after another check"
        gevallen += [(inhoud["controle"], geval) for geval in inhoud["gevallen"]]
    return tuple(gevallen)


def bewerk(declaratie: bytes, bewerkingen: list[Mapping[str, Any]]) -> bytes:
    """Edits of the bytes, in order; `regel` is a line number (1-based) of the declaration as it was made.

    `positie` and `waarde` overwrite positions (1-based); `lengte` cuts or pads with spaces; `einde` is another line
    end; `verwijder: true` leaves the line out; `ervoor` puts a line before it; `alles` replaces the whole file.
    """
    regels = [[regel, CRLF] for regel in declaratie.split(CRLF)[:-1]]
    for stap in bewerkingen:
        if "alles" in stap:
            return str(stap["alles"]).encode(TEKENSET)
        regel = regels[stap["regel"] - 1]
        if "waarde" in stap:
            begin, waarde = stap["positie"] - 1, stap["waarde"].encode(TEKENSET)
            regel[0] = regel[0][:begin] + waarde + regel[0][begin + len(waarde) :]
        if "lengte" in stap:
            regel[0] = regel[0][: stap["lengte"]].ljust(stap["lengte"])
        if "ervoor" in stap:
            regel[0] = stap["ervoor"].encode(TEKENSET) + CRLF + regel[0]
        if stap.get("verwijder"):
            regel[:] = [b"", b""]
        if "einde" in stap:
            regel[1] = stap["einde"].encode(TEKENSET)
    return b"".join(inhoud + einde for inhoud, einde in regels)


def declaratie_van(geval: Mapping[str, Any]) -> bytes:
    """The bytes of a case's declaration."""
    return bewerk(bytes(uit_yaml(geval.get("declaratie") or {})), geval.get("bewerk") or [])


def speel(
    controle: str, geval: Mapping[str, Any], store: Database, map_: Path, toelichting: Toelichting | None = None
) -> Uitkomst:
    """Plays a case on a store that holds the usual insurer; `toelichting` looks on at the last step."""
    if "store" in geval:
        extra = map_ / "extra.yaml"
        extra.write_text(yaml.safe_dump(geval["store"]), "utf-8")
        laad_bestand(store, extra)
    datum = geval.get("date", dt.date(2011, 5, 2))
    for nummer, eerder in enumerate(geval.get("eerder", ())):
        _replay(declaratie_van(eerder), Stage.ALL, eerder.get("date", datum), store, map_ / f"eerder{nummer}.asc")
    plaats = map_ / "declaratie.asc"
    return _replay(declaratie_van(geval), stage_van(controle, geval), datum, store, plaats, toelichting)


def stage_van(controle: str, geval: Mapping[str, Any]) -> Stage:
    """The stage that a case plays: by default that of who performs the check."""
    standaard = Stage.VECOZO if "V" in REGISTER[controle].door else Stage.VERZEKERAAR
    return Stage(geval.get("stage", standaard))


def _replay(
    declaratie: bytes,
    stage: Stage,
    datum: dt.date,
    store: Database,
    plaats: Path,
    toelichting: Toelichting | None = None,
) -> Uitkomst:
    plaats.write_bytes(declaratie)
    return replay(Opdracht(plaats, plaats.with_suffix(".retour"), datum, stage, toelichting=toelichting), store)


def bevindingen(uitkomst: Uitkomst) -> list[dict[str, Any]]:
    """The findings as a case file writes them."""
    return [
        {
            "record": m.bevinding.record,
            "identificatie": m.bevinding.identificatie,
            "rubriek": m.bevinding.controle.rubriek,
            "retourcode": m.retourcode,
            "controle": m.bevinding.controle.id,
        }
        for m in uitkomst.meldingen
    ]
