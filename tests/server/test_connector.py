"""A vendor's software that loses its connection books each retour once; and every door gives what the command line does."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import httpx
import pytest

import mzsim.testing
from mzsim.suites.case import find_cases
from tests.factories import simple
from tests.make_inv3 import STORE
from tests.make_suites import KINDS, SUITES
from tests.portal_equal import differences, doors
from tests.server.connector import Connector

pytestmark = pytest.mark.slow


class _Breaking(httpx.HTTPTransport):
    """A network that breaks: at the request of this number, before it arrives or after it was answered."""

    def __init__(self, numbers: Iterator[int], before: int, after: int) -> None:
        super().__init__()
        self._numbers, self._before, self._after = numbers, before, after

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        number = next(self._numbers)
        if number == self._before:
            raise httpx.ConnectError("the network is down", request=request)
        answer = super().handle_request(request)
        if number == self._after:
            answer.close()
            raise httpx.ReadError("the connection was lost", request=request)
        return answer


@pytest.mark.parametrize(("before", "after"), [(4, 7), (13, 8), (1, 10), (15, 13)])
def test_ten_files_are_booked_once_each(tmp_path: Path, before: int, after: int) -> None:
    files = []
    for number in range(10):
        file = tmp_path / f"{number}.asc"
        file.write_bytes(bytes(simple(r0116=f"C{number}")))
        files.append(file)
    requests = count(1)
    with mzsim.testing.server() as portal:
        portal.store.load(STORE.read_text("utf-8"))
        lost = 0
        while True:
            network = _Breaking(requests, before, after)
            try:
                with Connector(portal.store_url, tmp_path / "memory.json", network) as connector:
                    booked = connector.run(files, "2011-05-02")
                break
            except httpx.TransportError:
                lost += 1
        assert lost == 2
        assert set(booked) == {file.name for file in files}
        submissions = portal.store.submissions()
        assert [one.bestandsnaam for one in submissions] == [file.name for file in files]
        for one in submissions:
            assert booked[one.bestandsnaam].encode("latin-1") == b"".join(portal.store.retour(one.id))


def test_every_door_gives_the_same_bytes(tmp_path: Path) -> None:
    """A few cases of each suite; `python -m tests.portal_equal` plays all of them."""
    cases = [case for name in KINDS for case in find_cases(SUITES / name)[:: 40 if name != "inv" else 10]]
    with doors(tmp_path) as open_doors:
        assert list(differences(cases, open_doors)) == []
