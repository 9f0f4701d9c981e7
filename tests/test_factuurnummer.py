"""When a factuurnummer or a referentienummer is used, and when it is free (INV 2.3.3, 2.3.17).

`FilePath` replays declarations on one store and says how each ended: the retourcodes of the first objections, or "".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from mzsim.domain.findings import Stage, Status
from mzsim.store.loading import load_file
from mzsim.store.session import Database
from tests.commands import DATE, play
from tests.factories import Message, make, simple

ALL, VECOZO, INSURER = Stage.ALL, Stage.VECOZO, Stage.INSURER
# Other values of what differs between the declarations of a test, so that nothing but the number under test is repeated.
OTHER_PARTY = {"r0110": "12009999", "r0111": "12054321"}


class FilePath:
    """Replays declarations on one store, with a factuurnummer, a referentienummer and a gebitselement of their own."""

    def __init__(self, store: Database, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._count = 0

    def __call__(
        self, stage: Stage = ALL, date: str | dt.date = DATE, message: Message | None = None, **fields: str
    ) -> list[str]:
        """The retourcodes of what was objected to."""
        self._count += 1
        if message is None:
            own = {"r0116": f"EIGEN{self._count}", "r0432": f"EIGEN{self._count}", "r0415": f"1{self._count}"}
            message = simple(**own | fields)
        if isinstance(date, str):
            date = dt.date.fromisoformat(date)
        self.uitkomst, _ = play(self._store, self._folder, bytes(message), stage=stage, date=date)
        return [str(m.retourcode) for m in self.uitkomst.meldingen]

    def load(self, **content: object) -> None:
        file = self._folder / "extra.yaml"
        file.write_text(yaml.safe_dump(content), "utf-8")
        load_file(self._store, file)

    def beleid(self, **beleid: object) -> None:
        self.load(uzovi=[{"nummer": "0736", "naam": "V", "soort": "zorgverzekeraar", "edp": True, "beleid": beleid}])


@pytest.fixture
def path(store: Database, tmp_path: Path) -> FilePath:
    return FilePath(store, tmp_path)


# What is the same number.


@pytest.mark.parametrize("stage", [ALL, INSURER])
@pytest.mark.parametrize(
    ("at_first", "then"),
    [
        ("F1", "F1"),
        ("F1", "f1"),
        ("factuur-één", "FACTUUR-ÉÉN"),
        ("straße", "STRAßE"),
        ("F1", "F1   "),
        ("AA1234567890", "aa1234567890"),
        ("000000000000", "000000000000"),
    ],
)
def test_same_number(path: FilePath, stage: Stage, at_first: str, then: str) -> None:
    assert path(stage, r0116=at_first) == []
    assert path(stage, r0116=then) == ["0030"]


@pytest.mark.parametrize("then", ["F11", "F 1", "F-1", "F1.", "01", "1F"])
def test_another_number(path: FilePath, then: str) -> None:
    assert path(r0116="F1") == []
    assert path(r0116=then) == []


def test_a_leading_space_is_no_other_number_but_wrong(path: FilePath) -> None:
    assert path(r0116=" F1") == ["0030"]
    assert path(r0116="") == ["0030"]
    assert path(r0116="F1") == [], "what was rejected took nothing"


# Whose number.


@pytest.mark.parametrize("stage", [ALL, INSURER])
def test_per_party_that_is_paid(path: FilePath, stage: Stage) -> None:
    assert path(stage, r0116="F1") == []
    assert path(stage, r0116="F1", **OTHER_PARTY) == []
    assert path(stage, r0116="F1", r0110="12009999") == ["0030"], "0113 = 03: the praktijk is paid, whoever works there"


def test_0113_says_which_party(path: FilePath) -> None:
    """The zorgverlener has numbers of his own, apart from those of the praktijk."""
    assert path(r0116="F1", r0113="03") == []
    assert path(r0116="F1", r0113="02") == []
    assert path(r0116="F1", r0113="02", r0111="12054321") == ["0030"]


def test_vecozo_knows_the_numbers_of_every_insurer(path: FilePath) -> None:
    polis = {"bsn": "123456782", "geboortedatum": dt.date(1954, 12, 10), "naam": "Jansen", "uzovi": "0739"}
    path.load(
        pakketten=[
            {"code": "P", "uzovi": "0739", "soort": "basis", "dekkingen": [{"prestaties": ["*"], "percentage": 100}]}
        ],
        polissen=[polis | {"ingang": dt.date(2006, 1, 1), "einde": None, "pakketten": ["P"]}],
    )
    at_other = {"r0108": "0739", "r0204": "0739"}
    assert path(r0116="F1") == []
    assert path(INSURER, r0116="F1", **at_other) == [], "the insurer's own list holds what reached it"
    assert path(ALL, r0116="F1", **at_other) == ["0030"]
    assert path(INSURER, r0116="F1", **at_other) == ["0030"]


# For how long.


@pytest.mark.parametrize(
    ("received", "played", "codes"),
    [
        ("2006-05-02", "2011-05-02", []),
        ("2006-05-03", "2011-05-02", ["0030"]),
        ("2011-05-02", "2016-05-01", ["0030"]),
        ("2011-05-02", "2016-05-02", []),
        ("2012-02-29", "2017-02-28", ["0030"]),
        ("2012-02-29", "2017-03-01", []),
        ("2011-02-28", "2016-02-28", []),
        ("2011-03-01", "2016-02-29", ["0030"]),
    ],
)
@pytest.mark.parametrize("stage", [ALL, INSURER])
def test_five_years_to_the_day(path: FilePath, stage: Stage, received: str, played: str, codes: list[str]) -> None:
    day = dt.date.fromisoformat(received)
    number = {"agb": "12012345", "factuurnummer": "F1", "uzovi": "0736"}
    path.load(factuurnummers=[number | {"ontvangen": day, "uitkomst": "toegewezen"}])
    assert path(stage, played, r0116="F1", r0117="20110430") == codes


def test_five_years_after_a_declaration(path: FilePath) -> None:
    assert path(r0116="F1") == []
    assert path(date="2016-05-01", r0116="F1") == ["0030"]
    assert path(date="2016-05-02", r0116="F1") == []
    assert path(date="2016-05-03", r0116="F1") == ["0030"], "from here on the five years of the second run"
    assert path(date="2021-05-02", r0116="F1") == []


# What became of it.


def test_free_after_rejection_by_vecozo_as_a_file(path: FilePath) -> None:
    assert path(r0116="F1", r0119="USD") == ["0031"]
    assert path(r0116="F1") == []


def test_free_after_rejection_by_vecozo_on_records(path: FilePath) -> None:
    assert path(r0116="F1", r0408="20110332") == ["8007"]
    assert path.uitkomst.status is Status.REJECTED_RECORD
    assert path(r0116="F1") == []


def test_not_free_after_partly_granted(path: FilePath) -> None:
    message = Message(voorloop=make("01", r0116="F1")).add("02").add("04")
    message.add("02", r0203="100197243", r0207="19000101").add("04")
    assert path(message=message) == ["8004"]
    assert path.uitkomst.status is Status.PARTLY_GRANTED
    path.beleid(factuurnummer_hergebruik_na_afwijzing=True)
    assert path(r0116="F1") == ["0030"], "the beleid frees what was rejected as a whole"


def _rejects_whole(path: FilePath) -> None:
    assert path(r0116="F1", r0207="19000101") == ["8004"]
    assert path.uitkomst.status is Status.FULLY_REJECTED


def _rejects_file(path: FilePath) -> None:
    """Left out by VECOZO, rejected as a file by the insurer."""
    assert path(INSURER, r0116="F1", r0119="USD") == ["0031"]
    assert path.uitkomst.status is Status.REJECTED_FILE


@pytest.mark.parametrize("rejects", [_rejects_whole, _rejects_file])
def test_not_free_after_rejection_by_the_insurer(path: FilePath, rejects: Callable[[FilePath], None]) -> None:
    rejects(path)
    assert path(INSURER, r0116="F1") == ["0030"]


def test_not_free_at_vecozo_after_rejection_by_the_insurer(path: FilePath) -> None:
    _rejects_whole(path)
    assert path(r0116="F1") == ["0030"]
    assert path.uitkomst.sender == "VECOZO"


@pytest.mark.parametrize("rejects", [_rejects_whole, _rejects_file])
@pytest.mark.parametrize("stage", [ALL, INSURER])
def test_free_after_rejection_by_the_insurer_if_its_beleid_says_so(
    path: FilePath, rejects: Callable[[FilePath], None], stage: Stage
) -> None:
    path.beleid(factuurnummer_hergebruik_na_afwijzing=True)
    rejects(path)
    assert path(stage, r0116="F1") == []
    assert path(stage, r0116="F1") == ["0030"], "granted this time"


@pytest.mark.parametrize(
    ("outcome", "beleid", "codes"),
    [
        ("toegewezen", {}, ["0030"]),
        ("afgewezen_verzekeraar", {}, ["0030"]),
        ("afgewezen_vecozo", {}, []),
        ("toegewezen", {"factuurnummer_hergebruik_na_afwijzing": True}, ["0030"]),
        ("afgewezen_verzekeraar", {"factuurnummer_hergebruik_na_afwijzing": True}, []),
        ("afgewezen_vecozo", {"factuurnummer_hergebruik_na_afwijzing": True}, []),
    ],
)
@pytest.mark.parametrize("stage", [ALL, VECOZO, INSURER])
def test_a_line_in_the_store_belongs_to_both_lists(
    path: FilePath, stage: Stage, outcome: str, beleid: dict[str, object], codes: list[str]
) -> None:
    path.beleid(**beleid)
    number = {"agb": "12012345", "factuurnummer": "f1", "uzovi": "0736"}
    path.load(factuurnummers=[number | {"ontvangen": dt.date(2010, 6, 30), "uitkomst": outcome}])
    assert path(stage, r0116="F1") == codes


def test_a_refused_number_stays_with_the_first(path: FilePath) -> None:
    """What is refused for its number does not renew it, nor its outcome."""
    path.beleid(factuurnummer_hergebruik_na_afwijzing=True)
    assert path(r0116="F1") == []
    for date in ("2011-06-01", "2015-01-01"):
        assert path(ALL, date, r0116="F1") == ["0030"]
        assert path(INSURER, date, r0116="F1") == ["0030"]
    assert path(date="2016-05-02", r0116="F1") == []


# The stages apart.


def test_first_vecozo_then_the_insurer(path: FilePath) -> None:
    """VECOZO forwards, and knows the number; at the insurer it is new, once."""
    assert path(VECOZO, r0116="F1", r0432="R1") == []
    assert path.uitkomst.status is Status.FORWARDED
    assert path(INSURER, r0116="F1", r0432="R1") == []
    assert path.uitkomst.status is Status.FULLY_GRANTED
    assert path(VECOZO, r0116="F1") == ["0030"]
    assert path(INSURER, r0116="F1") == ["0030"]


def test_vecozo_twice(path: FilePath) -> None:
    assert path(VECOZO, r0116="F1") == []
    assert path(VECOZO, r0116="F1") == ["0030"]


def test_the_insurer_by_itself_leaves_the_list_of_vecozo_as_it_is(path: FilePath) -> None:
    """VECOZO's list holds what it forwarded; this it never saw."""
    assert path(INSURER, r0116="F1") == []
    assert path(VECOZO, r0116="F1") == []


