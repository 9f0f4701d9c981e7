"""mzsim suite: run, new, accept and list, as a user meets them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from mzsim.suites.case import lees_geval
from tests.commands import eis_een_regel, invoke, proces
from tests.make_inv3 import MAP as INV3
from tests.make_inv3 import voorbeeld
from tests.suite_folder import VOORBEELD, maak_case

pytestmark = pytest.mark.slow

STAP = {"declaration": "1.mz301.asc"}
STORE = INV3 / "store.yaml"
DECLARATIE = INV3 / f"{VOORBEELD}.mz301.asc"


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A suite of three cases: one passes, of one another retour is expected, one can't be played."""
    map_ = tmp_path / "suite"
    maak_case(map_ / "a", id="good", tags=["nightly"])
    maak_case(map_ / "b", id="other", title="Another retour", tags=["nightly", "slow"])
    anders = (map_ / "b" / "1.mz302.asc").read_bytes().replace(b"100197243", b"100197255").replace(b"8004", b"8007")
    (map_ / "b" / "1.mz302.asc").write_bytes(anders)
    maak_case(map_ / "c", id="store")
    (map_ / "c" / "store.yaml").write_text("polisen: []\n")
    return map_


def test_run(suite: Path) -> None:
    resultaat = invoke("suite", "run", suite)
    assert resultaat.exit_code == 2
    assert resultaat.stderr == ""
    uit = resultaat.stdout
    assert "FAILED other: Another retour" in uit
    assert "step 1, 1.mz301.asc: deels_toegewezen by 0736, 10.00 of 660.00" in uit
    assert "0296 RETOURCODE (01)" in uit
    assert "8004 on record 02 3: 0207-3 Datum geboorte is not that of the polis with this BSN." in uit
    assert "ERROR store: A case" in uit
    assert "polisen: is no key of the store file" in uit
    assert "good" not in uit
    assert uit.endswith("1 passed, 1 failed, 1 error of 3 cases\n")
    assert max(len(regel) for regel in uit.splitlines()) < 370


def test_run_maskeert(suite: Path) -> None:
    assert "100197255" not in invoke("suite", "run", suite).stdout
    assert "100197255" not in invoke("suite", "run", suite, "--json").stdout
    assert "100197255" in invoke("suite", "run", suite, "--unmask").stdout
    assert "100197255" in invoke("suite", "run", suite, "--json", "--unmask").stdout


@pytest.mark.parametrize(
    ("keuze", "slot", "status"),
    [
        (("-k", "GOOD"), "1 passed of 1 case", 0),
        (("-k", "retour"), "1 failed of 1 case", 1),
        (("--tag", "slow"), "1 failed of 1 case", 1),
        (("--tag", "slow", "--tag", "nightly"), "1 passed, 1 failed of 2 cases", 1),
        (("-k", "store"), "1 error of 1 case", 2),
    ],
)
def test_run_kiest_en_zegt_hoe_het_afliep(suite: Path, keuze: tuple[str, ...], slot: str, status: int) -> None:
    resultaat = invoke("suite", "run", suite, *keuze)
    assert (resultaat.stdout.splitlines()[-1], resultaat.exit_code) == (slot, status)


def test_run_zonder_gevallen_is_verkeerd_gebruik(suite: Path, tmp_path: Path) -> None:
    for woorden, reden in (
        ((suite, "-k", "nothing"), "none of its 3 cases answers to -k and --tag"),
        ((tmp_path / "x",), "no such folder; the suites that come with the program are codes, inv, outcomes, wlz"),
    ):
        resultaat = invoke("suite", "run", *woorden)
        assert resultaat.exit_code == 2
        assert reden in eis_een_regel(resultaat.stderr)


def test_run_van_een_verkeerde_case(suite: Path) -> None:
    case = suite / "b" / "case.yaml"
    case.write_text(case.read_text().replace("title:", "titel:"))
    resultaat = invoke("suite", "run", suite)
    assert resultaat.exit_code == 2
    assert resultaat.stdout == ""
    assert eis_een_regel(resultaat.stderr).startswith(f"mzsim: {case}:")


