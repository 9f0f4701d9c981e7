"""Maxima of dekkingen: what counts to them, in which period, and whose."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from mzsim.domain.findings import Stage
from tests.commands import OP_DATUM, invoke, omgeving, opdracht
from tests.factories import Bericht, maak
from tests.verzekerden import Velden, credit, debet, pakket, polis, proef, uzovi, verzekerd

OUD, NIEUW = "20101231", "20110101"
_VREEMDE = {"r0203": "100197243", "r0207": "19220322"}


@pytest.mark.parametrize(
    ("per", "verwacht"),
    [
        ({}, (1000, 500, 0)),
        ({"per": "verzekering"}, (1000, 500, 0)),
        ({"per": "kalenderjaar"}, (1000, 1000, 500)),
        ({"per": "kaak_per_kalenderjaar"}, (1000, 1000, 500)),
    ],
)
@pytest.mark.parametrize("bestanden", [1, 3])
def test_over_de_jaarwisseling(per: dict[str, str], verwacht: tuple[int, ...], bestanden: int, tmp_path: Path) -> None:
    """The datum prestatie tells the year, whenever it was declared: 15 euro at most."""
    records = [debet(r0408=OUD), debet(r0408=NIEUW), debet("C12", r0408=NIEUW)]
    with proef(tmp_path, verzekerd({"maximum_bedrag": 15.0, **per})) as p:
        if bestanden == 1:
            assert p.declareer(*records).toegekend == verwacht
        else:
            assert tuple(p.declareer(record).toegekend[0] for record in records) == verwacht


def test_wat_gelijk_is_telt_in_zijn_eigen_jaar(tmp_path: Path) -> None:
    """Records that differ in nothing but their days, the first of the year before."""
    dagen = (OUD, NIEUW, "20110102", "20110103", "20110104")
    with proef(tmp_path, verzekerd({"maximum_bedrag": 25.0, "per": "kalenderjaar"})) as p:
        assert p.declareer(*(debet(r0408=dag) for dag in dagen)).toegekend == (1000, 1000, 1000, 500, 0)


@pytest.mark.parametrize(
    ("per", "verwacht"),
    [("verzekering", (2, 1, 0)), ("kalenderjaar", (2, 2, 1)), ("kaak_per_kalenderjaar", (2, 2, 1))],
)
def test_aantal_over_de_jaarwisseling(per: str, verwacht: tuple[int, ...], tmp_path: Path) -> None:
    with proef(tmp_path, verzekerd({"maximum_aantal": 3, "per": per})) as p:
        for record, stuks in zip(
            (debet(n=2, r0408=OUD), debet(n=2, r0408=NIEUW), debet("C12", n=2, r0408=NIEUW)), verwacht, strict=True
        ):
            assert p.declareer(record).toegekend == (1000 * stuks,)


def test_een_later_bestand_over_een_eerder_jaar(tmp_path: Path) -> None:
    """The order of declaring is the order of granting; the years don't mix."""
    with proef(tmp_path, verzekerd({"maximum_bedrag": 10.0, "per": "kalenderjaar"})) as p:
        assert p.declareer(debet(r0408=NIEUW)).toegekend == (1000,)
        assert p.declareer(debet(r0408=OUD), debet("C12", r0408=NIEUW), debet("C12", r0408=OUD)).toegekend == (
            1000,
            0,
            0,
        )


@pytest.mark.parametrize(
    ("plaats", "toegekend"),
    [
        ({"r0415": "11"}, 0),
        ({"r0415": "28"}, 0),
        ({"r0415": "55"}, 0),
        ({"r0415": "65"}, 0),
        ({"r0414": "1"}, 0),
        ({"r0415": "31"}, 1000),
        ({"r0415": "48"}, 1000),
        ({"r0415": "75"}, 1000),
        ({"r0415": "85"}, 1000),
        ({"r0414": "2"}, 1000),
        ({"r0414": "2", "r0415": "11"}, 1000),
        ({}, 1000),
    ],
)
def test_per_kaak(plaats: dict[str, str], toegekend: int, tmp_path: Path) -> None:
    """0414 names the jaw, else the quadrant of 0415; what names neither has a maximum of its own."""
    with proef(tmp_path, verzekerd({"maximum_bedrag": 10.0, "per": "kaak_per_kalenderjaar"})) as p:
        p.declareer(debet("V13", r0415="21"))
        assert p.declareer(debet("V14", **plaats)).toegekend == (toegekend,)


