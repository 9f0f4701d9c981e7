"""The parts that `leave_out` leaves out are there, each once, and so are the tests that should notice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import leave_out
from tests.leave_out import PARTS, Part


@pytest.mark.parametrize("part", PARTS, ids=[part.name for part in PARTS])
def test_a_part_stands_once_in_its_file(part: Part) -> None:
    file = leave_out.CHECKOUT / "simulator" / "mzsim" / part.file
    assert file.read_text("utf-8").count(part.text) == 1
    assert part.instead != part.text
    assert (leave_out.CHECKOUT / part.tests[0]).exists()


def test_names_are_unique() -> None:
    assert len({part.name for part in PARTS}) == len(PARTS)


def _checkout(folder: Path, test: str) -> Part:
    (package := folder / "simulator" / "mzsim").mkdir(parents=True)
    (package / "sums.py").write_text("TWO = 1 + 1\n", "utf-8")
    read = f"runpy.run_path({str(package / 'sums.py')!r})"
    (folder / "test_sums.py").write_text(
        f"import runpy\ndef test_two():\n    TWO = {read}['TWO']\n    {test}\n", "utf-8"
    )
    return Part("a one", "sums.py", " + 1", "", ("test_sums.py",))


@pytest.mark.slow
@pytest.mark.parametrize(("test", "nobody"), [("assert TWO == 2", False), ("assert TWO", True)])
def test_a_part_that_nobody_misses_is_found(test: str, nobody: bool, tmp_path: Path) -> None:
    part = _checkout(tmp_path, test)
    assert leave_out.missed(part, tmp_path) is nobody
    assert (tmp_path / "simulator" / "mzsim" / part.file).read_text("utf-8") == "TWO = 1 + 1\n"


@pytest.mark.slow
def test_tests_that_can_not_run_notice_nothing(tmp_path: Path) -> None:
    part = _checkout(tmp_path, "assert TWO == 2")._replace(tests=("nowhere.py",))
    with pytest.raises(SystemExit, match="a one: pytest ended with 4"):
        leave_out.missed(part, tmp_path)
