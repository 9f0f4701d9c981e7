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
from mzsim.generation.making import LIST, GenerationOrder, make
from mzsim.mutation import mutators
from mzsim.mutation.all_mutators import MUTATIONS
from mzsim.mutation.declaration import MutableDeclaration
from mzsim.mutation.suite import MOST_RECORDS, BaseCase, Result, make_suite, read_base
from mzsim.standard.heen import heenrecord, read, sluitrecord
from mzsim.standard.layout import CRLF
from mzsim.store.shipped_files import path_of
from mzsim.suites.case import Case, find_cases
from mzsim.suites.playing import play_case
from tests.commands import invoke, require_one_line
from tests.examples import some
from tests.factories import Message, simple

pytestmark = pytest.mark.slow

DATE = dt.date(2026, 3, 31)
SUMS = ("9902", "9903", "9904", "9905", "9906", "9907")


def _made(folder: Path, profile: str, seed: int = 1, verzekerden: int = 10, prestaties: int = 50) -> tuple[Path, Path]:
    """A declaration and its store file."""
    made = make(GenerationOrder(profile, verzekerden, prestaties, seed, DATE, "0736"))
    declaration, store = folder / f"{profile}-{seed}.asc", folder / f"{profile}-{seed}.yaml"
    declaration.write_bytes(made.declaration)
    store.write_bytes(made.store)
    return declaration, store


def _mutations(target: Path, declaration: Path, *store: Path, checks: Collection[str] = ()) -> Result:
    work_folder = target.with_name(f"{target.name}-werk")
    work_folder.mkdir()
    basis = read_base(declaration.read_bytes(), str(declaration), [path_of(LIST), *store], None, work_folder)
    return make_suite(basis, target, work_folder, checks or REGISTER.keys(), lambda: None)


def _covered(result: Result) -> set[str]:
    return {g.mutation.check for g in result.written}


def _checks(case: Case) -> set[str]:
    """The checks that the last step of a case expects."""
    return {str(dict(require)["controle"]) for require in case.steps[-1].expected.meldingen}


def _content(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def suites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Result]]:
    """A suite of a Zvw and one of a Wlz declaration."""
    folder = tmp_path_factory.mktemp("suites")
    return {
        profile: (folder / profile, _mutations(folder / profile, *_made(folder, profile)))
        for profile in ("mondzorg", "wlz")
    }


@pytest.mark.parametrize("profile", ["mondzorg", "wlz"])
def test_every_case_passes_and_names_its_check(
    profile: str, suites: dict[str, tuple[Path, Result]], tmp_path: Path
) -> None:
    folder, result = suites[profile]
    cases = {case.id: case for case in find_cases(folder)}
    assert cases.keys() == {g.mutation.id for g in result.written}
    for id, case in cases.items():
        check = MUTATIONS[id].check
        assert _checks(case) - MUTATIONS[id].together == {check}
        assert f"level-{REGISTER[check].level}" in case.tags
        case_report = play_case(case, tmp_path)
        assert case_report.verdict == "passed", (id, case_report)


def test_together_they_cover_the_register(suites: dict[str, tuple[Path, Result]]) -> None:
    """Every check of every level: what a Zvw declaration can't fail a Wlz one can."""
    covered = set().union(*(_covered(result) for _, result in suites.values()))
    assert covered == REGISTER.keys()
    for _, result in suites.values():
        skipped = {o.controle: o.reden for o in result.skipped}
        assert skipped.keys() | _covered(result) == REGISTER.keys()
        assert all(re.match(r"needs (a|an) ", reason) for reason in skipped.values()), skipped


def test_machtigingen_of_every_message(suites: dict[str, tuple[Path, Result]]) -> None:
    for _, result in suites.values():
        assert {f"0406-{number}" for number in range(2, 7)} <= _covered(result)


def test_only_the_defect_differs(suites: dict[str, tuple[Path, Result]]) -> None:
    """Counts and total are right in every defect, but where they, or the lines of the file, are the defect."""
    seen = 0
    for folder, result in suites.values():
        original = next(folder.parent.glob(f"{folder.name}-*.asc")).read_bytes()
        for written in result.written:
            check = written.mutation.check
            if REGISTER[check].level <= 2 or check[:4] in SUMS:
                continue
            declaration = sorted((folder / written.mutation.id).glob("*.mz301.asc"))[-1].read_bytes()
            _, *details, closing = declaration.split(CRLF)[:-1]
            assert closing == sluitrecord(details)
            over = set(original.split(CRLF)) ^ set(declaration.split(CRLF))
            # Or the store is what differs, or what was sent before.
            assert over or (folder / written.mutation.id / "store.yaml").exists() or check in ("0116-2", "0413-8")
            seen += 1
    assert seen > 200


