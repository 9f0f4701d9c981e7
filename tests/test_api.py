"""The public API: `import mzsim` answers, checks and explains as the commands do, without files or a shell."""

from __future__ import annotations

import ast
import datetime as dt
import inspect
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import mzsim
from mzsim.common import errors
from mzsim.suites.case import Geval, vind_gevallen
from tests.commands import DATUM, invoke, omgeving

FIXTURES = Path(__file__).parents[1] / "fixtures"
INV3, INV4, SUITES = FIXTURES / "inv3", FIXTURES / "inv4", FIXTURES / "suites"
STORE = INV3 / "store.yaml"
GOED, DEELS = INV3 / "1-volledig-toegewezen.mz301.asc", INV3 / "4a-fout-in-verzekerdenrecord.mz301.asc"
FOUTEN = [naam for naam, soort in vars(errors).items() if isinstance(soort, type) and issubclass(soort, Exception)]


@pytest.fixture
def store() -> mzsim.Store:
    geopend = mzsim.Store.memory()
    geopend.load(STORE)
    return geopend


# The names.


def test_namen_van_het_contract() -> None:
    assert set(mzsim.__all__) == {
        *("Answer", "Booking", "Deviation", "Explanation", "Store", "check_retour", "explain", "replay"),
        *FOUTEN,
    }
    assert {*mzsim.__all__, "__version__"} <= set(dir(mzsim))
    for naam in mzsim.__all__:
        gevonden = getattr(mzsim, naam)
        assert gevonden.__name__ == naam
        assert inspect.getdoc(gevonden)


def test_parameters_van_het_contract() -> None:
    def parameters(functie: Any) -> str:
        handtekening = inspect.signature(functie)
        kaal = [p.replace(annotation=inspect.Parameter.empty) for p in handtekening.parameters.values()]
        return str(handtekening.replace(parameters=kaal, return_annotation=inspect.Signature.empty))

    assert parameters(mzsim.replay) == "(declaration, store, *, date=None, stage='all', script=None, dry_run=False)"
    assert parameters(mzsim.check_retour) == "(declaration, retour)"
    assert parameters(mzsim.explain) == "(retour, *, declaration=None, store=None)"
    assert parameters(mzsim.Store) == "(url='sqlite:///mzsim.db')"


def test_andere_namen_zijn_er_niet() -> None:
    with pytest.raises(AttributeError, match="module 'mzsim' has no attribute 'simulate'"):
        mzsim.simulate  # noqa: B018


def test_geen_module_heet_als_een_functie() -> None:
    """Else importing the module would put it in the place of the function."""
    modules = {pad.stem for pad in Path(mzsim.__file__).parent.rglob("*.py")}
    assert modules.isdisjoint({"replay", "check_retour", "explain"})


def _in_eigen_proces(regels: str, **anders: Any) -> str:
    gedaan = subprocess.run(
        [sys.executable, "-c", regels],
        **{"env": omgeving(), "capture_output": True, "text": True, "timeout": 60, "check": False} | anders,
    )
    assert gedaan.returncode == 0, gedaan.stderr
    return str(gedaan.stdout)


def test_licht_om_te_importeren() -> None:
    regels = "import sys; voor = set(sys.modules); import mzsim; print(sorted(set(sys.modules) - voor))"
    assert _in_eigen_proces(regels) == "['mzsim']\n"


def test_fouten_zijn_van_een_soort() -> None:
    for naam in FOUTEN:
        assert issubclass(getattr(mzsim, naam), mzsim.MzsimError)
        assert getattr(mzsim, naam).exit_status == 2


