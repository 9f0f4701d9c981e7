"""The rules on combinations (NZa): each rule of the data on its smallest example, and what holds for all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mzsim.common.patterns import names
from mzsim.domain.combination_rules import Combinatieregel, CombinationMember, RuleSet
from mzsim.domain.findings import Outcome, Stage
from mzsim.judging import combination_reading
from mzsim.judging.combinations import judge
from mzsim.pipeline import Order, replay
from mzsim.store.loading import load_file
from mzsim.store.session import Database
from mzsim.store.shipped_files import path_of
from tests.benchmark_files import _bsns
from tests.factories import Message, make

DATE = dt.date(2026, 4, 2)
TODAY = dt.date(2026, 3, 17)
LIST = yaml.load(path_of("@nza-2026").read_text("utf-8"), yaml.CSafeLoader)
LINES: list[dict[str, Any]] = LIST["combinatieregels"]
JUDGED = [line for line in LINES if line["soort"] != "niet_beoordeeld"]

# The rules as the NZa words them (prestatie- en tariefbeschikkingen 2026): the prestatiecodes that each kind is about.
AS_WORDED = {
    "niet_met": "C001 C003 C012 C016 A10 A15 A30 V30 V35 V40 V95 E02 E03 E05 R55 G76 H90 H34 T161 J020 J022 J049 J051 J062"
    " J090 J091 U25 U35 U05 U06 F* F492* F493*",
    "alleen_met": "C021 C022 E04 E87 R14 H21 P040 T033 T076 T112 J030 J031 J032 J041 J043 J047 J052 J057 J061 J071 J001"
    " J002 J087 J088 J089",
    "alleen_na": "C016 V35 V85 E78 G41 G62 G47 G43 G44 G46 G48 H55 H39 H16 T021 T022 J021",
    "maximum": "C020 C023 M30 B10 B11 B12 V71 V81 V91 E05 E85 H42 H43 P045 P043 J011 J014 F51*",
    "interval": "R24 G72 P060 P061 P062 P063 P064 P065 P066 P067 J044 J045 J046 J047 F122* F812*",
    "niet_beoordeeld": "M01 M02 M03 V94 E52 E53 E54 E55 E56 E57 E77 J053 J060 Y01",
}
# Worded as what may not be, but not to be seen in a declaration, or contradicted by the standard.
NOT_AFTER_ALL = {"U05", "F*"}


def _judge(
    line: dict[str, Any], *members: CombinationMember, earlier: tuple[CombinationMember, ...] = ()
) -> dict[int, str]:
    """What a rule objects to in records on lines 1, 2, …"""
    per_member: dict[CombinationMember, list[int]] = {}
    for number, member in enumerate(members, start=1):
        per_member.setdefault(member, []).append(number)
    return {objection.line: objection.check for objection in judge(RuleSet([_line(line)]), per_member, earlier)}


def _line(line: dict[str, Any]) -> Combinatieregel:
    empty: dict[str, Any] = dict.fromkeys(Combinatieregel._fields)
    empty |= {"tegenhanger": (), "behalve": (), "zelfde_zorgaanbieder": False}
    own = {key: value for key, value in line.items() if key in empty}
    return Combinatieregel(**(empty | own | {"ingang": line["ingang"].strftime("%Y%m%d")}))


@pytest.mark.parametrize(("kind", "codes"), AS_WORDED.items())
def test_every_rule_of_the_nza_is_taken_in(kind: str, codes: str) -> None:
    processed = _listed(code for line in LINES if line["soort"] == kind for code in line["prestaties"])
    excluded = {code for line in LINES if line["soort"] == "niet_beoordeeld" for code in line["prestaties"]}
    assert _listed(set(codes.split()) - NOT_AFTER_ALL) <= processed
    assert excluded >= NOT_AFTER_ALL


def _listed(patterns: Iterable[str]) -> set[str]:
    """The codes of the list that patterns stand for."""
    given = tuple(patterns)
    return {line["code"] for line in LIST["prestatiecodes"] if names(given, line["code"])}


def test_rules_name_only_codes_of_the_list() -> None:
    named = {
        code for line in LINES for listing in ("prestaties", "tegenhanger", "behalve") for code in line.get(listing, ())
    }
    assert [code for code in named if not _listed([code])] == []


def _counterpart(line: dict[str, Any]) -> str:
    """A code that a rule asks after, other than those that it judges."""
    codes = [_one(code) for code in line["tegenhanger"]]
    return next(code for code in codes if not names(line["prestaties"], code))


def _one(pattern: str) -> str:
    """A code of the list that a pattern stands for."""
    return {"H*": "H26", "E*": "E13", "*": "C003"}.get(pattern) or min(_listed([pattern]))


def _record_fields(line: dict[str, Any], code: str, day: dt.date, count: int = 1, **otherwise: str) -> dict[str, str]:
    """A record at a place that every rule can tell: upper right, or lower right where the rule is about the lower jaw."""
    jaw = line.get("kaak", "1")
    return {
        "r0413": code,
        "r0408": day.strftime("%Y%m%d"),
        "r0414": jaw,
        "r0415": "16" if jaw == "1" else "46",
        "r0416": "O",
        "r0425": str(count),
        **otherwise,
    }


def _months_earlier(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return day.replace(year=year, month=month + 1)


def _breaking_and_keeping(line: dict[str, Any], code: str) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The records of a smallest declaration that breaks a rule, the one that it judges first, and of one that keeps it."""

    def on(day: dt.date, who: str = "", count: int = 1) -> dict[str, str]:
        return _record_fields(line, who or code, day, count)

    day = dt.timedelta(days=1)
    other = _counterpart(line) if line.get("tegenhanger") else ""
    if line["soort"] == "niet_met":
        elsewhere = {"zitting": TODAY - day, "kalendermaand": TODAY - 31 * day}[line["bereik"]]
        return [on(TODAY), on(TODAY, other)], [on(TODAY), on(elsewhere, other)]
    if line["soort"] == "alleen_met" or (line["soort"] == "alleen_na" and line["bereik"] == "zitting"):
        return [on(TODAY), on(TODAY - day, other)], [on(TODAY), on(TODAY, other)]
    if line["soort"] == "alleen_na":
        return [on(TODAY), on(TODAY + day, other)], [on(TODAY), on(TODAY - day, other)]
    if line["soort"] == "niet_na":
        return [on(TODAY), on(TODAY - day, other)], [on(TODAY), on(TODAY, other)]
    if line["soort"] == "interval":
        limit = _months_earlier(TODAY, line["maanden"])
        return [on(TODAY), on(limit + day, other)], [on(TODAY), on(limit, other)]
    together = [on(TODAY, other)] if other else []
    return [on(TODAY, count=line["aantal"] + 1), *together], [on(TODAY, count=line["aantal"]), *together]