def test_run_json(suite: Path) -> None:
    resultaat = invoke("suite", "run", suite, "--json")
    goed, ander, store = map(json.loads, resultaat.stdout.splitlines())
    assert resultaat.stderr == "1 passed, 1 failed, 1 error of 3 cases\n"
    assert [geval["verdict"] for geval in (goed, ander, store)] == ["passed", "failed", "error"]
    assert store["steps"] == []
    assert store["error"].endswith("machtigingen")
    (stap,) = ander["steps"]
    assert (stap["declaration"], stap["date"], stap["stage"]) == ("1.mz301.asc", "2011-05-02", "all")
    assert (stap["status"], stap["totaal_toegekend"]) == ("deels_toegewezen", "10.00")
    assert {v["rubriek"] for v in stap["verschillen"]} == {"0203", "0296", "0403"}
    code = next(v for v in stap["verschillen"] if v["rubriek"] == "0296")
    assert (code["naam"], code["verwacht"], code["gevonden"]) == ("RETOURCODE (01)", "8007", "8004")


def test_run_is_gelijk_voor_elk_aantal_processen_en_elke_volgorde(suite: Path, tmp_path: Path) -> None:
    """More cases than are played without processes; the same cases in folders whose names sort otherwise."""
    for nummer in range(20):
        maak_case(suite / f"n{nummer}", id=f"n-{nummer:02}")
    rapporten = []
    for jobs in (1, 2, 3):
        html, junit = tmp_path / "r.html", tmp_path / "r.xml"
        # A process of its own: other processes are started by it, from a single thread.
        gelopen = proces("suite", "run", suite, "--json", "-j", jobs, "--html", html, "--junit", junit)
        assert gelopen.returncode == 2
        rapporten.append((gelopen.stdout, html.read_bytes(), junit.read_bytes()))
    for nummer in range(20):
        (suite / f"n{nummer}").rename(suite / f"z{19 - nummer}")
    junit = tmp_path / "other.xml"
    proces("suite", "run", suite, "--junit", junit)
    assert len(rapporten[0][0].splitlines()) == 23
    assert len({*rapporten}) == 1
    assert junit.read_bytes() == rapporten[0][2]


def test_run_van_een_meegeleverde_suite(tmp_path: Path) -> None:
    gelopen = proces("suite", "run", "inv", "-k", "3.2-1", cwd=tmp_path)
    assert (gelopen.returncode, gelopen.stdout) == (0, "3 passed of 3 cases\n")
    assert list(tmp_path.iterdir()) == []


def test_run_schrijft_geen_half_rapport(suite: Path, tmp_path: Path) -> None:
    resultaat = invoke("suite", "run", suite, "--html", tmp_path / "no" / "r.html")
    assert resultaat.exit_code == 2
    assert resultaat.stdout == "", "nothing is played for a report that can't be written"
    assert "r.html: can't be written" in eis_een_regel(resultaat.stderr)


