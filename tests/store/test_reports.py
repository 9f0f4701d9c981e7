"""`mzsim report` by its real entry point, on every database: what it asks of the store, what it says, what it refuses."""

from __future__ import annotations

import datetime as dt
import json
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from mzsim.standard.values import elfproef
from mzsim.store.loading import load_file
from mzsim.store.models import ContractTable, MachtigingTable, MessageTable, PolisTable, PrestatieTable, UzoviTable
from mzsim.store.session import Database
from tests.commands import invoke, play, process, require_one_line
from tests.databases import by_models, everywhere
from tests.factories import Message as Declaration

AGB, OTHER = "12012345", "12067890"
DATE = ("--date", "2026-04-01")
BSNS = list(islice((b for n in range(999900000, 1000000000) if elfproef((b := str(n)).encode())), 30))


def _url(store: Database) -> str:
    return store.url.text


def _report(store: Database, name: str, *words: object, agb: str = AGB) -> list[dict[str, Any]]:
    ended = invoke("report", name, "--agb", agb, *(words or DATE), "--store", _url(store), "--json")
    assert (ended.exit_code, ended.stderr) == (0, "")
    return [json.loads(line) for line in ended.stdout.splitlines()]


def _criterion(report: dict[str, Any], name: str) -> tuple[int, int | None, str | None, bool | None]:
    (found,) = [c for c in report["criteria"] if c["criterium"] == name]
    return found["teller"], found["noemer"], found["percentage"], found["voldoet"]


class _Filler:
    """Fills a store with rows as a replay would leave them."""

    def __init__(self, store: Database) -> None:
        self._store = store
        self._number = 0
        self._add(UzoviTable, nummer="0736", naam="Voorbeeld", soort="zorgverzekeraar", edp=True, beleid={})

    def _add(self, model: Any, **values: Any) -> Any:
        with by_models(self._store) as connection:
            return connection.execute(sa.insert(model), values)

    def label(self, number: str, of: str) -> None:
        self._add(UzoviTable, nummer=number, naam="Label", soort="zorgverzekeraar", edp=True, label_van=of, beleid={})

    def insurer(self, number: str, kind: str = "zorgverzekeraar", **beleid: Any) -> None:
        self._add(UzoviTable, nummer=number, naam="Ander", soort=kind, edp=True, beleid=beleid)

    def prestatie(
        self, code: str, date: str = "20250601", *, agb: str = AGB, uzovi: str = "0736", **otherwise: Any
    ) -> None:
        self._number += 1
        self._add(
            MessageTable,
            id=self._number,
            agb=agb,
            uzovi=uzovi,
            factuurnummer=f"F{self._number}",
            soort="176",
            ontvangen=dt.date(2026, 1, 1),
            uitkomst="deels_toegewezen",
        )
        values = {
            "bericht_id": self._number,
            "persoon": BSNS[0],
            "datum": date,
            "soort": "01",
            "prestatiecode": code,
            "gebitselement": "33",
            "vlak": "",
            "kaak": "0",
            "behandelaar": "12004567",
            "referentienummer": f"R{self._number}",
            "vorig_referentienummer": "",
            "aantal": 1,
            "berekend_bedrag": 1000,
            "declaratiebedrag": 1000,
            "toegekend_bedrag": 1000,
            "uitkomst": "toegewezen",
        }
        self._add(PrestatieTable, **values | otherwise)

    def credit(self, code: str, date: str = "20250601", *, of: int, **otherwise: Any) -> None:
        amounts = {"declaratiebedrag": -1000, "toegekend_bedrag": -1000}
        self.prestatie(code, date, vorig_referentienummer=f"R{of}", **amounts | otherwise)

    def machtiging(self, number: str, *, uzovi: str = "0736", **otherwise: Any) -> None:
        values = {
            "bsn": BSNS[0],
            "agb": AGB,
            "prestaties": ["J*"],
            "ingang": dt.date(2025, 5, 1),
            "status": "afgegeven",
        }
        self._add(MachtigingTable, nummer=number, uzovi=uzovi, **values | otherwise)

    def contract(self, agb: str = AGB, *, uzovi: str = "0736", **otherwise: Any) -> None:
        values = {"ingang": dt.date(2020, 1, 1), "einde": None, "modules": {}}
        self._add(ContractTable, agb=agb, uzovi=uzovi, **values | otherwise)

    def polis(self, person: str, born: str, *, uzovi: str = "0736") -> None:
        self._add(
            PolisTable,
            uzovi=uzovi,
            persoon=person,
            bsn=None if person.startswith("V") else person,
            verzekerdennummer=person[1:] if person.startswith("V") else None,
            geboortedatum=dt.date.fromisoformat(born),
            naam="Verzekerde",
            ingang=dt.date(2006, 1, 1),
        )