def test_typen_voor_wie_ze_controleert() -> None:
    """What a type checker is told of each name is where the program gets it from, so that both see the same."""
    boom = ast.parse(Path(mzsim.__file__).read_text("utf-8"))
    (blok,) = [deel for deel in boom.body if isinstance(deel, ast.If)]
    genoemd = {}
    for invoer in blok.body:
        assert isinstance(invoer, ast.ImportFrom)
        (naam,) = invoer.names
        assert naam.asname == naam.name, "else a strict type checker takes it for no part of the API"
        genoemd[naam.name] = invoer.module
    assert genoemd.keys() == set(mzsim.__all__)
    assert genoemd == {naam: getattr(mzsim, naam).__module__ for naam in mzsim.__all__}
    assert (Path(mzsim.__file__).parent / "py.typed").is_file()


# Equal to the command line.


def _met_opdracht(declaratie: Path, url: str, datum: str, *woorden: object) -> tuple[dict[str, Any], bytes | None]:
    afloop = invoke("replay", declaratie, "--store", url, "--date", datum, "--json", *woorden)
    assert afloop.exit_code in (0, 3), afloop.stderr
    gegeven = json.loads(afloop.stdout)
    return gegeven, Path(gegeven["retour"]).read_bytes() if gegeven["retour"] else None


def _zelfde(antwoord: mzsim.Answer, gegeven: dict[str, Any], retour: bytes | None) -> None:
    assert antwoord.retour == retour
    assert json.loads(json.dumps(antwoord.to_dict())) == gegeven | {"retour": None}
    assert list(antwoord.to_dict()) == list(gegeven)


@pytest.mark.parametrize("stage", ["all", "vecozo", "verzekeraar"])
@pytest.mark.parametrize("map_", [INV3, INV4], ids=["inv3", "inv4"])
def test_antwoord_is_dat_van_de_opdracht(map_: Path, stage: str, tmp_path: Path) -> None:
    """All declarations of a folder one after the other, on one store: to the byte, and to every key of the JSON."""
    url = f"sqlite:///{tmp_path}/store.db"
    invoke("db", "load", map_ / "store.yaml", "--store", url)
    declaraties = sorted(map_.glob("*.mz301.asc"))
    assert len(declaraties) > 3
    with mzsim.Store.memory() as store:
        store.load(map_ / "store.yaml")
        for declaratie in declaraties:
            gegeven, retour = _met_opdracht(declaratie, url, "2011-05-02", "--stage", stage, "--out", tmp_path)
            antwoord = mzsim.replay(str(declaratie), store, date=DATUM, stage=stage)
            _zelfde(antwoord, gegeven, retour)
            if retour is None:
                continue
            plaats = Path(gegeven["retour"])
            assert mzsim.check_retour(declaratie, antwoord.retour) == ()
            for waarvan in (None, declaratie):
                woorden = (plaats, "--store", url, *(() if waarvan is None else ("--declaratie", waarvan)))
                uitleg = mzsim.explain(plaats, declaration=waarvan, store=store)
                assert uitleg.text() + "\n" == invoke("explain", *woorden).stdout
                assert uitleg.to_dict() == json.loads(invoke("explain", *woorden, "--json").stdout)


def _gevallen() -> list[Geval]:
    namen = ("inv", "outcomes")
    alle = [geval for naam in namen for geval in vind_gevallen(SUITES / naam)]
    return [geval for geval in alle if geval.stappen[0].verwacht.retour is not None][::3]


@pytest.mark.parametrize("geval", _gevallen(), ids=lambda geval: geval.id)
def test_antwoord_is_dat_van_de_suites(geval: Geval) -> None:
    with mzsim.Store.memory() as store:
        store.load(*geval.store)
        for stap in geval.stappen:
            antwoord = mzsim.replay(
                stap.declaratie.read_bytes(), store, date=stap.datum, stage=stap.stage, script=stap.antwoord
            )
            verwacht = stap.verwacht.retour
            assert antwoord.retour == (None if verwacht is None else verwacht.read_bytes())


# The answer.


