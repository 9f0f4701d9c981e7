"""What an insurer grants: the examples of INV 4.6 to the cent, and credits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from mzsim.domain.findings import Stage, Status
from tests.make_inv4 import STORE, declaraties
from tests.retours import lees, slot
from tests.verzekerden import Proef, credit, debet, proef, tarief, uzovi, verzekerd

VOORBEELDEN = declaraties()
WLZ_DATUM = dt.date(2018, 5, 2)
DRIEKWART_MET_AV = verzekerd({"percentage": 75}, aanvullend=({"percentage": 75, "over": "eigen_bijdrage"},))


# INV 4.6.


@pytest.fixture
def inv4(tmp_path: Path) -> Iterator[Proef]:
    """The insurer and the zorgkantoor of the examples of INV chapter 4."""
    with proef(tmp_path, yaml.safe_load(STORE.read_text("utf-8"))) as gemaakt:
        yield gemaakt


def _naam(begin: str) -> str:
    (naam,) = (naam for naam in VOORBEELDEN if naam.startswith(begin))
    return naam


# The example, what was declared before it, and of each record the codes, the grant and rubriek 0481.
INV_4_6 = [
    ("4.6.2-1.1", (), [(("0613",), 18750, 20000), (("0613",), 28125, 30000)]),
    ("4.6.2-1.2", (), [((), 15000, None), ((), 22500, None)]),
    ("4.6.2-1.3", ("4.6.2-1.2",), [((), 3750, None), ((), 5625, None)]),
    ("4.6.2-1.4", (), [((), 18750, None), ((), 28125, None)]),
    # The patient's part: covered as long as nothing was granted, for the dekking doesn't know whose part it is.
    ("4.6.2-1.5", (), [((), 1250, None), ((), 1875, None)]),
    ("4.6.2-1.5", ("4.6.2-1.4",), [(("0587",), 0, 0), (("0587",), 0, 0)]),
    ("4.6.2-1.5", ("4.6.2-1.2", "4.6.2-1.3"), [(("0587",), 0, 0), (("0587",), 0, 0)]),
    ("4.6.2-1.4", ("4.6.2-1.2",), [(("0587",), 3750, 20000), (("0587",), 5625, 30000)]),
    ("4.6.2-1.1", ("4.6.2-1.2",), [(("0613", "0587"), 3750, 20000), (("0613", "0587"), 5625, 30000)]),
    ("4.6.3-2a", (), [((), 16000, None)]),
    ("4.6.4-2b.1", (), [((), 21000, None), (("0613",), 6750, 9000), ((), 40000, None)]),
    ("4.6.4-2b.2", (), [((), 21000, None), ((), 40000, None)]),
    ("4.6.4-2b.3", ("4.6.4-2b.2",), [((), 6750, None)]),
    ("4.6.4-2b.4", (), [((), 21000, None), ((), 6750, None), ((), 40000, None)]),
    ("4.6.4-2b.5", ("4.6.4-2b.4",), [(("0587",), 0, 0)]),
]


@pytest.mark.parametrize(("voorbeeld", "eerder", "verwacht"), INV_4_6)
def test_inv_4_6(
    voorbeeld: str, eerder: tuple[str, ...], verwacht: list[tuple[tuple[str, ...], int, int | None]], inv4: Proef
) -> None:
    for begin in eerder:
        assert inv4.bytes(VOORBEELDEN[_naam(begin)], stage=Stage.ALL).uitkomst.status is Status.VOLLEDIG_TOEGEWEZEN
    antwoord = inv4.bytes(VOORBEELDEN[_naam(voorbeeld)], stage=Stage.ALL)
    assert antwoord.codes == [codes for codes, _, _ in verwacht]
    assert list(antwoord.toegekend) == [bedrag for _, bedrag, _ in verwacht]
    assert [regel and regel.berekend for regel in antwoord.records] == [
        None if berekend is None else f"{berekend:08d}D" for _, _, berekend in verwacht
    ]


def test_inv_4_6_in_euro(inv4: Proef) -> None:
    """The totals that INV names: € 468.75 of 500 with € 31.25 for the patient, and € 677.50 of 700 with € 22.50."""
    protheses = inv4.bytes(VOORBEELDEN[_naam("4.6.2-1.1")])
    assert slot(protheses.retour)[-4:] == ["00000050000", "D", "00000046875", "D"]
    gebit = inv4.bytes(VOORBEELDEN[_naam("4.6.4-2b.1")])
    assert slot(gebit.retour)[-4:] == ["00000070000", "D", "00000067750", "D"]


def test_inv_4_6_4_gaat_terug_met_wat_een_woord_behoeft(inv4: Proef) -> None:
    """Of three prestaties the one that is granted in part, under its verzekerde."""
    retour = inv4.bytes(VOORBEELDEN[_naam("4.6.4-2b.1")]).retour
    assert [(r.kenmerk, r.identificatie, r.codes) for r in lees(retour)] == [
        ("01", 0, ("0200",)),
        ("02", 1, ("0200",)),
        ("04", 3, ("0613",)),
    ]


@pytest.mark.parametrize("naam", [naam for naam in VOORBEELDEN if "wlz" in naam])
def test_wlz_in_het_geheel(naam: str, inv4: Proef) -> None:
    antwoord = inv4.bytes(VOORBEELDEN[naam], stage=Stage.ALL, datum=WLZ_DATUM)
    assert [(r.kenmerk, r.codes) for r in lees(antwoord.retour)] == [("01", ("8001",))]
    ingediend, toegekend = slot(antwoord.retour)[-4:-2], slot(antwoord.retour)[-2:]
    assert ingediend == toegekend


# Credits.


def test_een_credit_van_wat_toegekend_was(tmp_path: Path) -> None:
    with proef(tmp_path, verzekerd({})) as p:
        p.declareer(debet(r0432="A"))
        antwoord = p.declareer(credit("A"))
        assert lees(antwoord.retour)[0].codes == ("8001",)
        assert slot(antwoord.retour)[-4:] == ["00000001000", "C", "00000001000", "C"]
        nog_eens = p.declareer(credit("A"))
        assert nog_eens.codes == [("8084",)]
        assert nog_eens.bedragen == [("D", "D")]
        assert p.declareer(credit("X")).codes == [("8017",)]


def test_een_credit_van_een_deel_in_haar_geheel(tmp_path: Path) -> None:
    """0613, minus what was granted, and B, with the indicatie of the record."""
    with proef(tmp_path, DRIEKWART_MET_AV) as p:
        p.declareer(debet(tarief=10000, r0432="A"))
        antwoord = p.declareer(credit("A", tarief=10000))
        assert antwoord.codes == [("0613",)]
        assert antwoord.bedragen == [("10000C", "9375C")]
        assert antwoord.uitkomst.status is Status.DEELS_TOEGEWEZEN
        assert slot(antwoord.retour)[-2:] == ["00000009375", "C"]


def test_b_van_een_credit_is_die_van_zijn_debet(tmp_path: Path) -> None:
    """At the insurer's tariff, as the debet record had it."""
    with proef(tmp_path, verzekerd({}, tarieven=[tarief("C11", 8.0)])) as p:
        eerst = p.declareer(debet(r0432="A"))
        terug = p.declareer(credit("A"))
        assert (eerst.codes, eerst.bedragen) == ([("8059",)], [("800D", "800D")])
        assert (terug.codes, terug.bedragen) == ([("0613",)], [("800C", "800C")])


