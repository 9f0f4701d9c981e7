"""How an answer came about: the rows of the store that decided, how amounts are made up, and explaining it afterwards."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings

from mzsim.checks import REGISTER
from mzsim.domain.findings import Stage, Uitkomst
from mzsim.explanation.collector import Toelichting
from mzsim.explanation.derivation import regels
from mzsim.explanation.origin import OORSPRONG
from mzsim.explanation.rejudging import herbeoordeel
from mzsim.pipeline import Opdracht, replay
from mzsim.store.session import Database
from mzsim.store.shipped_files import plaats_van
from mzsim.store.templates import verse_store
from tests.check_cases import alle_gevallen, bevindingen, speel
from tests.commands import DATUM, OP_DATUM, eis_een_regel, invoke
from tests.factories import eenvoudig
from tests.make_inv4 import declaraties
from tests.test_granting_properties import Spel, Zet, bestanden, stores
from tests.test_personas import NZA, gedocumenteerd
from tests.verzekerden import BSN, Proef, contract, credit, debet, polis, proef, tarief, uzovi, verzekerd

INV3 = Path(__file__).parents[1] / "fixtures" / "inv3"
INV4 = Path(__file__).parents[1] / "fixtures" / "inv4"
VOORBEELDEN = declaraties()
LAAGSTE_NIVEAU = 6

# Of the first failing case of each check: the lists of the rows that decided; - where the row is not there.
RIJEN = {
    "0108-2": ["-uzovi"],
    "0108-3": ["uzovi"],
    "0109-2": ["-zorgaanbieders"],
    "0110-4": ["-zorgaanbieders"],
    "0110-5": ["zorgaanbieders"],
    "0111-3": ["-zorgaanbieders"],
    "0112-2": ["-zorgaanbieders"],
    "0113-3": ["uzovi", "contracten"],
    "0116-2": ["factuurnummers"],
    "0117-3": [],
    "0117-4": ["uzovi"],
    "0203-3": ["-polissen"],
    "0204-2": ["-uzovi"],
    "0204-3": ["uzovi"],
    "0205-3": ["-polissen"],
    "0207-3": ["polissen"],
    "0207-4": ["polissen"],
    "0406-1": ["uzovi"],
    "0406-2": ["uzovi", "-machtigingen"],
    "0406-3": ["-machtigingen"],
    "0406-4": ["machtigingen"],
    "0406-5": ["machtigingen"],
    "0406-6": ["machtigingen"],
    "0408-4": ["polissen"],
    "0408-5": ["polissen"],
    "0408-6": ["uzovi"],
    "0408-7": ["uzovi", "contracten"],
    "0409-5": ["prestatiecodes"],
    "0409-6": ["prestatiecodes"],
    "0409-7": ["-prestaties"],
    "0413-3": ["-prestatiecodes"],
    "0413-6": [],
    "0413-8": ["prestaties"],
    "0413-9": ["combinatieregels"],
    "0413-10": ["combinatieregels"],
    "0414-2": ["prestatiecodes"],
    "0415-2": ["prestatiecodes"],
    "0416-2": ["prestatiecodes"],
    "0420-3": ["-zorgaanbieders"],
    "0420-4": ["zorgaanbieders"],
    "0420-5": ["prestatiecodes"],
    "0424-4": ["contracten"],
    "0424-5": ["tarieven"],
    "0424-6": ["tarieven"],
    "0425-3": ["dekkingen"],
    "0430-4": ["dekkingen"],
    "0430-5": ["polissen", "dekkingen"],
    "0432-3": ["prestaties"],
    "0433-3": ["-prestaties"],
    "0433-4": ["prestaties", "prestaties"],
    "0433-5": ["prestaties"],
}


def _falend(controle: str, naam: str = "") -> dict[str, Any]:
    """The first case in which a check objects (and that has this name)."""
    return next(
        geval
        for id, geval in alle_gevallen()
        if id == controle and naam in geval["naam"] and any(v["controle"] == controle for v in geval["verwacht"])
    )


def _toegelicht(controle: str, geval: dict[str, Any], store: Database, map_: Path) -> Uitkomst:
    with Toelichting(None) as toelichting:
        return speel(controle, geval, store, map_, toelichting)


def _rijen(uitkomst: Uitkomst, controle: str) -> list[Any]:
    return [rij for m in uitkomst.meldingen if m.bevinding.controle.id == controle for rij in m.bevinding.rijen]


def test_elke_controle_van_registers_en_polis_zegt_waar_hij_keek() -> None:
    assert set(OORSPRONG) == {c.id for c in REGISTER.values() if c.niveau >= LAAGSTE_NIVEAU} == set(RIJEN)


@pytest.mark.parametrize("controle", RIJEN)
def test_de_rijen_die_beslisten(controle: str, store: Database, tmp_path: Path) -> None:
    geval = _falend(controle)
    uitkomst = _toegelicht(controle, geval, store, tmp_path)
    assert bevindingen(uitkomst) == geval["verwacht"]
    eerste = next(m for m in uitkomst.meldingen if m.bevinding.controle.id == controle).bevinding.rijen
    assert [rij.lijst if rij.waarden else f"-{rij.lijst}" for rij in eerste] == RIJEN[controle]


@pytest.mark.parametrize(
    ("controle", "naam", "verwacht"),
    [
        ("0207-3", "", {"geboortedatum": "1954-12-10", "pakketten": ["ALLES"]}),
        ("0406-2", "the third of a year, in one file", {"nummer": "0736", "beleid": {"machtigingsplichtig": [
            {"prestaties": ["C11"], "vanaf_aantal": 3, "per": "kalenderjaar"}]}}),
        ("0406-2", "a dekking asks for it", {"pakket": "ALLES", "dekking": 1, "machtiging": True}),
        ("0406-4", "", {"nummer": "M1", "status": "vervallen"}),
        ("0408-6", "", {"nummer": "0736", "beleid": {"indientermijn": {"soort": "maanden", "maanden": 12}}}),
        ("0413-9", "", {"nummer": "R24", "soort": "interval", "maanden": 2}),
        ("0424-5", "", {"prestatiecode": "C11", "tarief": "8.00", "ingang": "2008-01-01"}),
        ("0432-3", "", {"referentienummer": "A", "ontvangen": "2011-05-02", "uitkomst": "toegewezen"}),
    ],
)  # fmt: skip
def test_wat_er_in_een_rij_staat(
    controle: str, naam: str, verwacht: dict[str, Any], store: Database, tmp_path: Path
) -> None:
    rijen = _rijen(_toegelicht(controle, _falend(controle, naam), store, tmp_path), controle)
    assert verwacht.items() <= rijen[0].waarden.items()


@pytest.mark.parametrize(
    ("controle", "naam"),
    [
        ("0413-9", "granted in an earlier declaration of another party"),
        ("0413-10", "excluded by what was granted before in the sitting"),
        ("0413-10", "a maximum with what was granted before in the calendar month"),
    ],
)
def test_een_regel_met_de_eerdere_prestatie(controle: str, naam: str, store: Database, tmp_path: Path) -> None:
    rijen = _rijen(_toegelicht(controle, _falend(controle, naam), store, tmp_path), controle)
    assert [rij.lijst for rij in rijen] == ["combinatieregels", "prestaties"]
    assert rijen[1].waarden["referentienummer"] == "A"


def test_een_ander_zonder_bsn_blijft_buiten_beeld(store: Database, tmp_path: Path) -> None:
    """Authorisations of persons without a BSN all stand under the same one: they are not shown for another."""
    geval = _falend("0406-2", "of a verzekerde without a BSN")
    rijen = _rijen(_toegelicht("0406-2", geval, store, tmp_path), "0406-2")
    assert [rij.lijst for rij in rijen] == ["uzovi"]


# How an amount came about.


@pytest.fixture
def inv4(tmp_path: Path) -> Iterator[Proef]:
    with proef(tmp_path, yaml.safe_load((INV4 / "store.yaml").read_text("utf-8"))) as gemaakt:
        gemaakt.toelichten = True
        yield gemaakt


def _voorbeeld(begin: str) -> bytes:
    (naam,) = (naam for naam in VOORBEELDEN if naam.startswith(begin))
    return VOORBEELDEN[naam]


def _som(toekenningen: tuple[dict[str, Any], ...], sleutel: str) -> Decimal:
    return sum((Decimal(t[sleutel]) for t in toekenningen), Decimal(0))


@pytest.mark.parametrize(
    ("eerder", "voorbeeld", "toegekend", "patient"),
    [
        ((), "4.6.2-1.1", "468.75", "31.25"),
        ((), "4.6.2-1.2", "375.00", "0"),
        (("4.6.2-1.2",), "4.6.2-1.1", "93.75", "31.25"),
        (("4.6.2-1.2",), "4.6.2-1.3", "93.75", "0"),
        ((), "4.6.4-2b.1", "677.50", "22.50"),
    ],
)
def test_wat_er_voor_de_patient_blijft(
    eerder: tuple[str, ...], voorbeeld: str, toegekend: str, patient: str, inv4: Proef
) -> None:
    """The amounts of INV 4.6.2 and 4.6.4, also where a part was granted before."""
    for begin in eerder:
        inv4.bytes(_voorbeeld(begin))
    toekenningen = inv4.bytes(_voorbeeld(voorbeeld)).toekenningen
    assert (_som(toekenningen, "toegekend"), _som(toekenningen, "voor_patient")) == (
        Decimal(toegekend),
        Decimal(patient),
    )


def test_aandelen_van_dekkingen(inv4: Proef) -> None:
    """P25 of € 200: three quarters by the basis, of the rest three quarters by the aanvullende insurance."""
    inv4.bytes(_voorbeeld("4.6.2-1.2"))
    eerste = inv4.bytes(_voorbeeld("4.6.2-1.1")).toekenningen[0]
    sleutels = ("pakket", "soort", "percentage", "over", "aandeel", "eerder", "toegekend")
    assert [tuple(d[s] for s in sleutels) for d in eerste["dekkingen"]] == [
        ("BASIS", "basis", 75, "bedrag", "150.00", "150.00", "0.00"),
        ("AANVULLEND", "aanvullend", 75, "eigen_bijdrage", "37.50", "0.00", "37.50"),
    ]
    assert (eerste["berekend"], eerste["eerder_toegekend"]) == ("200.00", "150.00")


def test_maxima_voor_en_na(tmp_path: Path) -> None:
    dekking = {"maximum_bedrag": 25.0, "maximum_aantal": 4, "per": "kalenderjaar"}
    with proef(tmp_path, verzekerd(dekking)) as gemaakt:
        gemaakt.toelichten = True
        standen = []
        for velden in (debet(n=2), debet(r0408="20110401"), credit("2-1", r0408="20110401")):
            (toekenning,) = gemaakt.declareer(velden).toekenningen
            (d,) = toekenning["dekkingen"]
            standen.append((d["maximum"]["jaar"], *d["maximum"]["bedrag"].values(), *d["maximum"]["aantal"].values()))
        assert standen == [
            ("2011", "25.00", "0.00", "20.00", 4, 0, 2),
            ("2011", "25.00", "20.00", "25.00", 4, 2, 3),
            ("2011", "25.00", "25.00", "20.00", 4, 3, 2),
        ]


@pytest.mark.parametrize(
    ("lijsten", "hoogste", "lijst", "bedrag"),
    [
        ({"tarieven": [tarief("C11", 8.0)]}, "8.00", "tarieven", "8.00"),
        ({"tarieven": [tarief("C11", 8.0)], "contracten": [contract(C11=9.0)]}, "9.00", "contracten", {"C11": "9.00"}),
        ({"tarieven": [tarief("C11", 8.0)], "contracten": [contract(C12=9.0)]}, "8.00", "tarieven", "8.00"),
    ],
)
def test_welk_tarief_gold(lijsten: dict[str, Any], hoogste: str, lijst: str, bedrag: object, tmp_path: Path) -> None:
    with proef(tmp_path, verzekerd({}, **lijsten)) as gemaakt:
        gemaakt.toelichten = True
        (toekenning,) = gemaakt.declareer(debet()).toekenningen
        (rij,) = toekenning["tarief"]["rijen"]
        assert (toekenning["tarief"]["hoogste"], toekenning["berekend"], rij["lijst"]) == (hoogste, hoogste, lijst)
        assert rij["waarden"]["tarieven" if lijst == "contracten" else "tarief"] == bedrag
        assert toekenning["voor_patient"] == "0.00", "what the tariff cuts off is not for the patient"


def test_zonder_contract(tmp_path: Path) -> None:
    """The percentage for a party without contract, and the choice of the insurer that decided."""
    inhoud = verzekerd(
        {}, uzovi=[uzovi(niet_gecontracteerd={"vergoeding": 70})], contracten=[contract() | {"agb": "12099999"}]
    )
    with proef(tmp_path, inhoud) as gemaakt, Toelichting(None) as toelichting:
        plaats = tmp_path / "x.asc"
        plaats.write_bytes((INV3 / "1-volledig-toegewezen.mz301.asc").read_bytes())
        ander = polis("B", bsn="111222333", geboortedatum=dt.date(1972, 3, 22))
        gemaakt.laad({"polissen": [ander]})
        opdracht = Opdracht(plaats, tmp_path / "y.asc", DATUM, Stage.VERZEKERAAR, toelichting=toelichting)
        uitkomst = replay(opdracht, gemaakt.store)
        toekenningen = [json.loads(t) for t in toelichting.toekenningen()]
    assert {t["zonder_contract"] for t in toekenningen} == {70}
    assert {"nummer": "0736", "beleid": {"niet_gecontracteerd": {"vergoeding": 70}}} in [
        rij.waarden for rij in _rijen(uitkomst, "0430-5")
    ]


@pytest.fixture(scope="module")
def werkmap(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("toelichting")


@pytest.mark.slow
@settings(max_examples=80, derandomize=True, deadline=None, database=None)
@given(stores(), bestanden())
def test_de_delen_maken_het_geheel(werkmap: Path, store: dict[str, Any], reeks: list[list[Zet]]) -> None:
    """What the dekkingen pay is what is granted; a maximum moves by what its dekking pays, and is never passed; and whoever
    looks on sees the retour that nobody would have seen otherwise (`Proef`)."""
    with proef(werkmap, store) as gemaakt:
        gemaakt.toelichten = True
        spel = Spel(gemaakt, store)
        for zetten in reeks:
            antwoord, records = spel.speel(zetten)
            spel.eis_eens(antwoord, records)
            assert len(antwoord.toekenningen) == len(records)
            for toekenning, bedrag in zip(antwoord.toekenningen, antwoord.toegekend, strict=True):
                assert Decimal(toekenning["toegekend"]) * 100 == bedrag
                if "debet" not in toekenning:
                    assert _som(tuple(toekenning["dekkingen"]), "toegekend") * 100 == bedrag
                    over = Decimal(toekenning["declaratiebedrag"]) - Decimal(toekenning["toegekend"])
                    assert 0 <= Decimal(toekenning["voor_patient"]) <= over
                for d in toekenning["dekkingen"]:
                    _eis_maximum(d)


def _eis_maximum(d: dict[str, Any]) -> None:
    bedrag = d["maximum"] and d["maximum"]["bedrag"]
    if bedrag:
        assert Decimal(bedrag["na"]) - Decimal(bedrag["voor"]) == Decimal(d["toegekend"])
        assert 0 <= Decimal(bedrag["na"]) <= Decimal(bedrag["hoogstens"])


# Explaining a retour afterwards.


@pytest.fixture
def gespeeld(tmp_path: Path) -> tuple[Path, str]:
    """The folder of INV 4.6.2, in which 1.2 and then 1.1 were answered, and the URL of the store."""
    map_ = tmp_path / "inv4"
    shutil.copytree(INV4, map_)
    url = f"sqlite:///{map_}/s.db"
    assert invoke("db", "load", map_ / "store.yaml", "--store", url).exit_code == 0
    for naam in ("4.6.2-1.2-basisverzekering", "4.6.2-1.1-geheel"):
        (map_ / f"{naam}.mz302.asc").unlink(missing_ok=True)
        assert invoke("replay", map_ / f"{naam}.mz301.asc", "--store", url, *OP_DATUM).exit_code == 0
    return map_, url


def test_explain_zegt_hoe_een_bedrag_ontstond(gespeeld: tuple[Path, str]) -> None:
    map_, url = gespeeld
    afloop = invoke("explain", map_ / "4.6.2-1.1-geheel.mz302.asc", "--store", url)
    assert (afloop.exit_code, afloop.stderr) == (0, "")
    assert (
        "  B 200.00: 200.00 x 1\n"
        "  basis BASIS, dekking 1: 75 % of B 200.00 is 150.00, 150.00 of it before; pays 0.00\n"
        "  aanvullend AANVULLEND, dekking 1: 75 % of the eigen bijdrage 50.00 is 37.50; pays 37.50\n"
        "  granted before for the same prestatie 150.00\n"
        "  granted 37.50, left for the patient 12.50\n"
    ) in afloop.stdout
    assert "0413-8: " in afloop.stdout
    assert "0413-4: " not in afloop.stdout, "the check that gave 0587 is known"
    assert "      decided by prestaties: uzovi 0736, agb 12012345, factuurnummer INV-1.2, " in afloop.stdout
    assert BSN not in afloop.stdout
    assert BSN in invoke("explain", map_ / "4.6.2-1.1-geheel.mz302.asc", "--store", url, "--unmask").stdout


def test_explain_van_wat_niet_terugkwam(gespeeld: tuple[Path, str]) -> None:
    """As it was: that another declaration of the same prestatie came after it changes nothing."""
    map_, url = gespeeld
    afloop = invoke("explain", map_ / "4.6.2-1.2-basisverzekering.mz302.asc", "--store", url)
    assert "granted as declared, so not in the retour: 2\n" in afloop.stdout
    assert "  basis BASIS, dekking 1: 75 % of B 200.00 is 150.00; pays 150.00\n" in afloop.stdout


def test_explain_json_heeft_de_toekenningen_van_replay(gespeeld: tuple[Path, str]) -> None:
    map_, url = gespeeld
    naam = "4.6.2-1.4-basis-en-aanvullend"
    gezegd = json.loads(invoke("replay", map_ / f"{naam}.mz301.asc", "--store", url, *OP_DATUM, "--json").stdout)
    uitleg = json.loads(invoke("explain", map_ / f"{naam}.mz302.asc", "--store", url, "--json").stdout)
    assert uitleg["toekenningen"] == gezegd["toekenningen"] != []
    rijen = [k["rijen"] for r in uitleg["records"] for c in r["codes"] for k in c["controles"]]
    assert rijen == [m["rijen"] for m in gezegd["meldingen"]] != []


def test_explain_met_de_declaratie_ergens_anders(gespeeld: tuple[Path, str]) -> None:
    map_, url = gespeeld
    (map_ / "4.6.2-1.1-geheel.mz301.asc").rename(map_ / "elders.asc")
    retour = map_ / "4.6.2-1.1-geheel.mz302.asc"
    zonder = invoke("explain", retour, "--store", url)
    assert zonder.exit_code == 0
    assert zonder.stdout.splitlines()[-1] == (
        "its declaration is not beside it; name it with --declaratie to see how the retour came about"
    )
    met = invoke("explain", retour, "--store", url, "--declaratie", map_ / "elders.asc")
    assert "left for the patient 12.50" in met.stdout
    weg = invoke("explain", retour, "--store", url, "--declaratie", map_ / "weg.asc")
    assert weg.exit_code == 2
    assert "weg.asc" in eis_een_regel(weg.stderr)
    los = invoke("explain", retour, "--declaratie", map_ / "elders.asc")
    assert los.exit_code == 2
    assert "--store" in los.stderr


def test_explain_kent_de_gebruikelijke_store(gespeeld: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """That of the working folder, where there is one that can be used."""
    map_, _ = gespeeld
    monkeypatch.chdir(map_)
    retour = "4.6.2-1.1-geheel.mz302.asc"
    zonder = invoke("explain", retour)
    assert "for the patient" not in zonder.stdout
    (map_ / "s.db").rename("mzsim.db")
    assert "left for the patient 12.50" in invoke("explain", retour).stdout
    Path("mzsim.db").write_text("no database")
    kapot = invoke("explain", retour)
    assert (kapot.exit_code, kapot.stdout) == (0, zonder.stdout)


@pytest.mark.parametrize("wat", ["store", "declaratie", "script"])
def test_explain_verzint_niets(wat: str, gespeeld: tuple[Path, str]) -> None:
    """Where another retour would be made now, it says so, and nothing about amounts."""
    map_, url = gespeeld
    naam = "4.6.2-1.1-geheel"
    if wat == "store":
        (map_ / "ander.yaml").write_text(
            (map_ / "store.yaml").read_text("utf-8").replace("percentage: 75", "percentage: 70"), "utf-8"
        )
        assert invoke("db", "load", map_ / "ander.yaml", "--store", url).exit_code == 0
    elif wat == "declaratie":
        shutil.copy(map_ / "4.6.2-1.2-basisverzekering.mz301.asc", map_ / f"{naam}.mz301.asc")
    else:
        naam = "4.6.2-1.4-basis-en-aanvullend"
        (map_ / "script.yaml").write_text('- {match: {"0413": P25}, action: {toekennen: 1.00}}\n', "utf-8")
        script = ("--antwoord", map_ / "script.yaml")
        afloop = invoke("replay", map_ / f"{naam}.mz301.asc", "--store", url, *OP_DATUM, "--json", *script)
        assert [(t["script"], t["toegekend"]) for t in json.loads(afloop.stdout)["toekenningen"]] == [
            (True, "1.00")
        ] * 2
    afloop = invoke("explain", map_ / f"{naam}.mz302.asc", "--store", url)
    assert afloop.exit_code == 0
    reden = "is not the declaration that was answered" if wat == "declaratie" else "this store makes another answer now"
    assert reden in afloop.stdout.splitlines()[-1]
    assert "for the patient" not in afloop.stdout
    als_json = json.loads(invoke("explain", map_ / f"{naam}.mz302.asc", "--store", url, "--json").stdout)
    assert "toekenningen" not in als_json
    assert reden in als_json["onherleid"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_explain_uit_een_pijp(gespeeld: tuple[Path, str], tmp_path: Path) -> None:
    map_, url = gespeeld
    pijp = tmp_path / "pijp"
    os.mkfifo(pijp)
    inhoud = (map_ / "4.6.2-1.1-geheel.mz302.asc").read_bytes()
    schrijver = threading.Thread(target=pijp.write_bytes, args=(inhoud,), daemon=True)
    schrijver.start()
    afloop = invoke("explain", pijp, "--store", url, "--declaratie", map_ / "4.6.2-1.1-geheel.mz301.asc")
    schrijver.join(10)
    assert "left for the patient 12.50" in afloop.stdout
    als_declaratie = invoke("explain", map_ / "4.6.2-1.1-geheel.mz302.asc", "--store", url, "--declaratie", pijp)
    assert als_declaratie.exit_code == 2
    assert "read more than once" in eis_een_regel(als_declaratie.stderr)


def test_explain_laat_de_store_zoals_hij_is(gespeeld: tuple[Path, str]) -> None:
    map_, url = gespeeld
    eerst = (map_ / "s.db").read_bytes()
    invoke("explain", map_ / "4.6.2-1.1-geheel.mz302.asc", "--store", url)
    assert (map_ / "s.db").read_bytes() == eerst
    assert not list(map_.glob("*.deel"))


@pytest.mark.parametrize("nummer", ["2a", "2b", "3a", "4a", "4b", "6"])
@pytest.mark.parametrize("stage", ["all", "verzekeraar"])
def test_elke_afwijzing_van_inv_3_is_te_herleiden(nummer: str, stage: str, tmp_path: Path) -> None:
    """Whoever answered, and whatever the reason; also the second answer on one factuurnummer and day."""
    (bron,) = INV3.glob(f"{nummer}-*.mz301.asc")
    declaratie = tmp_path / bron.name
    shutil.copy(bron, declaratie)
    url = f"sqlite:///{tmp_path}/s.db"
    invoke("db", "load", INV3 / "store.yaml", "--store", url)
    retour = tmp_path / bron.name.replace("mz301", "mz302")
    for _ in range(2):
        replay_ = invoke("replay", declaratie, "--store", url, *OP_DATUM, "--stage", stage, "--json")
        antwoord = json.loads(replay_.stdout)
        uitleg = json.loads(invoke("explain", retour, "--store", url, "--json").stdout)
        assert "onherleid" not in uitleg
        assert uitleg["toekenningen"] == antwoord["toekenningen"]
        assert _som(tuple(uitleg["toekenningen"]), "toegekend") == Decimal(antwoord["totaal_toegekend"])
        codes = [c for r in uitleg["records"] for c in r["codes"] if c["controles"]]
        assert all(len(c["controles"]) == 1 for c in codes)


@pytest.mark.slow
def test_elke_persona_is_achteraf_te_herleiden(tmp_path: Path) -> None:
    """After all of them were answered by one store: each retour as it was when it was made, with a reason in the store for
    every objection that is not in the message itself."""
    map_ = tmp_path / "personas"
    map_.mkdir()
    assert invoke("personas", "--out", map_).exit_code == 0
    gemaakt = []
    with verse_store((plaats_van(NZA), plaats_van("@proef")), tmp_path) as store:
        for persona in gedocumenteerd().values():
            for declaratie in persona["declaraties"]:
                plaats = map_ / declaratie["bestand"]
                retour = plaats.with_suffix(".retour")
                datum = dt.date.fromisoformat(declaratie["datum"])
                with Toelichting(None) as toelichting:
                    uitkomst = replay(Opdracht(plaats, retour, datum, toelichting=toelichting), store)
                    gemaakt.append((plaats, retour, uitkomst, list(toelichting.toekenningen())))
        for plaats, retour, uitkomst, gezegd in gemaakt:
            with Toelichting(None) as toelichting, retour.open("rb") as bron:
                opnieuw, _ = herbeoordeel(plaats, bron, store, toelichting)
                assert bevindingen(opnieuw) == bevindingen(uitkomst)
                assert [m.bevinding.rijen for m in opnieuw.meldingen] == [m.bevinding.rijen for m in uitkomst.meldingen]
                assert list(toelichting.toekenningen()) == gezegd
                toegekend = _som(tuple(json.loads(t) for t in gezegd), "toegekend")
                assert toegekend * 100 == uitkomst.totaal_toegekend, plaats.name


def test_explain_gelooft_ook_een_volle_toekenning_niet_zomaar(gespeeld: tuple[Path, str]) -> None:
    """A retour of two records says nothing of who paid what: the store must remember the same."""
    map_, url = gespeeld
    retour = map_ / "4.6.2-1.2-basisverzekering.mz302.asc"
    ander = (
        (map_ / "store.yaml").read_text("utf-8").replace("percentage: 75}", "percentage: 75, maximum_bedrag: 1000.00}")
    )
    (map_ / "ander.yaml").write_text(ander, "utf-8")
    assert invoke("db", "load", map_ / "ander.yaml", "--store", url).exit_code == 0
    assert "this store makes another answer now" in invoke("explain", retour, "--store", url).stdout


@pytest.mark.parametrize("hoe", ["dry-run", "testbericht"])
def test_explain_van_wat_de_store_niet_onthield(hoe: str, tmp_path: Path) -> None:
    """As it would be answered on what was declared by that day."""
    url = f"sqlite:///{tmp_path}/s.db"
    invoke("db", "load", _bestand(tmp_path, verzekerd({"maximum_bedrag": 25.0, "per": "kalenderjaar"})), "--store", url)
    declaraties = {}
    for nummer, (naam, soort) in enumerate(
        {"eerst": "P", "zelf": "T" if hoe == "testbericht" else "P", "later": "P"}.items()
    ):
        declaraties[naam] = tmp_path / f"{naam}.asc"
        inhoud = eenvoudig(r0105=soort, r0116=f"F{nummer}", r0432=f"R{nummer}", r0415=f"1{nummer + 1}")
        declaraties[naam].write_bytes(bytes(inhoud))
    invoke("replay", declaraties["eerst"], "--store", url, "--date", "2011-05-02")
    opties = ("--dry-run",) if hoe == "dry-run" else ()
    invoke("replay", declaraties["zelf"], "--store", url, "--date", "2011-05-03", *opties)
    invoke("replay", declaraties["later"], "--store", url, "--date", "2011-05-04")
    uitleg = invoke("explain", tmp_path / "zelf.mz302.asc", "--store", url).stdout
    assert "maximum_bedrag 25.00 in 2011: used 10.00 before, 20.00 after\n" in uitleg
    assert uitleg.splitlines()[-1].startswith("the store does not remember this answer")


def test_explain_van_wat_vecozo_tegenhield_voor_het_goed_ging(tmp_path: Path) -> None:
    """The same factuurnummer was used for the declaration as it should have been."""
    url = f"sqlite:///{tmp_path}/s.db"
    invoke("db", "load", INV3 / "store.yaml", "--store", url)
    fout, goed = tmp_path / "fout.asc", tmp_path / "goed.asc"
    fout.write_bytes(bytes(eenvoudig(r0408="20110230")))
    goed.write_bytes(bytes(eenvoudig()))
    invoke("replay", fout, "--store", url, "--date", "2011-05-02")
    invoke("replay", goed, "--store", url, "--date", "2011-05-03")
    uitleg = invoke("explain", tmp_path / "fout.mz302.asc", "--store", url).stdout
    assert "    0408-1: " in uitleg
    assert "can't be told" not in uitleg


def test_explain_met_een_store_die_er_niet_is(gespeeld: tuple[Path, str]) -> None:
    map_, _ = gespeeld
    afloop = invoke("explain", map_ / "4.6.2-1.1-geheel.mz302.asc", "--store", f"sqlite:///{map_}/weg.db")
    assert afloop.exit_code == 2
    assert eis_een_regel(afloop.stderr).endswith("weg.db is not there")
    assert not (map_ / "weg.db").exists()


# Rows and figures that a reader could be misled by.


def _bestand(map_: Path, inhoud: dict[str, Any]) -> Path:
    plaats = map_ / "erbij.yaml"
    plaats.write_text(yaml.safe_dump(inhoud), "utf-8")
    return plaats


def _speel(
    gemaakt: Proef, map_: Path, bericht: bytes, stage: Stage = Stage.VERZEKERAAR
) -> tuple[Uitkomst, list[dict[str, Any]]]:
    plaats = map_ / "vraag.asc"
    plaats.write_bytes(bericht)
    with Toelichting(None) as toelichting:
        uitkomst = replay(Opdracht(plaats, map_ / "r.asc", DATUM, stage, toelichting=toelichting), gemaakt.store)
        return uitkomst, [json.loads(t) for t in toelichting.toekenningen()]


def test_wat_een_ander_vergoedde_beslist_niets(tmp_path: Path) -> None:
    """Of the same verzekerde, day and prestatie at another insurer nothing is shown."""
    ander = uzovi("0739")
    inhoud = verzekerd({}, uzovi=[uzovi(), ander], polissen=[polis("B", "A"), polis(uzovi="0739")])
    with proef(tmp_path, inhoud) as gemaakt:
        assert _speel(gemaakt, tmp_path, bytes(eenvoudig(r0108="0739", r0204="0739", r0116="A")))[0].afzender == "0739"
        _speel(gemaakt, tmp_path, bytes(eenvoudig(r0116="B", r0432="B")))
        uitkomst, _ = _speel(gemaakt, tmp_path, bytes(eenvoudig(r0116="C", r0432="C")))
    assert [rij.waarden["factuurnummer"] for rij in _rijen(uitkomst, "0413-8")] == ["B"]


def test_wat_gecrediteerd_is_beslist_niets(tmp_path: Path) -> None:
    with proef(tmp_path, verzekerd({})) as gemaakt:
        for velden in (debet(), credit("1-1"), debet()):
            assert gemaakt.declareer(velden).uitkomst.status == "volledig_toegewezen"
        uitkomst, _ = _speel(gemaakt, tmp_path, bytes(eenvoudig(r0116="X", r0432="X")))
    assert [rij.waarden["referentienummer"] for rij in _rijen(uitkomst, "0413-8")] == ["3-1"]


def test_alleen_het_maximum_dat_bereikt_is(tmp_path: Path) -> None:
    inhoud = verzekerd({"percentage": 50, "maximum_bedrag": 1000.0}, aanvullend=({"maximum_bedrag": 2.0},))
    with proef(tmp_path, inhoud) as gemaakt:
        uitkomst, _ = _speel(gemaakt, tmp_path, bytes(eenvoudig()))
    assert [rij.waarden["pakket"] for rij in _rijen(uitkomst, "0430-4")] == ["A"]


def test_alleen_de_polis_die_telt(tmp_path: Path) -> None:
    oud = polis("A", ingang=dt.date(2005, 1, 1))
    with proef(tmp_path, verzekerd({"percentage": 50}, polissen=[oud, polis("B")])) as gemaakt:
        uitkomst, _ = _speel(gemaakt, tmp_path, bytes(eenvoudig()))
    polissen = [rij.waarden["ingang"] for rij in _rijen(uitkomst, "0430-5") if rij.lijst == "polissen"]
    assert polissen == ["2006-01-01"]


def test_alleen_het_factuurnummer_dat_telt(tmp_path: Path) -> None:
    """The insurer's list holds what reached him; what VECOZO rejected is free."""
    vast = {"agb": "12012345", "factuurnummer": "F1", "ontvangen": dt.date(2011, 1, 1)}
    inhoud = verzekerd({}, uzovi=[uzovi(), uzovi("0739")])
    inhoud["factuurnummers"] = [
        vast | {"uzovi": "0736", "uitkomst": "toegewezen"},
        vast | {"uzovi": "0739", "uitkomst": "afgewezen_vecozo"},
    ]
    with proef(tmp_path, inhoud) as gemaakt:
        for stage in (Stage.VERZEKERAAR, Stage.VECOZO):
            uitkomst, toekenningen = _speel(gemaakt, tmp_path, bytes(eenvoudig(r0116="F1")), stage)
            assert [rij.waarden["uzovi"] for rij in _rijen(uitkomst, "0116-2")] == ["0736"]
            assert toekenningen == []


