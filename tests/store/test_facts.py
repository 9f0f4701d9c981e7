"""What is asked of the store in bulk, on every database."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from mzsim.domain.earlier.credits import EarlierRecord
from mzsim.domain.facts import ContractFact, MachtigingFact, valid_contract
from mzsim.store.facts import FactSource
from mzsim.store.history import HistorySource
from mzsim.store.loading import load_file
from mzsim.store.many_values import find
from mzsim.store.models import Model
from mzsim.store.session import Connection, Database, open_store
from tests.commands import play
from tests.databases import by_models
from tests.factories import Message, make

CONTRACTS = """\
uzovi:
  - {nummer: "0736", naam: Voorbeeld, soort: zorgverzekeraar, edp: true}
  - {nummer: "0739", naam: Andere, soort: zorgverzekeraar, edp: true}
  - {nummer: "0740", naam: Label, soort: zorgverzekeraar, edp: true, label_van: "0736"}
contracten:
  - {uzovi: "0736", agb: "12012345", ingang: 2011-01-01, einde: null, tarieven: {C11: 21.50, J080: 0.00},
     modules: {implantologie: machtigingsvrij}}
  - {uzovi: "0736", agb: "12012345", ingang: 2008-01-01, einde: 2010-12-31}
  - {uzovi: "0739", agb: "12012345", ingang: 2009-01-01, tarieven: {C11: 1.00}}
  - {uzovi: "0736", agb: "12099999", ingang: 2009-01-01, tarieven: {C11: 2.00}}
"""
OLD = ContractFact(b"20080101", b"20101231", {}, {})
NEW = ContractFact(b"20110101", None, {b"C11   ": 2150, b"J080  ": 0}, {"implantologie": "machtigingsvrij"})


def _load(store: Database, folder: Path) -> None:
    file = folder / "contracten.yaml"
    file.write_text(CONTRACTS, "utf-8")
    load_file(store, file)


def test_contracts_of_a_party(store: Database, tmp_path: Path) -> None:
    _load(store, tmp_path)
    with store.read() as connection:
        facts = FactSource(connection, dt.date(2011, 5, 2))
        assert facts.contracten("0736", ["12012345"]) == (OLD, NEW)
        assert facts.contracten("0736", ["12000000"]) == ()
        assert facts.contracten("0740", ["12012345"]) == ()
        assert facts.contracten("0736", []) == ()


def test_contracts_of_two_parties(store: Database, tmp_path: Path) -> None:
    """Those of the first, who is paid, come last whenever they began: of those in force on a day the last counts."""
    _load(store, tmp_path)
    between = ContractFact(b"20090101", None, {b"C11   ": 200}, {})
    with store.read() as connection:
        facts = FactSource(connection, dt.date(2011, 5, 2))
        assert facts.contracten("0736", ["12012345", "12099999"]) == (between, OLD, NEW)
        assert facts.contracten("0736", ["12099999", "12012345"]) == (OLD, NEW, between)


REGISTER = """\
zorgaanbieders:
  - {agb: "12000001", soort: zorgverlener, naam: A, werkt_in: ["12010001", "12010002"]}
  - {agb: "12000002", soort: zorgverlener, naam: B, werkt_in: ["12010003"]}
  - {agb: "12000003", soort: zorgverlener, naam: C}
  - {agb: "12010001", soort: praktijk, naam: D, werkt_in: ["37000001"]}
  - {agb: "12010002", soort: praktijk, naam: E}
  - {agb: "37000001", soort: instelling, naam: F, werkt_in: ["17000001"]}
  - {agb: "17000001", soort: instelling, naam: G, werkt_in: ["37000001"]}
