"""The pages in a real Chromium: both widths, languages and colour schemes, axe-core, the keyboard, and nothing from outside."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx
import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from mzsim.testing import server as portal_server
from mzsim.testing.portal import Server
from tests.chromium import started
from tests.server.pages import WITHIN, browser, every_page, submitted

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("chromium")]

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text("utf-8")
"""axe-core 4.14.1 of Deque Systems, MPL 2.0: see the licence beside it."""
_RUN_AXE = """
const done = arguments[0];
axe.run(document, {resultTypes: ["violations"]}).then(
  found => done(found.violations.map(v => `${v.id}: ${v.nodes.map(n => n.target.join(" ")).join("; ")}`)),
  error => done([`axe: ${error}`]));
"""


class Guise(NamedTuple):
    """How a page is looked at."""

    width: int
    scheme: str
    language: str


GUISES = [Guise(390, "light", "nl"), Guise(1280, "dark", "en"), Guise(390, "dark", "en"), Guise(1280, "light", "nl")]
SEEN_BY_AXE = GUISES[:2]
"""Both widths, schemes and languages."""
DESK = Guise(1280, "light", "en")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with portal_server() as started:
        yield started


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[httpx.Client]:
    with browser(server) as opened:
        yield opened


@pytest.fixture(scope="module")
def paths(server: Server, client: httpx.Client) -> list[str]:
    """Every page, with something on it."""
    return every_page(server, client)


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """A real Chromium, which finds no other host than this machine."""
    nowhere = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    with started(tmp_path_factory.mktemp("profile"), nowhere) as browser:
        browser.set_script_timeout(WITHIN)
        yield browser


@pytest.fixture
def at(chromium: webdriver.Chrome, server: Server) -> Callable[..., webdriver.Chrome]:
    """Opens a page of the portal, as wide as a desk's by default, in English."""

    def opened(path: str, guise: Guise = DESK) -> webdriver.Chrome:
        _put_on(chromium, guise)
        chromium.get(server.url + path)
        return chromium

    return opened


