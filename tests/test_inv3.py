"""The examples of INV chapter 3, byte for byte, by the real command line.

The retours of INV itself leave 0181 and 0182 blank. What they hold is here as hashes of the files with those two blank,
and in words in `CONTENT`; the golden files in fixtures/inv3 are ours, with both filled.
"""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

from mzsim.cli.main import main
from mzsim.retour.check import deviations_of_retour
from mzsim.standard.retourcodes import retourcodes
from tests import make_inv3
from tests.make_inv3 import FOLDER
from tests.retours import Line, put, read, slot

ZERO = "00000000D"
# Per retour of INV 3.2 and 3.3: the hash of the file with 0181 and 0182 blank.
HASH_INV = {
    "1-volledig-toegewezen.alle": "619370a7e1a4cbe2",
    "2a-uzovi-niet-aangesloten.vecozo": "1311a9c8bcf12d59",
    "2a-uzovi-niet-aangesloten.verzekeraar": "1311a9c8bcf12d59",
    "2b-factuurnummer-gebruikt.vecozo": "f1bd62a358be8cc9",
    "2b-factuurnummer-gebruikt.verzekeraar": "f1bd62a358be8cc9",
    "3a-totaal-onjuist.vecozo": "78a2506e03ede05e",
    "3a-totaal-onjuist.verzekeraar": "78a2506e03ede05e",
    "3b-fout-in-sluitrecord-retour": "5ba7d1516a142315",
    "4a-fout-in-verzekerdenrecord.alle": "adecb8c0492612ce",
    "4b-fout-in-prestatierecord.vecozo": "de9ff855c29ba942",
    "4b-fout-in-prestatierecord.verzekeraar": "2bbc11dbaf5ffb88",
    "5-retour-met-correctie": "aa93ac789742fe4a",
    "6-fout-in-sleutel-prestatierecord.vecozo": "1d6f33f7812126a0",
    "6-fout-in-sleutel-prestatierecord.verzekeraar": "9735f31021f3cb1a",
}
HASH_DECLARATIONS = {
    "1-volledig-toegewezen": "f3ec8f1df7d51934",
    "2a-uzovi-niet-aangesloten": "f9835eb23e171d58",
    "2b-factuurnummer-gebruikt": "3dedc9be202bfbaa",
    "3a-totaal-onjuist": "a9a66b2c98608596",
    "4a-fout-in-verzekerdenrecord": "03f7ba0ba38f42ee",
    "4b-fout-in-prestatierecord": "a4882058f7796480",
    "6-fout-in-sleutel-prestatierecord": "0c8409c363d35c85",
}


def _header(*codes: str) -> list[Line]:
    return [Line("01", 0, codes)]


def _all_records(code_4: tuple[str, ...]) -> list[Line]:
    """VECOZO's answer on an error in record 4: every record, 0200 on the others."""
    codes = dict.fromkeys(range(1, 6), ("0200",)) | {4: code_4}
    return [
        *_header("0200"),
        Line("02", 1, codes[1]),
        Line("04", 2, codes[2], ZERO, ZERO),
        Line("02", 3, codes[3]),
        Line("04", 4, codes[4], ZERO, ZERO),
        Line("04", 5, codes[5], ZERO, ZERO),
        Line("98", 5, ("0200",)),
    ]


def _record_4(*codes: str) -> list[Line]:
    """The insurer's answer on an error in record 4: that record and its verzekerdenrecord."""
    return [*_header("0200"), Line("02", 3, ("0200",)), Line("04", 4, codes, ZERO, ZERO)]


_4A = [
    *_header("0200"),
    Line("02", 3, ("8004",)),
    Line("04", 4, ("8002",), ZERO, ZERO),
    Line("04", 5, ("8002",), ZERO, ZERO),
    Line("98", 5, ("8002",)),
]
# 9902-9910: four counts and their sum, what was declared with its sign, what is granted with its sign.
_NO = ["000000"] * 4 + ["0000000"]
_ALL = ["000002", "000000", "000003", "000001", "0000006"]
_RECORDS_4A = ["000001", "000000", "000002", "000001", "0000004"]
_ONE_RECORD = ["000001", "000000", "000001", "000000", "0000002"]


