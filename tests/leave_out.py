"""Leaves out the parts of the fast ways one at a time, to see that a test notices each: `python -m tests.leave_out [part…]`.

A fast way that is wrong gives wrong verdicts, not errors, so what its parts are for has to be seen in tests. Works in a
copy of the checkout; runs the tests that should notice, first as they are and then for each part; prints the parts that
nobody missed, and ends with 1 where there are any.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

CHECKOUT = Path(__file__).parents[1]
_COPIED = ("CHANGELOG.md", "README.md", "fixtures", "migrations", "pyproject.toml", "simulator", "tests")
_PACKAGE = Path("simulator") / "mzsim"
_FAILED = 1
"""Status of pytest where tests failed; with any other there is something else wrong."""


class Part(NamedTuple):
    """A part of a fast way: a text that stands once in a file of the package, what to put in its place, and the words
    for pytest that choose the tests which should notice."""

    name: str
    file: str
    text: str
    instead: str
    tests: tuple[str, ...]


_KNOWN = ("tests/test_known_good.py",)
_LONG = ("tests/test_long_files.py",)
_PROPERTIES = ("tests/test_properties.py", "-k", "short_ways or korte_weg_van_prestatie or een_tijdvak")
_GRANTING = ("tests/test_granting.py",)
_KEPT = ("tests/test_granting_properties.py", "-k", "where_nothing_is_kept")
_READS = ("tests/test_what_checks_read.py", "-m", "not slow")


def _case(check: str) -> tuple[str, ...]:
    return ("tests/test_checks.py", "-k", f"{check}:")


PARTS = (
    # Lines in hundreds.
    Part(
        "the reserve far into a file",
        "checks/file.py",
        "\n            or not all(map(bytes.endswith, regels, map(_RESERVE.__getitem__, kenmerken)))",
        "",
        _LONG,
    ),
    Part("the length far into a file", "checks/file.py", "or {*map(len, regels)} != {LENGTE_HEEN}", "", _LONG),
    Part(
        "identificaties far into a file",
        "checks/file.py",
        'identificaties != [b"%012d" % nummer for nummer in range(self._geteld, geteld)]',
        "False",
        _LONG,
    ),
    Part("a CR within a line", "standard/reader.py", "not any(map(contains, regels, repeat(_CR))) and ", "", _LONG),
    Part("an LF within a line", "standard/reader.py", " and not any(map(contains, regels, repeat(_LF)))", "", _LONG),
    Part(
        "the byte before an LF", "standard/reader.py", "blok[lengte::regellengte] == aantal * CRLF[:1]", "True", _LONG
    ),
    Part(
        "credits among debet records",
        "reading/first_reading.py",
        "                if bedrag.endswith(CREDIT):\n                    self",
        "                if True:\n                    self",
        _LONG,
    ),
    Part(
        "the last line of record-3",
        "reading/first_reading.py",
        "laatste = Regel(nummer, *stuk[-1])",
        "laatste = Regel(nummer, *stuk[0])",
        _LONG,
    ),
    Part(
        "small letters in a referentienummer",
        "reading/first_reading.py",
        "if genormaliseerd(samen) != samen:",
        "if False:",
        _LONG,
    ),
    # Verdicts that were found in order before.
    Part(
        "the tijdvak of what is in order",
        "checks/known_good.py",
        "omgeving.wijze, omgeving.tijdvak)",
        "omgeving.wijze)",
        _PROPERTIES,
    ),
    Part(
        "0406 and 0407 of what is in order",
        "checks/known_good.py",
        "(omgeving.inhoud, omgeving.wijze, ",
        "(omgeving.inhoud, ",
        _PROPERTIES,
    ),
    Part(
        "the dekkingsvak of a verzekerde",
        "checks/known_good.py",
        "(omgeving.sleutel, omgeving.dekkingsvak)",
        "(omgeving.sleutel, 0)",
        _PROPERTIES,
    ),
    Part("a verzekerde after another", "checks/known_good.py", "        self._goed_voor_hem.clear()\n", "", _KNOWN),
    Part("what can't be read of a verzekerde", "checks/known_good.py", " or self._elders:", ":", _PROPERTIES),
    Part(
        "the key of a group of checks",
        "checks/known_good.py",
        "(samen for samen in _SAMEN if eigen <= samen)",
        "(samen for samen in _SAMEN if eigen & samen)",
        _READS,
    ),
    # What `niets_elders` tells.
    Part("an equal record", "judging/records.py", "            and not o.gelijk\n", "", _PROPERTIES),
    Part(
        "an equal record, short",
        "judging/records.py",
        "o.niets_elders = not o.gelijk and referentie",
        "o.niets_elders = referentie",
        _KNOWN,
    ),
    Part("a set", "judging/records.py", "            and o.regel not in o.reeksen\n", "", _case("0409-2")),
    Part("earlier declarations", "judging/records.py", "            and o.terugblik is None\n", "", _case("0409-7")),
    Part(
        "a reference of an earlier declaration",
        "judging/records.py",
        "            and referentie not in o.gebruikte_referenties\n",
        "",
        _case("0432-3"),
    ),
    Part(
        "a reference twice",
        "judging/records.py",
        "o.referentie_stond_op == o.regel\n            and not",
        "not",
        _case("0432-2"),
    ),
    Part("an empty reference", "judging/records.py", "            and referentie[0] != _SPATIE\n", "", _case("0432-1")),
    Part(
        "an empty reference, short",
        "judging/records.py",
        "not o.gelijk and referentie[0] != _SPATIE",
        "not o.gelijk",
        _KNOWN,
    ),
    Part(
        "an authorisation",
        "judging/records.py",
        "o.niets_elders and o.machtiging is None",
        "o.niets_elders",
        _case("0406-3"),
    ),
    Part("999999999 as a BSN", "judging/machtigingen.py", " - {BSN_ONBEKEND}", "", ("tests/test_machtigingen.py",)),
    # Days between which nothing changes.
    Part("the year of a plan", "common/periods.py", " * _JAREN + int(dag[:4])", "", ("tests/test_granting_maxima.py",)),
    Part(
        "tariffs that begin and end",
        "judging/records.py",
        "    perioden.update(omgeving.tariefkaart.perioden())\n",
        "",
        _PROPERTIES,
    ),
    Part(
        "ages and wachttijden", "judging/records.py", "            begin += wisselingen.dagen(polis)\n", "", _PROPERTIES
    ),
    # Plans by content.
    Part(
        "the grond of a plan",
        "granting/adjudicate.py",
        "omgeving.tijdvak or datum, nummer)",
        "omgeving.tijdvak or datum, 0)",
        _KEPT,
    ),
    Part(
        "the day of a plan", "granting/adjudicate.py", "omgeving.tijdvak or datum, nummer)", "0, nummer)", _PROPERTIES
    ),
    Part(
        "what was granted before",
        "granting/adjudicate.py",
        "or datum in stand.eerder.dagen\n            or",
        "or",
        _GRANTING,
    ),
    Part(
        "what this message granted",
        "granting/adjudicate.py",
        "            or nummer_en_dag in stand.toegekend\n",
        "",
        _GRANTING,
    ),
    Part(
        "the room of a maximum",
        "granting/adjudicate.py",
        "            or (grenzen and not self._past(grenzen))\n",
        "",
        _KEPT,
    ),
)


def _pytest(checkout: Path, words: tuple[str, ...]) -> int:
    """The status of pytest in a checkout, with nothing of another one in reach."""
    # Compiled modules are told apart by size and second, which is not enough here.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n0", "-p", "no:cacheprovider", *words]
    return subprocess.run(command, cwd=checkout, env=environment, stdout=subprocess.DEVNULL, check=False).returncode


def missed(part: Part, checkout: Path) -> bool:
    """Whether the tests still pass in a checkout without this part; the checkout is as it was afterwards."""
    file = checkout / _PACKAGE / part.file
    was = file.read_text("utf-8")
    file.write_text(was.replace(part.text, part.instead), "utf-8")
    try:
        status = _pytest(checkout, part.tests)
    finally:
        file.write_text(was, "utf-8")
    if status not in (0, _FAILED):
        raise SystemExit(f"{part.name}: pytest ended with {status}")
    return status == 0


def main() -> None:
    names = sys.argv[1:] or [part.name for part in PARTS]
    chosen = [part for part in PARTS if part.name in names]
    with tempfile.TemporaryDirectory() as folder:
        checkout = Path(folder)
        for name in _COPIED:
            if (CHECKOUT / name).is_dir():
                shutil.copytree(CHECKOUT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(CHECKOUT / name, checkout / name)
        for words in dict.fromkeys(part.tests for part in chosen):
            if _pytest(checkout, words):
                raise SystemExit(f"{' '.join(words)} fails with nothing left out")
        nobody = []
        for part in chosen:
            nobody += [part.name] if missed(part, checkout) else []
            print(f"{part.name}: {'missed by nobody' if part.name in nobody else 'noticed'}", flush=True)
    if nobody or not chosen:
        raise SystemExit(f"missed by nobody: {', '.join(nobody)}" if nobody else "no such part")


if __name__ == "__main__":
    main()
