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
from mzsim.domain.findings import Outcome, Stage, Status
from mzsim.retour.check import deviations_of_retour
from mzsim.script.directing import Script
from mzsim.script.file import load_script, read_script
from mzsim.standard.retourcodes import COVER, PARTLY_GRANTED, retourcodes
from mzsim.store.loading import load_file
from mzsim.store.session import Database, open_store
from tests.commands import ON_DATE, invoke, order, play, process, require_one_line, surroundings
from tests.factories import Message, make, simple
from tests.make_inv3 import declaraties
from tests.retours import CRLF, codes, field, read, records, slot

EXAMPLE = declaraties()["1-volledig-toegewezen"]
"""Of verzekerde 1 a C11 of 10.00 (record 2), of verzekerde 3 an R24 of 500.00 (4) and a V13 of 150.00 (5)."""
D = sorted(c.code for c in retourcodes().values() if c.kind == "D")
WHOLE = [code for code in D if code not in COVER]
FILE = sorted(c.code for c in retourcodes().values() if c.kind in "XT" and c.code not in ("0001", "8096", "8097"))


class Player:
    """Replays a declaration with a script on the store of INV chapter 3."""

    def __init__(self, store: Database, folder: Path) -> None:
        self._store = store
        self._folder = folder

    def script(self, *lines: dict[str, Any]) -> Script:
        place = self._folder / "script.yaml"
        place.write_text(yaml.safe_dump(list(lines), sort_keys=False), "utf-8")
        return load_script(place, self._store)

    def __call__(
        self, *lines: dict[str, Any], declaration: bytes = EXAMPLE, stage: Stage = Stage.ALL, dry_run: bool = True
    ) -> Outcome:
        script = self.script(*lines)
        outcome, retour = play(self._store, self._folder, declaration, stage=stage, dry_run=dry_run, answer=script)
        self.retour = retour or b""
        if retour is not None:
            known = {**retourcodes(), "3999": retourcodes()["8007"]}
            assert list(deviations_of_retour(io.BytesIO(declaration), io.BytesIO(retour), known)) == []
        return outcome

    def amounts(self) -> dict[int, tuple[str, str]]:
        """0481 and 0483 with their signs, by identificatie."""
        return {r.identificatie: (r.berekend, r.toegekend) for r in read(self.retour) if r.kenmerk == "04"}

    def back(self) -> dict[tuple[str, int], tuple[str, ...]]:
        return codes(self.retour)


@pytest.fixture
def player(store: Database, tmp_path: Path) -> Player:
    return Player(store, tmp_path)


# What is answered: codes, on each part of the message.


def test_codes_on_a_prestatie(player: Player) -> None:
    outcome = player({"match": {"0413": "R24"}, "action": {"codes": ["8007", "8072"]}})
    assert outcome.status is Status.PARTLY_GRANTED
    assert outcome.total_granted == 16000
    assert player.back() == {("01", 0): ("0200",), ("02", 3): ("0200",), ("04", 4): ("8007", "8072")}
    assert player.amounts() == {4: ("00000000D", "00000000D")}


def test_codes_on_a_verzekerde(player: Player) -> None:
    outcome = player({"deel": "verzekerde", "match": {"0203": "100197243"}, "action": {"codes": ["8004"]}})
    assert outcome.total_granted == 1000
    assert player.back() == {
        ("01", 0): ("0200",),
        ("02", 3): ("8004",),
        ("04", 4): ("8002",),
        ("04", 5): ("8002",),
        ("98", 5): ("8002",),
    }


def _commentaar(retour: bytes) -> list[tuple[int, str, str, tuple[str, ...]]]:
    """Identificatie, regelnummer, text and codes of every commentaarrecord."""
    return [
        (int(field(r, "9802")), field(r, "9803"), field(r, "9804").rstrip(), tuple(read(r + CRLF + r + CRLF)[0].codes))
        for r in records(retour)
        if r[:2] == b"98"
    ]


def test_commentaar_is_added_behind_that_of_the_declarant(player: Player) -> None:
    """With the next regelnummer, counted in the sluitrecord (standaardbeschrijving 6.8.3)."""
    outcome = player(
        {"match": {"0413": "V13"}, "action": {"codes": ["8072"], "commentaar": ["Bel ons.", "Vóór 1 mei."]}}
    )
    assert outcome.status is Status.PARTLY_GRANTED
    assert _commentaar(player.retour)[1:] == [
        (5, "0002", "Bel ons.", ("0200",)),
        (5, "0003", "Vóór 1 mei.", ("0200",)),
    ]
    assert slot(player.retour)[:5] == ["000001", "000000", "000001", "000003", "0000005"]


