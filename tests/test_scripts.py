"""Scripted answers: what a rule matches, what it answers, what a script may not ask, and that the retour stays a valid one."""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mzsim.checks import REGISTER
from mzsim.common.errors import ScriptError
from mzsim.domain.findings import Stage, Status, Uitkomst
from mzsim.retour.check import controleer_retour
from mzsim.script.codes import ALLEEN_DEELS, DEELS
from mzsim.script.directing import Script
from mzsim.script.file import laad_script, lees_script
from mzsim.standard.retourcodes import retourcodes
from mzsim.store.loading import laad_bestand
from mzsim.store.session import Database, open_store
from tests.commands import OP_DATUM, eis_een_regel, invoke, omgeving, opdracht, proces, speel
from tests.factories import Bericht, eenvoudig, maak
from tests.make_inv3 import declaraties
from tests.retours import codes, lees, records, slot

VOORBEELD = declaraties()["1-volledig-toegewezen"]
"""Of verzekerde 1 a C11 of 10.00 (record 2), of verzekerde 3 an R24 of 500.00 (4) and a V13 of 150.00 (5)."""
D = sorted(c.code for c in retourcodes().values() if c.soort == "D")
GEHEEL = [code for code in D if code not in ALLEEN_DEELS]
BESTAND = sorted(c.code for c in retourcodes().values() if c.soort in "XT" and c.code not in ("0001", "8096", "8097"))


class Speler:
    """Replays a declaration with a script on the store of INV chapter 3."""

    def __init__(self, store: Database, map_: Path) -> None:
        self._store = store
        self._map = map_

    def script(self, *regels: dict[str, Any]) -> Script:
        plaats = self._map / "script.yaml"
        plaats.write_text(yaml.safe_dump(list(regels), sort_keys=False), "utf-8")
        return laad_script(plaats, self._store)

    def __call__(
        self, *regels: dict[str, Any], declaratie: bytes = VOORBEELD, stage: Stage = Stage.ALL, dry_run: bool = True
    ) -> Uitkomst:
        script = self.script(*regels)
        uitkomst, retour = speel(self._store, self._map, declaratie, stage=stage, dry_run=dry_run, antwoord=script)
        self.retour = retour or b""
        if retour is not None:
            bekend = {**retourcodes(), "3999": retourcodes()["8007"]}
            assert list(controleer_retour(io.BytesIO(declaratie), io.BytesIO(retour), bekend)) == []
        return uitkomst

    def bedragen(self) -> dict[int, tuple[str, str]]:
        """0481 and 0483 with their signs, by identificatie."""
        return {r.identificatie: (r.berekend, r.toegekend) for r in lees(self.retour) if r.kenmerk == "04"}

    def terug(self) -> dict[tuple[str, int], tuple[str, ...]]:
        return codes(self.retour)


@pytest.fixture
def speler(store: Database, tmp_path: Path) -> Speler:
    return Speler(store, tmp_path)


# What is answered: codes, on each part of the message.


def test_codes_op_een_prestatie(speler: Speler) -> None:
    uitkomst = speler({"match": {"0413": "R24"}, "action": {"codes": ["8007", "8072"]}})
    assert uitkomst.status is Status.DEELS_TOEGEWEZEN
    assert uitkomst.totaal_toegekend == 16000
    assert speler.terug() == {("01", 0): ("0200",), ("02", 3): ("0200",), ("04", 4): ("8007", "8072")}
    assert speler.bedragen() == {4: ("00000000D", "00000000D")}


def test_codes_op_een_verzekerde(speler: Speler) -> None:
    uitkomst = speler({"deel": "verzekerde", "match": {"0203": "100197243"}, "action": {"codes": ["8004"]}})
    assert uitkomst.totaal_toegekend == 1000
    assert speler.terug() == {
        ("01", 0): ("0200",),
        ("02", 3): ("8004",),
        ("04", 4): ("8002",),
        ("04", 5): ("8002",),
        ("98", 5): ("8002",),
    }


@pytest.mark.parametrize("afzender", ["vecozo", "verzekeraar"])
def test_bestand_afgekeurd(speler: Speler, afzender: str) -> None:
    uitkomst = speler({"deel": "bestand", "action": {"codes": ["8198", "0030"], "afzender": afzender}})
    assert uitkomst.status is Status.AFGEKEURD_BESTAND
    assert uitkomst.afzender == {"vecozo": "VECOZO", "verzekeraar": "0736"}[afzender]
    assert speler.terug() == {("01", 0): ("0001", "8198", "0030")}
    assert len(records(speler.retour)) == 2


