"""Plays the suites through every door of the portal, and compares with the command line: `python -m tests.portal_equal`.

Each case is answered by `mzsim replay`, by the HTTP API, by the web service (zeep is the client) and by a folder that is
watched, on a store of its own each time. The retours must be the same bytes, and be missing in the same places. The web service
has no way to ask who answers, so there a case counts with the whole path. Ends with status 1 where anything differs.
"""

from __future__ import annotations

import argparse
import datetime as dt
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import zeep

from mzsim.domain.findings import Stage
from mzsim.server.access import Access
from mzsim.server.jobs import Jobs
from mzsim.server.portal import Portal, Settings
from mzsim.server.serving import Place, in_thread
from mzsim.server.watch import Terms, Watch
from mzsim.store.loading import load_file
from mzsim.store.session import open_store
from mzsim.suites.case import Case, CaseStep, find_cases
from tests.commands import invoke
from tests.make_suites import KINDS, SUITES

Retours = list[bytes | None]
"""What came back of each step of a case."""
_SERVICES = {"IndienenDeclaratieV1": "Soap11", "DownloadenRetourinformatieV1": ""}
"""The services, with what stands behind the name of the port that is spoken to: both versions of SOAP are."""


class _Clock:
    """The clock of the portal: noon of the day on which a step plays."""

    def __init__(self) -> None:
        self.time = dt.datetime(2000, 1, 1, 12, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.time

    def on(self, day: dt.date) -> None:
        self.time = dt.datetime.combine(day, dt.time(12), dt.UTC)


class Doors(NamedTuple):
    """A portal that listens, and where stores and files of the comparison are."""

    portal: Portal
    url: str
    clock: _Clock
    folder: Path
    clients: dict[str, zeep.Client]

    def new_store(self, case: Case) -> str:
        """A store that holds what a case asks for; those that ask the same share what is loaded."""
        kept = self.folder / "kept" / f"{abs(hash(case.store))}.db"
        if not kept.exists():
            store = open_store(f"sqlite:///{kept}")
            for file in case.store:
                load_file(store, file)
            store.close()
        return f"sqlite:///{shutil.copy(kept, self.folder / f'{len(list(self.folder.iterdir()))}.db')}"

    def by_command(self, case: Case, *, whole: bool = False) -> Retours:
        """By `mzsim replay`; `whole` by the whole path, whoever answers in the case."""
        store, back = self.new_store(case), self.folder / "back.asc"
        found: Retours = []
        for step in case.steps:
            back.unlink(missing_ok=True)
            words = ("--store", store, "--date", step.date, "--out", back)
            invoke("replay", step.declaration, *words, "--stage", Stage.ALL if whole else step.stage)
            found.append(back.read_bytes() if back.exists() else None)
        return found

    def by_api(self, case: Case) -> Retours:
        """By the HTTP API."""
        name, _ = self._made(case)
        with httpx.Client(base_url=f"{self.url}/s/{name}", timeout=60) as client:
            return [self._asked(client, name, step) for step in case.steps]

    def _asked(self, client: httpx.Client, name: str, step: CaseStep) -> bytes | None:
        asked = {"datum": str(step.date), "stage": str(step.stage)}
        sent = client.post("/inzendingen", params=asked, content=step.declaration.read_bytes())
        assert sent.status_code == 202, sent.text
        self.portal.store(name).work()
        back = client.get(f"/inzendingen/{sent.json()[0]['id']}/retour")
        assert back.status_code in (200, 404), back.text
        return back.content if back.status_code == 200 else None

    def by_soap(self, case: Case) -> Retours:
        """By the web service."""
        name, token = self._made(case)
        sending, fetching = (self._service(service, name, token) for service in _SERVICES)
        found: Retours = []
        for step in case.steps:
            self.clock.on(step.date)
            content = step.declaration.read_bytes()
            file = {"Bestandsnaam": "declaratie.asc", "Bestandsgrootte": len(content), "Data": content}
            (sent,) = sending.Indienen(DeclaratieBestand=file)
            assert sent.Resultaatcode == 102, sent
            self.portal.store(name).work()
            back = fetching.Download(DeclaratieId=sent.DeclaratieId)
            found.append(back.Bestand.Data if back.Resultaatcode == 107 else None)
        return found

    def _service(self, service: str, name: str, token: str) -> Any:
        place = f"{self.url}/s/{name}/{token}/Router.V1.svc/{service}"
        if service not in self.clients:
            self.clients[service] = zeep.Client(f"{place}?wsdl")
        client, port = self.clients[service], service + _SERVICES[service]
        (namespace,) = {binding.rpartition("}")[0] for binding in client.wsdl.bindings}
        return client.create_service(f"{namespace}}}{port}", place + _SERVICES[service])

    def _made(self, case: Case) -> tuple[str, str]:
        entry, token = self.portal.make_store(f"s{len(self.portal.stores())}", url=self.new_store(case))
        return entry.name, token

    def by_watch(self, case: Case) -> Retours:
        """By a folder that is watched."""
        store = open_store(self.new_store(case))
        found: Retours = []
        with tempfile.TemporaryDirectory() as folder:
            coming, going = Path(folder) / "in", Path(folder) / "uit"
            coming.mkdir()
            going.mkdir()
            for number, step in enumerate(case.steps):
                shutil.copy(step.declaration, coming / f"{number}.asc")
                with Watch(
                    coming, going, store, Terms(0, 0, step.date, step.stage), *[lambda: 1_800_000_000.0] * 2
                ) as watch:
                    while not watch.idle:
                        list(watch.look())
                back = going / f"{number}.mz302.asc"
                found.append(back.read_bytes() if back.exists() else None)
        store.close()
        return found


@contextmanager
def doors(folder: Path) -> Iterator[Doors]:
    """A portal that listens on this machine; its stores answer when they are told to."""
    (folder / "kept").mkdir()
    clock = _Clock()
    settings = Settings(stores=100_000)
    with (
        Portal(folder / "portal", clock=clock, workers=False, settings=settings) as portal,
        in_thread(portal, Jobs(folder / "jobs"), Place(), Access()) as url,
    ):
        yield Doors(portal, url, clock, folder, {})


def differences(cases: Iterable[Case], open_doors: Doors) -> Iterator[str]:
    """What differs, a line each."""
    for case in cases:
        reference = open_doors.by_command(case)
        whole = all(step.stage is Stage.ALL for step in case.steps)
        compared: Sequence[tuple[str, Callable[[Case], Retours], Retours]] = (
            ("API", open_doors.by_api, reference),
            ("SOAP", open_doors.by_soap, reference if whole else open_doors.by_command(case, whole=True)),
            ("watch", open_doors.by_watch, reference),
        )
        for door, play, expected in compared:
            if (found := play(case)) != expected:
                sizes = [[None if one is None else len(one) for one in retours] for retours in (expected, found)]
                yield f"{case.id}: {door}: bytes of the retours {sizes[1]}, not {sizes[0]}, or others"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suites", nargs="*", choices=[*KINDS, []], help="only these suites")
    asked = parser.parse_args()
    cases = [case for name in asked.suites or KINDS for case in find_cases(SUITES / name)]
    with tempfile.TemporaryDirectory() as folder, doors(Path(folder)) as open_doors:
        found = []
        for line in differences(cases, open_doors):
            print(line, flush=True)
            found.append(line)
    print(f"{len(cases)} cases, {sum(len(case.steps) for case in cases)} declarations, by 3 doors: {len(found)} differ")
    raise SystemExit(bool(found))


if __name__ == "__main__":
    main()