@pytest.fixture
def filling(store: Database) -> _Filler:
    return _Filler(store)


# The implantologiescore.


def test_only_what_is_granted_and_not_credited(store: Database, filling: _Filler) -> None:
    for code, person in (("J070", 0), ("J071", 0), ("J072", 0), ("J081", 0)):
        filling.prestatie(code, persoon=BSNS[person], gebitselement="00")
    filling.credit("J070", of=1)
    filling.credit("J071", of=999)  # of another record: J071 stands
    filling.credit("J072", of=3, uitkomst="afgewezen")  # a credit that was rejected
    filling.prestatie("J073", uitkomst="afgewezen", toegekend_bedrag=0)
    filling.prestatie("J082", uitkomst="deels", toegekend_bedrag=1)
    filling.prestatie("J080", soort="02")  # costs
    filling.prestatie("J109", agb=OTHER)
    (report,) = _report(store, "implantologiescore")
    denominators = {c["criterium"]: c["noemer"] for c in report["criteria"]}
    assert denominators == {
        "behandelingen": None,
        "goedgekeurd": 0,
        "reparaties": 0,
        "drukknoppen": 1,
        "implantaten": 0,
        "protheses": 2,
        "steggen": 1,
    }


def test_declared_again_after_a_credit(store: Database, filling: _Filler) -> None:
    filling.prestatie("J040", persoon="V12")
    filling.credit("J040", of=1, persoon="V12")
    filling.prestatie("J040", persoon="V12")
    (report,) = _report(store, "implantologiescore")
    assert _criterion(report, "implantaten") == (0, 1, "0.0", True)
    assert _criterion(report, "behandelingen") == (1, None, None, False)


def test_days_that_do_not_exist(store: Database, filling: _Filler) -> None:
    """An insurer may leave the check of a date out."""
    filling.prestatie("J040", "20250231")
    filling.prestatie("J040", "2025é601")
    (report,) = _report(store, "implantologiescore")
    assert _criterion(report, "implantaten")[1] == 0


def test_labels_count_with_their_insurer_and_another_one_apart(store: Database, filling: _Filler) -> None:
    filling.label("0737", "0736")
    filling.insurer("9900")
    filling.prestatie("J040", uzovi="0737")
    filling.machtiging("M1")
    filling.machtiging("M2", uzovi="9900", status="afgewezen")
    filling.contract(uzovi="9900", modules={"implantologie": "machtigingsvrij"})
    one, other = _report(store, "implantologiescore")
    assert [(r["uzovi"], r["module"], _criterion(r, "goedgekeurd")[:2]) for r in (one, other)] == [
        ("0736", None, (1, 1)),
        ("9900", "machtigingsvrij", (0, 1)),
    ]
    assert _criterion(one, "behandelingen")[0] == 1
    for number in ("0736", "0737"):
        assert _report(store, "implantologiescore", *DATE, "--uzovi", number) == [one]


