"""`mzsim db draft`: the store file that a declaration asks for grants it, and only what is its own fault comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from mzsim.common.in_memory import BytesMessage
from mzsim.domain.findings import Status
from mzsim.tools.draft import Draft, draft
from tests.commands import DATE, ON_DATE, invoke, require_one_line
from tests.commands import process as in_a_process
from tests.factories import from_yaml

INV3 = Path("fixtures/inv3").resolve()
INV4 = sorted(Path("fixtures/inv4").resolve().glob("*.mz301.asc"))
GOOD = (INV3 / "1-volledig-toegewezen.mz301.asc").read_bytes()


def _drafted(*declarations: bytes) -> Draft:
    return draft([BytesMessage(declaration, f"{i}.asc") for i, declaration in enumerate(declarations)], DATE)


@pytest.mark.slow
@pytest.mark.parametrize("file", [INV3 / "1-volledig-toegewezen.mz301.asc", *INV4], ids=lambda file: file.name)
def test_a_good_declaration_is_granted_in_full(file: Path, tmp_path: Path) -> None:
    declaration = tmp_path / "mijn.asc"
    declaration.write_bytes(file.read_bytes())
    date = ("--date", "2018-05-02" if "wlz" in file.name else "2011-05-02")
    result = invoke("db", "draft", declaration, *date)
    assert result.exit_code == 0, result.stderr
    store = f"sqlite:///{tmp_path / 's.db'}"
    assert invoke("db", "load", tmp_path / "mijn.store.yaml", "--store", store).exit_code == 0
    replayed = invoke("replay", declaration, "--store", store, *date, "--fail-on", "deels_toegewezen")
    assert ": volledig_toegewezen by " in replayed.stdout


def _declaration(**otherwise: object) -> bytes:
    return bytes(from_yaml(otherwise))


def test_what_is_the_fault_of_the_declaration_is_said(tmp_path: Path) -> None:
    declaration = tmp_path / "fout.asc"
    declaration.write_bytes((INV3 / "4b-fout-in-prestatierecord.mz301.asc").read_bytes())
    result = invoke("db", "draft", declaration, *ON_DATE)
    assert result.exit_code == 0
    assert "fout.asc: afgekeurd_record, 0.00 of 660.00" in result.stdout
    assert "8007" in result.stdout


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"123456782", b"123456783", "the BSN (0203) is none"),
        (b"19541210", b"19541310", "the date of birth (0207) is no date"),
    ],
)
def test_whom_no_polis_helps(old: bytes, new: bytes, said: str) -> None:
    found = _drafted(GOOD.replace(old, new))
    assert f"# No polis: line 2: {said}" in found.text
    assert found.answers[0].status is not Status.FULLY_GRANTED


def test_one_person_by_bsn_and_by_number() -> None:
    """A person who is declared with his BSN and without it has one polis, that holds both."""
    known = _with_number(GOOD, b"123456782")
    unknown = _with_number(_renumbered(GOOD), b"999999999")
    found = _drafted(known, unknown)
    assert found.text.count("V0001") == 1
    assert found.text.count("geboortedatum: 1954-12-10") == 1


def _renumbered(declaration: bytes) -> bytes:
    return declaration.replace(b"F20110001", b"F20110009").replace(b"REF-", b"REG-")


def _with_number(declaration: bytes, bsn: bytes) -> bytes:
    """The first verzekerde with a verzekerdennummer, under this BSN."""
    own = b"1234567820736" + b" " * 15
    return declaration.replace(own, bsn + b"0736" + b"V0001".ljust(15))


def test_another_date_of_birth_for_the_same_bsn() -> None:
    other = _renumbered(GOOD).replace(b"19541210", b"19541211")
    found = _drafted(GOOD, other)
    assert "# No polis: 1.asc line 2: another date of birth (0207) than at 0.asc line 2" in found.text
    assert found.answers[0].status is Status.FULLY_GRANTED
    assert found.answers[1].meldingen[0].code == "8004"


def test_a_label_and_an_authorisation() -> None:
    """0204 that is not 0108 is a label of it; 0406 is an authorisation for whom, what and when it is named."""
    declaration = GOOD.replace(b"1234567820736" + b" " * 30, b"1234567820737" + b" " * 15 + b"M1".ljust(15))
    declaration = declaration.replace(b"1234567820736", b"1234567820737")
    found = _drafted(declaration)
    assert 'nummer: "0737", naam: Verzekeraar 0737, soort: zorgverzekeraar, edp: true, label_van: "0736"' in found.text
    assert '{nummer: "M1", uzovi: "0736", bsn: "123456782"' in found.text
    assert found.answers[0].status is Status.FULLY_GRANTED


def test_a_name_that_is_yaml_stays_a_name() -> None:
    for name in (b"a: [b]", b"\"'{}#", b"&a *b !c", b"null", b"\xe9\xfc", b"\x85\xa0x"):
        found = _drafted(GOOD.replace(b"Jansen".ljust(25), name.ljust(25)))
        assert found.answers[0].total_declared == 66000


@pytest.mark.parametrize(
    ("declaration", "said"),
    [
        (b"hello\n", "has no readable voorlooprecord"),
        (GOOD.replace(b"01176", b"01308"), "is no MZ301 declaration"),
        (GOOD[:900], "not in order"),
        (GOOD.replace(b"0736", b"0000", 1), "names no insurer"),
    ],
    ids=["text", "another message", "cut off", "no insurer"],
)
def test_what_no_store_can_answer(declaration: bytes, said: str, tmp_path: Path) -> None:
    place = tmp_path / "x.asc"
    place.write_bytes(declaration)
    result = invoke("db", "draft", place)
    assert result.exit_code == 2
    assert said in require_one_line(result.stderr)
    assert list(tmp_path.iterdir()) == [place]


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    declaration, store = tmp_path / "x.mz301.asc", tmp_path / "x.store.yaml"
    declaration.write_bytes(GOOD)
    store.write_text("# mine\n", "utf-8")
    result = invoke("db", "draft", declaration, *ON_DATE)
    assert result.exit_code == 2
    assert "is there already; choose another place with --out" in require_one_line(result.stderr)
    assert store.read_text("utf-8") == "# mine\n"


@pytest.mark.slow
def test_to_standard_output(tmp_path: Path) -> None:
    declaration = tmp_path / "x.asc"
    declaration.write_bytes(GOOD)
    result = in_a_process("db", "draft", "x.asc", "--out", "-", *ON_DATE, cwd=tmp_path)
    assert result.returncode == 0
    assert result.stdout.startswith("# The least store")
    assert result.stderr == "x.asc: volledig_toegewezen, 660.00 of 660.00\n"
    assert list(tmp_path.iterdir()) == [declaration]


def test_the_same_text_every_time() -> None:
    assert _drafted(GOOD, _renumbered(GOOD)).text == _drafted(GOOD, _renumbered(GOOD)).text
