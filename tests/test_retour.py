"""What goes back of a declaration, with which codes and amounts (contract of the retourbericht; INV 3.2, 3.3)."""

from __future__ import annotations

import datetime as dt
import io
import itertools
from pathlib import Path
from typing import Any

import pytest
import yaml

from mzsim.domain.findings import Outcome, Stage, Status
from mzsim.retour.bookings import book
from mzsim.retour.check import deviations_of_retour
from mzsim.standard.retourcodes import retourcodes
from mzsim.store.loading import load_file
from mzsim.store.session import Database
from tests.commands import DATE, ON_DATE, play, process
from tests.factories import Message, make
from tests.retours import Line, codes, field, read, records, slot

VRIES = {"r0203": "100197243", "r0207": "19220322", "r0210": "Vries"}
UNKNOWN_DATE = "20110332"
NOBODY = "19000101"
ZERO = "00000000D"
VECOZO, INSURER = Stage.VECOZO, Stage.INSURER


def _load(store: Database, folder: Path, **content: object) -> None:
    file = folder / "extra.yaml"
    file.write_text(yaml.safe_dump(content), "utf-8")
    load_file(store, file)


def _beleid(store: Database, folder: Path, **beleid: object) -> None:
    insurer = {"nummer": "0736", "naam": "V", "soort": "zorgverzekeraar", "edp": True, "beleid": beleid}
    _load(store, folder, uzovi=[insurer])


@pytest.fixture
def answer(store: Database, tmp_path: Path) -> Any:
    """Replays a declaration and reads its retour, after the program's own check of it."""

    def replay_order(message: Message, stage: Stage = Stage.ALL, date: dt.date = DATE) -> tuple[Outcome, bytes]:
        declaration = bytes(message)
        outcome, retour = play(store, tmp_path, declaration, stage=stage, date=date, dry_run=True)
        assert retour is not None
        assert list(deviations_of_retour(io.BytesIO(declaration), io.BytesIO(retour), retourcodes())) == []
        return outcome, retour

    return replay_order


def _with_commentaar() -> Message:
    """Two verzekerden, each with two lines of commentaar and two prestaties with two lines each.

    Record 1 (02), 2 and 3 (04); record 4 (02), 5 and 6 (04).
    """
    message = Message()
    number = itertools.count(1)
    for person in ({}, VRIES):
        message.add("02", **person)
        _commentaar(message, next(number))
        for code in ("C11", "M01"):
            message.add("04", r0413=code)
            _commentaar(message, next(number))
    return message


def _commentaar(message: Message, number: int) -> None:
    for line_number in ("0001", "0002"):
        message.add("98", r9802=str(number), r9803=line_number, r9804=f"bij {number} regel {line_number}")


def _put(message: Message, number: int, **fields: str) -> Message:
    """Changes the record with this identificatie."""
    numbered = [values for kenmerk, values in message.details if kenmerk != "98"]
    numbered[number - 1].update({name[1:]: value for name, value in fields.items()})
    return message


def _content(retour: bytes) -> list[tuple[str, int, tuple[str, ...]]]:
    return [(r.kenmerk, r.identificatie, r.codes) for r in read(retour)]


# Commentaarrecords go with the record that they belong to.


def test_commentaar_stays_out_with_what_stays_out(answer: Any) -> None:
    outcome, retour = answer(_with_commentaar())
    assert outcome.status is Status.FULLY_GRANTED
    assert _content(retour) == [("01", 0, ("8001",))]


def _wrong(message: Message, owner: int, line: str = "0001", **fields: str) -> Message:
    """Changes the commentaarrecord of this number at the record with this identificatie."""
    fields = fields or {"r9804": ""}
    for kenmerk, values in message.details:
        if kenmerk == "98" and (values["9802"], values["9803"]) == (str(owner), line):
            values.update({name[1:]: value for name, value in fields.items()})
    return message


