"""`mzsim generate`: declarations that are granted in full, by every rule that the list names, and the same for a seed."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest
from stdnum.nl import bsn as stdnum_bsn

from mzsim.cli.cmd_generate import PROFIELEN
from mzsim.common.errors import InputError, OutputError
from mzsim.common.whole_file import uitvoermap
from mzsim.domain.findings import Stage, Status
from mzsim.generation.chance import Kans
from mzsim.generation.making import LIJST, MEESTE_PER_VERZEKERDE, Gemaakt, Opdracht, maak
from mzsim.generation.persons import personen
from mzsim.generation.profiles import NAMEN, profiel
from mzsim.pipeline import Opdracht as Replay
from mzsim.pipeline import replay
from mzsim.standard.heen import heenrecord, lees, veld
from mzsim.standard.layout import CRLF, layouts
from mzsim.standard.writer import Overloop
from mzsim.store.loading import laad_bestand
from mzsim.store.session import open_store
from mzsim.store.shipped_files import plaats_van
from mzsim.store.verzekeraarsbestand import Inhoud, lees_bestand
from tests.commands import eis_een_regel, invoke, omgeving, opdracht

pytestmark = pytest.mark.slow

MAATEN = (
    (1, 1, "2026-03-31"),
    (1, 40, "2026-04-14"),
    (3, 17, "2026-01-16"),
    (10, 50, "2026-03-31"),
    (25, 600, "2026-06-30"),
    (40, 60, "2027-02-01"),
)
"""Verzekerden, prestaties, date."""


def _maak(naam: str, seed: int, verzekerden: int = 10, prestaties: int = 50, datum: str = "2026-03-31") -> Gemaakt:
    return maak(Opdracht(naam, verzekerden, prestaties, seed, dt.date.fromisoformat(datum), "0736"))


def _records(gemaakt: Gemaakt, kenmerk: bytes = b"04") -> list[bytes]:
    return [heen for heen in gemaakt.declaratie.split(CRLF) if heen[:2] == kenmerk]


@pytest.fixture(scope="module")
def met_lijst(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the reference list, to be copied."""
    bestand = tmp_path_factory.mktemp("lijst") / "lijst.db"
    store = open_store(f"sqlite:///{bestand}")
    laad_bestand(store, plaats_van(LIJST))
    store.sluit()
    return bestand


@pytest.fixture(scope="module")
def lijst() -> Inhoud:
    return lees_bestand(plaats_van(LIJST)).inhoud


@pytest.mark.parametrize("naam", NAMEN)
@pytest.mark.parametrize("seed", range(6))
def test_wordt_geheel_toegewezen(naam: str, seed: int, met_lijst: Path, tmp_path: Path) -> None:
    """By every check, the rules on combinations of the reference list among them."""
    for nummer, (verzekerden, prestaties, datum) in enumerate(MAATEN):
        gemaakt = _maak(naam, seed, verzekerden, prestaties, datum)
        declaratie, bestand = tmp_path / f"{nummer}.asc", tmp_path / f"{nummer}.yaml"
        declaratie.write_bytes(gemaakt.declaratie)
        bestand.write_bytes(gemaakt.store)
        store = open_store(f"sqlite:///{shutil.copy(met_lijst, tmp_path / f'{nummer}.db')}")
        laad_bestand(store, bestand)
        dag = dt.date.fromisoformat(datum)
        uitkomst = replay(Replay(declaratie, tmp_path / "retour.asc", dag, Stage.ALL), store)
        store.sluit()
        assert uitkomst.meldingen == ()
        assert uitkomst.status is Status.VOLLEDIG_TOEGEWEZEN
        assert uitkomst.totaal_toegekend == gemaakt.totaal > 0
        assert len(_records(gemaakt, b"02")) == verzekerden
        assert len(_records(gemaakt)) == prestaties


