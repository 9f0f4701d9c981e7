"""`mzsim mutate`: of a valid declaration a suite in which each case fails one check of the register, and just that."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from collections.abc import Collection
from pathlib import Path

import pytest

from mzsim.checks import REGISTER
from mzsim.generation.making import LIJST, Opdracht, maak
from mzsim.mutation import mutators
from mzsim.mutation.all_mutators import MUTATIES
from mzsim.mutation.declaration import Declaratie
from mzsim.mutation.suite import MEESTE_RECORDS, Basis, Resultaat, lees_basis, maak_suite
from mzsim.standard.heen import heenbericht, heenrecord, lees, sluitrecord
from mzsim.standard.layout import CRLF
from mzsim.store.shipped_files import plaats_van
from mzsim.suites.case import Geval, vind_gevallen
from mzsim.suites.playing import speel_geval
from tests.commands import eis_een_regel, invoke
from tests.factories import Bericht, eenvoudig

pytestmark = pytest.mark.slow

DATUM = dt.date(2026, 3, 31)
SOMMEN = ("9902", "9903", "9904", "9905", "9906", "9907")


def _gemaakt(map_: Path, profiel: str, seed: int = 1, verzekerden: int = 10, prestaties: int = 50) -> tuple[Path, Path]:
    """A declaration and its store file."""
    gemaakt = maak(Opdracht(profiel, verzekerden, prestaties, seed, DATUM, "0736"))
    declaratie, store = map_ / f"{profiel}-{seed}.asc", map_ / f"{profiel}-{seed}.yaml"
    declaratie.write_bytes(gemaakt.declaratie)
    store.write_bytes(gemaakt.store)
    return declaratie, store


def _mutaties(doel: Path, declaratie: Path, *store: Path, controles: Collection[str] = ()) -> Resultaat:
    werkmap = doel.with_name(f"{doel.name}-werk")
    werkmap.mkdir()
    basis = lees_basis(declaratie.read_bytes(), str(declaratie), [plaats_van(LIJST), *store], None, werkmap)
    return maak_suite(basis, doel, werkmap, controles or REGISTER.keys(), lambda: None)


def _gedekt(resultaat: Resultaat) -> set[str]:
    return {g.mutatie.controle for g in resultaat.geschreven}


def _controles(geval: Geval) -> set[str]:
    """The checks that the last step of a case expects."""
    return {str(dict(eis)["controle"]) for eis in geval.stappen[-1].verwacht.meldingen}


def _inhoud(map_: Path) -> dict[str, bytes]:
    return {str(p.relative_to(map_)): p.read_bytes() for p in sorted(map_.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def suites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Resultaat]]:
    """A suite of a Zvw and one of a Wlz declaration."""
    map_ = tmp_path_factory.mktemp("suites")
    return {
        profiel: (map_ / profiel, _mutaties(map_ / profiel, *_gemaakt(map_, profiel)))
        for profiel in ("mondzorg", "wlz")
    }


@pytest.mark.parametrize("profiel", ["mondzorg", "wlz"])
def test_elk_geval_slaagt_en_noemt_zijn_controle(
    profiel: str, suites: dict[str, tuple[Path, Resultaat]], tmp_path: Path
) -> None:
    map_, resultaat = suites[profiel]
    gevallen = {geval.id: geval for geval in vind_gevallen(map_)}
    assert gevallen.keys() == {g.mutatie.id for g in resultaat.geschreven}
    for id, geval in gevallen.items():
        controle = MUTATIES[id].controle
        assert _controles(geval) - MUTATIES[id].samen == {controle}
        assert f"level-{REGISTER[controle].niveau}" in geval.tags
        verslag = speel_geval(geval, tmp_path)
        assert verslag.oordeel == "passed", (id, verslag)


def test_samen_dekken_ze_het_register(suites: dict[str, tuple[Path, Resultaat]]) -> None:
    """Every check of every level: what a Zvw declaration can't fail a Wlz one can."""
    gedekt = set().union(*(_gedekt(resultaat) for _, resultaat in suites.values()))
    assert gedekt == REGISTER.keys()
    for _, resultaat in suites.values():
        overgeslagen = {o.controle: o.reden for o in resultaat.overgeslagen}
        assert overgeslagen.keys() | _gedekt(resultaat) == REGISTER.keys()
        assert all(re.match(r"needs (a|an) ", reden) for reden in overgeslagen.values()), overgeslagen


