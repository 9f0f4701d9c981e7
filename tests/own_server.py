"""A PostgreSQL server of one's own, in a folder: to restart and to kill, as no test may do with that of others."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path | None:
    """Where the programs of PostgreSQL are, the newest there is; None where it isn't installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    return found[-1] if found else None


class OwnServer:
    """A server that runs in a folder. It keeps what is committed, as a server does."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.url = f"postgresql://mzsim@/postgres?host={folder}"

    @property
    def pid(self) -> int:
        """The process of it that started the others."""
        return int((self._folder / "data" / "postmaster.pid").read_text().split()[0])

    def make(self) -> None:
        """Makes and starts it."""
        self._do("initdb", "-D", self._folder / "data", "-A", "trust", "-U", "mzsim", "--no-sync")
        settings = f"-c listen_addresses='' -c unix_socket_directories='{self._folder}' -c max_connections=200"
        self._do("pg_ctl", "-D", self._folder / "data", "-w", "-l", self._folder / "log", "-o", settings, "start")

    def restart(self) -> None:
        """Starts it again after it ended at once, as when it was killed."""
        self._do("pg_ctl", "-D", self._folder / "data", "-w", "-l", self._folder / "log", "-m", "immediate", "restart")

    def stop(self) -> None:
        """Ends it."""
        self._do("pg_ctl", "-D", self._folder / "data", "-w", "-m", "immediate", "stop")

    def _do(self, program: str, *words: object) -> None:
        where = programs()
        assert where is not None
        command = [str(where / program), *map(str, words)]
        if os.getuid() == 0:  # as whom it refuses to run
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
        subprocess.run(command, cwd="/", check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)


@contextmanager
def own_server(folder: Path) -> Iterator[OwnServer]:
    """A server in a folder that isn't there yet; it is gone at the end. Who runs as root must let postgres come to it."""
    folder.mkdir()
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    server = OwnServer(folder)
    server.make()
    try:
        yield server
    finally:
        server.stop()