def test_vecozo_keurt_een_record_af(speler: Speler) -> None:
    """Every record comes back, by the rules for VECOZO; what the insurer's rule says it never reaches."""
    uitkomst = speler(
        {"match": {"0413": "V13"}, "action": {"codes": ["8007"], "afzender": "vecozo"}},
        {"match": {"0413": "C11"}, "action": {"codes": ["8072"]}},
    )
    assert (uitkomst.status, uitkomst.afzender) == (Status.AFGEKEURD_RECORD, "VECOZO")
    assert {codes for sleutel, codes in speler.terug().items() if sleutel != ("04", 5)} == {("0200",)}
    assert speler.terug()["04", 5] == ("8007",)
    assert slot(speler.retour)[:5] == ["000002", "000000", "000003", "000001", "0000006"]


def test_melding_noemt_de_regel_van_het_script(speler: Speler, tmp_path: Path) -> None:
    uitkomst = speler({"match": {"0413": "X*"}, "action": {"codes": ["8072"]}}, {"action": {"codes": ["8007", "8014"]}})
    eerste, tweede, *_ = uitkomst.meldingen
    assert [m.retourcode for m in (eerste, tweede)] == ["8007", "8014"]
    controle = eerste.bevinding.controle
    assert tweede.bevinding.controle.id == controle.id == "script-2"
    assert (controle.rubriek, controle.zin) == (None, "Rule 2 of the script says so.")
    tweede_regel = (tmp_path / "script.yaml").read_text("utf-8").splitlines().index("- action:") + 1
    assert controle.bron == f"script.yaml:{tweede_regel}"
    assert controle.id not in REGISTER


@pytest.mark.parametrize("code", GEHEEL)
@pytest.mark.parametrize("deel", ["prestatie", "verzekerde"])
def test_elke_code_van_een_record(speler: Speler, deel: str, code: str) -> None:
    speler({"deel": deel, "match": {"0203": "100197243"}, "action": {"codes": [code]}}, declaratie=VOORBEELD)
    plaats = ("02", 3) if deel == "verzekerde" else ("04", 4)
    assert speler.terug()[plaats] == (code,)


@pytest.mark.parametrize("code", BESTAND)
def test_elke_code_van_een_bestand(speler: Speler, code: str) -> None:
    speler({"deel": "bestand", "action": {"codes": [code]}})
    assert speler.terug() == {("01", 0): ("0001", code)}


@pytest.mark.parametrize("code", sorted(DEELS))
def test_elke_code_bij_een_deel(speler: Speler, code: str) -> None:
    speler({"match": {"0413": "R24"}, "action": {"codes": [code], "percentage": 50}})
    assert speler.terug()["04", 4] == (code,)
    assert speler.bedragen()[4] == ("00050000D", "00025000D")


def test_code_die_de_store_toevoegt(speler: Speler, store: Database, tmp_path: Path) -> None:
    regel = {"action": {"codes": ["3999"]}}
    with pytest.raises(ScriptError, match="3999 is no known retourcode"):
        speler(regel)
    extra = tmp_path / "extra.yaml"
    extra.write_text('retourcodes:\n  - {code: "3999", betekenis: Eigen code, soort: D}\n', "utf-8")
    laad_bestand(store, extra)
    speler(regel)
    assert speler.terug()["04", 2] == ("3999",)


# Amounts.


@pytest.mark.parametrize(
    ("actie", "terug", "bedragen"),
    [
        ({"toekennen": 10}, ("0613",), ("00050000D", "00001000D")),
        ({"toekennen": 0}, ("0613",), ("00050000D", "00000000D")),
        ({"percentage": 0}, ("0613",), ("00050000D", "00000000D")),
        ({"percentage": 33}, ("0613",), ("00050000D", "00016500D")),
        (
            {"toekennen": 499.99, "codes": ["8059", "0589", "8220"]},
            ("8059", "0589", "8220"),
            ("00050000D", "00049999D"),
        ),
        ({"toekennen": 0, "codes": ["0587"]}, ("0587",), ("00000000D", "00000000D")),
        ({"toekennen": 1, "codes": ["0587"]}, ("0587",), ("00050000D", "00000100D")),
        ({"toekennen": 0, "codes": ["0587", "0613"]}, ("0587", "0613"), ("00050000D", "00000000D")),
        ({"codes": ["0587"]}, ("0587",), ("00000000D", "00000000D")),
        ({"codes": ["0611"]}, ("0611",), ("00000000D", "00000000D")),
    ],
)
def test_bedrag(speler: Speler, actie: dict[str, Any], terug: tuple[str, ...], bedragen: tuple[str, str]) -> None:
    uitkomst = speler({"match": {"0413": "R24"}, "action": actie})
    assert speler.terug()["04", 4] == terug
    assert speler.bedragen()[4] == bedragen
    assert uitkomst.totaal_toegekend == 16000 + int(bedragen[1][:-1])