def test_wrong_commentaar_rejects_its_prestatie(answer: Any) -> None:
    """It is not judged, so nothing is granted for it; the other commentaar is in order."""
    outcome, retour = answer(_wrong(_with_commentaar(), 5, "0002"), INSURER)
    without = ("0200",)
    assert _content(retour) == [
        ("01", 0, without),
        ("02", 4, without),
        ("98", 4, without),
        ("98", 4, without),
        ("04", 5, ("8002",)),
        ("98", 5, without),
        ("98", 5, ("0755",)),
    ]
    (prestatie,) = (line for line in read(retour) if line.kenmerk == "04")
    assert (prestatie.berekend, prestatie.toegekend) == (ZERO, ZERO)
    assert (outcome.status, outcome.total_granted) == (Status.PARTLY_GRANTED, 3000)
    assert [m.finding.check.id for m in outcome.meldingen] == ["9804-1"]


def test_wrong_commentaar_rejects_its_verzekerde(answer: Any) -> None:
    """And with him all his prestaties, whose commentaar is not judged either."""
    outcome, retour = answer(_wrong(_wrong(_with_commentaar(), 4, r9803="0009"), 6), INSURER)
    excluded = ("8002",)
    assert _content(retour) == [
        ("01", 0, ("0200",)),
        ("02", 4, excluded),
        ("98", 4, ("0754",)),
        ("98", 4, ("0200",)),
        ("04", 5, excluded),
        ("98", 5, excluded),
        ("98", 5, excluded),
        ("04", 6, excluded),
        ("98", 6, excluded),
        ("98", 6, excluded),
    ]
    assert outcome.total_granted == 2000
    assert [m.finding.check.id for m in outcome.meldingen] == ["9803-1"]


def test_an_error_of_its_own_stands_beside_wrong_commentaar(answer: Any) -> None:
    message = _put(_wrong(_wrong(_with_commentaar(), 4), 2), 2, r0408=UNKNOWN_DATE)
    _, retour = answer(_put(message, 4, r0207=NOBODY), INSURER)
    found = {(r.kenmerk, r.identificatie): r.codes for r in read(retour) if r.kenmerk != "98"}
    assert found == {
        ("01", 0): ("0200",),
        ("02", 1): ("0200",),
        ("04", 2): ("8007",),
        ("02", 4): ("8004",),
        ("04", 5): ("8002",),
        ("04", 6): ("8002",),
    }
    assert [r.codes for r in read(retour) if r.kenmerk == "98" and r.identificatie in (2, 4)] == [
        *[("0755",), ("0200",)] * 2
    ]


def test_wrong_commentaar_is_one_objection_for_all_or_nothing(answer: Any, store: Database, tmp_path: Path) -> None:
    _beleid(store, tmp_path, alles_of_niets=True)
    outcome, retour = answer(_wrong(_with_commentaar(), 5), INSURER)
    found = {(r.kenmerk, r.identificatie): r.codes for r in read(retour) if r.kenmerk in ("01", "02", "04")}
    good = ("8096",)
    assert found == {
        ("01", 0): ("8097",),
        ("02", 1): ("0200",),
        ("04", 2): good,
        ("04", 3): good,
        ("02", 4): ("0200",),
        ("04", 5): ("8002",),
        ("04", 6): good,
    }
    assert outcome.total_granted == 0


def test_what_wrong_commentaar_rejects_is_booked_and_kept_as_not_granted(store: Database, tmp_path: Path) -> None:
    """So it may be declared again, under another number."""
    declaration = bytes(_wrong(_with_commentaar(), 5))
    _, retour = play(store, tmp_path, declaration, stage=INSURER)
    assert retour is not None
    outcomes = [b.outcome for b in book(io.BytesIO(declaration), io.BytesIO(retour)).bookings]
    assert outcomes == ["toegekend", "toegekend", "niet_beoordeeld", "toegekend"]
    again = Message(voorloop=make("01", r0116="OPNIEUW")).add("02", **VRIES).add("04", r0413="C11", r0432="OPNIEUW")
    outcome, _ = play(store, tmp_path, bytes(again))
    assert outcome.status is Status.FULLY_GRANTED


def test_an_insurer_may_let_wrong_commentaar_pass(answer: Any, store: Database, tmp_path: Path) -> None:
    _beleid(store, tmp_path, uit=["9803-1", "9804-1"])
    outcome, _ = answer(_wrong(_with_commentaar(), 5), INSURER)
    assert outcome.status is Status.FULLY_GRANTED