def test_commentaar_on_a_verzekerde_stands_before_his_prestaties(player: Player) -> None:
    rule = {"deel": "verzekerde", "match": {"0203": "100197243"}}
    player(rule | {"action": {"codes": ["8004"], "commentaar": ["Wie is dit?"]}})
    assert [line.kenmerk for line in read(player.retour)] == ["01", "02", "98", "04", "04", "98"]
    assert _commentaar(player.retour)[0] == (3, "0001", "Wie is dit?", ("0200",))


def test_commentaar_comes_back_only_where_its_record_does(player: Player) -> None:
    """On a verzekerde who is accepted it waits for a prestatie that comes back; on an approved one it does not."""
    accept = {"deel": "verzekerde", "action": {"codes": ["0200"], "commentaar": ["Welkom."]}}
    all_granted = {"match": {"0413": "C11"}, "action": {"toekennen": 10.00, "commentaar": ["Betaald."]}}
    assert player(accept, all_granted).status is Status.FULLY_GRANTED
    assert len(records(player.retour)) == 2
    player(accept, {"match": {"0413": "R24"}, "action": {"codes": ["8072"], "commentaar": ["Nee."]}})
    assert [text for _, _, text, _ in _commentaar(player.retour)] == ["Welkom.", "Nee."]


def test_commentaar_where_the_insurer_sends_all_back(player: Player, store: Database, tmp_path: Path) -> None:
    extra = tmp_path / "alles.yaml"
    extra.write_text(
        "uzovi: [{nummer: '0736', naam: V, soort: zorgverzekeraar, edp: true, beleid: {alles_of_niets: true}}]\n",
        "utf-8",
    )
    load_file(store, extra)
    player({"match": {"0413": "R24"}, "action": {"codes": ["8072"], "commentaar": ["Nee."]}})
    assert player.back()["04", 2] == ("8096",)
    assert _commentaar(player.retour)[0] == (4, "0001", "Nee.", ("0200",))


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (
            {"deel": "bestand", "action": {"codes": ["8198"], "commentaar": ["x"]}},
            "belongs to a verzekerde or a prestatie",
        ),
        ({"action": {"codes": ["8072"], "afzender": "vecozo", "commentaar": ["x"]}}, "only an insurer adds commentaar"),
        ({"action": {"percentage": 100, "commentaar": ["x"]}}, "does not come back, nor would commentaar"),
        ({"action": {"commentaar": ["x"]}}, "must hold codes"),
        ({"action": {"codes": ["8072"], "commentaar": [""]}}, "without spaces around it"),
        ({"action": {"codes": ["8072"], "commentaar": [" x"]}}, "without spaces around it"),
        ({"action": {"codes": ["8072"], "commentaar": ["x" * 141]}}, "140 positions"),
        ({"action": {"codes": ["8072"], "commentaar": ["a\nb"]}}, "write it on one line"),
        ({"action": {"codes": ["8072"], "commentaar": ["€ 10"]}}, "no place for"),
        ({"action": {"codes": ["8072"], "commentaar": "tekst"}}, "list"),
    ],
)
def test_commentaar_that_no_retour_can_hold(player: Player, line: dict[str, Any], what: str) -> None:
    with pytest.raises(ScriptError, match=r"action.*commentaar|must hold codes") as error:
        player.script(line)
    assert what in str(error.value)


@pytest.mark.parametrize("sender", ["vecozo", "verzekeraar"])
def test_file_rejected(player: Player, sender: str) -> None:
    outcome = player({"deel": "bestand", "action": {"codes": ["8198", "0030"], "afzender": sender}})
    assert outcome.status is Status.REJECTED_FILE
    assert outcome.sender == {"vecozo": "VECOZO", "verzekeraar": "0736"}[sender]
    assert player.back() == {("01", 0): ("0001", "8198", "0030")}
    assert len(records(player.retour)) == 2