def test_geen_controle_van_niveau_7_op_een_credit(tmp_path: Path) -> None:
    """What holds by now is no matter: a credit takes back what was granted then."""
    with proef(tmp_path, verzekerd({})) as p:
        p.declareer(debet(r0432="A"))
        p.laad(
            verzekerd(
                {"percentage": 10, "maximum_bedrag": 0.0},
                uzovi=[uzovi(tarief_afwijking="afwijzen", niet_gecontracteerd={"vergoeding": 0})],
                tarieven=[tarief("C11", 1.0)],
            )
        )
        antwoord = p.declareer(credit("A"))
        assert (antwoord.codes, antwoord.totaal) == ([()], -1000)


@pytest.mark.parametrize("waar", ["later", "in hetzelfde bestand"])
def test_na_een_credit_opnieuw_gedeclareerd(waar: str, tmp_path: Path) -> None:
    with proef(tmp_path, verzekerd({"percentage": 50})) as p:
        p.declareer(debet(r0432="A"))
        if waar == "later":
            p.declareer(credit("A"))
            assert p.declareer(debet()).toegekend == (500,)
        else:
            assert p.declareer(credit("A"), debet()).toegekend == (-500, 500)
        assert p.declareer(debet(r0432="Z")).codes == [("0613", "0587")]


