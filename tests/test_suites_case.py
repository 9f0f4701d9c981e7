"""A case: what its case.yaml may hold, what is refused and in what words, and what playing it shows."""

from __future__ import annotations

import datetime as dt
import pickle
from pathlib import Path
from typing import Any

import pytest
import yaml

from mzsim.common.errors import CaseError
from mzsim.domain.findings import Stage, Status
from mzsim.store.shipped_files import plaats_van
from mzsim.suites.case import Geval, als_yaml, kies, lees_geval, vind_gevallen
from mzsim.suites.difference import Verschil
from mzsim.suites.playing import Verslag, speel_geval
from tests.make_inv3 import voorbeeld
from tests.retours import zet
from tests.suite_folder import maak_case

STAP = {"declaration": "1.mz301.asc"}
MELDING = {"record": "02", "identificatie": 3, "rubriek": "0207", "retourcode": "8004", "controle": "0207-3"}


def _met_expect(map_: Path, **expect: Any) -> Geval:
    return lees_geval(maak_case(map_, steps=[{**STAP, "expect": expect}]))


def _speel(geval: Geval, werkmap: Path) -> Verslag:
    return speel_geval(geval, werkmap)


def test_alles_wat_een_case_kan_bevatten(tmp_path: Path) -> None:
    map_ = maak_case(
        tmp_path / "c",
        source="INV 3.3 example 4a",
        tags=["inv", "partial"],
        stage="verzekeraar",
        store=["store.yaml", "@uzovi"],
        steps=[
            {"declaration": "1.mz301.asc", "date": "2011-05-03", "stage": "vecozo", "antwoord": "1.mz302.asc",
             "expect": {"retour": None}},
            {**STAP, "expect": {"status": "deels_toegewezen", "totaal_toegekend": "-10.50", "codes": ["8004"],
                                "meldingen": [{"identificatie": None, "record": "02"}], "retour": "1.mz302.asc"}},
        ],
    )  # fmt: skip
    geval = lees_geval(map_)
    assert (geval.id, geval.titel, geval.bron, geval.tags) == (
        "a-case",
        "A case",
        "INV 3.3 example 4a",
        ("inv", "partial"),
    )
    assert geval.store == (map_ / "store.yaml", plaats_van("@uzovi"))
    een, twee = geval.stappen
    assert (een.datum, een.stage, een.antwoord) == (dt.date(2011, 5, 3), Stage.VECOZO, map_ / "1.mz302.asc")
    assert (een.verwacht.gegeven, een.verwacht.retour) == (frozenset({"retour"}), None)
    assert (twee.datum, twee.stage, twee.antwoord) == (dt.date(2011, 5, 2), Stage.VERZEKERAAR, None)
    assert twee.verwacht.totaal_toegekend == -1050
    assert (twee.verwacht.status, twee.verwacht.codes) == (Status.DEELS_TOEGEWEZEN, ("8004",))
    assert twee.verwacht.meldingen == ((("record", "02"), ("identificatie", None)),)


@pytest.mark.parametrize(
    "anders",
    [
        {},
        {"tags": ["b", "a"], "source": "x: y", "stage": "vecozo", "store": ["store.yaml", "@nza-2026"]},
        {"title": 'with "quotes", 0587 and ünicode', "tags": ["0587"]},
        {"steps": [{**STAP, "expect": {"retour": None, "codes": []}}, {**STAP, "date": "2012-01-01", "stage": "vecozo",
                    "antwoord": "store.yaml", "expect": {"meldingen": [MELDING], "totaal_toegekend": "-0.05"}}]},
    ],
)  # fmt: skip
def test_wat_geschreven_wordt_is_wat_gelezen_werd(tmp_path: Path, anders: dict[str, Any]) -> None:
    geval = lees_geval(maak_case(tmp_path / "c", **anders))
    tekst = als_yaml(geval)
    geval.bestand.write_text(tekst, "utf-8")
    assert lees_geval(tmp_path / "c") == geval
    assert als_yaml(geval) == tekst