def test_what_needs_a_machtiging_according_to_the_store(store: Database, filling: _Filler) -> None:
    filling.insurer("9900", machtigingsplichtig=[{"prestaties": ["J08*"]}])
    filling.machtiging("M1", uzovi="9900", prestaties=["J040"])
    filling.machtiging("M2", uzovi="9900", prestaties=["J081"], bsn=BSNS[1])
    filling.machtiging("M3", prestaties=["J040"])
    own, other = _report(store, "implantologiescore")
    assert (_criterion(own, "goedgekeurd")[:2], _criterion(other, "goedgekeurd")[:2]) == ((1, 1), (1, 2))


def test_a_duty_for_everything_says_nothing_of_implantology(store: Database, filling: _Filler) -> None:
    filling.insurer("9900", machtigingsplichtig=[{"prestaties": ["*"], "leeftijd_tot": 18, "boven_bedrag": 140000}])
    for number, uzovi in (("M1", "0736"), ("M2", "9900")):
        filling.machtiging(number, uzovi=uzovi, prestaties=["J049"])
    own, other = _report(store, "implantologiescore")
    assert _criterion(own, "goedgekeurd")[:2] == _criterion(other, "goedgekeurd")[:2] == (0, 1)


def test_a_dekking_that_asks_for_a_machtiging(store: Database, tmp_path: Path) -> None:
    file = tmp_path / "store.yaml"
    file.write_text(
        'uzovi: [{nummer: "0736", naam: V, soort: zorgverzekeraar, edp: true}]\n'
        'pakketten: [{uzovi: "0736", code: B, soort: basis,'
        ' dekkingen: [{prestaties: ["J04*"], percentage: 100, machtiging: true}]}]\n'
        f'machtigingen:\n  - {{nummer: M1, uzovi: "0736", bsn: "{BSNS[0]}", agb: "{AGB}", prestaties: ["J081"],'
        " ingang: 2025-05-01, einde: null, status: afgegeven}\n"
        f'  - {{nummer: M2, uzovi: "0736", bsn: "{BSNS[1]}", agb: "{AGB}", prestaties: ["J049"],'
        " ingang: 2025-05-01, einde: null, status: afgegeven}\n"
        f'  - {{nummer: M3, uzovi: "0736", bsn: "{BSNS[1]}", agb: "{AGB}", prestaties: ["C11", "*"],'
        " ingang: 2025-05-01, einde: null, status: afgewezen}\n"
    )
    load_file(store, file)
    (report,) = _report(store, "implantologiescore")
    assert _criterion(report, "goedgekeurd") == (1, 2, "50.0", False)


@everywhere
def test_from_declaration_to_report(store: Database, tmp_path: Path) -> None:
    """What was declared, answered and credited is what is judged: 16 treatments, one of them credited."""
    lines = ['uzovi: [{nummer: "0736", naam: V, soort: zorgverzekeraar, edp: true}]']
    lines += ['pakketten: [{uzovi: "0736", code: B, soort: basis, dekkingen: [{prestaties: ["*"], percentage: 100}]}]']
    lines += ["polissen:"]
    lines += [
        f'  - {{uzovi: "0736", bsn: "{bsn}", geboortedatum: 1954-12-10, naam: V, ingang: 2006-01-01, pakketten: [B]}}'
        for bsn in BSNS[:16]
    ]
    lines += ["machtigingen:"]
    lines += [
        f'  - {{nummer: "M{n}", uzovi: "0736", bsn: "{bsn}", agb: "{AGB}", prestaties: ["J*"], ingang: 2011-01-01,'
        " einde: 2011-12-31, status: afgegeven}"
        for n, bsn in enumerate(BSNS[:16])
    ]
    (tmp_path / "store.yaml").write_text("\n".join(lines))
    load_file(store, tmp_path / "store.yaml")
    declaration, credit = Declaration(), Declaration()
    for n, bsn in enumerate(BSNS[:16]):
        declaration.add("02", r0203=bsn).add("04", r0413="J040", r0415="33", r0432=f"R{n}")
    credit.voorloop["0116"] = "F20110002"
    credit.add("02", r0203=BSNS[0])
    credit.add("04", r0413="J040", r0415="33", r0427="C", r0431="C", r0432="C1", r0433="R0")
    date = ("--date", "2011-05-02")
    assert play(store, tmp_path, bytes(declaration))[0].status == "volledig_toegewezen"
    (report,) = _report(store, "implantologiescore", *date)
    assert (_criterion(report, "behandelingen")[0], report["conclusie"]) == (16, "machtigingsvrij")
    assert _report(store, "behandelindex", *date)[0]["groepen"][0]["behandelingen"] == 16
    assert play(store, tmp_path, bytes(credit))[0].status == "volledig_toegewezen"
    (report,) = _report(store, "implantologiescore", *date)
    assert (_criterion(report, "behandelingen")[0], report["conclusie"]) == (15, "machtigingsvrij")
    assert _report(store, "behandelindex", *date)[0]["groepen"][0]["behandelingen"] == 15