@pytest.mark.parametrize("naam", NAMEN)
def test_opdracht_schrijft_wat_replay_toewijst(naam: str, tmp_path: Path) -> None:
    gemaakt = invoke("generate", "--profile", naam, "--seed", 7, "--out", tmp_path)
    assert gemaakt.exit_code == 0
    declaratie, store = tmp_path / f"{naam}-7.mz301.asc", tmp_path / f"{naam}-7.store.yaml"
    assert sorted(tmp_path.iterdir()) == [declaratie, store]
    assert f"mzsim db load @nza-2026 {store}" in gemaakt.output
    url = f"sqlite:///{tmp_path / 'mzsim.db'}"
    assert invoke("db", "load", LIJST, store, "--store", url).exit_code == 0
    antwoord = invoke("replay", declaratie, "--store", url, "--date", "2026-03-31", "--json")
    uitkomst = json.loads(antwoord.output)
    assert uitkomst["status"] == "volledig_toegewezen"
    assert f"50 prestaties of 10 verzekerden, {uitkomst['totaal_toegekend']} euro" in gemaakt.output
    for heen in declaratie.read_bytes().split(CRLF):
        if heen[:2] == b"02":
            assert lees(heen, "0203").decode() not in gemaakt.output


def test_zelfde_seed_zelfde_bytes(tmp_path: Path) -> None:
    """Whatever order this Python keeps sets and dicts in."""
    inhouden = []
    for hash_seed in ("1", "2"):
        map_ = tmp_path / hash_seed
        map_.mkdir()
        woorden = opdracht("generate", "--profile", "wlz", "--seed", 3, "--out", map_)
        subprocess.run(woorden, env=omgeving(PYTHONHASHSEED=hash_seed), check=True, capture_output=True, timeout=60)
        inhouden.append([bestand.read_bytes() for bestand in sorted(map_.iterdir())])
    assert inhouden[0] == inhouden[1]
    assert len(inhouden[0]) == 2
    assert _maak("wlz", 3) != _maak("wlz", 4)


def test_kans_is_overal_dezelfde() -> None:
    """The draws that every made file rests on, as Python promises them (random() of a seed)."""
    kans = Kans(1)
    assert [kans.tot(1000) for _ in range(5)] == [134, 847, 763, 255, 495]
    assert Kans(2026).enkele("ABCDEF", 3) == ["A", "D", "E"]
    assert sorted(Kans(5).enkele(range(50), 50)) == list(range(50))
    assert {Kans(n).tussen(2, 4) for n in range(50)} == {2, 3, 4}
    assert {Kans(n).gewogen("abc", [1, 0, 3]) for n in range(50)} == {"a", "c"}


def test_personen_zijn_bedacht_en_kunnen_bestaan() -> None:
    bekend = personen()
    assert len({p.bsn for p in bekend}) == len(bekend) == 9091
    for p in bekend[::37]:
        assert stdnum_bsn.is_valid(p.bsn)
        assert p.bsn.startswith("9999")
        assert 2 <= p.leeftijd(dt.date(2026, 1, 1)) < 97
        heenrecord(b"02", {"0210": p.naam, "0211": p.voorvoegsel, "0215": p.voorletters, "0217": p.postcode})


def test_zelfde_bsn_is_zelfde_persoon() -> None:
    def wie(seed: int) -> dict[bytes, bytes]:
        velden = layouts("mz301")[b"02"].stuk("0207", "0221")
        return {lees(heen, "0203"): heen[velden] for heen in _records(_maak("mondzorg", seed, 3000, 3000), b"02")}

    een, ander = wie(1), wie(2)
    assert len(een.keys() & ander.keys()) > 500
    assert all(een[bsn] == ander[bsn] for bsn in een.keys() & ander.keys())


# What the list says.


@pytest.mark.parametrize("naam", NAMEN)
def test_lijst_wordt_gevolgd(naam: str, lijst: Inhoud) -> None:
    """Tariffs, the place in the mouth, costs, who may claim; nothing is declared twice for one day."""
    codes = {regel.code: regel for regel in lijst.prestatiecodes}
    tarieven = {regel.prestatiecode: regel.tarief for regel in lijst.tarieven}
    gezien = set()
    for heen in _records(_maak(naam, 11, 25, 600, "2026-06-30")):
        soort, code = lees(heen, "0409"), lees(heen, "0413").decode().strip()
        regel = codes[code]
        if soort == b"01" and code in tarieven:
            assert int(lees(heen, "0424")) == tarieven[code]
        assert soort not in (b"02", b"04") or regel.techniekkosten
        assert not regel.element or lees(heen, "0415") != b"00"
        assert not regel.kaak or lees(heen, "0414") != b"0"
        assert not regel.vlak or lees(heen, "0416").strip()
        assert not regel.bevoegd or lees(heen, "0420")[:2].decode() in {b[:2] for b in regel.bevoegd}
        sleutel = tuple(lees(heen, r) for r in ("0403", "0408", "0409", "0413", "0414", "0415", "0416", "0420"))
        assert sleutel not in gezien
        gezien.add(sleutel)