@pytest.mark.parametrize(
    ("profile", "seed", "verzekerden", "prestaties"),
    [
        ("mondzorg", 2, 1, 1),
        ("orthodontie", 4, 3, 12),
        ("implantologie", 5, 4, 20),
        ("wlz", 6, 2, 5),
    ],
)
def test_of_other_declarations_too(profile: str, seed: int, verzekerden: int, prestaties: int, tmp_path: Path) -> None:
    result = _mutations(tmp_path / "suite", *_made(tmp_path, profile, seed, verzekerden, prestaties))
    assert len(_covered(result)) > 110
    cases = find_cases(tmp_path / "suite")
    assert all(MUTATIONS[case.id].check in _checks(case) for case in cases)
    for case in some(cases):
        assert play_case(case, tmp_path).verdict == "passed", case.id


def test_the_command_makes_a_suite_that_passes(tmp_path: Path) -> None:
    declaration, store = _made(tmp_path, "mondzorg", verzekerden=2, prestaties=8)
    target = tmp_path / "suite"
    choice = [w for id in ("0203-1", "0408-1", "0408-4", "0409-8", "0432-3", "record-3") for w in ("--check", id)]
    options = ["--store-file", LIST, "--store-file", store, "--out", target]
    made = invoke("mutate", declaration, *options, "--list", *choice)
    assert made.exit_code == 0
    cases = find_cases(target)
    assert len(cases) == 7
    assert made.output.startswith(f"{target}: 7 cases for 5 of 6 checks")
    assert f"mzsim suite run {target}" in made.output
    assert "The BSN (0203) fails the elfproef." in made.output
    assert "needs a Wlz message (250)" in made.output
    for heen in declaration.read_bytes().split(CRLF):
        if heen[:2] == b"02":
            assert read(heen, "0203").decode() not in made.output
    suite_run = invoke("suite", "run", target, "--json")
    assert suite_run.exit_code == 0
    # The suite stands on its own, wherever it goes.
    shutil.move(target, tmp_path / "elders")
    store.unlink()
    assert invoke("suite", "run", tmp_path / "elders", "-k", "0432").exit_code == 0
    assert not list(tmp_path.glob(".*"))


def test_as_json(tmp_path: Path) -> None:
    declaration, _ = _made(tmp_path, "mondzorg", verzekerden=1, prestaties=2)
    choice = ("--check", "0408-1", "--check", "bestand-1", "--check", "0413-3")
    made = invoke("mutate", declaration, "--out", tmp_path / "suite", "--json", *choice)
    was_read = json.loads(made.output)
    assert was_read["suite"] == str(tmp_path / "suite")
    per_id = {case["id"]: case for case in was_read["cases"]}
    assert per_id["0408-1"] == {"id": "0408-1", "controle": "0408-1", "retourcodes": ["8007"]}
    assert per_id["bestand-1"]["retourcodes"] == []
    reason = {o["controle"]: o["reden"] for o in was_read["overgeslagen"]}
    assert reason["0413-3"] == "needs a store with prestatiecodes"


def test_same_declaration_same_suite(tmp_path: Path) -> None:
    declaration, store = _made(tmp_path, "wlz", verzekerden=2, prestaties=6)
    choice = [w for id in ("0203-3", "0409-10", "0408-4", "0433-5", "9907-1") for w in ("--check", id)]
    for name in ("een", "ander"):
        assert invoke("mutate", declaration, "--store-file", store, "--out", tmp_path / name, *choice).exit_code == 0
    assert _content(tmp_path / "een") == _content(tmp_path / "ander")
    assert len(find_cases(tmp_path / "een")) == 5