def _message(*prestaties: dict[str, str], factuurnummer: str = "F1", **header: str) -> Message:
    voorloop = make("01", r0116=factuurnummer, r0114="20250101", r0115="20260331", r0117="20260401", **header)
    message = Message(voorloop=voorloop).add("02")
    for number, fields in enumerate(prestaties):
        message.add("04", **{"r0432": f"{factuurnummer}-{number}", **fields})
    return message


def _play(message: Message, store: Database, folder: Path, *, dry_run: bool = False) -> Outcome:
    place = folder / "declaratie.asc"
    place.write_bytes(bytes(message))
    return replay(Order(place, place.with_suffix(".retour"), DATE, Stage.INSURER, dry_run), store)


def _meldingen(outcome: Outcome) -> list[tuple[int, str]]:
    return [(m.finding.line, m.finding.check.id) for m in outcome.meldingen]


def _load(store: Database, folder: Path, content: dict[str, Any]) -> None:
    file = folder / "extra.yaml"
    file.write_text(yaml.safe_dump(content), "utf-8")
    load_file(store, file)


@pytest.mark.slow
@pytest.mark.parametrize("line", [pytest.param(line, id=line["nummer"]) for line in JUDGED])
def test_every_rule_objects_and_lets_pass(line: dict[str, Any], store: Database, tmp_path: Path) -> None:
    _load(store, tmp_path, {"combinatieregels": [line]})
    check = "0413-9" if line["soort"] == "interval" else "0413-10"
    breaking, keeping = _breaking_and_keeping(line, _one(line["prestaties"][0]))
    assert _meldingen(_play(_message(*breaking), store, tmp_path, dry_run=True)) == [(3, check)]
    assert _meldingen(_play(_message(*reversed(breaking)), store, tmp_path, dry_run=True)) == [
        (2 + len(breaking), check)
    ]
    assert _meldingen(_play(_message(*keeping), store, tmp_path, dry_run=True)) == []