def test_een_code_staat_tussen_aanhalingstekens(tmp_path: Path) -> None:
    assert '- "0587"' in als_yaml(lees_geval(maak_case(tmp_path / "c", tags=["0587"]))), "to YAML 1.2 0587 is a number"


@pytest.mark.parametrize(
    ("anders", "fout"),
    [
        ({"id": "A B"}, "case.yaml:1: id: must be small letters, digits, points and hyphens"),
        ({"id": None}, "case.yaml:1: id: is missing"),
        ({"title": None}, "title: is missing"),
        (
            {"dte": "2011-05-02"},
            "dte: is no key of a case; known here: id, title, source, tags, date, stage, store, steps",
        ),
        ({"date": "2011-02-30"}, "date: must be a date"),
        ({"date": None}, "steps[0].date: is missing; give the case a date, or each of its steps"),
        ({"stage": "insurer"}, "stage: must be 'vecozo', 'verzekeraar' or 'all'"),
        ({"tags": ["a", "a"]}, "tags: holds the same value twice"),
        ({"store": ["none.yaml"]}, "none.yaml: no such file"),
        ({"store": ["@none"]}, "store[0]: no such list; there are @asr, @ditzo, @nza-2026, @proef, @uzovi, @vgz"),
        ({"steps": []}, "steps: may not be empty"),
        ({"steps": [{"declaration": "2.asc", "expect": {"retour": None}}]}, "2.asc: no such file"),
        (
            {"steps": [{"declaration": "/x.asc", "expect": {"retour": None}}]},
            "must be a path from the folder of the case",
        ),
        ({"steps": [{**STAP, "antwoord": "x.yaml", "expect": {"retour": None}}]}, "x.yaml: no such file"),
        ({"steps": [{**STAP, "expect": {"retour": "2.mz302.asc"}}]}, "2.mz302.asc: no such file"),
        ({"steps": [{**STAP, "expect": {}}]}, "steps[0].expect: must hold at least one of retour, status"),
        ({"steps": [STAP]}, "steps[0].expect: is missing"),
        ({"steps": [{**STAP, "expect": {"status": None}}]}, "status may not be empty"),
        (
            {"steps": [{**STAP, "expect": {"status": "granted"}}]},
            "steps[0].expect.status: must be 'volledig_toegewezen'",
        ),
        ({"steps": [{**STAP, "expect": {"totaal_toegekend": 10}}]}, "must be text; put it in quotes"),
        ({"steps": [{**STAP, "expect": {"totaal_toegekend": "10"}}]}, "must be an amount in euro as --json prints it"),
        ({"steps": [{**STAP, "expect": {"codes": ["807"]}}]}, "steps[0].expect.codes[0]: must be 4 digits"),
        ({"steps": [{**STAP, "expect": {"meldingen": [{"code": "8007"}]}}]}, "meldingen[0].code: is no key of a case"),
    ],
)
def test_wat_niet_klopt_wordt_geweigerd_met_bestand_en_sleutel(
    tmp_path: Path, anders: dict[str, Any], fout: str
) -> None:
    map_ = maak_case(tmp_path / "c", **anders)
    with pytest.raises(CaseError) as gevangen:
        lees_geval(map_)
    assert fout in str(gevangen.value)
    assert str(gevangen.value).startswith(str(map_ / "case.yaml"))
    assert "\n" not in str(gevangen.value)


def test_een_sleutel_die_er_twee_keer_staat(tmp_path: Path) -> None:
    map_ = maak_case(tmp_path / "c")
    (map_ / "case.yaml").write_text((map_ / "case.yaml").read_text() + "title: again\n")
    with pytest.raises(CaseError, match="title: this key stands here twice"):
        lees_geval(map_)


