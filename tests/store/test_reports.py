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
from mzsim.store.loading import laad_bestand
from mzsim.store.models import Bericht, Contract, Machtiging, Polis, Prestatie, Uzovi
from mzsim.store.session import Database
from tests.commands import eis_een_regel, invoke, proces, speel
from tests.factories import Bericht as Declaratie

AGB, ANDER = "12012345", "12067890"
DATUM = ("--date", "2026-04-01")
BSNS = list(islice((b for n in range(999900000, 1000000000) if elfproef((b := str(n)).encode())), 30))


def _url(store: Database) -> str:
    return store.engine.url.render_as_string(hide_password=False)


def _rapport(store: Database, naam: str, *woorden: object, agb: str = AGB) -> list[dict[str, Any]]:
    afloop = invoke("report", naam, "--agb", agb, *(woorden or DATUM), "--store", _url(store), "--json")
    assert (afloop.exit_code, afloop.stderr) == (0, "")
    return [json.loads(regel) for regel in afloop.stdout.splitlines()]


def _criterium(rapport: dict[str, Any], naam: str) -> tuple[int, int | None, str | None, bool | None]:
    (gevonden,) = [c for c in rapport["criteria"] if c["criterium"] == naam]
    return gevonden["teller"], gevonden["noemer"], gevonden["percentage"], gevonden["voldoet"]


class _Vulling:
    """Fills a store with rows as a replay would leave them."""

    def __init__(self, store: Database) -> None:
        self._store = store
        self._nummer = 0
        self._voeg_toe(Uzovi, nummer="0736", naam="Voorbeeld", soort="zorgverzekeraar", edp=True, beleid={})

    def _voeg_toe(self, model: Any, **waarden: Any) -> Any:
        with self._store.engine.begin() as verbinding:
            return verbinding.execute(sa.insert(model), waarden)

    def label(self, nummer: str, van: str) -> None:
        self._voeg_toe(Uzovi, nummer=nummer, naam="Label", soort="zorgverzekeraar", edp=True, label_van=van, beleid={})

    def verzekeraar(self, nummer: str, soort: str = "zorgverzekeraar", **beleid: Any) -> None:
        self._voeg_toe(Uzovi, nummer=nummer, naam="Ander", soort=soort, edp=True, beleid=beleid)

    def prestatie(
        self, code: str, datum: str = "20250601", *, agb: str = AGB, uzovi: str = "0736", **anders: Any
    ) -> None:
        self._nummer += 1
        self._voeg_toe(
            Bericht,
            id=self._nummer,
            agb=agb,
            uzovi=uzovi,
            factuurnummer=f"F{self._nummer}",
            soort="176",
            ontvangen=dt.date(2026, 1, 1),
            uitkomst="deels_toegewezen",
        )
        waarden = {
            "bericht_id": self._nummer,
            "persoon": BSNS[0],
            "datum": datum,
            "soort": "01",
            "prestatiecode": code,
            "gebitselement": "33",
            "vlak": "",
            "kaak": "0",
            "behandelaar": "12004567",
            "referentienummer": f"R{self._nummer}",
            "vorig_referentienummer": "",
            "aantal": 1,
            "berekend_bedrag": 1000,
            "declaratiebedrag": 1000,
            "toegekend_bedrag": 1000,
            "uitkomst": "toegewezen",
        }
        self._voeg_toe(Prestatie, **waarden | anders)

    def credit(self, code: str, datum: str = "20250601", *, van: int, **anders: Any) -> None:
        bedragen = {"declaratiebedrag": -1000, "toegekend_bedrag": -1000}
        self.prestatie(code, datum, vorig_referentienummer=f"R{van}", **bedragen | anders)

    def machtiging(self, nummer: str, *, uzovi: str = "0736", **anders: Any) -> None:
        waarden = {
            "bsn": BSNS[0],
            "agb": AGB,
            "prestaties": ["J*"],
            "ingang": dt.date(2025, 5, 1),
            "status": "afgegeven",
        }
        self._voeg_toe(Machtiging, nummer=nummer, uzovi=uzovi, **waarden | anders)

    def contract(self, agb: str = AGB, *, uzovi: str = "0736", **anders: Any) -> None:
        waarden = {"ingang": dt.date(2020, 1, 1), "einde": None, "modules": {}}
        self._voeg_toe(Contract, agb=agb, uzovi=uzovi, **waarden | anders)

    def polis(self, persoon: str, geboren: str, *, uzovi: str = "0736") -> None:
        self._voeg_toe(
            Polis,
            uzovi=uzovi,
            persoon=persoon,
            bsn=None if persoon.startswith("V") else persoon,
            verzekerdennummer=persoon[1:] if persoon.startswith("V") else None,
            geboortedatum=dt.date.fromisoformat(geboren),
            naam="Verzekerde",
            ingang=dt.date(2006, 1, 1),
        )