@pytest.mark.parametrize(
    "line", [pytest.param(line, id=line["nummer"]) for line in JUDGED if len(line["prestaties"]) > 1]
)
def test_a_rule_holds_for_each_of_its_prestaties(line: dict[str, Any]) -> None:
    def member(fields: dict[str, str]) -> CombinationMember:
        location = (fields["r0414"], fields["r0415"], fields["r0416"])
        return CombinationMember(fields["r0408"], fields["r0413"], *location, "12004567", int(fields["r0425"]))

    for code in map(_one, line["prestaties"]):
        breaking, keeping = (map(member, records) for records in _breaking_and_keeping(line, code))
        assert list(_judge(line, *breaking)) == [1], code
        assert _judge(line, *keeping) == {}, code


BASIS = {"nummer": "R", "ingang": dt.date(2011, 1, 1)}
ONCE = BASIS | {"prestaties": ("B11",), "soort": "maximum", "aantal": 1, "bereik": "zitting"}
B11 = CombinationMember("20110331", "B11", "0", "00", "", "12004567", 1)


def test_the_same_prestatie_again_is_no_other() -> None:
    """Parts of one prestatie may be declared one after the other (INV 4.6.2): that is not for these rules."""
    assert _judge(ONCE, B11, earlier=(B11,)) == {}
    assert _judge(ONCE, B11, earlier=(B11._replace(behandelaar="12004568"),)) == {1: "0413-10"}
    interval = BASIS | {"prestaties": ("B11",), "soort": "interval", "dagen": 30, "tegenhanger": ("B11",)}
    assert _judge(interval, B11, earlier=(B11._replace(aantal=2),)) == {}
    assert _judge(interval, B11, earlier=(B11._replace(date="20110302"),)) == {1: "0413-9"}
    assert _judge(interval, B11, earlier=(B11._replace(date="20110301"),)) == {}


def test_records_that_are_alike_in_one_file_count_each() -> None:
    assert _judge(ONCE, B11, B11, B11) == {2: "0413-10", 3: "0413-10"}


def test_another_party_has_another_session() -> None:
    elsewhere = B11._replace(behandelaar="12004568", own=False)
    assert _judge(ONCE, B11, earlier=(elsewhere,)) == {}
    assert _judge(ONCE | {"bereik": "kalendermaand"}, B11, earlier=(elsewhere,)) == {1: "0413-10"}


@pytest.mark.parametrize(
    ("at_first", "months", "until"),
    [("20260131", 1, "20260228"), ("20240229", 12, "20250228"), ("20251215", 2, "20260215")],
)
def test_a_month_later_always_exists(at_first: str, months: int, until: str) -> None:
    line = BASIS | {"prestaties": ("A",), "soort": "interval", "maanden": months, "tegenhanger": ("B",)}
    member = CombinationMember(until, "A", "0", "00", "", "", 1)
    earlier = (CombinationMember(at_first, "B", "0", "00", "", "", 1),)
    assert _judge(line, member, earlier=earlier) == {}
    assert _judge(line, member._replace(date=str(int(until) - 1)), earlier=earlier) == {1: "0413-9"}


