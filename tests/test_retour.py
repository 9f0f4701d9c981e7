"""What goes back of a declaration, with which codes and amounts (contract of the retourbericht; INV 3.2, 3.3)."""

from __future__ import annotations

import datetime as dt
import io
import itertools
from pathlib import Path
from typing import Any

import pytest
import yaml

from mzsim.domain.findings import Stage, Status, Uitkomst
from mzsim.retour.check import controleer_retour
from mzsim.standard.retourcodes import retourcodes
from mzsim.store.loading import laad_bestand
from mzsim.store.session import Database
from tests.commands import DATUM, OP_DATUM, proces, speel
from tests.factories import Bericht, maak
from tests.retours import Regel, codes, lees, records, slot, veld

VRIES = {"r0203": "100197243", "r0207": "19220322", "r0210": "Vries"}
ONBEKENDE_DATUM = "20110332"
NIEMAND = "19000101"
NUL = "00000000D"
VECOZO, VERZEKERAAR = Stage.VECOZO, Stage.VERZEKERAAR


def _laad(store: Database, map_: Path, **inhoud: object) -> None:
    bestand = map_ / "extra.yaml"
    bestand.write_text(yaml.safe_dump(inhoud), "utf-8")
    laad_bestand(store, bestand)


def _beleid(store: Database, map_: Path, **beleid: object) -> None:
    insurer = {"nummer": "0736", "naam": "V", "soort": "zorgverzekeraar", "edp": True, "beleid": beleid}
    _laad(store, map_, uzovi=[insurer])


@pytest.fixture
def antwoord(store: Database, tmp_path: Path) -> Any:
    """Replays a declaration and reads its retour, after the program's own check of it."""

    def speel_na(bericht: Bericht, stage: Stage = Stage.ALL, datum: dt.date = DATUM) -> tuple[Uitkomst, bytes]:
        declaratie = bytes(bericht)
        uitkomst, retour = speel(store, tmp_path, declaratie, stage=stage, datum=datum, dry_run=True)
        assert retour is not None
        assert list(controleer_retour(io.BytesIO(declaratie), io.BytesIO(retour), retourcodes())) == []
        return uitkomst, retour

    return speel_na


def _met_commentaar() -> Bericht:
    """Two verzekerden, each with two lines of commentaar and two prestaties with two lines each.

    Record 1 (02), 2 and 3 (04); record 4 (02), 5 and 6 (04).
    """
    bericht = Bericht()
    nummer = itertools.count(1)
    for persoon in ({}, VRIES):
        bericht.voeg_toe("02", **persoon)
        _commentaar(bericht, next(nummer))
        for code in ("C11", "M01"):
            bericht.voeg_toe("04", r0413=code)
            _commentaar(bericht, next(nummer))
    return bericht


def _commentaar(bericht: Bericht, nummer: int) -> None:
    for regelnummer in ("0001", "0002"):
        bericht.voeg_toe("98", r9802=str(nummer), r9803=regelnummer, r9804=f"bij {nummer} regel {regelnummer}")


def _zet(bericht: Bericht, nummer: int, **velden: str) -> Bericht:
    """Changes the record with this identificatie."""
    genummerd = [waarden for kenmerk, waarden in bericht.details if kenmerk != "98"]
    genummerd[nummer - 1].update({naam[1:]: waarde for naam, waarde in velden.items()})
    return bericht


def _inhoud(retour: bytes) -> list[tuple[str, int, tuple[str, ...]]]:
    return [(r.kenmerk, r.identificatie, r.codes) for r in lees(retour)]


# Commentaarrecords go with the record that they belong to.


def test_commentaar_blijft_weg_met_wat_wegblijft(antwoord: Any) -> None:
    uitkomst, retour = antwoord(_met_commentaar())
    assert uitkomst.status is Status.VOLLEDIG_TOEGEWEZEN
    assert _inhoud(retour) == [("01", 0, ("8001",))]