def test_antwoord_van_bytes(store: mzsim.Store) -> None:
    declaratie = DEELS.read_bytes()
    antwoord = mzsim.replay(declaratie, store, date="2011-05-02")
    assert (antwoord.status, antwoord.sender, antwoord.codes) == ("deels_toegewezen", "0736", ("8004",))
    assert (antwoord.declared, antwoord.granted, antwoord.payment_date) == (Decimal("660.00"), Decimal("10.00"), None)
    assert str(antwoord.granted) == "10.00"
    assert antwoord.declaration == declaratie
    assert antwoord.to_dict()["declaratie"] is None
    assert antwoord.retour == (INV3 / "4a-fout-in-verzekerdenrecord.alle.mz302.asc").read_bytes()
    assert antwoord.bookings[0] == mzsim.Booking("REF-0002", "toegekend", "10.00", "10.00", "0.00", ())
    (weging,) = antwoord.toekenningen
    assert weging["toegekend"] == "10.00"
    (melding,) = antwoord.meldingen
    assert "123456782" not in json.dumps(antwoord.to_dict())
    assert melding["controle"] == "0207-3"


def test_sleutels_van_de_json_zijn_ook_eigenschappen(store: mzsim.Store) -> None:
    antwoord = mzsim.replay(DEELS, store, date="2011-05-02")
    als_json = antwoord.to_dict()
    for naam in ("afzender", "status", "totaal_ingediend", "totaal_toegekend", "meldingen", "toekenningen"):
        assert getattr(antwoord, naam) == als_json[naam]
    assert antwoord.betaaldatum is None


def test_betaaldatum_is_een_datum(store: mzsim.Store) -> None:
    beleid = {"betaaltermijn": {"dagen": 30}}
    store.load({"uzovi": [{"nummer": "0736", "naam": "V", "soort": "zorgverzekeraar", "edp": True, "beleid": beleid}]})
    antwoord = mzsim.replay(GOED, store, date=dt.date(2011, 5, 2))
    assert antwoord.payment_date == dt.date(2011, 6, 1)
    assert antwoord.to_dict()["betaaldatum"] == antwoord.betaaldatum == "2011-06-01"


def test_onleesbaar_is_een_antwoord(store: mzsim.Store) -> None:
    antwoord = mzsim.replay(b"no message", store)
    assert (antwoord.status, antwoord.retour, antwoord.codes, antwoord.bookings) == ("onleesbaar", None, (), ())


def test_vandaag_is_de_standaard(store: mzsim.Store) -> None:
    """The dagtekening of the retour (0182), around midnight too."""
    voor = dt.date.today()  # noqa: DTZ011
    antwoord = mzsim.replay(DEELS, store)
    na = dt.date.today()  # noqa: DTZ011
    assert antwoord.retour is not None
    assert any(f"{dag:%Y%m%d}".encode() in antwoord.retour[:370] for dag in (voor, na))


def test_de_store_onthoudt_tenzij_dry_run(store: mzsim.Store) -> None:
    declaratie = GOED.read_bytes()
    assert mzsim.replay(declaratie, store, date=DATUM, dry_run=True).status == "volledig_toegewezen"
    assert mzsim.replay(declaratie, store, date=DATUM).status == "volledig_toegewezen"
    assert mzsim.replay(declaratie, store, date=DATUM).codes == ("0030",)


_REGEL = {"match": {"0413": "R24"}, "action": {"percentage": 50, "codes": ["0613"]}}
_SCRIPT = '- match: {"0413": R24}\n  action: {percentage: 50, codes: ["0613"]}\n'


@pytest.mark.parametrize(
    ("script", "bron"), [([_REGEL], "<rules>"), (_SCRIPT, "<text>:1"), ("script.yaml", "script.yaml:1")]
)
def test_script(store: mzsim.Store, script: Any, bron: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "script.yaml").write_text(_SCRIPT)
    monkeypatch.chdir(tmp_path)
    antwoord = mzsim.replay(GOED, store, date=DATUM, script=script)
    assert (antwoord.codes, antwoord.granted) == (("0613",), Decimal("410.00"))
    assert antwoord.meldingen[0]["bron"] == bron