def test_profielen_zijn_wat_ze_heten() -> None:
    def waarden(naam: str, rubriek: str) -> set[str]:
        return {lees(heen, rubriek).decode().strip() for heen in _records(_maak(naam, 1, 25, 600, "2026-06-30"))}

    assert waarden("mondzorg", "0409") == {"01", "02", "04"}
    assert waarden("mondzorg", "0413") >= {"C002", "M03", "A10", "V92", "X10", "H11", "H16", "R24", "P022", "E13"}
    assert {code[0] for code in waarden("orthodontie", "0413")} == {"F"}
    assert {lees(heen, "0207") > b"20080331" for heen in _records(_maak("orthodontie", 1), b"02")} == {True}
    assert waarden("implantologie", "0410") == {"J", "N"}
    assert len(waarden("implantologie", "0406")) > 2
    assert waarden("wlz", "0409") == {"01", "02", "03", "04"}
    assert waarden("wlz", "0413") >= {"U25", "U35", "WRK001", "WRK002"}
    assert waarden("wlz", "0405") == {""}
    assert set(PROFIELEN) == set(NAMEN)
    assert {profiel(naam).letter for naam in NAMEN} == {"M", "O", "I", "W"}


def test_dekking_heeft_maxima_die_genoeg_zijn(tmp_path: Path) -> None:
    """What a dekking pays to a verzekerde in a year stays within its maximum."""
    bestand = tmp_path / "store.yaml"
    gemaakt = _maak("mondzorg", 2, 25, 600, "2026-06-30")
    bestand.write_bytes(gemaakt.store)
    inhoud = lees_bestand(bestand).inhoud
    ladder = {p.code: p.dekkingen[0].maximum_bedrag for p in inhoud.pakketten if p.soort == "aanvullend"}
    betaald: dict[str, int] = defaultdict(int)
    geboren = {polis.bsn: polis.geboortedatum for polis in inhoud.polissen}
    for heen in _records(gemaakt):
        bsn, code = lees(heen, "0403").decode(), lees(heen, "0413").decode()
        dag = lees(heen, "0408").decode()
        volwassen = int(dag) - int(f"{geboren[bsn]:%Y%m%d}") >= 180000
        if volwassen and code[0] not in "RP":
            betaald[bsn] += int(lees(heen, "0430"))
    gezien = 0
    for polis in inhoud.polissen:
        maximum = max((ladder[code] or 10**9 for code in polis.pakketten if code in ladder), default=0)
        assert betaald[polis.bsn or ""] <= maximum
        gezien += betaald[polis.bsn or ""] > 0
    assert gezien > 10


@pytest.mark.parametrize(
    ("woorden", "reden"),
    [
        (["--verzekerden", 9092, "--prestaties", 9092], "there are 9091 invented verzekerden"),
        (["--verzekerden", 3000, "--prestaties", 3000, "--profile", "orthodontie"], "for profile orthodontie"),
        (["--verzekerden", 10, "--prestaties", 9], "each of 10 verzekerden has one at least"),
        (["--verzekerden", 2, "--prestaties", 2 * MEESTE_PER_VERZEKERDE + 1], "have 80 at most"),
        (["--verzekerden", 1, "--prestaties", 10, "--date", "2026-01-06"], "or a later --date"),
        (["--date", "2026-01-01"], "no working day since 2026-01-01"),
        (["--date", "2025-06-30"], "no working day since 2026-01-01"),
    ],
)
def test_wat_niet_kan_wordt_geweigerd(woorden: list[object], reden: str, tmp_path: Path) -> None:
    resultaat = invoke("generate", *woorden, "--out", tmp_path)
    assert resultaat.exit_code == 2
    assert reden in eis_een_regel(resultaat.stderr)
    assert list(tmp_path.iterdir()) == []