def test_commentaar_bij_afgewezen_prestatie(antwoord: Any) -> None:
    """The rejected record with its commentaar, and its verzekerdenrecord with that one's; nothing of the other records."""
    _, retour = antwoord(_zet(_met_commentaar(), 5, r0408=ONBEKENDE_DATUM), VERZEKERAAR)
    zonder = ("0200",)
    assert _inhoud(retour) == [
        ("01", 0, zonder),
        ("02", 4, zonder),
        ("98", 4, zonder),
        ("98", 4, zonder),
        ("04", 5, ("8007",)),
        ("98", 5, zonder),
        ("98", 5, zonder),
    ]
    teksten = [veld(record, "9804").rstrip() for record in records(retour) if record[:2] == b"98"]
    assert teksten == ["bij 4 regel 0001", "bij 4 regel 0002", "bij 5 regel 0001", "bij 5 regel 0002"]
    assert slot(retour) == ["000001", "000000", "000001", "000004", "0000006", "00000004000", "D", "00000003000", "D"]


def test_commentaar_bij_afgewezen_verzekerde(antwoord: Any) -> None:
    _, retour = antwoord(_zet(_met_commentaar(), 4, r0207=NIEMAND))
    niet = ("8002",)
    assert _inhoud(retour) == [
        ("01", 0, ("0200",)),
        ("02", 4, ("8004",)),
        ("98", 4, ("0200",)),
        ("98", 4, ("0200",)),
        ("04", 5, niet),
        ("98", 5, niet),
        ("98", 5, niet),
        ("04", 6, niet),
        ("98", 6, niet),
        ("98", 6, niet),
    ]


def test_commentaar_bij_vecozo(antwoord: Any) -> None:
    _, retour = antwoord(_zet(_met_commentaar(), 5, r0408=ONBEKENDE_DATUM), VECOZO)
    inhoud = _inhoud(retour)
    assert len(inhoud) == 1 + len(_met_commentaar().details)
    assert {regel for regel in inhoud if regel[2] != ("0200",)} == {("04", 5, ("8007",))}


# Several errors.


@pytest.mark.parametrize(
    ("velden", "verwacht"),
    [
        ({"r0403": "300197243", "r0404": "0739"}, ("0435", "0423")),
        ({"r0404": "0739", "r0408": ONBEKENDE_DATUM}, ("0423", "8007")),
        ({"r0432": " ", "r0408": ONBEKENDE_DATUM}, ("8007", "8021")),
        ({"r0403": "300197243", "r0404": "0739", "r0405": "X"}, ("0435", "0423", "0300")),
        ({"r0403": "300197243", "r0404": "0739", "r0405": "X", "r0408": ONBEKENDE_DATUM}, ("0435", "0423", "0300")),
        ({"r0405": "X", "r0408": ONBEKENDE_DATUM, "r0427": "X", "r0432": " "}, ("0300", "8007", "0631")),
    ],
)
@pytest.mark.parametrize("stage", [VECOZO, VERZEKERAAR])
def test_codes_in_de_volgorde_van_de_rubrieken_hoogstens_drie(
    antwoord: Any, stage: Stage, velden: dict[str, str], verwacht: tuple[str, ...]
) -> None:
    bericht = Bericht().voeg_toe("02").voeg_toe("04", **velden)
    uitkomst, retour = antwoord(bericht, stage)
    assert codes(retour)["04", 2] == verwacht
    alle = [str(m.retourcode) for m in uitkomst.meldingen]
    assert tuple(alle[:3]) == verwacht, "--json has them all, in the same order"
    rubrieken = [str(m.bevinding.controle.rubriek) for m in uitkomst.meldingen]
    assert rubrieken == sorted(rubrieken)


def test_meer_dan_drie_fouten_staan_alle_in_de_meldingen(antwoord: Any) -> None:
    velden = {"r0403": "300197243", "r0404": "0739", "r0405": "X", "r0408": ONBEKENDE_DATUM, "r0432": " "}
    uitkomst, retour = antwoord(Bericht().voeg_toe("02").voeg_toe("04", **velden))
    assert len(uitkomst.meldingen) == 5
    assert len(codes(retour)["04", 2]) == 3


