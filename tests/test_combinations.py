"""The rules on combinations (NZa): each rule of the data on its smallest example, and what holds for all of them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mzsim.domain.combination_rules import Combinatieregel, CombinationMember, Regelset
from mzsim.domain.findings import Stage, Uitkomst
from mzsim.judging import combination_reading
from mzsim.judging.combinations import beoordeel
from mzsim.pipeline import Opdracht, replay
from mzsim.store.loading import laad_bestand
from mzsim.store.session import Database
from mzsim.store.shipped_files import plaats_van
from tests.benchmark_files import _bsns
from tests.factories import Bericht, maak

DATUM = dt.date(2026, 4, 2)
VANDAAG = dt.date(2026, 3, 17)
LIJST = yaml.load(plaats_van("@nza-2026").read_text("utf-8"), yaml.CSafeLoader)
REGELS: list[dict[str, Any]] = LIJST["combinatieregels"]
BEOORDEELD = [regel for regel in REGELS if regel["soort"] != "niet_beoordeeld"]

# The rules as the NZa words them (prestatie- en tariefbeschikkingen 2026): the prestatiecodes that each kind is about.
ALS_GEWOORD = {
    "niet_met": "C001 C003 C012 C016 A10 A15 A30 V30 V35 V40 V95 E02 E03 E05 R55 G76 H90 H34 T161 J020 J022 J049 J051 J062"
    " J090 J091 U25 U35 U05 U06 F* F492 F493",
    "alleen_met": "C021 C022 E04 E87 R14 H21 P040 T033 T076 T112 J030 J031 J032 J041 J043 J047 J052 J057 J061 J071 J001"
    " J002 J087 J088 J089",
    "alleen_na": "C016 V35 V85 E78 G41 G62 G47 G43 G44 G46 G48 H55 H39 H16 T021 T022 J021",
    "maximum": "C020 C023 M30 B10 B11 B12 V71 V81 V91 E05 E85 H42 H43 P045 P043 J011 J014 F511 F512 F513 F514 F515 F516"
    " F517 F518 F519",
    "interval": "R24 G72 P060 P061 P062 P063 P064 P065 P066 P067 J044 J045 J046 J047 F122 F812",
    "niet_beoordeeld": "M01 M02 M03 V94 E52 E53 E54 E55 E56 E57 E77 J053 J060 Y01",
}
# Worded as what may not be, but not to be seen in a declaration, or contradicted by the standard.
TOCH_NIET = {"U05", "F*"}


def _beoordeel(
    regel: dict[str, Any], *leden: CombinationMember, eerder: tuple[CombinationMember, ...] = ()
) -> dict[int, str]:
    """What a rule objects to in records on lines 1, 2, …"""
    per_lid: dict[CombinationMember, list[int]] = {}
    for nummer, lid in enumerate(leden, start=1):
        per_lid.setdefault(lid, []).append(nummer)
    return {bezwaar.regel: bezwaar.controle for bezwaar in beoordeel(Regelset([_regel(regel)]), per_lid, eerder)}


def _regel(regel: dict[str, Any]) -> Combinatieregel:
    leeg: dict[str, Any] = dict.fromkeys(Combinatieregel._fields)
    leeg |= {"tegenhanger": (), "behalve": (), "zelfde_zorgaanbieder": False}
    eigen = {sleutel: waarde for sleutel, waarde in regel.items() if sleutel in leeg}
    return Combinatieregel(**(leeg | eigen | {"ingang": regel["ingang"].strftime("%Y%m%d")}))


@pytest.mark.parametrize(("soort", "codes"), ALS_GEWOORD.items())
def test_elke_regel_van_de_nza_is_verwerkt(soort: str, codes: str) -> None:
    verwerkt = {code for regel in REGELS if regel["soort"] == soort for code in regel["prestaties"]}
    niet = {code for regel in REGELS if regel["soort"] == "niet_beoordeeld" for code in regel["prestaties"]}
    assert set(codes.split()) - TOCH_NIET <= verwerkt
    assert niet >= TOCH_NIET


def test_regels_noemen_alleen_codes_van_de_lijst() -> None:
    bekend = {regel["code"] for regel in LIJST["prestatiecodes"]}
    genoemd = {
        code for regel in REGELS for lijst in ("prestaties", "tegenhanger", "behalve") for code in regel.get(lijst, ())
    }
    assert {code for code in genoemd if "*" not in code} <= bekend


def _tegenhanger(regel: dict[str, Any]) -> str:
    """A code that a rule asks after, other than those that it judges."""
    gezocht = {"H*": "H26", "E*": "E13", "*": "C003"}
    codes = [gezocht.get(code, code) for code in regel["tegenhanger"]]
    return next(code for code in codes if code not in regel["prestaties"])


def _velden(regel: dict[str, Any], code: str, dag: dt.date, aantal: int = 1, **anders: str) -> dict[str, str]:
    """A record at a place that every rule can tell: upper right, or lower right where the rule is about the lower jaw."""
    kaak = regel.get("kaak", "1")
    return {
        "r0413": code,
        "r0408": dag.strftime("%Y%m%d"),
        "r0414": kaak,
        "r0415": "16" if kaak == "1" else "46",
        "r0416": "O",
        "r0425": str(aantal),
        **anders,
    }


def _maanden_eerder(dag: dt.date, maanden: int) -> dt.date:
    jaar, maand = divmod(dag.year * 12 + dag.month - 1 - maanden, 12)
    return dag.replace(year=jaar, month=maand + 1)


def _gebroken_en_gehouden(regel: dict[str, Any], code: str) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The records of a smallest declaration that breaks a rule, the one that it judges first, and of one that keeps it."""

    def op(dag: dt.date, wie: str = "", aantal: int = 1) -> dict[str, str]:
        return _velden(regel, wie or code, dag, aantal)

    dag = dt.timedelta(days=1)
    ander = _tegenhanger(regel) if regel.get("tegenhanger") else ""
    if regel["soort"] == "niet_met":
        elders = {"zitting": VANDAAG - dag, "kalendermaand": VANDAAG - 31 * dag}[regel["bereik"]]
        return [op(VANDAAG), op(VANDAAG, ander)], [op(VANDAAG), op(elders, ander)]
    if regel["soort"] == "alleen_met" or (regel["soort"] == "alleen_na" and regel["bereik"] == "zitting"):
        return [op(VANDAAG), op(VANDAAG - dag, ander)], [op(VANDAAG), op(VANDAAG, ander)]
    if regel["soort"] == "alleen_na":
        return [op(VANDAAG), op(VANDAAG + dag, ander)], [op(VANDAAG), op(VANDAAG - dag, ander)]
    if regel["soort"] == "niet_na":
        return [op(VANDAAG), op(VANDAAG - dag, ander)], [op(VANDAAG), op(VANDAAG, ander)]
    if regel["soort"] == "interval":
        grens = _maanden_eerder(VANDAAG, regel["maanden"])
        return [op(VANDAAG), op(grens + dag, ander)], [op(VANDAAG), op(grens, ander)]
    samen = [op(VANDAAG, ander)] if ander else []
    return [op(VANDAAG, aantal=regel["aantal"] + 1), *samen], [op(VANDAAG, aantal=regel["aantal"]), *samen]