def test_the_report_of_a_praktijk_for_people(store: Database, filling: _Filler) -> None:
    filling.contract(modules={"implantologie": "machtigingsvrij"})
    filling.machtiging("M1")
    filling.prestatie("J040")
    words = ["report", "implantologiescore", "--agb", AGB, *DATE, "--store", _url(store)]
    ended = invoke(*words)
    assert (ended.exit_code, ended.stderr) == (0, "")
    text = " ".join(ended.stdout.split())
    assert "implantologiescore of 12012345 at 0736 (Voorbeeld), module machtigingsvrij" in text
    assert "measured over 2025-04-01 to 2026-03-31 inclusive" in text
    assert "treatments performed that needed a machtiging ≥ 15 1 no VGZ, Implantologiescores" in text
    assert "requests for a machtiging approved ≥ 95 % 0 1 0.0 no VGZ" in text
    assert "steggen replaced within 5 years ≤ 10 % 0 0 not judged VGZ" in text
    assert "2026-04-01 machtigingsvrij 1 0.0 % - - 0.0 % - - insufficient" in text
    assert "goedgekeurd ********* machtiging M1 2025-05-01 no machtiging is needed" in text
    assert text.endswith("The score is insufficient for two quarters in a row: back to the Standaardmodule.")
    assert BSNS[0] not in ended.stdout
    assert BSNS[0] in invoke(*words, "--unmask").stdout
    assert BSNS[0] not in invoke(*words, "--json").stdout
    assert BSNS[0] in invoke(*words, "--json", "--unmask").stdout


def test_a_long_list_is_shortened(store: Database, filling: _Filler) -> None:
    with by_models(store) as connection:
        rows = [
            {
                "uzovi": "0736",
                "nummer": f"M{n}",
                "bsn": f"{n:09d}",
                "agb": AGB,
                "prestaties": ["J*"],
                "status": "afgewezen",
            }
            for n in range(203)
        ]
        connection.execute(sa.insert(MachtigingTable), [row | {"ingang": dt.date(2025, 5, 1)} for row in rows])
    ended = invoke("report", "implantologiescore", "--agb", AGB, *DATE, "--store", _url(store))
    assert "and 3 more; --json prints them all" in ended.stdout
    assert len(_report(store, "implantologiescore")[0]["nadelen"]) == 203


# The behandelindex.


def _groups(report: dict[str, Any]) -> list[tuple[int | None, str, int, int, int, int]]:
    names = ("leeftijd_vanaf", "soort", "patienten", "behandelingen", "alle_patienten", "alle_behandelingen")
    return [tuple(group[name] for name in names) for group in report["groepen"]]


def test_treatments_per_patient(store: Database, filling: _Filler) -> None:
    for n, (agb, count) in enumerate([(AGB, 3), (AGB, 1), (OTHER, 1), (OTHER, 1)]):
        filling.polis(BSNS[n], "1970-05-05")
        for day in range(count):
            filling.prestatie("V91", f"2025060{day + 1}", agb=agb, persoon=BSNS[n], aantal=5)
    filling.prestatie("V91", "20250331")  # the day before the 12 months
    filling.prestatie("V91", "20260401")
    filling.prestatie("V91", soort="04")
    filling.prestatie("V91", uitkomst="afgewezen", toegekend_bedrag=0)
    (report,) = _report(store, "behandelindex")
    assert _groups(report) == [(55, "zorgverzekeraar", 2, 4, 4, 6)]
    assert (report["index"], report["verwacht"], report["boven_grens"]) == ("133.3", "3.00", False)
    assert report["andere_praktijken"] == 1