def test_een_code_staat_eenmaal_op_een_record(antwoord: Any) -> None:
    """BSN and name code wrong in the verzekerdenrecord, the key twice in the file: 0435 stands once."""
    bericht = Bericht().voeg_toe("02", r0203="123456789").voeg_toe("04")
    bericht.voeg_toe("02", r0203="123456789").voeg_toe("04")
    _, retour = antwoord(bericht, VECOZO)
    assert codes(retour)["02", 3].count("0435") == 1


def test_fouten_in_meer_verzekerden(antwoord: Any) -> None:
    """The first in a record, the second as a verzekerde, the third not at all, the fourth not known."""
    bericht = Bericht()
    bericht.voeg_toe("02").voeg_toe("04", r0408=ONBEKENDE_DATUM).voeg_toe("04", r0424="2000")
    bericht.voeg_toe("02", **VRIES | {"r0207": NIEMAND}).voeg_toe("04")
    bericht.voeg_toe("02", r0203="999999999", r0205="V404").voeg_toe("04")
    uitkomst, retour = antwoord(bericht, VERZEKERAAR)
    assert _inhoud(retour) == [
        ("01", 0, ("0200",)),
        ("02", 1, ("0200",)),
        ("04", 2, ("8007",)),
        ("02", 4, ("8004",)),
        ("04", 5, ("8002",)),
        ("02", 6, ("0300",)),
        ("04", 7, ("8002",)),
    ]
    assert (uitkomst.totaal_ingediend, uitkomst.totaal_toegekend) == (5000, 2000)


def test_verzekerde_zonder_opmerking_komt_niet_terug(antwoord: Any) -> None:
    bericht = Bericht().voeg_toe("02").voeg_toe("04").voeg_toe("02", **VRIES).voeg_toe("04", r0408=ONBEKENDE_DATUM)
    _, retour = antwoord(bericht, VERZEKERAAR)
    assert [regel[:2] for regel in _inhoud(retour)] == [("01", 0), ("02", 3), ("04", 4)]
    assert slot(retour)[-2:] == ["00000001000", "D"]


def test_afgewezen_verzekerde_zonder_prestaties(antwoord: Any) -> None:
    bericht = Bericht().voeg_toe("02", r0207=NIEMAND).voeg_toe("02", **VRIES).voeg_toe("04")
    uitkomst, retour = antwoord(bericht)
    assert _inhoud(retour) == [("01", 0, ("0200",)), ("02", 1, ("8004",))]
    assert uitkomst.status is Status.DEELS_TOEGEWEZEN


def test_bezwaren_tegen_het_bestand_in_volgorde_en_elk_eenmaal(antwoord: Any) -> None:
    """0001 first, then the causes by rubriek; a fourth doesn't fit."""
    bericht = Bericht(voorloop=maak("01", r0104="09", r0105="X", r0113="09", r0119="USD")).voeg_toe("02").voeg_toe("04")
    uitkomst, retour = antwoord(bericht)
    assert lees(retour)[0].codes == ("0001", "8027", "8028")
    assert [m.retourcode for m in uitkomst.meldingen][:4] == ["8027", "8028", "8029", "0031"]


def test_fout_in_de_structuur_beeindigt_de_controle(antwoord: Any) -> None:
    bericht = Bericht(voorloop=maak("01", r0119="USD")).voeg_toe("02").voeg_toe("04", r0402="9", r0408=ONBEKENDE_DATUM)
    _, retour = antwoord(bericht)
    assert lees(retour)[0].codes == ("0001", "0801")


def test_fout_in_het_voorlooprecord_beeindigt_de_controle(antwoord: Any) -> None:
    bericht = Bericht(voorloop=maak("01", r0119="USD")).voeg_toe("02").voeg_toe("04", r0408=ONBEKENDE_DATUM)
    bericht.sluit = {"9907": "1"}
    _, retour = antwoord(bericht)
    assert lees(retour)[0].codes == ("0001", "0031")
    assert slot(retour)[5:] == ["00000000001", "D", "00000000000", "D"]