def test_machtigingen_van_elk_bericht(suites: dict[str, tuple[Path, Resultaat]]) -> None:
    for _, resultaat in suites.values():
        assert {f"0406-{nummer}" for nummer in range(2, 7)} <= _gedekt(resultaat)


def test_alleen_het_gebrek_is_anders(suites: dict[str, tuple[Path, Resultaat]]) -> None:
    """Counts and total are right in every defect, but where they, or the lines of the file, are the defect."""
    gezien = 0
    for map_, resultaat in suites.values():
        origineel = next(map_.parent.glob(f"{map_.name}-*.asc")).read_bytes()
        for geschreven in resultaat.geschreven:
            controle = geschreven.mutatie.controle
            if REGISTER[controle].niveau <= 2 or controle[:4] in SOMMEN:
                continue
            declaratie = sorted((map_ / geschreven.mutatie.id).glob("*.mz301.asc"))[-1].read_bytes()
            _, *details, sluit = declaratie.split(CRLF)[:-1]
            assert sluit == sluitrecord(details)
            over = set(origineel.split(CRLF)) ^ set(declaratie.split(CRLF))
            # Or the store is what differs, or what was sent before.
            assert over or (map_ / geschreven.mutatie.id / "store.yaml").exists() or controle in ("0116-2", "0413-8")
            gezien += 1
    assert gezien > 200


@pytest.mark.parametrize(
    ("profiel", "seed", "verzekerden", "prestaties"),
    [
        ("mondzorg", 2, 1, 1),
        ("orthodontie", 4, 3, 12),
        ("implantologie", 5, 4, 20),
        ("wlz", 6, 2, 5),
    ],
)
def test_ook_van_andere_declaraties(profiel: str, seed: int, verzekerden: int, prestaties: int, tmp_path: Path) -> None:
    resultaat = _mutaties(tmp_path / "suite", *_gemaakt(tmp_path, profiel, seed, verzekerden, prestaties))
    assert len(_gedekt(resultaat)) > 110
    for geval in vind_gevallen(tmp_path / "suite"):
        assert MUTATIES[geval.id].controle in _controles(geval)
        assert speel_geval(geval, tmp_path).oordeel == "passed", geval.id


def test_opdracht_maakt_een_suite_die_slaagt(tmp_path: Path) -> None:
    declaratie, store = _gemaakt(tmp_path, "mondzorg", verzekerden=2, prestaties=8)
    doel = tmp_path / "suite"
    keuze = [w for id in ("0203-1", "0408-1", "0408-4", "0409-8", "0432-3", "record-3") for w in ("--check", id)]
    opties = ["--store-file", LIJST, "--store-file", store, "--out", doel]
    gemaakt = invoke("mutate", declaratie, *opties, "--list", *keuze)
    assert gemaakt.exit_code == 0
    gevallen = vind_gevallen(doel)
    assert len(gevallen) == 7
    assert gemaakt.output.startswith(f"{doel}: 7 cases for 5 of 6 checks")
    assert f"mzsim suite run {doel}" in gemaakt.output
    assert "The BSN (0203) fails the elfproef." in gemaakt.output
    assert "needs a Wlz message (250)" in gemaakt.output
    for heen in declaratie.read_bytes().split(CRLF):
        if heen[:2] == b"02":
            assert lees(heen, "0203").decode() not in gemaakt.output
    gedraaid = invoke("suite", "run", doel, "--json")
    assert gedraaid.exit_code == 0
    # The suite stands on its own, wherever it goes.
    shutil.move(doel, tmp_path / "elders")
    store.unlink()
    assert invoke("suite", "run", tmp_path / "elders", "-k", "0432").exit_code == 0
    assert not list(tmp_path.glob(".*"))


