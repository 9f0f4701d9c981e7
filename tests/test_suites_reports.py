"""The reports of a suite, read by what will read them: JUnit by its schema, the page by a browser."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from tests.commands import invoke
from tests.suite_folder import maak_case

KWAAD = "<script>document.title='pwned'</script>&\"'"


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four cases: two pass, one fails in a rubriek, one can't be played; one has a hostile title, tag and store."""
    map_ = tmp_path_factory.mktemp("r") / "suite"
    maak_case(map_ / "a", id="good", tags=["nightly", "with space"], source="INV 3.3 example 4a")
    maak_case(map_ / "b", id="hostile", title=KWAAD, tags=[KWAAD])
    maak_case(map_ / "c", id="other", title="Another retour", tags=["nightly"])
    retour = map_ / "c" / "1.mz302.asc"
    retour.write_bytes(retour.read_bytes().replace(b"8004", b"\x01<b>", 1).replace(b"100197243", b"100197255", 1))
    maak_case(map_ / "d", id="store")
    (map_ / "d" / "store.yaml").write_text(f'"{KWAAD[:20]}": []\n')
    return map_


@pytest.fixture(scope="module")
def pagina(suite: Path) -> Path:
    """The page of the suite."""
    plaats = suite.parent / "report.html"
    assert invoke("suite", "run", suite, "--html", plaats).exit_code == 2
    return plaats


def test_junit_voldoet_aan_het_schema(suite: Path, tmp_path: Path) -> None:
    plaats = tmp_path / "junit.xml"
    assert invoke("suite", "run", suite, "--junit", plaats).exit_code == 2
    xmlschema.XMLSchema(Path(__file__).parent / "junit.xsd").validate(plaats)
    wortel = ET.parse(plaats).getroot()
    assert wortel.attrib == {"tests": "4", "failures": "1", "errors": "1"}
    gevallen = {geval.get("name", "").partition(":")[0]: geval for geval in wortel.iter("testcase")}
    assert list(gevallen) == ["good", "hostile", "other", "store"]
    assert [len(gevallen[id_]) for id_ in ("good", "hostile")] == [0, 0]
    (mislukt,) = gevallen["other"]
    assert (mislukt.tag, mislukt.get("type")) == ("failure", "failed")
    tekst = mislukt.text or ""
    assert "line 2, record 02 nr 3 0296 RETOURCODE (01): expected \\x01<b>, found 8004" in tekst
    assert "100197255" not in tekst
    assert [fout.tag for fout in gevallen["store"]] == ["error"]


def test_de_pagina_haalt_niets_van_buiten(pagina: Path) -> None:
    tekst = pagina.read_text("utf-8")
    assert not re.search(r"""(src|href)\s*=|url\(|@import|https?://""", tekst)
    assert KWAAD not in tekst


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """A real Chromium."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        if os.environ.get("MZSIM_TEST_CHROMIUM") == "required":
            pytest.fail("chromium and chromedriver must be here")
        pytest.skip("no chromium and chromedriver here (Debian: apt-get install chromium chromium-driver)")
    opties = webdriver.ChromeOptions()
    opties.binary_location = chromium
    profiel = tmp_path_factory.mktemp("profile")
    for woord in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", f"--user-data-dir={profiel}"):
        opties.add_argument(woord)
    opties.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    gestart = webdriver.Chrome(options=opties, service=webdriver.ChromeService(driver))
    yield gestart
    gestart.quit()


@pytest.fixture
def geopend(browser: webdriver.Chrome, pagina: Path) -> webdriver.Chrome:
    """The page, opened afresh."""
    browser.get(pagina.as_uri())
    return browser


def _zichtbaar(browser: webdriver.Chrome) -> list[str]:
    return [str(e.get_attribute("id")) for e in browser.find_elements(By.CSS_SELECTOR, ".case") if e.is_displayed()]


def _knop(browser: webdriver.Chrome, oordeel: str) -> Any:
    return browser.find_element(By.CSS_SELECTOR, f"button[data-verdict={oordeel}]")


@pytest.mark.xdist_group("chromium")
def test_de_pagina_in_een_browser(geopend: webdriver.Chrome) -> None:
    assert geopend.title == "suite: 2 passed, 1 failed, 1 error of 4 cases", "no text of a case is run as a script"
    assert _zichtbaar(geopend) == ["store", "other", "good", "hostile"], "what needs a look comes first"
    assert geopend.find_element(By.CSS_SELECTOR, "#hostile .title").text == KWAAD
    ander = geopend.find_element(By.ID, "other").text
    assert "0296 RETOURCODE (01)" in ander, "a case that failed is open"
    assert "8004 Combinatie BSN en geboortedatum verzekerde is onjuist" in ander
    assert "100197243" not in geopend.page_source
    assert "100197255" not in geopend.page_source
    goed = geopend.find_element(By.ID, "good")
    assert "declared 500.00" not in goed.text
    goed.find_element(By.TAG_NAME, "summary").click()
    assert "declared 500.00, granted 0.00, left 500.00" in goed.text
    assert "INV 3.3 example 4a" in goed.text
    assert [regel for regel in geopend.get_log("browser") if regel["level"] == "SEVERE"] == []


@pytest.mark.xdist_group("chromium")
def test_de_pagina_kiest(geopend: webdriver.Chrome) -> None:
    uit = geopend.find_element(By.ID, "shown")
    assert uit.text == "4 of 4"
    _knop(geopend, "failed").click()
    assert (_zichtbaar(geopend), uit.text) == (["other"], "1 of 4")
    _knop(geopend, "error").click()
    assert _zichtbaar(geopend) == ["store", "other"]
    _knop(geopend, "failed").click()
    _knop(geopend, "error").click()
    tag = Select(geopend.find_element(By.ID, "tag"))
    assert [optie.text for optie in tag.options] == ["all tags", KWAAD, "nightly", "with space"]
    tag.select_by_visible_text("nightly")
    assert _zichtbaar(geopend) == ["other", "good"]
    tag.select_by_visible_text(KWAAD)
    assert _zichtbaar(geopend) == ["hostile"]
    tag.select_by_visible_text("all tags")
    tekst = geopend.find_element(By.ID, "text")
    tekst.send_keys("ANOTHER  8004")
    assert _zichtbaar(geopend) == ["other"]
    tekst.send_keys("x")
    assert _zichtbaar(geopend) == []
    assert geopend.find_element(By.ID, "none").is_displayed()