def test_onleesbaar_totaal_wordt_nul(antwoord: Any) -> None:
    bericht = Bericht().voeg_toe("02").voeg_toe("04")
    bericht.sluit = {"9907": "0000000100X"}
    _, retour = antwoord(bericht)
    assert slot(retour)[5:] == ["00000000000", "D", "00000000000", "D"]


# Amounts.


def test_deels_gedekt_komt_terug_met_berekend_en_toegekend(store: Database, tmp_path: Path, antwoord: Any) -> None:
    driekwart = {"code": "ALLES", "uzovi": "0736", "soort": "basis"}
    _laad(store, tmp_path, pakketten=[driekwart | {"dekkingen": [{"prestaties": ["*"], "percentage": 75}]}])
    uitkomst, retour = antwoord(Bericht().voeg_toe("02").voeg_toe("04", r0424="1001"))
    assert lees(retour)[2] == Regel("04", 2, ("0613",), "00001001D", "00000751D")
    assert (uitkomst.status, uitkomst.totaal_toegekend) == (Status.DEELS_TOEGEWEZEN, 751)
    assert slot(retour)[-2:] == ["00000000751", "D"]


def test_credit_telt_negatief(antwoord: Any) -> None:
    """The total is a credit; what is granted of a debet record stays a debet."""
    bericht = Bericht().voeg_toe("02").voeg_toe("04", r0424="1000")
    bericht.voeg_toe("04", r0424="5000", r0427="C", r0408=ONBEKENDE_DATUM, r0433="EERDER")
    uitkomst, retour = antwoord(bericht, VERZEKERAAR)
    assert uitkomst.totaal_ingediend == -4000
    assert slot(retour)[5:] == ["00000004000", "C", "00000001000", "D"]
    assert lees(retour)[-1] == Regel("04", 3, ("8007",), NUL, NUL)


def test_totaal_nul_is_debet(antwoord: Any) -> None:
    bericht = Bericht().voeg_toe("02", r0207=NIEMAND).voeg_toe("04", r0424="0")
    _, retour = antwoord(bericht)
    assert slot(retour)[5:] == ["00000000000", "D", "00000000000", "D"]


# The insurer's choices.


def _gemengd() -> Bericht:
    """A rejected verzekerde and a good one, with commentaar and a second prestatie."""
    return _zet(_met_commentaar(), 1, r0207=NIEMAND)


@pytest.mark.parametrize(("keuze", "kop"), [({}, "0200"), ({"volledig_afgewezen": "8073"}, "8073")])
def test_volledig_afgewezen(store: Database, tmp_path: Path, antwoord: Any, keuze: dict[str, object], kop: str) -> None:
    _beleid(store, tmp_path, **keuze)
    uitkomst, retour = antwoord(Bericht().voeg_toe("02", r0207=NIEMAND).voeg_toe("04"))
    assert uitkomst.status is Status.VOLLEDIG_AFGEWEZEN
    assert _inhoud(retour) == [("01", 0, (kop,)), ("02", 1, ("8004",)), ("04", 2, ("8002",))]
    assert slot(retour)[-2:] == ["00000000000", "D"]


def test_8073_niet_waar_iets_is_toegekend(store: Database, tmp_path: Path, antwoord: Any) -> None:
    _beleid(store, tmp_path, volledig_afgewezen="8073")
    uitkomst, retour = antwoord(_gemengd())
    assert (uitkomst.status, lees(retour)[0].codes) == (Status.DEELS_TOEGEWEZEN, ("0200",))