def _bericht(*prestaties: dict[str, str], factuurnummer: str = "F1", **kop: str) -> Bericht:
    voorloop = maak("01", r0116=factuurnummer, r0114="20250101", r0115="20260331", r0117="20260401", **kop)
    bericht = Bericht(voorloop=voorloop).voeg_toe("02")
    for nummer, velden in enumerate(prestaties):
        bericht.voeg_toe("04", **{"r0432": f"{factuurnummer}-{nummer}", **velden})
    return bericht


def _speel(bericht: Bericht, store: Database, map_: Path, *, dry_run: bool = False) -> Uitkomst:
    plaats = map_ / "declaratie.asc"
    plaats.write_bytes(bytes(bericht))
    return replay(Opdracht(plaats, plaats.with_suffix(".retour"), DATUM, Stage.VERZEKERAAR, dry_run), store)


def _meldingen(uitkomst: Uitkomst) -> list[tuple[int, str]]:
    return [(m.bevinding.regel, m.bevinding.controle.id) for m in uitkomst.meldingen]


def _laad(store: Database, map_: Path, inhoud: dict[str, Any]) -> None:
    bestand = map_ / "extra.yaml"
    bestand.write_text(yaml.safe_dump(inhoud), "utf-8")
    laad_bestand(store, bestand)