@pytest.mark.parametrize("files", [(), (LIST,)])
def test_without_polissen_a_store_of_the_declaration_itself(files: tuple[str, ...], tmp_path: Path) -> None:
    declaration, _ = _made(tmp_path, "mondzorg", verzekerden=3, prestaties=10)
    options = [word for file in files for word in ("--store-file", file)]
    for id in ("0203-3", "0408-4", "0413-3", "0430-5", "0432-3"):
        options += ["--check", id]
    made = invoke("mutate", declaration, *options, "--out", tmp_path / "suite", "--json")
    assert made.exit_code == 0
    covered = {case["controle"] for case in json.loads(made.output)["cases"]}
    assert covered == {"0203-3", "0408-4", "0430-5", "0432-3"} | ({"0413-3"} if files else set())
    assert (tmp_path / "suite" / "stores" / "derived.yaml").exists()
    assert invoke("suite", "run", tmp_path / "suite").exit_code == 0


def test_with_a_label_and_without_bsn(tmp_path: Path) -> None:
    """What the least store has to hold for it."""
    message = Message().add("02", r0203="999999999", r0205="V1").add("04")
    message.add("02", r0204="0737").add("04").add("98")
    declaration = tmp_path / "declaratie.asc"
    declaration.write_bytes(bytes(message))
    made = invoke("mutate", declaration, "--out", tmp_path / "suite", "--json")
    assert made.exit_code == 0, made.output
    assert {"0207-4", "0408-4", "0408-5"} <= {case["controle"] for case in json.loads(made.output)["cases"]}
    played = invoke("suite", "run", tmp_path / "suite")
    assert played.exit_code == 0, played.output


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (
            {"r0408": "20119999"},
            "line 3, record 04: Datum prestatie is not an existing date. (0408-1); repair that first",
        ),
        ({"r0117": "20119999"}, "(0117-1); repair that first"),
        ({"r9904": "7"}, "line 4, record 99: "),
    ],
)
def test_what_is_not_in_order_is_named(fields: dict[str, str], reason: str, tmp_path: Path) -> None:
    declaration = tmp_path / "declaratie.asc"
    declaration.write_bytes(bytes(simple(**fields)))
    made = invoke("mutate", declaration, "--out", tmp_path / "suite")
    assert made.exit_code == 2
    assert reason in require_one_line(made.stderr)
    assert list(tmp_path.iterdir()) == [declaration]


@pytest.mark.parametrize("content", [b"", b"\r\n", b"geen bericht", b"99" + b" " * 308 + CRLF, bytes(range(256)) * 40])
@pytest.mark.parametrize("with_store", [False, True])
def test_what_is_no_declaration(content: bytes, with_store: bool, tmp_path: Path) -> None:
    declaration, store = _made(tmp_path, "mondzorg", verzekerden=1, prestaties=1)
    declaration.write_bytes(content)
    options = ["--store-file", store] if with_store else []
    made = invoke("mutate", declaration, *options, "--out", tmp_path / "suite")
    assert made.exit_code == 2
    assert str(declaration) in require_one_line(made.stderr)
    assert sorted(tmp_path.iterdir()) == [declaration, store]


def test_what_can_not_be_done_is_refused(tmp_path: Path) -> None:
    declaration, store = _made(tmp_path, "mondzorg", verzekerden=1, prestaties=1)
    full = tmp_path / "vol"
    full.mkdir()
    (full / "iets").touch()
    for words, reason in (
        ((declaration, "--out", full), "is no empty folder"),
        ((declaration, "--out", store), "is no empty folder"),
        ((declaration, "--out", store / "suite"), "can't be written"),
        ((tmp_path / "nergens", "--out", tmp_path / "suite"), "can't be read"),
        ((declaration, "--out", tmp_path / "suite", "--store-file", tmp_path / "nergens.yaml"), "can't be read"),
        ((declaration, "--out", tmp_path / "suite", "--store-file", "@nergens"), "no such list"),
        ((declaration, "--out", tmp_path / "suite", "--date", "2026-03-30"), "(0117-3)"),
        ((declaration, "--out", tmp_path / "suite", "--check", "0408"), "there is no check 0408"),
    ):
        made = invoke("mutate", *words)
        assert made.exit_code == 2
        assert reason in require_one_line(made.stderr)
    assert sorted(tmp_path.iterdir()) == [declaration, store, full]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    declaration, _ = _made(tmp_path, "mondzorg", verzekerden=1, prestaties=1)
    target = tmp_path / "suite"
    target.mkdir()
    assert invoke("mutate", declaration, "--out", target, "--check", "0119-1").exit_code == 0
    assert [case.id for case in find_cases(target)] == ["0119-1"]


