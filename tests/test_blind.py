"""Blind packs: nothing but its fault tells a faulty retour from a good one, and the key stays with the certifier."""

from __future__ import annotations

import json
import math
import stat
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from jsonschema import Draft202012Validator

from mzsim.certification.blind import BlindPack, SuiteCase, make_blind
from mzsim.certification.export import MadePack, put_with_key
from mzsim.certification.instructions import BLIND, OPEN
from mzsim.certification.neutral_faults import NEUTRAL_FORMS
from mzsim.certification.oddities import ODDITIES
from mzsim.certification.result import read_report_back
from mzsim.retour.faults import FAULTS
from mzsim.standard.retourcodes import retourcodes
from mzsim.suites import locations
from mzsim.suites.case import find_cases
from mzsim.suites.running import run
from tests.cheater import Asked, all_tricks_together, asked, right, tricks
from tests.commands import invoke, require_one_line
from tests.vendor import (
    BooksCalculated,
    BooksRejectedFile,
    BooksWhatWasDeclared,
    ForgetsApproved,
    ForgetsSign,
    Ignores8002,
    NeverSendsAgain,
    ReadsFirstCode,
    RefusesAddedCommentaar,
    RefusesNewCodes,
    RefusesWithoutDate,
    SaysNothingOfSendingAgain,
    SendsAgainWhatIsRefused,
    SendsEverythingAgain,
    TrustsVecozo,
    Vendor,
    as_csv,
)

pytestmark = pytest.mark.slow

SUITES = ("inv", "outcomes")