def test_de_map_wordt_gemaakt(tmp_path: Path) -> None:
    resultaat = invoke("generate", "--out", tmp_path / "nieuw" / "hier")
    assert resultaat.exit_code == 0
    assert invoke("generate", "--out", tmp_path).exit_code == 0
    for naam in ("mondzorg-1.mz301.asc", "mondzorg-1.store.yaml"):
        assert f"{tmp_path / 'nieuw' / 'hier' / naam}: " in resultaat.stdout
        assert (tmp_path / "nieuw" / "hier" / naam).read_bytes() == (tmp_path / naam).read_bytes()


@pytest.mark.parametrize(
    ("plaats", "reden"),
    [
        ("bestand", "is no folder; choose another with --out"),
        ("bestand/map", "can't be made: Not a directory; choose another with --out"),
        ("nieuw/" + 300 * "x", "can't be made: File name too long; choose another with --out"),
    ],
)
def test_een_map_die_niet_kan(plaats: str, reden: str, tmp_path: Path) -> None:
    """One line, and nothing is written: no folder above it either."""
    (tmp_path / "bestand").write_bytes(b"")
    resultaat = invoke("generate", "--out", tmp_path / plaats)
    assert (resultaat.exit_code, resultaat.stdout) == (2, "")
    assert eis_een_regel(resultaat.stderr) == f"mzsim: {tmp_path / plaats}: {reden}"
    assert [pad.name for pad in tmp_path.iterdir()] == ["bestand"]


@pytest.mark.parametrize(("geschreven", "over"), [((), []), (("een",), ["nieuw", "hier", "een"])])
def test_een_nieuwe_map_blijft_alleen_als_er_iets_in_staat(
    geschreven: tuple[str, ...], over: list[str], tmp_path: Path
) -> None:
    def schrijf(map_: Path) -> None:
        with uitvoermap(map_):
            for naam in geschreven:
                (map_ / naam).write_bytes(b"")
            raise OutputError("the disk is full")

    with pytest.raises(OutputError, match="the disk is full"):
        schrijf(tmp_path / "nieuw" / "hier")
    assert [pad.name for pad in tmp_path.rglob("*")] == over


@pytest.mark.parametrize("uzovi", ["0000", "123", "12345", "abcd"])
def test_uzovi_is_vier_cijfers(uzovi: str, tmp_path: Path) -> None:
    resultaat = invoke("generate", "--uzovi", uzovi, "--out", tmp_path)
    assert resultaat.exit_code == 2
    assert "four digits" in resultaat.stderr
    assert list(tmp_path.iterdir()) == []


def test_andere_verzekeraar() -> None:
    gemaakt = maak(Opdracht("mondzorg", 2, 5, 1, dt.date(2026, 3, 31), "7095"))
    assert {lees(heen, "0404") for heen in _records(gemaakt)} == {b"7095"}
    assert b"nummer: '7095'" in gemaakt.store


def test_alles_van_iedereen() -> None:
    """The most that can be asked for."""
    with pytest.raises(InputError):
        _maak("mondzorg", 1, 50, 50 * MEESTE_PER_VERZEKERDE + 1)
    vol = _maak("mondzorg", 1, 50, 50 * MEESTE_PER_VERZEKERDE)
    per_verzekerde: dict[bytes, int] = defaultdict(int)
    for heen in _records(vol):
        per_verzekerde[lees(heen, "0403")] += 1
    assert set(per_verzekerde.values()) == {MEESTE_PER_VERZEKERDE}


def test_schrijver_kapt_niets_af() -> None:
    rubrieken = layouts("mz301")[b"04"]
    with pytest.raises(Overloop, match="rubriek 0413"):
        veld(rubrieken["0413"], "C0000011")
    with pytest.raises(Overloop):
        veld(rubrieken["0424"], 100_000_000)
    with pytest.raises(KeyError):
        heenrecord(b"04", {"0203": "1"})
    assert veld(rubrieken["0424"], 1000) == veld(rubrieken["0424"], "1000") == b"00001000"