def test_een_deel_van_het_aantal(tmp_path: Path) -> None:
    """Three are declared and two are left: two thirds is granted, with 8220 and B of all three."""
    with proef(tmp_path, verzekerd({"percentage": 75, "maximum_aantal": 2, "per": "kalenderjaar"})) as p:
        antwoord = p.declareer(debet(tarief=1001, n=3, r0415="11"))
        assert antwoord.codes == [("0613", "8220")]
        assert antwoord.bedragen == [("3003D", "1501D")], "2252 for three, two thirds of it half up"
        nog_een = p.declareer(debet("C12"))
        assert nog_een.codes == [("0613", "8220")]
        assert nog_een.bedragen == [("1000D", "D")]


def test_kosten_tellen_niet_als_aantal(tmp_path: Path) -> None:
    """Neither the costs of a 02 nor those of a 04 are counted, or stopped by a maximum number; by an amount they are."""
    with proef(tmp_path, verzekerd({"maximum_aantal": 1})) as p:
        antwoord = p.declareer(debet("R24"), debet("R24", 5000, r0409="02", n=2))
        assert antwoord.toegekend == (1000, 10000)
        dag = {"r0408": "20110330"}
        antwoord = p.declareer(debet("R25", **dag), debet("R25", 700, r0409="04", **dag))
        assert antwoord.toegekend == (0, 700)
    with proef(tmp_path, verzekerd({"maximum_bedrag": 30.0})) as p:
        antwoord = p.declareer(debet("R24"), debet("R24", 5000, r0409="02"))
        assert antwoord.toegekend == (1000, 2000)
        assert antwoord.codes == [(), ("0589",)]


def test_bedrag_en_aantal_samen(tmp_path: Path) -> None:
    """Both maxima are named where each costs something."""
    with proef(tmp_path, verzekerd({"maximum_bedrag": 15.0, "maximum_aantal": 2})) as p:
        antwoord = p.declareer(debet(n=3))
        assert (antwoord.toegekend, antwoord.codes) == ((1500,), [("0589", "8220")])
    with proef(tmp_path, verzekerd({"maximum_bedrag": 20.0, "maximum_aantal": 2})) as p:
        assert p.declareer(debet(n=2)).codes == [()]


def test_hoogstens_drie_codes_in_hun_volgorde(tmp_path: Path) -> None:
    store = verzekerd(
        {"percentage": 75, "maximum_bedrag": 12.0, "maximum_aantal": 2},
        tarieven=[{"prestatiecode": "C11", "tarief": 8.0, "ingang": dt.date(2008, 1, 1), "einde": None}],
    )
    with proef(tmp_path, store) as p:
        assert p.declareer(debet(n=3, d=100)).toegekend == (100,)
        antwoord = p.declareer(debet(n=3))
        assert antwoord.codes == [("8059", "0613", "0589")]
        assert antwoord.bedragen == [("2400D", "1100D")]
        ids = [m.bevinding.controle.id for m in antwoord.uitkomst.meldingen]
        assert ids == ["0424-6", "0430-5", "0430-4", "0425-3", "0413-8"]


def test_dezelfde_prestatie_in_twee_delen_telt_een_keer(tmp_path: Path) -> None:
    """INV 4.6.2 under a maximum: the basis part, then the aanvullende part, then once more."""
    store = verzekerd(
        {"percentage": 75, "maximum_bedrag": 150.0, "maximum_aantal": 1, "per": "kalenderjaar"},
        aanvullend=({"percentage": 75, "over": "eigen_bijdrage", "maximum_bedrag": 37.5, "maximum_aantal": 1},),
    )
    with proef(tmp_path, store) as p:
        assert p.declareer(debet("P25", 20000, d=15000)).toegekend == (15000,)
        assert p.declareer(debet("P25", 20000, d=3750)).toegekend == (3750,)
        antwoord = p.declareer(debet("P25", 20000))
        assert antwoord.codes == [("0613", "0587")]
        assert antwoord.bedragen == [("20000D", "D")]


def test_de_basis_vol_laat_meer_eigen_bijdrage(tmp_path: Path) -> None:
    """`over: eigen_bijdrage` is what the basis leaves, its maximum included."""
    store = verzekerd(
        {"percentage": 75, "maximum_bedrag": 90.0},
        aanvullend=({"percentage": 50, "over": "eigen_bijdrage", "maximum_bedrag": 60.0},),
    )
    with proef(tmp_path, store) as p:
        assert p.declareer(debet(tarief=10000)).toegekend == (7500 + 1250,)
        antwoord = p.declareer(debet("C12", tarief=10000))
        assert antwoord.toegekend == (1500 + 4250,)
        assert antwoord.codes == [("0613", "0589")]
        assert p.declareer(debet("C13", tarief=10000)).toegekend == (0 + 500,)