def test_wat_een_maximum_van_de_basis_afsnijdt_is_eigen_bijdrage(tmp_path: Path) -> None:
    """So the aanvullende insurance pays its share of that too, and says of what."""
    inhoud = verzekerd({"maximum_bedrag": 4.0}, aanvullend=({"percentage": 50, "over": "eigen_bijdrage"},))
    with proef(tmp_path, inhoud) as gemaakt:
        _, (toekenning,) = _speel(gemaakt, tmp_path, bytes(eenvoudig()))
    stappen = ("grondslag", "aandeel", "vergoeding", "binnen_maximum", "bedrag", "toegekend")
    assert [tuple(d[stap] for stap in stappen) for d in toekenning["dekkingen"]] == [
        ("10.00", "10.00", "10.00", "4.00", "4.00", "4.00"),
        ("6.00", "3.00", "3.00", "3.00", "3.00", "3.00"),
    ]


def test_b_met_uurtarief_en_vermindering(tmp_path: Path) -> None:
    with proef(tmp_path, verzekerd({})) as gemaakt:
        gemaakt.toelichten = True
        uur = debet("U10", 12000, n=6, r0426="6000", d=6000)
        (per_uur,) = gemaakt.declareer(uur).toekenningen
        minder = debet(tarief=10000, r0410="J", r0411="010", r0406="M1", r0426="7500", r0428="2500", d=7500)
        (verminderd,) = gemaakt.declareer(minder).toekenningen
    assert next(regels(per_uur)) == "B 60.00: 120.00 an hour x 6 times 5 minutes"
    assert next(regels(verminderd)) == "B 75.00: 100.00 x 1 less 25.00"