def test_voor_de_credit_in_het_bestand_staat_het_nog(tmp_path: Path) -> None:
    with proef(tmp_path, verzekerd({})) as p:
        p.declareer(debet(r0432="A"))
        antwoord = p.declareer(debet(), credit("A"), debet(d=900))
        assert antwoord.toegekend == (0, -1000, 900)
        assert antwoord.codes == [("0587",), (), ()]


def test_een_credit_na_een_deel_in_hetzelfde_bestand(tmp_path: Path) -> None:
    """600 stands; 400 more is granted and the 600 credited; then there is room for 600 again."""
    with proef(tmp_path, verzekerd({"maximum_aantal": 1})) as p:
        p.declareer(debet(d=600, r0432="A"))
        antwoord = p.declareer(debet(d=400), credit("A", d=600), debet(d=700), debet("C12"))
        assert antwoord.toegekend == (400, -600, 600, 0)
        assert antwoord.codes == [(), (), ("0587",), ("8220",)]


def test_een_credit_geeft_terug_wat_maxima_kostte(tmp_path: Path) -> None:
    store = verzekerd(
        {"prestaties": ["C*"], "maximum_bedrag": 15.0, "per": "kalenderjaar"},
        {"maximum_aantal": 3, "per": "kalenderjaar"},
    )
    with proef(tmp_path, store) as p:
        assert p.declareer(debet(r0432="A"), debet("C12", r0432="B")).toegekend == (1000, 500)
        assert p.declareer(debet("V13", n=2, r0432="C"), debet("V14", n=2)).toegekend == (2000, 1000)
        assert p.declareer(credit("A"), debet("C13")).toegekend == (-1000, 1000)
        assert p.declareer(debet("C14")).toegekend == (0,)
        assert p.declareer(credit("C", "V13", n=2), debet("V15", n=3)).toegekend == (-2000, 2000)
        assert p.declareer(credit("B", "C12"), debet("C14")).toegekend == (-500, 500)


def test_een_credit_van_een_deel_laat_het_andere_deel_tellen(tmp_path: Path) -> None:
    """The number of a prestatie in two parts counts once, and as long as one of them stands."""
    with proef(tmp_path, verzekerd({"maximum_aantal": 1, "per": "kalenderjaar"})) as p:
        p.declareer(debet(d=600, r0432="A"))
        p.declareer(debet(d=400, r0432="B"))
        assert p.declareer(credit("A", d=600), debet("C12")).codes == [(), ("8220",)]
        assert p.declareer(debet(d=600, r0432="C")).toegekend == (600,)
        assert p.declareer(credit("B", d=400), credit("C", d=600)).toegekend == (-400, -600)
        assert p.declareer(debet("C12")).toegekend == (1000,)


def test_een_deel_opnieuw_gedeclareerd_telt_bij_geen_dekking_dubbel(tmp_path: Path) -> None:
    """Of 93.75 the aanvullende pays 18.75, in whatever parts it is declared, credited and declared again."""
    store = verzekerd(
        {"percentage": 75}, aanvullend=({"percentage": 75, "over": "eigen_bijdrage", "maximum_bedrag": 20.0},)
    )
    with proef(tmp_path, store) as p:
        p.declareer(debet(tarief=10000, d=6000, r0432="A"))
        p.declareer(debet(tarief=10000, d=3375, r0432="B"))
        p.declareer(credit("A", tarief=10000, d=6000))
        assert p.declareer(debet(tarief=10000, d=6000)).toegekend == (6000,)
        antwoord = p.declareer(debet("C12", tarief=800))
        assert antwoord.toegekend == (600 + 2000 - 1875,)
        assert antwoord.codes == [("0613", "0589")]


def test_een_debet_met_een_0433_is_geen_credit(tmp_path: Path) -> None:
    """0433 may be filled in a debet record too (BER 0433 only asks for it in a credit)."""
    with proef(tmp_path, verzekerd({})) as p:
        p.declareer(debet("V13", r0415="11", r0432="A"))
        p.declareer(debet("V13", r0415="12", r0432="B", r0433="A"))
        assert p.declareer(debet("V13", r0415="12")).codes == [("0587",)]
        assert p.declareer(credit("B", "V13", r0415="12")).toegekend == (-1000,)
        assert p.declareer(debet("V13", r0415="12"), debet("V13", r0415="11")).codes == [(), ("0587",)]


