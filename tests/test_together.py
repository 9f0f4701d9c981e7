"""Killed at any moment, and several processes on one store: the retour exists and the store knows it, or neither."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mzsim.common.errors import OutputError
from mzsim.common.interrupts import uninterrupted
from mzsim.common.whole_file import Retourbestand
from mzsim.domain.findings import Stage, Status
from mzsim.pipeline import Opdracht, replay
from mzsim.store import session
from mzsim.store.session import Database, open_store
from tests.commands import OP_DATUM, eis_een_regel, invoke, omgeving, opdracht
from tests.factories import Bericht, eenvoudig, maak
from tests.make_inv3 import DATUM, MAP, STORE
from tests.retours import lees

pytestmark = pytest.mark.slow

GOUDEN = (MAP / "1-volledig-toegewezen.alle.mz302.asc").read_bytes()


@pytest.fixture
def db(store_van_inv: Path, tmp_path: Path) -> Path:
    (tmp_path / "stores").mkdir()
    return Path(shutil.copy(store_van_inv, tmp_path / "stores" / "store.db"))


@pytest.fixture
def declaratie(tmp_path: Path) -> Path:
    (tmp_path / "werk").mkdir()
    return Path(shutil.copy(MAP / "1-volledig-toegewezen.mz301.asc", tmp_path / "werk" / "x.asc"))


def _vraag(db: Path, vraag: str) -> list[tuple[object, ...]]:
    verbinding = sqlite3.connect(db)
    try:
        return verbinding.execute(vraag).fetchall()
    finally:
        verbinding.close()


def _kent(db: Path) -> bool:
    """Whether the store knows the declaration, in every table or in none."""
    berichten = _vraag(db, "SELECT id FROM berichten WHERE factuurnummer = 'F20110001'")
    nummers = _vraag(db, "SELECT uitkomst FROM factuurnummers WHERE factuurnummer = 'F20110001'")
    prestaties = _vraag(db, "SELECT id FROM prestaties")
    assert (len(berichten), len(nummers), len(prestaties)) in ((0, 0, 0), (1, 1, 3))
    return bool(berichten)


def _andere_declaratie(map_: Path) -> Path:
    plaats = map_ / "ander" / "y.asc"
    plaats.parent.mkdir(exist_ok=True)
    plaats.write_bytes(bytes(eenvoudig(r0116="ANDER", r0108="9900")))
    return plaats


def _eis_alles_of_niets(db: Path, declaratie: Path) -> bool:
    """After the next run on the store: the retour and the store agree. Whether the declaration was answered."""
    volgende = invoke("replay", _andere_declaratie(declaratie.parents[1]), "--store", f"sqlite:///{db}", *OP_DATUM)
    assert (volgende.exit_code, volgende.stderr) == (0, "")
    retour = declaratie.with_name("x.mz302.asc")
    bekend = _kent(db)
    assert retour.exists() == bekend
    assert not bekend or retour.read_bytes() == GOUDEN
    assert _vraag(db, "SELECT id FROM berichten WHERE deel IS NOT NULL") == []
    assert _vraag(db, "PRAGMA integrity_check") == [("ok",)]
    return bekend


def _vermoord(db: Path, declaratie: Path, punt: str, keer: int) -> subprocess.CompletedProcess[str]:
    woorden = ["replay", str(declaratie), "--store", f"sqlite:///{db}", *OP_DATUM]
    return subprocess.run(
        [sys.executable, "-m", "tests.killer", punt, str(keer), *woorden],
        env=omgeving(),
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


# The points that a replay passes, in order, and whether the declaration has been answered by then. The first commit is
# that of the message; the second says that the retour has its name.
PUNTEN = [
    ("voltooi", 1, False),
    ("fsync", 1, False),
    ("na-fsync", 1, False),
    ("commit", 1, False),
    ("na-commit", 1, True),
    ("zet_neer", 1, True),
    ("replace", 1, True),
    ("na-replace", 1, True),
    ("commit", 2, True),
    ("na-commit", 2, True),
    ("exit", 1, True),
]


@pytest.mark.parametrize(("punt", "keer", "beantwoord"), PUNTEN)
def test_vermoord(punt: str, keer: int, beantwoord: bool, db: Path, declaratie: Path) -> None:
    assert _vermoord(db, declaratie, punt, keer).returncode == -signal.SIGKILL
    assert _eis_alles_of_niets(db, declaratie) == beantwoord


@pytest.mark.parametrize("punt", ["commit", "na-commit", "replace", "na-replace"])
def test_vermoord_en_opnieuw_gespeeld(punt: str, db: Path, declaratie: Path) -> None:
    """The same declaration again: what was answered is refused, with the first answer in its place until then."""
    _vermoord(db, declaratie, punt, 1)
    doel = declaratie.with_name("opnieuw.asc")
    afloop = invoke("replay", declaratie, "--store", f"sqlite:///{db}", *OP_DATUM, "--out", doel, "--json")
    status = json.loads(afloop.stdout)["status"]
    assert status == ("volledig_toegewezen" if punt == "commit" else "afgekeurd_bestand")
    eerste = declaratie.with_name("x.mz302.asc")
    assert eerste.exists() == (punt != "commit")
    assert not eerste.exists() or eerste.read_bytes() == GOUDEN


@pytest.mark.parametrize("sein", ["SIGTERM", "SIGINT"])
@pytest.mark.parametrize(("punt", "keer", "beantwoord"), PUNTEN)
def test_gestopt(punt: str, keer: int, beantwoord: bool, sein: str, db: Path, declaratie: Path) -> None:
    """Told to stop, it says so in one line and leaves no half of anything, not even under another name."""
    afloop = _vermoord(db, declaratie, f"{punt}/{sein}", keer)
    assert afloop.returncode == 2
    assert "stopped" in eis_een_regel(afloop.stderr)
    retour = declaratie.with_name("x.mz302.asc")
    if punt != "commit" or keer != 1:  # a signal before the commit waits until all is done
        assert retour.exists() == _kent(db) == beantwoord
    assert sorted(p.name for p in declaratie.parent.iterdir()) == ["x.asc"] + ["x.mz302.asc"] * retour.exists()
    _eis_alles_of_niets(db, declaratie)


def _lange_declaratie() -> bytes:
    bericht = Bericht(voorloop=maak("01"))
    for _ in range(3):
        bericht.voeg_toe("02", r0203="999999999", r0205="V404")
        for _ in range(1500):
            bericht.voeg_toe("04")
    return bytes(bericht)


@pytest.mark.parametrize("poging", range(6))
def test_vermoord_op_een_willekeurig_moment(poging: int, db: Path, declaratie: Path) -> None:
    declaratie.write_bytes(_lange_declaratie())
    woorden = opdracht("replay", declaratie, "--store", f"sqlite:///{db}", *OP_DATUM, "--stage", "verzekeraar")
    with subprocess.Popen(woorden, env=omgeving(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as bezig:
        time.sleep(0.15 + random.Random(poging).random() * 0.7)
        bezig.kill()
    volgende = invoke("replay", _andere_declaratie(declaratie.parents[1]), "--store", f"sqlite:///{db}", *OP_DATUM)
    assert (volgende.exit_code, volgende.stderr) == (0, "")
    retour = declaratie.with_name("x.mz302.asc")
    bekend = len(_vraag(db, "SELECT id FROM berichten WHERE factuurnummer = 'F20110001'"))
    assert retour.exists() == bool(bekend)
    assert len(_vraag(db, "SELECT id FROM prestaties")) == 4500 * bekend
    assert _vraag(db, "PRAGMA integrity_check") == [("ok",)]
    if bekend:
        assert invoke("check-retour", declaratie, retour).exit_code == 0


def test_vermoord_terwijl_een_nieuwe_store_gemaakt_wordt(tmp_path: Path, declaratie: Path) -> None:
    db = tmp_path / "nieuw.db"
    for punt, keer in (("link", 1), ("na-link", 1), ("unlink", 2)):
        db.unlink(missing_ok=True)
        assert _vermoord(db, declaratie, punt, keer).returncode == -signal.SIGKILL
        assert db.exists() == (punt != "link")
        assert invoke("db", "load", STORE, "--store", f"sqlite:///{db}").exit_code == 0


def test_wachtend_retour_overleeft_een_run_met_hetzelfde_nummer(
    store: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a container every run may have the same process number; what a killed one left is not written over."""
    declaratie = Path(shutil.copy(MAP / "1-volledig-toegewezen.mz301.asc", tmp_path / "x.asc"))
    retour = tmp_path / "x.mz302.asc"

    class Vermoord(BaseException):
        pass

    def vermoord(*_: object) -> None:
        raise Vermoord

    with monkeypatch.context() as tijdelijk:
        tijdelijk.setattr(Retourbestand, "zet_neer", vermoord)
        tijdelijk.setattr(Retourbestand, "__exit__", lambda zelf, *_: zelf.stroom.close())
        with pytest.raises(Vermoord):
            replay(Opdracht(declaratie, retour, DATUM), store)
    assert not retour.exists()
    droog = replay(Opdracht(declaratie, retour, DATUM, dry_run=True), store)
    assert droog.status is Status.AFGEKEURD_BESTAND
    assert retour.read_bytes() != GOUDEN, "a dry run completes nothing: it leaves the store as it is"
    elders = tmp_path / "elders.mz302.asc"
    assert replay(Opdracht(declaratie, elders, DATUM), store).status is Status.AFGEKEURD_BESTAND
    assert retour.read_bytes() == GOUDEN
    assert replay(Opdracht(declaratie, retour, DATUM), store).status is Status.AFGEKEURD_BESTAND
    assert {p.name for p in tmp_path.iterdir() if p.name.endswith(".deel")} == set()