def test_commentaar_with_a_rejected_prestatie(answer: Any) -> None:
    """The rejected record with its commentaar, and its verzekerdenrecord with that one's; nothing of the other records."""
    _, retour = answer(_put(_with_commentaar(), 5, r0408=UNKNOWN_DATE), INSURER)
    without = ("0200",)
    assert _content(retour) == [
        ("01", 0, without),
        ("02", 4, without),
        ("98", 4, without),
        ("98", 4, without),
        ("04", 5, ("8007",)),
        ("98", 5, without),
        ("98", 5, without),
    ]
    texts = [field(record, "9804").rstrip() for record in records(retour) if record[:2] == b"98"]
    assert texts == ["bij 4 regel 0001", "bij 4 regel 0002", "bij 5 regel 0001", "bij 5 regel 0002"]
    assert slot(retour) == ["000001", "000000", "000001", "000004", "0000006", "00000004000", "D", "00000003000", "D"]


def test_commentaar_with_a_rejected_verzekerde(answer: Any) -> None:
    _, retour = answer(_put(_with_commentaar(), 4, r0207=NOBODY))
    excluded = ("8002",)
    assert _content(retour) == [
        ("01", 0, ("0200",)),
        ("02", 4, ("8004",)),
        ("98", 4, ("0200",)),
        ("98", 4, ("0200",)),
        ("04", 5, excluded),
        ("98", 5, excluded),
        ("98", 5, excluded),
        ("04", 6, excluded),
        ("98", 6, excluded),
        ("98", 6, excluded),
    ]


def test_commentaar_at_vecozo(answer: Any) -> None:
    _, retour = answer(_put(_with_commentaar(), 5, r0408=UNKNOWN_DATE), VECOZO)
    content = _content(retour)
    assert len(content) == 1 + len(_with_commentaar().details)
    assert {line for line in content if line[2] != ("0200",)} == {("04", 5, ("8007",))}


# Several errors.


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"r0403": "300197243", "r0404": "0739"}, ("0435", "0423")),
        ({"r0404": "0739", "r0408": UNKNOWN_DATE}, ("0423", "8007")),
        ({"r0432": " ", "r0408": UNKNOWN_DATE}, ("8007", "8021")),
        ({"r0403": "300197243", "r0404": "0739", "r0405": "X"}, ("0435", "0423", "0300")),
        ({"r0403": "300197243", "r0404": "0739", "r0405": "X", "r0408": UNKNOWN_DATE}, ("0435", "0423", "0300")),
        ({"r0405": "X", "r0408": UNKNOWN_DATE, "r0427": "X", "r0432": " "}, ("0300", "8007", "0631")),
    ],
)
@pytest.mark.parametrize("stage", [VECOZO, INSURER])
def test_codes_in_the_order_of_the_rubrieken_three_at_most(
    answer: Any, stage: Stage, fields: dict[str, str], expected: tuple[str, ...]
) -> None:
    message = Message().add("02").add("04", **fields)
    outcome, retour = answer(message, stage)
    assert codes(retour)["04", 2] == expected
    every = [str(m.retourcode) for m in outcome.meldingen]
    assert tuple(every[:3]) == expected, "--json has them all, in the same order"
    rubrieken = [str(m.finding.check.rubriek) for m in outcome.meldingen]
    assert rubrieken == sorted(rubrieken)


def test_more_than_three_errors_are_all_in_the_meldingen(answer: Any) -> None:
    fields = {"r0403": "300197243", "r0404": "0739", "r0405": "X", "r0408": UNKNOWN_DATE, "r0432": " "}
    outcome, retour = answer(Message().add("02").add("04", **fields))
    assert len(outcome.meldingen) == 5
    assert len(codes(retour)["04", 2]) == 3


def test_a_code_stands_once_on_a_record(answer: Any) -> None:
    """BSN and name code wrong in the verzekerdenrecord, the key twice in the file: 0435 stands once."""
    message = Message().add("02", r0203="123456789").add("04")
    message.add("02", r0203="123456789").add("04")
    _, retour = answer(message, VECOZO)
    assert codes(retour)["02", 3].count("0435") == 1


