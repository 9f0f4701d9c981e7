"""`mzsim serve` as a command, and the portal that a user's own tests start."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from mzsim.testing import server
from tests.commands import invoke, order, process, require_one_line, surroundings
from tests.server.pages import HTML, WITHIN


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--host", "0.0.0.0"), "give --token"),
        (("--host", "::"), "give --token"),
        (("--token", "short"), "16 characters or more"),
        (("--token", "spaces are not possible"), "16 characters or more"),
        (("--map", "a", "--store", "b.db"), "give one of them"),
        (("--tls", "none.pem", "none.key"), "none.pem"),
        (("--port", "99999"), "99999"),
        (("--store", "sqlite://"), "needs a store that lasts"),
    ],
    ids=str,
)
def test_what_can_not_be_started_is_told_in_a_line(
    words: tuple[str, ...], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = invoke("serve", *words)
    assert result.exit_code == 2
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_it_says_how_to_get_it(tmp_path: Path) -> None:
    for missing in ("fastapi", "uvicorn", "markdown_it", "python_multipart"):
        (tmp_path / missing).mkdir()
        (tmp_path / missing / "__init__.py").write_text(f"raise ModuleNotFoundError(name={missing!r})")
    path = os.pathsep.join([str(tmp_path), surroundings()["PYTHONPATH"]])
    found = process("serve", "--port", "0", cwd=tmp_path, PYTHONPATH=path)
    assert found.returncode in (1, 2)
    assert "pip install 'mzsim[portal]'" in found.stderr
    assert len(found.stderr.strip().splitlines()) == 1


def test_help_costs_nothing_of_it() -> None:
    code = "import sys; from mzsim.cli.main import main; main(['serve', '--help'], standalone_mode=False); print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], env=surroundings(), capture_output=True, text=True, check=True)
    assert not {"fastapi", "starlette", "uvicorn", "mzsim.server", "mzsim.store"} & set(found.stdout.split())


@pytest.mark.slow
def test_it_listens_and_ends_when_it_is_told_to(tmp_path: Path) -> None:
    command = order("serve", "--port", "0", "--map", tmp_path / "stores")
    with subprocess.Popen(
        command, env=surroundings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        found = re.fullmatch(r"mzsim portal: (http://127\.0\.0\.1:[0-9]+)/\n", running.stdout.readline())
        assert found is not None
        assert httpx.get(found[1], headers=HTML, timeout=WITHIN).status_code == 200
        taken = invoke("serve", "--port", found[1].rpartition(":")[2], "--map", tmp_path / "other")
        assert taken.exit_code == 2
        assert "choose another with --port" in require_one_line(taken.stderr)
        again = invoke("serve", "--port", "0", "--map", tmp_path / "stores")
        assert "another portal has it" in require_one_line(again.stderr)
        running.send_signal(signal.SIGTERM)
        assert running.wait(WITHIN) in (0, 2)
        assert "Traceback" not in running.stderr.read()


@pytest.mark.slow
def test_a_portal_in_a_test() -> None:
    with server() as portal:
        assert re.fullmatch(r"http://127\.0\.0\.1:[0-9]+", portal.url)
        answer = httpx.get(f"{portal.store_url}/inzendingen", headers=HTML, timeout=WITHIN)
        assert answer.status_code == 200, "it answers from the moment that it is given"
        portal.store.load("@proef")
        assert "9970" in httpx.get(f"{portal.store_url}/winkel", headers=HTML, timeout=WITHIN).text
    with pytest.raises(httpx.ConnectError):
        httpx.get(portal.url)


@pytest.mark.slow
def test_the_fixture_of_a_user(tmp_path: Path) -> None:
    (tmp_path / "test_own.py").write_text(
        "from urllib.request import Request, urlopen\n"
        "def test_page(mzsim_server):\n"
        "    page = Request(mzsim_server.url, headers={'Accept': 'text/html'})\n"
        "    assert urlopen(page).status == 200\n"
    )
    plugins = ("-p", "no:mzsim", "-p", "mzsim.testing.pytest_plugin", "-p", "no:cacheprovider")
    words = [sys.executable, "-m", "pytest", "-q", *plugins, "test_own.py"]
    found = subprocess.run(words, cwd=tmp_path, env=surroundings(), capture_output=True, text=True, check=False)
    assert "1 passed" in found.stdout, found.stdout