@pytest.fixture
def vulling(store: Database) -> _Vulling:
    return _Vulling(store)


# The implantologiescore.


def test_alleen_wat_is_toegekend_en_niet_gecrediteerd(store: Database, vulling: _Vulling) -> None:
    for code, persoon in (("J070", 0), ("J071", 0), ("J072", 0), ("J081", 0)):
        vulling.prestatie(code, persoon=BSNS[persoon], gebitselement="00")
    vulling.credit("J070", van=1)
    vulling.credit("J071", van=999)  # of another record: J071 stands
    vulling.credit("J072", van=3, uitkomst="afgewezen")  # a credit that was rejected
    vulling.prestatie("J073", uitkomst="afgewezen", toegekend_bedrag=0)
    vulling.prestatie("J082", uitkomst="deels", toegekend_bedrag=1)
    vulling.prestatie("J080", soort="02")  # costs
    vulling.prestatie("J109", agb=ANDER)
    (rapport,) = _rapport(store, "implantologiescore")
    noemers = {c["criterium"]: c["noemer"] for c in rapport["criteria"]}
    assert noemers == {
        "behandelingen": None,
        "goedgekeurd": 0,
        "reparaties": 0,
        "drukknoppen": 1,
        "implantaten": 0,
        "protheses": 2,
        "steggen": 1,
    }


def test_na_een_credit_opnieuw_gedeclareerd(store: Database, vulling: _Vulling) -> None:
    vulling.prestatie("J040", persoon="V12")
    vulling.credit("J040", van=1, persoon="V12")
    vulling.prestatie("J040", persoon="V12")
    (rapport,) = _rapport(store, "implantologiescore")
    assert _criterium(rapport, "implantaten") == (0, 1, "0.0", True)
    assert _criterium(rapport, "behandelingen") == (1, None, None, False)


def test_dagen_die_niet_bestaan(store: Database, vulling: _Vulling) -> None:
    """An insurer may leave the check of a date out."""
    vulling.prestatie("J040", "20250231")
    vulling.prestatie("J040", "2025é601")
    (rapport,) = _rapport(store, "implantologiescore")
    assert _criterium(rapport, "implantaten")[1] == 0


def test_labels_tellen_bij_hun_verzekeraar_en_een_andere_apart(store: Database, vulling: _Vulling) -> None:
    vulling.label("0737", "0736")
    vulling.verzekeraar("9900")
    vulling.prestatie("J040", uzovi="0737")
    vulling.machtiging("M1")
    vulling.machtiging("M2", uzovi="9900", status="afgewezen")
    vulling.contract(uzovi="9900", modules={"implantologie": "machtigingsvrij"})
    een, ander = _rapport(store, "implantologiescore")
    assert [(r["uzovi"], r["module"], _criterium(r, "goedgekeurd")[:2]) for r in (een, ander)] == [
        ("0736", None, (1, 1)),
        ("9900", "machtigingsvrij", (0, 1)),
    ]
    assert _criterium(een, "behandelingen")[0] == 1
    for nummer in ("0736", "0737"):
        assert _rapport(store, "implantologiescore", *DATUM, "--uzovi", nummer) == [een]


