"""`mzsim show`, `diff` and `stats`: what a message holds, in what two differ, and what many say together."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from mzsim.standard.layout import layouts
from tests.commands import invoke, require_one_line

INV3 = Path("fixtures/inv3").resolve()
DECLARATION = INV3 / "1-volledig-toegewezen.mz301.asc"
RETOURS = sorted(INV3.glob("*.mz302.asc"))


@pytest.mark.parametrize(
    ("file", "kind"), [(DECLARATION, "mz301"), *((retour, "mz302") for retour in RETOURS)], ids=lambda v: str(v)[-40:]
)
def test_every_position_of_a_message_is_shown_once(file: Path, kind: str) -> None:
    """The values of all rubrieken, in order, are the record again, but for the spaces behind each."""
    shown = [json.loads(line) for line in invoke("show", file, "--json", "--unmask").stdout.splitlines()]
    raw = file.read_bytes().decode("iso8859-1").splitlines()
    assert [record["regel"] for record in shown] == list(range(1, len(raw) + 1))
    for record, line in zip(shown, raw, strict=True):
        fields = layouts(kind)[record["record"].encode()].rubrieken
        assert [f["rubriek"] for f in record["rubrieken"]] == [rubriek.nummer for rubriek in fields]
        assert "".join(f["waarde"].ljust(f["eind"] - f["begin"] + 1) for f in record["rubrieken"]) == line


def test_a_record_in_words() -> None:
    output = invoke("show", INV3 / "4b-fout-in-prestatierecord.verzekeraar.mz302.asc", "--record", "04").stdout
    assert "line 3: prestatierecord 4" in output
    assert "line 2:" not in output
    assert "(Begin-/eind)datum prestatie ontbreekt of is onjuist" in output
    assert "DECLARATIEBEDRAG (INCL. BTW)" in output
    assert "123456782" not in output


def test_empty_rubrieken_on_request() -> None:
    usual = invoke("show", DECLARATION, "--line", "1").stdout
    everything = invoke("show", DECLARATION, "--line", "1", "--all").stdout
    assert "0112" not in usual
    assert "0112" in everything


def test_bsn_and_names_are_masked_unless_asked() -> None:
    for options, seen in (((), False), (("--json",), False), (("--unmask",), True), (("--json", "--unmask"), True)):
        output = invoke("show", DECLARATION, *options).stdout
        assert ("123456782" in output) is seen
        assert ("Jansen" in output) is seen


def test_a_page(tmp_path: Path) -> None:
    hostile = tmp_path / "x.asc"
    hostile.write_bytes(DECLARATION.read_bytes().replace(b"Jansen   ", b"<b>&amp;\x01"))
    result = invoke("show", hostile, "--html", tmp_path / "x.html", "--unmask")
    assert result.exit_code == 0
    page = (tmp_path / "x.html").read_text("utf-8")
    assert "&lt;b&gt;&amp;amp;\\x01" in page
    assert "<b>" not in page
    assert "http" not in page


def test_what_is_no_record_is_said() -> None:
    """A line that is too short, and one of no kind, stand where they stand."""
    text = DECLARATION.read_bytes().split(b"\r\n")
    text[1] = text[1][:100]
    text[2] = b"77" + text[2][2:]
    with_faults = Path("x.asc")
    shown = _shown(with_faults, b"\r\n".join(text))
    assert shown[1]["opmerking"] == "has 100 positions, not 310"
    assert shown[1]["rubrieken"] == []
    assert shown[2]["opmerking"] == "is no record of this message"
    assert shown[3]["opmerking"] is None


def _shown(name: Path, content: bytes) -> list[dict[str, object]]:
    from io import BytesIO

    from mzsim.tools.display import record_json
    from mzsim.tools.message import kind_of, records

    source = BytesIO(content)
    return [json.loads(record_json(record, unmask=True)) for record in records(source, kind_of(source, name))]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b"PK\x03\x04", "zip"),
        (b"01999" + b" " * 305, "is no MZ301 or MZ302"),
        (b"\x00" * 999, "is no"),
    ],
    ids=["empty", "zip", "another message", "zeros"],
)
@pytest.mark.parametrize("command", [("show",), ("diff", str(DECLARATION)), ("stats",)], ids=lambda words: words[0])
def test_what_is_no_message(command: tuple[str, ...], content: bytes, said: str, tmp_path: Path) -> None:
    file = tmp_path / "x.asc"
    file.write_bytes(content)
    result = invoke(*command, file)
    assert result.exit_code == 2
    assert said in require_one_line(result.stderr)


def test_two_messages_that_are_equal() -> None:
    result = invoke("diff", DECLARATION, DECLARATION)
    assert (result.exit_code, result.stdout) == (0, "equal, to the byte\n")


def test_a_declaration_with_one_rubriek_otherwise(tmp_path: Path) -> None:
    other = tmp_path / "x.asc"
    other.write_bytes(DECLARATION.read_bytes().replace(b"19541210", b"19551210"))
    result = invoke("diff", DECLARATION, other, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "regel": 2,
        "record": "02",
        "identificatie": 1,
        "rubriek": "0207",
        "eerste": "19541210",
        "tweede": "19551210",
    }


def test_a_record_that_is_missing_and_a_bsn_that_is_masked(tmp_path: Path) -> None:
    lines = DECLARATION.read_bytes().split(b"\r\n")
    del lines[2]
    lines[1] = lines[1].replace(b"123456782", b"999999011")
    other = tmp_path / "x.asc"
    other.write_bytes(b"\r\n".join(lines))
    result = invoke("diff", DECLARATION, other)
    assert result.exit_code == 1
    assert "*********" in result.stdout
    assert "123456782" not in result.stdout
    found = [json.loads(line) for line in invoke("diff", DECLARATION, other, "--json").stdout.splitlines()]
    assert [(d["record"], d["rubriek"]) for d in found][:2] == [("02", "0203"), ("04", None)]
    assert found[1]["tweede"] == "none"


def test_a_declaration_against_a_retour() -> None:
    result = invoke("diff", DECLARATION, RETOURS[0])
    assert result.exit_code == 2
    assert "mzsim check-retour" in require_one_line(result.stderr)


def test_statistics_are_what_the_replays_said() -> None:
    """Of the worked examples: every status, code and amount as their retours have them, however many at once."""
    whole = json.loads(invoke("stats", *RETOURS, "--json").stdout)
    parts = [json.loads(invoke("stats", retour, "--json").stdout) for retour in RETOURS]
    assert whole["retouren"] == len(RETOURS)
    assert whole["statussen"] == dict(sum((Counter(part["statussen"]) for part in parts), Counter()))
    codes = sum((Counter({c["retourcode"]: c["records"] for c in part["retourcodes"]}) for part in parts), Counter())
    assert {c["retourcode"]: c["records"] for c in whole["retourcodes"]} == dict(codes)
    assert "0200" not in codes
    amounts = [round(100 * float(part["totaal_toegekend"])) for part in parts]
    assert round(100 * float(whole["totaal_toegekend"])) == sum(amounts)


@pytest.mark.parametrize(
    ("name", "status", "sender"),
    [
        ("1-volledig-toegewezen.alle", "volledig_toegewezen", "0736"),
        ("2a-uzovi-niet-aangesloten.vecozo", "afgekeurd_bestand", "VECOZO"),
        ("3a-totaal-onjuist.verzekeraar", "afgekeurd_bestand", "0736"),
        ("4b-fout-in-prestatierecord.vecozo", "afgekeurd_record", "VECOZO"),
        ("4b-fout-in-prestatierecord.verzekeraar", "deels_toegewezen", "0736"),
    ],
)
def test_how_a_retour_ended(name: str, status: str, sender: str) -> None:
    found = json.loads(invoke("stats", INV3 / f"{name}.mz302.asc", "--json").stdout)
    assert (found["statussen"], found["afzenders"]) == ({status: 1}, {sender: 1})


def test_a_file_that_is_no_retour_does_not_stop_the_count(tmp_path: Path) -> None:
    cut = tmp_path / "cut.asc"
    cut.write_bytes(RETOURS[0].read_bytes()[:380])
    result = invoke("stats", RETOURS[0], DECLARATION, cut, "--json")
    assert result.exit_code == 2
    *failures, counted = map(json.loads, result.stdout.splitlines())
    assert counted["retouren"] == 1
    assert len(failures) == 2
    first, second = result.stderr.splitlines()
    assert "is a declaration" in first
    assert "mzsim check-retour says what is wrong" in second
