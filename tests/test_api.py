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
from mzsim.suites.case import Case, find_cases
from tests.commands import DATE, invoke, surroundings

FIXTURES = Path(__file__).parents[1] / "fixtures"
INV3, INV4, SUITES = FIXTURES / "inv3", FIXTURES / "inv4", FIXTURES / "suites"
STORE = INV3 / "store.yaml"
APPROVED, IN_PART = INV3 / "1-volledig-toegewezen.mz301.asc", INV3 / "4a-fout-in-verzekerdenrecord.mz301.asc"
ERRORS = [name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)]


@pytest.fixture
def store() -> mzsim.Store:
    opened = mzsim.Store.memory()
    opened.load(STORE)
    return opened


# The names.


def test_the_names_of_the_contract() -> None:
    assert set(mzsim.__all__) == {
        *("Answer", "Booking", "Deviation", "Explanation", "Store", "check_retour", "explain", "replay"),
        *ERRORS,
    }
    assert {*mzsim.__all__, "__version__"} <= set(dir(mzsim))
    for name in mzsim.__all__:
        found = getattr(mzsim, name)
        assert found.__name__ == name
        assert inspect.getdoc(found)


def test_the_parameters_of_the_contract() -> None:
    def parameters(function: Any) -> str:
        signature = inspect.signature(function)
        bare = [p.replace(annotation=inspect.Parameter.empty) for p in signature.parameters.values()]
        return str(signature.replace(parameters=bare, return_annotation=inspect.Signature.empty))

    assert (
        parameters(mzsim.replay)
        == "(declaration, store, *, date=None, stage='all', script=None, dry_run=False, key=None)"
    )
    assert parameters(mzsim.check_retour) == "(declaration, retour, *, store=None)"
    assert parameters(mzsim.explain) == "(retour, *, declaration=None, store=None)"
    assert parameters(mzsim.Store) == "(url='sqlite:///mzsim.db')"


def test_there_are_no_other_names() -> None:
    with pytest.raises(AttributeError, match="module 'mzsim' has no attribute 'simulate'"):
        mzsim.simulate  # noqa: B018


def test_no_module_bears_the_name_of_a_function() -> None:
    """Else importing the module would put it in the place of the function."""
    modules = {path.stem for path in Path(mzsim.__file__).parent.rglob("*.py")}
    assert modules.isdisjoint({"replay", "check_retour", "explain"})


def _in_a_process(lines: str, **other: Any) -> str:
    done = subprocess.run(
        [sys.executable, "-c", lines],
        **{"env": surroundings(), "capture_output": True, "text": True, "timeout": 60, "check": False} | other,
    )
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


def test_light_to_import() -> None:
    lines = "import sys; voor = set(sys.modules); import mzsim; print(sorted(set(sys.modules) - voor))"
    assert _in_a_process(lines) == "['mzsim', 'mzsim.common', 'mzsim.common.version']\n"


def test_errors_are_of_one_kind() -> None:
    for name in ERRORS:
        assert issubclass(getattr(mzsim, name), mzsim.MzsimError)
        assert getattr(mzsim, name).exit_status == 2


def test_types_for_a_type_checker() -> None:
    """What a type checker is told of each name is where the program gets it from, so that both see the same."""
    tree = ast.parse(Path(mzsim.__file__).read_text("utf-8"))
    (block,) = [part for part in tree.body if isinstance(part, ast.If)]
    named = {}
    for statement in block.body:
        assert isinstance(statement, ast.ImportFrom)
        (name,) = statement.names
        assert name.asname == name.name, "else a strict type checker takes it for no part of the API"
        named[name.name] = statement.module
    assert named.keys() == set(mzsim.__all__)
    assert named == {name: getattr(mzsim, name).__module__ for name in mzsim.__all__}
    assert (Path(mzsim.__file__).parent / "py.typed").is_file()


# Equal to the command line.


def _by_command(declaration: Path, url: str, date: str, *words: object) -> tuple[dict[str, Any], bytes | None]:
    outcome = invoke("replay", declaration, "--store", url, "--date", date, "--json", *words)
    assert outcome.exit_code in (0, 3), outcome.stderr
    printed = json.loads(outcome.stdout)
    return printed, Path(printed["retour"]).read_bytes() if printed["retour"] else None