def test_a_number_that_the_insurer_rejected_stays_used_when_vecozo_forwards_it(path: FilePath) -> None:
    """VECOZO never saw the first message. That it forwards the second takes nothing off the insurer's own list."""
    _rejects_file(path)
    assert path(VECOZO, r0116="F1") == []
    assert path(INSURER, r0116="F1") == ["0030"]


def test_an_insurer_frees_only_the_numbers_that_he_rejected_himself(path: FilePath) -> None:
    """Another insurer frees what he rejected, and has VECOZO forward a number that is in use (0116-2 is off for him)."""
    other = {"nummer": "0737", "naam": "W", "soort": "zorgverzekeraar", "edp": True}
    path.load(uzovi=[other | {"beleid": {"factuurnummer_hergebruik_na_afwijzing": True, "uit": ["0116-2"]}}])
    _rejects_whole(path)
    assert path(r0116="F1", r0108="0737", r0204="0737") == ["0320"]
    assert path.uitkomst.status is Status.FULLY_REJECTED
    assert path(VECOZO, r0116="F1") == ["0030"]


# Referentienummers: rubriek 0432.


def test_referentienummer_twice_at_the_same_insurer(path: FilePath) -> None:
    assert path(r0432="R1") == []
    assert path(r0432="R1") == ["8021"]
    assert path.uitkomst.sender == "0736"


