"""check-retour: a good retour is accepted, and every kind of fault in one is found where it is (INV 3.2, 3.3)."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mzsim.common.errors import InputError
from mzsim.domain.findings import Stage
from mzsim.retour.check import _RetourCheck, deviations_of_retour
from mzsim.retour.deviation import RetourDeviation
from mzsim.standard.heen import heenrecord
from mzsim.standard.records import submitted
from mzsim.standard.retourcodes import PARTLY_GRANTED, Retourcode, retourcodes
from mzsim.standard.writer import RetourWriter
from mzsim.store.loading import load_file
from mzsim.store.session import Database
from tests.commands import invoke, play, require_one_line
from tests.factories import Message, make
from tests.make_inv3 import FOLDER, declaraties, inv_example
from tests.retours import CRLF, put, records

EXAMPLE_4A, EXAMPLE_4B = "4a-fout-in-verzekerdenrecord", "4b-fout-in-prestatierecord"
GOLDEN = sorted(p.name.removesuffix(".mz302.asc") for p in FOLDER.glob("*.*.mz302.asc"))

Edit = Callable[[bytes], bytes]


def _retour(name: str) -> bytes:
    return (FOLDER / f"{name}.mz302.asc").read_bytes()


def _deviations(declaration: bytes, retour: bytes) -> list[RetourDeviation]:
    return list(deviations_of_retour(io.BytesIO(declaration), io.BytesIO(retour), retourcodes()))


def _places(deviations: list[RetourDeviation]) -> list[tuple[str, str | None]]:
    return [(a.record, a.rubriek) for a in deviations]


# 3b and 5: the faults of INV itself.


def test_example_3b_is_refused_for_9904() -> None:
    ended = invoke(
        "check-retour", FOLDER / f"{EXAMPLE_4A}.mz301.asc", FOLDER / "3b-fout-in-sluitrecord-retour.mz302.asc"
    )
    assert ended.exit_code == 1
    (line,) = (r for r in ended.stdout.splitlines() if "9904" in r)
    assert line.split()[:3] == ["6", "99", "9904"]
    assert line.split()[-2:] == ["000002", "000003"]
    assert ended.stderr == ""


def test_example_5_is_refused_for_0207() -> None:
    ended = invoke("check-retour", FOLDER / f"{EXAMPLE_4A}.mz301.asc", FOLDER / "5-retour-met-correctie.mz302.asc")
    assert ended.exit_code == 1
    (line,) = (r for r in ended.stdout.splitlines() if "0207" in r)
    assert line.split()[:4] == ["2", "02", "3", "0207"]
    assert line.split()[-2:] == ["19320322", "19220323"]


@pytest.mark.parametrize(
    ("name", "place"),
    [("3b-fout-in-sluitrecord-retour", (6, "99", None, "9904")), ("5-retour-met-correctie", (2, "02", 3, "0207"))],
)
def test_json_names_record_and_rubriek(name: str, place: tuple[object, ...]) -> None:
    ended = invoke("check-retour", "--json", FOLDER / f"{EXAMPLE_4A}.mz301.asc", FOLDER / f"{name}.mz302.asc")
    assert ended.exit_code == 1
    found = json.loads(ended.stdout)
    assert found["in_orde"] is False
    assert [(a["regel"], a["record"], a["identificatie"], a["rubriek"]) for a in found["afwijkingen"]] == [place]


# What is in order.


@pytest.mark.parametrize("name", GOLDEN)
@pytest.mark.parametrize("empty", [False, True], ids=["gevuld", "0181 en 0182 leeg"])
def test_a_good_retour_is_in_order(name: str, empty: bool, tmp_path: Path) -> None:
    retour = _retour(name)
    if empty:
        retour = put(put(retour, 1, "0181", " " * 24), 1, "0182", " " * 8)
    place = tmp_path / "retour.asc"
    place.write_bytes(retour)
    ended = invoke("check-retour", FOLDER / f"{name.split('.')[0]}.mz301.asc", place)
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert ended.stdout == f"{place}: in order\n"


def test_a_record_before_the_first_number_is_called_zero() -> None:
    """A declaration whose first detail record has no number: what answers number zero is compared with it."""
    declaration = put((FOLDER / f"{EXAMPLE_4B}.mz301.asc").read_bytes(), 2, "0202", "zonder nummr")
    retour = put(_retour(f"{EXAMPLE_4B}.vecozo"), 2, "0202", "0" * 12)
    assert ("02", "0202") in _places(_deviations(declaration, retour))


# What is not: an edit of the golden retour of 4a (six lines: 01, 02, 04, 04, 98, 99) or 4b by VECOZO (eight lines: 01,
# 02, 04, 02, 04, 04, 98, 99), and where check-retour must see it: (record, rubriek).


def _without(*numbers: int) -> Edit:
    def edit(retour: bytes) -> bytes:
        return b"".join(r + CRLF for n, r in enumerate(records(retour), start=1) if n not in numbers)

    return edit


def _ordering(*numbers: int) -> Edit:
    return lambda retour: b"".join(records(retour)[n - 1] + CRLF for n in numbers)


def _put(*changes: tuple[int, str, str]) -> Edit:
    def edit(retour: bytes) -> bytes:
        for line, rubriek, value in changes:
            retour = put(retour, line, rubriek, value)
        return retour

    return edit


def _line(number: int, edit: Callable[[bytes], bytes], end: bytes = CRLF) -> Edit:
    def edit_line(retour: bytes) -> bytes:
        lines = [r + CRLF for r in records(retour)]
        lines[number - 1] = edit(lines[number - 1][:-2]) + end
        return b"".join(lines)

    return edit_line


def _unchanged(record: bytes) -> bytes:
    return record


_COUNTS = (("9902", "000009"), ("9903", "000009"), ("9904", "000009"), ("9905", "000009"), ("9906", "0000009"))
ERRORS: dict[str, tuple[Edit, tuple[str, str | None]]] = {
    **{f"telling {rubriek}": (_put((6, rubriek, value)), ("99", rubriek)) for rubriek, value in _COUNTS},
    "totaal ingediend": (_put((6, "9907", "00000066001")), ("99", "9907")),
    "totaal ingediend als credit": (_put((6, "9908", "C")), ("99", "9907")),
    "totaal toegekend": (_put((6, "9909", "00000001001")), ("99", "9909")),
    "totaal toegekend als credit": (_put((6, "9910", "C")), ("99", "9909")),
    "totaal toegekend niet numeriek": (_put((6, "9909", "0000000100X")), ("99", "9909")),
    "record te kort": (_line(3, lambda r: r[:-1]), ("04", None)),
    "record te lang": (_line(3, lambda r: r + b" "), ("04", None)),
    "record van de heenlengte": (_line(3, lambda r: r[:310]), ("04", None)),
    "alleen LF": (_line(3, _unchanged, b"\n"), ("04", None)),
    "alleen CR": (_line(3, _unchanged, b"\r"), ("04", None)),
    "geen regeleinde aan het slot": (_line(6, _unchanged, b""), ("99", None)),
    "lege regel": (_line(3, _unchanged, CRLF + CRLF), ("", None)),
    "sluitrecord ontbreekt": (_without(6), ("98", None)),
    "sluitrecord dubbel": (_ordering(1, 2, 3, 4, 5, 6, 6), ("99", None)),
    "sluitrecord niet achteraan": (_ordering(1, 2, 3, 4, 6, 5), ("98", None)),
    "voorlooprecord ontbreekt": (_without(1), ("02", None)),
    "voorlooprecord dubbel": (_ordering(1, 1, 2, 3, 4, 5, 6), ("01", None)),
    "onbekend kenmerk": (_line(3, lambda r: b"05" + r[2:]), ("05", None)),
    "record van een andere declaratie": (_put((3, "0413", "C13   ")), ("04", "0413")),
    "identificatie die er niet is": (_put((3, "0402", "000000000099")), ("04", None)),
    "identificatie niet numeriek": (_put((3, "0402", "00000000000X")), ("04", None)),
    "BSN veranderd": (_put((2, "0203", "123456782")), ("02", "0203")),
    "factuurnummer veranderd": (_put((1, "0116", "F20110002   ")), ("01", "0116")),
    "0102 van een heenbericht": (_put((1, "0102", "176")), ("01", "0102")),
    "0102 van de Wlz": (_put((1, "0102", "251")), ("01", "0102")),
    "softwareleverancier gevuld": (_put((1, "0106", "000001")), ("01", "0106")),
    "dagtekening bestaat niet": (_put((1, "0182", "20110532")), ("01", "0182")),
    "geen retourcode": (_put((2, "0296", "80A4")), ("02", "0296")),
    "retourcode ontbreekt": (_put((3, "0496", "    ")), ("04", "0496")),
    "retourcode ontbreekt in kop": (_put((1, "0196", "    ")), ("01", "0196")),
    "gat tussen retourcodes": (_put((3, "0496", "    "), (3, "0497", "8002")), ("04", "0496")),
    "retourcode dubbel": (_put((3, "0497", "8002")), ("04", "0497")),
    "bestandscode op een record": (_put((3, "0496", "0030")), ("04", "0496")),
    "recordcode in de kop": (_put((1, "0196", "8007")), ("01", "0196")),
    "8001 op een record": (_put((2, "0296", "8001")), ("02", "0296")),
    "8001 in de kop met records": (_put((1, "0196", "8001")), ("01", "0196")),
    "0001 in de kop met records": (_put((1, "0196", "0001")), ("01", "0196")),
    "reserve van de staart gevuld": (_put((3, "0499", "X" + " " * 29)), ("04", "0499")),
    "reserve van het sluitrecord gevuld": (_put((6, "9999", "X" + " " * 312)), ("99", "9999")),
    "records verwisseld": (_ordering(1, 2, 4, 3, 5, 6), ("04", None)),
    "record dubbel": (_ordering(1, 2, 3, 3, 4, 5, 6), ("04", None)),
    "commentaar dubbel": (_ordering(1, 2, 3, 4, 5, 5, 6), ("98", None)),
    "commentaar ontbreekt": (_without(5), ("98", None)),
    "commentaar zonder zijn prestatie": (_without(4), ("98", None)),
    "kind zonder 8002 niet teruggekomen": (_without(3), ("04", None)),
    "kinderen niet teruggekomen": (_without(3, 4, 5), ("04", None)),
    "verzekerdenrecord ontbreekt": (_without(2), ("04", None)),
    "meer toegekend dan gedeclareerd": (_put((3, "0483", "00050001")), ("04", "0483")),
    "toegekend niet numeriek": (_put((3, "0483", "0000000X")), ("04", "0483")),
    "berekend niet numeriek": (_put((3, "0481", "       0")), ("04", "0481")),
    "toegekend als credit": (_put((3, "0484", "C")), ("04", "0484")),
    "berekend als credit": (_put((3, "0481", "00050000"), (3, "0482", "C")), ("04", "0482")),
    "afgekapt midden in een record": (lambda retour: retour[: 3 * 372 + 100], ("04", None)),
    "afgekapt achter een record": (lambda retour: retour[: 3 * 372], ("04", None)),
    "leeg": (lambda _: b"", ("", None)),
    "tekst": (lambda _: b"geen retourbericht\r\n", ("ge", None)),
    "binair": (lambda _: bytes(range(256)) * 20, ("\x00\x01", None)),
}


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_is_found(error: str, tmp_path: Path) -> None:
    edit, place = ERRORS[error]
    faulty_retour = edit(_retour(f"{EXAMPLE_4A}.alle"))
    assert place in _places(_deviations(declaraties()[EXAMPLE_4A], faulty_retour))
    file = tmp_path / "retour.asc"
    file.write_bytes(faulty_retour)
    ended = invoke("check-retour", FOLDER / f"{EXAMPLE_4A}.mz301.asc", file)
    assert (ended.exit_code, ended.stderr) == (1, "")


def test_the_two_in_the_wrong_order_are_told_apart(tmp_path: Path) -> None:
    declaration = tmp_path / "x.asc"
    declaration.write_bytes(declaraties()["1-volledig-toegewezen"])
    swapped = invoke("check-retour", declaration, declaration)
    assert swapped.exit_code == 1
    line = require_one_line(swapped.stderr)
    assert line == f"mzsim: {declaration}: is a declaration; name the declaration first, and then its retour"


def test_one_error_is_one_finding() -> None:
    """What one change makes wrong is said once: a changed total is no changed count."""
    declaration, good = declaraties()[EXAMPLE_4A], _retour(f"{EXAMPLE_4A}.alle")
    for error in ("telling 9902", "totaal ingediend", "totaal toegekend", "BSN veranderd", "geen retourcode"):
        edit, place = ERRORS[error]
        assert _places(_deviations(declaration, edit(good))) == [place], error


@pytest.mark.parametrize("gone", range(2, 8))
def test_from_vecozo_every_record_comes_back(gone: int) -> None:
    """VECOZO sends everything back; one record less is found, also where its parent came back with 0200."""
    retour = _without(gone)(_retour(f"{EXAMPLE_4B}.vecozo"))
    kenmerk = records(_retour(f"{EXAMPLE_4B}.vecozo"))[gone - 1][:2].decode()
    found = _deviations(declaraties()[EXAMPLE_4B], retour)
    assert (kenmerk, "did not come back, though it should") in [(a.record, a.reden) for a in found]


def test_from_an_insurer_an_approved_record_need_not_come_back() -> None:
    retour = _retour(f"{EXAMPLE_4B}.verzekeraar")
    assert len(records(retour)) == 4
    assert _deviations(declaraties()[EXAMPLE_4B], retour) == []


def test_a_retour_to_another_declaration() -> None:
    other = declaraties()["6-fout-in-sleutel-prestatierecord"]
    assert ("04", "0403") in _places(_deviations(other, _retour(f"{EXAMPLE_4B}.vecozo")))


def test_the_total_counts_what_did_not_come_back() -> None:
    """Of 660.00 the rejected record is 500.00; 160.00 was granted on records that did not come back."""
    retour = put(_retour(f"{EXAMPLE_4B}.verzekeraar"), 4, "9909", "00000000000")
    assert _places(_deviations(declaraties()[EXAMPLE_4B], retour)) == [("99", "9909")]


def test_fully_granted_with_another_total() -> None:
    retour = put(_retour("1-volledig-toegewezen.alle"), 2, "9909", "00000065999")
    assert _places(_deviations(declaraties()["1-volledig-toegewezen"], retour)) == [("99", "9909")]


def test_rejected_file_with_a_grant() -> None:
    retour = put(_retour("2a-uzovi-niet-aangesloten.vecozo"), 2, "9909", "00000000001")
    assert _places(_deviations(declaraties()["2a-uzovi-niet-aangesloten"], retour)) == [("99", "9909")]


def test_code_of_a_record_in_a_header_without_records() -> None:
    retour = put(_retour("1-volledig-toegewezen.alle"), 1, "0196", "0200")
    assert ("01", "0196") in _places(_deviations(declaraties()["1-volledig-toegewezen"], retour))


def test_a_credit_record_keeps_its_sign(store: Database, tmp_path: Path) -> None:
    message = Message(voorloop=make("01")).add("02")
    message.add("04", r0408="20110332", r0427="C", r0433="EERDER")
    message.add("04", r0424="3000")
    declaration = bytes(message)
    _, retour = play(store, tmp_path, declaration, stage=Stage.INSURER)
    assert retour is not None
    assert _deviations(declaration, retour) == []
    assert ("04", "0484") in _places(_deviations(declaration, put(retour, 3, "0484", "C")))


def test_commentaar_of_a_verzekerde_goes_back_with_it(store: Database, tmp_path: Path) -> None:
    message = Message(voorloop=make("01")).add("02", r0207="19000101")
    message.add("98", r9802="1", r9803="0001").add("98", r9802="1", r9803="0002").add("04")
    declaration = bytes(message)
    _, retour = play(store, tmp_path, declaration, stage=Stage.INSURER)
    assert retour is not None
    assert _deviations(declaration, retour) == []
    for gone in (3, 4):
        assert ("98", "did not come back, though it should") in [
            (a.record, a.reden) for a in _deviations(declaration, _without(gone)(retour))
        ] or ("98", "9803") in _places(_deviations(declaration, _without(gone)(retour)))


def _notices(declaration: bytes, retour: bytes) -> list[RetourDeviation]:
    found: list[RetourDeviation] = []
    assert (
        list(deviations_of_retour(io.BytesIO(declaration), io.BytesIO(retour), retourcodes(), notice=found.append))
        == []
    )
    return found


def test_a_newer_code_is_named_and_not_wrong(store: Database, tmp_path: Path) -> None:
    """Exit status 0, under a key of its own; with a store that knows the code there is nothing to name."""
    extra = tmp_path / "extra.yaml"
    extra.write_text('retourcodes:\n  - {code: "3999", betekenis: Eigen code, soort: D}\n', "utf-8")
    load_file(store, extra)
    retour = tmp_path / "retour.asc"
    retour.write_bytes(put(_retour(f"{EXAMPLE_4B}.verzekeraar"), 3, "0496", "3999"))
    words = ("check-retour", "--json", FOLDER / f"{EXAMPLE_4B}.mz301.asc", retour)
    ended = invoke(*words)
    found = json.loads(ended.stdout)
    assert (ended.exit_code, found["in_orde"], found["afwijkingen"]) == (0, True, [])
    assert [(a["regel"], a["rubriek"], a["gevonden"]) for a in found["waarschuwingen"]] == [(3, "0496", "3999")]
    assert "to be seen, not wrong: 1" in invoke("check-retour", *words[2:]).stdout
    known = invoke(*words, "--store", f"sqlite:///{tmp_path}/store.db")
    assert json.loads(known.stdout)["waarschuwingen"] == []


def test_a_newer_code_in_the_voorlooprecord(tmp_path: Path) -> None:
    """Nobody knows what should follow it: with records or without, and with which total."""
    for name in ("1-volledig-toegewezen", "2a-uzovi-niet-aangesloten", EXAMPLE_4A):
        retour = put(_retour(f"{name}.verzekeraar"), 1, "0196", "9999")
        assert [a.rubriek for a in _notices(declaraties()[name], retour)] == ["0196"], name


# What the records say together. `MESSAGE` has two verzekerden: 02 (1) 98 04 (2) 98 04 (3), 02 (4) 98 04 (5) 98.


def _message() -> bytes:
    message = Message(voorloop=make("01"))
    for first, prestaties in ((1, 2), (4, 1)):
        message.add("02").add("98", r9802=str(first), r9803="0001")
        for number in range(first + 1, first + 1 + prestaties):
            message.add("04", r0432=f"R{number}").add("98", r9802=str(number), r9803="0001")
    return bytes(message)


MESSAGE = _message()


def _answer(said: dict[int, str], *, sender: str = "0736", header: str = "0200", granted: int = 0) -> bytes:
    """A retour with these codes on lines of the declaration (1-based); other lines don't come back. Nothing is granted on a
    record; `granted` is the total in cents."""
    heen = records_of_heen(MESSAGE)
    stream = io.BytesIO()
    writer = RetourWriter(stream)
    writer.total_granted = granted
    for line, codes in sorted(said.items()):
        writer.record(heen[line - 1], tuple(codes.split()))
    writer.close(heen[0], f"{sender}-1", b"20110502", tuple(header.split()), submitted(heen[-1]))
    return stream.getvalue()


def records_of_heen(message: bytes) -> list[bytes]:
    return message.split(CRLF)[:-1]


# Lines: 1 01; 2 02, 3 98, 4 04, 5 98, 6 04, 7 98; 8 02, 9 98, 10 04, 11 98; 12 99. Each prestatie is 10.00.
RIGHT: dict[str, tuple[dict[int, str], dict[str, Any]]] = {
    "prestatie rejected": ({2: "0200", 3: "0200", 4: "8007", 5: "0200"}, {"granted": 2000}),
    "verzekerde rejected": ({2: "8004", 3: "0200", 4: "8002", 5: "8002", 6: "8002", 7: "8002"}, {"granted": 1000}),
    "commentaar of a prestatie rejected": ({8: "0200", 9: "0200", 10: "8002", 11: "0755"}, {"granted": 2000}),
    "commentaar of a verzekerde rejected": ({8: "8002", 9: "0755", 10: "8002", 11: "8002"}, {"granted": 2000}),
    "both rejected": ({8: "8004", 9: "0755", 10: "8002", 11: "8002"}, {"granted": 2000}),
    "rejected, commentaar too": ({8: "0200", 9: "0200", 10: "8007 8014", 11: "0755"}, {"granted": 2000}),
    "of VECOZO": (dict.fromkeys(range(2, 11), "0200") | {11: "0755"}, {"sender": "VECOZO"}),
    "of VECOZO under a rejected verzekerde": (
        dict.fromkeys(range(2, 12), "0200") | {2: "8004", 4: "8007"}, {"sender": "VECOZO"}
    ),
    "of VECOZO with 8002": (dict.fromkeys(range(2, 12), "0200") | {2: "8004", 4: "8002"}, {"sender": "VECOZO"}),
    "by agreement": (
        dict.fromkeys((2, 3, 5, 7, 8, 9, 11), "0200") | {4: "8007", 6: "8096", 10: "8096"}, {"header": "8097"}
    ),
    "nothing granted": (
        dict.fromkeys((2, 3, 5, 7, 8, 9, 11), "0200") | {4: "8007", 6: "8007", 10: "8007"}, {"header": "8073"}
    ),
}  # fmt: skip
WRONG: dict[str, tuple[dict[int, str], dict[str, Any], list[tuple[str, str | None]]]] = {
    "an approved record sent along": (
        {2: "0200", 3: "0200", 4: "8007", 5: "0200", 6: "0200", 7: "0200"}, {"granted": 1000}, [("04", "0496")]
    ),
    "0200 under a rejected verzekerde": (
        {8: "8004", 9: "0200", 10: "0200", 11: "8002"}, {"granted": 2000}, [("04", "0496")]
    ),
    "judged under a rejected verzekerde": (
        {8: "8004", 9: "0200", 10: "8007", 11: "8002"}, {"granted": 2000}, [("04", "0496")]
    ),
    "commentaar swapped": (
        {8: "8004", 9: "8002", 10: "8002", 11: "0200"}, {"granted": 2000}, [("98", "9896"), ("98", "9896")]
    ),
    "commentaar not judged": ({8: "0200", 9: "0200", 10: "8007", 11: "8002"}, {"granted": 2000}, [("98", "9896")]),
    "rejected commentaar of a verzekerde who is not": (
        {8: "0200", 9: "0755", 10: "8007", 11: "0200"}, {"granted": 2000}, [("98", "9896")]
    ),
    "8002 without a cause": ({8: "0200", 9: "0200", 10: "8002", 11: "0200"}, {"granted": 2000}, [("04", "0496")]),
    "verzekerde 8002 without a cause": (
        {8: "8002", 9: "0200", 10: "8002", 11: "8002"}, {"granted": 2000}, [("02", "0296")]
    ),
    "a verzekerde without a remark": (
        {2: "0200", 3: "0200", 8: "0200", 9: "0200", 10: "8007", 11: "0200"}, {"granted": 2000}, [("02", None)]
    ),
    "the last verzekerde without a remark": (
        {2: "0200", 3: "0200", 4: "8007", 5: "0200", 8: "0200", 9: "0200"}, {"granted": 2000}, [("02", None)]
    ),
    "0200 everywhere": (
        dict.fromkeys(range(2, 12), "0200"), {}, [("04", "0496")] * 3
    ),
    "0200 everywhere, of VECOZO": (dict.fromkeys(range(2, 12), "0200"), {"sender": "VECOZO"}, [("01", None)]),
    "8096 without 8097": ({8: "0200", 9: "0200", 10: "8096", 11: "0200"}, {"granted": 2000}, [("04", "0496")]),
    "8097 and 0200 on a good record": (
        dict.fromkeys(range(2, 12), "0200") | {4: "8007", 6: "8096"}, {"header": "8097"}, [("04", "0496")]
    ),
    "8097 without an error": (
        dict.fromkeys(range(2, 12), "0200") | {4: "8096", 6: "8096", 10: "8096"}, {"header": "8097"}, [("01", None)]
    ),
    "8073 and something granted": (
        {8: "0200", 9: "0200", 10: "8007", 11: "0200"}, {"header": "8073", "granted": 2000}, [("01", "0196")]
    ),
    "0200 beside an objection": (
        {8: "0200", 9: "0200", 10: "8007 0200", 11: "0200"}, {"granted": 2000}, [("04", "0496")]
    ),
    "0001 without a cause": ({}, {"header": "0001"}, [("01", "0197")]),
    "0001 and no objection": ({}, {"header": "0001 0200"}, [("01", "0197")]),
    "8001 and a cause": ({}, {"header": "8001 0030", "granted": 3000}, [("01", "0197")]),
    "8001 beside records": (
        {8: "0200", 9: "0200", 10: "8007", 11: "0200"}, {"header": "8001", "granted": 3000}, [("01", "0196")]
    ),
    "8001 of VECOZO": ({}, {"header": "8001", "granted": 3000, "sender": "VECOZO"}, [("01", "0196")]),
    "how it ended is no ending": (
        {8: "0200", 9: "0200", 10: "8007", 11: "0200"}, {"header": "0030", "granted": 2000}, [("01", "0196")]
    ),
}  # fmt: skip


def _without_sender(retour: bytes) -> bytes:
    return put(retour, 1, "0181", " " * 24)


@pytest.mark.parametrize("name", RIGHT)
def test_what_fits_together(name: str) -> None:
    said, how = RIGHT[name]
    retour = _answer(said, **how)
    assert _deviations(MESSAGE, retour) == []
    assert _deviations(MESSAGE, _without_sender(retour)) == []


@pytest.mark.parametrize("name", WRONG)
def test_what_does_not_fit_together(name: str) -> None:
    """One fault is one finding, on its record; where 0181 is empty it is found as well."""
    said, how, places = WRONG[name]
    retour = _answer(said, **how)
    assert _places(_deviations(MESSAGE, retour)) == places
    # As of VECOZO 0200 may stand anywhere, where all came back: then nobody can tell.
    if how.get("header") != "8001" or said:
        assert _deviations(MESSAGE, _without_sender(retour))


def test_amounts_beside_codes() -> None:
    """An amount stands beside codes that grant a part, and beside nothing else; who is granted all does not come back."""
    said = {8: "0200", 9: "0200", 11: "0200"}

    def places(codes: str, berekend: str, granted: str, total: int) -> list[tuple[str, str | None]]:
        retour = _answer(said | {10: codes}, granted=total)
        retour = put(put(retour, 4, "0481", berekend), 4, "0483", granted)
        return _places(_deviations(MESSAGE, retour))

    for code in sorted(PARTLY_GRANTED):
        assert places(code, "00001000", "00000400", 2400) == []
    assert places("8059 0613", "00001000", "00000000", 2000) == []
    assert places("8007", "00001000", "00000000", 2000) == [("04", "0481")]
    assert places("8007", "00001000", "00000400", 2400) == [("04", "0483")]
    assert places("0613 8007", "00001000", "00000400", 2400) == [("04", "0483")]
    assert places("0613", "00001000", "00001000", 3000) == [("04", "0483")]
    assert places("9999", "00001000", "00000400", 2400) == [], "what a newer code grants nobody knows"


def test_an_insurer_may_grant_with_codes_of_his_own(store: Database, tmp_path: Path) -> None:
    """A code that stands in for 0613 by his beleid; without his store it is one that grants nothing."""
    extra = tmp_path / "extra.yaml"
    extra.write_text(
        "uzovi: [{nummer: '0736', naam: V, soort: zorgverzekeraar, edp: true, beleid: {retourcodes: {0430-5: '8060'}}}]\n"
        "pakketten: [{code: ALLES, uzovi: '0736', soort: basis, dekkingen: [{prestaties: ['*'], percentage: 50}]}]\n",
        "utf-8",
    )
    load_file(store, extra)
    declaration = declaraties()["1-volledig-toegewezen"]
    outcome, _ = play(store, tmp_path, declaration)
    assert (outcome.total_granted, {m.retourcode for m in outcome.meldingen}) == (33000, {"8060"})
    words = ("check-retour", tmp_path / "declaratie.asc", tmp_path / "declaratie.mz302.asc")
    assert invoke(*words).exit_code == 1
    assert invoke(*words, "--store", f"sqlite:///{tmp_path}/store.db").exit_code == 0


# Commentaar that the insurer added (standaardbeschrijving 6.8.3).


def _with_added(retour: bytes, behind: int, **rubrieken: str) -> bytes:
    """With a commentaarrecord behind this line (1-based), counted; of prestatie 5 unless told otherwise."""
    heen = heenrecord(b"98", {"9802": "5", "9803": "0002", "9804": "BEL ONS"} | rubrieken)
    lines = records(retour)
    lines.insert(behind, (heen + b"0200").ljust(370))
    last = len(lines)
    content = b"".join(line + CRLF for line in lines)
    counted = {"9905": sum(r[:2] == b"98" for r in lines), "9906": last - 2}
    for rubriek, count in counted.items():
        content = put(content, last, rubriek, f"{count:0{6 if rubriek == '9905' else 7}d}")
    return content


REJECTED_5 = {8: "0200", 9: "0200", 10: "8007", 11: "0200"}


def test_added_commentaar_is_named_and_not_wrong() -> None:
    retour = _with_added(_answer(REJECTED_5, granted=2000), 5)
    (added,) = _notices(MESSAGE, retour)
    assert (added.regel, added.record, added.identificatie, added.gevonden.strip()) == (6, "98", 5, "BEL ONS")
    assert len(_notices(MESSAGE, _with_added(retour, 6, **{"9803": "0003"}))) == 2
    assert len(_notices(MESSAGE, _without_sender(retour))) == 1


@pytest.mark.parametrize(
    ("behind", "rubrieken", "code"),
    [
        pytest.param(5, {"9803": "0001"}, "0200", id="the number of the last"),
        pytest.param(5, {"9803": "0003"}, "0200", id="a number left out"),
        pytest.param(4, {}, "0200", id="before that of the declarant"),
        pytest.param(5, {"9802": "3"}, "0200", id="of a record that did not come back"),
        pytest.param(5, {"9880": "X"}, "0200", id="something in the reserve"),
        pytest.param(5, {}, "0755", id="with an objection"),
        pytest.param(5, {}, "8002", id="not judged beside a record that was"),
    ],
)
def test_commentaar_that_can_not_have_been_added(behind: int, rubrieken: dict[str, str], code: str) -> None:
    retour = put(_with_added(_answer(REJECTED_5, granted=2000), behind, **rubrieken), behind + 1, "9896", code)
    assert {record for record, _ in _places(_deviations(MESSAGE, retour))} == {"98"}


def test_every_code_of_the_list_fits_on_one_level() -> None:
    """A code that rejects records stands on records, one that rejects a file in the voorlooprecord; neither on both."""
    declaration, retour = declaraties()[EXAMPLE_4B], _retour(f"{EXAMPLE_4B}.verzekeraar")
    rejected = put(put(_retour("2a-uzovi-niet-aangesloten.verzekeraar"), 1, "0197", "    "), 2, "9909", "0" * 11)

    def fits(line: int, rubriek: str, code: Retourcode) -> bool:
        of = rejected if line == 1 else retour
        return (("01", "02", "04")[line - 1], rubriek) not in _places(
            _deviations(declaration, put(of, line, rubriek, code.code))
        )

    for code in retourcodes().values():
        if code.kind != "O" and code.code not in ("0001", "8096"):
            assert fits(3, "0496", code) == (code.kind == "D"), code
            assert fits(1, "0197", code) == (code.kind != "D"), code


def test_a_declaration_without_a_voorlooprecord(tmp_path: Path) -> None:
    empty = tmp_path / "leeg.asc"
    empty.write_bytes(b"")
    with pytest.raises(InputError):
        _deviations(b"", _retour(f"{EXAMPLE_4A}.alle"))
    ended = invoke("check-retour", empty, FOLDER / f"{EXAMPLE_4A}.alle.mz302.asc")
    assert ended.exit_code == 2
    assert "voorlooprecord" in require_one_line(ended.stderr)


def test_a_retour_is_no_heen_message(tmp_path: Path) -> None:
    place = tmp_path / "x.asc"
    place.write_bytes(bytes(inv_example()))
    ended = invoke("check-retour", place, place)
    assert ended.exit_code == 1


# The short way for what comes back alike.


def _much_back(store: Database, folder: Path) -> tuple[bytes, bytes]:
    """A declaration of which all comes back alike: below a verzekerde who is rejected, and below one who is not."""
    message = Message()
    for person in ({"r0207": "19541211"}, {"r0203": "100197243", "r0207": "19220322", "r0210": "Vries"}):
        message.add("02", **person)
        for code in ("C11", "V13", "V11", "E01"):
            message.add("04", r0413=code, r0406="UNKNOWN")
    _, retour = play(store, folder, bytes(message), stage=Stage.INSURER)
    assert retour is not None
    return bytes(message), retour


def _spoiled(retour: bytes) -> dict[str, bytes]:
    """The retour with one thing wrong in it: any detail record gone, twice, behind the next, behind the end, with another heen
    position, or with what stands behind the heen positions of any other."""
    lines = records(retour)
    found = {}
    for n in range(1, len(lines) - 1):
        line, before, after = lines[n], lines[:n], lines[n + 1 :]
        changed = {
            "gone": [*before, *after],
            "twice": [*before, line, *lines[n:]],
            "later": [*before, after[0], line, *after[1:]],
            "behind the end": [*before, *after, line],
            "twice behind the end": [*lines, line],
            "another heen position": [*before, line[:60] + b"~" + line[61:], *after],
            "another line end": [*before, line + b"\n", *after],
        }
        tails = {other[_HEEN_LENGTH:] for other in lines if other[:2] == line[:2]} - {line[_HEEN_LENGTH:]}
        changed |= {
            f"tail {number}": [*before, line[:_HEEN_LENGTH] + tail, *after] for number, tail in enumerate(sorted(tails))
        }
        found |= {f"{n} {what}": CRLF.join([*those, b""]) for what, those in changed.items()}
    return found


_HEEN_LENGTH = 310


def test_what_comes_back_alike_is_checked_as_each_by_itself(
    store: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    declaration, retour = _much_back(store, tmp_path)
    assert _deviations(declaration, retour) == []
    short = {what: _deviations(declaration, spoiled) for what, spoiled in _spoiled(retour).items()}
    monkeypatch.setattr(_RetourCheck, "_as_before", lambda *_: False)
    assert {what: _deviations(declaration, spoiled) for what, spoiled in _spoiled(retour).items()} == short
    assert all(short.values())