def test_too_long(tmp_path: Path) -> None:
    message = Message()
    for _ in range(MOST_RECORDS):
        message.add("02")
    declaration = tmp_path / "lang.asc"
    declaration.write_bytes(bytes(message))
    made = invoke("mutate", declaration, "--out", tmp_path / "suite")
    assert made.exit_code == 2
    assert f"holds over {MOST_RECORDS} records" in require_one_line(made.stderr)


@pytest.mark.parametrize(
    "message",
    [
        bytes(simple()),
        bytes(simple(r0424="99999999")),
        bytes(simple(r0424="0", r0105="T")),
        bytes(simple().add("98").add("98", r9803="0002")),
    ],
    ids=["the least", "the most", "zero in a test", "comments"],
)
def test_edges(message: bytes, tmp_path: Path) -> None:
    """Declarations in which much can't be done: what is written holds, the rest has a reason."""
    declaration = tmp_path / "declaratie.asc"
    declaration.write_bytes(message)
    made = invoke("mutate", declaration, "--out", tmp_path / "suite", "--json")
    assert made.exit_code == 0, made.stderr
    was_read = json.loads(made.output)
    assert len(was_read["cases"]) > 40
    assert all(o["reden"] for o in was_read["overgeslagen"])
    assert invoke("suite", "run", tmp_path / "suite").exit_code == 0


def test_a_defect_that_does_not_come_alone_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mutator that does something else than it says, or too much, yields no case."""
    declaration, store = _made(tmp_path, "mondzorg", verzekerden=2, prestaties=4)

    def nothing(d: MutableDeclaration):  # type: ignore[no-untyped-def]
        yield mutators.Mutant(d.message())

    def too_many(d: MutableDeclaration):  # type: ignore[no-untyped-def]
        yield mutators.Mutant(d.with_header(r0103="02", r0119="USD"))

    for check, maker in (("0119-1", too_many), ("0103-1", nothing)):
        monkeypatch.setitem(MUTATIONS, check, MUTATIONS[check]._replace(maker=maker))
    result = _mutations(tmp_path / "suite", declaration, store, checks=("0103-1", "0119-1"))
    reasons = {o.controle: o.reden for o in result.skipped}
    assert reasons["0119-1"] == "its defect gives 0103-1 as well"
    assert reasons["0103-1"] == "its defect is not objected to here"
    assert not (tmp_path / "suite" / "0119-1").exists()


def test_beleid_holds_here_too(tmp_path: Path) -> None:
    """A check that the insurer has switched off gets no case; another code of his is what the case expects."""
    declaration = tmp_path / "declaratie.asc"
    declaration.write_bytes(bytes(simple()))
    only = ("--check", "0119-1", "--check", "0403-1")
    invoke("mutate", declaration, "--out", tmp_path / "gewoon", *only)
    store = tmp_path / "store.yaml"
    text = (tmp_path / "gewoon" / "stores" / "derived.yaml").read_text("utf-8")
    beleid = "edp: true, beleid: {uit: [0119-1], retourcodes: {'0403-1': '8072'}}"
    store.write_text(text.replace("edp: true", beleid), "utf-8")
    made = invoke("mutate", declaration, "--store-file", store, "--out", tmp_path / "anders", "--json", *only)
    was_read = json.loads(made.output)
    codes = {case["controle"]: case["retourcodes"] for case in was_read["cases"]}
    assert "0119-1" not in codes
    assert codes["0403-1"] == ["8072"]


def test_register_of_mutations() -> None:
    for id, mutation in MUTATIONS.items():
        assert re.fullmatch(r"[a-z0-9.-]+", id)
        assert mutation.sentence.endswith(".")
        assert not mutation.asks or mutation.asks.startswith(("a ", "an "))
    for broken in ({"check": "0000-1"}, {"sentence": ""}, {"together": frozenset({"0000-1"})}, {}):
        with pytest.raises(mutators.MutationError):
            mutators.add(MUTATIONS["0119-1"]._replace(**{"name": "ander", **broken} if broken else {}))


def test_a_record_of_heen_is_a_record() -> None:
    basis = BaseCase(MutableDeclaration(heenrecord(b"01", {}), (), DATE, None), ())  # type: ignore[arg-type]
    assert basis.declaration.message().count(CRLF) == 2