_MEMBERS = st.builds(
    CombinationMember,
    st.sampled_from(["20260228", "20260301", "20260302", "20260331"]),
    st.sampled_from(["A", "B", "C", "X1"]),
    st.sampled_from("012"),
    st.sampled_from(["00", "16", "17", "46", "99"]),
    st.sampled_from(["", "O"]),
    st.sampled_from(["12004567", "12004568"]),
    st.integers(1, 3),
    st.booleans(),
)
_COUNTERPART = {"tegenhanger": ("B", "X*")}
_KINDS: list[dict[str, Any]] = [
    *({"soort": kind, "bereik": reach, **_COUNTERPART}
      for kind in ("niet_met", "alleen_met") for reach in ("zitting", "kalendermaand", "patient")),
    {"soort": "alleen_na", "bereik": "patient", "maanden": 1, **_COUNTERPART},
    {"soort": "niet_na", "bereik": "patient", **_COUNTERPART},
    {"soort": "interval", "dagen": 2, "tegenhanger": ("A", "B")},
    {"soort": "maximum", "aantal": 2, "bereik": "kalendermaand"},
    {"soort": "maximum", "aantal": 1, "bereik": "zitting", **_COUNTERPART},
]  # fmt: skip


@given(
    st.lists(_MEMBERS, max_size=8),
    st.lists(_MEMBERS, max_size=4),
    st.sampled_from(_KINDS),
    st.sampled_from([None, "element", "vlak", "kaak", "kwadrant", "sextant"]),
)
@settings(deadline=None)
def test_only_carriers_get_an_objection_and_the_order_of_what_was_earlier_is_no_matter(
    members: list[CombinationMember], earlier: list[CombinationMember], kind: dict[str, Any], place: str | None
) -> None:
    line = BASIS | {"prestaties": ("A", "C"), "plaats": place} | kind
    own = [member._replace(own=True) for member in members]
    objections = _judge(line, *own, earlier=tuple(earlier))
    assert {own[number - 1].code for number in objections} <= {"A", "C"}
    assert set(objections.values()) <= {"0413-9" if line["soort"] == "interval" else "0413-10"}
    assert _judge(line, *own, earlier=tuple(reversed(earlier))) == objections


V30_V71 = {"nummer": "V30", "prestaties": ["V30"], "soort": "niet_met", "bereik": "zitting", "plaats": "element",
           "tegenhanger": ["V71"], "ingang": dt.date(2011, 1, 1), "bron": "test", "tekst": "Not with V71."}  # fmt: skip
B12_ONCE = {"nummer": "B12", "prestaties": ["B12"], "soort": "maximum", "aantal": 1, "bereik": "zitting",
            "ingang": dt.date(2011, 1, 1), "bron": "test", "tekst": "Once."}  # fmt: skip
TOGETHER = [{"r0413": "V30", "r0415": "16"}, {"r0413": "V71", "r0415": "16", "r0416": "O"}]


@pytest.fixture
def with_rules(store: Database, tmp_path: Path) -> Database:
    """A store with two rules."""
    _load(store, tmp_path, {"combinatieregels": [V30_V71, B12_ONCE]})
    return store


def _beleid(**choices: object) -> dict[str, Any]:
    insurer = {"nummer": "0736", "naam": "V", "soort": "zorgverzekeraar", "edp": True, "beleid": choices}
    return {"uzovi": [insurer]}


def _dated(fields: dict[str, str]) -> dict[str, str]:
    return {"r0408": "20260317", **fields}


def test_an_insurer_answers_with_its_own_code(with_rules: Database, tmp_path: Path) -> None:
    _load(with_rules, tmp_path, _beleid(retourcodes={"0413-10": "0587"}))
    outcome = _play(_message(*map(_dated, TOGETHER)), with_rules, tmp_path)
    assert [(m.finding.line, m.retourcode) for m in outcome.meldingen] == [(3, "0587")]


def test_an_insurer_switches_a_check_off(with_rules: Database, tmp_path: Path) -> None:
    message = _message(*map(_dated, TOGETHER))
    for off in (["0413-9", "0413-10"], ["0413-10"]):
        _load(with_rules, tmp_path, _beleid(uit=off))
        assert _meldingen(_play(message, with_rules, tmp_path, dry_run=True)) == []
    _load(with_rules, tmp_path, _beleid(uit=["0413-9"]))
    assert _meldingen(_play(message, with_rules, tmp_path, dry_run=True)) == [(3, "0413-10")]


def test_all_or_nothing_rejects_the_file(with_rules: Database, tmp_path: Path) -> None:
    _load(with_rules, tmp_path, _beleid(alles_of_niets=True))
    outcome = _play(_message(*map(_dated, TOGETHER)), with_rules, tmp_path)
    assert (outcome.total_granted, _meldingen(outcome)) == (0, [(3, "0413-10")])