def test_een_maximum_op_de_basis_dat_de_aanvullende_dekt(tmp_path: Path) -> None:
    """A maximum that costs nothing in the end is no reason."""
    store = verzekerd({"maximum_bedrag": 15.0}, aanvullend=({"over": "eigen_bijdrage"},))
    with proef(tmp_path, store) as p:
        assert p.declareer(debet(), debet("C12"), debet("C13")).codes == [(), (), ()]


def test_een_toekenning_telt_eerst_bij_de_basis(tmp_path: Path) -> None:
    """Of 100 at 75 % and 75 % of the rest, 80 is declared: 75 counts to the basis, 5 to the aanvullende."""
    store = verzekerd(
        {"percentage": 75, "maximum_bedrag": 80.0},
        aanvullend=({"percentage": 75, "over": "eigen_bijdrage", "maximum_bedrag": 10.0},),
    )
    with proef(tmp_path, store) as p:
        assert p.declareer(debet(tarief=10000, d=8000)).toegekend == (8000,)
        # 5 is left of each.
        assert p.declareer(debet("C12", tarief=10000)).toegekend == (500 + 500,)


def test_een_maximum_is_van_de_dekking(tmp_path: Path) -> None:
    """Prestaties under one dekking share it; those under another, in the same pakket or not, have their own."""
    store = verzekerd(
        {"prestaties": ["C*"], "maximum_bedrag": 10.0},
        {"prestaties": ["V*"], "maximum_bedrag": 10.0},
        {"prestaties": ["*"]},
    )
    with proef(tmp_path, store) as p:
        antwoord = p.declareer(debet("C11"), debet("V13"), debet("C12"), debet("V14"), debet("M03"))
        assert antwoord.toegekend == (1000, 1000, 0, 0, 1000)


def test_een_nieuwe_polis_met_hetzelfde_pakket(tmp_path: Path) -> None:
    """The maximum of a dekking goes on; another pakket has its own."""
    store = verzekerd({"maximum_bedrag": 10.0, "per": "kalenderjaar"})
    store["pakketten"].append(pakket("B2", "basis", {"maximum_bedrag": 10.0, "per": "kalenderjaar"}))
    store["polissen"] = [
        polis("B", einde=dt.date(2011, 1, 31)),
        polis("B", ingang=dt.date(2011, 2, 1), einde=dt.date(2011, 2, 28)),
        polis("B2", ingang=dt.date(2011, 3, 1)),
    ]
    with proef(tmp_path, store) as p:
        dagen = ("20110131", "20110201", "20110228", "20110301")
        antwoord = p.declareer(*(debet(r0408=dag) for dag in dagen))
        assert antwoord.toegekend == (1000, 0, 0, 1000)


def test_twee_verzekerdenrecords_van_dezelfde(tmp_path: Path) -> None:
    """Another verzekerdennummer, the same BSN: one maximum, and what was granted is granted."""
    with proef(tmp_path, verzekerd({"maximum_bedrag": 15.0})) as p:
        antwoord = p.speel(
            [
                ({"r0205": "V0001"}, [debet()]),
                (_VREEMDE, [debet()]),
                ({"r0205": "V0009"}, [debet(r0415="11"), debet()]),
            ]
        )
        assert antwoord.toegekend[0] == 1000
        assert antwoord.toegekend[2:] == (500, 0)
        assert antwoord.codes[2:] == [("0589",), ("0587",)]


def test_tweeduizend_records_verder_dezelfde(tmp_path: Path) -> None:
    """Facts are fetched for two thousand records at a time; a verzekerde who comes back is known all the same."""
    rest = [debet("V13", r0415=f"{1 + n // 500}{1 + n % 8}", r0408=f"2010{1 + n % 12:02d}{1 + n % 28:02d}", d=1 + n)
            for n in range(2100)]  # fmt: skip
    with proef(tmp_path, verzekerd({"prestaties": ["C*"], "maximum_bedrag": 25.0}, {"percentage": 0})) as p:
        p.declareer(debet("C13"))
        antwoord = p.speel([({"r0205": "V0001"}, [debet(), *rest]), ({"r0205": "V0009"}, [debet("C12"), debet()])])
        assert (antwoord.toegekend[0], *antwoord.toegekend[-2:]) == (1000, 500, 0)


def test_gelijke_prestaties_van_anderen_delen_niets(tmp_path: Path) -> None:
    """What is alike is decided once, but each counts for himself, whatever one of them had before."""
    store = verzekerd({"maximum_aantal": 1})
    store["polissen"].append(polis("B", bsn="100197243", verzekerdennummer="V2", geboortedatum=dt.date(1922, 3, 22)))
    with proef(tmp_path, store) as p:
        p.declareer(debet(d=600))
        antwoord = p.speel([({}, [debet(d=400), debet("C12")]), (_VREEMDE, [debet(d=400), debet("C12")])])
        assert antwoord.toegekend == (400, 0, 400, 0)
        assert p.speel([(_VREEMDE, [debet(d=600), debet("C13")])]).toegekend == (600, 0)