"""


def test_where_a_zorgaanbieder_works_over_any_number_of_steps(store: Database, tmp_path: Path) -> None:
    """Also where the register leads round in a circle, or to what it does not hold."""
    file = tmp_path / "register.yaml"
    file.write_text(REGISTER, "utf-8")
    load_file(store, file)
    with store.read() as connection:
        facts = FactSource(connection, dt.date(2011, 5, 2))
        found = facts.zorgaanbieders([b"12000001", b"12000002", b"12000003", b"12999999", b"1200000X", b"17000001"])
    assert found == {
        b"12000001": ("zorgverlener", {b"12010001", b"12010002", b"37000001", b"17000001"}),
        b"12000002": ("zorgverlener", {b"12010003"}),
        b"12000003": ("zorgverlener", frozenset()),
        b"17000001": ("instelling", {b"37000001", b"17000001"}),
    }


def test_a_register_is_asked_a_step_at_a_time(store: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not once for each behandelaar: as many statements as there are steps."""
    many = [f"120{n:05d}" for n in range(400)]
    lines = [f'  - {{agb: "{agb}", soort: zorgverlener, naam: A, werkt_in: ["12010001"]}}\n' for agb in many]
    file = tmp_path / "register.yaml"
    file.write_text(REGISTER + "".join(line for line in lines if line[10:18] not in REGISTER), "utf-8")
    load_file(store, file)
    asked: list[str] = []
    with store.read() as connection:
        real = connection.rows
        monkeypatch.setattr(connection, "rows", lambda order, *values: asked.append(order) or real(order, *values))
        FactSource(connection, dt.date(2011, 5, 2)).zorgaanbieders(agb.encode() for agb in many)
    assert len(asked) == 4, "the behandelaren, their praktijken, the gezondheidscentrum, the rechtspersoon"


def test_only_contracts_of_the_insurer_itself_count(store: Database, tmp_path: Path) -> None:
    with store.read() as connection:
        assert not FactSource(connection, dt.date(2011, 5, 2)).has_contracten("0736")
    _load(store, tmp_path)
    with store.read() as connection:
        facts = FactSource(connection, dt.date(2011, 5, 2))
        assert facts.has_contracten("0736")
        assert facts.has_contracten("0739")
        assert not facts.has_contracten("0740")


def test_the_contract_of_a_day() -> None:
    assert valid_contract((OLD, NEW), b"20071231") is None
    assert valid_contract((OLD, NEW), b"20080101") is OLD
    assert valid_contract((OLD, NEW), b"20101231") is OLD
    assert valid_contract((OLD, NEW), b"20110101") is NEW
    assert valid_contract((OLD._replace(end=None), NEW), b"20110101") is NEW


MACHTIGINGEN = """\
uzovi:
  - {nummer: "0736", naam: Voorbeeld, soort: zorgverzekeraar, edp: true}
  - {nummer: "0739", naam: Andere, soort: zorgverzekeraar, edp: true}
  - {nummer: "0740", naam: Label, soort: zorgverzekeraar, edp: true, label_van: "0736"}
machtigingen:
  - {nummer: M1, uzovi: "0736", bsn: "123456782", agb: "12012345", prestaties: ["J*", C11], ingang: 2011-01-01,
     einde: 2011-12-31, status: afgegeven, aantal: 3, bedrag: 500.00}
  - {nummer: M1, uzovi: "0740", bsn: "100197243", agb: "12012345", prestaties: ["*"], ingang: 2011-01-01,
     status: vervallen}
  - {nummer: M2, uzovi: "0739", bsn: "123456782", agb: "12012345", prestaties: ["*"], ingang: 2011-01-01,
     status: afgegeven}
"""
M1 = MachtigingFact("0736", "M1", b"123456782", b"12012345", ("J*", "C11"), b"20110101", b"20111231", True, 3, 50000)
M1_LABEL = MachtigingFact("0740", "M1", b"100197243", b"12012345", ("*",), b"20110101", None, False)


def _history(connection: Connection, own_message: int = 2**31 - 1) -> HistorySource:
    facts = FactSource(connection, dt.date(2011, 5, 2))
    facts.own_message = own_message
    return facts.history("12012345", {"0736"})


