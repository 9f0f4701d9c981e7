"""Cases that travel: what comes out is what went in, wherever it is unpacked, and nothing leads out of there."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mzsim.cluster.suites.parcels import archive_of, traveller, unpack
from mzsim.common.errors import DamagedError
from mzsim.common.packing import packed, unpacked
from mzsim.suites.case import Case, read_case
from tests.make_suites import SUITES
from tests.suite_folder import make_case

STEPS = [{"declaration": "../../samen/1.asc", "antwoord": "../s.yaml", "expect": {"retour": None}}]


@pytest.fixture
def near(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A case by a path that begins where the user stands, with files on all sides of it."""
    (tmp_path / "here" / "deep").mkdir(parents=True)
    folder = make_case(tmp_path / "suite" / "café, één", store=["@uzovi", "../store.yaml"], steps=STEPS)
    (folder / "store.yaml").rename(tmp_path / "suite" / "store.yaml")
    (tmp_path / "suite" / "s.yaml").write_text("regels: []\n")
    (tmp_path / "samen").mkdir()
    (tmp_path / "samen" / "1.asc").write_bytes((folder / "1.mz301.asc").read_bytes())
    monkeypatch.chdir(tmp_path / "here" / "deep")
    return read_case(Path("../../suite/café, één"))


def _as_sent(case: Case, read: Callable[[str], str]) -> str:
    """All of a case, with its paths as they were sent."""

    def plain(value: object) -> object:
        return sorted(value) if isinstance(value, frozenset) else str(value)

    return read(json.dumps(case, default=plain))


def test_every_case_of_the_suites_comes_out_as_it_went_in(tmp_path: Path) -> None:
    cases = [read_case(file.parent) for file in sorted(SUITES.rglob("case.yaml"))[::20]]
    archive = archive_of([traveller(case) for case in cases])
    assert archive == archive_of([traveller(case) for case in cases])
    found = unpack(archive, tmp_path)
    for sent, came in zip(cases, found.cases, strict=True):
        assert _as_sent(came, found.as_sent) == _as_sent(sent, str)
        assert came.steps[0].declaration.read_bytes() == sent.steps[0].declaration.read_bytes()


def test_paths_of_who_sent_it_come_back(near: Case, tmp_path: Path) -> None:
    place = tmp_path / "elsewhere"
    place.mkdir()
    found = unpack(archive_of([traveller(near)]), place)
    (case,) = found.cases
    assert _as_sent(case, found.as_sent) == _as_sent(near, str)
    assert Path(os.path.normpath(case.steps[0].declaration)).is_relative_to(place)
    assert case.steps[0].answer is not None
    assert case.steps[0].answer.read_text() == "regels: []\n"


def test_a_case_whose_files_all_stand_elsewhere_finds_them(near: Case, tmp_path: Path) -> None:
    place = tmp_path / "elsewhere"
    place.mkdir()
    (case,) = unpack(archive_of([traveller(near)]), place).cases
    assert case.steps[0].declaration.read_bytes() == near.steps[0].declaration.read_bytes()
    assert case.store[1].read_bytes() == near.store[1].read_bytes()


def test_a_file_beside_what_a_link_leads_to_does_not_travel(near: Case, tmp_path: Path) -> None:
    """Its path says another place than where it is found; the case is played where it stands."""
    (tmp_path / "other" / "case").mkdir(parents=True)
    (tmp_path / "other" / "store.yaml").write_text("uzovi: []\n")
    (tmp_path / "suite" / "link").symlink_to(tmp_path / "other" / "case")
    with pytest.raises(OSError, match="link"):
        traveller(near._replace(store=(tmp_path / "suite" / "link" / ".." / "store.yaml",)))
    straight = near._replace(store=(tmp_path / "other" / "case" / ".." / "store.yaml",))
    assert b"uzovi: []\n" in traveller(straight).files.values()


def _changed(archive: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    line, _, content = b"".join(unpacked([archive])).partition(b"\n")
    header = json.loads(line)
    change(header)
    return b"".join(packed([json.dumps(header).encode(), b"\n", content]))


def _elsewhere(header: dict[str, Any]) -> None:
    header["cases"][0]["steps"][0]["declaration"] = "/etc/hostname"


def _out(header: dict[str, Any]) -> None:
    header["files"][0][0] = "/.." * 30 + str(Path(header["files"][0][0]).with_name("out"))


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "a file that did not come along": _elsewhere,
    "a path out of the folder": _out,
    "a length that is not that of the file": lambda header: header["files"][0].__setitem__(1, 1),
    "a length below zero": lambda header: header["files"][0].__setitem__(1, -1),
    "no cases": lambda header: header.pop("cases"),
    "a case without steps": lambda header: header["cases"][0].pop("steps"),
    "another list": lambda header: header.update(lists={"@uzovi": "0" * 64}),
    "a list that there isn't": lambda header: header.update(lists={"@none": "0" * 64}),
    "cases that are none": lambda header: header.update(cases=[1]),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_not_whole_is_refused(what: str, tmp_path: Path) -> None:
    archive = archive_of([traveller(read_case(make_case(tmp_path / "suite" / "a")))])
    place = tmp_path / "werk"
    place.mkdir()
    there = set(tmp_path.rglob("*"))
    with pytest.raises(DamagedError):
        unpack(_changed(archive, CHANGES[what]), place)
    assert {file for file in tmp_path.rglob("*") if place not in file.parents} == there


@pytest.mark.parametrize("archive", [b"", b"x" * 100, b"".join(packed([b"{}"])), b"".join(packed([b"[]\nabc"]))])
def test_what_is_no_archive_is_refused(archive: bytes, tmp_path: Path) -> None:
    with pytest.raises(DamagedError):
        unpack(archive, tmp_path)