def _require_same(answer: mzsim.Answer, printed: dict[str, Any], retour: bytes | None) -> None:
    assert answer.retour == retour
    assert json.loads(json.dumps(answer.to_dict())) == printed | {"retour": None}
    assert list(answer.to_dict()) == list(printed)


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["all", "vecozo", "verzekeraar"])
@pytest.mark.parametrize("folder", [INV3, INV4], ids=["inv3", "inv4"])
def test_the_answer_is_that_of_the_command(folder: Path, stage: str, tmp_path: Path) -> None:
    """All declarations of a folder one after the other, on one store: to the byte, and to every key of the JSON."""
    url = f"sqlite:///{tmp_path}/store.db"
    invoke("db", "load", folder / "store.yaml", "--store", url)
    declarations = sorted(folder.glob("*.mz301.asc"))
    assert len(declarations) > 3
    with mzsim.Store.memory() as store:
        store.load(folder / "store.yaml")
        for declaration in declarations:
            printed, retour = _by_command(declaration, url, "2011-05-02", "--stage", stage, "--out", tmp_path)
            answer = mzsim.replay(str(declaration), store, date=DATE, stage=stage)
            _require_same(answer, printed, retour)
            if retour is None:
                continue
            place = Path(printed["retour"])
            assert mzsim.check_retour(declaration, answer.retour) == ()
            for heen in (None, declaration):
                words = (place, "--store", url, *(() if heen is None else ("--declaratie", heen)))
                explanation = mzsim.explain(place, declaration=heen, store=store)
                assert explanation.text() + "\n" == invoke("explain", *words).stdout
                assert explanation.to_dict() == json.loads(invoke("explain", *words, "--json").stdout)


def _cases() -> list[Case]:
    names = ("inv", "outcomes")
    everything = [case for name in names for case in find_cases(SUITES / name)]
    return [case for case in everything if case.steps[0].expected.retour is not None][::3]


@pytest.mark.slow
@pytest.mark.parametrize("case", _cases(), ids=lambda case: case.id)
def test_the_answer_is_that_of_the_suites(case: Case) -> None:
    with mzsim.Store.memory() as store:
        store.load(*case.store)
        for step in case.steps:
            answer = mzsim.replay(
                step.declaration.read_bytes(), store, date=step.date, stage=step.stage, script=step.answer
            )
            expected = step.expected.retour
            assert answer.retour == (None if expected is None else expected.read_bytes())


# The answer.


def test_the_answer_to_bytes(store: mzsim.Store) -> None:
    declaration = IN_PART.read_bytes()
    answer = mzsim.replay(declaration, store, date="2011-05-02")
    assert (answer.status, answer.sender, answer.codes) == ("deels_toegewezen", "0736", ("8004",))
    assert (answer.declared, answer.granted, answer.payment_date) == (Decimal("660.00"), Decimal("10.00"), None)
    assert str(answer.granted) == "10.00"
    assert answer.declaration == declaration
    assert answer.to_dict()["declaratie"] is None
    assert answer.retour == (INV3 / "4a-fout-in-verzekerdenrecord.alle.mz302.asc").read_bytes()
    assert answer.bookings[0] == mzsim.Booking("REF-0002", "toegekend", "10.00", "10.00", "0.00", ())
    (weighed,) = answer.toekenningen
    assert weighed["toegekend"] == "10.00"
    (melding,) = answer.meldingen
    assert "123456782" not in json.dumps(answer.to_dict())
    assert melding["controle"] == "0207-3"


def test_the_keys_of_the_json_are_attributes_too(store: mzsim.Store) -> None:
    answer = mzsim.replay(IN_PART, store, date="2011-05-02")
    as_json = answer.to_dict()
    for name in ("afzender", "status", "totaal_ingediend", "totaal_toegekend", "meldingen", "toekenningen"):
        assert getattr(answer, name) == as_json[name]
    assert answer.betaaldatum is None