# Retours.


def test_afwijkingen(store: mzsim.Store, tmp_path: Path) -> None:
    antwoord = mzsim.replay(DEELS, store, date=DATUM)
    assert antwoord.retour is not None
    fout = antwoord.retour.replace(b"8004", b"9999")
    gevonden = mzsim.check_retour(antwoord.declaration, fout)
    (plaats := tmp_path / "fout.asc").write_bytes(fout)
    volgens_opdracht = json.loads(invoke("check-retour", DEELS, plaats, "--json").stdout)["afwijkingen"]
    assert [tuple(afwijking) for afwijking in gevonden] == [tuple(een.values()) for een in volgens_opdracht]
    eerste = gevonden[0]
    assert (eerste.line, eerste.record, eerste.rubriek, eerste.found) == (2, "02", "0296", "9999")
    assert eerste.expected == "a retourcode of this record"
    assert str(eerste) == "line 2, record 02 3, rubriek 0296: retourcode 9999 is not in COD954"
    assert eerste.reason == "retourcode 9999 is not in COD954"


def test_uitleg_van_bytes(store: mzsim.Store) -> None:
    antwoord = mzsim.replay(DEELS, store, date=DATUM)
    assert antwoord.retour is not None
    zonder = mzsim.explain(antwoord.retour)
    assert "8004 Combinatie BSN en geboortedatum" in zonder.text()
    assert "toekenningen" not in zonder.to_dict()
    met = mzsim.explain(antwoord.retour, declaration=antwoord.declaration, store=store)
    assert met.to_dict()["toekenningen"] == antwoord.toekenningen
    assert "decided by polissen" in met.text()
    assert "its declaration is not beside it" in mzsim.explain(antwoord.retour, store=store).text()


# Stores.


