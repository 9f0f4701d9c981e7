"""The pytest plugin: fixtures `mzsim` and `mzsim_case` for whoever has mzsim installed.

Every pytest run of the user loads it, so it is light to import: what a fixture needs is imported by that fixture.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mzsim.testing.bench import Bench, PlayedCase
    from mzsim.testing.portal import Server


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the cases are."""
    group = parser.getgroup("mzsim")
    group.addoption(
        "--mzsim-cases",
        metavar="DIR",
        action="append",
        type=Path,
        default=[],
        help="Run tests that use mzsim_case on the cases below this folder (more than once: several). "
        "Goes before the ini option mzsim_cases.",
    )
    parser.addini("mzsim_cases", "Folders with the cases of tests that use mzsim_case.", type="paths", default=[])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that uses `mzsim_case` is one test for every case."""
    if "mzsim_case" not in metafunc.fixturenames:
        return
    from mzsim.common.errors import MzsimError
    from mzsim.suites.case import find_cases

    folders: list[Path] = metafunc.config.getoption("--mzsim-cases") or metafunc.config.getini("mzsim_cases")
    if not folders:
        pytest.fail(
            "mzsim_case needs cases: give their folder with --mzsim-cases DIR, or as mzsim_cases in the ini file",
            pytrace=False,
        )
    try:
        cases = [case for folder in folders for case in find_cases(folder)]
    except MzsimError as error:
        pytest.fail(str(error), pytrace=False)
    metafunc.parametrize("mzsim_case", cases, ids=[case.id for case in cases], indirect=True)


@pytest.fixture(scope="session")
def _mzsim_work_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where cases share what was loaded for them."""
    return tmp_path_factory.mktemp("mzsim-cases")


@pytest.fixture
def mzsim() -> Iterator[Bench]:
    """The simulator with a fresh store in memory: `load` insurers and polissen, `replay` declarations, look at `personas`."""
    from mzsim.testing.bench import Bench

    with Bench() as bench:
        yield bench


@pytest.fixture
def mzsim_case(request: pytest.FixtureRequest, _mzsim_work_folder: Path) -> PlayedCase:
    """One of the cases below the folder of --mzsim-cases or mzsim_cases: `check` it, or use its `steps`."""
    from mzsim.testing.bench import PlayedCase

    return PlayedCase(request.param, _mzsim_work_folder)


@pytest.fixture
def mzsim_server() -> Iterator[Server]:
    """A portal on a free port, in a folder of its own, with one empty store: see `mzsim.testing.server`."""
    from mzsim.testing.portal import server

    with server() as started:
        yield started
