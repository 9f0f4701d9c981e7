"""What the tests of pages share: a browser without JavaScript, a reader of what a page holds, and a tour of every page."""

from __future__ import annotations

import time
from html.parser import HTMLParser

import httpx

from mzsim.personas import find
from mzsim.testing.portal import Server

HTML = {"Accept": "text/html"}
HOSTILE = "\"><script>document.title='owned'</script><b onmouseover=x>'{{7*7}} &amp; <<: *a"
"""What no page may take for anything but text: HTML, a template, an entity, YAML."""
_OWN_SCRIPTS = ("/static/htmx.min.js?", "/static/portal.js?")
WITHIN = 240.0
"""Seconds in which whatever a page waits for must come."""


class Read(HTMLParser):
    """A page as a browser takes it: its words, whatever in it would run or draw that isn't ours, and where it leads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._words: list[str] = []
        self.values: list[str] = []
        self.foreign: list[str] = []
        self.links: list[str] = []
        self.actions: list[str] = []
        self.feed(text)

    @property
    def text(self) -> str:
        """All text, with what stands in fields."""
        return " ".join(" ".join([*self._words, *self.values]).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "script" and not values.get("src", "").startswith(_OWN_SCRIPTS):
            self.foreign.append(tag)
        if tag in ("style", "iframe", "object", "embed", "base", "b", "img"):
            self.foreign.append(tag)
        self.foreign += [name for name in values if name.startswith("on") or name == "style"]
        self.links += [values[name] for name in ("href", "src", "hx-get") if name in values]
        self.actions += [values["action"]] if "action" in values else []
        self.values += [values["value"]] if "value" in values else []

    def handle_data(self, data: str) -> None:
        self._words.append(data)


def browser(server: Server, language: str = "en") -> httpx.Client:
    """A browser without JavaScript."""
    headers = {**HTML, "Accept-Language": language}
    return httpx.Client(base_url=server.url, headers=headers, follow_redirects=True, timeout=WITHIN)


def settled(client: httpx.Client, path: str) -> str:
    """A page, once nothing on it is under way."""
    until = time.monotonic() + WITHIN
    while 'class="status wait"' in (text := client.get(path).text):
        assert time.monotonic() < until, f"{path} is still waiting"
        time.sleep(0.1)
    return text


def submitted(server: Server, client: httpx.Client, persona: str = "procent") -> str:
    """The path of a submission of a persona that was answered."""
    found = client.post(f"/personas/{persona}/declaraties/1/inzenden", data={"winkel": server.store.name})
    assert found.status_code == 200, found.text
    path = found.url.path
    settled(client, path)
    assert find(persona).declaraties[0].file_name in client.get(path).text
    return path


def every_page(server: Server, client: httpx.Client) -> list[str]:
    """Something of everything, and the path of each page that then shows it."""
    client.post("/proef").raise_for_status()
    answered = submitted(server, client)
    shop = f"/s/{server.store.name}"
    run = client.post("/suites/inv/runs").url.path
    pack = client.post("/certificering", data={"suite": "inv", "soort": "blind"}).url.path
    settled(client, run)
    settled(client, pack)
    graded = client.post(
        f"{pack}/resultaten", files={"resultaat": ("result.json", b'{"retours": []}')}, data={"profiel": "basis"}
    ).url.path
    settled(client, graded)
    return [
        "/",
        *(f"{shop}/inzendingen", answered, f"{answered}/declaratie", f"{answered}/retour", f"{answered}/uitleg"),
        *(
            f"{shop}/winkel",
            f"{shop}/winkel?lijst=polissen",
            f"{shop}/winkel/leeg",
            f"{shop}/scripts",
            f"{shop}/gedrag",
        ),
        *("/winkels", f"/winkels/{server.store.name}/weg", "/personas", "/personas/procent"),
        *("/suites", "/suites/inv", run, "/certificering", pack, graded),
        *("/controles?rubriek=0408", "/controles/0408-1", "/retourcodes?q=bsn", "/retourcodes/8007"),
        *("/eisen?paragraaf=2.3.17", "/api", "/manual", "/manual/portal", "/inloggen", "/nowhere"),
    ]