@pytest.mark.parametrize(
    ("at_first", "then", "codes"),
    [("R1", "R1  ", ["8021"]), ("één", "één", ["8021"]), ("ref-1", "REF-1", []), ("één", "ÉÉN", [])],
)
def test_referentienummers_count_as_they_stand(path: FilePath, at_first: str, then: str, codes: list[str]) -> None:
    """Capitals tell two numbers apart; spaces behind one don't."""
    assert path(r0432=at_first) == []
    assert path(r0432=then) == codes


def test_referentienummer_per_party(path: FilePath) -> None:
    assert path(r0432="R1") == []
    assert path(r0432="R1", **OTHER_PARTY) == []


def test_referentienummer_five_years_to_the_day(path: FilePath) -> None:
    assert path(r0432="R1") == []
    assert path(date="2016-05-01", r0432="R1") == ["8021"]
    assert path(date="2021-05-01", r0432="R1") == [], "five years after the refused one, which reached the insurer too"


def test_referentienummer_free_after_five_years(path: FilePath) -> None:
    assert path(r0432="R1") == []
    assert path(date="2016-05-02", r0432="R1") == []


def test_referentienummer_that_vecozo_stopped_is_free(path: FilePath) -> None:
    assert path(r0432="R1", r0408="20110332") == ["8007"]
    assert path(r0432="R1") == []