def test_een_credit_neemt_terug_wat_zijn_eigen_partij_declareerde(tmp_path: Path) -> None:
    """Two practices may use the same referentienummer for the same person, day and prestatie."""
    ander = {"r0111": "12054321"}
    with proef(tmp_path, verzekerd({})) as p:
        p.declareer(debet("V13", r0415="11", r0432="A"))
        p.declareer(debet("V13", r0415="12", r0432="A"), **ander)
        p.declareer(credit("A", "V13", r0415="11"))
        assert p.declareer(debet("V13", r0415="12"), **ander).codes == [("0587",)]
        assert p.declareer(debet("V13", r0415="11"), **ander).codes == [()]


def test_de_plaats_in_de_mond_is_die_van_het_debet(tmp_path: Path) -> None:
    """A credit is matched without it; what it frees is what its debet record was granted for."""
    with proef(tmp_path, verzekerd({"maximum_bedrag": 10.0, "per": "kaak_per_kalenderjaar"})) as p:
        p.declareer(debet("V13", r0415="11", r0432="A"))
        assert p.declareer(credit("A", "V13", r0415="41")).toegekend == (-1000,)
        assert p.declareer(debet("V13", r0415="41"), debet("V14", r0415="42")).toegekend == (1000, 0)
        assert p.declareer(debet("V13", r0415="11")).toegekend == (1000,)


def test_debet_en_credit_in_een_bestand(tmp_path: Path) -> None:
    """The credit is refused and takes nothing back: not of the prestatie, not of a maximum."""
    with proef(tmp_path, verzekerd({"maximum_bedrag": 15.0})) as p:
        antwoord = p.declareer(debet(r0432="A"), credit("A"), debet("C12"))
        assert antwoord.codes == [(), ("8062",), ("0589",)]
        assert antwoord.toegekend == (1000, 0, 500)


@pytest.mark.parametrize("hoe", ["testbericht", "dry-run"])
def test_wat_niets_achterlaat(hoe: str, tmp_path: Path) -> None:
    """A test message and a dry run get the answer of a real one, and count to nothing."""
    proefbericht = {"r0105": "T"} if hoe == "testbericht" else {}
    droog = hoe == "dry-run"
    with proef(tmp_path, verzekerd({"maximum_bedrag": 10.0})) as p:
        for _ in range(2):
            assert p.declareer(debet(), dry_run=droog, **proefbericht).toegekend == (1000,)
        p.declareer(debet(r0432="A"))
        assert p.declareer(credit("A"), dry_run=droog, **proefbericht).toegekend == (-1000,)
        assert p.declareer(debet("C12"), dry_run=droog, **proefbericht).codes == [("0589",)]
        assert p.declareer(debet("C12")).codes == [("0589",)]


def test_wat_afgewezen_werd_telt_niet(tmp_path: Path) -> None:
    """Not what was rejected for another reason, not what alles_of_niets left ungranted, not a rejected file."""
    store = verzekerd(
        {"prestaties": ["C12"], "percentage": 50},
        {"maximum_bedrag": 10.0},
        uzovi=[uzovi(alles_of_niets=True)],
    )
    with proef(tmp_path, store) as p:
        antwoord = p.declareer(debet(), debet("C12"))
        assert antwoord.codes == [("8096",), ("0613",)]
        assert antwoord.bedragen == [("D", "D"), ("1000D", "D")]
        assert p.declareer(debet(r0404="0739")).toegekend == (0,)
        assert p.declareer(debet(), r0119="USD").uitkomst.status is Status.AFGEKEURD_BESTAND
        assert p.declareer(debet()).toegekend == (1000,)


def test_eerder_toegekend_zonder_deel_heeft_geen_berekend_bedrag(tmp_path: Path) -> None:
    """BER 0481: nothing where the reason lies elsewhere than in tariff and cover; B where a part is granted."""
    with proef(tmp_path, verzekerd({})) as p:
        p.declareer(debet(d=600))
        assert p.declareer(debet(d=900)).bedragen == [("1000D", "400D")]
        assert p.declareer(debet(d=800)).bedragen == [("D", "D")]


def test_the_same_prestatie_twice_in_a_message(tmp_path: Path) -> None:
    """What the first was granted counts for the second, and for the third what both were; another day has its own."""
    with proef(tmp_path, verzekerd({})) as p:
        antwoord = p.declareer(debet(), debet(tarief=1500), debet(tarief=1400), debet(r0408="20110330"))
    assert antwoord.toegekend == (1000, 500, 0, 1000)
    assert antwoord.codes == [(), ("0587",), ("0587",), ()]