@pytest.mark.parametrize("actie", [{"percentage": 100}, {"toekennen": 500}, {"toekennen": 500, "codes": ["0613"]}])
def test_alles_toegekend_is_goedgekeurd(speler: Speler, actie: dict[str, Any]) -> None:
    assert speler({"match": {"0413": "R24"}, "action": actie}).status is Status.VOLLEDIG_TOEGEWEZEN
    assert speler.terug() == {("01", 0): ("8001",)}


def test_percentage_rondt_een_halve_cent_naar_boven(speler: Speler) -> None:
    bericht = eenvoudig(r0424="1001")
    speler({"action": {"percentage": 50}}, declaratie=bytes(bericht))
    assert speler.bedragen() == {2: ("00001001D", "00000501D")}


def test_creditrecord_neemt_het_teken_mee(speler: Speler) -> None:
    bericht = Bericht(voorloop=maak("01")).voeg_toe("02").voeg_toe("04", r0424="3000")
    bericht.voeg_toe("04", r0427="C", r0433="EERDER")
    uitkomst = speler(
        {"match": {"0431": "C"}, "action": {"toekennen": 4}}, declaratie=bytes(bericht), stage=Stage.VERZEKERAAR
    )
    assert speler.bedragen() == {3: ("00001000C", "00000400C")}
    assert uitkomst.totaal_toegekend == 3000 - 400


def test_niets_toegekend_is_volledig_afgewezen(speler: Speler) -> None:
    assert speler({"action": {"codes": ["8007"]}}).status is Status.VOLLEDIG_AFGEWEZEN


def test_alles_of_niets_geldt_ook_hier(speler: Speler, store: Database, tmp_path: Path) -> None:
    extra = tmp_path / "extra.yaml"
    verzekeraar = {
        "nummer": "0736",
        "naam": "V",
        "soort": "zorgverzekeraar",
        "edp": True,
        "beleid": {"alles_of_niets": True},
    }
    extra.write_text(yaml.safe_dump({"uzovi": [verzekeraar]}), "utf-8")
    laad_bestand(store, extra)
    speler({"match": {"0413": "R24"}, "action": {"toekennen": 10}})
    terug = speler.terug()
    assert (terug["01", 0], terug["04", 2], terug["04", 4]) == (("8097",), ("8096",), ("0613",))


# What a rule matches.


def _geraakt(speler: Speler, match: dict[str, Any], anders: dict[str, Any] | None = None, **velden: str) -> bool:
    bericht = eenvoudig(**{"r0116": "F-1", "r0204": "0736", **velden})
    regel = {"match": match, "not": anders or {}, "action": {"codes": ["8007"]}}
    return speler(regel, declaratie=bytes(bericht), stage=Stage.VERZEKERAAR).meldingen[:1] != ()


@pytest.mark.parametrize(
    ("match", "geraakt"),
    [
        ({}, True),
        ({"0413": "C11"}, True),
        ({"0413": "C1"}, False),
        ({"0413": "c11"}, False),
        ({"0413": "C*"}, True),
        ({"0413": "*1"}, True),
        ({"0413": "*1*"}, True),
        ({"0413": "*"}, True),
        ({"0413": "C.1"}, False),
        ({"0413": ["R24", "C*"]}, True),
        ({"0413": ["R24", "V*"]}, False),
        ({"0203": "123456782"}, True),
        ({"0203": "12345*", "0413": "V*"}, False),
        ({"0108": "0736"}, True),
        ({"0108": "736"}, True),
        ({"0108": "0*"}, True),
        ({"0402": "2"}, True),
        ({"0402": "000000000002"}, True),
        ({"0402": "20"}, False),
        ({"0116": "F-1"}, True),
        ({"0406": ""}, True),
        ({"0413": ""}, False),
        ({"0428": "0"}, True),
        ({"0428": ""}, True),
        ({"0430": {"boven": 9.99}}, True),
        ({"0430": {"boven": 10}}, False),
        ({"0430": {"vanaf": 10, "hoogstens": 10.00}}, True),
        ({"0430": {"onder": 10}}, False),
        ({"0425": {"vanaf": 1, "onder": 2}}, True),
    ],
)
def test_match(speler: Speler, match: dict[str, Any], geraakt: bool) -> None:
    assert _geraakt(speler, match) is geraakt


@pytest.mark.parametrize(
    ("grens", "geraakt"), [("vanaf", True), ("boven", False), ("hoogstens", True), ("onder", False)]
)
def test_match_op_een_datum(speler: Speler, grens: str, geraakt: bool) -> None:
    assert _geraakt(speler, {"0408": {grens: dt.date(2011, 3, 31)}}) is geraakt