def test_vecozo_rejects_a_record(player: Player) -> None:
    """Every record comes back, by the rules for VECOZO; what the insurer's rule says it never reaches."""
    outcome = player(
        {"match": {"0413": "V13"}, "action": {"codes": ["8007"], "afzender": "vecozo"}},
        {"match": {"0413": "C11"}, "action": {"codes": ["8072"]}},
    )
    assert (outcome.status, outcome.sender) == (Status.REJECTED_RECORD, "VECOZO")
    assert {codes for key, codes in player.back().items() if key != ("04", 5)} == {("0200",)}
    assert player.back()["04", 5] == ("8007",)
    assert slot(player.retour)[:5] == ["000002", "000000", "000003", "000001", "0000006"]


def test_a_melding_names_the_rule_of_the_script(player: Player, tmp_path: Path) -> None:
    outcome = player({"match": {"0413": "X*"}, "action": {"codes": ["8072"]}}, {"action": {"codes": ["8007", "8014"]}})
    first, second, *_ = outcome.meldingen
    assert [m.retourcode for m in (first, second)] == ["8007", "8014"]
    check = first.finding.check
    assert second.finding.check.id == check.id == "script-2"
    assert (check.rubriek, check.sentence) == (None, "Rule 2 of the script says so.")
    second_line = (tmp_path / "script.yaml").read_text("utf-8").splitlines().index("- action:") + 1
    assert check.source == f"script.yaml:{second_line}"
    assert check.id not in REGISTER


@pytest.mark.slow
@pytest.mark.parametrize("code", WHOLE)
@pytest.mark.parametrize("part", ["prestatie", "verzekerde"])
def test_every_code_of_a_record(player: Player, part: str, code: str) -> None:
    player({"deel": part, "match": {"0203": "100197243"}, "action": {"codes": [code]}}, declaration=EXAMPLE)
    place = ("02", 3) if part == "verzekerde" else ("04", 4)
    assert player.back()[place] == (code,)


@pytest.mark.parametrize("code", FILE)
def test_every_code_of_a_file(player: Player, code: str) -> None:
    player({"deel": "bestand", "action": {"codes": [code]}})
    assert player.back() == {("01", 0): ("0001", code)}


@pytest.mark.parametrize("code", sorted(PARTLY_GRANTED))
def test_every_code_with_a_part(player: Player, code: str) -> None:
    player({"match": {"0413": "R24"}, "action": {"codes": [code], "percentage": 50}})
    assert player.back()["04", 4] == (code,)
    assert player.amounts()[4] == ("00050000D", "00025000D")


def test_a_code_that_the_store_adds(player: Player, store: Database, tmp_path: Path) -> None:
    line = {"action": {"codes": ["3999"]}}
    with pytest.raises(ScriptError, match="3999 is no known retourcode"):
        player(line)
    extra = tmp_path / "extra.yaml"
    extra.write_text('retourcodes:\n  - {code: "3999", betekenis: Eigen code, soort: D}\n', "utf-8")
    load_file(store, extra)
    player(line)
    assert player.back()["04", 2] == ("3999",)


# Amounts.