def test_the_payment_date_is_a_date(store: mzsim.Store) -> None:
    beleid = {"betaaltermijn": {"dagen": 30}}
    store.load({"uzovi": [{"nummer": "0736", "naam": "V", "soort": "zorgverzekeraar", "edp": True, "beleid": beleid}]})
    answer = mzsim.replay(APPROVED, store, date=dt.date(2011, 5, 2))
    assert answer.payment_date == dt.date(2011, 6, 1)
    assert answer.to_dict()["betaaldatum"] == answer.betaaldatum == "2011-06-01"


def test_onleesbaar_is_an_answer(store: mzsim.Store) -> None:
    answer = mzsim.replay(b"no message", store)
    assert (answer.status, answer.retour, answer.codes, answer.bookings) == ("onleesbaar", None, (), ())


def test_today_is_the_default(store: mzsim.Store) -> None:
    """The dagtekening of the retour (0182), around midnight too."""
    before = dt.date.today()  # noqa: DTZ011
    answer = mzsim.replay(IN_PART, store)
    after = dt.date.today()  # noqa: DTZ011
    assert answer.retour is not None
    assert any(f"{day:%Y%m%d}".encode() in answer.retour[:370] for day in (before, after))


def test_the_store_remembers_unless_dry_run(store: mzsim.Store) -> None:
    declaration = APPROVED.read_bytes()
    assert mzsim.replay(declaration, store, date=DATE, dry_run=True).status == "volledig_toegewezen"
    assert mzsim.replay(declaration, store, date=DATE).status == "volledig_toegewezen"
    assert mzsim.replay(declaration, store, date=DATE).codes == ("0030",)


_RULE = {"match": {"0413": "R24"}, "action": {"percentage": 50, "codes": ["0613"]}}
_SCRIPT = '- match: {"0413": R24}\n  action: {percentage: 50, codes: ["0613"]}\n'


@pytest.mark.parametrize(
    ("script", "source"), [([_RULE], "<rules>"), (_SCRIPT, "<text>:1"), ("script.yaml", "script.yaml:1")]
)
def test_script(store: mzsim.Store, script: Any, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "script.yaml").write_text(_SCRIPT)
    monkeypatch.chdir(tmp_path)
    answer = mzsim.replay(APPROVED, store, date=DATE, script=script)
    assert (answer.codes, answer.granted) == (("0613",), Decimal("410.00"))
    assert answer.meldingen[0]["bron"] == source


# Retours.


def test_deviations(store: mzsim.Store, tmp_path: Path) -> None:
    answer = mzsim.replay(IN_PART, store, date=DATE)
    assert answer.retour is not None
    wrong = answer.retour.replace(b"8004", b"80X4")
    found = mzsim.check_retour(answer.declaration, wrong)
    (place := tmp_path / "fout.asc").write_bytes(wrong)
    by_command = json.loads(invoke("check-retour", IN_PART, place, "--json").stdout)["afwijkingen"]
    assert [tuple(deviation) for deviation in found] == [tuple(one.values()) for one in by_command]
    first = found[0]
    assert (first.line, first.record, first.rubriek, first.found) == (2, "02", "0296", "80X4")
    assert first.expected == "a retourcode of this record"
    assert str(first) == "line 2, record 02 3, rubriek 0296: 80X4 is no retourcode: these have four digits"
    assert first.reason == "80X4 is no retourcode: these have four digits"


def test_a_newer_retourcode_is_not_wrong(store: mzsim.Store) -> None:
    """Nor are the codes of the insurer that answered: the store tells what his beleid gives in place of others."""
    answer = mzsim.replay(IN_PART, store, date=DATE)
    assert answer.retour is not None
    assert mzsim.check_retour(answer.declaration, answer.retour.replace(b"8004", b"9999")) == ()
    assert mzsim.check_retour(answer.declaration, answer.retour, store=store) == ()


def test_an_explanation_of_bytes(store: mzsim.Store) -> None:
    answer = mzsim.replay(IN_PART, store, date=DATE)
    assert answer.retour is not None
    without = mzsim.explain(answer.retour)
    assert "8004 Combinatie BSN en geboortedatum" in without.text()
    assert "toekenningen" not in without.to_dict()
    told = mzsim.explain(answer.retour, declaration=answer.declaration, store=store)
    assert told.to_dict()["toekenningen"] == answer.toekenningen
    assert "decided by polissen" in told.text()
    assert "its declaration is not beside it" in mzsim.explain(answer.retour, store=store).text()