def test_als_json(tmp_path: Path) -> None:
    declaratie, _ = _gemaakt(tmp_path, "mondzorg", verzekerden=1, prestaties=2)
    keuze = ("--check", "0408-1", "--check", "bestand-1", "--check", "0413-3")
    gemaakt = invoke("mutate", declaratie, "--out", tmp_path / "suite", "--json", *keuze)
    gelezen = json.loads(gemaakt.output)
    assert gelezen["suite"] == str(tmp_path / "suite")
    per_id = {geval["id"]: geval for geval in gelezen["cases"]}
    assert per_id["0408-1"] == {"id": "0408-1", "controle": "0408-1", "retourcodes": ["8007"]}
    assert per_id["bestand-1"]["retourcodes"] == []
    reden = {o["controle"]: o["reden"] for o in gelezen["overgeslagen"]}
    assert reden["0413-3"] == "needs a store with prestatiecodes"


def test_zelfde_declaratie_zelfde_suite(tmp_path: Path) -> None:
    declaratie, store = _gemaakt(tmp_path, "wlz", verzekerden=2, prestaties=6)
    keuze = [w for id in ("0203-3", "0409-10", "0408-4", "0433-5", "9907-1") for w in ("--check", id)]
    for naam in ("een", "ander"):
        assert invoke("mutate", declaratie, "--store-file", store, "--out", tmp_path / naam, *keuze).exit_code == 0
    assert _inhoud(tmp_path / "een") == _inhoud(tmp_path / "ander")
    assert len(vind_gevallen(tmp_path / "een")) == 5


@pytest.mark.parametrize("bestanden", [(), (LIJST,)])
def test_zonder_polissen_een_store_van_de_declaratie_zelf(bestanden: tuple[str, ...], tmp_path: Path) -> None:
    declaratie, _ = _gemaakt(tmp_path, "mondzorg", verzekerden=3, prestaties=10)
    opties = [woord for bestand in bestanden for woord in ("--store-file", bestand)]
    for id in ("0203-3", "0408-4", "0413-3", "0430-5", "0432-3"):
        opties += ["--check", id]
    gemaakt = invoke("mutate", declaratie, *opties, "--out", tmp_path / "suite", "--json")
    assert gemaakt.exit_code == 0
    gedekt = {geval["controle"] for geval in json.loads(gemaakt.output)["cases"]}
    assert gedekt == {"0203-3", "0408-4", "0430-5", "0432-3"} | ({"0413-3"} if bestanden else set())
    assert (tmp_path / "suite" / "stores" / "derived.yaml").exists()
    assert invoke("suite", "run", tmp_path / "suite").exit_code == 0


def test_met_label_en_zonder_bsn(tmp_path: Path) -> None:
    """What the least store has to hold for it."""
    bericht = Bericht().voeg_toe("02", r0203="999999999", r0205="V1").voeg_toe("04")
    bericht.voeg_toe("02", r0204="0737").voeg_toe("04").voeg_toe("98")
    declaratie = tmp_path / "declaratie.asc"
    declaratie.write_bytes(bytes(bericht))
    gemaakt = invoke("mutate", declaratie, "--out", tmp_path / "suite", "--json")
    assert gemaakt.exit_code == 0
    assert {"0207-4", "0408-4", "0408-5"} <= {geval["controle"] for geval in json.loads(gemaakt.output)["cases"]}
    assert invoke("suite", "run", tmp_path / "suite").exit_code == 0