@pytest.mark.parametrize(
    ("action", "back", "amounts"),
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
def test_amount(player: Player, action: dict[str, Any], back: tuple[str, ...], amounts: tuple[str, str]) -> None:
    outcome = player({"match": {"0413": "R24"}, "action": action})
    assert player.back()["04", 4] == back
    assert player.amounts()[4] == amounts
    assert outcome.total_granted == 16000 + int(amounts[1][:-1])


@pytest.mark.parametrize("action", [{"percentage": 100}, {"toekennen": 500}, {"toekennen": 500, "codes": ["0613"]}])
def test_all_granted_is_approved(player: Player, action: dict[str, Any]) -> None:
    assert player({"match": {"0413": "R24"}, "action": action}).status is Status.FULLY_GRANTED
    assert player.back() == {("01", 0): ("8001",)}


def test_a_percentage_rounds_half_a_cent_up(player: Player) -> None:
    message = simple(r0424="1001")
    player({"action": {"percentage": 50}}, declaration=bytes(message))
    assert player.amounts() == {2: ("00001001D", "00000501D")}


def test_a_credit_record_takes_its_sign_along(player: Player) -> None:
    message = Message(voorloop=make("01")).add("02").add("04", r0424="3000")
    message.add("04", r0427="C", r0433="EERDER")
    outcome = player(
        {"match": {"0431": "C"}, "action": {"toekennen": 4}}, declaration=bytes(message), stage=Stage.INSURER
    )
    assert player.amounts() == {3: ("00001000C", "00000400C")}
    assert outcome.total_granted == 3000 - 400


def test_nothing_granted_is_fully_rejected(player: Player) -> None:
    assert player({"action": {"codes": ["8007"]}}).status is Status.FULLY_REJECTED


def test_all_or_nothing_holds_here_too(player: Player, store: Database, tmp_path: Path) -> None:
    extra = tmp_path / "extra.yaml"
    insurer = {
        "nummer": "0736",
        "naam": "V",
        "soort": "zorgverzekeraar",
        "edp": True,
        "beleid": {"alles_of_niets": True},
    }
    extra.write_text(yaml.safe_dump({"uzovi": [insurer]}), "utf-8")
    load_file(store, extra)
    player({"match": {"0413": "R24"}, "action": {"toekennen": 10}})
    back = player.back()
    assert (back["01", 0], back["04", 2], back["04", 4]) == (("8097",), ("8096",), ("0613",))


# What a rule matches.


def _hit(player: Player, match: dict[str, Any], otherwise: dict[str, Any] | None = None, **fields: str) -> bool:
    message = simple(**{"r0116": "F-1", "r0204": "0736", **fields})
    line = {"match": match, "not": otherwise or {}, "action": {"codes": ["8007"]}}
    return player(line, declaration=bytes(message), stage=Stage.INSURER).meldingen[:1] != ()


@pytest.mark.parametrize(
    ("match", "hit"),
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
def test_match(player: Player, match: dict[str, Any], hit: bool) -> None:
    assert _hit(player, match) is hit


@pytest.mark.parametrize(("limit", "hit"), [("vanaf", True), ("boven", False), ("hoogstens", True), ("onder", False)])
def test_match_on_a_date(player: Player, limit: str, hit: bool) -> None:
    assert _hit(player, {"0408": {limit: dt.date(2011, 3, 31)}}) is hit


@pytest.mark.parametrize(
    ("otherwise", "hit"),
    [({"0413": "R*"}, True), ({"0413": ["R*", "C*"]}, False), ({"0413": "R*", "0430": {"boven": 5}}, False)],
)
def test_not_none_may_hold(player: Player, otherwise: dict[str, Any], hit: bool) -> None:
    assert _hit(player, {"0413": "C*"}, otherwise) is hit


def test_an_unreadable_amount_reaches_no_limit(player: Player) -> None:
    for limit in ({"boven": 0}, {"onder": 1000}):
        line = {"match": {"0430": limit}, "action": {"codes": ["8004"]}}
        outcome = player(line, declaration=bytes(simple(r0430="0000X000")), stage=Stage.INSURER)
        assert "8004" not in [m.retourcode for m in outcome.meldingen]


def test_the_first_one_that_fits_counts(player: Player) -> None:
    player({"match": {"0413": "R*"}, "action": {"codes": ["8007"]}}, {"action": {"codes": ["8072"]}})
    back = player.back()
    assert (back["04", 2], back["04", 4], back["04", 5]) == (("8072",), ("8007",), ("8072",))


def test_rubriek_of_verzekerde_and_voorlooprecord(player: Player) -> None:
    player({"match": {"0116": "F2011*", "0203": "100197243", "0413": "V*"}, "action": {"codes": ["8007"]}})
    assert [key for key, back in player.back().items() if back == ("8007",)] == [("04", 5)]


@pytest.mark.parametrize(
    ("match", "otherwise", "hit"),
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
def test_a_file_because_of_one_record(
    player: Player, match: dict[str, Any], otherwise: dict[str, Any], hit: bool
) -> None:
    """A rule on the file may name rubrieken of records: one record that fits is enough."""
    outcome = player({"deel": "bestand", "match": match, "not": otherwise, "action": {"codes": ["8061"]}})
    assert (outcome.status is Status.REJECTED_FILE) is hit


# In whose place a rule speaks.


def test_the_insurer_does_not_decide_what_the_script_decides(player: Player) -> None:
    """A record that the insurer would reject is granted."""
    declaration = declaraties()["4b-fout-in-prestatierecord"]
    assert player(declaration=declaration, stage=Stage.INSURER).status is Status.PARTLY_GRANTED
    line = {"match": {"0413": "R24"}, "action": {"percentage": 100}}
    outcome = player(line, declaration=declaration, stage=Stage.INSURER)
    assert (outcome.status, outcome.meldingen) == (Status.FULLY_GRANTED, ())


def test_vecozo_comes_first(player: Player) -> None:
    """A rule of the insurer brings nothing past VECOZO; one of VECOZO does, and the insurer judges for itself."""
    declaration = declaraties()["4b-fout-in-prestatierecord"]
    of_insurer = {"match": {"0413": "R24"}, "action": {"percentage": 100}}
    assert player(of_insurer, declaration=declaration).sender == "VECOZO"
    of_vecozo = {"match": {"0413": "R24"}, "action": {"codes": ["0200"], "afzender": "vecozo"}}
    outcome = player(of_vecozo, declaration=declaration)
    assert (outcome.sender, player.back()["04", 4]) == ("0736", ("8007",))
    assert player(of_vecozo, of_insurer, declaration=declaration).status is Status.FULLY_GRANTED


def test_verzekerde_without_objection(player: Player) -> None:
    """0200 on a verzekerdenrecord: the insurer lets it pass and judges the prestaties."""
    declaration = declaraties()["4a-fout-in-verzekerdenrecord"]
    accept = {"deel": "verzekerde", "action": {"codes": ["0200"]}}
    prestatie = {"match": {"0413": "V*"}, "action": {"codes": ["8014"]}}
    assert player(prestatie, declaration=declaration).meldingen[0].retourcode == "8004"
    player(accept, prestatie, declaration=declaration)
    assert (player.back()["02", 3], player.back()["04", 5]) == (("0200",), ("8014",))


def test_stage_vecozo_knows_no_rule_of_the_insurer(player: Player) -> None:
    line = {"action": {"codes": ["8007"]}}
    assert player(line, stage=Stage.VECOZO).status is Status.FORWARDED
    line = {"action": {"codes": ["8007"], "afzender": "vecozo"}}
    assert player(line, stage=Stage.INSURER).status is Status.FULLY_GRANTED
    assert player(line, stage=Stage.VECOZO).status is Status.REJECTED_RECORD


def test_file_with_a_broken_structure(player: Player) -> None:
    """Its voorlooprecord can be matched; its records can't be told apart, so a rule that names one does not apply."""
    declaration = EXAMPLE[:-3]
    line = {"deel": "bestand", "action": {"codes": ["8061"], "afzender": "vecozo"}}
    assert [m.retourcode for m in player(line, declaration=declaration).meldingen] == ["8061"]
    outcome = player({**line, "match": {"0413": "*"}}, declaration=declaration)
    assert outcome.status is Status.REJECTED_FILE
    assert "8061" not in [m.retourcode for m in outcome.meldingen]


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("name", sorted(declaraties()))
def test_an_empty_script_changes_nothing(
    player: Player, store: Database, tmp_path: Path, name: str, stage: Stage
) -> None:
    expected = play(store, tmp_path, declaraties()[name], stage=stage, dry_run=True)
    assert (player(declaration=declaraties()[name], stage=stage), player.retour or None) == expected


# The store.


def test_the_store_remembers_what_the_script_grants(player: Player, tmp_path: Path) -> None:
    player({"match": {"0413": "R24"}, "action": {"toekennen": 10}}, dry_run=False)
    with sqlite3.connect(tmp_path / "store.db") as db:
        rows = db.execute("SELECT prestatiecode, toegekend_bedrag, uitkomst FROM prestaties ORDER BY id").fetchall()
    db.close()
    assert rows == [("C11", 1000, "toegewezen"), ("R24", 1000, "deels"), ("V13", 15000, "toegewezen")]
    assert player(stage=Stage.ALL).meldingen[0].retourcode == "0030"


def test_file_rejected_with_a_used_factuurnummer(player: Player) -> None:
    player(dry_run=False)
    line = {"deel": "bestand", "action": {"codes": ["8061"]}}
    outcome = player(line, stage=Stage.INSURER, dry_run=False)
    assert [m.retourcode for m in outcome.meldingen] == ["8061"]
    assert [m.retourcode for m in player(stage=Stage.INSURER).meldingen] == ["0030"]


@pytest.mark.parametrize(
    ("action", "fields", "reason"),
    [
        ({"toekennen": 10.01}, {}, "grants 10.01, more than the 10.00 declared on prestatierecord 2 (line 3 of "),
        ({"percentage": 50}, {"r0430": "0000X000"}, "its declaratiebedrag (0430, 0431) can't be read"),
        ({"toekennen": 1}, {"r0431": "X"}, "its declaratiebedrag (0430, 0431) can't be read"),
        ({"toekennen": 1}, {"r0424": "99999999", "r0425": "9999", "r0426": "1000", "r0430": "1000"}, "rubriek 0481"),
    ],
)
def test_an_impossible_amount_is_refused_per_record(
    inv_store: Path, tmp_path: Path, action: dict[str, Any], fields: dict[str, str], reason: str
) -> None:
    db = Path(shutil.copy(inv_store, tmp_path / "store.db"))
    was = db.read_bytes()
    (tmp_path / "x.asc").write_bytes(bytes(simple(**fields)))
    script = tmp_path / "script.yaml"
    script.write_text(yaml.safe_dump([{"action": action}]), "utf-8")
    words = ("--store", f"sqlite:///{db}", *ON_DATE, "--antwoord", script, "--stage", "verzekeraar")
    ended = invoke("replay", tmp_path / "x.asc", *words)
    assert (ended.exit_code, ended.stdout) == (2, "")
    line = require_one_line(ended.stderr)
    assert line.startswith("mzsim: script.yaml:1: rule 1: ")
    assert reason in line
    assert sorted(p.name for p in tmp_path.iterdir()) == ["script.yaml", "store.db", "x.asc"]
    assert db.read_bytes() == was


# What a script may not be.

_GOOD = 'action: {codes: ["8007"]}'
ERRORS = [
    ("", 1, "must be a list of rules"),
    ("match: {}\n", 1, "must be a list of rules"),
    ("- action: {}\n", 1, "[0].action: must hold codes, or toekennen or percentage"),
    ("- match: {}\n", 1, "[0].action: is missing"),
    (f"- {_GOOD}\n  kleur: rood\n", 2, "[0].kleur: is no key of a rule; known here: deel, match, not, action"),
    (f"- {_GOOD}\n- {_GOOD}\n  {_GOOD}\n", 3, "[1].action: this key stands here twice"),
    (
        '- action:\n    codes: ["8007"]\n    kleur: rood\n',
        3,
        "[0].action.kleur: is no key of a rule; known here: codes,",
    ),
    (f"- {_GOOD}\n  deel: record\n", 2, "[0].deel: must be 'bestand', 'verzekerde' or 'prestatie'"),
    (f'- {_GOOD}\n  match:\n    0413: "C11"\n', 3, "put it in quotes"),
    (f'- {_GOOD}\n  match:\n    "0413": 11\n', 3, "[0].match.0413: must be text in quotes"),
    (f'- {_GOOD}\n  match:\n    "0413": [C11, 11]\n', 3, "[0].match.0413: must be text in quotes"),
    (f'- {_GOOD}\n  match:\n    "0413": []\n', 3, "[0].match.0413: may not be empty"),
    (f'- {_GOOD}\n  match:\n    "0413": null\n', 3, "[0].match.0413: must be text in quotes"),
    (f'- {_GOOD}\n  match:\n    "0413": "C11C11C"\n', 3, "[0].match.0413: can't match: the rubriek has 6 positions"),
    (f'- {_GOOD}\n  match:\n    "0413": "€*"\n', 3, "[0].match.0413: holds a character"),
    (f'- {_GOOD}\n  not:\n    "0499": "C11"\n', 3, "[0].not.0499: is no rubriek of a declaration"),
    (f'- {_GOOD}\n  not:\n    bsn: "C11"\n', 3, "[0].not.bsn: is no rubriek of a declaration"),
    (f'- {_GOOD}\n  match:\n    "0303": "D1"\n', 3, "[0].match.0303: is of the debiteurrecord; a rule on a prestatie"),
    (f'- deel: verzekerde\n  match: {{"0413": "C*"}}\n  {_GOOD}\n', 2, "[0].match.0413: is of the prestatierecord;"),
    (f'- {_GOOD}\n  match:\n    "0413": {{boven: 3}}\n', 3, "[0].match.0413: has no bounds"),
    (f'- {_GOOD}\n  match:\n    "0430": {{}}\n', 3, "[0].match.0430: must hold one or more of: boven, vanaf,"),
    (f'- {_GOOD}\n  match:\n    "0430": {{meer: 3}}\n', 3, "[0].match.0430: must hold one or more of: boven, vanaf,"),
    (f'- {_GOOD}\n  match:\n    "0430": {{boven: "3"}}\n', 3, "[0].match.0430: boven must be an amount in euro"),
    (f'- {_GOOD}\n  match:\n    "0430": {{boven: 3.001}}\n', 3, "[0].match.0430: boven must be an amount in euro"),
    (f'- {_GOOD}\n  match:\n    "0430": {{boven: true}}\n', 3, "[0].match.0430: boven must be an amount in euro"),
    (f'- {_GOOD}\n  match:\n    "0425": {{boven: 1.5}}\n', 3, "[0].match.0425: boven must be a whole number"),
    (f'- {_GOOD}\n  match:\n    "0408": {{boven: 20110331}}\n', 3, "[0].match.0408: boven must be a date"),
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


@pytest.mark.parametrize(("content", "line", "what"), ERRORS, ids=[what for *_, what in ERRORS])
def test_error_in_a_script(tmp_path: Path, content: str, line: int, what: str) -> None:
    place = tmp_path / "script.yaml"
    place.write_text(content, "utf-8")
    with pytest.raises(ScriptError) as error:
        read_script(place)
    melding = str(error.value)
    assert melding.startswith(f"{place}:{line}: ")
    assert what in melding


def test_the_first_error_of_the_file_is_reported(tmp_path: Path) -> None:
    place = tmp_path / "script.yaml"
    place.write_text('- action: {codes: ["1111"]}\n- match: {"9999": "x"}\n  action: {codes: ["2222"]}\n', "utf-8")
    with pytest.raises(ScriptError, match=r":1: \[0\]\.action\.codes\[0\]: 1111 "):
        read_script(place)


# The command.


@pytest.fixture
def work(inv_store: Path, tmp_path: Path) -> Path:
    shutil.copy(inv_store, tmp_path / "store.db")
    (tmp_path / "x.asc").write_bytes(EXAMPLE)
    return tmp_path


@pytest.mark.slow
def test_on_the_command_line(work: Path) -> None:
    (work / "s.yaml").write_text('- match: {"0413": "R*"}\n  action: {percentage: 50}\n', "utf-8")
    words = ("--store", f"sqlite:///{work}/store.db", *ON_DATE, "--antwoord", "s.yaml", "--json")
    ended = process("replay", "x.asc", *words, cwd=work)
    assert (ended.returncode, ended.stderr) == (0, "")
    off = json.loads(ended.stdout)
    assert (off["status"], off["totaal_toegekend"]) == ("deels_toegewezen", "410.00")
    assert off["meldingen"] == [
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
    assert invoke("check-retour", work / "x.asc", work / "x.mz302.asc").exit_code == 0
    explanation = invoke("explain", work / "x.mz302.asc")
    assert explanation.exit_code == 0
    assert "declared 500.00, granted 250.00, left 250.00" in explanation.stdout


def test_a_rule_that_answered_nothing_is_named_after_the_run(work: Path) -> None:
    """Of all declarations together: a rule is for one of them, or its condition is mistyped."""
    shutil.copy(work / "x.asc", work / "y.asc")
    rules = [
        {"match": {"0413": "V13"}, "action": {"codes": ["8072"]}},
        {"match": {"0413": "V31"}, "action": {"codes": ["8072"]}},
        {"match": {"0413": "V1*"}, "action": {"codes": ["8007"]}},
        {"deel": "bestand", "match": {"0116": "F9"}, "action": {"codes": ["0030"]}},
        {"deel": "verzekerde", "match": {"0203": "100197243"}, "action": {"codes": ["0200"], "afzender": "vecozo"}},
    ]
    (work / "s.yaml").write_text(yaml.safe_dump(rules), "utf-8")
    words = ("--store", work / "store.db", "--antwoord", work / "s.yaml", "--json", *ON_DATE, "--dry-run")
    ended = invoke("replay", work / "x.asc", work / "y.asc", *words)
    assert ended.exit_code == 0
    why = "answered nothing: nothing met its conditions, or something else answered first"
    assert [line.partition(": rule ")[2] for line in ended.stderr.splitlines()] == [f"{n} {why}" for n in (2, 3, 4)]
    assert ended.stderr.startswith("mzsim: s.yaml:")


@pytest.mark.parametrize(
    "content", [b"hello", declaraties()["4b-fout-in-prestatierecord"]], ids=["unreadable", "VECOZO's"]
)
def test_rules_whose_turn_never_came_are_not_named(work: Path, content: bytes) -> None:
    """The insurer's, of what never reaches him."""
    (work / "x.asc").write_bytes(content)
    (work / "s.yaml").write_text('- match: {"0413": "V31"}\n  action: {codes: ["8072"]}\n', "utf-8")
    ended = invoke("replay", work / "x.asc", "--store", work / "store.db", "--antwoord", work / "s.yaml", *ON_DATE)
    assert ended.exit_code in (0, 3)
    assert "answered nothing" not in ended.stderr


@pytest.mark.parametrize("content", [None, "- kleur: rood\n"])
def test_a_wrong_script_stops_before_anything_happens(work: Path, content: str | None) -> None:
    if content is not None:
        (work / "s.yaml").write_text(content, "utf-8")
    ended = invoke("replay", work / "x.asc", "--store", f"sqlite:///{work}/store.db", "--antwoord", work / "s.yaml")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert str(work / "s.yaml") in require_one_line(ended.stderr)
    assert not (work / "x.mz302.asc").exists()


@pytest.mark.slow
def test_without_a_script_nothing_of_it_is_loaded(work: Path) -> None:
    """Without a script there is nothing to pay for: not even its modules."""
    code = (
        "import sys; from mzsim.cli.main import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print([m for m in sys.modules if m.startswith(('mzsim.script', 'mzsim.manifest', 'pydantic'))])"
    )
    words = [*order("replay", "x.asc", "--store", f"sqlite:///{work}/store.db", *ON_DATE)[3:]]
    ended = subprocess.run(
        [sys.executable, "-c", code, *words], cwd=work, env=surroundings(), capture_output=True, text=True, check=True
    )
    assert ended.stdout.splitlines()[-1] == "[]"


# Whatever a script says, as long as it is accepted, the retour is in order.

_RUBRIEKEN = {"0102": "176", "0116": "F*", "0203": "1*", "0207": "19*", "0408": "2011*", "0413": "C*", "0409": "01"}
_VALUES = st.sampled_from(["*", "R24", "V*", "1*", "", "0*"])
_MATCH = st.dictionaries(
    st.sampled_from(sorted(_RUBRIEKEN)), _VALUES | st.lists(_VALUES, min_size=1, max_size=2), max_size=2
)
_ACTION = st.fixed_dictionaries(
    {},
    optional={
        "codes": st.lists(
            st.sampled_from(sorted(retourcodes())) | st.sampled_from(sorted(PARTLY_GRANTED)), max_size=3, unique=True
        ),
        "toekennen": st.sampled_from([0, 1, 10, 500]),
        "percentage": st.integers(-1, 101),
        "afzender": st.sampled_from(["vecozo", "verzekeraar"]),
        "commentaar": st.lists(st.text("é x", max_size=3), max_size=2),
    },
)
_LINE = st.fixed_dictionaries(
    {
        "match": _MATCH,
        "not": _MATCH,
        "action": _ACTION,
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
@given(st.lists(_LINE, max_size=4), st.sampled_from(sorted(declaraties())), st.sampled_from(list(Stage)))
def test_every_script_gives_a_retour_that_is_in_order(
    inv_store: Path, tmp_path_factory: pytest.TempPathFactory, lines: list[Any], name: str, stage: Stage
) -> None:
    folder = tmp_path_factory.mktemp("spel")
    script, declaration = folder / "script.yaml", declaraties()[name]
    script.write_text(yaml.safe_dump([line for line in lines if _allowed(script, line)]), "utf-8")
    store = open_store(f"sqlite:///{inv_store}")
    try:
        # Whatever is accepted can be answered, but for an amount that the record has no room for.
        with suppress(ScriptError):
            outcome, retour = play(store, folder, declaration, stage=stage, dry_run=True, answer=read_script(script))
            assert outcome.has_retour == (retour is not None)
            if retour is not None:
                assert list(deviations_of_retour(io.BytesIO(declaration), io.BytesIO(retour), retourcodes())) == []
    finally:
        store.close()
        shutil.rmtree(folder)


def _allowed(place: Path, line: dict[str, Any]) -> bool:
    place.write_text(yaml.safe_dump([line]), "utf-8")
    try:
        read_script(place)
    except ScriptError:
        return False
    return True