def test_wat_een_machtiging_nodig_heeft_volgens_de_store(store: Database, vulling: _Vulling) -> None:
    vulling.verzekeraar("9900", machtigingsplichtig=[{"prestaties": ["J08*"]}])
    vulling.machtiging("M1", uzovi="9900", prestaties=["J040"])
    vulling.machtiging("M2", uzovi="9900", prestaties=["J081"], bsn=BSNS[1])
    vulling.machtiging("M3", prestaties=["J040"])
    eigen, ander = _rapport(store, "implantologiescore")
    assert (_criterium(eigen, "goedgekeurd")[:2], _criterium(ander, "goedgekeurd")[:2]) == ((1, 1), (1, 2))


def test_een_plicht_voor_alles_zegt_niets_van_implantologie(store: Database, vulling: _Vulling) -> None:
    vulling.verzekeraar("9900", machtigingsplichtig=[{"prestaties": ["*"], "leeftijd_tot": 18, "boven_bedrag": 140000}])
    for nummer, uzovi in (("M1", "0736"), ("M2", "9900")):
        vulling.machtiging(nummer, uzovi=uzovi, prestaties=["J049"])
    eigen, ander = _rapport(store, "implantologiescore")
    assert _criterium(eigen, "goedgekeurd")[:2] == _criterium(ander, "goedgekeurd")[:2] == (0, 1)


