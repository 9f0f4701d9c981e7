"""The reports of a suite, read by what will read them: JUnit by its schema, the page by a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from tests.chromium import started
from tests.commands import invoke
from tests.suite_folder import make_case

HOSTILE = "<script>document.title='pwned'</script>&\"'"


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four cases: two pass, one fails in a rubriek, one can't be played; one has a hostile title, tag and store."""
    folder = tmp_path_factory.mktemp("r") / "suite"
    make_case(folder / "a", id="good", tags=["nightly", "with space"], source="INV 3.3 example 4a")
    make_case(folder / "b", id="hostile", title=HOSTILE, tags=[HOSTILE])
    make_case(folder / "c", id="other", title="Another retour", tags=["nightly"])
    retour = folder / "c" / "1.mz302.asc"
    retour.write_bytes(retour.read_bytes().replace(b"8004", b"\x01<b>", 1).replace(b"100197243", b"100197255", 1))
    make_case(folder / "d", id="store")
    (folder / "d" / "store.yaml").write_text(f'"{HOSTILE[:20]}": []\n')
    return folder


@pytest.fixture(scope="module")
def page(suite: Path) -> Path:
    """The page of the suite."""
    place = suite.parent / "report.html"
    assert invoke("suite", "run", suite, "--html", place).exit_code == 2
    return place


def test_junit_satisfies_the_schema(suite: Path, tmp_path: Path) -> None:
    place = tmp_path / "junit.xml"
    assert invoke("suite", "run", suite, "--junit", place).exit_code == 2
    xmlschema.XMLSchema(Path(__file__).parent / "junit.xsd").validate(place)
    root = ET.parse(place).getroot()
    assert root.attrib == {"tests": "4", "failures": "1", "errors": "1"}
    cases = {case.get("name", "").partition(":")[0]: case for case in root.iter("testcase")}
    assert list(cases) == ["good", "hostile", "other", "store"]
    assert [len(cases[id_]) for id_ in ("good", "hostile")] == [0, 0]
    (failure,) = cases["other"]
    assert (failure.tag, failure.get("type")) == ("failure", "failed")
    text = failure.text or ""
    assert "line 2, record 02 nr 3 0296 RETOURCODE (01): expected \\x01<b>, found 8004" in text
    assert "100197255" not in text
    assert [error.tag for error in cases["store"]] == ["error"]


@pytest.mark.slow
def test_the_page_fetches_nothing_from_outside(page: Path) -> None:
    text = page.read_text("utf-8")
    assert not re.search(r"""(src|href)\s*=|url\(|@import|https?://""", text)
    assert HOSTILE not in text


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """A real Chromium."""
    with started(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def opened(browser: webdriver.Chrome, page: Path) -> webdriver.Chrome:
    """The page, opened afresh."""
    browser.get(page.as_uri())
    return browser


def _visible(browser: webdriver.Chrome) -> list[str]:
    return [str(e.get_attribute("id")) for e in browser.find_elements(By.CSS_SELECTOR, ".case") if e.is_displayed()]


def _button(browser: webdriver.Chrome, verdict: str) -> Any:
    return browser.find_element(By.CSS_SELECTOR, f"button[data-verdict={verdict}]")


@pytest.mark.slow
@pytest.mark.xdist_group("chromium")
def test_the_page_in_a_browser(opened: webdriver.Chrome) -> None:
    assert opened.title == "suite: 2 passed, 1 failed, 1 error of 4 cases", "no text of a case is run as a script"
    assert _visible(opened) == ["store", "other", "good", "hostile"], "what needs a look comes first"
    assert opened.find_element(By.CSS_SELECTOR, "#hostile .title").text == HOSTILE
    other = opened.find_element(By.ID, "other").text
    assert "0296 RETOURCODE (01)" in other, "a case that failed is open"
    assert "8004 Combinatie BSN en geboortedatum verzekerde is onjuist" in other
    assert "100197243" not in opened.page_source
    assert "100197255" not in opened.page_source
    good = opened.find_element(By.ID, "good")
    assert "declared 500.00" not in good.text
    good.find_element(By.TAG_NAME, "summary").click()
    assert "declared 500.00, granted 0.00, left 500.00" in good.text
    assert "INV 3.3 example 4a" in good.text
    assert [line for line in opened.get_log("browser") if line["level"] == "SEVERE"] == []


@pytest.mark.slow
@pytest.mark.xdist_group("chromium")
def test_the_page_filters(opened: webdriver.Chrome) -> None:
    off = opened.find_element(By.ID, "shown")
    assert off.text == "4 of 4"
    _button(opened, "failed").click()
    assert (_visible(opened), off.text) == (["other"], "1 of 4")
    _button(opened, "error").click()
    assert _visible(opened) == ["store", "other"]
    _button(opened, "failed").click()
    _button(opened, "error").click()
    tag = Select(opened.find_element(By.ID, "tag"))
    assert [option.text for option in tag.options] == ["all tags", HOSTILE, "nightly", "with space"]
    tag.select_by_visible_text("nightly")
    assert _visible(opened) == ["other", "good"]
    tag.select_by_visible_text(HOSTILE)
    assert _visible(opened) == ["hostile"]
    tag.select_by_visible_text("all tags")
    text = opened.find_element(By.ID, "text")
    text.send_keys("ANOTHER  8004")
    assert _visible(opened) == ["other"]
    text.send_keys("x")
    assert _visible(opened) == []
    assert opened.find_element(By.ID, "none").is_displayed()
