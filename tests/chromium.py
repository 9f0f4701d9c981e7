"""A real Chromium for tests, driven by selenium; skipped where there is none, but for MZSIM_TEST_CHROMIUM=required."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from selenium import webdriver


@contextmanager
def started(profile: Path, *words: str) -> Iterator[webdriver.Chrome]:
    """A Chromium that keeps what it knows in a folder; `words` are options of its command line more."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        if os.environ.get("MZSIM_TEST_CHROMIUM") == "required":
            pytest.fail("chromium and chromedriver must be here")
        pytest.skip("no chromium and chromedriver here (Debian: apt-get install chromium chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for word in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", f"--user-data-dir={profile}", *words):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield browser
    browser.quit()