def test_een_dekking_die_een_machtiging_vraagt(store: Database, tmp_path: Path) -> None:
    bestand = tmp_path / "store.yaml"
    bestand.write_text(
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
    laad_bestand(store, bestand)
    (rapport,) = _rapport(store, "implantologiescore")
    assert _criterium(rapport, "goedgekeurd") == (1, 2, "50.0", False)


def test_van_declaratie_tot_rapport(store: Database, tmp_path: Path) -> None:
    """What was declared, answered and credited is what is judged: 16 treatments, one of them credited."""
    regels = ['uzovi: [{nummer: "0736", naam: V, soort: zorgverzekeraar, edp: true}]']
    regels += ['pakketten: [{uzovi: "0736", code: B, soort: basis, dekkingen: [{prestaties: ["*"], percentage: 100}]}]']
    regels += ["polissen:"]
    regels += [
        f'  - {{uzovi: "0736", bsn: "{bsn}", geboortedatum: 1954-12-10, naam: V, ingang: 2006-01-01, pakketten: [B]}}'
        for bsn in BSNS[:16]
    ]
    regels += ["machtigingen:"]
    regels += [
        f'  - {{nummer: "M{n}", uzovi: "0736", bsn: "{bsn}", agb: "{AGB}", prestaties: ["J*"], ingang: 2011-01-01,'
        " einde: 2011-12-31, status: afgegeven}"
        for n, bsn in enumerate(BSNS[:16])
    ]
    (tmp_path / "store.yaml").write_text("\n".join(regels))
    laad_bestand(store, tmp_path / "store.yaml")
    declaratie, credit = Declaratie(), Declaratie()
    for n, bsn in enumerate(BSNS[:16]):
        declaratie.voeg_toe("02", r0203=bsn).voeg_toe("04", r0413="J040", r0415="33", r0432=f"R{n}")
    credit.voorloop["0116"] = "F20110002"
    credit.voeg_toe("02", r0203=BSNS[0])
    credit.voeg_toe("04", r0413="J040", r0415="33", r0427="C", r0431="C", r0432="C1", r0433="R0")
    datum = ("--date", "2011-05-02")
    assert speel(store, tmp_path, bytes(declaratie))[0].status == "volledig_toegewezen"
    (rapport,) = _rapport(store, "implantologiescore", *datum)
    assert (_criterium(rapport, "behandelingen")[0], rapport["conclusie"]) == (16, "machtigingsvrij")
    assert _rapport(store, "behandelindex", *datum)[0]["groepen"][0]["behandelingen"] == 16
    assert speel(store, tmp_path, bytes(credit))[0].status == "volledig_toegewezen"
    (rapport,) = _rapport(store, "implantologiescore", *datum)
    assert (_criterium(rapport, "behandelingen")[0], rapport["conclusie"]) == (15, "machtigingsvrij")
    assert _rapport(store, "behandelindex", *datum)[0]["groepen"][0]["behandelingen"] == 15


def test_het_rapport_van_een_praktijk_voor_mensen(store: Database, vulling: _Vulling) -> None:
    vulling.contract(modules={"implantologie": "machtigingsvrij"})
    vulling.machtiging("M1")
    vulling.prestatie("J040")
    woorden = ["report", "implantologiescore", "--agb", AGB, *DATUM, "--store", _url(store)]
    afloop = invoke(*woorden)
    assert (afloop.exit_code, afloop.stderr) == (0, "")
    tekst = " ".join(afloop.stdout.split())
    assert "implantologiescore of 12012345 at 0736 (Voorbeeld), module machtigingsvrij" in tekst
    assert "measured over 2025-04-01 to 2026-03-31 inclusive" in tekst
    assert "treatments performed that needed a machtiging ≥ 15 1 no VGZ, Implantologiescores" in tekst
    assert "requests for a machtiging approved ≥ 95 % 0 1 0.0 no VGZ" in tekst
    assert "steggen replaced within 5 years ≤ 10 % 0 0 not judged VGZ" in tekst
    assert "2026-04-01 machtigingsvrij 1 0.0 % - - 0.0 % - - insufficient" in tekst
    assert "goedgekeurd ********* machtiging M1 2025-05-01 no machtiging is needed" in tekst
    assert tekst.endswith("The score is insufficient for two quarters in a row: back to the Standaardmodule.")
    assert BSNS[0] not in afloop.stdout
    assert BSNS[0] in invoke(*woorden, "--unmask").stdout
    assert BSNS[0] not in invoke(*woorden, "--json").stdout
    assert BSNS[0] in invoke(*woorden, "--json", "--unmask").stdout


def test_een_lange_lijst_wordt_ingekort(store: Database, vulling: _Vulling) -> None:
    with store.engine.begin() as verbinding:
        rijen = [
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
        verbinding.execute(sa.insert(Machtiging), [rij | {"ingang": dt.date(2025, 5, 1)} for rij in rijen])
    afloop = invoke("report", "implantologiescore", "--agb", AGB, *DATUM, "--store", _url(store))
    assert "and 3 more; --json prints them all" in afloop.stdout
    assert len(_rapport(store, "implantologiescore")[0]["nadelen"]) == 203


# The behandelindex.


def _groepen(rapport: dict[str, Any]) -> list[tuple[int | None, str, int, int, int, int]]:
    namen = ("leeftijd_vanaf", "soort", "patienten", "behandelingen", "alle_patienten", "alle_behandelingen")
    return [tuple(groep[naam] for naam in namen) for groep in rapport["groepen"]]


def test_behandelingen_per_patient(store: Database, vulling: _Vulling) -> None:
    for n, (agb, aantal) in enumerate([(AGB, 3), (AGB, 1), (ANDER, 1), (ANDER, 1)]):
        vulling.polis(BSNS[n], "1970-05-05")
        for dag in range(aantal):
            vulling.prestatie("V91", f"2025060{dag + 1}", agb=agb, persoon=BSNS[n], aantal=5)
    vulling.prestatie("V91", "20250331")  # the day before the 12 months
    vulling.prestatie("V91", "20260401")
    vulling.prestatie("V91", soort="04")
    vulling.prestatie("V91", uitkomst="afgewezen", toegekend_bedrag=0)
    (rapport,) = _rapport(store, "behandelindex")
    assert _groepen(rapport) == [(55, "zorgverzekeraar", 2, 4, 4, 6)]
    assert (rapport["index"], rapport["verwacht"], rapport["boven_grens"]) == ("133.3", "3.00", False)
    assert rapport["andere_praktijken"] == 1


def test_credits_in_de_index(store: Database, vulling: _Vulling) -> None:
    vulling.prestatie("V91", agb=ANDER)
    vulling.prestatie("V91", persoon=BSNS[1])
    vulling.prestatie("V91", persoon=BSNS[1])
    vulling.prestatie("V91", persoon=BSNS[2])
    vulling.credit("V91", van=2, persoon=BSNS[1])
    vulling.credit("V91", van=4, persoon=BSNS[2])
    vulling.prestatie("C11", persoon=BSNS[3], declaratiebedrag=0, toegekend_bedrag=0)
    vulling.credit("C11", van=7, persoon=BSNS[3], declaratiebedrag=0, toegekend_bedrag=0)
    (rapport,) = _rapport(store, "behandelindex")
    assert _groepen(rapport) == [(None, "zorgverzekeraar", 1, 1, 2, 2)]


@pytest.mark.parametrize(
    ("geboren", "vanaf"),
    [("2008-04-01", 18), ("2008-04-02", 12), ("1951-04-01", 75), ("1900-01-01", 75), ("2026-03-01", 0)],
)
def test_leeftijd_op_de_dag(store: Database, vulling: _Vulling, geboren: str, vanaf: int) -> None:
    vulling.polis(BSNS[0], geboren)
    vulling.prestatie("C002")
    assert _groepen(_rapport(store, "behandelindex")[0])[0][0] == vanaf


@pytest.mark.parametrize(
    ("dag", "geboren", "vanaf"),
    [
        ("2026-02-28", "2008-02-29", 12),
        ("2026-03-01", "2008-02-29", 18),
        ("2024-02-29", "2006-02-28", 18),
        ("2024-02-29", "2006-03-01", 12),
    ],
)
def test_leeftijd_en_schrikkeldagen(store: Database, vulling: _Vulling, dag: str, geboren: str, vanaf: int) -> None:
    vulling.polis(BSNS[0], geboren)
    vulling.prestatie("C002", f"{int(dag[:4]) - 1}1231")
    assert _groepen(_rapport(store, "behandelindex", "--date", dag)[0])[0][0] == vanaf


def test_een_patient_die_van_verzekeraar_verandert_is_een_patient(store: Database, vulling: _Vulling) -> None:
    """But a person without a BSN is known by a number of the insurer, or of the one that it is a label of."""
    vulling.label("0737", "0736")
    vulling.verzekeraar("9900")
    vulling.verzekeraar("5501", soort="zorgkantoor")
    for uzovi in ("0736", "0737", "9900"):
        vulling.prestatie("C002", uzovi=uzovi)
        vulling.prestatie("C002", uzovi=uzovi, persoon="V7")
    vulling.polis("V7", "1990-01-01", uzovi="9900")
    vulling.polis(BSNS[0], "1960-01-01", uzovi="9900")
    assert _groepen(_rapport(store, "behandelindex")[0]) == [
        (None, "zorgverzekeraar", 1, 2, 1, 2),
        (35, "zorgverzekeraar", 1, 1, 1, 1),
        (65, "zorgverzekeraar", 1, 3, 1, 3),
    ]
    vulling.prestatie("C002", uzovi="5501")
    assert (65, "zorgkantoor", 1, 4, 1, 4) in _groepen(_rapport(store, "behandelindex")[0])


def test_alleen_gecontracteerde_praktijken(store: Database, vulling: _Vulling) -> None:
    """Where the store holds contracts of the insurer; the practice itself always counts."""
    praktijken = ["12000001", "12000002", "12000003", "12000004"]
    for agb in (AGB, *praktijken):
        vulling.prestatie("C002", agb=agb)
    assert _rapport(store, "behandelindex")[0]["andere_praktijken"] == 4
    vulling.contract(praktijken[0])
    vulling.contract(praktijken[1], einde=dt.date(2025, 4, 1))
    vulling.contract(praktijken[2], einde=dt.date(2025, 3, 31))
    vulling.contract(praktijken[3], ingang=dt.date(2026, 4, 1))
    (rapport,) = _rapport(store, "behandelindex")
    assert (rapport["andere_praktijken"], rapport["index"]) == (2, "100.0")


def test_de_index_voor_mensen(store: Database, vulling: _Vulling) -> None:
    for n in range(4):
        vulling.polis(BSNS[n], "2000-01-01")
        vulling.prestatie("C002", agb=f"1200000{n}", persoon=BSNS[n])
    vulling.polis(BSNS[5], "2000-01-01")
    vulling.prestatie("C002", persoon=BSNS[5])
    for _ in range(2):
        vulling.prestatie("C002", persoon=BSNS[5])
    woorden = ["report", "behandelindex", "--store", _url(store), *DATUM, "--agb"]
    tekst = " ".join(invoke(*woorden, AGB).stdout.split())
    assert "behandelindex of 12012345, 2025-04-01 to 2026-03-31 inclusive, other practices: 4" in tekst
    assert "25-34 zorgverzekeraar 1 3 3.00 1.40 1.40 yes" in tekst
    assert (
        "behandelindex 214.3: 3 granted treatments, 1.4 at the mean of all practices (100). Above 150: flagged" in tekst
    )
    assert "by analogy (our choice)" in tekst
    assert "Not above 150." in invoke(*woorden, "12000000").stdout


def test_niets_om_mee_te_vergelijken(store: Database, vulling: _Vulling) -> None:
    vulling.prestatie("C002")
    (rapport,) = _rapport(store, "behandelindex")
    assert (rapport["index"], rapport["boven_grens"], rapport["tekst"][:11]) == (None, False, "Not judged:")
    (rapport,) = _rapport(store, "behandelindex", "--date", "2030-01-01")
    assert (rapport["index"], rapport["groepen"]) == (None, [])


# What is refused.


@pytest.mark.parametrize("naam", ["implantologiescore", "behandelindex"])
def test_een_store_zonder_gegevens(naam: str, store: Database, tmp_path: Path) -> None:
    nieuw = tmp_path / "nieuw.db"
    for url in (_url(store), f"sqlite:///{nieuw}"):
        afloop = invoke("report", naam, "--agb", AGB, *DATUM, "--store", url)
        assert (afloop.exit_code, afloop.stdout) == (2, "")
        assert "holds no declarations and no machtigingen" in eis_een_regel(afloop.stderr)
    assert not nieuw.exists()


@pytest.mark.parametrize("naam", ["implantologiescore", "behandelindex"])
def test_een_onbekende_praktijk(naam: str, store: Database, vulling: _Vulling) -> None:
    vulling.prestatie("C002")
    afloop = invoke("report", naam, "--agb", "12999999", *DATUM, "--store", _url(store))
    assert (afloop.exit_code, afloop.stdout) == (2, "")
    assert "12999999" in eis_een_regel(afloop.stderr)


def test_een_onbekende_verzekeraar(store: Database, vulling: _Vulling) -> None:
    vulling.prestatie("C002")
    afloop = invoke("report", "implantologiescore", "--agb", AGB, *DATUM, "--uzovi", "9999", "--store", _url(store))
    assert (afloop.exit_code, afloop.stdout) == (2, "")
    assert "9999" in eis_een_regel(afloop.stderr)


@pytest.mark.parametrize(
    ("woorden", "fragment"),
    [
        (["--agb", AGB, "--date", "2026-02-30"], "does not match the format"),
        (["--agb", AGB, "--date", "gisteren"], "does not match the format"),
        (["--agb", AGB], "Missing option '--date'"),
        (["--agb", "1201234", *DATUM], "8 digits"),
        (["--agb", "1201234é", *DATUM], "8 digits"),
        ([*DATUM], "Missing option '--agb'"),
    ],
)
def test_verkeerd_gebruik(woorden: list[str], fragment: str) -> None:
    afloop = proces("report", "implantologiescore", *woorden)
    assert (afloop.returncode, afloop.stdout) == (2, "")
    assert fragment in afloop.stderr
    assert "Traceback" not in afloop.stderr


def test_zonder_datum_is_het_vandaag(store: Database, vulling: _Vulling) -> None:
    vulling.prestatie("C002")
    (rapport,) = _rapport(store, "behandelindex", "--json")
    assert abs(dt.date.fromisoformat(rapport["datum"]) - dt.date.today()) <= dt.timedelta(days=1)  # noqa: DTZ011