def test_errors_in_several_verzekerden(answer: Any) -> None:
    """The first in a record, the second as a verzekerde, the third not at all, the fourth not known."""
    message = Message()
    message.add("02").add("04", r0408=UNKNOWN_DATE).add("04", r0424="2000")
    message.add("02", **VRIES | {"r0207": NOBODY}).add("04")
    message.add("02", r0203="999999999", r0205="V404").add("04")
    outcome, retour = answer(message, INSURER)
    assert _content(retour) == [
        ("01", 0, ("0200",)),
        ("02", 1, ("0200",)),
        ("04", 2, ("8007",)),
        ("02", 4, ("8004",)),
        ("04", 5, ("8002",)),
        ("02", 6, ("0300",)),
        ("04", 7, ("8002",)),
    ]
    assert (outcome.total_declared, outcome.total_granted) == (5000, 2000)


def test_verzekerde_without_remark_does_not_come_back(answer: Any) -> None:
    message = Message().add("02").add("04").add("02", **VRIES).add("04", r0408=UNKNOWN_DATE)
    _, retour = answer(message, INSURER)
    assert [line[:2] for line in _content(retour)] == [("01", 0), ("02", 3), ("04", 4)]
    assert slot(retour)[-2:] == ["00000001000", "D"]


def test_objections_to_the_file_in_order_and_each_once(answer: Any) -> None:
    """0001 first, then the causes by rubriek; a fourth doesn't fit."""
    message = Message(voorloop=make("01", r0104="09", r0105="X", r0113="09", r0119="USD")).add("02").add("04")
    outcome, retour = answer(message)
    assert read(retour)[0].codes == ("0001", "8027", "8028")
    assert [m.retourcode for m in outcome.meldingen][:4] == ["8027", "8028", "8029", "0031"]


def test_an_error_in_the_structure_ends_the_checking(answer: Any) -> None:
    message = Message(voorloop=make("01", r0119="USD")).add("02").add("04", r0402="9", r0408=UNKNOWN_DATE)
    _, retour = answer(message)
    assert read(retour)[0].codes == ("0001", "0801")


def test_an_error_in_the_voorlooprecord_ends_the_checking(answer: Any) -> None:
    message = Message(voorloop=make("01", r0119="USD")).add("02").add("04", r0408=UNKNOWN_DATE)
    message.sluit = {"9907": "1"}
    _, retour = answer(message)
    assert read(retour)[0].codes == ("0001", "0031")
    assert slot(retour)[5:] == ["00000000001", "D", "00000000000", "D"]


def test_an_unreadable_total_becomes_zero(answer: Any) -> None:
    message = Message().add("02").add("04")
    message.sluit = {"9907": "0000000100X"}
    _, retour = answer(message)
    assert slot(retour)[5:] == ["00000000000", "D", "00000000000", "D"]


# Amounts.


def test_partly_covered_comes_back_with_calculated_and_granted(store: Database, tmp_path: Path, answer: Any) -> None:
    three_quarters = {"code": "ALLES", "uzovi": "0736", "soort": "basis"}
    _load(store, tmp_path, pakketten=[three_quarters | {"dekkingen": [{"prestaties": ["*"], "percentage": 75}]}])
    outcome, retour = answer(Message().add("02").add("04", r0424="1001"))
    assert read(retour)[2] == Line("04", 2, ("0613",), "00001001D", "00000751D")
    assert (outcome.status, outcome.total_granted) == (Status.PARTLY_GRANTED, 751)
    assert slot(retour)[-2:] == ["00000000751", "D"]


def test_a_credit_counts_negative(answer: Any) -> None:
    """The total is a credit; what is granted of a debet record stays a debet."""
    message = Message().add("02").add("04", r0424="1000")
    message.add("04", r0424="5000", r0427="C", r0408=UNKNOWN_DATE, r0433="EERDER")
    outcome, retour = answer(message, INSURER)
    assert outcome.total_declared == -4000
    assert slot(retour)[5:] == ["00000004000", "C", "00000001000", "D"]
    assert read(retour)[-1] == Line("04", 3, ("8007",), ZERO, ZERO)


