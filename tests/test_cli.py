"""The command line of the contract: every command, option, exit status, the JSON, names of files, masking."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import click
import pytest

import mzsim
from mzsim.checks import REGISTER
from mzsim.cli.main import main
from mzsim.standard.layout import CRLF
from tests.commands import ON_DATE, invoke, order, process, require_one_line, surroundings
from tests.factories import Message, simple
from tests.make_inv3 import FOLDER, STORE
from tests.retours import put, read

COMMANDS = [
    ["cluster"],
    ["cluster", "init"],
    ["cluster", "status"],
    ["worker"],
    ["demo"],
    ["db"],
    ["db", "upgrade"],
    ["db", "load"],
    ["db", "waiting"],
    ["replay"],
    ["rules"],
    ["rules", "list"],
    ["rules", "diff"],
    ["explain"],
    ["check-retour"],
    ["controles"],
    ["eisen"],
    ["watch"],
    ["report"],
    ["report", "implantologiescore"],
    ["report", "behandelindex"],
    ["stores"],
    *(["stores", name] for name in ("make", "list", "migrate", "archive", "restore", "drop", "token")),
]
EXAMPLES = sorted(p.name.removesuffix(".mz301.asc") for p in FOLDER.glob("*.mz301.asc"))
BSNS, NAMES = ("123456782", "100197243", "300197243"), ("Jansen", "Vries")


@pytest.fixture
def url(inv_store: Path, tmp_path: Path) -> str:
    """A store of its own with the insurer of INV chapter 3."""
    (tmp_path / "stores").mkdir()
    return f"sqlite:///{shutil.copy(inv_store, tmp_path / 'stores' / 'store.db')}"


@pytest.fixture
def work_folder(tmp_path: Path) -> Path:
    """A folder with the declarations of the examples."""
    folder = tmp_path / "werk"
    folder.mkdir()
    for name in EXAMPLES:
        shutil.copy(FOLDER / f"{name}.mz301.asc", folder)
    return folder


def _declaration(work_folder: Path, number: str) -> Path:
    (found,) = work_folder.glob(f"{number}-*.mz301.asc")
    return found


def _json(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


# Help and version.


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help(words: list[str], flag: str) -> None:
    ended = invoke(*words, flag)
    assert (ended.exit_code, ended.stderr) == (0, "")
    first, paragraph, *_ = ended.stdout.split("\n\n")
    assert first.startswith(f"Usage: main {' '.join(words)} ")
    sentence = " ".join(paragraph.split())
    assert sentence.endswith(".")
    assert len(sentence.split()) >= 4


def test_help_names_every_command_and_the_exit_statuses() -> None:
    ended = invoke("--help")
    assert ended.exit_code == 0
    for name in ("check-retour", "controles", "db", "demo", "explain", "replay"):
        assert f"\n  {name} " in ended.stdout
    assert "Exit status: 0 done; 1 " in ended.stdout
    assert "mzsim demo" in ended.stdout


@pytest.mark.parametrize(
    ("words", "options"),
    [
        (["replay"], ["--store", "--date", "--stage", "--out", "--json", "--dry-run", "--fail-on"]),
        (["replay"], ["--antwoord", "--verstoor", "--manifest", "--from"]),
        (["db", "load"], ["--store"]),
        (["db", "upgrade"], ["--store"]),
        (["explain"], ["--unmask", "--json"]),
        (["check-retour"], ["--unmask", "--json"]),
        (["controles"], ["--json"]),
    ],
    ids=lambda value: " ".join(value),
)
def test_help_names_the_options(words: list[str], options: list[str]) -> None:
    help_text = invoke(*words, "--help").stdout
    assert [option for option in options if f" {option}" not in help_text] == []


def test_every_option_has_an_explanation() -> None:
    def orders(group: click.Command) -> list[click.Command]:
        if not isinstance(group, click.Group):
            return [group]
        context = click.Context(group)
        children = [group.get_command(context, name) for name in group.list_commands(context)]
        return [group, *(o for kind in children if kind is not None for o in orders(kind))]

    without = [
        (order.name, option.name)
        for order in orders(main)
        for option in order.params
        if isinstance(option, click.Option) and not option.help
    ]
    assert without == []


def test_version() -> None:
    ended = invoke("--version")
    assert (ended.exit_code, ended.stdout) == (0, f"mzsim, version {mzsim.__version__}\n")


@pytest.mark.slow
def test_as_a_process(work_folder: Path, url: str) -> None:
    """The same from a shell: report on standard output, nothing on standard error, the retour in place."""
    assert process("--version").stdout.strip().endswith(mzsim.__version__)
    ended = process("replay", _declaration(work_folder, "1"), "--store", url, *ON_DATE)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.split(": ")[1].startswith("volledig_toegewezen by 0736, 660.00 of 660.00 -> ")
    golden = FOLDER / "1-volledig-toegewezen.alle.mz302.asc"
    assert (work_folder / "1-volledig-toegewezen.mz302.asc").read_bytes() == golden.read_bytes()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_in_the_shell(shell: str) -> None:
    code = "from mzsim.cli.main import main; main(prog_name='mzsim')"
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env=surroundings(_MZSIM_COMPLETE=f"{shell}_source"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "_MZSIM_COMPLETE" in ended.stdout
    assert "Traceback" not in ended.stderr


# db upgrade, db load.


def test_db_upgrade_makes_a_store_and_once_more_is_fine(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/nieuw.db"
    for _ in range(2):
        ended = invoke("db", "upgrade", "--store", url)
        assert (ended.exit_code, ended.stderr) == (0, "")
    assert [p.name for p in tmp_path.iterdir()] == ["nieuw.db"]


def test_db_load_makes_a_store_itself(tmp_path: Path, work_folder: Path) -> None:
    url = f"sqlite:///{tmp_path}/nieuw.db"
    ended = invoke("db", "load", STORE, "--store", url)
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert ended.stdout == f"{STORE}: loaded\n"
    assert invoke("db", "load", STORE, "--store", url).stdout == f"{STORE}: loaded; nothing changed\n"
    ended = invoke("replay", _declaration(work_folder, "1"), "--store", url, *ON_DATE, "--json")
    assert _json(ended.stdout)[0]["status"] == "volledig_toegewezen"


def test_db_load_refuses_an_error_with_line_and_key(url: str, tmp_path: Path) -> None:
    error = tmp_path / "fout.yaml"
    error.write_text("uzovi:\n  - nummer: '0001'\n    naam: X\n    soort: zorgverzekeraar\n    kleur: rood\n")
    ended = invoke("db", "load", error, "--store", url)
    assert (ended.exit_code, ended.stdout) == (2, "")
    line = require_one_line(ended.stderr)
    assert f"{error}:5" in line or "line 5" in line
    assert "kleur" in line


def test_db_load_of_a_missing_file(url: str, tmp_path: Path) -> None:
    ended = invoke("db", "load", tmp_path / "weg.yaml", "--store", url)
    assert ended.exit_code == 2
    assert str(tmp_path / "weg.yaml") in require_one_line(ended.stderr)


# replay: the JSON.


def test_json_has_exactly_the_form_of_the_contract(work_folder: Path, url: str) -> None:
    declaration = _declaration(work_folder, "4b")
    ended = invoke("replay", declaration, "--store", url, *ON_DATE, "--json", "--stage", "verzekeraar")
    assert (ended.exit_code, ended.stderr) == (0, "")
    check = REGISTER["0408-1"]
    outcomes = _json(ended.stdout)
    assert outcomes == [
        {
            "declaratie": str(declaration),
            "retour": str(work_folder / "4b-fout-in-prestatierecord.mz302.asc"),
            "afzender": "0736",
            "status": "deels_toegewezen",
            "totaal_ingediend": "660.00",
            "totaal_toegekend": "160.00",
            "meldingen": [
                {
                    "record": "04",
                    "identificatie": 4,
                    "rubriek": "0408",
                    "retourcode": "8007",
                    "controle": "0408-1",
                    "tekst": check.sentence,
                    "bron": check.source,
                    "regel": 5,
                }
            ],
            "toekenningen": outcomes[0]["toekenningen"],
        }
    ]
    assert [t["regel"] for t in outcomes[0]["toekenningen"]] == [3, 6]


def test_json_one_line_per_declaration(work_folder: Path, url: str) -> None:
    declaraties = [_declaration(work_folder, number) for number in ("4a", "2a", "2b")]
    ended = invoke("replay", *declaraties, "--store", url, *ON_DATE, "--json")
    assert ended.exit_code == 0
    outcomes = _json(ended.stdout)
    assert [u["declaratie"] for u in outcomes] == [str(d) for d in declaraties]
    assert [u["status"] for u in outcomes] == ["deels_toegewezen", "afgekeurd_bestand", "afgekeurd_bestand"]
    assert [u["afzender"] for u in outcomes] == ["0736", "VECOZO", "VECOZO"]


@pytest.mark.parametrize(
    ("number", "stage", "status", "sender", "granted"),
    [
        ("1", "all", "volledig_toegewezen", "0736", "660.00"),
        ("4a", "all", "deels_toegewezen", "0736", "10.00"),
        ("2a", "all", "afgekeurd_bestand", "VECOZO", "0.00"),
        ("2a", "verzekeraar", "afgekeurd_bestand", "9900", "0.00"),
        ("4b", "all", "afgekeurd_record", "VECOZO", "0.00"),
        ("1", "vecozo", "doorgestuurd", None, "0.00"),
    ],
)
def test_statuses(
    work_folder: Path, url: str, number: str, stage: str, status: str, sender: str | None, granted: str
) -> None:
    ended = invoke("replay", _declaration(work_folder, number), "--store", url, *ON_DATE, "--json", "--stage", stage)
    (outcome,) = _json(ended.stdout)
    assert (ended.exit_code, outcome["status"], outcome["afzender"]) == (0, status, sender)
    assert outcome["totaal_toegekend"] == granted
    assert (outcome["retour"] is None) == (status == "doorgestuurd")


def test_status_fully_rejected(tmp_path: Path, url: str) -> None:
    declaration = tmp_path / "x.asc"
    declaration.write_bytes(bytes(simple(r0207="19000101")))
    ended = invoke("replay", declaration, "--store", url, *ON_DATE, "--json")
    (outcome,) = _json(ended.stdout)
    assert (outcome["status"], outcome["afzender"]) == ("volledig_afgewezen", "0736")
    assert (outcome["totaal_ingediend"], outcome["totaal_toegekend"]) == ("10.00", "0.00")


def test_status_unreadable(tmp_path: Path, url: str) -> None:
    declaration = tmp_path / "x.asc"
    declaration.write_bytes(b"geen declaratie")
    ended = invoke("replay", declaration, "--store", url, *ON_DATE, "--json")
    assert ended.exit_code == 3
    (outcome,) = _json(ended.stdout)
    (melding,) = outcome.pop("meldingen")
    assert outcome == {
        "declaratie": str(declaration),
        "retour": None,
        "afzender": None,
        "status": "onleesbaar",
        "totaal_ingediend": "0.00",
        "totaal_toegekend": "0.00",
        "toekenningen": [],
    }
    assert (melding["controle"], melding["retourcode"]) == ("bestand-1", None)
    assert str(declaration) in require_one_line(ended.stderr)


def test_a_credit_is_negative(tmp_path: Path, url: str) -> None:
    declaration = tmp_path / "x.asc"
    declaration.write_bytes(bytes(simple(r0427="C")))
    ended = invoke("replay", declaration, "--store", url, *ON_DATE, "--json")
    assert _json(ended.stdout)[0]["totaal_ingediend"] == "-10.00"


# replay: exit statuses.


@pytest.mark.parametrize(
    ("fail_on", "exit_status"),
    [
        ([], 0),
        (["deels_toegewezen"], 1),
        (["volledig_toegewezen"], 0),
        (["volledig_toegewezen", "deels_toegewezen"], 1),
    ],
)
def test_fail_on(work_folder: Path, url: str, fail_on: list[str], exit_status: int) -> None:
    options = [word for status in fail_on for word in ("--fail-on", status)]
    ended = invoke("replay", _declaration(work_folder, "4a"), "--store", url, *ON_DATE, *options)
    assert ended.exit_code == exit_status
    assert (work_folder / "4a-fout-in-verzekerdenrecord.mz302.asc").exists()


def test_fail_on_forwarded(work_folder: Path, url: str) -> None:
    options = ["--store", url, *ON_DATE, "--stage", "vecozo", "--fail-on", "doorgestuurd"]
    assert invoke("replay", _declaration(work_folder, "1"), *options).exit_code == 1


@pytest.mark.parametrize(
    ("which", "exit_status"),
    [
        (["goed"], 0),
        (["gevonden"], 1),
        (["gevonden", "onleesbaar"], 3),
        (["onleesbaar", "gevonden"], 3),
        (["onleesbaar", "ontbreekt"], 2),
        (["ontbreekt", "gevonden"], 2),
        (["gevonden", "ontbreekt", "onleesbaar"], 2),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, list) else str(value),
)
def test_precedence_of_exit_statuses(work_folder: Path, url: str, which: list[str], exit_status: int) -> None:
    (work_folder / "onleesbaar.asc").write_bytes(b"")
    paths = {
        "goed": _declaration(work_folder, "1"),
        "gevonden": _declaration(work_folder, "2a"),
        "onleesbaar": work_folder / "onleesbaar.asc",
        "ontbreekt": work_folder / "ontbreekt.asc",
    }
    options = ["--store", url, *ON_DATE, "--fail-on", "afgekeurd_bestand"]
    ended = invoke("replay", *(paths[name] for name in which), *options)
    assert ended.exit_code == exit_status
    assert len(ended.stderr.splitlines()) == sum(name in ("onleesbaar", "ontbreekt") for name in which)
    assert (work_folder / "2a-uzovi-niet-aangesloten.mz302.asc").exists() == ("gevonden" in which), (
        "the others are answered"
    )


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--nonsens"],
        ["nonsens"],
        ["replay"],
        ["replay", "x.asc", "--stage", "nergens"],
        ["replay", "x.asc", "--date", "2011-02-30"],
        ["replay", "x.asc", "--date", "02-05-2011"],
        ["replay", "x.asc", "--fail-on", "nonsens"],
        ["explain"],
        ["check-retour", "x.asc"],
        ["db", "load"],
        ["db", "nonsens"],
        ["demo", "extra"],
    ],
    ids=" ".join,
)
def test_wrong_usage(words: list[str]) -> None:
    ended = invoke(*words)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "Usage: " in ended.stderr


# replay: where the retour goes.


@pytest.mark.parametrize(
    ("declaration", "retour"),
    [
        ("x.mz301.asc", "x.mz302.asc"),
        ("x.asc", "x.mz302.asc"),
        ("x.txt", "x.mz302.txt"),
        ("x.mz301.txt", "x.mz302.txt"),
        ("x.MZ301.ASC", "x.mz302.ASC"),
        ("x", "x.mz302"),
        ("mz301.asc", "mz301.mz302.asc"),
        ("x.2011.asc", "x.2011.mz302.asc"),
        ("naam met spaties.asc", "naam met spaties.mz302.asc"),
    ],
)
def test_name_of_the_retour(declaration: str, retour: str, url: str, tmp_path: Path) -> None:
    folder = tmp_path / "leeg"
    folder.mkdir()
    shutil.copy(FOLDER / "1-volledig-toegewezen.mz301.asc", folder / declaration)
    assert invoke("replay", folder / declaration, "--store", url, *ON_DATE).exit_code == 0
    assert {p.name for p in folder.iterdir()} == {declaration, retour}


def test_out_file(work_folder: Path, url: str, tmp_path: Path) -> None:
    target = tmp_path / "elders.dat"
    ended = invoke("replay", _declaration(work_folder, "1"), "--store", url, *ON_DATE, "--out", target, "--json")
    assert _json(ended.stdout)[0]["retour"] == str(target)
    assert target.read_bytes() == (FOLDER / "1-volledig-toegewezen.alle.mz302.asc").read_bytes()
    assert not (work_folder / "1-volledig-toegewezen.mz302.asc").exists()


def test_out_overwrites_an_older_retour(work_folder: Path, url: str, tmp_path: Path) -> None:
    target = tmp_path / "elders.dat"
    target.write_bytes(b"ouder")
    assert invoke("replay", _declaration(work_folder, "1"), "--store", url, *ON_DATE, "--out", target).exit_code == 0
    assert target.read_bytes() == (FOLDER / "1-volledig-toegewezen.alle.mz302.asc").read_bytes()


@pytest.mark.parametrize("count", [1, 3])
def test_out_folder(work_folder: Path, url: str, tmp_path: Path, count: int) -> None:
    target = tmp_path / "uit"
    target.mkdir()
    declaraties = [_declaration(work_folder, number) for number in ("1", "2a", "2b")[:count]]
    assert invoke("replay", *declaraties, "--store", url, *ON_DATE, "--out", target).exit_code == 0
    assert {p.name for p in target.iterdir()} == {d.name.replace("mz301", "mz302") for d in declaraties}


def test_out_file_for_two_declarations(work_folder: Path, url: str, tmp_path: Path) -> None:
    target = tmp_path / "elders.dat"
    ended = invoke(
        "replay",
        _declaration(work_folder, "1"),
        _declaration(work_folder, "4a"),
        "--store",
        url,
        *ON_DATE,
        "--out",
        target,
    )
    assert ended.exit_code == 2
    assert str(target) in require_one_line(ended.stderr)
    assert not target.exists()


def _refused(work_folder: Path, *words: object, what: str = "would be written over") -> None:
    """Refused before anything is replayed: no retour, no store."""
    before = {p: p.read_bytes() for p in work_folder.rglob("*") if p.is_file()}
    ended = invoke("replay", *words, "--store", f"sqlite:///{work_folder}/nieuw.db", *ON_DATE)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert what in require_one_line(ended.stderr)
    assert {p: p.read_bytes() for p in work_folder.rglob("*") if p.is_file()} == before


def test_two_declarations_with_one_retour(work_folder: Path) -> None:
    shutil.copy(_declaration(work_folder, "1"), work_folder / "x.asc")
    shutil.copy(_declaration(work_folder, "1"), work_folder / "x.mz301.asc")
    _refused(work_folder, work_folder / "x.asc", work_folder / "x.mz301.asc")


def test_two_declarations_of_the_same_name_to_one_folder(work_folder: Path) -> None:
    for name in ("a", "b", "uit"):
        (work_folder / name).mkdir()
    for name in ("a", "b"):
        shutil.copy(_declaration(work_folder, "1"), work_folder / name / "x.asc")
    _refused(work_folder, work_folder / "a" / "x.asc", work_folder / "b" / "x.asc", "--out", work_folder / "uit")


def test_one_declaration_twice(work_folder: Path) -> None:
    declaration = _declaration(work_folder, "1")
    _refused(work_folder, declaration, declaration, what=f"{declaration}: is named twice; name it once")


def test_one_declaration_twice_by_another_path(work_folder: Path) -> None:
    declaration = _declaration(work_folder, "1")
    (work_folder / "koppeling.asc").symlink_to(declaration)
    (work_folder / "hard.asc").hardlink_to(declaration)
    (work_folder / "uit").mkdir()
    for other in ("koppeling.asc", "hard.asc", Path("uit") / ".." / declaration.name):
        what = f"{work_folder / other}: is named twice, as {declaration} too; name it once"
        _refused(work_folder, declaration, work_folder / other, what=what)


def test_retour_over_its_declaration(work_folder: Path) -> None:
    declaration = _declaration(work_folder, "1")
    _refused(work_folder, declaration, "--out", declaration)


def test_retour_over_a_link_to_its_declaration(work_folder: Path) -> None:
    declaration = _declaration(work_folder, "1")
    (work_folder / "koppeling.dat").symlink_to(declaration)
    _refused(work_folder, declaration, "--out", work_folder / "koppeling.dat")


def test_retour_over_another_declaration(work_folder: Path) -> None:
    shutil.copy(_declaration(work_folder, "1"), work_folder / "x.asc")
    shutil.copy(_declaration(work_folder, "1"), work_folder / "x.mz302.asc")
    _refused(work_folder, work_folder / "x.asc", work_folder / "x.mz302.asc")


# replay: store, date, dry run.


@pytest.mark.slow
def test_the_store_is_mzsim_db_in_the_work_folder_by_default(work_folder: Path) -> None:
    assert process("db", "load", STORE, cwd=work_folder).returncode == 0
    assert (work_folder / "mzsim.db").stat().st_size > 0
    ended = process("replay", "1-volledig-toegewezen.mz301.asc", *ON_DATE, "--json", cwd=work_folder)
    (outcome,) = _json(ended.stdout)
    assert (outcome["status"], outcome["retour"]) == ("volledig_toegewezen", "1-volledig-toegewezen.mz302.asc")


def test_store_from_the_environment(work_folder: Path, url: str, tmp_path: Path) -> None:
    ended = invoke("replay", _declaration(work_folder, "1"), *ON_DATE, "--json", MZSIM_STORE=url)
    assert _json(ended.stdout)[0]["status"] == "volledig_toegewezen"
    empty = f"sqlite:///{tmp_path}/leeg.db"
    words = ("replay", _declaration(work_folder, "1"), *ON_DATE, "--json", "--store", empty, "--leeg", "--dry-run")
    ended = invoke(*words, MZSIM_STORE=url)
    assert _json(ended.stdout)[0]["status"] == "afgekeurd_bestand", "--store goes before MZSIM_STORE"


def test_date_is_the_dagtekening(work_folder: Path, url: str) -> None:
    invoke("replay", _declaration(work_folder, "1"), "--store", url, "--date", "2012-01-31", "--dry-run")
    retour = (work_folder / "1-volledig-toegewezen.mz302.asc").read_bytes()
    assert retour[334:342] == b"20120131"


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()


def test_date_is_today_by_default(work_folder: Path, url: str) -> None:
    before = _today()
    invoke("replay", _declaration(work_folder, "1"), "--store", url, "--dry-run")
    retour = (work_folder / "1-volledig-toegewezen.mz302.asc").read_bytes()
    assert retour[334:342].decode() in {f"{day:%Y%m%d}" for day in (before, _today())}


def test_a_declaration_from_the_future(work_folder: Path, url: str) -> None:
    """--date is the day on which the declaration is judged: its dagtekening of 2011-04-30 is after it."""
    options = ["--store", url, "--date", "2011-04-29", "--json"]
    ended = invoke("replay", _declaration(work_folder, "1"), *options)
    assert [m["retourcode"] for m in _json(ended.stdout)[0]["meldingen"]] == ["8848"]


@pytest.mark.parametrize("date", ["0001-01-01", "9999-12-31"])
def test_outermost_dates(work_folder: Path, url: str, date: str) -> None:
    assert invoke("replay", _declaration(work_folder, "1"), "--store", url, "--date", date).exit_code == 0


def test_dry_run_writes_the_retour_and_leaves_the_store_alone(work_folder: Path, url: str) -> None:
    file = Path(url.removeprefix("sqlite:///"))
    before = file.read_bytes()
    for _ in range(2):
        ended = invoke("replay", _declaration(work_folder, "1"), "--store", url, *ON_DATE, "--dry-run", "--json")
        assert _json(ended.stdout)[0]["status"] == "volledig_toegewezen"
    assert file.read_bytes() == before
    assert (work_folder / "1-volledig-toegewezen.mz302.asc").exists()


def test_the_order_of_the_files_counts(work_folder: Path, url: str) -> None:
    """Each file is judged in the order given: the second with the same factuurnummer is too late."""
    shutil.copy(_declaration(work_folder, "1"), work_folder / "nog eens.asc")
    ended = invoke(
        "replay", work_folder / "nog eens.asc", _declaration(work_folder, "1"), "--store", url, *ON_DATE, "--json"
    )
    first, second = _json(ended.stdout)
    assert (first["status"], second["status"]) == ("volledig_toegewezen", "afgekeurd_bestand")
    assert [m["retourcode"] for m in second["meldingen"]] == ["0030"]


# explain, controles, and what they show of people.


@pytest.mark.parametrize("retour", sorted(p.name for p in FOLDER.glob("*.mz302.asc")))
def test_explain_names_every_code_and_no_person(retour: str) -> None:
    content = (FOLDER / retour).read_bytes()
    ended = invoke("explain", FOLDER / retour)
    assert (ended.exit_code, ended.stderr) == (0, "")
    for bsn in BSNS:
        assert bsn not in ended.stdout
    for name in NAMES:
        assert name not in ended.stdout
    for code in ("8198", "0030", "0150", "8004", "8007", "0435", "0423"):
        assert (f" {code} " in ended.stdout) == any(code in line.codes for line in read(content)), code


def test_explain_says_rule_source_and_remedy() -> None:
    ended = invoke("explain", FOLDER / "4b-fout-in-prestatierecord.verzekeraar.mz302.asc")
    check = REGISTER["0408-1"]
    assert check.sentence in ended.stdout
    assert check.source in ended.stdout
    assert check.remedy in ended.stdout
    assert "granted 160.00 of 660.00" in ended.stdout
    assert "declared 500.00, granted 0.00, left 500.00" in ended.stdout


def test_explain_json() -> None:
    ended = invoke("explain", "--json", FOLDER / "4b-fout-in-prestatierecord.verzekeraar.mz302.asc")
    (explanation,) = _json(ended.stdout)
    assert (explanation["afzender"], explanation["factuurnummer"]) == ("0736", "F20110001")
    assert (explanation["totaal_ingediend"], explanation["totaal_toegekend"]) == ("660.00", "160.00")
    assert [(r["record"], r["identificatie"]) for r in explanation["records"]] == [("01", None), ("02", 3), ("04", 4)]
    assert [c["retourcode"] for r in explanation["records"] for c in r["codes"]] == ["0200", "0200", "8007"]
    assert {r["bsn"] for r in explanation["records"]} == {"", "*********"}


def test_explain_unmask() -> None:
    ended = invoke("explain", "--unmask", FOLDER / "4b-fout-in-prestatierecord.verzekeraar.mz302.asc")
    assert "100197243" in ended.stdout


def test_explain_of_what_is_no_retour() -> None:
    ended = invoke("explain", FOLDER / "1-volledig-toegewezen.mz301.asc")
    assert (ended.exit_code, ended.stdout) == (2, "")
    require_one_line(ended.stderr)


@pytest.mark.parametrize(
    ("rubriek", "value"), [("0203", "300197243"), ("0210", "Vriezeman".ljust(25)), ("0211", "van der".ljust(10))]
)
def test_check_retour_shows_no_person(rubriek: str, value: str, tmp_path: Path) -> None:
    retour = tmp_path / "retour.asc"
    golden = (FOLDER / "4a-fout-in-verzekerdenrecord.alle.mz302.asc").read_bytes()
    retour.write_bytes(put(golden, 2, rubriek, value))
    declaration = FOLDER / "4a-fout-in-verzekerdenrecord.mz301.asc"
    for options in ([], ["--json"]):
        covered = invoke("check-retour", declaration, retour, *options)
        assert covered.exit_code == 1
        assert rubriek in covered.stdout
        for personal in (*BSNS, *NAMES, "Vriez"):
            assert personal not in covered.stdout
        assert value.strip() in invoke("check-retour", declaration, retour, *options, "--unmask").stdout


@pytest.mark.parametrize("number", ["1", "2a", "4a", "4b", "6"])
@pytest.mark.parametrize("options", [[], ["--json"]], ids=["tekst", "json"])
def test_replay_shows_no_person(number: str, options: list[str], work_folder: Path, url: str) -> None:
    off = invoke(
        "replay", _declaration(work_folder, number), "--store", url, *ON_DATE, "--stage", "verzekeraar", *options
    )
    for personal in (*BSNS, *NAMES):
        assert personal not in off.output


def test_controles_shows_the_whole_register() -> None:
    ended = invoke("controles")
    assert (ended.exit_code, ended.stderr) == (0, "")
    words = set(ended.stdout.split())
    assert sorted(set(REGISTER) - words) == []


def test_controles_json() -> None:
    rows = _json(invoke("controles", "--json").stdout)
    assert sorted(row["id"] for row in rows) == sorted(REGISTER)
    (row,) = (row for row in rows if row["id"] == "0408-1")
    assert {key: row[key] for key in ("niveau", "record", "rubriek", "retourcode", "door")} == {
        "niveau": 3,
        "record": "prestatie",
        "rubriek": "0408",
        "retourcode": "8007",
        "door": "VZ",
    }


# As a process: names, pipes, signals.


@pytest.mark.slow
def test_a_name_that_is_no_utf8(tmp_path: Path, url: str) -> None:
    declaration = Path(os.fsdecode(os.fsencode(tmp_path) + b"/d\xe9claratie.asc"))
    shutil.copy(FOLDER / "4b-fout-in-prestatierecord.mz301.asc", declaration)
    for options in ([], ["--json"]):
        ended = process("replay", declaration, "--store", url, *ON_DATE, "--dry-run", *options)
        assert (ended.returncode, ended.stderr) == (0, "")
    ended = process("replay", declaration.with_name(f"weg{declaration.name}"), "--store", url)
    assert ended.returncode == 2
    require_one_line(ended.stderr)


@pytest.mark.slow
def test_output_without_utf8(work_folder: Path, url: str) -> None:
    ended = process("replay", _declaration(work_folder, "4b"), "--store", url, *ON_DATE, PYTHONIOENCODING="ascii")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "8007" in ended.stdout
    ended = process("explain", work_folder / "4b-fout-in-prestatierecord.mz302.asc", PYTHONIOENCODING="ascii")
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_declaration_from_a_pipe(url: str, tmp_path: Path) -> None:
    """What can't be read twice, a named pipe, is answered all the same."""
    pipe, target = tmp_path / "pijp.asc", tmp_path / "retour.asc"
    os.mkfifo(pipe)
    content = (FOLDER / "4a-fout-in-verzekerdenrecord.mz301.asc").read_bytes()
    writer = threading.Thread(target=lambda: pipe.write_bytes(content))
    writer.start()
    ended = invoke("replay", pipe, "--store", url, *ON_DATE, "--out", target)
    writer.join()
    assert ended.exit_code == 0
    assert target.read_bytes() == (FOLDER / "4a-fout-in-verzekerdenrecord.alle.mz302.asc").read_bytes()


