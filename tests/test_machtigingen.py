"""Authorisations beyond one small file: groups of records, several readings, and how often the store is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from mzsim.domain.findings import Status, Uitkomst
from mzsim.store.loading import laad_bestand
from mzsim.store.session import Database
from tests.commands import speel
from tests.factories import Bericht, maak
from tests.verzekerden import debet, polis, proef, verzekerd

EERSTE_DAG = dt.date(2010, 1, 1)
PER_GROEP = 2000
"""Facts are fetched for so many records at a time."""

UZOVI = """\
uzovi:
  - {nummer: "0736", naam: Voorbeeld, soort: zorgverzekeraar, edp: true, beleid: %s}
"""
MACHTIGING = """\
machtigingen:
  - {nummer: M1, uzovi: "0736", bsn: "123456782", agb: "12012345", prestaties: [C13],
     ingang: 2010-01-01, einde: 2010-12-31, status: afgegeven}
"""


def _laad(store: Database, map_: Path, *teksten: str) -> None:
    bestand = map_ / "extra.yaml"
    bestand.write_text("".join(teksten), "utf-8")
    laad_bestand(store, bestand)


def _bericht(nummer: str, *prestaties: dict[str, str]) -> Bericht:
    bericht = Bericht(voorloop=maak("01", r0116=nummer)).voeg_toe("02")
    for teller, velden in enumerate(prestaties):
        bericht.voeg_toe("04", **{"r0432": f"{nummer}-{teller}", **velden})
    return bericht


def _reeks(aantal: int, **velden: str) -> Iterator[dict[str, str]]:
    """Prestaties that all differ: in day, jaw and tooth."""
    plaatsen = [(kaak, f"{kwadrant}{plek}") for kaak in "012" for kwadrant in range(1, 5) for plek in range(1, 9)]
    for nummer in range(aantal):
        dag, plaats = divmod(nummer, len(plaatsen))
        kaak, element = plaatsen[plaats]
        datum = (EERSTE_DAG + dt.timedelta(dag)).strftime("%Y%m%d")
        yield {"r0408": datum, "r0414": kaak, "r0415": element, **velden}


def _regels(uitkomst: Uitkomst, controle: str) -> list[int]:
    assert {m.bevinding.controle.id for m in uitkomst.meldingen} <= {controle}
    return [m.bevinding.regel for m in uitkomst.meldingen]


@contextmanager
def _geteld(store: Database) -> Iterator[list[str]]:
    """The statements that ask for authorisations, or for what was granted before."""
    vragen: list[str] = []

    def tel(_v: object, _c: object, opdracht: str, *_: object) -> None:
        if "FROM machtigingen" in opdracht or "p.uitkomst <> 'afgewezen' AND b.uzovi" in opdracht:
            vragen.append(opdracht)

    sa.event.listen(store.engine, "before_cursor_execute", tel)
    try:
        yield vragen
    finally:
        sa.event.remove(store.engine, "before_cursor_execute", tel)


@pytest.mark.slow
def test_het_aantal_telt_door_over_groepen_van_records(store: Database, tmp_path: Path) -> None:
    _laad(
        store, tmp_path, UZOVI % '{machtigingsplichtig: [{prestaties: ["C*"], vanaf_aantal: 2501, per: kalenderjaar}]}'
    )
    eerst, _ = speel(store, tmp_path, bytes(_bericht("F1", *_reeks(500))))
    assert eerst.status is Status.VOLLEDIG_TOEGEWEZEN
    tweede = _bericht("F2", *_reeks(PER_GROEP + 3, r0413="C13"))
    for dry_run in (True, False):
        uitkomst, _ = speel(store, tmp_path, bytes(tweede), dry_run=dry_run)
        assert _regels(uitkomst, "0406-2") == [2003, 2004, 2005]


def test_wie_in_een_eerdere_groep_genoemd_werd(store: Database, tmp_path: Path) -> None:
    """The authorisations of a verzekerde whose records go on in the next group."""
    _laad(store, tmp_path, UZOVI % "{machtigingsplichtig: [{prestaties: [C13, C22]}]}", MACHTIGING)
    inhoud = [*_reeks(PER_GROEP + 5), {"r0413": "C13", "r0408": "20100601"}, {"r0413": "C22", "r0408": "20100601"}]
    uitkomst, _ = speel(store, tmp_path, bytes(_bericht("F1", *inhoud)))
    assert _regels(uitkomst, "0406-2") == [PER_GROEP + 9]


def test_nummers_staan_in_elke_groep(store: Database, tmp_path: Path) -> None:
    _laad(store, tmp_path, MACHTIGING)
    inhoud = [*_reeks(PER_GROEP + 5, r0406="M1", r0413="C13")]
    inhoud[0]["r0406"] = inhoud[-1]["r0406"] = "M2"
    uitkomst, _ = speel(store, tmp_path, bytes(_bericht("F1", *inhoud)))
    assert _regels(uitkomst, "0406-3") == [3, PER_GROEP + 7]


def test_alles_of_niets_telt_elke_lezing_opnieuw(store: Database, tmp_path: Path) -> None:
    """The insurer reads the file twice; and what it rejects as a whole was not granted."""
    beleid = "{alles_of_niets: true, machtigingsplichtig: [{prestaties: [C11], vanaf_aantal: 3, per: kalenderjaar}]}"
    _laad(store, tmp_path, UZOVI % beleid)
    for nummer, aantal, regels in (("F1", 2, []), ("F2", 2, [3, 4]), ("F3", 1, [3])):
        inhoud = [{"r0408": f"201103{10 * int(nummer[1]) + n}"} for n in range(aantal)]
        uitkomst, _ = speel(store, tmp_path, bytes(_bericht(nummer, *inhoud)))
        assert _regels(uitkomst, "0406-2") == regels


def test_de_winkel_wordt_niets_gevraagd_waar_niets_te_vragen_is(store: Database, tmp_path: Path) -> None:
    _laad(store, tmp_path, UZOVI % "{machtigingsplichtig: [{prestaties: [C13], vanaf_aantal: 3, per: kalenderjaar}]}")
    with _geteld(store) as vragen:
        speel(store, tmp_path, bytes(_bericht("F1", *_reeks(PER_GROEP + 5))))
    assert vragen == []


@pytest.mark.slow
def test_de_winkel_wordt_een_keer_per_groep_gevraagd(store: Database, tmp_path: Path) -> None:
    _laad(store, tmp_path, UZOVI % "{machtigingsplichtig: [{prestaties: [C11], vanaf_aantal: 1, per: kalenderjaar}]}")
    inhoud = [*_reeks(2 * PER_GROEP - 2)]  # two groups, with the verzekerdenrecord and the sluitrecord
    for velden in inhoud[::2]:
        velden["r0406"] = "M1"
    with _geteld(store) as vragen:
        speel(store, tmp_path, bytes(_bericht("F1", *inhoud)))
    assert len(vragen) == 2 * len(("the numbers", "the verzekerden", "what they were granted"))


_DERDE_IN_EEN_KAAK = "{machtigingsplichtig: [{prestaties: [V13], vanaf_aantal: 3, per: kaak_per_kalenderjaar}]}"
_BOVEN, _ONDER = {"r0413": "V13", "r0415": "11"}, {"r0413": "V13", "r0415": "31"}


def _declareer(
    store: Database, map_: Path, nummer: str, *prestaties: dict[str, str], partij: str = "12012345"
) -> list[int]:
    bericht = _bericht(nummer, *prestaties)
    bericht.voorloop["0111"] = partij
    uitkomst, _ = speel(store, map_, bytes(bericht))
    return _regels(uitkomst, "0406-2")


def test_een_credit_neemt_terug_wat_zijn_eigen_partij_declareerde(store: Database, tmp_path: Path) -> None:
    """Two practices may use the same referentienummer for the same person, day and prestatie."""
    _laad(store, tmp_path, UZOVI % _DERDE_IN_EEN_KAAK)
    _declareer(store, tmp_path, "F1", {**_BOVEN, "r0432": "A"}, {**_BOVEN, "r0415": "12"})
    _declareer(store, tmp_path, "F2", {**_ONDER, "r0432": "A"}, {**_ONDER, "r0415": "32"}, partij="12054321")
    _declareer(store, tmp_path, "F3", {**_BOVEN, "r0427": "C", "r0433": "A"})
    derden = ({**_BOVEN, "r0415": "13"}, {**_ONDER, "r0415": "33"})
    assert _declareer(store, tmp_path, "F4", *derden) == [4]


def test_een_debet_met_een_0433_is_geen_credit(store: Database, tmp_path: Path) -> None:
    """0433 may be filled in a debet record too (BER 0433 only asks for it in a credit)."""
    _laad(store, tmp_path, UZOVI % _DERDE_IN_EEN_KAAK)
    _declareer(store, tmp_path, "F1", {**_BOVEN, "r0432": "A"})
    _declareer(store, tmp_path, "F2", {**_ONDER, "r0432": "B", "r0433": "A"}, {**_ONDER, "r0415": "32"})
    derden = ({**_BOVEN, "r0415": "12"}, {**_ONDER, "r0415": "33"})
    assert _declareer(store, tmp_path, "F3", *derden) == [4]
    _declareer(store, tmp_path, "F4", {**_BOVEN, "r0427": "C", "r0433": "B"})
    assert _declareer(store, tmp_path, "F5", {**_ONDER, "r0415": "34"}, {**_ONDER, "r0415": "35"}) == [4]


def test_zonder_bsn_past_geen_machtiging(tmp_path: Path) -> None:
    """999999999 is nobody's BSN: an authorisation that the store has under it is for none of those who lack one."""
    inhoud = verzekerd({"machtiging": True}, polissen=[polis("B", bsn=None)])
    inhoud["machtigingen"] = [{**inhoud["machtigingen"][0], "bsn": "999999999"}]
    with proef(tmp_path, inhoud) as p:
        antwoord = p.declareer(debet(), verzekerde={"r0203": "999999999", "r0205": "V0001"})
    assert [m.code for m in antwoord.uitkomst.meldingen] == ["0551"]