def test_a_total_of_zero_is_debet(answer: Any) -> None:
    message = Message().add("02", r0207=NOBODY).add("04", r0424="0")
    _, retour = answer(message)
    assert slot(retour)[5:] == ["00000000000", "D", "00000000000", "D"]


# The insurer's choices.


def _mixed() -> Message:
    """A rejected verzekerde and a good one, with commentaar and a second prestatie."""
    return _put(_with_commentaar(), 1, r0207=NOBODY)


@pytest.mark.parametrize(("choice", "header"), [({}, "0200"), ({"volledig_afgewezen": "8073"}, "8073")])
def test_fully_rejected(store: Database, tmp_path: Path, answer: Any, choice: dict[str, object], header: str) -> None:
    _beleid(store, tmp_path, **choice)
    outcome, retour = answer(Message().add("02", r0207=NOBODY).add("04"))
    assert outcome.status is Status.FULLY_REJECTED
    assert _content(retour) == [("01", 0, (header,)), ("02", 1, ("8004",)), ("04", 2, ("8002",))]
    assert slot(retour)[-2:] == ["00000000000", "D"]


def test_no_8073_where_something_is_granted(store: Database, tmp_path: Path, answer: Any) -> None:
    _beleid(store, tmp_path, volledig_afgewezen="8073")
    outcome, retour = answer(_mixed())
    assert (outcome.status, read(retour)[0].codes) == (Status.PARTLY_GRANTED, ("0200",))


def test_all_or_nothing(store: Database, tmp_path: Path, answer: Any) -> None:
    _beleid(store, tmp_path, alles_of_niets=True)
    outcome, retour = answer(_mixed())
    assert (outcome.status, outcome.total_granted) == (Status.FULLY_REJECTED, 0)
    without, excluded, good = ("0200",), ("8002",), ("8096",)
    assert _content(retour) == [
        ("01", 0, ("8097",)),
        ("02", 1, ("8004",)),
        *[("98", 1, without)] * 2,
        ("04", 2, excluded),
        *[("98", 2, excluded)] * 2,
        ("04", 3, excluded),
        *[("98", 3, excluded)] * 2,
        ("02", 4, without),
        *[("98", 4, without)] * 2,
        ("04", 5, good),
        *[("98", 5, without)] * 2,
        ("04", 6, good),
        *[("98", 6, without)] * 2,
    ]
    assert {(r.berekend, r.toegekend) for r in read(retour) if r.kenmerk == "04"} == {(ZERO, ZERO)}
    assert slot(retour) == ["000002", "000000", "000004", "000012", "0000018", "00000004000", "D", "00000000000", "D"]


def test_all_or_nothing_without_an_error(store: Database, tmp_path: Path, answer: Any) -> None:
    _beleid(store, tmp_path, alles_of_niets=True)
    outcome, retour = answer(_with_commentaar())
    assert outcome.status is Status.FULLY_GRANTED
    assert _content(retour) == [("01", 0, ("8001",))]


def test_all_or_nothing_with_an_error_at_the_end(store: Database, tmp_path: Path, answer: Any) -> None:
    """The error stands in the last record; the first goes back with 8096 all the same."""
    _beleid(store, tmp_path, alles_of_niets=True)
    _, retour = answer(_put(_with_commentaar(), 6, r0408=UNKNOWN_DATE), INSURER)
    assert [codes(retour)["04", n] for n in (2, 3, 5, 6)] == [("8096",)] * 3 + [("8007",)]
    assert codes(retour)["02", 1] == ("0200",)


@pytest.mark.parametrize("stage", [VECOZO, INSURER])
def test_retourcodes_of_the_beleid(store: Database, tmp_path: Path, answer: Any, stage: Stage) -> None:
    _beleid(store, tmp_path, retourcodes={"0408-1": "8072", "0119-1": "8074"})
    message = Message().add("02").add("04", r0408=UNKNOWN_DATE)
    outcome, retour = answer(message, stage)
    assert codes(retour)["04", 2] == ("8072",)
    assert [m.retourcode for m in outcome.meldingen] == ["8072"]
    assert [m.finding.check.id for m in outcome.meldingen] == ["0408-1"]
    _, retour = answer(Message(voorloop=make("01", r0119="USD")).add("02").add("04"), stage)
    assert read(retour)[0].codes == ("0001", "8074")


