"""Faulty retours: each kind is one fault, marked as such, and check-retour sees it."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest

from mzsim.cli.options import FAULTS as KINDS
from mzsim.retour import faults
from mzsim.retour.check import deviations_of_retour
from mzsim.retour.faults_of_codes import OF_CODES
from mzsim.retour.good import Good, Operation
from mzsim.standard.retourcodes import retourcodes
from tests.commands import ON_DATE, invoke, process, require_one_line
from tests.factories import Message, make
from tests.make_inv3 import FOLDER
from tests.make_suites import SUITES
from tests.retours import CRLF, field, records

WITH_RECORDS, SMALLEST = "4b-fout-in-prestatierecord", "1-volledig-toegewezen"
# What check-retour must say of each kind: (record, rubriek, part of the reason). The retour with records is that of 4b by
# VECOZO: 01, 02, 04, 02, 04, 04, 98, 99; the smallest is 01, 99.
Place = tuple[str, str | None, str] | None
SEEN: dict[str, tuple[Place, Place]] = {
    "aantal": (("99", "9904", "not the number of records"), ("99", "9904", "not the number of records")),
    "totaal": (("99", "9909", "not the sum of what is granted"), ("99", "9909", "not the sum of what is granted")),
    "lengte": (("98", None, "is not 370 positions long"), ("99", None, "is not 370 positions long")),
    "crlf": (("04", None, "is not 370 positions long"), ("01", None, "is not 370 positions long")),
    "slot": (("98", None, "the sluitrecord is missing"), ("01", None, "the sluitrecord is missing")),
    "vreemd": (("02", None, "no record of the declaration"), ("02", None, "no record of the declaration")),
    "heen": (("02", "0207", "not what the declaration says"), ("01", "0117", "not what the declaration says")),
    "code": (("98", "9896", "0030 rejects a file"), ("01", "0197", "8007 rejects a record")),
    "wissel": (("04", None, "came back without its verzekerdenrecord"), None),
    "dubbel": (("98", None, "a second time"), ("99", None, "the sluitrecord stands twice")),
    "factuur": (("01", "0116", "not what the declaration says"), ("01", "0116", "not what the declaration says")),
    "afkap": (("98", None, "the sluitrecord is missing"), ("99", None, "the sluitrecord is missing")),
    "akkoord": (None, None),
    "onder": (None, None),
    "tekst": (None, None),
    "oorzaak": (None, None),
    "niets": (("01", None, "no record has an objection"), None),
    "geheel": (("01", "0196", "does not fit the records"), None),
    "bedrag": (("04", "0483", "a code that grants nothing"), None),
}
# Kinds after which a reader loses its way, so that more than the fault itself is reported.
MORE_THAN_ONE = {"lengte", "crlf", "slot", "vreemd", "code", "wissel", "dubbel", "afkap", "geheel"}


@pytest.fixture
def work(inv_store: Path, tmp_path: Path) -> Path:
    shutil.copy(inv_store, tmp_path / "store.db")
    for name in (WITH_RECORDS, SMALLEST):
        shutil.copy(FOLDER / f"{name}.mz301.asc", tmp_path / f"{name}.asc")
    return tmp_path


def _replay(work: Path, name: str, *options: object) -> list[str]:
    ended = invoke("replay", work / f"{name}.asc", "--store", f"sqlite:///{work}/store.db", *ON_DATE, *options)
    assert ended.exit_code == 0
    return ended.stderr.splitlines()


def _faulty(work: Path, name: str, kind: str) -> Path:
    return work / f"{name}.mz302.VERSTOORD-{kind}.asc"


def test_every_kind_is_an_option() -> None:
    assert tuple(faults.FAULTS) == KINDS == tuple(SEEN)
    assert all(faults.what(kind).endswith(".") for kind in KINDS)


@pytest.mark.parametrize("name", [WITH_RECORDS, SMALLEST])
@pytest.mark.parametrize("kind", KINDS)
def test_check_retour_sees_every_kind(work: Path, name: str, kind: str) -> None:
    expected = SEEN[kind][name == SMALLEST]
    errors = _replay(work, name, "--verstoor", kind)
    place = _faulty(work, name, kind)
    if expected is None:
        assert require_one_line("".join(f"{error}\n" for error in errors)).startswith(f"mzsim: {place}: not written: ")
        assert not place.exists()
        return
    assert errors == []
    with (work / f"{name}.asc").open("rb") as heen, place.open("rb") as retour:
        seen = list(deviations_of_retour(heen, retour, retourcodes()))
    assert any((a.record, a.rubriek) == expected[:2] and expected[2] in a.reden for a in seen), seen
    assert len(seen) == 1 or kind in MORE_THAN_ONE
    ended = invoke("check-retour", work / f"{name}.asc", place)
    assert (ended.exit_code, ended.stderr) == (1, "")
    assert invoke("check-retour", work / f"{name}.asc", work / f"{name}.mz302.asc").exit_code == 0


@pytest.mark.parametrize("kind", KINDS)
def test_0181_says_who_answers_and_that_it_is_faulty(work: Path, kind: str) -> None:
    for name, sender in ((WITH_RECORDS, "VECOZO"), (SMALLEST, "0736")):
        _replay(work, name, "--verstoor", kind)
        if (place := _faulty(work, name, kind)).exists():
            header = place.read_bytes()[:370]
            assert field(header, "0181").rstrip() == f"{sender}-VERSTOORD-{kind}"


def test_all_writes_every_one_and_the_good_one_stays_as_it_is(work: Path) -> None:
    _replay(work, WITH_RECORDS, "--dry-run")
    good = (work / f"{WITH_RECORDS}.mz302.asc").read_bytes()
    _replay(work, WITH_RECORDS, "--verstoor", "all")
    assert (work / f"{WITH_RECORDS}.mz302.asc").read_bytes() == good
    kinds = [kind for kind in KINDS if SEEN[kind][0] is not None]
    faulty = [_faulty(work, WITH_RECORDS, kind).read_bytes() for kind in kinds]
    assert len(set(faulty)) == len(kinds)
    assert len(list(work.iterdir())) == len(kinds) + 4


def test_same_bytes_every_time(work: Path) -> None:
    _replay(work, WITH_RECORDS, "--dry-run", "--verstoor", "vreemd")
    at_first = _faulty(work, WITH_RECORDS, "vreemd").read_bytes()
    _replay(work, WITH_RECORDS, "--dry-run", "--verstoor", "vreemd", "--verstoor", "vreemd")
    assert _faulty(work, WITH_RECORDS, "vreemd").read_bytes() == at_first


def _as_record(content: bytes) -> list[bytes]:
    """The records without 0181, which differs in every faulty retour."""
    first, *rest = records(content)
    return [first.replace(first[310:334], b"-" * 24), *rest]


@pytest.mark.parametrize(
    ("kind", "otherwise"),
    [("aantal", {8}), ("totaal", {8}), ("heen", {2}), ("code", {7}), ("wissel", {2, 3}), ("factuur", {1})],
)
def test_one_error_and_no_more(work: Path, kind: str, otherwise: set[int]) -> None:
    """Which lines differ from the good retour."""
    _replay(work, WITH_RECORDS, "--verstoor", kind)
    good = _as_record((work / f"{WITH_RECORDS}.mz302.asc").read_bytes())
    error = _as_record(_faulty(work, WITH_RECORDS, kind).read_bytes())
    assert {n for n, (a, b) in enumerate(zip(good, error, strict=True), start=1) if a != b} == otherwise


@pytest.mark.parametrize("kind", ["vreemd", "dubbel"])
def test_a_record_too_many_is_counted_all_the_same(work: Path, kind: str) -> None:
    """The counts and the total fit the records, so that the record itself is the only fault."""
    _replay(work, WITH_RECORDS, "--verstoor", kind, "--stage", "verzekeraar")
    *details, sluitrecord = records(_faulty(work, WITH_RECORDS, kind).read_bytes())[1:]
    for kenmerk, rubriek in ((b"02", "9902"), (b"04", "9904")):
        assert int(field(sluitrecord, rubriek)) == sum(d[:2] == kenmerk for d in details)
    assert int(field(sluitrecord, "9906")) == len(details)


@pytest.mark.parametrize("credit", [False, True])
def test_a_double_prestatierecord_is_counted_in_the_total(work: Path, credit: bool) -> None:
    message = Message(voorloop=make("01")).add("02").add("04", r0408="20110330")
    message.add("04", **({"r0427": "C", "r0433": "X", "r0424": "3000"} if credit else {}))
    (work / "x.asc").write_bytes(bytes(message))
    (work / "s.yaml").write_text(
        f'- match: {{"0431": "{"C" if credit else "D"}", "0402": "3"}}\n  action: {{toekennen: 4.00}}\n'
    )
    _replay(work, "x", "--verstoor", "dubbel", "--antwoord", work / "s.yaml", "--stage", "verzekeraar")
    good, error = (records(p.read_bytes())[-1] for p in (work / "x.mz302.asc", _faulty(work, "x", "dubbel")))
    totals = [field(r, "9909").lstrip("0") + field(r, "9910") for r in (good, error)]
    assert totals == (["600D", "200D"] if credit else ["1400D", "1800D"])


def _pairs() -> list[tuple[Path, Path]]:
    """Declarations with a good retour on them: of the worked examples, and of every suite."""
    of_suites = sorted(SUITES.rglob("*.mz302.asc"))
    pairs = [(retour.with_name(retour.name.replace("mz302", "mz301")), retour) for retour in of_suites]
    for heen in sorted(FOLDER.glob("*.mz301.asc")):
        stem = heen.name.removesuffix(".mz301.asc")
        pairs += [(heen, retour) for retour in sorted(FOLDER.glob(f"{stem}.*.mz302.asc"))]
    assert len(pairs) > 300
    return pairs


@pytest.mark.slow
@pytest.mark.parametrize(("heen", "retour"), [pytest.param(*p, id=f"{p[1].parent.name}/{p[1].name}") for p in _pairs()])
def test_check_retour_sees_every_kind_on_every_retour(heen: Path, retour: Path) -> None:
    """The retours of the worked examples and of every suite, files with a broken structure among them: each is in order,
    and no fault in it is missed."""
    codes = retourcodes()
    good_retour, declaration = io.BytesIO(retour.read_bytes()), io.BytesIO(heen.read_bytes())
    assert list(deviations_of_retour(declaration, good_retour, codes)) == []
    excluded = []
    for kind in KINDS:
        good = Good.of(good_retour, declaration)
        operations = faults.operations(kind, good)
        if isinstance(operations, str):
            excluded.append(kind)
            continue
        faulty = io.BytesIO()
        faults.write(good, operations, faulty)
        assert list(deviations_of_retour(declaration, faulty, codes)), kind
    assert set(excluded) <= {"wissel", "vreemd", *OF_CODES}


@pytest.mark.slow
def test_every_kind_can_be_made_of_some_retour() -> None:
    """And of what records say, one fault is one finding, but where two sentences say the same."""
    made: dict[str, list[int]] = {}
    for heen, retour in _pairs():
        good_retour, declaration = io.BytesIO(retour.read_bytes()), io.BytesIO(heen.read_bytes())
        for kind in OF_CODES:
            good = Good.of(good_retour, declaration)
            operations = faults.operations(kind, good)
            if not isinstance(operations, str):
                faulty = io.BytesIO()
                faults.write(good, operations, faulty)
                made.setdefault(kind, []).append(len(list(deviations_of_retour(declaration, faulty, retourcodes()))))
    assert set(made) == set(OF_CODES)
    assert all(1 in numbers and max(numbers) <= 3 for numbers in made.values())


def test_without_a_retour_there_is_nothing_to_make_faulty(work: Path) -> None:
    errors = _replay(work, SMALLEST, "--verstoor", "slot", "--verstoor", "heen", "--stage", "vecozo")
    assert errors == [
        f"mzsim: {_faulty(work, SMALLEST, kind)}: not written: there is no retour" for kind in ("slot", "heen")
    ]
    assert not list(work.glob("*mz302*"))


@pytest.mark.slow
def test_json_stays_one_object_per_declaration(work: Path) -> None:
    ended = process(
        *(
            "replay",
            f"{SMALLEST}.asc",
            "--store",
            f"sqlite:///{work}/store.db",
            *ON_DATE,
            "--json",
            "--verstoor",
            "slot",
        ),
        cwd=work,
    )
    assert (ended.returncode, ended.stderr, len(ended.stdout.splitlines())) == (0, "", 1)
    assert _faulty(work, SMALLEST, "slot").exists()


def test_never_over_a_declaration(work: Path) -> None:
    other = _faulty(work, SMALLEST, "slot")
    shutil.copy(work / f"{WITH_RECORDS}.asc", other)
    was = other.read_bytes()
    words = ("--store", f"sqlite:///{work}/store.db", *ON_DATE, "--verstoor", "slot")
    ended = invoke("replay", work / f"{SMALLEST}.asc", other, *words)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert str(other) in require_one_line(ended.stderr)
    assert other.read_bytes() == was


def test_a_place_that_can_not_be_written(work: Path) -> None:
    """The retour was written and recorded; what could not be is said in one line."""
    _faulty(work, SMALLEST, "slot").mkdir()
    words = ("--store", f"sqlite:///{work}/store.db", *ON_DATE, "--verstoor", "slot")
    ended = invoke("replay", work / f"{SMALLEST}.asc", *words)
    assert ended.exit_code == 2
    assert str(_faulty(work, SMALLEST, "slot")) in require_one_line(ended.stderr)
    assert (work / f"{SMALLEST}.mz302.asc").exists()
    assert sorted(p.suffix for p in work.iterdir()) == sorted([".db", ".asc", ".asc", ".asc", ".asc"])


@pytest.mark.parametrize("name", ["soort", ""])
def test_unknown_kind(work: Path, name: str) -> None:
    ended = invoke("replay", work / f"{SMALLEST}.asc", "--verstoor", name)
    assert ended.exit_code == 2
    assert "'aantal', 'totaal'" in ended.stderr


def test_a_large_retour_is_copied_without_being_held_in_memory() -> None:
    """Bytes around the changes are those of the good retour, also where they are more than is copied at a time."""
    line = 370 + len(CRLF)
    content = b"".join(b"%0*d" % (370, n) + CRLF for n in range(9000))
    good = Good.of(io.BytesIO(content), io.BytesIO())
    off = io.BytesIO()
    operations = (Operation(8000 * line, 8001 * line, b""), Operation(5, 6, b"XY"))
    faults.write(good, operations, off)
    assert off.getvalue() == content[:5] + b"XY" + content[6 : 8000 * line] + content[8001 * line :]