def test_wachtend_retour_dat_nergens_meer_heen_kan_houdt_niemand_op(
    store: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "uit").mkdir()
    declaratie = Path(shutil.copy(MAP / "1-volledig-toegewezen.mz301.asc", tmp_path / "x.asc"))
    retour = tmp_path / "uit" / "x.mz302.asc"

    class Vermoord(BaseException):
        pass

    def vermoord(*_: object) -> None:
        raise Vermoord

    with monkeypatch.context() as tijdelijk:
        tijdelijk.setattr(Retourbestand, "zet_neer", vermoord)
        tijdelijk.setattr(Retourbestand, "__exit__", lambda zelf, *_: zelf.stroom.close())
        with pytest.raises(Vermoord):
            replay(Opdracht(declaratie, retour, DATUM), store)
    retour.mkdir()
    ander = _andere_declaratie(tmp_path)
    assert replay(Opdracht(ander, tmp_path / "y.mz302.asc", DATUM), store).heeft_retour
    retour.rmdir()
    assert replay(Opdracht(ander, tmp_path / "y.mz302.asc", DATUM), store).heeft_retour
    assert retour.read_bytes() == GOUDEN, "a later run tries again"


def test_een_ander_maakt_het_af_tussen_vastleggen_en_plaatsen(
    store: Database, db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another run may complete a message right after it was committed; that is no failure, and nothing is forgotten."""
    declaratie = Path(shutil.copy(MAP / "1-volledig-toegewezen.mz301.asc", tmp_path / "x.asc"))
    retour = tmp_path / "x.mz302.asc"
    ander_declaratie = _andere_declaratie(tmp_path)
    echt = Retourbestand.zet_neer

    def eerst_een_ander(zelf: Retourbestand) -> None:
        monkeypatch.undo()
        ander = open_store(str(store.engine.url))
        replay(Opdracht(ander_declaratie, tmp_path / "y.mz302.asc", DATUM), ander)
        ander.sluit()
        assert retour.exists()
        echt(zelf)

    monkeypatch.setattr(Retourbestand, "zet_neer", eerst_een_ander)
    assert replay(Opdracht(declaratie, retour, DATUM), store).status is Status.VOLLEDIG_TOEGEWEZEN
    assert retour.read_bytes() == GOUDEN
    nog_eens = replay(Opdracht(declaratie, tmp_path / "nog eens.asc", DATUM), store)
    assert [m.retourcode for m in nog_eens.meldingen] == ["0030"]


def test_afronden_dat_moet_wachten_is_geen_fout(
    store: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another run takes the store for long, right after the commit: the retour is in its place, so all is well."""
    declaratie = Path(shutil.copy(MAP / "1-volledig-toegewezen.mz301.asc", tmp_path / "x.asc"))
    retour = tmp_path / "x.mz302.asc"
    store.sluit()
    monkeypatch.setattr(session, "WACHTTIJD", 0.1)
    kort = open_store(str(store.engine.url))
    ander = sqlite3.connect(str(store.engine.url.database), isolation_level=None)
    echt = Retourbestand.zet_neer

    def op_slot(zelf: Retourbestand) -> None:
        ander.execute("BEGIN IMMEDIATE")
        echt(zelf)

    monkeypatch.setattr(Retourbestand, "zet_neer", op_slot)
    assert replay(Opdracht(declaratie, retour, DATUM), kort).status is Status.VOLLEDIG_TOEGEWEZEN
    assert retour.read_bytes() == GOUDEN
    ander.close()
    monkeypatch.undo()
    nog_eens = replay(Opdracht(declaratie, tmp_path / "nog eens.asc", DATUM), kort)
    assert [m.retourcode for m in nog_eens.meldingen] == ["0030"]
    kort.sluit()


def test_buiten_de_hoofddraad(store: Database, tmp_path: Path) -> None:
    """As a library in a thread, where signals can't be held, it works all the same."""
    declaratie = Path(shutil.copy(MAP / "1-volledig-toegewezen.mz301.asc", tmp_path / "x.asc"))
    with ThreadPoolExecutor(1) as draden:
        taak = draden.submit(replay, Opdracht(declaratie, tmp_path / "x.mz302.asc", DATUM), store)
        assert taak.result().status is Status.VOLLEDIG_TOEGEWEZEN


# Several processes at once.


def _tegelijk(opdrachten: list[list[str]]) -> list[subprocess.CompletedProcess[str]]:
    with ThreadPoolExecutor(len(opdrachten)) as draden:
        return list(
            draden.map(
                lambda woorden: subprocess.run(
                    woorden, env=omgeving(), capture_output=True, text=True, timeout=100, check=False
                ),
                opdrachten,
            )
        )


@pytest.mark.parametrize("stage", ["all", "verzekeraar"])
def test_zes_processen_met_hetzelfde_factuurnummer(stage: str, db: Path, declaratie: Path, tmp_path: Path) -> None:
    doelen = [tmp_path / f"retour{n}.asc" for n in range(6)]
    afloop = _tegelijk(
        [
            opdracht(
                *("replay", declaratie, "--store", f"sqlite:///{db}", *OP_DATUM, "--json"),
                *("--stage", stage, "--out", doel),
            )
            for doel in doelen
        ]
    )
    assert [(a.returncode, a.stderr) for a in afloop] == [(0, "")] * 6
    statussen = sorted(json.loads(a.stdout)["status"] for a in afloop)
    assert statussen == ["afgekeurd_bestand"] * 5 + ["volledig_toegewezen"]
    codes = sorted(lees(doel.read_bytes())[0].codes for doel in doelen)
    assert codes == [("0001", "0030")] * 5 + [("8001",)]
    assert len(_vraag(db, "SELECT 1 FROM factuurnummers WHERE factuurnummer = 'F20110001'")) == 1
    assert _vraag(db, "SELECT count(*) FROM prestaties WHERE uitkomst = 'toegewezen'") == [(3,)]


def test_zes_processen_met_elk_een_eigen_factuurnummer(db: Path, tmp_path: Path) -> None:
    declaraties = [tmp_path / f"d{n}.asc" for n in range(6)]
    for n, plaats in enumerate(declaraties):
        plaats.write_bytes(bytes(eenvoudig(r0116=f"F{n}", r0432=f"R{n}", r0415=f"1{n + 1}")))
    afloop = _tegelijk(
        [opdracht("replay", plaats, "--store", f"sqlite:///{db}", *OP_DATUM, "--json") for plaats in declaraties]
    )
    assert [(a.returncode, a.stderr) for a in afloop] == [(0, "")] * 6
    assert {json.loads(a.stdout)["status"] for a in afloop} == {"volledig_toegewezen"}
    assert len(_vraag(db, "SELECT id FROM prestaties")) == 6
    assert _vraag(db, "SELECT id FROM berichten WHERE deel IS NOT NULL") == []


def test_zes_processen_die_dezelfde_nieuwe_store_maken_en_laden(tmp_path: Path) -> None:
    """None puts an empty store over one that another has made and filled."""
    bestanden = []
    for n in range(6):
        bestand = tmp_path / f"{n}.yaml"
        bestand.write_text(f'uzovi:\n  - {{nummer: "900{n}", naam: N, soort: zorgverzekeraar, edp: true}}\n', "utf-8")
        bestanden.append(bestand)
    db = tmp_path / "nieuw.db"
    afloop = _tegelijk([opdracht("db", "load", bestand, "--store", f"sqlite:///{db}") for bestand in bestanden])
    assert [(a.returncode, a.stderr) for a in afloop] == [(0, "")] * 6
    assert _vraag(db, "SELECT nummer FROM uzovi ORDER BY nummer") == [(f"900{n}",) for n in range(6)]
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([*(b.name for b in bestanden), "nieuw.db"])


def test_nieuwe_store_die_een_ander_net_maakte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other was first, and has loaded into it already."""
    db = tmp_path / "nieuw.db"
    echt = session.upgrade

    def eerst_een_ander(engine: object) -> None:
        monkeypatch.undo()
        assert invoke("db", "load", STORE, "--store", f"sqlite:///{db}").exit_code == 0
        echt(engine)

    monkeypatch.setattr(session, "upgrade", eerst_een_ander)
    open_store(f"sqlite:///{db}").sluit()
    assert _vraag(db, "SELECT count(*) FROM polissen") == [(2,)]


# What leaves nothing behind.


@pytest.mark.parametrize("wat", ["testbericht", "dry-run", "vecozo wijst af"])
def test_laat_niets_achter(wat: str, db: Path, declaratie: Path) -> None:
    inhoud = declaratie.read_bytes()
    opties: list[str] = []
    if wat == "testbericht":
        declaratie.write_bytes(inhoud[:9] + b"T" + inhoud[10:])
    elif wat == "dry-run":
        opties = ["--dry-run"]
    else:
        declaratie.write_bytes(inhoud.replace(b"20110331N", b"20110332N", 1).replace(b"EUR", b"USD"))
    voor = db.read_bytes()
    for _ in range(2):
        for stage in ("all", "verzekeraar", "vecozo"):
            if wat == "vecozo wijst af" and stage == "verzekeraar":
                continue
            afloop = invoke("replay", declaratie, "--store", f"sqlite:///{db}", *OP_DATUM, *opties, "--stage", stage)
            assert afloop.exit_code == 0
            assert "0030" not in afloop.stdout
    assert db.read_bytes() == voor


def test_testbericht_krijgt_hetzelfde_retour_met_een_t(db: Path, declaratie: Path) -> None:
    inhoud = declaratie.read_bytes()
    declaratie.write_bytes(inhoud[:9] + b"T" + inhoud[10:])
    invoke("replay", declaratie, "--store", f"sqlite:///{db}", *OP_DATUM)
    assert declaratie.with_name("x.mz302.asc").read_bytes() == GOUDEN[:9] + b"T" + GOUDEN[10:]


def test_testbericht_ziet_wat_gebruikt_is(db: Path, declaratie: Path) -> None:
    invoke("replay", declaratie, "--store", f"sqlite:///{db}", *OP_DATUM)
    inhoud = declaratie.read_bytes()
    declaratie.write_bytes(inhoud[:9] + b"T" + inhoud[10:])
    afloop = invoke("replay", declaratie, "--store", f"sqlite:///{db}", *OP_DATUM, "--json")
    assert [m["retourcode"] for m in json.loads(afloop.stdout)["meldingen"]] == ["0030"]


def test_afronden_na_een_geweigerde_plaats_vergeet_het_bericht(
    store: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The retour can't get its name: the message was not received, and the number may be used again."""
    declaratie = Path(shutil.copy(MAP / "1-volledig-toegewezen.mz301.asc", tmp_path / "x.asc"))

    def weigert(*_: object) -> None:
        raise OutputError("vol")

    with monkeypatch.context() as tijdelijk:
        tijdelijk.setattr(Retourbestand, "zet_neer", weigert)
        with pytest.raises(OutputError):
            replay(Opdracht(declaratie, tmp_path / "x.mz302.asc", DATUM), store)
    for stage in (Stage.VECOZO, Stage.VERZEKERAAR):
        uitkomst = replay(Opdracht(declaratie, tmp_path / "x.mz302.asc", DATUM, stage), store)
        assert uitkomst.status in (Status.DOORGESTUURD, Status.VOLLEDIG_TOEGEWEZEN)


def test_sein_wacht_tot_het_blok_af_is() -> None:
    eerder = [signal.getsignal(sein) for sein in (signal.SIGINT, signal.SIGTERM)]
    gedaan: list[str] = []

    def onderbroken() -> None:
        with uninterrupted():
            os.kill(os.getpid(), signal.SIGINT)
            gedaan.append("af")

    with pytest.raises(KeyboardInterrupt):
        onderbroken()
    assert gedaan == ["af"]
    assert [signal.getsignal(sein) for sein in (signal.SIGINT, signal.SIGTERM)] == eerder


def test_resten_van_een_vermoorde_run_worden_geen_store(tmp_path: Path) -> None:
    """A store that was being made under the number that this process has now is not taken for a new one."""
    rest = tmp_path / f".nieuw.db.{os.getpid()}.deel"
    assert invoke("db", "load", STORE, "--store", f"sqlite:///{rest}").exit_code == 0
    open_store(f"sqlite:///{tmp_path}/nieuw.db").sluit()
    assert _vraag(tmp_path / "nieuw.db", "SELECT count(*) FROM polissen") == [(0,)]