def test_two_checks_with_the_same_code_stand_once(store: Database, tmp_path: Path, answer: Any) -> None:
    _beleid(store, tmp_path, retourcodes={"0403-1": "8072", "0404-1": "8072"})
    fields = {"r0403": "300197243", "r0404": "0739", "r0405": "X", "r0408": UNKNOWN_DATE}
    _, retour = answer(Message().add("02").add("04", **fields), INSURER)
    assert codes(retour)["04", 2] == ("8072", "0300", "8007")


def test_switched_off(store: Database, tmp_path: Path, answer: Any) -> None:
    """A check that is switched off is performed by neither; what it would have found unreadable is judged no further."""
    _beleid(store, tmp_path, uit=["0403-1", "0404-1", "0119-1"])
    fields = {"r0403": "300197243", "r0404": "0739", "r0405": "X"}
    message = Message(voorloop=make("01", r0119="USD")).add("02").add("04", **fields)
    for stage in (VECOZO, INSURER):
        outcome, retour = answer(message, stage)
        assert codes(retour)["04", 2] == ("0300",)
        assert [m.finding.check.id for m in outcome.meldingen] == ["0405-1"]


def test_a_check_of_the_structure_switched_off(store: Database, tmp_path: Path, answer: Any) -> None:
    """The reserve is no longer looked at; nothing else changes."""
    _beleid(store, tmp_path, uit=["record-6"])
    outcome, _ = answer(Message().add("02", r0280="X").add("04", r0480="X"))
    assert outcome.status is Status.FULLY_GRANTED


@pytest.mark.parametrize(
    ("check", "verzekerde", "prestatie"),
    [("0408-1", {}, {"r0408": "20010132"}), ("0207-1", {"r0207": "19220399"}, {})],
)
def test_uit_blijft_onleesbaar_achter_vecozo(
    check: str,
    verzekerde: dict[str, str],
    prestatie: dict[str, str],
    store: Database,
    tmp_path: Path,
    answer: Any,
) -> None:
    """The insurer doesn't judge by what can't be read, also where he leaves to VECOZO the check that would say so."""
    message = Message().add("02", **verzekerde).add("04", **prestatie)
    _beleid(store, tmp_path, uit=[check])
    assert answer(message) == answer(message, INSURER)


def test_beleid_of_another_does_not_count(store: Database, tmp_path: Path, answer: Any) -> None:
    other = {"nummer": "0739", "naam": "A", "soort": "zorgverzekeraar", "edp": True, "beleid": {"uit": ["0408-1"]}}
    _load(store, tmp_path, uzovi=[other])
    _, retour = answer(Message().add("02").add("04", r0408=UNKNOWN_DATE), INSURER)
    assert codes(retour)["04", 2] == ("8007",)


# The voorlooprecord of the retour.


@pytest.mark.parametrize(("heen", "back"), [("176", "177"), ("250", "251"), ("101", "177"), ("000", "177")])
def test_0102(answer: Any, heen: str, back: str) -> None:
    _, retour = answer(Message(voorloop=make("01", r0102=heen, r0119="USD")).add("02").add("04"))
    assert field(records(retour)[0], "0102") == back


def test_0106_is_not_given_back_and_0107_is(answer: Any) -> None:
    header = make("01", r0106="123456", r0107="versie 9")
    _, retour = answer(Message(voorloop=header).add("02").add("04"))
    assert field(records(retour)[0], "0106") == "000000"
    assert field(records(retour)[0], "0107") == "versie 9  "


def test_0181_begins_with_who_answers(answer: Any) -> None:
    message = Message(voorloop=make("01", r0116="ABCDEFGHIJKL")).add("02").add("04", r0408=UNKNOWN_DATE)
    for stage, begin in ((VECOZO, "VECOZO"), (INSURER, "0736")):
        _, retour = answer(message, stage)
        assert field(records(retour)[0], "0181").startswith(begin)


@pytest.mark.parametrize("uzovi", ["", "12X4", "\xff\xff\xff\xff"])
def test_0181_of_an_unreadable_uzovi_number(answer: Any, uzovi: str) -> None:
    _, retour = answer(Message(voorloop=make("01", r0108=uzovi)).add("02").add("04"), INSURER)
    assert field(records(retour)[0], "0181")[:4].isdigit()