@pytest.mark.parametrize(
    ("anders", "geraakt"),
    [({"0413": "R*"}, True), ({"0413": ["R*", "C*"]}, False), ({"0413": "R*", "0430": {"boven": 5}}, False)],
)
def test_not_geen_mag_gelden(speler: Speler, anders: dict[str, Any], geraakt: bool) -> None:
    assert _geraakt(speler, {"0413": "C*"}, anders) is geraakt


def test_onleesbaar_bedrag_haalt_geen_grens(speler: Speler) -> None:
    for grens in ({"boven": 0}, {"onder": 1000}):
        regel = {"match": {"0430": grens}, "action": {"codes": ["8004"]}}
        uitkomst = speler(regel, declaratie=bytes(eenvoudig(r0430="0000X000")), stage=Stage.VERZEKERAAR)
        assert "8004" not in [m.retourcode for m in uitkomst.meldingen]


def test_de_eerste_die_past_telt(speler: Speler) -> None:
    speler({"match": {"0413": "R*"}, "action": {"codes": ["8007"]}}, {"action": {"codes": ["8072"]}})
    terug = speler.terug()
    assert (terug["04", 2], terug["04", 4], terug["04", 5]) == (("8072",), ("8007",), ("8072",))


def test_rubriek_van_verzekerde_en_voorloop(speler: Speler) -> None:
    speler({"match": {"0116": "F2011*", "0203": "100197243", "0413": "V*"}, "action": {"codes": ["8007"]}})
    assert [sleutel for sleutel, terug in speler.terug().items() if terug == ("8007",)] == [("04", 5)]


@pytest.mark.parametrize(
    ("match", "anders", "geraakt"),
    [
        ({"0116": "F2011*"}, {}, True),
        ({"0116": "X*"}, {}, False),
        ({"0413": "V*"}, {}, True),
        ({"0413": "X*"}, {}, False),
        ({"0203": "100197243"}, {}, True),
        ({"0203": "123456782", "0413": "V13"}, {}, False),
        ({"0203": "100197243"}, {"0413": ["R*", "V*"]}, False),
        ({"0116": "F2011*"}, {"0203": "1*"}, False),
    ],
)
def test_bestand_om_een_record(speler: Speler, match: dict[str, Any], anders: dict[str, Any], geraakt: bool) -> None:
    """A rule on the file may name rubrieken of records: one record that fits is enough."""
    uitkomst = speler({"deel": "bestand", "match": match, "not": anders, "action": {"codes": ["8061"]}})
    assert (uitkomst.status is Status.AFGEKEURD_BESTAND) is geraakt


# In whose place a rule speaks.


def test_insurer_beslist_niet_over_wat_het_script_beslist(speler: Speler) -> None:
    """A record that the insurer would reject is granted."""
    declaratie = declaraties()["4b-fout-in-prestatierecord"]
    assert speler(declaratie=declaratie, stage=Stage.VERZEKERAAR).status is Status.DEELS_TOEGEWEZEN
    regel = {"match": {"0413": "R24"}, "action": {"percentage": 100}}
    uitkomst = speler(regel, declaratie=declaratie, stage=Stage.VERZEKERAAR)
    assert (uitkomst.status, uitkomst.meldingen) == (Status.VOLLEDIG_TOEGEWEZEN, ())


def test_vecozo_komt_eerst(speler: Speler) -> None:
    """A rule of the insurer brings nothing past VECOZO; one of VECOZO does, and the insurer judges for itself."""
    declaratie = declaraties()["4b-fout-in-prestatierecord"]
    van_verzekeraar = {"match": {"0413": "R24"}, "action": {"percentage": 100}}
    assert speler(van_verzekeraar, declaratie=declaratie).afzender == "VECOZO"
    van_vecozo = {"match": {"0413": "R24"}, "action": {"codes": ["0200"], "afzender": "vecozo"}}
    uitkomst = speler(van_vecozo, declaratie=declaratie)
    assert (uitkomst.afzender, speler.terug()["04", 4]) == ("0736", ("8007",))
    assert speler(van_vecozo, van_verzekeraar, declaratie=declaratie).status is Status.VOLLEDIG_TOEGEWEZEN


def test_verzekerde_zonder_bezwaar(speler: Speler) -> None:
    """0200 on a verzekerdenrecord: the insurer lets it pass and judges the prestaties."""
    declaratie = declaraties()["4a-fout-in-verzekerdenrecord"]
    accepteer = {"deel": "verzekerde", "action": {"codes": ["0200"]}}
    prestatie = {"match": {"0413": "V*"}, "action": {"codes": ["8014"]}}
    assert speler(prestatie, declaratie=declaratie).meldingen[0].retourcode == "8004"
    speler(accepteer, prestatie, declaratie=declaratie)
    assert (speler.terug()["02", 3], speler.terug()["04", 5]) == (("0200",), ("8014",))