def test_credits_in_the_index(store: Database, filling: _Filler) -> None:
    filling.prestatie("V91", agb=OTHER)
    filling.prestatie("V91", persoon=BSNS[1])
    filling.prestatie("V91", persoon=BSNS[1])
    filling.prestatie("V91", persoon=BSNS[2])
    filling.credit("V91", of=2, persoon=BSNS[1])
    filling.credit("V91", of=4, persoon=BSNS[2])
    filling.prestatie("C11", persoon=BSNS[3], declaratiebedrag=0, toegekend_bedrag=0)
    filling.credit("C11", of=7, persoon=BSNS[3], declaratiebedrag=0, toegekend_bedrag=0)
    (report,) = _report(store, "behandelindex")
    assert _groups(report) == [(None, "zorgverzekeraar", 1, 1, 2, 2)]


@pytest.mark.parametrize(
    ("born", "since"),
    [("2008-04-01", 18), ("2008-04-02", 12), ("1951-04-01", 75), ("1900-01-01", 75), ("2026-03-01", 0)],
)
def test_age_on_the_day(store: Database, filling: _Filler, born: str, since: int) -> None:
    filling.polis(BSNS[0], born)
    filling.prestatie("C002")
    assert _groups(_report(store, "behandelindex")[0])[0][0] == since


@pytest.mark.parametrize(
    ("day", "born", "since"),
    [
        ("2026-02-28", "2008-02-29", 12),
        ("2026-03-01", "2008-02-29", 18),
        ("2024-02-29", "2006-02-28", 18),
        ("2024-02-29", "2006-03-01", 12),
    ],
)
def test_age_and_leap_days(store: Database, filling: _Filler, day: str, born: str, since: int) -> None:
    filling.polis(BSNS[0], born)
    filling.prestatie("C002", f"{int(day[:4]) - 1}1231")
    assert _groups(_report(store, "behandelindex", "--date", day)[0])[0][0] == since


def test_a_patient_who_changes_insurer_is_one_patient(store: Database, filling: _Filler) -> None:
    """But a person without a BSN is known by a number of the insurer, or of the one that it is a label of."""
    filling.label("0737", "0736")
    filling.insurer("9900")
    filling.insurer("5501", kind="zorgkantoor")
    for uzovi in ("0736", "0737", "9900"):
        filling.prestatie("C002", uzovi=uzovi)
        filling.prestatie("C002", uzovi=uzovi, persoon="V7")
    filling.polis("V7", "1990-01-01", uzovi="9900")
    filling.polis(BSNS[0], "1960-01-01", uzovi="9900")
    assert _groups(_report(store, "behandelindex")[0]) == [
        (None, "zorgverzekeraar", 1, 2, 1, 2),
        (35, "zorgverzekeraar", 1, 1, 1, 1),
        (65, "zorgverzekeraar", 1, 3, 1, 3),
    ]
    filling.prestatie("C002", uzovi="5501")
    assert (65, "zorgkantoor", 1, 4, 1, 4) in _groups(_report(store, "behandelindex")[0])


def test_only_contracted_praktijken(store: Database, filling: _Filler) -> None:
    """Where the store holds contracts of the insurer; the practice itself always counts."""
    practices = ["12000001", "12000002", "12000003", "12000004"]
    for agb in (AGB, *practices):
        filling.prestatie("C002", agb=agb)
    assert _report(store, "behandelindex")[0]["andere_praktijken"] == 4
    filling.contract(practices[0])
    filling.contract(practices[1], einde=dt.date(2025, 4, 1))
    filling.contract(practices[2], einde=dt.date(2025, 3, 31))
    filling.contract(practices[3], ingang=dt.date(2026, 4, 1))
    (report,) = _report(store, "behandelindex")
    assert (report["andere_praktijken"], report["index"]) == (2, "100.0")