def test_characters_of_iso_8859_1_come_back_as_they_came(answer: Any) -> None:
    message = Message().add("02", r0210="Jänßen-Ÿé".replace("Ÿ", "ÿ"), r0207=NOBODY).add("04")
    declaration = bytes(message)
    _, retour = answer(message)
    assert records(retour)[1][:310] == declaration.split(b"\r\n")[1]


# Many, and again.


def _thousands() -> Message:
    message = Message()
    for n in range(5000):
        message.add("02", r0203="999999999", r0205=f"N{n:05d}", r0207="19700101")
        message.add("04", r0408=UNKNOWN_DATE if n % 1000 == 7 else "20110331")
    return message


def _polissen(store: Database, folder: Path) -> None:
    polis = {"geboortedatum": dt.date(1970, 1, 1), "naam": "N", "uzovi": "0736", "pakketten": ["ALLES"]}
    days = {"ingang": dt.date(2006, 1, 1), "einde": None}
    persons = [n for n in range(5000) if n % 1000 != 9]
    _load(store, folder, polissen=[polis | days | {"verzekerdennummer": f"N{n:05d}", "bsn": None} for n in persons])


@pytest.mark.slow
def test_five_thousand_verzekerden(store: Database, tmp_path: Path, answer: Any) -> None:
    """Of every thousand one has a wrong date, one no polis; the facts of the others are not mixed up."""
    _polissen(store, tmp_path)
    outcome, retour = answer(_thousands(), INSURER)
    expected = [("01", 0, ("0200",))]
    for thousand in range(5):
        first, second = ((thousand * 1000 + n) * 2 + 1 for n in (7, 9))
        expected += [("02", first, ("0200",)), ("04", first + 1, ("8007",))]
        expected += [("02", second, ("0300",)), ("04", second + 1, ("8002",))]
    assert _content(retour) == expected
    assert outcome.total_granted == (5000 - 10) * 1000
    assert slot(retour)[:5] == ["000010", "000000", "000010", "000000", "0000020"]


@pytest.mark.slow
def test_five_thousand_verzekerden_at_vecozo(answer: Any) -> None:
    message = _thousands()
    declaration = bytes(message).split(b"\r\n")
    _, retour = answer(message, VECOZO)
    back = records(retour)
    assert len(back) == 10_002
    assert [r[:310] for r in back[1:-1]] == declaration[1:-2]
    assert sum(line.codes == ("8007",) for line in read(retour)) == 5


@pytest.mark.parametrize("stage", [Stage.ALL, INSURER])
def test_same_input_store_and_date_same_bytes(stage: Stage, inv_store: Path, tmp_path: Path, answer: Any) -> None:
    message = _put(_mixed(), 5, r0408=UNKNOWN_DATE)
    retouren = {answer(message, stage)[1] for _ in range(3)}
    assert len(retouren) == 1
    (retour,) = retouren
    _, tomorrow = answer(message, stage, DATE + dt.timedelta(days=1))
    assert tomorrow[334:342] == b"20110503"
    assert tomorrow[:334] + tomorrow[342:] == retour[:334] + retour[342:], "the date is the only difference"


@pytest.mark.slow
def test_same_bytes_in_every_process(inv_store: Path, tmp_path: Path) -> None:
    """No order of a set or a dict gets into a retour: the seed of the hashes makes no difference."""
    declaration = tmp_path / "x.asc"
    declaration.write_bytes(bytes(_put(_mixed(), 5, r0403="300197243", r0404="0739", r0405="X", r0432=" ")))
    found = set()
    for seed in ("0", "1", "2"):
        options = ["--store", f"sqlite:///{inv_store}", *ON_DATE, "--dry-run", "--stage", "verzekeraar", "--json"]
        ended = process("replay", declaration, *options, PYTHONHASHSEED=seed)
        assert (ended.returncode, ended.stderr) == (0, "")
        found.add((ended.stdout, (tmp_path / "x.mz302.asc").read_bytes()))
    assert len(found) == 1