def _amounts(granted: str, submitted: str = "00000066000") -> list[str]:
    return [submitted, "D", granted, "D"]


_NOTHING = _amounts("00000000000")
FORWARDED = None
# Per example and stage: the records with their codes, and the sluitrecord.
CONTENT: dict[tuple[str, str], tuple[list[Line], list[str]] | None] = {
    ("1-volledig-toegewezen", "alle"): (_header("8001"), _NO + _amounts("00000066000")),
    ("1-volledig-toegewezen", "vecozo"): FORWARDED,
    ("1-volledig-toegewezen", "verzekeraar"): (_header("8001"), _NO + _amounts("00000066000")),
    ("2a-uzovi-niet-aangesloten", "alle"): (_header("0001", "8198"), _NO + _NOTHING),
    ("2a-uzovi-niet-aangesloten", "vecozo"): (_header("0001", "8198"), _NO + _NOTHING),
    ("2a-uzovi-niet-aangesloten", "verzekeraar"): (_header("0001", "8198"), _NO + _NOTHING),
    ("2b-factuurnummer-gebruikt", "alle"): (_header("0001", "0030"), _NO + _NOTHING),
    ("2b-factuurnummer-gebruikt", "vecozo"): (_header("0001", "0030"), _NO + _NOTHING),
    ("2b-factuurnummer-gebruikt", "verzekeraar"): (_header("0001", "0030"), _NO + _NOTHING),
    ("3a-totaal-onjuist", "alle"): (_header("0001", "0150"), _NO + _amounts("00000000000", "00000066001")),
    ("3a-totaal-onjuist", "vecozo"): (_header("0001", "0150"), _NO + _amounts("00000000000", "00000066001")),
    ("3a-totaal-onjuist", "verzekeraar"): (_header("0001", "0150"), _NO + _amounts("00000000000", "00000066001")),
    ("4a-fout-in-verzekerdenrecord", "alle"): (_4A, _RECORDS_4A + _amounts("00000001000")),
    ("4a-fout-in-verzekerdenrecord", "vecozo"): FORWARDED,
    ("4a-fout-in-verzekerdenrecord", "verzekeraar"): (_4A, _RECORDS_4A + _amounts("00000001000")),
    ("4b-fout-in-prestatierecord", "alle"): (_all_records(("8007",)), _ALL + _NOTHING),
    ("4b-fout-in-prestatierecord", "vecozo"): (_all_records(("8007",)), _ALL + _NOTHING),
    ("4b-fout-in-prestatierecord", "verzekeraar"): (_record_4("8007"), _ONE_RECORD + _amounts("00000016000")),
    ("6-fout-in-sleutel-prestatierecord", "alle"): (_all_records(("0435", "0423")), _ALL + _NOTHING),
    ("6-fout-in-sleutel-prestatierecord", "vecozo"): (_all_records(("0435", "0423")), _ALL + _NOTHING),
    ("6-fout-in-sleutel-prestatierecord", "verzekeraar"): (
        _record_4("0435", "0423"),
        _ONE_RECORD + _amounts("00000016000"),
    ),
}
ALL_CASES = [pytest.param(name, path, id=f"{name}.{path}") for name, path in CONTENT]
SENT = [case for case in ALL_CASES if CONTENT[case.values] is not FORWARDED]


def _golden(name: str, path: str) -> Path:
    return FOLDER / f"{name}.{path}.mz302.asc"


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()[:16]


@pytest.mark.parametrize(("name", "path"), ALL_CASES)
def test_replay_gives_the_golden_file(name: str, path: str, inv_store: Path, tmp_path: Path) -> None:
    shutil.copy(inv_store, tmp_path / "store.db")
    declaration = shutil.copy(FOLDER / f"{name}.mz301.asc", tmp_path)
    options = ["--store", f"sqlite:///{tmp_path}/store.db", "--date", "2011-05-02", "--json"]
    ended = CliRunner().invoke(
        main, ["replay", *options, "--stage", str(make_inv3.STAGES[path]), str(declaration)], catch_exceptions=False
    )
    assert ended.exit_code == 0, ended.output
    outcome = json.loads(ended.stdout)
    retour = tmp_path / f"{name}.mz302.asc"
    if CONTENT[name, path] is FORWARDED:
        assert (outcome["status"], outcome["retour"]) == ("doorgestuurd", None)
        assert not retour.exists()
        assert not _golden(name, path).exists()
    else:
        assert outcome["retour"] == str(retour)
        assert retour.read_bytes() == _golden(name, path).read_bytes()