def _put_on(chromium: webdriver.Chrome, guise: Guise) -> None:
    size = {"width": guise.width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    scheme = {"features": [{"name": "prefers-color-scheme", "value": guise.scheme}]}
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", scheme)
    chromium.execute_cdp_cmd("Network.enable", {})
    chromium.execute_cdp_cmd("Network.setExtraHTTPHeaders", {"headers": {"Accept-Language": guise.language}})


def _wait(chromium: webdriver.Chrome, until: Callable[[Any], Any]) -> Any:
    return WebDriverWait(chromium, WITHIN, 0.1).until(until)


def _live(chromium: webdriver.Chrome) -> str:
    """What the part of a page says that renews itself; in one go, for it may do so at any moment."""
    return str(chromium.execute_script("return document.getElementById('live')?.innerText ?? ''"))


def _focused(chromium: webdriver.Chrome) -> Any:
    return chromium.switch_to.active_element


def _tab_to(chromium: webdriver.Chrome, css: str, most: int = 80) -> Any:
    """Presses Tab until something of this kind has the focus, as who has no mouse does."""
    for _ in range(most):
        webdriver.ActionChains(chromium).send_keys(Keys.TAB).perform()
        if chromium.execute_script("return document.activeElement.matches(arguments[0])", css):
            return _focused(chromium)
    raise AssertionError(f"{css} is not reached with the Tab key")


@pytest.mark.parametrize("guise", GUISES, ids=lambda guise: "-".join(map(str, guise)))
def test_every_page_fits_and_axe_finds_nothing(
    at: Callable[..., webdriver.Chrome], paths: list[str], guise: Guise, pytestconfig: pytest.Config
) -> None:
    """axe-core takes longer than all the rest: it sees each page in one guise, and with `--all` in two."""
    every = pytestconfig.getoption("all")
    for number, path in enumerate(paths):
        page = at(path, guise)
        page.execute_script("document.querySelectorAll('details').forEach(one => one.open = true)")
        wide = page.execute_script("return document.documentElement.scrollWidth")
        assert wide <= guise.width, f"{path} is {wide} wide"
        assert page.execute_script("return document.documentElement.lang") == guise.language
        if guise in (SEEN_BY_AXE if every else [SEEN_BY_AXE[number % len(SEEN_BY_AXE)]]):
            page.execute_script(AXE)
            assert page.execute_async_script(_RUN_AXE) == [], path


def test_nothing_is_asked_of_another_host_and_nothing_is_refused_by_the_policy(
    at: Callable[..., webdriver.Chrome], paths: list[str], chromium: webdriver.Chrome
) -> None:
    chromium.get_log("performance")
    chromium.get_log("browser")
    for path in paths:
        at(path)
    asked = [
        message["params"]["request"]["url"]
        for entry in chromium.get_log("performance")
        if (message := json.loads(entry["message"])["message"])["method"] == "Network.requestWillBeSent"
    ]
    assert len(asked) >= len(paths)
    assert {urlsplit(url).hostname for url in asked if not url.startswith("data:")} == {"127.0.0.1"}
    severe = [line["message"] for line in chromium.get_log("browser") if line["level"] == "SEVERE"]
    assert [message for message in severe if "/nowhere" not in message] == []


def test_the_list_keeps_itself_up_to_date(
    at: Callable[..., webdriver.Chrome], server: Server, client: httpx.Client
) -> None:
    page = at(f"/s/{server.store.name}/inzendingen")
    page.execute_script("window.same = true")
    number = submitted(server, client, "volledig").rsplit("/", 1)[1]
    row = _wait(page, lambda p: p.find_elements(By.ID, f"inzending-{number}"))[0]
    assert page.execute_script("return window.same"), "the page was not loaded again"
    _wait(page, lambda p: "Handled" in _live(p))
    assert row is not None


def test_a_persona_is_submitted_and_a_rubriek_read_with_the_keyboard_alone(
    at: Callable[..., webdriver.Chrome], paths: list[str]
) -> None:
    page = at("/personas/basis-en-aanvullend")
    first = _tab_to(page, "a", 1)
    assert first.get_attribute("class") == "skip"
    first.send_keys(Keys.ENTER)
    assert _focused(page).get_attribute("id") == "main"
    _tab_to(page, "main form button").send_keys(Keys.ENTER)
    _wait(page, lambda p: "/inzendingen/" in p.current_url)
    _wait(page, lambda p: "Handled" in _live(p))
    page.refresh()
    _tab_to(page, "details:nth-of-type(3) > summary").send_keys(Keys.ENTER)
    rubriek = _tab_to(page, ".field-in-line")
    tip = rubriek.find_element(By.CLASS_NAME, "tip")
    assert tip.is_displayed()
    assert tip.text == "0401 KENMERK RECORD (1–2)"
    outline = page.execute_script("return getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "where the focus is can be seen"


def test_a_file_is_dropped_or_chosen(at: Callable[..., webdriver.Chrome], server: Server, tmp_path: Path) -> None:
    file = tmp_path / "dropped.asc"
    file.write_bytes(b"no declaration at all")
    page = at("/")
    page.find_element(By.ID, "bestand").send_keys(str(file))
    page.find_element(By.CSS_SELECTOR, ".drop button").click()
    _wait(page, lambda p: "Unreadable" in _live(p))
    assert page.find_element(By.TAG_NAME, "h1").text == "dropped.asc"


def test_everything_works_without_javascript(
    at: Callable[..., webdriver.Chrome], chromium: webdriver.Chrome, paths: list[str]
) -> None:
    chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page = at("/personas/verzekerd-deel")
        page.find_element(By.CSS_SELECTOR, "main form button").click()
        until = time.monotonic() + WITHIN
        while "Handled" not in page.find_element(By.ID, "live").text:
            assert time.monotonic() < until
            page.refresh()
        page.find_element(By.LINK_TEXT, "Why").click()
        assert "Each cent" in page.find_element(By.TAG_NAME, "main").text
        page.find_element(By.LINK_TEXT, "Nederlands").click()
        assert "Elke cent" in page.find_element(By.TAG_NAME, "main").text
    finally:
        chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
        chromium.delete_all_cookies()


def test_status_is_a_word_and_a_shape_before_it_is_a_colour(
    at: Callable[..., webdriver.Chrome], paths: list[str], server: Server
) -> None:
    page = at(f"/s/{server.store.name}/inzendingen")
    shapes = page.execute_script("""
        const one = kind => { const e = document.createElement("span"); e.className = `status ${kind}`;
          document.querySelector("main").append(e); const s = getComputedStyle(e, "::before");
          return [s.borderRadius, s.transform, s.height, s.borderTopWidth].join(" "); };
        return ["good", "bad", "wait", "part"].map(one);""")
    assert len(set(shapes)) == 4
    assert all(status.text for status in page.find_elements(By.CSS_SELECTOR, "table .status"))