def test_a_record_that_can_not_be_read_does_not_count(with_rules: Database, tmp_path: Path) -> None:
    def errors(**otherwise: str) -> list[tuple[int, str]]:
        one, other = map(_dated, TOGETHER)
        message = _message(one, {**other, **otherwise})
        return [error for error in _meldingen(_play(message, with_rules, tmp_path, dry_run=True)) if error[0] == 3]

    assert errors() == [(3, "0413-10")]
    assert errors(r0408="20260399") == []
    assert errors(r0409="02") == []
    assert errors(r0409="09") == []
    assert errors(r0415="19") == []
    assert errors(r0427="X") == []
    assert errors(r0413="V00") == []
    assert errors(r0427="C", r0433="onbekend") == []


def test_nothing_is_judged_under_a_rejected_verzekerdenrecord(with_rules: Database, tmp_path: Path) -> None:
    message = Message(voorloop=make("01", r0115="20260331", r0117="20260401")).add("02", r0203="999999999")
    for fields in TOGETHER:
        message.add("04", **_dated(fields))
    assert {record.finding.record for record in _play(message, with_rules, tmp_path).meldingen} == {"02"}


@pytest.mark.slow
@pytest.mark.parametrize("together", [1, 2, 500])
@pytest.mark.parametrize("records", [1, 10_000])
def test_a_thousand_verzekerden_are_each_judged_by_themselves(
    with_rules: Database, tmp_path: Path, together: int, records: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Judged in groups of any size, also where one verzekerde is larger than a group."""
    monkeypatch.setattr(combination_reading, "_MOST_VERZEKERDEN", together)
    monkeypatch.setattr(combination_reading, "_MOST_RECORDS", records)
    count = 1000 if together == 500 else 20
    who = _bsns(count)
    polis = {"uzovi": "0736", "naam": "V", "geboortedatum": dt.date(1970, 5, 15), "ingang": dt.date(2006, 1, 1)}
    _load(with_rules, tmp_path, {"polissen": [polis | {"bsn": bsn, "pakketten": ["ALLES"]} for bsn in who]})

    def message(factuurnummer: str, *prestaties: dict[str, str]) -> Message:
        made = _message(factuurnummer=factuurnummer)
        made.details.clear()
        for number, bsn in enumerate(who):
            made.add("02", r0203=bsn, r0207="19700515")
            for follow, fields in enumerate(prestaties):
                # Every third one keeps the rules, because the places differ.
                element = "17" if follow and number % 3 == 0 else "16"
                made.add("04", **_dated(fields), r0415=element, r0432=f"{factuurnummer}-{number}-{follow}")
        return made

    one, other = {"r0413": "V30"}, {"r0413": "V71", "r0416": "O"}
    declared_together = _play(message("F1", one, other), with_rules, tmp_path, dry_run=True)
    error = [number for number in range(count) if number % 3]
    assert _meldingen(declared_together) == [(3 * number + 3, "0413-10") for number in error]
    assert _meldingen(_play(message("F2", {"r0413": "C99"}, other), with_rules, tmp_path)) == []
    afterwards = _play(message("F3", one), with_rules, tmp_path)
    assert _meldingen(afterwards) == [(2 * number + 3, "0413-10") for number in error]


@pytest.mark.slow
def test_a_verzekerde_with_very_many_records(with_rules: Database, tmp_path: Path) -> None:
    count = 12_000
    fillings = [_dated({"r0413": "V71", "r0415": "17", "r0416": "O", "r0424": str(n)}) for n in range(1, count)]
    once = [_dated({"r0413": "B12", "r0424": str(n)}) for n in range(1, 4)]
    outcome = _play(
        _message(once[0], *fillings, _dated(TOGETHER[0]), *once[1:], _dated(TOGETHER[1])), with_rules, tmp_path
    )
    last = 3 + count
    nza = [(line, id) for line, id in _meldingen(outcome) if id == "0413-10"]
    assert nza == [(last, "0413-10"), (last + 1, "0413-10"), (last + 2, "0413-10")]