def test_gevallen_worden_gevonden_op_volgorde_van_id(tmp_path: Path) -> None:
    for pad, id_ in (("b", "one"), ("a/deep/er", "two"), ("a", "three")):
        maak_case(tmp_path / pad / "x", id=id_)
    (tmp_path / "c").mkdir()
    assert [geval.id for geval in vind_gevallen(tmp_path)] == ["one", "three", "two"]


def test_twee_gevallen_met_een_id(tmp_path: Path) -> None:
    maak_case(tmp_path / "a")
    maak_case(tmp_path / "b")
    with pytest.raises(CaseError, match=r"b/case.yaml: id: .*a/case.yaml has the id a-case as well"):
        vind_gevallen(tmp_path)


def test_een_map_zonder_gevallen(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="holds no case"):
        vind_gevallen(tmp_path)
    with pytest.raises(CaseError, match="no such folder"):
        vind_gevallen(tmp_path / "x")


def test_kiezen(tmp_path: Path) -> None:
    een = lees_geval(maak_case(tmp_path / "a", id="credit-1", tags=["credit", "rare"]))
    twee = lees_geval(maak_case(tmp_path / "b", id="b", title="A Credit again", tags=["rare"]))
    drie = lees_geval(maak_case(tmp_path / "c", id="c"))
    alle = [een, twee, drie]
    assert kies(alle, None, ()) == alle
    assert kies(alle, "cRedit", ()) == [een, twee]
    assert kies(alle, None, ("credit", "no-such-tag")) == [een]
    assert kies(alle, "again", ("rare",)) == [twee]


# What playing a case shows.


def test_wat_klopt(tmp_path: Path) -> None:
    expect = {
        "retour": "1.mz302.asc",
        "status": "deels_toegewezen",
        "totaal_toegekend": "10.00",
        "codes": ["8004"],
        "meldingen": [MELDING],
    }
    verslag = _speel(_met_expect(tmp_path / "c", **expect), tmp_path)
    assert (verslag.oordeel, verslag.geslaagd, verslag.fout) == ("passed", True, None)
    (stap,) = verslag.stappen
    assert stap.retour == (tmp_path / "c" / "1.mz302.asc").read_bytes()
    assert stap.declaratie == (tmp_path / "c" / "1.mz301.asc").read_bytes()


@pytest.mark.parametrize(
    ("expect", "verschil"),
    [
        ({"status": "doorgestuurd"}, ("status", "doorgestuurd", "deels_toegewezen")),
        ({"totaal_toegekend": "10.01"}, ("totaal_toegekend", "10.01", "10.00")),
        ({"codes": []}, ("codes", "none", "8004")),
        ({"codes": ["8004", "8007"]}, ("codes", "8004 8007", "8004")),
        ({"retour": None}, ("retour", "no retour", "a retour of 6 records")),
        ({"meldingen": [{"retourcode": "8007"}]},
         ("meldingen", "retourcode 8007", "record 02 identificatie 3 rubriek 0207 retourcode 8004 controle 0207-3")),
        ({"meldingen": [{"retourcode": "8004"}, {"record": "04"}]}, ("meldingen", "record 04", "none")),
    ],
)  # fmt: skip
def test_wat_niet_klopt(tmp_path: Path, expect: dict[str, Any], verschil: tuple[str, str, str]) -> None:
    verslag = _speel(_met_expect(tmp_path / "c", **expect), tmp_path)
    assert verslag.oordeel == "failed"
    ((gevonden,),) = (stap.verschillen for stap in verslag.stappen)
    assert (gevonden.wat, gevonden.verwacht, gevonden.gevonden) == verschil


@pytest.mark.parametrize(
    ("codes", "oordeel"),
    [(["0435", "0423"], "passed"), (["0423", "0435"], "failed"), (["0435"], "failed"), ([], "failed")],
)
def test_meldingen_staan_op_volgorde(tmp_path: Path, codes: list[str], oordeel: str) -> None:
    eisen = [{"retourcode": code} for code in codes]
    map_ = maak_case(tmp_path / "c", steps=[{**STAP, "expect": {"meldingen": eisen}}])
    (map_ / "1.mz301.asc").write_bytes(bytes(voorbeeld(_4_0403="300197243", _4_0404="0739")))
    assert _speel(lees_geval(map_), tmp_path).oordeel == oordeel