@pytest.mark.parametrize(
    ("velden", "reden"),
    [
        (
            {"r0408": "20119999"},
            "line 3, record 04: Datum prestatie is not an existing date. (0408-1); repair that first",
        ),
        ({"r0117": "20119999"}, "(0117-1); repair that first"),
        ({"r9904": "7"}, "line 4, record 99: "),
    ],
)
def test_wat_niet_in_orde_is_wordt_genoemd(velden: dict[str, str], reden: str, tmp_path: Path) -> None:
    declaratie = tmp_path / "declaratie.asc"
    declaratie.write_bytes(bytes(eenvoudig(**velden)))
    gemaakt = invoke("mutate", declaratie, "--out", tmp_path / "suite")
    assert gemaakt.exit_code == 2
    assert reden in eis_een_regel(gemaakt.stderr)
    assert list(tmp_path.iterdir()) == [declaratie]


@pytest.mark.parametrize("inhoud", [b"", b"\r\n", b"geen bericht", b"99" + b" " * 308 + CRLF, bytes(range(256)) * 40])
@pytest.mark.parametrize("met_store", [False, True])
def test_wat_geen_declaratie_is(inhoud: bytes, met_store: bool, tmp_path: Path) -> None:
    declaratie, store = _gemaakt(tmp_path, "mondzorg", verzekerden=1, prestaties=1)
    declaratie.write_bytes(inhoud)
    opties = ["--store-file", store] if met_store else []
    gemaakt = invoke("mutate", declaratie, *opties, "--out", tmp_path / "suite")
    assert gemaakt.exit_code == 2
    assert str(declaratie) in eis_een_regel(gemaakt.stderr)
    assert sorted(tmp_path.iterdir()) == [declaratie, store]


def test_wat_niet_kan_wordt_geweigerd(tmp_path: Path) -> None:
    declaratie, store = _gemaakt(tmp_path, "mondzorg", verzekerden=1, prestaties=1)
    vol = tmp_path / "vol"
    vol.mkdir()
    (vol / "iets").touch()
    for woorden, reden in (
        ((declaratie, "--out", vol), "is no empty folder"),
        ((declaratie, "--out", store), "is no empty folder"),
        ((declaratie, "--out", store / "suite"), "can't be written"),
        ((tmp_path / "nergens", "--out", tmp_path / "suite"), "can't be read"),
        ((declaratie, "--out", tmp_path / "suite", "--store-file", tmp_path / "nergens.yaml"), "can't be read"),
        ((declaratie, "--out", tmp_path / "suite", "--store-file", "@nergens"), "no such list"),
        ((declaratie, "--out", tmp_path / "suite", "--date", "2026-03-30"), "(0117-3)"),
        ((declaratie, "--out", tmp_path / "suite", "--check", "0408"), "there is no check 0408"),
    ):
        gemaakt = invoke("mutate", *woorden)
        assert gemaakt.exit_code == 2
        assert reden in eis_een_regel(gemaakt.stderr)
    assert sorted(tmp_path.iterdir()) == [declaratie, store, vol]


def test_lege_map_wordt_gevuld(tmp_path: Path) -> None:
    declaratie, _ = _gemaakt(tmp_path, "mondzorg", verzekerden=1, prestaties=1)
    doel = tmp_path / "suite"
    doel.mkdir()
    assert invoke("mutate", declaratie, "--out", doel, "--check", "0119-1").exit_code == 0
    assert [geval.id for geval in vind_gevallen(doel)] == ["0119-1"]


def test_te_lang(tmp_path: Path) -> None:
    bericht = Bericht()
    for _ in range(MEESTE_RECORDS):
        bericht.voeg_toe("02")
    declaratie = tmp_path / "lang.asc"
    declaratie.write_bytes(bytes(bericht))
    gemaakt = invoke("mutate", declaratie, "--out", tmp_path / "suite")
    assert gemaakt.exit_code == 2
    assert f"holds over {MEESTE_RECORDS} records" in eis_een_regel(gemaakt.stderr)