class Certifier:
    """A blind pack with its key, as a certifier has them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.pack, self.key = folder, folder / "pack", folder / "key.json"
        ended = invoke("suite", "export", *SUITES, "--out", self.pack, "--sleutel", self.key)
        assert ended.exit_code == 0, ended.output
        self.says = ended.stdout

    def grade(self, result: dict[str, Any], *words: object) -> dict[str, Any]:
        file = self.folder / "result.json"
        file.write_text(json.dumps(result), "utf-8")
        ended = invoke("suite", "grade", self.pack, file, "--sleutel", self.key, "--json", *words)
        found: dict[str, Any] = json.loads(ended.stdout)
        assert ended.exit_code == (0 if found["passed"] else 1), ended.output
        return found


@pytest.fixture(scope="module")
def certifier(tmp_path_factory: pytest.TempPathFactory) -> Certifier:
    return Certifier(tmp_path_factory.mktemp("blind"))


@pytest.fixture(scope="module")
def good(certifier: Certifier) -> dict[str, Any]:
    """What software reports that does everything right."""
    return Vendor().process(certifier.pack)


# No better than guessing.


@pytest.fixture(scope="module")
def cases() -> list[SuiteCase]:
    """All cases that are shipped, played."""
    return [
        SuiteCase(name, report)
        for name in locations.suite_names()
        for report in run(find_cases(locations.folder_of(name)), 2)
    ]


@pytest.fixture(scope="module")
def whole(cases: list[SuiteCase]) -> BlindPack:
    """A blind pack of them."""
    return make_blind(cases, 1)


class Lesson(NamedTuple):
    """Packs to learn from, with their keys, and one to be tried on, of other cases: none is known by heart."""

    known: list[list[Asked]]
    new: list[Asked]


@pytest.fixture(scope="module")
def lessons(cases: list[SuiteCase]) -> list[Lesson]:
    """Each half of the cases to learn from, the other to be tried on."""
    halves = cases[::2], cases[1::2]
    made = [[_asked(make_blind(half, seed)) for seed in (1, 2, 3)] for half in halves]
    return [Lesson(made[0], made[1][0]), Lesson(made[1], made[0][0])]


def _asked(pack: BlindPack) -> list[Asked]:
    return asked(pack.files, {case.id: case.fault is not None for case in pack.key.cases})


def _chance(count: int) -> float:
    """What a program that guesses is right of at the most, but once in a thousand times."""
    return 0.5 + 3.1 * 0.5 / math.sqrt(count)


def test_no_trick_is_better_than_guessing(lessons: list[Lesson]) -> None:
    """What packs with their keys teach is worth nothing on another."""
    for known, new in lessons:
        assert len(new) > 300
        assert sum(one.faulty for one in new) * 2 == len(new)
        better = {trick.feature: right(trick, new) for trick in tricks(known)}
        assert {name: part for name, part in better.items() if part > _chance(len(new))} == {}


def test_all_tricks_together_are_no_better(lessons: list[Lesson]) -> None:
    """Words apart: some are what a fault is made of, as 0001 without a cause."""
    for known, new in lessons:
        assert all_tricks_together(list(map(_without_words, known)), _without_words(new)) <= _chance(len(new))


def _without_words(pack: list[Asked]) -> list[Asked]:
    return [
        one._replace(features={name: what for name, what in one.features.items() if not name.startswith("word ")})
        for one in pack
    ]


def test_the_tricks_work_where_something_is_given_away(tmp_path: Path) -> None:
    """The same program on an open pack: it reads in 0181, in the names and in sizes what is faulty."""
    assert invoke("suite", "export", "inv", "-k", "3.3", "--out", tmp_path / "p").exit_code == 0
    listing = json.loads((tmp_path / "p" / "pack.json").read_text("utf-8"))
    files, faulty = {p.relative_to(tmp_path / "p").as_posix(): p.read_bytes() for p in _files(tmp_path / "p")}, {}
    cases = []
    for case in listing["cases"]:
        for step in case["steps"]:
            for retour in step["retours"]:
                id = str(len(cases))
                cases.append({"id": id, "steps": [{**step, "retours": [retour]}]})
                faulty[id] = retour["fault"] is not None
    (open_pack,) = [asked({**files, "pack.json": json.dumps({"cases": cases}).encode()}, faulty)]
    parts = {trick.feature: right(trick, open_pack) for trick in tricks([open_pack])}
    assert parts["0181"] == parts["name"] == parts["length of 0181"] == 1


def _files(folder: Path) -> Iterator[Path]:
    return (place for place in folder.rglob("*") if place.is_file())


def test_names_and_times_say_nothing(certifier: Certifier, tmp_path: Path) -> None:
    retours = [place for place in _files(certifier.pack) if place.name.endswith(".asc")]
    assert len({place.stat().st_mtime_ns for place in _files(certifier.pack)}) == 1
    assert len({len(place.parent.name) for place in retours}) == 1
    assert {len(place.name) for place in retours} == {len("1.mz301.asc")}
    zipped = ("suite", "export", *SUITES, "--zip", "--out", tmp_path / "p.zip", "--sleutel", tmp_path / "k")
    assert invoke(*zipped).exit_code == 0
    with zipfile.ZipFile(tmp_path / "p.zip") as archive:
        assert {(info.date_time, info.external_attr, info.comment) for info in archive.infolist()} == {
            ((1980, 1, 1, 0, 0, 0), 0o644 << 16, b"")
        }
        assert archive.namelist() == sorted(archive.namelist())
        in_zip = {name: archive.read(name) for name in archive.namelist()}
    assert in_zip == {p.relative_to(certifier.pack).as_posix(): p.read_bytes() for p in _files(certifier.pack)}
    assert (tmp_path / "k").read_bytes() == certifier.key.read_bytes()


def test_pack_json_says_nothing(certifier: Certifier) -> None:
    cases = json.loads((certifier.pack / "pack.json").read_text("utf-8"))["cases"]
    assert {key for case in cases for key in case} == {"id", "steps"}
    assert {key for case in cases for step in case["steps"] for key in step} == {"date", "declaration", "retours"}
    assert all(len(step["retours"]) <= 1 for case in cases for step in case["steps"])
    assert all([r["given"] for s in case["steps"] for r in s["retours"]][-1] is False for case in cases)
    everything = b"".join(place.read_bytes() for place in certifier.pack.glob("cases/*/*"))
    assert b"VERSTOORD" not in everything


def test_another_seed_another_order(certifier: Certifier, tmp_path: Path) -> None:
    words = ("suite", "export", *SUITES, "--out", tmp_path / "p", "--sleutel", tmp_path / "k", "--seed", 2**64 + 1)
    ended = invoke(*words)
    assert f"seed {2**64 + 1}" in ended.stdout
    one, other = (json.loads(place.read_text("utf-8"))["cases"] for place in (certifier.key, tmp_path / "k"))
    assert [case["case"] for case in one] != [case["case"] for case in other]
    assert sorted((c["suite"], c["case"]) for c in one) == sorted((c["suite"], c["case"]) for c in other)


# What stands in a pack.


def test_every_case_once_good_and_once_faulty(whole: BlindPack) -> None:
    of = [(case.suite, case.case, case.fault is not None) for case in whole.key.cases]
    assert len(of) == len(set(of))
    assert {one[:2] for one in of if one[2]} == {one[:2] for one in of if not one[2]}
    assert len({suite for suite, *_ in of}) == len(locations.suite_names())


def test_every_kind_in_every_form_and_every_oddity(whole: BlindPack) -> None:
    cases = whole.key.cases
    forms = {(case.fault, case.form) for case in cases if case.fault}
    assert forms == {(kind, form.__doc__) for kind in FAULTS for form in NEUTRAL_FORMS[kind]}
    assert min(Counter(case.fault for case in cases if case.fault).values()) >= 5
    for faulty in (True, False):
        odd = Counter(case.odd for case in cases if (case.fault is not None) is faulty)
        assert set(odd) == {None, *(oddity.name for oddity in ODDITIES)}
        assert min(odd.values()) >= 8


def test_cases_of_one_id_in_two_suites(certifier: Certifier, tmp_path: Path) -> None:
    folders = [tmp_path / "a" / "suite", tmp_path / "b" / "suite"]
    for folder in folders:
        folder.parent.mkdir()
        case = (
            "suite",
            "new",
            folder / "one",
            "--declaration",
            locations.folder_of("inv") / "3.2-1-all" / "1.mz301.asc",
        )
        source = next(locations.folder_of("inv").glob("3.2-1*"))
        case = (
            "suite",
            "new",
            folder / "one",
            "--declaration",
            next(source.glob("*.mz301.asc")),
            "--date",
            "2011-05-02",
        )
        assert invoke(*case).exit_code == 0
    ended = invoke("suite", "export", *folders, "--out", tmp_path / "p", "--sleutel", tmp_path / "k")
    assert ended.exit_code == 0, ended.output
    key = json.loads((tmp_path / "k").read_text("utf-8"))
    assert sorted({(case["suite"], case["case"]) for case in key["cases"]}) == [("suite", "one"), ("suite-2", "one")]
    assert invoke("suite", "export", *folders, "--out", tmp_path / "q", "--faulty", "none").exit_code == 0
    listing = json.loads((tmp_path / "q" / "pack.json").read_text("utf-8"))
    assert [case["id"] for case in listing["cases"]] == ["suite/one", "suite-2/one"]


@pytest.mark.parametrize("blind", [True, False])
def test_what_a_vendor_works_from(certifier: Certifier, tmp_path: Path, blind: bool) -> None:
    pack = certifier.pack
    if not blind:
        pack = tmp_path / "open"
        assert invoke("suite", "export", "inv", "-k", "3.3-4a-all", "--out", pack).exit_code == 0
    examination = Draft202012Validator(json.loads((pack / "result.schema.json").read_text("utf-8")))
    assert list(examination.iter_errors(json.loads((pack / "result.example.json").read_text("utf-8")))) == []
    header, *rows = (pack / "retourcodes.tsv").read_text("utf-8").splitlines()
    assert header == "code\tmeaning\tkind"
    assert [tuple(row.split("\t")) for row in rows] == [(c.code, c.meaning, c.kind) for c in retourcodes().values()]
    readme = (pack / "README.txt").read_text("utf-8")
    assert all(place.name in readme for place in pack.iterdir() if place.is_file() and place.name != "README.txt")
    assert ("This pack is for practice." in readme) is not blind
    assert ("This pack is blind" in readme) is blind


@pytest.mark.parametrize("text", [OPEN, BLIND], ids=["open", "blind"])
def test_the_table_in_a_readme_is_one_that_can_be_read(text: str, tmp_path: Path) -> None:
    rows = [line.strip() for line in text.splitlines() if line.count(",") == 9]
    (tmp_path / "r.csv").write_text("\n".join(rows), "utf-8")
    booked, refused = read_report_back(tmp_path / "r.csv").retours
    assert (booked.refused, booked.resend, len(booked.bookings)) == (False, False, 2)
    assert (refused.refused, refused.resend, refused.bookings) == (True, None, [])


# Grading with the key.


def test_a_right_program_passes_at_the_first_try(certifier: Certifier, good: dict[str, Any]) -> None:
    found = certifier.grade(good)
    assert (found["passed"], found["repair"]) == (True, [])
    assert {fault["fault"] for fault in found["coverage"]["faults"]} == set(FAULTS)


def test_a_table_is_graded_as_json_is(certifier: Certifier, good: dict[str, Any]) -> None:
    (certifier.folder / "r.csv").write_text(as_csv(good), "utf-8")
    ended = invoke("suite", "grade", certifier.pack, certifier.folder / "r.csv", "--sleutel", certifier.key)
    assert ended.exit_code == 0, ended.output


def test_whoever_looks_for_a_word_fails(certifier: Certifier) -> None:
    """The program that was graded right of every faulty retour of an open pack."""

    class LooksForAWord(Vendor):
        def errors(self, heen: bytes, back: bytes) -> Iterator[str]:
            yield from ["the word stands in it"] * (b"VERSTOORD" in back)

        def book(self, heen: list[bytes], back: list[bytes]) -> dict[str, Any]:
            return {"bookings": []}

    found = certifier.grade(LooksForAWord().process(certifier.pack))
    assert found["totals"]["faulty_retours"]["right"] == 0


@pytest.mark.parametrize("refused", [True, False])
def test_one_answer_to_everything_is_half_wrong(certifier: Certifier, refused: bool) -> None:
    class Always(Vendor):
        def errors(self, heen: bytes, back: bytes) -> Iterator[str]:
            yield from ["always"] * refused

        def book(self, heen: list[bytes], back: list[bytes]) -> dict[str, Any]:
            return {"bookings": []}

    totals = certifier.grade(Always().process(certifier.pack))["totals"]
    assert totals["faulty_retours"]["right"] == (totals["faulty_retours"]["all"] if refused else 0)
    assert totals["good_retours"]["right"] < totals["good_retours"]["all"] / 2


def _accepts(*sentences: str) -> set[str]:
    return {f"accepts a faulty retour: {sentence}" for sentence in sentences}


WRONG: dict[str, tuple[Vendor, set[str]]] = {
    "books what was declared": (BooksWhatWasDeclared(), {"books the declared amount where less is granted"}),
    "forgets what is approved": (ForgetsApproved(), {"approved records that don't come back are not booked"}),
    "ignores 8002": (Ignores8002(), {"8002 is ignored"}),
    "reads one code": (ReadsFirstCode(), {"reads the first retourcode of a record only"}),
    "books 0481": (BooksCalculated(), {"books the calculated amount of the insurer (0481) as granted"}),
    "forgets the sign": (ForgetsSign(), {"books an amount with the wrong sign"}),
    "books a rejected file": (BooksRejectedFile(), {"books an amount of a file that was rejected as a whole (0001)"}),
    "trusts VECOZO": (TrustsVecozo(), {"books an amount of a declaration that VECOZO rejected on its records"}),
    "sends everything again": (SendsEverythingAgain(), {"sends a declaration again that the insurer has"}),
    "sends again what it refuses": (SendsAgainWhatIsRefused(), {"sends a declaration again that the insurer has"}),
    "never sends again": (NeverSendsAgain(), {"does not send a declaration again that was rejected as a whole"}),
    "is silent on sending again": (
        SaysNothingOfSendingAgain(),
        {"does not say whether a declaration has to be sent again"},
    ),
    "refuses commentaar that was added": (RefusesAddedCommentaar(), {"refuses a retour that is in order"}),
    "refuses codes that it doesn't know": (RefusesNewCodes(), {"refuses a retour that is in order"}),
    "refuses a retour without dagtekening": (RefusesWithoutDate(), {"refuses a retour that is in order"}),
    "doesn't add up": (Vendor("total"), _accepts("its total granted (9909) is wrong")),
    "doesn't count": (Vendor("counts"), _accepts("its count of prestatierecords (9904) is wrong")),
    "doesn't know where codes stand": (
        Vendor("codes"),
        _accepts("it holds a retourcode where that can't stand"),
    ),
    "doesn't see a missing cause": (Vendor("no cause"), _accepts("it rejects the file (0001) without a cause")),
    "takes approved records": (Vendor("approved sent along"), _accepts("it holds a record that is approved")),
    "doesn't know what 8002 follows from": (
        Vendor("not 8002"),
        _accepts("a record under a rejected verzekerdenrecord is not 8002"),
    ),
    "doesn't look at commentaar": (
        Vendor("commentaar"),
        _accepts("0200 and 8002 are swapped on a commentaarrecord"),
    ),
    "takes any amount": (Vendor("unfounded amount"), _accepts("an amount stands beside a code that grants nothing")),
    "doesn't look whose retour it is": (
        Vendor("voorlooprecord"),
        _accepts("data of the declaration were changed in it", "it is about an unknown factuurnummer"),
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_program_reads_what_is_wrong_with_it(certifier: Certifier, name: str) -> None:
    vendor, expected = WRONG[name]
    found = certifier.grade(vendor.process(certifier.pack))
    assert not found["passed"]
    assert {repair["what"] for repair in found["repair"]} == expected


# The key.


def test_the_key_is_its_makers_alone(certifier: Certifier) -> None:
    assert stat.S_IMODE(certifier.key.stat().st_mode) == 0o600
    assert "seed 1" in certifier.says
    assert "keep it from the vendor" in certifier.says


def _unusable(certifier: Certifier, *words: object) -> str:
    (certifier.folder / "empty.json").write_text('{"retours": []}', "utf-8")
    ended = invoke("suite", "grade", certifier.pack, certifier.folder / "empty.json", *words)
    assert (ended.exit_code, ended.stdout) == (2, "")
    return require_one_line(ended.stderr)


def test_no_grading_without_the_key(certifier: Certifier) -> None:
    assert "is a blind pack; give the key" in _unusable(certifier)


def _of_another_pack(key: dict[str, Any]) -> object:
    return {**key, "pack": "0" * 64}


def _without_a_case(key: dict[str, Any]) -> object:
    return {**key, "cases": key["cases"][1:]}


@pytest.mark.parametrize(
    ("otherwise", "what"),
    [
        (_of_another_pack, "is the key of another pack, or this pack was changed"),
        (_without_a_case, "does not hold the cases of its pack"),
        (lambda key: {**key, "format": 9}, "format: must be 1"),
        (lambda key: {**key, "cases": []}, "cases"),
        (lambda _: [], "must be a mapping"),
    ],
)
def test_a_key_that_is_none(
    certifier: Certifier, tmp_path: Path, otherwise: Callable[[dict[str, Any]], object], what: str
) -> None:
    place = tmp_path / "key.json"
    place.write_text(json.dumps(otherwise(json.loads(certifier.key.read_text("utf-8")))), "utf-8")
    line = _unusable(certifier, "--sleutel", place)
    assert str(place) in line
    assert what in line


def test_a_key_that_is_not_there(certifier: Certifier, tmp_path: Path) -> None:
    assert str(tmp_path / "none") in _unusable(certifier, "--sleutel", tmp_path / "none")


def test_a_pack_that_was_changed(certifier: Certifier, tmp_path: Path) -> None:
    """Its list is known by its hash, and each file by the list."""
    listing = json.loads((certifier.pack / "pack.json").read_text("utf-8"))
    (tmp_path / "pack.json").write_text(json.dumps(listing), "utf-8")
    (tmp_path / "r.json").write_text('{"retours": []}', "utf-8")
    ended = invoke("suite", "grade", tmp_path, tmp_path / "r.json", "--sleutel", certifier.key)
    assert ended.exit_code == 2
    assert "this pack was changed" in require_one_line(ended.stderr)


def test_an_open_pack_has_no_key(certifier: Certifier, tmp_path: Path) -> None:
    assert invoke("suite", "export", "inv", "-k", "3.2-1", "--out", tmp_path / "p").exit_code == 0
    (tmp_path / "r.json").write_text('{"retours": []}', "utf-8")
    ended = invoke("suite", "grade", tmp_path / "p", tmp_path / "r.json", "--sleutel", certifier.key)
    assert ended.exit_code == 2
    assert "is an open pack; leave out --sleutel" in require_one_line(ended.stderr)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("--out", "new", "--sleutel", "there"), "there: exists already"),
        (("--out", "empty", "--sleutel", "empty/key.json"), "is in the pack, which the vendor gets"),
        (("--out", "new", "--sleutel", "new/key.json"), "is in the pack, which the vendor gets"),
        (("--zip", "--out", "x", "--sleutel", "x"), "would be written over the pack"),
        (("--out", "new", "--sleutel", "nowhere/key.json"), "can't be written"),
        (("--out", "full", "--sleutel", "key"), "full: exists already"),
        (("--out", "new", "--sleutel", "key", "--faulty", "none"), "--faulty is for an open pack"),
        (("--out", "new", "--seed", "3"), "--seed is for a blind pack"),
    ],
)
def test_a_place_that_can_not_be(
    words: tuple[str, ...], what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there").write_text("the key of another pack")
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").touch()
    before = sorted(tmp_path.rglob("*"))
    ended = invoke("suite", "export", "inv", "-k", "3.2-1", *words)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert what in ended.stderr
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "there").read_text() == "the key of another pack"


def test_no_key_without_its_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is stopped while the pack is written leaves neither."""

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("mzsim.certification.pack.write_folder", stopped)
    with pytest.raises(KeyboardInterrupt):
        put_with_key(MadePack({"pack.json": b"{}"}, 1, 1, b"{}"), tmp_path / "p", tmp_path / "k", as_zip=False)
    assert list(tmp_path.iterdir()) == []