def test_verschillen_in_een_retour_per_record_en_rubriek(tmp_path: Path) -> None:
    """A rubriek that differs, a record that is missing, one too many; the rest is not told."""
    map_ = maak_case(tmp_path / "c")
    plaats = map_ / "1.mz302.asc"
    goed = plaats.read_bytes()
    regels = zet(goed, 1, "0196", "0201").split(b"\r\n")
    erbij = regels[2][:13] + b"9" + regels[2][14:]
    plaats.write_bytes(b"\r\n".join([*regels[:3], erbij, *regels[4:]]))
    ((stap,)) = _speel(lees_geval(map_), tmp_path).stappen
    assert stap.verschillen == (
        Verschil("retour", 1, "01", None, "0196", "0201", "0200"),
        Verschil("retour", None, "04", 9, None, "a record with 8002", "none"),
        Verschil("retour", 4, "04", 5, None, "none", "a record with 8002"),
    )


@pytest.mark.parametrize(
    ("bewerk", "verwacht", "gevonden"),
    [
        (lambda retour: retour[:-2], "line end none", "line end CR/LF"),
        (lambda retour: retour.replace(b"\r\n", b"\n", 1), "line end LF", "line end CR/LF"),
        (lambda retour: retour[:300] + retour[301:], "369 positions", "370 positions"),
        (lambda retour: b"", "none", "a record with 0200"),
    ],
)
def test_verschillen_die_geen_rubriek_zijn(tmp_path: Path, bewerk: Any, verwacht: str, gevonden: str) -> None:
    map_ = maak_case(tmp_path / "c")
    plaats = map_ / "1.mz302.asc"
    plaats.write_bytes(bewerk(plaats.read_bytes()))
    ((stap,)) = _speel(lees_geval(map_), tmp_path).stappen
    assert (stap.verschillen[0].verwacht, stap.verschillen[0].gevonden) == (verwacht, gevonden)


def test_stappen_delen_een_store_en_gevallen_niet(tmp_path: Path) -> None:
    """The second time the factuurnummer is used; in the next case it is free again."""
    stappen = [{**STAP, "expect": {"codes": ["8004"]}}, {**STAP, "expect": {"codes": ["0030"]}}]
    geval = lees_geval(maak_case(tmp_path / "c", steps=stappen))
    assert [_speel(geval, tmp_path).oordeel for _ in range(2)] == ["passed", "passed"]


def test_volgorde_van_storebestanden(tmp_path: Path) -> None:
    map_ = maak_case(tmp_path / "c", store=["store.yaml", "later.yaml"])
    (map_ / "later.yaml").write_text(
        'uzovi: [{nummer: "0736", naam: V, soort: zorgverzekeraar, edp: false}]\n', "utf-8"
    )
    (stap,) = _speel(lees_geval(map_), tmp_path).stappen
    assert stap.uitkomst is not None
    assert [m.retourcode for m in stap.uitkomst.meldingen] == ["8198"]


def test_een_storebestand_dat_verandert_wordt_opnieuw_geladen(tmp_path: Path) -> None:
    map_ = maak_case(tmp_path / "c")
    assert _speel(lees_geval(map_), tmp_path).geslaagd
    store = map_ / "store.yaml"
    store.write_text(store.read_text("utf-8").replace("1922-03-22", "1932-03-22"), "utf-8")
    assert not _speel(lees_geval(map_), tmp_path).geslaagd


def test_een_onbruikbaar_storebestand_is_een_oordeel(tmp_path: Path) -> None:
    map_ = maak_case(tmp_path / "c")
    (map_ / "store.yaml").write_text("polisen: []\n")
    verslag = _speel(lees_geval(map_), tmp_path)
    assert verslag.oordeel == "error"
    assert verslag.fout is not None
    assert verslag.fout.startswith(f"{map_ / 'store.yaml'}:1: polisen: is no key of the store file")


