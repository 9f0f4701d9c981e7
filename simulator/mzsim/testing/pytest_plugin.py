"""The pytest plugin: fixtures `mzsim` and `mzsim_case` for whoever has mzsim installed.

Every pytest run of the user loads it, so it is light to import: what a fixture needs is imported by that fixture.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mzsim.testing.bench import Proefbank, Proefgeval


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the cases are."""
    groep = parser.getgroup("mzsim")
    groep.addoption(
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
    from mzsim.suites.case import vind_gevallen

    mappen: list[Path] = metafunc.config.getoption("--mzsim-cases") or metafunc.config.getini("mzsim_cases")
    if not mappen:
        pytest.fail(
            "mzsim_case needs cases: give their folder with --mzsim-cases DIR, or as mzsim_cases in the ini file",
            pytrace=False,
        )
    try:
        gevallen = [geval for map_ in mappen for geval in vind_gevallen(map_)]
    except MzsimError as fout:
        pytest.fail(str(fout), pytrace=False)
    metafunc.parametrize("mzsim_case", gevallen, ids=[geval.id for geval in gevallen], indirect=True)


@pytest.fixture(scope="session")
def _mzsim_werkmap(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where cases share what was loaded for them."""
    return tmp_path_factory.mktemp("mzsim-cases")


@pytest.fixture
def mzsim() -> Iterator[Proefbank]:
    """The simulator with a fresh store in memory: `load` insurers and polissen, `replay` declarations, look at `personas`."""
    from mzsim.testing.bench import Proefbank

    with Proefbank() as proefbank:
        yield proefbank


@pytest.fixture
def mzsim_case(request: pytest.FixtureRequest, _mzsim_werkmap: Path) -> Proefgeval:
    """One of the cases below the folder of --mzsim-cases or mzsim_cases: `check` it, or use its `steps`."""
    from mzsim.testing.bench import Proefgeval

    return Proefgeval(request.param, _mzsim_werkmap)