def test_stage_vecozo_kent_geen_regel_van_de_verzekeraar(speler: Speler) -> None:
    regel = {"action": {"codes": ["8007"]}}
    assert speler(regel, stage=Stage.VECOZO).status is Status.DOORGESTUURD
    regel = {"action": {"codes": ["8007"], "afzender": "vecozo"}}
    assert speler(regel, stage=Stage.VERZEKERAAR).status is Status.VOLLEDIG_TOEGEWEZEN
    assert speler(regel, stage=Stage.VECOZO).status is Status.AFGEKEURD_RECORD


def test_bestand_met_kapotte_opbouw(speler: Speler) -> None:
    """Its voorlooprecord can be matched; its records can't be told apart, so a rule that names one does not apply."""
    declaratie = VOORBEELD[:-3]
    regel = {"deel": "bestand", "action": {"codes": ["8061"], "afzender": "vecozo"}}
    assert [m.retourcode for m in speler(regel, declaratie=declaratie).meldingen] == ["8061"]
    uitkomst = speler({**regel, "match": {"0413": "*"}}, declaratie=declaratie)
    assert uitkomst.status is Status.AFGEKEURD_BESTAND
    assert "8061" not in [m.retourcode for m in uitkomst.meldingen]


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("naam", sorted(declaraties()))
def test_leeg_script_verandert_niets(speler: Speler, store: Database, tmp_path: Path, naam: str, stage: Stage) -> None:
    verwacht = speel(store, tmp_path, declaraties()[naam], stage=stage, dry_run=True)
    assert (speler(declaratie=declaraties()[naam], stage=stage), speler.retour or None) == verwacht


# The store.


def test_de_store_onthoudt_wat_het_script_toekent(speler: Speler, tmp_path: Path) -> None:
    speler({"match": {"0413": "R24"}, "action": {"toekennen": 10}}, dry_run=False)
    with sqlite3.connect(tmp_path / "store.db") as db:
        rijen = db.execute("SELECT prestatiecode, toegekend_bedrag, uitkomst FROM prestaties ORDER BY id").fetchall()
    db.close()
    assert rijen == [("C11", 1000, "toegewezen"), ("R24", 1000, "deels"), ("V13", 15000, "toegewezen")]
    assert speler(stage=Stage.ALL).meldingen[0].retourcode == "0030"


def test_bestand_afgekeurd_met_een_gebruikt_factuurnummer(speler: Speler) -> None:
    speler(dry_run=False)
    regel = {"deel": "bestand", "action": {"codes": ["8061"]}}
    uitkomst = speler(regel, stage=Stage.VERZEKERAAR, dry_run=False)
    assert [m.retourcode for m in uitkomst.meldingen] == ["8061"]
    assert [m.retourcode for m in speler(stage=Stage.VERZEKERAAR).meldingen] == ["0030"]


@pytest.mark.parametrize(
    ("actie", "velden", "reden"),
    [
        ({"toekennen": 10.01}, {}, "grants 10.01, more than the 10.00 declared on prestatierecord 2 (line 3 of "),
        ({"percentage": 50}, {"r0430": "0000X000"}, "its declaratiebedrag (0430, 0431) can't be read"),
        ({"toekennen": 1}, {"r0431": "X"}, "its declaratiebedrag (0430, 0431) can't be read"),
        ({"toekennen": 1}, {"r0424": "99999999", "r0425": "9999", "r0426": "1000", "r0430": "1000"}, "rubriek 0481"),
    ],
)
def test_onmogelijk_bedrag_wordt_per_record_geweigerd(
    store_van_inv: Path, tmp_path: Path, actie: dict[str, Any], velden: dict[str, str], reden: str
) -> None:
    db = Path(shutil.copy(store_van_inv, tmp_path / "store.db"))
    was = db.read_bytes()
    (tmp_path / "x.asc").write_bytes(bytes(eenvoudig(**velden)))
    script = tmp_path / "script.yaml"
    script.write_text(yaml.safe_dump([{"action": actie}]), "utf-8")
    woorden = ("--store", f"sqlite:///{db}", *OP_DATUM, "--antwoord", script, "--stage", "verzekeraar")
    afloop = invoke("replay", tmp_path / "x.asc", *woorden)
    assert (afloop.exit_code, afloop.stdout) == (2, "")
    regel = eis_een_regel(afloop.stderr)
    assert regel.startswith("mzsim: script.yaml:1: rule 1: ")
    assert reden in regel
    assert sorted(p.name for p in tmp_path.iterdir()) == ["script.yaml", "store.db", "x.asc"]
    assert db.read_bytes() == was


# What a script may not be.

