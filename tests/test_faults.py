"""Faulty retours: each kind is one fault, marked as such, and check-retour sees it."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest

from mzsim.cli.options import VERSTORINGEN as SOORTEN
from mzsim.retour import faults
from mzsim.retour.check import controleer_retour
from mzsim.standard.retourcodes import retourcodes
from mzsim.store.loading import laad_bestand
from mzsim.store.session import open_store
from tests.commands import OP_DATUM, eis_een_regel, invoke, proces
from tests.factories import Bericht, maak
from tests.make_inv3 import MAP
from tests.make_suites import SUITES
from tests.retours import CRLF, records, veld

MET_RECORDS, KLEINSTE = "4b-fout-in-prestatierecord", "1-volledig-toegewezen"
# What check-retour must say of each kind: (record, rubriek, part of the reason). The retour with records is that of 4b by
# VECOZO: 01, 02, 04, 02, 04, 04, 98, 99; the smallest is 01, 99.
GEZIEN: dict[str, tuple[tuple[str, str | None, str], tuple[str, str | None, str] | None]] = {
    "aantal": (("99", "9904", "not the number of records"), ("99", "9904", "not the number of records")),
    "totaal": (("99", "9909", "not the sum of what is granted"), ("99", "9909", "not the sum of what is granted")),
    "lengte": (("98", None, "is not 370 positions long"), ("99", None, "is not 370 positions long")),
    "crlf": (("04", None, "is not 370 positions long"), ("01", None, "is not 370 positions long")),
    "slot": (("98", None, "the sluitrecord is missing"), ("01", None, "the sluitrecord is missing")),
    "vreemd": (("02", None, "no record of the declaration"), ("02", None, "no record of the declaration")),
    "heen": (("02", "0207", "not what the declaration says"), ("01", "0117", "not what the declaration says")),
    "code": (("98", "9896", "9999 is not in COD954"), ("01", "0197", "9999 is not in COD954")),
    "wissel": (("04", None, "came back without its verzekerdenrecord"), None),
    "dubbel": (("98", None, "a second time"), ("99", None, "the sluitrecord stands twice")),
    "factuur": (("01", "0116", "not what the declaration says"), ("01", "0116", "not what the declaration says")),
    "afkap": (("98", None, "the sluitrecord is missing"), ("99", None, "the sluitrecord is missing")),
}
# Kinds after which a reader loses its way, so that more than the fault itself is reported.
MEER_DAN_EEN = {"lengte", "crlf", "slot", "vreemd", "code", "wissel", "dubbel", "afkap"}


@pytest.fixture
def werk(store_van_inv: Path, tmp_path: Path) -> Path:
    shutil.copy(store_van_inv, tmp_path / "store.db")
    for naam in (MET_RECORDS, KLEINSTE):
        shutil.copy(MAP / f"{naam}.mz301.asc", tmp_path / f"{naam}.asc")
    return tmp_path


def _replay(werk: Path, naam: str, *opties: object) -> list[str]:
    afloop = invoke("replay", werk / f"{naam}.asc", "--store", f"sqlite:///{werk}/store.db", *OP_DATUM, *opties)
    assert afloop.exit_code == 0
    return afloop.stderr.splitlines()


def _verstoord(werk: Path, naam: str, soort: str) -> Path:
    return werk / f"{naam}.mz302.VERSTOORD-{soort}.asc"


def test_elke_soort_is_een_optie() -> None:
    assert tuple(faults.VERSTORINGEN) == SOORTEN == tuple(GEZIEN)
    assert all(faults.wat(soort).endswith(".") for soort in SOORTEN)


@pytest.mark.parametrize("naam", [MET_RECORDS, KLEINSTE])
@pytest.mark.parametrize("soort", SOORTEN)
def test_check_retour_ziet_elke_soort(werk: Path, naam: str, soort: str) -> None:
    verwacht = GEZIEN[soort][naam == KLEINSTE]
    fouten = _replay(werk, naam, "--verstoor", soort)
    plaats = _verstoord(werk, naam, soort)
    if verwacht is None:
        assert fouten == [f"mzsim: {plaats}: not written: it has no two detail records to change places"]
        assert not plaats.exists()
        return
    assert fouten == []
    with (werk / f"{naam}.asc").open("rb") as heen, plaats.open("rb") as retour:
        gezien = list(controleer_retour(heen, retour, retourcodes()))
    assert any((a.record, a.rubriek) == verwacht[:2] and verwacht[2] in a.reden for a in gezien), gezien
    assert len(gezien) == 1 or soort in MEER_DAN_EEN
    afloop = invoke("check-retour", werk / f"{naam}.asc", plaats)
    assert (afloop.exit_code, afloop.stderr) == (1, "")
    assert invoke("check-retour", werk / f"{naam}.asc", werk / f"{naam}.mz302.asc").exit_code == 0


@pytest.mark.parametrize("soort", SOORTEN)
def test_0181_zegt_wie_antwoordt_en_dat_het_verstoord_is(werk: Path, soort: str) -> None:
    for naam, afzender in ((MET_RECORDS, "VECOZO"), (KLEINSTE, "0736")):
        _replay(werk, naam, "--verstoor", soort)
        if (plaats := _verstoord(werk, naam, soort)).exists():
            kop = plaats.read_bytes()[:370]
            assert veld(kop, "0181").rstrip() == f"{afzender}-VERSTOORD-{soort}"


def test_all_schrijft_ze_allemaal_en_het_goede_blijft_zoals_het_is(werk: Path) -> None:
    _replay(werk, MET_RECORDS, "--dry-run")
    goed = (werk / f"{MET_RECORDS}.mz302.asc").read_bytes()
    _replay(werk, MET_RECORDS, "--verstoor", "all")
    assert (werk / f"{MET_RECORDS}.mz302.asc").read_bytes() == goed
    verstoord = [_verstoord(werk, MET_RECORDS, soort).read_bytes() for soort in SOORTEN]
    assert len(set(verstoord)) == len(SOORTEN)
    assert len(list(werk.iterdir())) == len(SOORTEN) + 4


def test_zelfde_bytes_bij_elke_keer(werk: Path) -> None:
    _replay(werk, MET_RECORDS, "--dry-run", "--verstoor", "vreemd")
    eerst = _verstoord(werk, MET_RECORDS, "vreemd").read_bytes()
    _replay(werk, MET_RECORDS, "--dry-run", "--verstoor", "vreemd", "--verstoor", "vreemd")
    assert _verstoord(werk, MET_RECORDS, "vreemd").read_bytes() == eerst


def _als_record(inhoud: bytes) -> list[bytes]:
    """The records without 0181, which differs in every faulty retour."""
    eerste, *rest = records(inhoud)
    return [eerste.replace(eerste[310:334], b"-" * 24), *rest]


@pytest.mark.parametrize(
    ("soort", "anders"),
    [("aantal", {8}), ("totaal", {8}), ("heen", {2}), ("code", {7}), ("wissel", {2, 3}), ("factuur", {1})],
)
def test_een_fout_en_niet_meer(werk: Path, soort: str, anders: set[int]) -> None:
    """Which lines differ from the good retour."""
    _replay(werk, MET_RECORDS, "--verstoor", soort)
    goed = _als_record((werk / f"{MET_RECORDS}.mz302.asc").read_bytes())
    fout = _als_record(_verstoord(werk, MET_RECORDS, soort).read_bytes())
    assert {n for n, (a, b) in enumerate(zip(goed, fout, strict=True), start=1) if a != b} == anders


@pytest.mark.parametrize("soort", ["vreemd", "dubbel"])
def test_record_te_veel_is_wel_geteld(werk: Path, soort: str) -> None:
    """The counts and the total fit the records, so that the record itself is the only fault."""
    _replay(werk, MET_RECORDS, "--verstoor", soort, "--stage", "verzekeraar")
    *details, sluit = records(_verstoord(werk, MET_RECORDS, soort).read_bytes())[1:]
    for kenmerk, rubriek in ((b"02", "9902"), (b"04", "9904")):
        assert int(veld(sluit, rubriek)) == sum(d[:2] == kenmerk for d in details)
    assert int(veld(sluit, "9906")) == len(details)


@pytest.mark.parametrize("credit", [False, True])
def test_dubbel_prestatierecord_is_in_het_totaal_geteld(werk: Path, credit: bool) -> None:
    bericht = Bericht(voorloop=maak("01")).voeg_toe("02").voeg_toe("04", r0408="20110330")
    bericht.voeg_toe("04", **({"r0427": "C", "r0433": "X", "r0424": "3000"} if credit else {}))
    (werk / "x.asc").write_bytes(bytes(bericht))
    (werk / "s.yaml").write_text(
        f'- match: {{"0431": "{"C" if credit else "D"}", "0402": "3"}}\n  action: {{toekennen: 4.00}}\n'
    )
    _replay(werk, "x", "--verstoor", "dubbel", "--antwoord", werk / "s.yaml", "--stage", "verzekeraar")
    goed, fout = (records(p.read_bytes())[-1] for p in (werk / "x.mz302.asc", _verstoord(werk, "x", "dubbel")))
    totalen = [veld(r, "9909").lstrip("0") + veld(r, "9910") for r in (goed, fout)]
    assert totalen == (["600D", "200D"] if credit else ["1400D", "1800D"])


def _paren() -> list[tuple[Path, Path]]:
    """Declarations with a good retour on them: of the worked examples, and of every retourcode."""
    codes = sorted(map_ for map_ in (SUITES / "codes").iterdir() if map_.is_dir())
    paren = [(map_ / "declaratie.mz301.asc", map_ / "declaratie.mz302.asc") for map_ in codes]
    for heen in sorted(MAP.glob("*.mz301.asc")):
        stam = heen.name.removesuffix(".mz301.asc")
        paren += [(heen, retour) for retour in sorted(MAP.glob(f"{stam}.*.mz302.asc"))]
    assert len(paren) > 80
    return paren


@pytest.mark.parametrize(("heen", "retour"), [pytest.param(*p, id=f"{p[1].parent.name}/{p[1].name}") for p in _paren()])
def test_check_retour_ziet_elke_soort_op_elk_retour(heen: Path, retour: Path) -> None:
    """The retours of the worked examples and of every retourcode, files with a broken structure among them."""
    codes = retourcodes()
    goed_retour, declaratie = io.BytesIO(retour.read_bytes()), io.BytesIO(heen.read_bytes())
    niet = []
    for soort in SOORTEN:
        goed = faults.Goed.van(goed_retour, declaratie, codes)
        ingrepen = faults.ingrepen(soort, goed)
        if isinstance(ingrepen, str):
            niet.append(soort)
            continue
        verstoord = io.BytesIO()
        faults.schrijf(goed, ingrepen, verstoord)
        assert list(controleer_retour(declaratie, verstoord, codes)), soort
    assert set(niet) <= {"wissel", "vreemd"}


def test_onbekende_code_is_ook_de_store_onbekend(werk: Path, tmp_path: Path) -> None:
    extra = tmp_path / "extra.yaml"
    extra.write_text('retourcodes:\n  - {code: "9999", betekenis: Eigen code, soort: D}\n', "utf-8")
    store = open_store(f"sqlite:///{werk}/store.db")
    laad_bestand(store, extra)
    store.sluit()
    _replay(werk, MET_RECORDS, "--verstoor", "code")
    plaats = _verstoord(werk, MET_RECORDS, "code")
    afloop = invoke("check-retour", werk / f"{MET_RECORDS}.asc", plaats, "--store", f"sqlite:///{werk}/store.db")
    assert afloop.exit_code == 1
    assert "retourcode 9998 is not in COD954" in afloop.stdout


def test_zonder_retour_is_er_niets_te_verstoren(werk: Path) -> None:
    fouten = _replay(werk, KLEINSTE, "--verstoor", "slot", "--verstoor", "heen", "--stage", "vecozo")
    assert fouten == [
        f"mzsim: {_verstoord(werk, KLEINSTE, soort)}: not written: there is no retour" for soort in ("slot", "heen")
    ]
    assert not list(werk.glob("*mz302*"))


def test_json_blijft_een_object_per_declaratie(werk: Path) -> None:
    afloop = proces(
        *(
            "replay",
            f"{KLEINSTE}.asc",
            "--store",
            f"sqlite:///{werk}/store.db",
            *OP_DATUM,
            "--json",
            "--verstoor",
            "slot",
        ),
        cwd=werk,
    )
    assert (afloop.returncode, afloop.stderr, len(afloop.stdout.splitlines())) == (0, "", 1)
    assert _verstoord(werk, KLEINSTE, "slot").exists()


def test_nooit_over_een_declaratie_heen(werk: Path) -> None:
    ander = _verstoord(werk, KLEINSTE, "slot")
    shutil.copy(werk / f"{MET_RECORDS}.asc", ander)
    was = ander.read_bytes()
    woorden = ("--store", f"sqlite:///{werk}/store.db", *OP_DATUM, "--verstoor", "slot")
    afloop = invoke("replay", werk / f"{KLEINSTE}.asc", ander, *woorden)
    assert (afloop.exit_code, afloop.stdout) == (2, "")
    assert str(ander) in eis_een_regel(afloop.stderr)
    assert ander.read_bytes() == was


def test_plaats_die_niet_te_schrijven_is(werk: Path) -> None:
    """The retour was written and recorded; what could not be is said in one line."""
    _verstoord(werk, KLEINSTE, "slot").mkdir()
    woorden = ("--store", f"sqlite:///{werk}/store.db", *OP_DATUM, "--verstoor", "slot")
    afloop = invoke("replay", werk / f"{KLEINSTE}.asc", *woorden)
    assert afloop.exit_code == 2
    assert str(_verstoord(werk, KLEINSTE, "slot")) in eis_een_regel(afloop.stderr)
    assert (werk / f"{KLEINSTE}.mz302.asc").exists()
    assert sorted(p.suffix for p in werk.iterdir()) == sorted([".db", ".asc", ".asc", ".asc", ".asc"])


@pytest.mark.parametrize("naam", ["soort", ""])
def test_onbekende_soort(werk: Path, naam: str) -> None:
    afloop = invoke("replay", werk / f"{KLEINSTE}.asc", "--verstoor", naam)
    assert afloop.exit_code == 2
    assert "'aantal', 'totaal'" in afloop.stderr


def test_grote_retour_wordt_gekopieerd_zonder_in_het_geheugen_te_staan() -> None:
    """Bytes around the changes are those of the good retour, also where they are more than is copied at a time."""
    regel = 370 + len(CRLF)
    inhoud = b"".join(b"%0*d" % (370, n) + CRLF for n in range(9000))
    goed = faults.Goed.van(io.BytesIO(inhoud), io.BytesIO(), ())
    uit = io.BytesIO()
    ingrepen = (faults.Ingreep(8000 * regel, 8001 * regel, b""), faults.Ingreep(5, 6, b"XY"))
    faults.schrijf(goed, ingrepen, uit)
    assert uit.getvalue() == inhoud[:5] + b"XY" + inhoud[6 : 8000 * regel] + inhoud[8001 * regel :]