@pytest.mark.parametrize("regel", [pytest.param(regel, id=regel["nummer"]) for regel in BEOORDEELD])
def test_elke_regel_slaat_aan_en_laat_door(regel: dict[str, Any], store: Database, tmp_path: Path) -> None:
    _laad(store, tmp_path, {"combinatieregels": [regel]})
    controle = "0413-9" if regel["soort"] == "interval" else "0413-10"
    gebroken, gehouden = _gebroken_en_gehouden(regel, regel["prestaties"][0])
    assert _meldingen(_speel(_bericht(*gebroken), store, tmp_path, dry_run=True)) == [(3, controle)]
    assert _meldingen(_speel(_bericht(*reversed(gebroken)), store, tmp_path, dry_run=True)) == [
        (2 + len(gebroken), controle)
    ]
    assert _meldingen(_speel(_bericht(*gehouden), store, tmp_path, dry_run=True)) == []


@pytest.mark.parametrize(
    "regel", [pytest.param(regel, id=regel["nummer"]) for regel in BEOORDEELD if len(regel["prestaties"]) > 1]
)
def test_een_regel_geldt_voor_elk_van_zijn_prestaties(regel: dict[str, Any]) -> None:
    def lid(velden: dict[str, str]) -> CombinationMember:
        plek = (velden["r0414"], velden["r0415"], velden["r0416"])
        return CombinationMember(velden["r0408"], velden["r0413"], *plek, "12004567", int(velden["r0425"]))

    for code in regel["prestaties"]:
        gebroken, gehouden = (map(lid, records) for records in _gebroken_en_gehouden(regel, code))
        assert list(_beoordeel(regel, *gebroken)) == [1], code
        assert _beoordeel(regel, *gehouden) == {}, code


BASIS = {"nummer": "R", "ingang": dt.date(2011, 1, 1)}
EENMAAL = BASIS | {"prestaties": ("B11",), "soort": "maximum", "aantal": 1, "bereik": "zitting"}
B11 = CombinationMember("20110331", "B11", "0", "00", "", "12004567", 1)


def test_dezelfde_prestatie_nog_eens_is_geen_andere() -> None:
    """Parts of one prestatie may be declared one after the other (INV 4.6.2): that is not for these rules."""
    assert _beoordeel(EENMAAL, B11, eerder=(B11,)) == {}
    assert _beoordeel(EENMAAL, B11, eerder=(B11._replace(behandelaar="12004568"),)) == {1: "0413-10"}
    interval = BASIS | {"prestaties": ("B11",), "soort": "interval", "dagen": 30, "tegenhanger": ("B11",)}
    assert _beoordeel(interval, B11, eerder=(B11._replace(aantal=2),)) == {}
    assert _beoordeel(interval, B11, eerder=(B11._replace(datum="20110302"),)) == {1: "0413-9"}
    assert _beoordeel(interval, B11, eerder=(B11._replace(datum="20110301"),)) == {}


def test_gelijke_records_in_een_bestand_tellen_elk() -> None:
    assert _beoordeel(EENMAAL, B11, B11, B11) == {2: "0413-10", 3: "0413-10"}


def test_een_andere_partij_heeft_een_andere_zitting() -> None:
    elders = B11._replace(behandelaar="12004568", eigen=False)
    assert _beoordeel(EENMAAL, B11, eerder=(elders,)) == {}
    assert _beoordeel(EENMAAL | {"bereik": "kalendermaand"}, B11, eerder=(elders,)) == {1: "0413-10"}


@pytest.mark.parametrize(
    ("eerst", "maanden", "tot"),
    [("20260131", 1, "20260228"), ("20240229", 12, "20250228"), ("20251215", 2, "20260215")],
)
def test_een_maand_later_bestaat_altijd(eerst: str, maanden: int, tot: str) -> None:
    regel = BASIS | {"prestaties": ("A",), "soort": "interval", "maanden": maanden, "tegenhanger": ("B",)}
    lid = CombinationMember(tot, "A", "0", "00", "", "", 1)
    eerder = (CombinationMember(eerst, "B", "0", "00", "", "", 1),)
    assert _beoordeel(regel, lid, eerder=eerder) == {}
    assert _beoordeel(regel, lid._replace(datum=str(int(tot) - 1)), eerder=eerder) == {1: "0413-9"}