_GOED = 'action: {codes: ["8007"]}'
FOUTEN = [
    ("", 1, "must be a list of rules"),
    ("match: {}\n", 1, "must be a list of rules"),
    ("- action: {}\n", 1, "[0].action: must hold codes, or toekennen or percentage"),
    ("- match: {}\n", 1, "[0].action: is missing"),
    (f"- {_GOED}\n  kleur: rood\n", 2, "[0].kleur: is no key of a rule; known here: deel, match, not, action"),
    (f"- {_GOED}\n- {_GOED}\n  {_GOED}\n", 3, "[1].action: this key stands here twice"),
    (
        '- action:\n    codes: ["8007"]\n    kleur: rood\n',
        3,
        "[0].action.kleur: is no key of a rule; known here: codes,",
    ),
    (f"- {_GOED}\n  deel: record\n", 2, "[0].deel: must be 'bestand', 'verzekerde' or 'prestatie'"),
    (f'- {_GOED}\n  match:\n    0413: "C11"\n', 3, "put it in quotes"),
    (f'- {_GOED}\n  match:\n    "0413": 11\n', 3, "[0].match.0413: must be text in quotes"),
    (f'- {_GOED}\n  match:\n    "0413": [C11, 11]\n', 3, "[0].match.0413: must be text in quotes"),
    (f'- {_GOED}\n  match:\n    "0413": []\n', 3, "[0].match.0413: may not be empty"),
    (f'- {_GOED}\n  match:\n    "0413": null\n', 3, "[0].match.0413: must be text in quotes"),
    (f'- {_GOED}\n  match:\n    "0413": "C11C11C"\n', 3, "[0].match.0413: can't match: the rubriek has 6 positions"),
    (f'- {_GOED}\n  match:\n    "0413": "€*"\n', 3, "[0].match.0413: holds a character"),
    (f'- {_GOED}\n  not:\n    "0499": "C11"\n', 3, "[0].not.0499: is no rubriek of a declaration"),
    (f'- {_GOED}\n  not:\n    bsn: "C11"\n', 3, "[0].not.bsn: is no rubriek of a declaration"),
    (f'- {_GOED}\n  match:\n    "0303": "D1"\n', 3, "[0].match.0303: is of the debiteurrecord; a rule on a prestatie"),
    (f'- deel: verzekerde\n  match: {{"0413": "C*"}}\n  {_GOED}\n', 2, "[0].match.0413: is of the prestatierecord;"),
    (f'- {_GOED}\n  match:\n    "0413": {{boven: 3}}\n', 3, "[0].match.0413: has no bounds"),
    (f'- {_GOED}\n  match:\n    "0430": {{}}\n', 3, "[0].match.0430: must hold one or more of: boven, vanaf,"),
    (f'- {_GOED}\n  match:\n    "0430": {{meer: 3}}\n', 3, "[0].match.0430: must hold one or more of: boven, vanaf,"),
    (f'- {_GOED}\n  match:\n    "0430": {{boven: "3"}}\n', 3, "[0].match.0430: boven must be an amount in euro"),
    (f'- {_GOED}\n  match:\n    "0430": {{boven: 3.001}}\n', 3, "[0].match.0430: boven must be an amount in euro"),
    (f'- {_GOED}\n  match:\n    "0430": {{boven: true}}\n', 3, "[0].match.0430: boven must be an amount in euro"),
    (f'- {_GOED}\n  match:\n    "0425": {{boven: 1.5}}\n', 3, "[0].match.0425: boven must be a whole number"),
    (f'- {_GOED}\n  match:\n    "0408": {{boven: 20110331}}\n', 3, "[0].match.0408: boven must be a date"),
    ('- action:\n    codes: ["1234"]\n', 2, "[0].action.codes[0]: 1234 is no known retourcode"),
    ("- action:\n    codes: [8007]\n", 2, "[0].action.codes[0]: must be text; put it in quotes"),
    ('- action:\n    codes: ["8007", "8007"]\n', 2, "[0].action.codes: holds the same value twice"),
    (
        '- action:\n    codes: ["8007", "8014", "8004", "8072"]\n',
        2,
        "[0].action.codes[3]: more than 3 codes do not fit",
    ),
    ('- action:\n    codes: ["8007", "8198"]\n', 2, "[0].action.codes[1]: 8198 rejects a file, not a record"),
    ('- action:\n    codes: ["8001"]\n', 2, "[0].action.codes[0]: 8001 is no objection"),
    ('- action:\n    codes: ["8002"]\n', 2, "[0].action.codes[0]: 8002 is no objection"),
    ('- action:\n    codes: ["8096"]\n', 2, "[0].action.codes[0]: 8096 is given by an insurer with beleid"),
    (
        '- action:\n    codes: ["0200"]\n',
        2,
        "[0].action.codes[0]: to approve a prestatie, grant all of it: percentage: 100",
    ),
    ('- action:\n    codes: ["8007", "0200"]\n', 2, "[0].action.codes[1]: 0200 is no objection"),
    ('- action:\n    codes: ["8007", "0613"]\n', 2, "[0].action.codes[1]: 0613 says that a part is granted; add"),
    (
        '- action:\n    codes: ["0613", "8007"]\n    toekennen: 1.00\n',
        2,
        "[0].action.codes[1]: 8007 rejects the record;",
    ),
    ('- action: {codes: ["0613"], afzender: vecozo}\n', 1, "[0].action.codes[0]: 0613 says that an insurer grants"),
    ('- deel: verzekerde\n  action: {codes: ["0589"]}\n', 2, "[0].action.codes[0]: 0589 says that an insurer grants"),
    (
        "- action:\n    toekennen: 1.00\n    percentage: 50\n",
        2,
        "[0].action.toekennen: leave out toekennen or percentage",
    ),
    ("- action:\n    toekennen: -1.00\n", 2, "[0].action.toekennen: may not be negative"),
    ("- action:\n    toekennen: 1.001\n", 2, "[0].action.toekennen: must have two decimals at most"),
    ('- action:\n    toekennen: "1"\n', 2, "[0].action.toekennen: must be an amount in euro"),
    ("- action:\n    percentage: 101\n", 2, "[0].action.percentage: must be 100 or less"),
    ("- action:\n    percentage: -1\n", 2, "[0].action.percentage: must be 0 or more"),
    ("- action:\n    percentage: 12.5\n", 2, "[0].action.percentage: must be a whole number"),
    (
        '- action:\n    percentage: 100\n    codes: ["0613"]\n',
        3,
        "[0].action.codes: where all is granted the record is",
    ),
    ("- action: {percentage: 50, afzender: vecozo}\n", 1, "[0].action.percentage: VECOZO grants nothing"),
    ("- action: {percentage: 50, afzender: arts}\n", 1, "[0].action.afzender: must be 'vecozo' or 'verzekeraar'"),
    (
        "- deel: verzekerde\n  action: {percentage: 50}\n",
        2,
        "[0].action.percentage: an amount is granted on a prestatie",
    ),
    ("- deel: bestand\n  action: {toekennen: 5.00}\n", 2, "[0].action.toekennen: an amount is granted on a prestatie"),
    ('- deel: bestand\n  action: {codes: ["8007"]}\n', 2, "[0].action.codes[0]: 8007 rejects a record, not a file"),
    (
        '- deel: bestand\n  action: {codes: ["0001"]}\n',
        2,
        "[0].action.codes[0]: 0001 is put before the codes of a file",
    ),
    ('- deel: bestand\n  action: {codes: ["0200"]}\n', 2, "[0].action.codes[0]: 0200 rejects nothing"),
    (
        '- deel: bestand\n  action: {codes: ["8198", "0030", "8061"]}\n',
        2,
        "[0].action.codes[2]: more than 2 codes do not fit",
    ),
    ("- action: {codes: [}\n", 1, "not YAML"),
]