@pytest.mark.parametrize(
    "bericht",
    [
        heenbericht(bytes(eenvoudig())[:310], []),
        bytes(Bericht().voeg_toe("02")),
        bytes(eenvoudig(r0424="99999999")),
        bytes(eenvoudig(r0424="0", r0105="T")),
        bytes(eenvoudig().voeg_toe("98").voeg_toe("98", r9803="0002")),
    ],
    ids=["no records", "no prestaties", "the most", "zero in a test", "comments"],
)
def test_randen(bericht: bytes, tmp_path: Path) -> None:
    """Declarations in which much can't be done: what is written holds, the rest has a reason."""
    declaratie = tmp_path / "declaratie.asc"
    declaratie.write_bytes(bericht)
    gemaakt = invoke("mutate", declaratie, "--out", tmp_path / "suite", "--json")
    assert gemaakt.exit_code == 0, gemaakt.stderr
    gelezen = json.loads(gemaakt.output)
    assert len(gelezen["cases"]) > 40
    assert all(o["reden"] for o in gelezen["overgeslagen"])
    assert invoke("suite", "run", tmp_path / "suite").exit_code == 0


def test_een_gebrek_dat_niet_alleen_komt_wordt_niet_geschreven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mutator that does something else than it says, or too much, yields no case."""
    declaratie, store = _gemaakt(tmp_path, "mondzorg", verzekerden=2, prestaties=4)

    def niets(d: Declaratie):  # type: ignore[no-untyped-def]
        yield mutators.Mutant(d.bericht())

    def te_veel(d: Declaratie):  # type: ignore[no-untyped-def]
        yield mutators.Mutant(d.met_kop(r0103="02", r0119="USD"))

    for controle, maker in (("0119-1", te_veel), ("0103-1", niets)):
        monkeypatch.setitem(MUTATIES, controle, MUTATIES[controle]._replace(maker=maker))
    resultaat = _mutaties(tmp_path / "suite", declaratie, store, controles=("0103-1", "0119-1"))
    redenen = {o.controle: o.reden for o in resultaat.overgeslagen}
    assert redenen["0119-1"] == "its defect gives 0103-1 as well"
    assert redenen["0103-1"] == "its defect is not objected to here"
    assert not (tmp_path / "suite" / "0119-1").exists()


def test_beleid_geldt_ook_hier(tmp_path: Path) -> None:
    """A check that the insurer has switched off gets no case; another code of his is what the case expects."""
    declaratie = tmp_path / "declaratie.asc"
    declaratie.write_bytes(bytes(eenvoudig()))
    alleen = ("--check", "0119-1", "--check", "0403-1")
    invoke("mutate", declaratie, "--out", tmp_path / "gewoon", *alleen)
    store = tmp_path / "store.yaml"
    tekst = (tmp_path / "gewoon" / "stores" / "derived.yaml").read_text("utf-8")
    beleid = "edp: true, beleid: {uit: [0119-1], retourcodes: {'0403-1': '8072'}}"
    store.write_text(tekst.replace("edp: true", beleid), "utf-8")
    gemaakt = invoke("mutate", declaratie, "--store-file", store, "--out", tmp_path / "anders", "--json", *alleen)
    gelezen = json.loads(gemaakt.output)
    codes = {geval["controle"]: geval["retourcodes"] for geval in gelezen["cases"]}
    assert "0119-1" not in codes
    assert codes["0403-1"] == ["8072"]


def test_register_van_mutaties() -> None:
    for id, mutatie in MUTATIES.items():
        assert re.fullmatch(r"[a-z0-9.-]+", id)
        assert mutatie.zin.endswith(".")
        assert not mutatie.vraagt or mutatie.vraagt.startswith(("a ", "an "))
    for kapot in ({"controle": "0000-1"}, {"zin": ""}, {"samen": frozenset({"0000-1"})}, {}):
        with pytest.raises(mutators.MutatieFout):
            mutators.neem_op(MUTATIES["0119-1"]._replace(**{"naam": "ander", **kapot} if kapot else {}))


def test_record_van_heen_is_een_record() -> None:
    basis = Basis(Declaratie(heenrecord(b"01", {}), (), DATUM, None), ())  # type: ignore[arg-type]
    assert basis.declaratie.bericht().count(CRLF) == 2