_LEDEN = st.builds(
    CombinationMember,
    st.sampled_from(["20260228", "20260301", "20260302", "20260331"]),
    st.sampled_from(["A", "B", "C", "X1"]),
    st.sampled_from("012"),
    st.sampled_from(["00", "16", "17", "46", "99"]),
    st.sampled_from(["", "O"]),
    st.sampled_from(["12004567", "12004568"]),
    st.integers(1, 3),
    st.booleans(),
)
_TEGEN = {"tegenhanger": ("B", "X*")}
_SOORTEN: list[dict[str, Any]] = [
    *({"soort": soort, "bereik": bereik, **_TEGEN}
      for soort in ("niet_met", "alleen_met") for bereik in ("zitting", "kalendermaand", "patient")),
    {"soort": "alleen_na", "bereik": "patient", "maanden": 1, **_TEGEN},
    {"soort": "niet_na", "bereik": "patient", **_TEGEN},
    {"soort": "interval", "dagen": 2, "tegenhanger": ("A", "B")},
    {"soort": "maximum", "aantal": 2, "bereik": "kalendermaand"},
    {"soort": "maximum", "aantal": 1, "bereik": "zitting", **_TEGEN},
]  # fmt: skip


@given(
    st.lists(_LEDEN, max_size=8),
    st.lists(_LEDEN, max_size=4),
    st.sampled_from(_SOORTEN),
    st.sampled_from([None, "element", "vlak", "kaak", "kwadrant", "sextant"]),
)
@settings(deadline=None)
def test_alleen_dragers_krijgen_een_bezwaar_en_de_volgorde_van_wat_eerder_was_doet_niet_ter_zake(
    leden: list[CombinationMember], eerder: list[CombinationMember], soort: dict[str, Any], plaats: str | None
) -> None:
    regel = BASIS | {"prestaties": ("A", "C"), "plaats": plaats} | soort
    eigen = [lid._replace(eigen=True) for lid in leden]
    bezwaren = _beoordeel(regel, *eigen, eerder=tuple(eerder))
    assert {eigen[nummer - 1].code for nummer in bezwaren} <= {"A", "C"}
    assert set(bezwaren.values()) <= {"0413-9" if regel["soort"] == "interval" else "0413-10"}
    assert _beoordeel(regel, *eigen, eerder=tuple(reversed(eerder))) == bezwaren


V30_V71 = {"nummer": "V30", "prestaties": ["V30"], "soort": "niet_met", "bereik": "zitting", "plaats": "element",
           "tegenhanger": ["V71"], "ingang": dt.date(2011, 1, 1), "bron": "test", "tekst": "Not with V71."}  # fmt: skip
B12_EENS = {"nummer": "B12", "prestaties": ["B12"], "soort": "maximum", "aantal": 1, "bereik": "zitting",
            "ingang": dt.date(2011, 1, 1), "bron": "test", "tekst": "Once."}  # fmt: skip
SAMEN = [{"r0413": "V30", "r0415": "16"}, {"r0413": "V71", "r0415": "16", "r0416": "O"}]


@pytest.fixture
def met_regels(store: Database, tmp_path: Path) -> Database:
    """A store with two rules."""
    _laad(store, tmp_path, {"combinatieregels": [V30_V71, B12_EENS]})
    return store


def _beleid(**keuzes: object) -> dict[str, Any]:
    verzekeraar = {"nummer": "0736", "naam": "V", "soort": "zorgverzekeraar", "edp": True, "beleid": keuzes}
    return {"uzovi": [verzekeraar]}


def _op(velden: dict[str, str]) -> dict[str, str]:
    return {"r0408": "20260317", **velden}


def test_een_verzekeraar_antwoordt_met_zijn_eigen_code(met_regels: Database, tmp_path: Path) -> None:
    _laad(met_regels, tmp_path, _beleid(retourcodes={"0413-10": "0587"}))
    uitkomst = _speel(_bericht(*map(_op, SAMEN)), met_regels, tmp_path)
    assert [(m.bevinding.regel, m.retourcode) for m in uitkomst.meldingen] == [(3, "0587")]


def test_een_verzekeraar_laat_een_controle_uit(met_regels: Database, tmp_path: Path) -> None:
    bericht = _bericht(*map(_op, SAMEN))
    for uit in (["0413-9", "0413-10"], ["0413-10"]):
        _laad(met_regels, tmp_path, _beleid(uit=uit))
        assert _meldingen(_speel(bericht, met_regels, tmp_path, dry_run=True)) == []
    _laad(met_regels, tmp_path, _beleid(uit=["0413-9"]))
    assert _meldingen(_speel(bericht, met_regels, tmp_path, dry_run=True)) == [(3, "0413-10")]


def test_alles_of_niets_wijst_het_bestand_af(met_regels: Database, tmp_path: Path) -> None:
    _laad(met_regels, tmp_path, _beleid(alles_of_niets=True))
    uitkomst = _speel(_bericht(*map(_op, SAMEN)), met_regels, tmp_path)
    assert (uitkomst.totaal_toegekend, _meldingen(uitkomst)) == (0, [(3, "0413-10")])