def test_machtigingen_of_an_insurer_and_its_labels(store: Database, tmp_path: Path) -> None:
    file = tmp_path / "machtigingen.yaml"
    file.write_text(MACHTIGINGEN, "utf-8")
    load_file(store, file)
    with store.read() as connection:
        source = FactSource(connection, dt.date(2011, 5, 2)).machtigingen(frozenset({"0736", "0740"}))
        assert source.with_number({"M1", "M2", "M3"}) == {("0736", "M1"): M1, ("0740", "M1"): M1_LABEL}
        assert source.of_verzekerden({"123456782", "100197243"}) == {("0736", "123456782"): [M1]}
        assert source.with_number(()) == source.of_verzekerden(()) == {}
        assert source.has_limited()
        assert source.with_limited({"123456782", "100197243"}) == {"123456782"}


def test_what_was_granted_earlier(inv_url: str, tmp_path: Path) -> None:
    """Granted records of any party, a credit negative; not those of the message at hand, or of another period."""
    store = open_store(inv_url)
    first = Message(voorloop=make("01", r0116="F1", r0114="20101201")).add("02")
    first.add("04", r0432="A", r0425="2", r0413="J01", r0414="1")
    first.add("04", r0432="B", r0408="20101231")
    first.add("04", r0432="C", r0406="M404")
    second = Message(voorloop=make("01", r0116="F2")).add("02")
    second.add("04", r0432="D", r0425="2", r0413="J01", r0414="1", r0427="C", r0433="A")
    for message in (first, second):
        play(store, tmp_path, bytes(message))
    debet = EarlierRecord(
        id=1,
        bericht_id=1,
        agb="12012345",
        persoon="123456782",
        datum="20110331",
        soort="01",
        prestatiecode="J01",
        behandelaar="12004567",
        gebitselement="00",
        vlak="",
        kaak="1",
        referentienummer="A",
        vorig_referentienummer="",
        aantal=2,
        declaratiebedrag=2000,
        toegekend_bedrag=2000,
        uitkomst="toegewezen",
        aandelen=None,
    )
    credit = debet._replace(
        id=4,
        bericht_id=2,
        referentienummer="D",
        vorig_referentienummer="A",
        declaratiebedrag=-2000,
        toegekend_bedrag=-2000,
    )
    with store.read() as connection:
        assert _history(connection).granted({"123456782"}, "20110101", "20111231") == [debet, credit]
        last = connection.scalar("SELECT max(id) FROM berichten")
        assert _history(connection, last).granted({"123456782"}, "20110101", "20111231") == [debet]
        assert _history(connection).granted({"100197243"}, "20110101", "20111231") == []
        assert len(_history(connection).granted({"123456782"}, "00000000", "99999999")) == 3
    store.close()


_PER_LIST = (
    "SELECT r.code, r.soort FROM retourcodes r WHERE r.code IN :codes AND (r.soort IN :soorten OR r.betekenis = :wat)"
)


@pytest.mark.parametrize("count", [0, 1, 2, 25, 26, 499, 500, 501, 1203])
def test_lists_of_every_length(store: Database, count: int) -> None:
    """Every row once, whatever fits in one statement; a list without values holds nothing."""
    every = [{"code": f"{number:04d}", "betekenis": "alle", "soort": "DT"[number % 2]} for number in range(1300)]
    with by_models(store) as models:
        models.execute(Model.metadata.tables["retourcodes"].insert(), every)
    with store.read() as connection:
        codes = [row["code"] for row in every[:count]]
        kinds = [*(f"{number}" for number in range(count)), "D"]

        def found(kinds: list[str], what: str) -> list[tuple[str, str]]:
            rows = find(connection, _PER_LIST, {"wat": what}, codes=codes, soorten=kinds)
            return sorted((code, kind) for code, kind in rows)

        assert found(kinds, "niets") == [(row["code"], "D") for row in every[:count:2]]
        assert found([], "niets") == []
        assert [code for code, _ in found([], "alle")] == codes
