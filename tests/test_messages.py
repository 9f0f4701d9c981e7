"""Which message a file is, before anything else is judged; and what a file is that is no message at all."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

import mzsim
from mzsim.domain.findings import Stage, Status
from mzsim.retour.bookings import book
from mzsim.retour.check import deviations_of_retour
from mzsim.standard.layout import CRLF
from mzsim.standard.retourcodes import retourcodes
from mzsim.store.session import Database
from tests.commands import DATE, ON_DATE, invoke, play, require_one_line
from tests.factories import simple
from tests.retours import read, slot

GOOD = bytes(simple())


def _of_length(message: bytes, length: int, code: str) -> bytes:
    """The message under another code in 0102, its records of another length."""
    lines = message.split(CRLF)[:-1]
    return b"".join(line[:2] + (code.encode() if not n else line[2:5]) + line[5:].ljust(length - 5) + CRLF
                    for n, line in enumerate(lines))  # fmt: skip


FOREIGN = {
    "another standard": _of_length(GOOD, 310, "107"),
    "another standard, 610 positions": _of_length(GOOD, 610, "107"),
    "another standard, one record": _of_length(GOOD, 310, "441")[:312],
    "another standard, no record in order": _of_length(GOOD, 310, "441").replace(b"\r\n04", b"\nXX"),
    "retour of a Zvw message": _of_length(GOOD, 370, "177"),
    "retour of a Wlz message": _of_length(GOOD, 370, "251"),
}


@pytest.mark.parametrize("stage", [Stage.ALL, Stage.VECOZO, Stage.INSURER])
@pytest.mark.parametrize("which", FOREIGN)
def test_another_message_is_rejected_for_that_alone(which: str, stage: Stage, store: Database, tmp_path: Path) -> None:
    """Its heen positions are its first 310; nobody knows its total. What it numbers is not ours, so nothing is kept."""
    declaration = FOREIGN[which]
    for _ in range(2):
        outcome, retour = play(store, tmp_path, declaration, stage=stage, date=DATE)
        assert outcome.status is Status.REJECTED_FILE
        assert [m.retourcode for m in outcome.meldingen] == ["8061"]
        assert (outcome.total_declared, outcome.total_granted) == (0, 0)
        assert retour is not None
        (line,) = read(retour)
        assert (line.kenmerk, line.codes) == ("01", ("0001", "8061"))
        assert slot(retour) == ["000000", "000000", "000000", "000000", "0000000", "0" * 11, "D", "0" * 11, "D"]
        assert retour[5:10] + retour[16:310] == declaration[5:10] + declaration[16:310]
        assert list(deviations_of_retour(io.BytesIO(declaration), io.BytesIO(retour), retourcodes())) == []
        assert book(io.BytesIO(declaration), io.BytesIO(retour)).bookings == ()


def test_a_retour_on_another_message_that_approves_it_is_refused(store: Database, tmp_path: Path) -> None:
    declaration = FOREIGN["another standard"]
    _, retour = play(store, tmp_path, declaration, date=DATE)
    assert retour is not None
    approved = retour.replace(b"00018061", b"8001    ")
    reasons = [d.reden for d in deviations_of_retour(io.BytesIO(declaration), io.BytesIO(approved), retourcodes())]
    assert reasons[-1] == "a message of another standard can only be rejected as a file"
    counted = retour.replace(b"0" * 11 + b"D" + b"0" * 11, b"00000001000D" + b"0" * 11)
    assert [d.rubriek for d in deviations_of_retour(io.BytesIO(declaration), io.BytesIO(counted), retourcodes())] == [
        "9907"
    ]


@pytest.fixture
def declaration(tmp_path: Path) -> Path:
    return tmp_path / "x.asc"


@pytest.fixture
def replay(inv_store: Path, declaration: Path) -> Any:
    """Replays bytes on the command line, dry; gives the object, standard error and the exit status."""

    def play_bytes(content: bytes) -> tuple[dict[str, Any], str, int]:
        declaration.write_bytes(content)
        ended = invoke("replay", declaration, "--store", f"sqlite:///{inv_store}", *ON_DATE, "--dry-run", "--json")
        return json.loads(ended.stdout), ended.stderr, ended.exit_code

    return play_bytes


@pytest.mark.parametrize("code", ["177", "251"])
def test_our_own_retour_is_told_what_it_is(code: str, replay: Any) -> None:
    outcome, said, exit_status = replay(_of_length(GOOD, 370, code))
    assert (outcome["status"], exit_status) == ("afgekeurd_bestand", 0)
    assert f"is no declaration: {code} is a retourbericht MZ302" in require_one_line(said)


def test_recognition_can_not_be_switched_off(tmp_path: Path) -> None:
    """Without it nothing of a message would mean anything."""
    with mzsim.Store.memory() as store, pytest.raises(mzsim.StoreFileError, match="0102-2 tells which message this is"):
        store.load({"uzovi": [{"nummer": "0736", "naam": "V", "soort": "zorgverzekeraar", "edp": True,
                               "beleid": {"uit": ["0102-2"]}}]})  # fmt: skip


# What is no message at all.


def _zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("x.asc", GOOD)
    return stream.getvalue()


NO_MESSAGE = {
    "empty": (b"", "it is empty"),
    "zip": (_zip(), "a zip archive"),
    "gzip": (gzip.compress(GOOD), "compressed with gzip"),
    "pdf": (b"%PDF-1.7\n" + bytes(1000), "a PDF"),
    "xml": (b'<?xml version="1.0"?>\n<a/>', "XML"),
    "xml behind a byte order mark": (b"\xef\xbb\xbf<?xml?>", "XML"),
    "html": (b"\n<!DOCTYPE html>\n<p>" + b" " * 500, "HTML"),
    "json": (b'{"declaratie": "x"}', "JSON"),
    "yaml": (b"# a store\nuzovi:\n  - {nummer: '0736'}\n", "YAML"),
    "utf-16": (GOOD.decode("latin-1").encode("utf-16"), "UTF-16"),
    "utf-16 without a mark": (GOOD.decode("latin-1").encode("utf-16-le"), "UTF-16"),
    "byte order mark": (b"\xef\xbb\xbf" + GOOD, "byte order mark"),
    "trimmed": (b"\r\n".join(line.rstrip() for line in GOOD.split(CRLF)), "its voorlooprecord has 117 positions"),
    "cut off": (GOOD[:309], "its voorlooprecord has 309 positions"),
    "another record first": (GOOD[312:], "begins with a verzekerdenrecord (02)"),
    "empty line first": (CRLF + GOOD, "begins with an empty line"),
}


@pytest.mark.parametrize("which", NO_MESSAGE)
def test_what_is_no_message_is_told_by_its_first_bytes(which: str, replay: Any) -> None:
    content, what = NO_MESSAGE[which]
    outcome, said, exit_status = replay(content)
    assert (outcome["status"], outcome["retour"], exit_status) == ("onleesbaar", None, 3)
    (melding,) = outcome["meldingen"]
    assert melding["controle"] == "bestand-1"
    assert what in melding["tekst"]
    assert what in require_one_line(said)


# Files whose every line is wrong for one reason.

NAMES = bytes(simple(r0210="Andr\xe9"))
TWO = GOOD.split(CRLF)
LINES = {
    "LF": (GOOD.replace(CRLF, b"\n"), {"bestand-2": "LF alone on every line; write CR and LF"}),
    "LF, the last without": (GOOD.replace(CRLF, b"\n")[:-1], {"bestand-2": "LF alone on every line"}),
    "CR": (GOOD.replace(CRLF, b"\r"), {"bestand-2": "CR alone on every line"}),
    "one LF": (GOOD.replace(CRLF, b"\n", 2).replace(b"\n", CRLF, 1), {"bestand-2": "LF alone on line 2"}),
    "UTF-8": (
        NAMES.decode("latin-1").encode("utf-8"),
        {"record-1": "letters of two bytes (UTF-8) on line 2 (the first has 311 positions); write the file in ISO 8859-1"},
    ),
    "trimmed behind the voorlooprecord": (
        CRLF.join([TWO[0], *(line.rstrip() for line in TWO[1:])]),
        {"record-1": "no spaces at the end on lines 2, 3 and 4 (the first has 181 positions); write every record in full"},
    ),
    "LF and trimmed": (
        b"\n".join([TWO[0], *(line.rstrip() for line in TWO[1:])]),
        {"bestand-2": "LF alone on every line", "record-1": "no spaces at the end on lines 2, 3 and 4"},
    ),
    "cut off by two": (GOOD.replace(TWO[1], TWO[1][:308]), {"record-1": "it has 308 positions"}),
}  # fmt: skip
CODES = {"bestand-2": "8095", "record-1": "0804"}


@pytest.mark.parametrize("which", LINES)
def test_one_cause_is_one_finding(which: str, replay: Any, declaration: Path) -> None:
    content, expected = LINES[which]
    outcome, said, exit_status = replay(content)
    assert (outcome["status"], said, exit_status) == ("afgekeurd_bestand", "", 0)
    found = {m["controle"]: m["tekst"] for m in outcome["meldingen"]}
    assert found.keys() == expected.keys()
    assert len(outcome["meldingen"]) == len(expected)
    for check, text in expected.items():
        assert text in found[check]
    (line,) = read(declaration.with_name("x.mz302.asc").read_bytes())
    assert line.codes == ("0001", *dict.fromkeys(CODES[m["controle"]] for m in outcome["meldingen"]))


def test_different_causes_stay_apart(replay: Any) -> None:
    """What differs from line to line is to be repaired line by line."""
    outcome, _, _ = replay(GOOD.replace(CRLF, b"\n", 1).replace(b"\r", b"", 0).replace(CRLF, b"\r", 1))
    assert [(m["controle"], m["regel"]) for m in outcome["meldingen"]] == [("bestand-2", 1), ("bestand-2", 2)]


def test_many_lines_are_counted(replay: Any) -> None:
    message = simple()
    for number in range(30):
        message.add("04", r0415=f"{number:02d}", r0432=f"M{number}")
    header, *rest = bytes(message).split(CRLF)
    outcome, _, _ = replay(CRLF.join([header, *(line.rstrip() for line in rest)]))
    (melding,) = outcome["meldingen"]
    assert "lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 23 more" in melding["tekst"]