def test_alles_of_niets(store: Database, tmp_path: Path, antwoord: Any) -> None:
    _beleid(store, tmp_path, alles_of_niets=True)
    uitkomst, retour = antwoord(_gemengd())
    assert (uitkomst.status, uitkomst.totaal_toegekend) == (Status.VOLLEDIG_AFGEWEZEN, 0)
    zonder, niet, goed = ("0200",), ("8002",), ("8096",)
    assert _inhoud(retour) == [
        ("01", 0, ("8097",)),
        ("02", 1, ("8004",)),
        *[("98", 1, zonder)] * 2,
        ("04", 2, niet),
        *[("98", 2, niet)] * 2,
        ("04", 3, niet),
        *[("98", 3, niet)] * 2,
        ("02", 4, zonder),
        *[("98", 4, zonder)] * 2,
        ("04", 5, goed),
        *[("98", 5, zonder)] * 2,
        ("04", 6, goed),
        *[("98", 6, zonder)] * 2,
    ]
    assert {(r.berekend, r.toegekend) for r in lees(retour) if r.kenmerk == "04"} == {(NUL, NUL)}
    assert slot(retour) == ["000002", "000000", "000004", "000012", "0000018", "00000004000", "D", "00000000000", "D"]


def test_alles_of_niets_zonder_fout(store: Database, tmp_path: Path, antwoord: Any) -> None:
    _beleid(store, tmp_path, alles_of_niets=True)
    uitkomst, retour = antwoord(_met_commentaar())
    assert uitkomst.status is Status.VOLLEDIG_TOEGEWEZEN
    assert _inhoud(retour) == [("01", 0, ("8001",))]


def test_alles_of_niets_bij_een_fout_achteraan(store: Database, tmp_path: Path, antwoord: Any) -> None:
    """The error stands in the last record; the first goes back with 8096 all the same."""
    _beleid(store, tmp_path, alles_of_niets=True)
    _, retour = antwoord(_zet(_met_commentaar(), 6, r0408=ONBEKENDE_DATUM), VERZEKERAAR)
    assert [codes(retour)["04", n] for n in (2, 3, 5, 6)] == [("8096",)] * 3 + [("8007",)]
    assert codes(retour)["02", 1] == ("0200",)


@pytest.mark.parametrize("stage", [VECOZO, VERZEKERAAR])
def test_retourcodes_van_het_beleid(store: Database, tmp_path: Path, antwoord: Any, stage: Stage) -> None:
    _beleid(store, tmp_path, retourcodes={"0408-1": "8072", "0119-1": "8074"})
    bericht = Bericht().voeg_toe("02").voeg_toe("04", r0408=ONBEKENDE_DATUM)
    uitkomst, retour = antwoord(bericht, stage)
    assert codes(retour)["04", 2] == ("8072",)
    assert [m.retourcode for m in uitkomst.meldingen] == ["8072"]
    assert [m.bevinding.controle.id for m in uitkomst.meldingen] == ["0408-1"]
    _, retour = antwoord(Bericht(voorloop=maak("01", r0119="USD")).voeg_toe("02").voeg_toe("04"), stage)
    assert lees(retour)[0].codes == ("0001", "8074")


def test_twee_controles_met_dezelfde_code_staan_eenmaal(store: Database, tmp_path: Path, antwoord: Any) -> None:
    _beleid(store, tmp_path, retourcodes={"0403-1": "8072", "0404-1": "8072"})
    velden = {"r0403": "300197243", "r0404": "0739", "r0405": "X", "r0408": ONBEKENDE_DATUM}
    _, retour = antwoord(Bericht().voeg_toe("02").voeg_toe("04", **velden), VERZEKERAAR)
    assert codes(retour)["04", 2] == ("8072", "0300", "8007")


def test_uit(store: Database, tmp_path: Path, antwoord: Any) -> None:
    """A check that is switched off is performed by neither; what it would have found unreadable is judged no further."""
    _beleid(store, tmp_path, uit=["0403-1", "0404-1", "0119-1"])
    velden = {"r0403": "300197243", "r0404": "0739", "r0405": "X"}
    bericht = Bericht(voorloop=maak("01", r0119="USD")).voeg_toe("02").voeg_toe("04", **velden)
    for stage in (VECOZO, VERZEKERAAR):
        uitkomst, retour = antwoord(bericht, stage)
        assert codes(retour)["04", 2] == ("0300",)
        assert [m.bevinding.controle.id for m in uitkomst.meldingen] == ["0405-1"]