# Stores.


def test_a_store_in_a_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    with mzsim.Store(url) as store:
        store.load(STORE)
        assert mzsim.replay(APPROVED, store, date=DATE).status == "volledig_toegewezen"
    assert invoke(
        "replay", APPROVED, "--store", url, "--date", "2011-05-02", "--dry-run", "--out", tmp_path
    ).stdout.startswith(f"{APPROVED}: afgekeurd_bestand")


def test_only_who_fills_a_store_makes_it(tmp_path: Path) -> None:
    store = mzsim.Store(f"sqlite:///{tmp_path}/store.db")
    for ask in (lambda: mzsim.replay(APPROVED, store), lambda: mzsim.explain(b"", store=store)):
        with pytest.raises(mzsim.StoreError, match="is not there"):
            ask()
    assert not list(tmp_path.iterdir())
    store.upgrade()
    assert mzsim.replay(APPROVED, store, date=DATE).status == "afgekeurd_bestand"


def test_the_default_is_the_store_of_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with mzsim.Store() as store:
        store.upgrade()
        store.upgrade()
    assert [path.name for path in tmp_path.iterdir()] == ["mzsim.db"]


def test_a_closed_store(store: mzsim.Store) -> None:
    store.close()
    store.close()
    for ask in (lambda: mzsim.replay(APPROVED, store), lambda: store.load("@uzovi"), store.upgrade):
        with pytest.raises(mzsim.StoreError, match="was closed"):
            ask()


def test_each_store_in_memory_is_its_own() -> None:
    with mzsim.Store.memory() as full, mzsim.Store("sqlite://") as empty:
        full.load(STORE)
        full.upgrade()
        assert mzsim.replay(APPROVED, full, date=DATE).status == "volledig_toegewezen"
        assert mzsim.replay(APPROVED, empty, date=DATE).status == "afgekeurd_bestand"


def test_all_or_nothing_per_source(store: mzsim.Store) -> None:
    """What stands before the source that is wrong is loaded, of that source nothing."""
    right = {"uzovi": [{"nummer": "1111", "naam": "Een", "soort": "dji", "edp": True}]}
    wrong = {"uzovi": [{"nummer": "2222", "naam": "Twee", "soort": "dji", "edp": True}, {"nummer": "3333"}]}
    with pytest.raises(mzsim.StoreFileError):
        store.load(right, wrong)
    polis = {"code": "X", "soort": "basis", "dekkingen": []}
    store.load({"pakketten": [polis | {"uzovi": "1111"}]})
    with pytest.raises(mzsim.StoreFileError, match="is no insurer of this file or the store"):
        store.load({"pakketten": [polis | {"uzovi": "2222"}]})


def test_values_as_in_a_file() -> None:
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
        with store.opened().read() as connection:
            found = connection.scalars("SELECT tarief FROM tarieven ORDER BY ingang")
    assert found == [1000, 1000, 1025]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["memory", "file"])