def test_python_m_mzsim() -> None:
    assert order()[1:] == ["-m", "mzsim"]
    assert process("controles", "--json").stdout.count("\n") == len(REGISTER)


def test_a_declaration_with_lf_only_is_answered(work_folder: Path, url: str) -> None:
    declaration = work_folder / "lf.asc"
    declaration.write_bytes(_declaration(work_folder, "1").read_bytes().replace(CRLF, b"\n"))
    ended = invoke("replay", declaration, "--store", url, *ON_DATE, "--json")
    (outcome,) = _json(ended.stdout)
    assert (ended.exit_code, outcome["status"]) == (0, "afgekeurd_bestand")


def test_the_first_of_many(tmp_path: Path, url: str) -> None:
    """People get as much as they read, and how much there is: of a replay and of a check alike."""
    message = Message().add("02")
    for number in range(1, 61):
        message.add("04", r0408="20010101", r0432=f"R{number}", r0415=f"{number % 8 + 11}", r0413=f"C{number:02}")
    declaration = tmp_path / "x.asc"
    declaration.write_bytes(bytes(message))
    ended = invoke("replay", declaration, "--store", url, *ON_DATE)
    assert ended.stdout.endswith("and 35 more; --json prints them all\n")
    retour = tmp_path / "x.mz302.asc"
    retour.write_bytes(retour.read_bytes().replace(b"20010101", b"20010102"))
    check = invoke("check-retour", declaration, retour)
    assert check.stdout.splitlines()[0].endswith(": 60 found wrong")
    assert check.stdout.endswith("and 35 more; --json prints them all\n")