@pytest.mark.parametrize(
    ("uit", "zin"),
    [
        ("0424-6", "B 10.00: 10.00 x 1"),
        ("0430-5", "5.00 more, because the check of the cover is not performed"),
        ("0430-4", "basis B, dekking 1: 50 % of B 8.00 is 4.00; pays 4.00"),
    ],
)
def test_een_controle_die_uit_is(uit: str, zin: str, tmp_path: Path) -> None:
    """Is not in the way of what is told either."""
    inhoud = verzekerd(
        {"percentage": 50, "maximum_bedrag": 1.0}, uzovi=[uzovi(uit=[uit])], tarieven=[tarief("C11", 8.0)]
    )
    if uit == "0430-5":
        inhoud["tarieven"] = []
        inhoud["pakketten"][0]["dekkingen"][0]["maximum_bedrag"] = 9.0
    with proef(tmp_path, inhoud) as gemaakt:
        _, (toekenning,) = _speel(gemaakt, tmp_path, bytes(eenvoudig()))
    assert zin in list(regels(toekenning))
    (d,) = toekenning["dekkingen"]
    assert (d["maximum"]["bedrag"] is None) == (uit == "0430-4")


def test_een_maximum_met_regels_van_twee_berichten(store: Database, tmp_path: Path) -> None:
    """One granted before and two now make three, where two may be: the earlier one counts among what decides."""
    regel = {"nummer": "M2", "prestaties": ["C11"], "soort": "maximum", "aantal": 2, "bereik": "kalendermaand",
             "ingang": dt.date(2008, 1, 1), "einde": None, "bron": "NZa", "tekst": "at most two"}  # fmt: skip
    gemaakt = Proef(store, tmp_path)
    gemaakt.laad({"combinatieregels": [regel]})
    gemaakt.declareer(debet(r0408="20110301"))
    plaats = tmp_path / "vraag.asc"
    bericht = eenvoudig(r0116="X", r0408="20110302", r0432="X1").voeg_toe("04", r0408="20110303", r0432="X2")
    plaats.write_bytes(bytes(bericht))
    with Toelichting(None) as toelichting:
        opdracht = Opdracht(plaats, tmp_path / "r.asc", DATUM, Stage.VERZEKERAAR, toelichting=toelichting)
        rijen = _rijen(replay(opdracht, store), "0413-10")
    assert [rij.lijst for rij in rijen] == ["combinatieregels", "prestaties"]


def test_het_beleid_in_euro(store: Database, tmp_path: Path) -> None:
    beleid = {"machtigingsplichtig": [{"prestaties": ["C11"], "boven_bedrag": 5.0}]}
    with proef(tmp_path, verzekerd({}, uzovi=[uzovi(**beleid)], machtigingen=[])) as gemaakt:
        uitkomst, _ = _speel(gemaakt, tmp_path, bytes(eenvoudig()))
    (rij, _) = _rijen(uitkomst, "0406-2")
    assert rij.waarden["beleid"]["machtigingsplichtig"] == [{"prestaties": ["C11"], "boven_bedrag": "5.00"}]