def test_uit_van_een_structuurcontrole(store: Database, tmp_path: Path, antwoord: Any) -> None:
    """The reserve is no longer looked at; nothing else changes."""
    _beleid(store, tmp_path, uit=["record-6"])
    uitkomst, _ = antwoord(Bericht().voeg_toe("02", r0280="X").voeg_toe("04", r0480="X"))
    assert uitkomst.status is Status.VOLLEDIG_TOEGEWEZEN


@pytest.mark.parametrize(
    ("controle", "verzekerde", "prestatie"),
    [("0408-1", {}, {"r0408": "20010132"}), ("0207-1", {"r0207": "19220399"}, {})],
)
def test_uit_blijft_onleesbaar_achter_vecozo(
    controle: str,
    verzekerde: dict[str, str],
    prestatie: dict[str, str],
    store: Database,
    tmp_path: Path,
    antwoord: Any,
) -> None:
    """The insurer doesn't judge by what can't be read, also where he leaves to VECOZO the check that would say so."""
    bericht = Bericht().voeg_toe("02", **verzekerde).voeg_toe("04", **prestatie)
    _beleid(store, tmp_path, uit=[controle])
    assert antwoord(bericht) == antwoord(bericht, VERZEKERAAR)


def test_beleid_van_een_ander_telt_niet(store: Database, tmp_path: Path, antwoord: Any) -> None:
    ander = {"nummer": "0739", "naam": "A", "soort": "zorgverzekeraar", "edp": True, "beleid": {"uit": ["0408-1"]}}
    _laad(store, tmp_path, uzovi=[ander])
    _, retour = antwoord(Bericht().voeg_toe("02").voeg_toe("04", r0408=ONBEKENDE_DATUM), VERZEKERAAR)
    assert codes(retour)["04", 2] == ("8007",)


# The voorlooprecord of the retour.


@pytest.mark.parametrize(("heen", "terug"), [("176", "177"), ("250", "251"), ("101", "177"), ("000", "177")])
def test_0102(antwoord: Any, heen: str, terug: str) -> None:
    _, retour = antwoord(Bericht(voorloop=maak("01", r0102=heen, r0119="USD")).voeg_toe("02").voeg_toe("04"))
    assert veld(records(retour)[0], "0102") == terug


def test_0106_wordt_niet_teruggegeven_en_0107_wel(antwoord: Any) -> None:
    kop = maak("01", r0106="123456", r0107="versie 9")
    _, retour = antwoord(Bericht(voorloop=kop).voeg_toe("02").voeg_toe("04"))
    assert veld(records(retour)[0], "0106") == "000000"
    assert veld(records(retour)[0], "0107") == "versie 9  "


def test_0181_begint_met_wie_antwoordt(antwoord: Any) -> None:
    bericht = Bericht(voorloop=maak("01", r0116="ABCDEFGHIJKL")).voeg_toe("02").voeg_toe("04", r0408=ONBEKENDE_DATUM)
    for stage, begin in ((VECOZO, "VECOZO"), (VERZEKERAAR, "0736")):
        _, retour = antwoord(bericht, stage)
        assert veld(records(retour)[0], "0181").startswith(begin)


@pytest.mark.parametrize("uzovi", ["", "12X4", "\xff\xff\xff\xff"])
def test_0181_van_een_onleesbaar_uzovi_nummer(antwoord: Any, uzovi: str) -> None:
    _, retour = antwoord(Bericht(voorloop=maak("01", r0108=uzovi)).voeg_toe("02").voeg_toe("04"), VERZEKERAAR)
    assert veld(records(retour)[0], "0181")[:4].isdigit()


def test_tekens_van_iso_8859_1_komen_terug_zoals_ze_kwamen(antwoord: Any) -> None:
    bericht = Bericht().voeg_toe("02", r0210="Jänßen-Ÿé".replace("Ÿ", "ÿ"), r0207=NIEMAND).voeg_toe("04")
    declaratie = bytes(bericht)
    _, retour = antwoord(bericht)
    assert records(retour)[1][:310] == declaratie.split(b"\r\n")[1]