@pytest.mark.parametrize(("name", "path"), SENT)
def test_the_golden_file_says_what_inv_says(name: str, path: str) -> None:
    retour = _golden(name, path).read_bytes()
    expected = CONTENT[name, path]
    assert expected is not None
    assert (read(retour), slot(retour)) == expected


@pytest.mark.parametrize("name", HASH_INV)
def test_the_golden_file_is_that_of_inv_but_for_0181_and_0182(name: str) -> None:
    retour = (FOLDER / f"{name}.mz302.asc").read_bytes()
    assert _hash(put(put(retour, 1, "0181", " " * 24), 1, "0182", " " * 8)) == HASH_INV[name]


def test_every_golden_file_is_in_inv_or_equal_to_one_that_is() -> None:
    """Where VECOZO sends a retour the whole path is its; where it sends none the whole path is the insurer's."""
    for name, path in (case.values for case in SENT):
        if f"{name}.{path}" not in HASH_INV:
            otherwise = {"alle": "vecozo", "verzekeraar": "alle"}[path]
            assert f"{name}.{otherwise}" in HASH_INV
            assert _golden(name, path).read_bytes() == _golden(name, otherwise).read_bytes()


@pytest.mark.parametrize(("name", "path"), SENT)
def test_0181_names_the_sender_and_0182_the_day(name: str, path: str) -> None:
    header = _golden(name, path).read_bytes()
    uzovi = "9900" if name.startswith("2a") else "0736"
    of_vecozo = CONTENT[name, "vecozo"] is not FORWARDED and path != "verzekeraar"
    factuurnummer = "f2010-0042" if name.startswith("2b") else "F20110001"
    assert header[310:334].decode().rstrip() == f"{'VECOZO' if of_vecozo else uzovi}-{factuurnummer}"
    assert header[334:342] == b"20110502"


@pytest.mark.parametrize("name", HASH_DECLARATIONS)
def test_the_declaration_is_that_of_inv(name: str) -> None:
    assert _hash((FOLDER / f"{name}.mz301.asc").read_bytes()) == HASH_DECLARATIONS[name]


def test_files_are_what_the_script_makes(tmp_path: Path) -> None:
    make_inv3.make_all(tmp_path)
    made = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    assert made == {p.name: p.read_bytes() for p in FOLDER.iterdir() if p.name != "store.yaml"}


def test_demo_shows_every_example() -> None:
    ended = CliRunner().invoke(main, ["demo"], catch_exceptions=False)
    assert ended.exit_code == 0
    for name in HASH_DECLARATIONS:
        assert ended.stdout.count(name) == 2, f"{name} is shown once for each path"
    line_4b = next(line for line in ended.stdout.splitlines() if "4b-fout" in line and "insurer only" in line)
    assert line_4b.split()[-6:] == ["deels_toegewezen", "660.00", "160.00", "8007", "on", "04"]


@pytest.mark.slow
def test_demo_keeps_what_it_played(tmp_path: Path) -> None:
    ended = CliRunner().invoke(main, ["demo", "--keep", str(tmp_path / "demo")], catch_exceptions=False)
    assert ended.exit_code == 0
    retour = (tmp_path / "demo" / "4a-fout-in-verzekerdenrecord.all.mz302.asc").read_bytes()
    assert retour == _golden("4a-fout-in-verzekerdenrecord", "alle").read_bytes()


@pytest.mark.parametrize(("name", "path"), SENT)
def test_our_own_check_accepts_the_golden_file(name: str, path: str) -> None:
    with (FOLDER / f"{name}.mz301.asc").open("rb") as declaration, _golden(name, path).open("rb") as retour:
        assert list(deviations_of_retour(declaration, retour, retourcodes())) == []