def test_the_index_for_people(store: Database, filling: _Filler) -> None:
    for n in range(4):
        filling.polis(BSNS[n], "2000-01-01")
        filling.prestatie("C002", agb=f"1200000{n}", persoon=BSNS[n])
    filling.polis(BSNS[5], "2000-01-01")
    filling.prestatie("C002", persoon=BSNS[5])
    for _ in range(2):
        filling.prestatie("C002", persoon=BSNS[5])
    words = ["report", "behandelindex", "--store", _url(store), *DATE, "--agb"]
    text = " ".join(invoke(*words, AGB).stdout.split())
    assert "behandelindex of 12012345, 2025-04-01 to 2026-03-31 inclusive, other practices: 4" in text
    assert "25-34 zorgverzekeraar 1 3 3.00 1.40 1.40 yes" in text
    assert (
        "behandelindex 214.3: 3 granted treatments, 1.4 at the mean of all practices (100). Above 150: flagged" in text
    )
    assert "by analogy (our choice)" in text
    assert "Not above 150." in invoke(*words, "12000000").stdout


def test_nothing_to_compare_with(store: Database, filling: _Filler) -> None:
    filling.prestatie("C002")
    (report,) = _report(store, "behandelindex")
    assert (report["index"], report["boven_grens"], report["tekst"][:11]) == (None, False, "Not judged:")
    (report,) = _report(store, "behandelindex", "--date", "2030-01-01")
    assert (report["index"], report["groepen"]) == (None, [])


# What is refused.


@pytest.mark.parametrize("name", ["implantologiescore", "behandelindex"])
def test_a_store_without_data(name: str, store: Database, tmp_path: Path) -> None:
    new = tmp_path / "nieuw.db"
    for url in (_url(store), f"sqlite:///{new}"):
        ended = invoke("report", name, "--agb", AGB, *DATE, "--store", url)
        assert (ended.exit_code, ended.stdout) == (2, "")
        assert "holds no declarations and no machtigingen" in require_one_line(ended.stderr)
    assert not new.exists()


@pytest.mark.parametrize("name", ["implantologiescore", "behandelindex"])
def test_an_unknown_praktijk(name: str, store: Database, filling: _Filler) -> None:
    filling.prestatie("C002")
    ended = invoke("report", name, "--agb", "12999999", *DATE, "--store", _url(store))
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "12999999" in require_one_line(ended.stderr)


def test_an_unknown_insurer(store: Database, filling: _Filler) -> None:
    filling.prestatie("C002")
    ended = invoke("report", "implantologiescore", "--agb", AGB, *DATE, "--uzovi", "9999", "--store", _url(store))
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "9999" in require_one_line(ended.stderr)


@pytest.mark.parametrize(
    ("words", "fragment"),
    [
        (["--agb", AGB, "--date", "2026-02-30"], "'2026-02-30' is no date; write it as 2026-04-01"),
        (["--agb", AGB, "--date", "gisteren"], "'gisteren' is no date; write it as 2026-04-01"),
        (["--agb", AGB], "Missing option '--date'"),
        (["--agb", "1201234", *DATE], "8 digits"),
        (["--agb", "1201234é", *DATE], "8 digits"),
        ([*DATE], "Missing option '--agb'"),
    ],
)
def test_wrong_usage(words: list[str], fragment: str) -> None:
    ended = process("report", "implantologiescore", *words)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert fragment in ended.stderr
    assert "Traceback" not in ended.stderr


def test_without_a_date_it_is_today(store: Database, filling: _Filler) -> None:
    filling.prestatie("C002")
    (report,) = _report(store, "behandelindex", "--json")
    assert abs(dt.date.fromisoformat(report["datum"]) - dt.date.today()) <= dt.timedelta(days=1)  # noqa: DTZ011