def test_een_onleesbare_declaratie_is_een_oordeel_en_de_volgende_stap_wordt_gespeeld(tmp_path: Path) -> None:
    geval = lees_geval(maak_case(tmp_path / "c", steps=[{**STAP, "expect": {"retour": "1.mz302.asc"}}] * 2))
    weg = geval.stappen[0]._replace(declaratie=tmp_path / "gone.asc")
    verslag = _speel(geval._replace(stappen=(weg, geval.stappen[1])), tmp_path)
    assert [stap.oordeel for stap in verslag.stappen] == ["error", "passed"]
    assert verslag.oordeel == "error"
    assert verslag.stappen[0].fout == f"{tmp_path / 'gone.asc'}: can't be read: No such file or directory"


def test_geen_declaratie_is_onleesbaar_zonder_retour(tmp_path: Path) -> None:
    map_ = maak_case(tmp_path / "c", steps=[{**STAP, "expect": {"retour": None, "status": "onleesbaar", "codes": []}}])
    (map_ / "1.mz301.asc").write_bytes(b"no declaration\r\n")
    assert _speel(lees_geval(map_), tmp_path).geslaagd


def test_er_blijft_niets_achter_dan_geladen_stores(tmp_path: Path) -> None:
    geval = lees_geval(maak_case(tmp_path / "c"))
    werkmap = tmp_path / "werk"
    werkmap.mkdir()
    _speel(geval, werkmap)
    assert [pad.name for pad in werkmap.iterdir()] == ["stores"]
    assert {pad.suffix for pad in (werkmap / "stores").iterdir()} == {".sjabloon"}


def test_een_code_van_de_store_zelf_is_bekend(tmp_path: Path) -> None:
    map_ = maak_case(tmp_path / "c", store=["store.yaml", "own.yaml"])
    (map_ / "own.yaml").write_text(
        "retourcodes: [{code: '3901', betekenis: An own code, soort: D}]\n"
        "uzovi: [{nummer: '0736', naam: V, soort: zorgverzekeraar, edp: true, beleid: {retourcodes: {0207-3: '3901'}}}]\n"
    )
    verslag = _speel(lees_geval(map_), tmp_path)
    assert [(code.code, code.betekenis) for code in verslag.codes] == [("3901", "An own code")]


SCRIPT = [{"match": {"0413": "R24"}, "action": {"codes": ["8063"], "afzender": "verzekeraar"}}]


def test_een_stap_met_een_script_en_het_verslag_reist(tmp_path: Path) -> None:
    """The script answers in place of the insurer; the verslag goes from the process that played it to the one that reads."""
    steps = [
        {**STAP, "antwoord": "script.yaml", "expect": {"codes": ["8063"]}},
        {**STAP, "expect": {"codes": ["0030"]}},
    ]
    map_ = maak_case(tmp_path / "c", steps=steps)
    (map_ / "1.mz301.asc").write_bytes(bytes(voorbeeld()))
    (map_ / "script.yaml").write_text(yaml.safe_dump(SCRIPT))
    verslag = _speel(lees_geval(map_), tmp_path)
    assert verslag.geslaagd, verslag
    assert pickle.loads(pickle.dumps(verslag)) == verslag


def test_een_onbruikbaar_script_is_een_oordeel(tmp_path: Path) -> None:
    map_ = maak_case(tmp_path / "c", steps=[{**STAP, "antwoord": "script.yaml", "expect": {"codes": []}}])
    (map_ / "script.yaml").write_text(yaml.safe_dump([{"action": {"codes": ["9999"]}}]))
    (stap,) = _speel(lees_geval(map_), tmp_path).stappen
    assert stap.oordeel == "error"
    assert (stap.fout or "").startswith(f"{map_ / 'script.yaml'}:3: [0].action.codes[0]: 9999 is no known retourcode")