def test_referentienummer_that_vecozo_only_forwarded_is_free(path: FilePath) -> None:
    assert path(VECOZO, r0432="R1") == []
    assert path(r0432="R1") == []


@pytest.mark.parametrize("reuse", [False, True])
def test_referentienummer_of_a_rejected_record(path: FilePath, reuse: bool) -> None:
    path.beleid(referentienummer_hergebruik_na_afwijzing=reuse)
    assert path(INSURER, r0432="R1", r0408="20110332") == ["8007"]
    assert path(r0432="R1") == ([] if reuse else ["8021"])
    assert path(r0432="R1") == ["8021"], "granted or refused, it reached the insurer" if not reuse else "granted"


@pytest.mark.parametrize("reuse", [False, True])
def test_referentienummer_under_a_rejected_verzekerde(path: FilePath, reuse: bool) -> None:
    path.beleid(referentienummer_hergebruik_na_afwijzing=reuse)
    assert path(r0432="R1", r0207="19000101") == ["8004"]
    assert path(r0432="R1") == ([] if reuse else ["8021"])


@pytest.mark.parametrize("reuse", [False, True])
def test_referentienummer_in_a_file_that_the_insurer_rejected(path: FilePath, reuse: bool) -> None:
    path.beleid(referentienummer_hergebruik_na_afwijzing=reuse)
    assert path(INSURER, r0432="R1", r0119="USD") == ["0031"]
    assert path(r0432="R1") == ([] if reuse else ["8021"])


def test_referentienummer_twice_in_one_file(path: FilePath) -> None:
    """VECOZO sees it: the later record is wrong. No record of the message itself counts as declared before."""
    message = Message().add("02").add("04", r0432="R1").add("04", r0432="R1 ", r0424="2000")
    assert path(message=message) == ["8021"]
    ((melding,),) = [path.uitkomst.meldingen]
    assert melding.finding.identificatie == 3
    assert path(INSURER, message=message) == ["8021"]


# Used, but something else decides: the number stays with the message that has it.


@pytest.mark.parametrize("stage", [ALL, INSURER])
def test_used_number_where_the_check_is_switched_off(path: FilePath, stage: Stage) -> None:
    assert path(stage, r0116="F1") == []
    path.beleid(uit=["0116-2"])
    assert path(stage, r0116="F1", r0432="R2") == []
    path.beleid()
    assert path(stage, r0116="F1", r0432="R3") == ["0030"]


def test_used_number_at_another_insurer_where_the_check_is_switched_off(path: FilePath) -> None:
    """The other insurer has the number already, from a message that VECOZO did not see."""
    path.load(
        uzovi=[{"nummer": "9900", "naam": "A", "soort": "zorgverzekeraar", "edp": True, "beleid": {"uit": ["0116-2"]}}]
    )
    assert path(ALL, r0116="F1") == []
    path(INSURER, r0116="F1", r0108="9900", r0432="R2")
    path(ALL, r0116="F1", r0108="9900", r0432="R3")
    assert path(ALL, r0116="F1", r0432="R4") == ["0030"]


def test_used_number_on_a_file_with_an_error_in_its_structure(path: FilePath) -> None:
    assert path(INSURER, r0116="F1") == []
    assert path(INSURER, message=_without_verzekerde()) == ["8026"]
    assert path(INSURER, r0116="F1", r0432="R3") == ["0030"]


def _without_verzekerde() -> Message:
    return Message(voorloop=make("01", r0116="F1")).add("04")
