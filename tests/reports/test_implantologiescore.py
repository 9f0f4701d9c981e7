"""The conditions of the implantologiescore, each around its threshold, and what follows from them."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mzsim.reports.implantologiescore import CONCLUSIES, beoordeel
from mzsim.reports.practice import MACHTIGINGSVRIJ, STANDAARD, Contract, Praktijk
from tests.reports.practices import (
    DAG,
    IN_PERIODE,
    aanvraag,
    machtigingsvrij,
    meting,
    patienten,
    praktijk,
    prestatie,
    score,
)

EERSTE, LAATSTE = dt.date(2025, 4, 1), dt.date(2026, 3, 31)


# The number of treatments.


@pytest.mark.parametrize(("aantal", "voldoet"), [(14, False), (15, True), (16, True)])
def test_minstens_15_behandelingen(aantal: int, voldoet: bool) -> None:
    assert score(praktijk(**patienten(aantal)), "behandelingen") == (aantal, None, voldoet)


@pytest.mark.parametrize(
    ("datum", "aantal"),
    [(EERSTE - dt.timedelta(days=1), 0), (EERSTE, 1), (LAATSTE, 1), (DAG, 0)],
)
def test_de_periode_eindigt_voor_de_dag_van_meten(datum: dt.date, aantal: int) -> None:
    gevraagd = praktijk(**patienten(1, datum=datum))
    assert score(gevraagd, "behandelingen")[0] == aantal
    assert score(gevraagd, "goedgekeurd")[:2] == (aantal, aantal)


def test_wat_niet_is_gedaan_telt_niet_en_wordt_genoemd() -> None:
    gevraagd = praktijk(
        aanvragen=(aanvraag("M1"), aanvraag("M2", persoon="999900018")), prestaties=(prestatie("J040"),)
    )
    assert score(gevraagd, "behandelingen")[0] == 1
    assert [(n.eis.id, n.wat) for n in meting(gevraagd).nadelen] == [("behandelingen", "machtiging M2")]


def test_meer_prestaties_onder_een_machtiging_zijn_een_behandeling() -> None:
    onder = (prestatie("J040"), prestatie("J070", dt.date(2025, 9, 1)), prestatie("J081", dt.date(2025, 10, 1)))
    assert score(praktijk(aanvragen=(aanvraag("M1"),), prestaties=onder), "behandelingen")[0] == 1


def test_verschillende_behandelingen_van_een_verzekerde() -> None:
    twee = (aanvraag("M1", "J040", "J057"), aanvraag("M2", "J08*", "J07*"))
    gedaan = (prestatie("J040"), prestatie("J081"))
    gevraagd = praktijk(aanvragen=twee, prestaties=gedaan)
    assert score(gevraagd, "behandelingen")[0] == 2
    assert score(gevraagd, "goedgekeurd")[:2] == (2, 2)


@pytest.mark.parametrize(
    ("code", "aantal"), [("J040", 1), ("J041", 1), ("J046", 1), ("J049", 0), ("J081", 0), ("J090", 0)]
)
def test_zonder_machtiging_telt_wat_er_altijd_een_nodig_heeft(code: str, aantal: int) -> None:
    gevraagd = praktijk(prestaties=(prestatie(code), prestatie(code, dt.date(2025, 7, 1))), **machtigingsvrij())
    assert score(gevraagd, "behandelingen")[0] == aantal


def test_een_machtiging_buiten_haar_termijn_of_van_een_ander_dekt_niet() -> None:
    voorbij = aanvraag("M1", "J081", ingang=dt.date(2024, 1, 1), einde=IN_PERIODE - dt.timedelta(days=1))
    later = aanvraag("M2", "J081", ingang=IN_PERIODE + dt.timedelta(days=1))
    van_ander = aanvraag("M3", "J081", persoon="999900018")
    afgewezen = aanvraag("M4", "J081", status="afgewezen")
    for een in (voorbij, later, van_ander, afgewezen):
        assert score(praktijk(aanvragen=(een,), prestaties=(prestatie("J081"),)), "behandelingen")[0] == 0
    tot_en_met = aanvraag("M5", "J081", ingang=dt.date(2024, 1, 1), einde=IN_PERIODE)
    assert score(praktijk(aanvragen=(tot_en_met,), prestaties=(prestatie("J081"),)), "behandelingen")[0] == 1


# The requests.


@pytest.mark.parametrize(
    ("goed", "fout", "voldoet"), [(19, 1, True), (18, 1, False), (94, 5, False), (95, 5, True), (20, 0, True)]
)
def test_minstens_95_procent_goedgekeurd(goed: int, fout: int, voldoet: bool) -> None:
    assert score(praktijk(**patienten(goed, afgewezen=fout)), "goedgekeurd") == (goed, goed + fout, voldoet)


@pytest.mark.parametrize("tweede", ["J*", "J040", "J04*"])
def test_een_herhaalde_aanvraag_telt_een_keer(tweede: str) -> None:
    eerst = aanvraag("M1", "J040", "J030", status="afgewezen")
    dan = aanvraag("M2", tweede, ingang=dt.date(2025, 7, 1))
    assert score(praktijk(aanvragen=(eerst, dan)), "goedgekeurd") == (1, 1, True)
    opnieuw_afgewezen = dan._replace(status="afgewezen")
    assert score(praktijk(aanvragen=(eerst, opnieuw_afgewezen)), "goedgekeurd") == (0, 1, False)


def test_twee_aanvragen_die_een_derde_verbindt() -> None:
    een, ander = aanvraag("M1", "J040"), aanvraag("M2", "J081", status="afgewezen")
    assert score(praktijk(aanvragen=(een, ander)), "goedgekeurd")[:2] == (1, 2)
    samen = aanvraag("M3", "J040", "J081", ingang=dt.date(2025, 8, 1))
    assert score(praktijk(aanvragen=(een, ander, samen)), "goedgekeurd")[:2] == (1, 1)


def test_dezelfde_aanvraag_voor_een_ander_telt_apart() -> None:
    twee = (aanvraag("M1"), aanvraag("M2", persoon="999900018", status="afgewezen"))
    assert score(praktijk(aanvragen=twee), "goedgekeurd")[:2] == (1, 2)


@pytest.mark.parametrize("status", ["vervallen", "afgewezen", "afgegeven"])
def test_een_aanvraag_voor_wat_er_geen_nodig_heeft_telt_als_afgewezen(status: str) -> None:
    gevraagd = praktijk(aanvragen=(aanvraag("M1", "J049", status=status),), prestaties=(prestatie("J049"),))
    assert score(gevraagd, "goedgekeurd") == (0, 1, False)
    assert score(gevraagd, "behandelingen")[0] == 0
    assert [n.waarom for n in meting(gevraagd).nadelen] == ["this treatment needs no machtiging"]


def test_met_iets_erbij_dat_er_wel_een_nodig_heeft_telt_ze_gewoon() -> None:
    assert score(praktijk(aanvragen=(aanvraag("M1", "J049", "J041"),)), "goedgekeurd")[0] == 1


def test_onder_de_machtigingsvrije_module_telt_elke_aanvraag_als_afgewezen() -> None:
    """By the module on the day of the request."""
    overgang = dt.date(2025, 9, 1)
    contracten = (
        Contract(dt.date(2020, 1, 1), overgang - dt.timedelta(days=1), STANDAARD),
        *machtigingsvrij(overgang)["contracten"],
    )
    aanvragen = (
        aanvraag("M1", persoon="P1", ingang=overgang - dt.timedelta(days=1)),
        aanvraag("M2", persoon="P2", ingang=overgang),
    )
    gevraagd = praktijk(aanvragen=aanvragen, contracten=contracten)
    assert score(gevraagd, "goedgekeurd")[:2] == (1, 2)
    assert [n.wat for n in meting(gevraagd).nadelen if n.eis.id == "goedgekeurd"] == ["machtiging M2"]


def test_het_contract_dat_op_een_dag_geldt() -> None:
    """To its last day; of two the one that began last."""
    eerste = Contract(dt.date(2020, 1, 1), IN_PERIODE, MACHTIGINGSVRIJ)
    tweede = Contract(dt.date(2025, 1, 1), IN_PERIODE, STANDAARD)
    assert praktijk(contracten=(eerste,)).module(IN_PERIODE) == MACHTIGINGSVRIJ
    assert praktijk(contracten=(eerste,)).module(IN_PERIODE + dt.timedelta(days=1)) is None
    assert praktijk(contracten=(eerste, tweede)).module(IN_PERIODE) == STANDAARD
    assert praktijk(contracten=(eerste, tweede)).module(dt.date(2024, 12, 31)) == MACHTIGINGSVRIJ


def test_een_verzekeraar_die_zelf_zegt_wat_een_machtiging_nodig_heeft() -> None:
    aanvragen = (aanvraag("M1", "J049"), aanvraag("M2", "J081", persoon="999900018"))
    assert score(praktijk(aanvragen=aanvragen, machtigingsplichtig=("J04*",)), "goedgekeurd")[:2] == (1, 2)


def test_vervallen_is_niet_goedgekeurd() -> None:
    gevraagd = praktijk(aanvragen=(aanvraag("M1", status="vervallen"),))
    assert score(gevraagd, "goedgekeurd") == (0, 1, False)
    assert [n.waarom for n in meting(gevraagd).nadelen] == ["the machtiging is vervallen"]


# Repairs and replacements.


@pytest.mark.parametrize(
    ("geplaatst", "gerepareerd", "binnen"),
    [
        ("2022-06-01", "2025-06-01", 0),
        ("2022-06-02", "2025-06-01", 1),
        ("2023-02-28", "2026-02-28", 0),
        ("2024-02-29", "2025-06-01", 1),
        ("2025-06-01", "2025-06-01", 0),
        ("2026-01-01", "2025-06-01", 0),
    ],
)
def test_reparatie_binnen_3_jaar(geplaatst: str, gerepareerd: str, binnen: int) -> None:
    gevraagd = praktijk(prestaties=(prestatie("J081", geplaatst), prestatie("J105", gerepareerd, kaak="2")))
    assert score(gevraagd, "reparaties")[:2] == (binnen, 1)


def test_een_reparatie_is_van_de_laatste_prothese_in_die_kaak() -> None:
    protheses = (prestatie("J081", "2019-01-01"), prestatie("J082", "2025-01-01"))
    for kaak, binnen in (("2", 0), ("1", 1), ("0", 1)):
        gevraagd = praktijk(prestaties=(*protheses, prestatie("J104", kaak=kaak)))
        assert score(gevraagd, "reparaties")[:2] == (binnen, 1)


@pytest.mark.parametrize(("laat", "voldoet"), [(9, True), (8, False)])
def test_hoogstens_10_procent_reparaties(laat: int, voldoet: bool) -> None:
    vroeg = (prestatie("J081", "2025-05-01"), prestatie("J106", kaak="2"))
    rest = tuple(prestatie("J104", persoon=f"P{n}") for n in range(laat))
    assert score(praktijk(prestaties=vroeg + rest), "reparaties") == (1, laat + 1, voldoet)


SOORTEN = {
    "drukknoppen": ("J070", "J109", {"kaak": "2"}),
    "implantaten": ("J040", "J046", {"element": "33"}),
    "protheses": ("J081", "J081", {}),
    "steggen": ("J072", "J072", {"kaak": "1"}),
}


@pytest.mark.parametrize("soort", SOORTEN)
@pytest.mark.parametrize(
    ("geplaatst", "vervangen", "teller", "noemer"),
    [
        ("2021-03-01", "2026-03-01", 0, 2),
        ("2021-03-02", "2026-03-01", 1, 2),
        ("2020-04-02", "2025-04-01", 1, 2),
        ("2020-04-01", "2025-03-31", 0, 1),  # its five years were over when the 12 months began; the other counts
        ("2020-02-29", "2025-02-28", 0, 1),
        ("2024-02-29", "2026-03-31", 1, 2),
        ("2024-02-29", "2026-04-01", 0, 1),  # after the period
    ],
)
def test_vervangen_binnen_5_jaar(soort: str, geplaatst: str, vervangen: str, teller: int, noemer: int) -> None:
    eerst, dan, waar = SOORTEN[soort]
    gevraagd = praktijk(prestaties=(prestatie(eerst, geplaatst, **waar), prestatie(dan, vervangen, **waar)))
    assert score(gevraagd, soort)[:2] == (teller, noemer)


@pytest.mark.parametrize("soort", SOORTEN)
@pytest.mark.parametrize(("ander", "voldoet"), [(8, True), (7, False)])
def test_hoogstens_10_procent_vervangen(soort: str, ander: int, voldoet: bool) -> None:
    eerst, dan, waar = SOORTEN[soort]
    prestaties = [prestatie(eerst, "2024-01-01", **waar), prestatie(dan, **waar)]
    prestaties += [prestatie(eerst, persoon=f"P{n}", **waar) for n in range(ander)]
    assert score(praktijk(prestaties=tuple(prestaties)), soort) == (1, ander + 2, voldoet)


@pytest.mark.parametrize(
    ("eerst", "dan", "vervangen"),
    [
        (("J040", {"element": "33"}), ("J040", {"element": "33"}), 1),
        (("J040", {"element": "33"}), ("J040", {"element": "43"}), 0),
        (("J040", {"element": "33"}), ("J046", {"element": "43"}), 0),
        (("J049", {}), ("J046", {"element": "43"}), 1),
        (("J049", {}), ("J046", {"element": "13"}), 0),
        (("J049", {}), ("J041", {"element": "41"}), 0),
        (("J049", {}), ("J049", {}), 2),
        (("J070", {"kaak": "1"}), ("J070", {"kaak": "2"}), 0),
        (("J071", {"kaak": "2", "aantal": 3}), ("J109", {"kaak": "2", "aantal": 2}), 2),
        (("J070", {"kaak": "2"}), ("J109", {"kaak": "2", "aantal": 9}), 1),
        (("J081", {}), ("J082", {}), 0),
        (("J080", {}), ("J081", {}), 1),
        (("J083", {"kaak": "2"}), ("J081", {}), 1),
        (("J52", {}), ("J082", {}), 1),
        (("J044", {"element": "33"}), ("J046", {"element": "33"}), 0),
    ],
)
def test_wat_wat_vervangt(eerst: tuple[str, dict[str, Any]], dan: tuple[str, dict[str, Any]], vervangen: int) -> None:
    (code, waar), (nieuwe, daar) = eerst, dan
    gevraagd = praktijk(prestaties=(prestatie(code, "2024-01-01", **waar), prestatie(nieuwe, **daar)))
    vervangingen = meting(gevraagd).scores[3:]
    assert sum(s.teller for s in vervangingen) == vervangen


def test_het_implantaat_in_het_element_gaat_voor_dat_van_de_kaak() -> None:
    """J046 in 33 replaces what stands in 33, not the newer two of which only the jaw is known."""
    eerst = (prestatie("J040", "2020-06-02", element="33"), prestatie("J049", "2024-01-01"))
    assert score(praktijk(prestaties=(*eerst, prestatie("J046", element="33"))), "implantaten")[:2] == (1, 4)
    na_vijf_jaar = eerst[0]._replace(datum=dt.date(2020, 5, 1))
    gevraagd = praktijk(prestaties=(na_vijf_jaar, eerst[1], prestatie("J046", element="33")))
    assert score(gevraagd, "implantaten")[:2] == (0, 4)


def test_van_een_dag_vervangt_niets_elkaar() -> None:
    dag = tuple(prestatie(code, kaak="2", aantal=2) for code in ("J070", "J071", "J070"))
    assert score(praktijk(prestaties=dag), "drukknoppen")[:2] == (0, 6)


# Judgement.


def test_niets_om_te_delen_is_niet_beoordeeld() -> None:
    gevraagd = praktijk(**patienten(15))
    scores = {s.eis.id: s.voldoet for s in meting(gevraagd).scores}
    assert {eis for eis, voldoet in scores.items() if voldoet is None} == {
        "reparaties",
        "drukknoppen",
        "protheses",
        "steggen",
    }
    assert beoordeel(gevraagd, DAG).conclusie == "machtigingsvrij"


def test_een_lege_store_slaagt_noch_zakt() -> None:
    for contract in ({}, machtigingsvrij()):
        assert beoordeel(praktijk(**contract), DAG).conclusie == "niet_beoordeeld"


def test_zonder_aanvragen_blijkt_geen_95_procent() -> None:
    """Under the Standaardmodule; under the other one no requests are made."""
    gedaan = tuple(prestatie("J040", persoon=f"P{n}") for n in range(15))
    assert beoordeel(praktijk(prestaties=gedaan), DAG).conclusie == "niet_beoordeeld"
    assert beoordeel(praktijk(prestaties=gedaan, **machtigingsvrij()), DAG).conclusie == "blijft_machtigingsvrij"


def _jaren_implantaten(laatste: dt.date, per_maand: int = 2) -> Praktijk:
    """A practice that places implants every month for two years, the last time in a month."""
    dagen = [
        dt.date(laatste.year - (n + 12 - laatste.month) // 12, (laatste.month - n - 1) % 12 + 1, 15) for n in range(24)
    ]
    gedaan = tuple(prestatie("J040", dag, persoon=f"P{dag}-{n}") for dag in dagen for n in range(per_maand))
    return praktijk(prestaties=gedaan, **machtigingsvrij())


@pytest.mark.parametrize(
    ("laatste", "conclusie"),
    [
        (dt.date(2026, 3, 1), "blijft_machtigingsvrij"),
        (dt.date(2025, 11, 1), "blijft_machtigingsvrij"),  # 8 months of 2: 16 treatments
        (dt.date(2025, 10, 1), "waarschuwing"),  # 14 now, 20 a quarter ago
        (dt.date(2025, 8, 1), "waarschuwing"),  # 10 now, 16 a quarter ago
        (dt.date(2025, 7, 1), "terug_naar_standaard"),  # 8 now, 14 a quarter ago
    ],
)
def test_een_kwartaal_en_twee_kwartalen_onvoldoende(laatste: dt.date, conclusie: str) -> None:
    assert beoordeel(_jaren_implantaten(laatste), DAG).conclusie == conclusie


def test_een_kwartaal_onder_de_standaardmodule_telt_niet_tegen_de_andere() -> None:
    gevraagd = _jaren_implantaten(dt.date(2025, 7, 1))
    contracten = (
        Contract(dt.date(2020, 1, 1), dt.date(2026, 1, 31), STANDAARD),
        *machtigingsvrij(dt.date(2026, 2, 1))["contracten"],
    )
    assert beoordeel(gevraagd._replace(contracten=contracten), DAG).conclusie == "waarschuwing"


def test_kwartalen_worden_teruggeteld() -> None:
    dagen = [m.tot.isoformat() for m in beoordeel(praktijk(), DAG).metingen]
    assert dagen == ["2026-04-01", "2026-01-01", "2025-10-01", "2025-07-01"]


@pytest.mark.parametrize("dag", [dt.date.min, dt.date(1, 2, 28), dt.date(2024, 2, 29), dt.date.max])
def test_elke_dag_is_te_meten(dag: dt.date) -> None:
    assert beoordeel(praktijk(**patienten(1)), dag).conclusie in CONCLUSIES


@given(st.integers(0, 60), st.integers(0, 60))
def test_de_uitkomst_volgt_uit_de_breuken(goed: int, fout: int) -> None:
    teller, noemer, voldoet = score(praktijk(**patienten(goed, afgewezen=fout)), "goedgekeurd")
    assert (teller, noemer) == (goed, goed + fout)
    assert voldoet is (None if not noemer else Fraction(goed, goed + fout) >= Fraction(95, 100))


@given(st.permutations(range(12)))
def test_de_volgorde_in_de_store_maakt_niet_uit(volgorde: list[int]) -> None:
    alles = patienten(6, afgewezen=2)
    prestaties = [
        *alles["prestaties"],
        *(prestatie("J046", dt.date(2025, 7, n + 1), persoon=f"P{n}", element="33") for n in range(6)),
    ]
    geschud = praktijk(prestaties=tuple(prestaties[n] for n in volgorde), aanvragen=alles["aanvragen"][::-1])
    assert meting(geschud) == meting(praktijk(prestaties=tuple(prestaties), aanvragen=alles["aanvragen"]))