@pytest.mark.parametrize(("inhoud", "regel", "wat"), FOUTEN, ids=[wat for *_, wat in FOUTEN])
def test_fout_in_script(tmp_path: Path, inhoud: str, regel: int, wat: str) -> None:
    plaats = tmp_path / "script.yaml"
    plaats.write_text(inhoud, "utf-8")
    with pytest.raises(ScriptError) as fout:
        lees_script(plaats)
    melding = str(fout.value)
    assert melding.startswith(f"{plaats}:{regel}: ")
    assert wat in melding


def test_de_eerste_fout_van_het_bestand_wordt_gemeld(tmp_path: Path) -> None:
    plaats = tmp_path / "script.yaml"
    plaats.write_text('- action: {codes: ["1111"]}\n- match: {"9999": "x"}\n  action: {codes: ["2222"]}\n', "utf-8")
    with pytest.raises(ScriptError, match=r":1: \[0\]\.action\.codes\[0\]: 1111 "):
        lees_script(plaats)


# The command.


@pytest.fixture
def werk(store_van_inv: Path, tmp_path: Path) -> Path:
    shutil.copy(store_van_inv, tmp_path / "store.db")
    (tmp_path / "x.asc").write_bytes(VOORBEELD)
    return tmp_path


def test_opdracht(werk: Path) -> None:
    (werk / "s.yaml").write_text('- match: {"0413": "R*"}\n  action: {percentage: 50}\n', "utf-8")
    woorden = ("--store", f"sqlite:///{werk}/store.db", *OP_DATUM, "--antwoord", "s.yaml", "--json")
    afloop = proces("replay", "x.asc", *woorden, cwd=werk)
    assert (afloop.returncode, afloop.stderr) == (0, "")
    uit = json.loads(afloop.stdout)
    assert (uit["status"], uit["totaal_toegekend"]) == ("deels_toegewezen", "410.00")
    assert uit["meldingen"] == [
        {
            "record": "04",
            "identificatie": 4,
            "rubriek": None,
            "retourcode": "0613",
            "controle": "script-1",
            "tekst": "Rule 1 of the script says so.",
            "bron": "s.yaml:1",
            "regel": 5,
        }
    ]
    assert invoke("check-retour", werk / "x.asc", werk / "x.mz302.asc").exit_code == 0
    uitleg = invoke("explain", werk / "x.mz302.asc")
    assert uitleg.exit_code == 0
    assert "declared 500.00, granted 250.00, left 250.00" in uitleg.stdout


