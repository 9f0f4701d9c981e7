"""A vendor's connector, written from the manual alone: it hands files in, polls, and books what comes back, each once.

What it knows it keeps in a file, written before it goes on: so it may lose its connection, or be ended, anywhere.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx


class Connector:
    """Works with one store of a portal. `post` and `get` may raise `httpx.TransportError`; then `run` is called once more."""

    def __init__(self, store_url: str, memory: Path, transport: httpx.BaseTransport | None = None) -> None:
        self._client = httpx.Client(base_url=store_url, timeout=20, transport=transport)
        self._memory = memory
        self._known: dict[str, Any] = {"sent": {}, "last": 0, "booked": {}}
        if memory.exists():
            self._known = json.loads(memory.read_text("utf-8"))

    def __enter__(self) -> Connector:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def run(self, files: list[Path], day: str) -> dict[str, str]:
        """Hands in what was not yet, and books retours until each file has one; the retours by the name of the file."""
        for file in files:
            if file.name not in self._known["sent"]:
                self._hand_in(file, day)
        while len(self._known["booked"]) < len(self._known["sent"]):
            self._fetch()
        return dict(self._known["booked"])

    def _hand_in(self, file: Path, day: str) -> None:
        # The key makes it safe to send again what was not answered: the portal says what it said then.
        answer = self._client.post(
            "/inzendingen",
            params={"bestandsnaam": file.name, "datum": day},
            content=file.read_bytes(),
            headers={"Idempotency-Key": f"connector-{file.name}"},
        )
        answer.raise_for_status()
        self._keep(sent={**self._known["sent"], file.name: answer.json()[0]["id"]})

    def _fetch(self) -> None:
        page = self._client.get("/retouren", params={"na": self._known["last"], "wacht": 20}).raise_for_status().json()
        names = {id: name for name, id in self._known["sent"].items()}
        for one in page["retouren"]:
            retour = self._client.get(f"/retouren/{one['id']}").raise_for_status().text
            name = names[one["inzending"]]
            assert name not in self._known["booked"], "booked twice"
            # The booking and the cursor are kept in one go: what is booked is never asked for again.
            self._keep(booked={**self._known["booked"], name: retour}, last=one["id"])

    def _keep(self, **known: Any) -> None:
        self._known |= known
        part = self._memory.with_suffix(".part")
        part.write_text(json.dumps(self._known), "utf-8")
        part.replace(self._memory)