def test_store_in_een_bestand(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    with mzsim.Store(url) as store:
        store.load(STORE)
        assert mzsim.replay(GOED, store, date=DATUM).status == "volledig_toegewezen"
    assert invoke(
        "replay", GOED, "--store", url, "--date", "2011-05-02", "--dry-run", "--out", tmp_path
    ).stdout.startswith(f"{GOED}: afgekeurd_bestand")


def test_store_die_er_niet_is_maakt_alleen_wie_haar_vult(tmp_path: Path) -> None:
    store = mzsim.Store(f"sqlite:///{tmp_path}/store.db")
    for vraag in (lambda: mzsim.replay(GOED, store), lambda: mzsim.explain(b"", store=store)):
        with pytest.raises(mzsim.StoreError, match="is not there"):
            vraag()
    assert not list(tmp_path.iterdir())
    store.upgrade()
    assert mzsim.replay(GOED, store, date=DATUM).status == "afgekeurd_bestand"


def test_standaard_is_de_store_van_de_opdrachten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with mzsim.Store() as store:
        store.upgrade()
        store.upgrade()
    assert [pad.name for pad in tmp_path.iterdir()] == ["mzsim.db"]


def test_gesloten_store(store: mzsim.Store) -> None:
    store.close()
    store.close()
    for vraag in (lambda: mzsim.replay(GOED, store), lambda: store.load("@uzovi"), store.upgrade):
        with pytest.raises(mzsim.StoreError, match="was closed"):
            vraag()


def test_stores_in_geheugen_zijn_elk_een() -> None:
    with mzsim.Store.memory() as vol, mzsim.Store("sqlite://") as leeg:
        vol.load(STORE)
        vol.upgrade()
        assert mzsim.replay(GOED, vol, date=DATUM).status == "volledig_toegewezen"
        assert mzsim.replay(GOED, leeg, date=DATUM).status == "afgekeurd_bestand"


def test_alles_of_niets_per_bron(store: mzsim.Store) -> None:
    """What stands before the source that is wrong is loaded, of that source nothing."""
    goed = {"uzovi": [{"nummer": "1111", "naam": "Een", "soort": "dji", "edp": True}]}
    fout = {"uzovi": [{"nummer": "2222", "naam": "Twee", "soort": "dji", "edp": True}, {"nummer": "3333"}]}
    with pytest.raises(mzsim.StoreFileError):
        store.load(goed, fout)
    polis = {"code": "X", "soort": "basis", "dekkingen": []}
    store.load({"pakketten": [polis | {"uzovi": "1111"}]})
    with pytest.raises(mzsim.StoreFileError, match="is no insurer of this file or the store"):
        store.load({"pakketten": [polis | {"uzovi": "2222"}]})


def test_waarden_als_in_een_bestand() -> None:
    """Amounts and dates in the types that Python has for them."""
    with mzsim.Store.memory() as store:
        store.load(
            {
                "prestatiecodes": (
                    {"code": "C11", "omschrijving": "x", "ingang": dt.date(2000, 1, 1), "bevoegd": ["12"]},
                ),
                "tarieven": [
                    {"prestatiecode": "C11", "ingang": "2008-01-01", "einde": "2008-12-31", "tarief": Decimal("10.00")},
                    {"prestatiecode": "C11", "ingang": "2009-01-01", "einde": "2009-12-31", "tarief": 10},
                    {"prestatiecode": "C11", "ingang": "2010-01-01", "tarief": 10.25},
                ],
            }
        )
        with store.opened().lezen() as verbinding:
            gevonden = verbinding.exec_driver_sql("SELECT tarief FROM tarieven ORDER BY ingang").scalars().all()
    assert gevonden == [1000, 1000, 1025]


@pytest.mark.parametrize("soort", ["geheugen", "bestand"])
def test_draden_delen_een_store(soort: str, tmp_path: Path) -> None:
    """Each number is used once, whoever comes first; nothing is lost and nobody waits forever."""
    store = mzsim.Store.memory() if soort == "geheugen" else mzsim.Store(f"sqlite:///{tmp_path}/store.db")
    with store, ThreadPoolExecutor(8) as draden:
        store.load(STORE)
        declaraties = [_met_nummer(GOED.read_bytes(), nummer // 2) for nummer in range(24)]
        antwoorden = list(draden.map(lambda d: mzsim.replay(d, store, date=DATUM), declaraties))
    codes = [antwoord.codes for antwoord in antwoorden]
    per_nummer = [sorted(codes[nummer : nummer + 2]) for nummer in range(0, 24, 2)]
    # INV 2.3.3: of two with the same factuurnummer the second is refused. Their prestaties are the same, so only one of
    # all is granted in full.
    assert all(ander == ("0030",) or eerste == ("0030",) for eerste, ander in per_nummer)
    assert sum(antwoord.status == "volledig_toegewezen" for antwoord in antwoorden) == 1


def _met_nummer(declaratie: bytes, nummer: int) -> bytes:
    assert declaratie.count(b"F20110001") == 1
    return declaratie.replace(b"F20110001", f"F2011{nummer:04d}".encode())


# Without a file system.


def test_bytes_erin_en_eruit_zonder_bestand(tmp_path: Path) -> None:
    """In a folder that can't be written, and without one for temporary files: nothing of it is needed, and no file is left."""
    leeg = tmp_path / "leeg"
    leeg.mkdir()
    leeg.chmod(0o500)
    regels = f"""
import os, sys, tempfile
import mzsim
declaration = open({str(DEELS)!r}, "rb").read()
store_file = open({str(STORE)!r}, encoding="utf-8").read()
mzsim.Store.memory().close()
tempfile.tempdir = "/nowhere"
written = []
def look(event, arguments):
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        written.append(arguments[0])
sys.addaudithook(look)
with mzsim.Store.memory() as store:
    store.load(store_file)
    answer = mzsim.replay(declaration, store, date="2011-05-02")
    assert mzsim.check_retour(declaration, answer.retour) == ()
    assert len(answer.bookings) == 3
    assert mzsim.explain(answer.retour, declaration=declaration, store=store).to_dict()["toekenningen"]
print(answer.status, written, os.listdir())
"""
    uit = _in_eigen_proces(regels, cwd=leeg, env=omgeving(PYTHONDONTWRITEBYTECODE="1"))
    assert uit == "deels_toegewezen [] []\n"


def test_naast_een_declaratie_wordt_niets_geschreven(store: mzsim.Store, tmp_path: Path) -> None:
    plaats = tmp_path / "x.asc"
    plaats.write_bytes(GOED.read_bytes())
    antwoord = mzsim.replay(os.fspath(plaats), store, date=DATUM)
    assert antwoord.to_dict()["declaratie"] == str(plaats)
    assert [pad.name for pad in tmp_path.iterdir()] == ["x.asc"]


# What goes wrong.


_POLIS = {"bsn": "123456782", "geboortedatum": "1954-12-10", "naam": "X", "uzovi": "0736", "ingang": "2006-01-01"}


@pytest.mark.parametrize(
    ("bron", "wat"),
    [
        ("uzovi:\n  - nummer: 0736\n", "<text>:2: uzovi[0].nummer: must be text; put it in quotes"),
        ("uzovi: []\nuzovi: []\n", "<text>:2: uzovi: this key stands here twice; leave one out"),
        ("uzovi: [\n", "<text>:2: not YAML: "),
        ("- 1\n", "<text>:1: must be a mapping of keys to values; "),
        ({"verzekerden": []}, "<mapping>: verzekerden: is no key of the store file; known here: uzovi, "),
        ({"uzovi": [{"nummer": "0736"}]}, "<mapping>: uzovi[0].naam: is missing"),
        ({"uzovi": {"nummer": "0736"}}, "<mapping>: uzovi: must be a list ([] where there is none)"),
        ({"polissen": [_POLIS | {"ingang": dt.datetime(2011, 1, 1)}]}, "<mapping>: polissen[0].ingang: must be a date"),  # noqa: DTZ001
        ({"polissen": [_POLIS | {"naam": "a\nb"}]}, "<mapping>: polissen[0].naam: holds a line end or another control"),
        ({"polissen": [_POLIS, _POLIS]}, "<mapping>: polissen[1]: has the same uzovi, persoon, ingang as polissen[0]; leave"),
        ({"polissen": [_POLIS | {"uzovi": "9998"}]}, "<mapping>: polissen[0].uzovi: is no insurer of this file or the store"),
        ({"tarieven": [{"prestatiecode": "C11", "ingang": "2011-01-01", "tarief": float("nan")}]}, "<mapping>: tarieven[0]."),
        ({"tarieven": [{"prestatiecode": "C11", "ingang": "2011-01-01", "tarief": Decimal("NaN")}]}, "<mapping>: tarieven[0]."),
        ({"uzovi": [{"nummer": "0736", "naam": object()}]}, "<mapping>: uzovi[0].naam: must be text"),
        ({7: []}, "<mapping>: the key 7 is no text"),
        ("/nowhere/store.yaml", "/nowhere/store.yaml: can't be read: No such file or directory"),
        ("/", "/: is a folder; name the files in it"),
    ],
    ids=range(17),
)  # fmt: skip
def test_foute_storebestanden(store: mzsim.Store, bron: Any, wat: str) -> None:
    with pytest.raises(mzsim.StoreFileError) as gevangen:
        store.load(bron)
    assert str(gevangen.value).startswith(wat)
    assert len(str(gevangen.value).splitlines()) == 1


def test_bron_die_zichzelf_bevat(store: mzsim.Store) -> None:
    rond: dict[str, Any] = {}
    rond["uzovi"] = [rond]
    with pytest.raises(mzsim.StoreFileError, match="<mapping>: is nested more than 20 deep"):
        store.load(rond)


@pytest.mark.parametrize(
    ("vraag", "soort", "wat"),
    [
        (lambda s: s.load("@zoek"), "InputError", "@zoek: no such list; there are "),
        (lambda s: mzsim.replay("/nowhere/x.asc", s), "InputError", "/nowhere/x.asc: can't be read: No such file"),
        (lambda s: mzsim.replay("/", s), "InputError", "/: is a folder; name the files in it"),
        (lambda s: mzsim.replay("a\0b", s), "InputError", "'a\\x00b': can't be read: embedded null byte"),
        (
            lambda s: mzsim.replay(b"", s, date="2011-02-30"),
            "InputError",
            "date '2011-02-30': must be an existing date",
        ),
        (lambda s: mzsim.replay(b"", s, date="20110202"), "InputError", "date '20110202': must be an existing date"),
        (lambda s: mzsim.replay(b"", s, stage="dji"), "InputError", "stage 'dji': must be vecozo, verzekeraar, all"),
        (lambda s: mzsim.replay(b"", s, script=[{}]), "ScriptError", "<rules>: [0].action: is missing"),
        (lambda s: mzsim.replay(b"", s, script="a: 1\n"), "ScriptError", "<text>:1: must be a list of rules"),
        (lambda s: mzsim.replay(b"", s, script="/nowhere"), "ScriptError", "/nowhere: can't be read: No such file"),
        (lambda _: mzsim.check_retour(b"", b""), "InputError", "the declaration has no voorlooprecord"),
        (lambda _: mzsim.check_retour(GOED, "/nowhere"), "InputError", "/nowhere: can't be read: No such file"),
        (lambda _: mzsim.explain(GOED), "InputError", "line 1 is no record of an MZ302 (370 positions); "),
        (lambda _: mzsim.explain(b""), "InputError", "no retourbericht: it needs a voorlooprecord and a sluitrecord"),
        (lambda _: mzsim.explain(b"", declaration=b""), "InputError", "a declaration is answered once more to explain"),
        (
            lambda _: mzsim.Store("mzsim.db"),
            "StoreError",
            "'mzsim.db' is no store URL; an example is sqlite:///mzsim.db",
        ),
        (
            lambda _: mzsim.Store("sqlite:///a\0b"),
            "StoreError",
            "'sqlite:///a\\x00b' is no store URL: no file has such",
        ),
        (lambda _: mzsim.Store("postgresql://h:port/x"), "StoreError", "'postgresql://h:port/x' is no store URL"),
        (lambda _: mzsim.Store("foo://x").upgrade(), "StoreError", "no driver for foo: "),
        (lambda _: mzsim.Store(f"sqlite:///{GOED}").upgrade(), "StoreError", f"store {GOED}: is not a store"),
        (
            lambda _: mzsim.Store("sqlite:////nowhere/x.db").upgrade(),
            "StoreError",
            "store /nowhere/x.db: can't be opened",
        ),
    ],
    ids=range(21),
)
def test_verwachte_fouten(store: mzsim.Store, vraag: Any, soort: str, wat: str) -> None:
    with pytest.raises(getattr(mzsim, soort)) as gevangen:
        vraag(store)
    assert str(gevangen.value).startswith(wat)
    assert type(gevangen.value).__name__ == soort
    assert len(str(gevangen.value).splitlines()) == 1


@pytest.mark.parametrize(
    "vraag",
    [
        lambda s: mzsim.replay(None, s),
        lambda s: mzsim.replay(bytearray(), s),
        lambda s: mzsim.replay(b"", s, date=1),
        lambda s: mzsim.replay(b"", s, script=1),
        lambda s: s.load(1),
        lambda s: s.load(b"uzovi: []"),
        lambda _: mzsim.Store(Path("mzsim.db")),
        lambda _: mzsim.explain(None),
    ],
    ids=range(8),
)
def test_verkeerde_typen(store: mzsim.Store, vraag: Any) -> None:
    with pytest.raises(TypeError):
        vraag(store)