@pytest.mark.parametrize("inhoud", [None, "- kleur: rood\n"])
def test_fout_script_stopt_voor_er_iets_gebeurt(werk: Path, inhoud: str | None) -> None:
    if inhoud is not None:
        (werk / "s.yaml").write_text(inhoud, "utf-8")
    afloop = invoke("replay", werk / "x.asc", "--store", f"sqlite:///{werk}/store.db", "--antwoord", werk / "s.yaml")
    assert (afloop.exit_code, afloop.stdout) == (2, "")
    assert str(werk / "s.yaml") in eis_een_regel(afloop.stderr)
    assert not (werk / "x.mz302.asc").exists()


def test_zonder_script_wordt_er_niets_van_geladen(werk: Path) -> None:
    """Without a script there is nothing to pay for: not even its modules."""
    code = (
        "import sys; from mzsim.cli.main import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print([m for m in sys.modules if m.startswith(('mzsim.script', 'mzsim.manifest', 'pydantic'))])"
    )
    woorden = [*opdracht("replay", "x.asc", "--store", f"sqlite:///{werk}/store.db", *OP_DATUM)[3:]]
    afloop = subprocess.run(
        [sys.executable, "-c", code, *woorden], cwd=werk, env=omgeving(), capture_output=True, text=True, check=True
    )
    assert afloop.stdout.splitlines()[-1] == "[]"


# Whatever a script says, as long as it is accepted, the retour is in order.

_RUBRIEKEN = {"0102": "176", "0116": "F*", "0203": "1*", "0207": "19*", "0408": "2011*", "0413": "C*", "0409": "01"}
_WAARDEN = st.sampled_from(["*", "R24", "V*", "1*", "", "0*"])
_MATCH = st.dictionaries(
    st.sampled_from(sorted(_RUBRIEKEN)), _WAARDEN | st.lists(_WAARDEN, min_size=1, max_size=2), max_size=2
)
_ACTIE = st.fixed_dictionaries(
    {},
    optional={
        "codes": st.lists(
            st.sampled_from(sorted(retourcodes())) | st.sampled_from(sorted(DEELS)), max_size=3, unique=True
        ),
        "toekennen": st.sampled_from([0, 1, 10, 500]),
        "percentage": st.integers(-1, 101),
        "afzender": st.sampled_from(["vecozo", "verzekeraar"]),
    },
)
_REGEL = st.fixed_dictionaries(
    {
        "match": _MATCH,
        "not": _MATCH,
        "action": _ACTIE,
        "deel": st.sampled_from(["prestatie"] * 4 + ["verzekerde"] * 2 + ["bestand"]),
    }
)


@pytest.mark.slow
@settings(
    max_examples=150,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(_REGEL, max_size=4), st.sampled_from(sorted(declaraties())), st.sampled_from(list(Stage)))
def test_elk_script_geeft_een_retour_dat_in_orde_is(
    store_van_inv: Path, tmp_path_factory: pytest.TempPathFactory, regels: list[Any], naam: str, stage: Stage
) -> None:
    map_ = tmp_path_factory.mktemp("spel")
    script, declaratie = map_ / "script.yaml", declaraties()[naam]
    script.write_text(yaml.safe_dump([regel for regel in regels if _mag(script, regel)]), "utf-8")
    store = open_store(f"sqlite:///{store_van_inv}")
    try:
        # Whatever is accepted can be answered, but for an amount that the record has no room for.
        with suppress(ScriptError):
            uitkomst, retour = speel(store, map_, declaratie, stage=stage, dry_run=True, antwoord=lees_script(script))
            assert uitkomst.heeft_retour == (retour is not None)
            if retour is not None:
                assert list(controleer_retour(io.BytesIO(declaratie), io.BytesIO(retour), retourcodes())) == []
    finally:
        store.sluit()
        shutil.rmtree(map_)


def _mag(plaats: Path, regel: dict[str, Any]) -> bool:
    plaats.write_text(yaml.safe_dump([regel]), "utf-8")
    try:
        lees_script(plaats)
    except ScriptError:
        return False
    return True