def test_een_maximum_van_niets(tmp_path: Path) -> None:
    with proef(tmp_path, verzekerd({"maximum_bedrag": 0.0}, aanvullend=({"maximum_aantal": 0},))) as p:
        antwoord = p.declareer(debet(), debet("C12", tarief=0))
        assert antwoord.codes == [("0589", "8220"), ()]


def test_wat_de_verzekeraar_niet_kreeg_telt_niet(tmp_path: Path) -> None:
    """VECOZO stopped it."""
    with proef(tmp_path, verzekerd({"maximum_bedrag": 10.0})) as p:
        assert p.declareer(debet(), debet("C12", r0408="20110332"), stage=Stage.ALL).totaal == 0
        assert p.declareer(debet(), stage=Stage.ALL).toegekend == (1000,)


def test_een_ander_bij_dezelfde_verzekeraar_deelt_het(tmp_path: Path) -> None:
    """Whoever declares it: the maximum and the earlier grants are the verzekerde's."""
    with proef(tmp_path, verzekerd({"maximum_bedrag": 15.0})) as p:
        p.declareer(debet())
        ander = p.declareer(debet(), debet("C12"), r0111="12054321")
        assert ander.codes == [("0587",), ("0589",)]
        assert ander.toegekend == (0, 500)


def test_labels_delen_met_hun_verzekeraar(tmp_path: Path) -> None:
    """Declared at the insurer of which the polis' own is a label, twice: one maximum."""
    store = {
        "uzovi": [uzovi(), uzovi("0737", "0736")],
        "pakketten": [pakket("B", "basis", {"maximum_bedrag": 15.0})],
        "polissen": [polis("B", uzovi="0737")],
    }
    label = {"r0204": "0737"}
    with proef(tmp_path, store) as p:
        assert p.declareer(debet(), verzekerde=label).toegekend == (1000,)
        assert p.declareer(debet("C12"), verzekerde=label).toegekend == (500,)


# Several processes at once.


def _bestand(plaats: Path, nummer: int, *records: Velden) -> Path:
    bericht = Bericht(voorloop=maak("01", r0116=f"F{nummer}")).voeg_toe("02")
    for n, velden in enumerate(records):
        bericht.voeg_toe("04", **{"r0432": f"{nummer}-{n}", **velden})
    pad = plaats / f"{nummer}.asc"
    pad.write_bytes(bytes(bericht))
    return pad


def _tegelijk(opdrachten: list[list[str]]) -> list[dict[str, Any]]:
    def draai(woorden: list[str]) -> dict[str, Any]:
        afloop = subprocess.run(woorden, env=omgeving(), capture_output=True, text=True, timeout=100, check=False)
        assert (afloop.returncode, afloop.stderr) == (0, "")
        gelezen: dict[str, Any] = json.loads(afloop.stdout)
        return gelezen

    with ThreadPoolExecutor(len(opdrachten)) as draden:
        return list(draden.map(draai, opdrachten))


@pytest.mark.slow
def test_processen_tegelijk_kennen_niet_meer_toe_dan_het_maximum(tmp_path: Path) -> None:
    """Four processes, each with a prestatie of 10.00 under a maximum of 25.00, one of them with a credit beside it."""
    db = f"sqlite:///{tmp_path}/store.db"
    (tmp_path / "store.yaml").write_text(yaml.safe_dump(verzekerd({"maximum_bedrag": 25.0})), "utf-8")
    invoke("db", "load", tmp_path / "store.yaml", "--store", db)
    bestanden = [_bestand(tmp_path, n, debet(f"C1{n}")) for n in range(1, 5)]
    woorden = [opdracht("replay", pad, "--store", db, *OP_DATUM, "--json") for pad in bestanden]
    uitkomsten = _tegelijk(woorden)
    assert sorted(u["totaal_toegekend"] for u in uitkomsten) == ["0.00", "10.00", "10.00", "5.00"]
    met_tien = next(n for n, u in enumerate(uitkomsten, start=1) if u["totaal_toegekend"] == "10.00")
    terug = _bestand(tmp_path, 5, credit(f"{met_tien}-0", f"C1{met_tien}"))
    nieuw = [_bestand(tmp_path, n, debet(f"V1{n}")) for n in (6, 7)]
    _tegelijk([opdracht("replay", pad, "--store", db, *OP_DATUM, "--json") for pad in (terug, *nieuw)])
    verbinding = sqlite3.connect(tmp_path / "store.db")
    try:
        (som,) = verbinding.execute("SELECT sum(toegekend_bedrag) FROM prestaties").fetchone()
    finally:
        verbinding.close()
    assert som <= 2500