# Many, and again.


def _duizenden() -> Bericht:
    bericht = Bericht()
    for n in range(5000):
        bericht.voeg_toe("02", r0203="999999999", r0205=f"N{n:05d}", r0207="19700101")
        bericht.voeg_toe("04", r0408=ONBEKENDE_DATUM if n % 1000 == 7 else "20110331")
    return bericht


def _polissen(store: Database, map_: Path) -> None:
    polis = {"geboortedatum": dt.date(1970, 1, 1), "naam": "N", "uzovi": "0736", "pakketten": ["ALLES"]}
    dagen = {"ingang": dt.date(2006, 1, 1), "einde": None}
    personen = [n for n in range(5000) if n % 1000 != 9]
    _laad(store, map_, polissen=[polis | dagen | {"verzekerdennummer": f"N{n:05d}", "bsn": None} for n in personen])


@pytest.mark.slow
def test_vijfduizend_verzekerden(store: Database, tmp_path: Path, antwoord: Any) -> None:
    """Of every thousand one has a wrong date, one no polis; the facts of the others are not mixed up."""
    _polissen(store, tmp_path)
    uitkomst, retour = antwoord(_duizenden(), VERZEKERAAR)
    verwacht = [("01", 0, ("0200",))]
    for duizend in range(5):
        eerste, tweede = ((duizend * 1000 + n) * 2 + 1 for n in (7, 9))
        verwacht += [("02", eerste, ("0200",)), ("04", eerste + 1, ("8007",))]
        verwacht += [("02", tweede, ("0300",)), ("04", tweede + 1, ("8002",))]
    assert _inhoud(retour) == verwacht
    assert uitkomst.totaal_toegekend == (5000 - 10) * 1000
    assert slot(retour)[:5] == ["000010", "000000", "000010", "000000", "0000020"]


@pytest.mark.slow
def test_vijfduizend_verzekerden_bij_vecozo(antwoord: Any) -> None:
    bericht = _duizenden()
    declaratie = bytes(bericht).split(b"\r\n")
    _, retour = antwoord(bericht, VECOZO)
    terug = records(retour)
    assert len(terug) == 10_002
    assert [r[:310] for r in terug[1:-1]] == declaratie[1:-2]
    assert sum(regel.codes == ("8007",) for regel in lees(retour)) == 5


@pytest.mark.parametrize("stage", [Stage.ALL, VERZEKERAAR])
def test_zelfde_invoer_store_en_datum_zelfde_bytes(
    stage: Stage, store_van_inv: Path, tmp_path: Path, antwoord: Any
) -> None:
    bericht = _zet(_gemengd(), 5, r0408=ONBEKENDE_DATUM)
    retouren = {antwoord(bericht, stage)[1] for _ in range(3)}
    assert len(retouren) == 1
    (retour,) = retouren
    _, morgen = antwoord(bericht, stage, DATUM + dt.timedelta(days=1))
    assert morgen[334:342] == b"20110503"
    assert morgen[:334] + morgen[342:] == retour[:334] + retour[342:], "the date is the only difference"


def test_zelfde_bytes_in_elk_proces(store_van_inv: Path, tmp_path: Path) -> None:
    """No order of a set or a dict gets into a retour: the seed of the hashes makes no difference."""
    declaratie = tmp_path / "x.asc"
    declaratie.write_bytes(bytes(_zet(_gemengd(), 5, r0403="300197243", r0404="0739", r0405="X", r0432=" ")))
    gevonden = set()
    for zaad in ("0", "1", "2"):
        opties = ["--store", f"sqlite:///{store_van_inv}", *OP_DATUM, "--dry-run", "--stage", "verzekeraar", "--json"]
        afloop = proces("replay", declaratie, *opties, PYTHONHASHSEED=zaad)
        assert (afloop.returncode, afloop.stderr) == (0, "")
        gevonden.add((afloop.stdout, (tmp_path / "x.mz302.asc").read_bytes()))
    assert len(gevonden) == 1