def test_een_record_dat_niet_te_lezen_is_telt_niet(met_regels: Database, tmp_path: Path) -> None:
    def fouten(**anders: str) -> list[tuple[int, str]]:
        een, ander = map(_op, SAMEN)
        bericht = _bericht(een, {**ander, **anders})
        return [fout for fout in _meldingen(_speel(bericht, met_regels, tmp_path, dry_run=True)) if fout[0] == 3]

    assert fouten() == [(3, "0413-10")]
    assert fouten(r0408="20260399") == []
    assert fouten(r0409="02") == []
    assert fouten(r0409="09") == []
    assert fouten(r0415="19") == []
    assert fouten(r0427="X") == []
    assert fouten(r0413="V00") == []
    assert fouten(r0427="C", r0433="onbekend") == []


def test_onder_een_afgewezen_verzekerdenrecord_wordt_niets_beoordeeld(met_regels: Database, tmp_path: Path) -> None:
    bericht = Bericht(voorloop=maak("01", r0115="20260331", r0117="20260401")).voeg_toe("02", r0203="999999999")
    for velden in SAMEN:
        bericht.voeg_toe("04", **_op(velden))
    assert {record.bevinding.record for record in _speel(bericht, met_regels, tmp_path).meldingen} == {"02"}


@pytest.mark.slow
@pytest.mark.parametrize("samen", [1, 2, 500])
@pytest.mark.parametrize("records", [1, 10_000])
def test_duizend_verzekerden_worden_elk_op_zichzelf_beoordeeld(
    met_regels: Database, tmp_path: Path, samen: int, records: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Judged in groups of any size, also where one verzekerde is larger than a group."""
    monkeypatch.setattr(combination_reading, "_MEESTE_VERZEKERDEN", samen)
    monkeypatch.setattr(combination_reading, "_MEESTE_RECORDS", records)
    aantal = 1000 if samen == 500 else 20
    wie = _bsns(aantal)
    polis = {"uzovi": "0736", "naam": "V", "geboortedatum": dt.date(1970, 5, 15), "ingang": dt.date(2006, 1, 1)}
    _laad(met_regels, tmp_path, {"polissen": [polis | {"bsn": bsn, "pakketten": ["ALLES"]} for bsn in wie]})

    def bericht(factuurnummer: str, *prestaties: dict[str, str]) -> Bericht:
        gemaakt = _bericht(factuurnummer=factuurnummer)
        gemaakt.details.clear()
        for nummer, bsn in enumerate(wie):
            gemaakt.voeg_toe("02", r0203=bsn, r0207="19700515")
            for volg, velden in enumerate(prestaties):
                # Every third one keeps the rules, because the places differ.
                element = "17" if volg and nummer % 3 == 0 else "16"
                gemaakt.voeg_toe("04", **_op(velden), r0415=element, r0432=f"{factuurnummer}-{nummer}-{volg}")
        return gemaakt

    een, ander = {"r0413": "V30"}, {"r0413": "V71", "r0416": "O"}
    samen_gedeclareerd = _speel(bericht("F1", een, ander), met_regels, tmp_path, dry_run=True)
    fout = [nummer for nummer in range(aantal) if nummer % 3]
    assert _meldingen(samen_gedeclareerd) == [(3 * nummer + 3, "0413-10") for nummer in fout]
    assert _meldingen(_speel(bericht("F2", {"r0413": "C99"}, ander), met_regels, tmp_path)) == []
    daarna = _speel(bericht("F3", een), met_regels, tmp_path)
    assert _meldingen(daarna) == [(2 * nummer + 3, "0413-10") for nummer in fout]


@pytest.mark.slow
def test_een_verzekerde_met_heel_veel_records(met_regels: Database, tmp_path: Path) -> None:
    aantal = 12_000
    vullingen = [_op({"r0413": "V71", "r0415": "17", "r0416": "O", "r0424": str(n)}) for n in range(1, aantal)]
    eens = [_op({"r0413": "B12", "r0424": str(n)}) for n in range(1, 4)]
    uitkomst = _speel(_bericht(eens[0], *vullingen, _op(SAMEN[0]), *eens[1:], _op(SAMEN[1])), met_regels, tmp_path)
    laatste = 3 + aantal
    nza = [(regel, id) for regel, id in _meldingen(uitkomst) if id == "0413-10"]
    assert nza == [(laatste, "0413-10"), (laatste + 1, "0413-10"), (laatste + 2, "0413-10")]