def test_threads_share_a_store(kind: str, tmp_path: Path) -> None:
    """Each number is used once, whoever comes first; nothing is lost and nobody waits forever."""
    store = mzsim.Store.memory() if kind == "memory" else mzsim.Store(f"sqlite:///{tmp_path}/store.db")
    with store, ThreadPoolExecutor(8) as threads:
        store.load(STORE)
        declarations = [_with_number(APPROVED.read_bytes(), number // 2) for number in range(24)]
        answers = list(threads.map(lambda d: mzsim.replay(d, store, date=DATE), declarations))
    codes = [answer.codes for answer in answers]
    per_number = [sorted(codes[number : number + 2]) for number in range(0, 24, 2)]
    # INV 2.3.3: of two with the same factuurnummer the second is refused. Their prestaties are the same, so only one of
    # all is granted in full.
    assert all(other_one == ("0030",) or first == ("0030",) for first, other_one in per_number)
    assert sum(answer.status == "volledig_toegewezen" for answer in answers) == 1


def _with_number(declaration: bytes, number: int) -> bytes:
    assert declaration.count(b"F20110001") == 1
    return declaration.replace(b"F20110001", f"F2011{number:04d}".encode())


# Without a file system.


@pytest.mark.slow
def test_bytes_in_and_out_without_a_file(tmp_path: Path) -> None:
    """In a folder that can't be written, and without one for temporary files: nothing of it is needed, and no file is left."""
    empty = tmp_path / "leeg"
    empty.mkdir()
    empty.chmod(0o500)
    lines = f"""
import os, sys, tempfile
import mzsim
declaration = open({str(IN_PART)!r}, "rb").read()
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
    printed_text = _in_a_process(lines, cwd=empty, env=surroundings(PYTHONDONTWRITEBYTECODE="1"))
    assert printed_text == "deels_toegewezen [] []\n"


def test_nothing_is_written_beside_a_declaration(store: mzsim.Store, tmp_path: Path) -> None:
    place = tmp_path / "x.asc"
    place.write_bytes(APPROVED.read_bytes())
    answer = mzsim.replay(os.fspath(place), store, date=DATE)
    assert answer.to_dict()["declaratie"] == str(place)
    assert [path.name for path in tmp_path.iterdir()] == ["x.asc"]


# What goes wrong.


_POLIS = {"bsn": "123456782", "geboortedatum": "1954-12-10", "naam": "X", "uzovi": "0736", "ingang": "2006-01-01"}


@pytest.mark.parametrize(
    ("source", "what"),
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
def test_wrong_store_files(store: mzsim.Store, source: Any, what: str) -> None:
    with pytest.raises(mzsim.StoreFileError) as caught:
        store.load(source)
    assert str(caught.value).startswith(what)
    assert len(str(caught.value).splitlines()) == 1


def test_a_source_that_holds_itself(store: mzsim.Store) -> None:
    round_: dict[str, Any] = {}
    round_["uzovi"] = [round_]
    with pytest.raises(mzsim.StoreFileError, match="<mapping>: is nested more than 20 deep"):
        store.load(round_)


@pytest.mark.parametrize(
    ("ask", "kind", "what"),
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
        (lambda _: mzsim.check_retour(APPROVED, "/nowhere"), "InputError", "/nowhere: can't be read: No such file"),
        (lambda _: mzsim.explain(APPROVED), "InputError", "this is a declaration, not a retourbericht; mzsim replay "),
        (lambda _: mzsim.explain(b"01177\r\n"), "InputError", "line 1 is no record of an MZ302 (370 positions); "),
        (lambda _: mzsim.explain(b""), "InputError", "no retourbericht: it needs a voorlooprecord and a sluitrecord"),
        (lambda _: mzsim.explain(b"", declaration=b""), "InputError", "a declaration is answered once more to explain"),
        (
            lambda _: mzsim.Store("sqlite:mzsim.db"),
            "StoreError",
            "'sqlite:mzsim.db' is no store URL; an example is sqlite:///mzsim.db",
        ),
        (
            lambda _: mzsim.Store("sqlite:///a\0b"),
            "StoreError",
            "'sqlite:///a\\x00b' is no store URL: no file has such",
        ),
        (lambda _: mzsim.Store("postgresql://h:port/x"), "StoreError", "'postgresql://…' is no store URL"),
        (lambda _: mzsim.Store("foo://x").upgrade(), "StoreError", "no driver for foo: "),
        (lambda _: mzsim.Store(f"sqlite:///{APPROVED}").upgrade(), "StoreError", f"store {APPROVED}: is not a store"),
        (
            lambda _: mzsim.Store("sqlite:////nowhere/x.db").upgrade(),
            "StoreError",
            "store /nowhere/x.db: can't be opened",
        ),
    ],
    ids=range(22),
)
def test_expected_errors(store: mzsim.Store, ask: Any, kind: str, what: str) -> None:
    with pytest.raises(getattr(mzsim, kind)) as caught:
        ask(store)
    assert str(caught.value).startswith(what)
    assert type(caught.value).__name__ == kind
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    "ask",
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
def test_wrong_types(store: mzsim.Store, ask: Any) -> None:
    with pytest.raises(TypeError):
        ask(store)