def test_een_fout_van_het_programma_zelf_is_een_oordeel(suite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def kapot(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("mzsim.suites.playing.replay", kapot)
    resultaat = invoke("suite", "run", suite, "-k", "good")
    assert resultaat.exit_code == 2
    assert "a mistake of the program, please report it (MZSIM_DEBUG=1 shows where): RuntimeError: broken" in (
        resultaat.stdout
    )


# suite new


def _new(map_: Path, *anders: object) -> list[object]:
    return ["suite", "new", map_, "--declaration", DECLARATIE, "--store", STORE, "--date", "2011-05-02", *anders]


def test_new(tmp_path: Path) -> None:
    map_ = tmp_path / "mine" / "First Case"
    resultaat = invoke(*_new(map_, "--title", "My first", "--tag", "mine", "--store", "@uzovi"))
    assert resultaat.exit_code == 0, resultaat.output
    assert resultaat.stdout == (
        f"{map_ / 'case.yaml'}: made\n  {DECLARATIE.name}: deels_toegewezen by 0736, 10.00 of 660.00\n"
    )
    assert (map_ / "case.yaml").read_text() == (
        "id: first-case\n"
        "title: My first\n"
        "tags:\n"
        "  - mine\n"
        "date: 2011-05-02\n"
        "stage: all\n"
        "store:\n"
        "  - store.yaml\n"
        "  - '@uzovi'\n"
        "steps:\n"
        f"  - declaration: {VOORBEELD}.mz301.asc\n"
        "    expect:\n"
        f"      retour: {VOORBEELD}.mz302.asc\n"
        "      status: deels_toegewezen\n"
    )
    assert (map_ / DECLARATIE.name).read_bytes() == DECLARATIE.read_bytes()
    assert sorted(pad.name for pad in (tmp_path / "mine").iterdir()) == ["First Case"]
    assert invoke("suite", "run", tmp_path / "mine").stdout == "1 passed of 1 case\n"


def test_new_zonder_retour_en_met_gelijke_namen(tmp_path: Path) -> None:
    """Two declarations of the same name in other folders; VECOZO sends no retour where it forwards."""
    for naam in ("a", "b"):
        (tmp_path / naam).mkdir()
        (tmp_path / naam / "x.asc").write_bytes(bytes(voorbeeld(_0_0116=naam)))
    map_ = tmp_path / "c"
    woorden = ["suite", "new", map_, "--declaration", tmp_path / "a/x.asc", "--declaration", tmp_path / "b/x.asc"]
    assert invoke(*woorden, "--store", STORE, "--stage", "vecozo").exit_code == 0
    geval = lees_geval(map_)
    assert [stap.declaratie.name for stap in geval.stappen] == ["x.asc", "x-2.asc"]
    assert [stap.verwacht.retour for stap in geval.stappen] == [None, None]
    assert {"retour", "status"} == geval.stappen[0].verwacht.gegeven


def test_new_overschrijft_niets(tmp_path: Path) -> None:
    assert invoke(*_new(tmp_path / "a")).exit_code == 0
    voor = {pad: pad.read_bytes() for pad in (tmp_path / "a").iterdir()}
    resultaat = invoke(*_new(tmp_path / "a"))
    assert resultaat.exit_code == 2
    assert "is there already" in eis_een_regel(resultaat.stderr)
    assert voor == {pad: pad.read_bytes() for pad in (tmp_path / "a").iterdir()}


def test_new_geeft_geen_id_dat_er_al_is(tmp_path: Path) -> None:
    maak_case(tmp_path / "suite" / "x", id="mine")
    resultaat = invoke(*_new(tmp_path / "suite" / "Mine"))
    assert resultaat.exit_code == 2
    assert "has the id mine already" in eis_een_regel(resultaat.stderr)


def test_new_met_onbruikbare_bestanden_laat_niets_achter(tmp_path: Path) -> None:
    fout = tmp_path / "wrong.yaml"
    fout.write_text("polisen: []\n")
    for woorden, reden in (
        (["--store", fout], f"{fout}:1: polisen: is no key of the store file"),
        (["--store", tmp_path / "x.yaml"], "x.yaml: can't be read: No such file"),
        (["--store", "@x"], "@x: no such list"),
        (["--declaration", tmp_path], "can't be read: Is a directory"),
    ):
        resultaat = invoke(*_new(tmp_path / "suite" / "c"), *woorden)
        assert resultaat.exit_code == 2
        assert reden in eis_een_regel(resultaat.stderr)
        assert list((tmp_path / "suite").iterdir()) == []


# suite accept


def test_accept_vraagt_en_schrijft(suite: Path) -> None:
    retour = suite / "b" / "1.mz302.asc"
    voor = retour.read_bytes()
    nee = invoke("suite", "accept", suite, "-k", "other")
    assert "0296 RETOURCODE (01)" in nee.stdout
    assert "Write these answers as expected of 1 case?" in nee.stdout
    assert (nee.exit_code, retour.read_bytes()) == (1, voor)
    ja = invoke("suite", "accept", suite, "-k", "other", "--yes")
    assert ja.exit_code == 0
    assert ja.stdout.endswith(f"{retour}: written\n")
    assert retour.read_bytes() == (suite / "a" / "1.mz302.asc").read_bytes()
    assert invoke("suite", "run", suite, "-k", "other").exit_code == 0


def test_accept_laat_staan_wat_niet_gespeeld_kan_worden(suite: Path) -> None:
    voor = {pad: pad.read_bytes() for pad in (suite / "c").iterdir()}
    resultaat = invoke("suite", "accept", suite, "-k", "store", "--yes")
    assert resultaat.exit_code == 2
    assert resultaat.stdout.endswith("nothing to accept: every case that could be played passed\n")
    assert voor == {pad: pad.read_bytes() for pad in (suite / "c").iterdir()}


CASE = """\
# This case shows something.
id: c
title: C   # a title
date: 2011-05-02
store: [store.yaml]
steps:
  - declaration: 1.mz301.asc
    expect:
      status: volledig_toegewezen   # for now
      codes:
        - "8007"
        - "8008"
      # about the amount
      totaal_toegekend: "1.00"
      retour: null
  - {declaration: 1.mz301.asc, expect: {codes: ["0030"], meldingen: [{record: "98"}]}}
"""


def test_accept_werkt_bij_wat_er_staat_en_laat_commentaar_staan(tmp_path: Path) -> None:
    map_ = maak_case(tmp_path / "c")
    (map_ / "case.yaml").write_text(CASE)
    (map_ / "1.mz302.asc").unlink()
    assert invoke("suite", "accept", tmp_path, "--yes").exit_code == 0
    verwacht = (
        CASE.replace("volledig_toegewezen ", "deels_toegewezen ")
        .replace('\n        - "8007"\n        - "8008"', '\n        ["8004"]')
        .replace('"1.00"', '"10.00"')
        .replace("retour: null", "retour: 1.mz302.asc")
        .replace(
            '{record: "98"}',
            '{record: "01", identificatie: null, rubriek: "0116", retourcode: "0030", controle: "0116-2"}',
        )
    )
    assert (map_ / "case.yaml").read_text() == verwacht
    assert (map_ / "1.mz302.asc").read_bytes() == (INV3 / f"{VOORBEELD}.alle.mz302.asc").read_bytes()
    assert invoke("suite", "run", tmp_path).exit_code == 0


def test_accept_van_een_retour_dat_er_nog_niet_is(tmp_path: Path) -> None:
    map_ = maak_case(tmp_path / "c", steps=[{**STAP, "expect": {"retour": "later.asc"}}])
    assert invoke("suite", "run", tmp_path).exit_code == 2
    assert invoke("suite", "accept", tmp_path, "-y").exit_code == 0
    assert (map_ / "later.asc").exists()
    assert invoke("suite", "run", tmp_path).exit_code == 0


def test_accept_van_een_retour_dat_er_niet_meer_komt(tmp_path: Path) -> None:
    map_ = maak_case(tmp_path / "c", stage="vecozo")
    assert invoke("suite", "accept", tmp_path, "-y").exit_code == 0
    assert lees_geval(map_).stappen[0].verwacht.retour is None
    assert invoke("suite", "run", tmp_path).exit_code == 0


def test_accept_van_twee_stappen_met_een_bestand(tmp_path: Path) -> None:
    """The first is granted, the second has a used factuurnummer: one file can't be both."""
    map_ = maak_case(tmp_path / "c", steps=[{**STAP, "expect": {"retour": "1.mz302.asc"}}] * 2)
    voor = (map_ / "1.mz302.asc").read_bytes()
    resultaat = invoke("suite", "accept", tmp_path, "-y")
    assert resultaat.exit_code == 2
    assert "two steps expect 1.mz302.asc and now get different retours" in eis_een_regel(resultaat.stderr)
    assert (map_ / "1.mz302.asc").read_bytes() == voor


# suite list


def test_list_van_een_map(suite: Path) -> None:
    uit = invoke("suite", "list", suite, "--tag", "nightly").stdout
    assert "good" in uit
    assert "Another retour" in uit
    assert "nightly, slow" in uit
    assert uit.endswith("2 cases\n")


def test_list_json(suite: Path) -> None:
    regels = [json.loads(regel) for regel in invoke("suite", "list", suite, "--json").stdout.splitlines()]
    assert [(regel["suite"], regel["id"], regel["steps"]) for regel in regels] == [
        ("suite", "good", 1),
        ("suite", "other", 1),
        ("suite", "store", 1),
    ]


def test_list_van_wat_meegeleverd_wordt() -> None:
    regels = [json.loads(regel) for regel in invoke("suite", "list", "--json").stdout.splitlines()]
    assert {regel["suite"] for regel in regels} == {"inv", "codes", "outcomes", "wlz"}


def test_een_eigen_map_gaat_voor_een_meegeleverde_suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(maak_case(tmp_path / "c"), tmp_path / "inv" / "c")
    assert invoke("suite", "run", "inv").stdout == "1 passed of 1 case\n"
