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


_KNOWN = ("tests/test_known_verdicts.py",)
_LONG = ("tests/test_long_files.py",)
_PROPERTIES = ("tests/test_properties.py", "-k", "short_ways or short_way_of_prestatie or a_stretch")
_RUNS = ("tests/test_runs.py",)
_RETOURS = ("tests/test_check_retour.py",)
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
        "\n            or not all(map(bytes.endswith, lines, map(_RESERVE.__getitem__, kenmerken)))",
        "",
        _LONG,
    ),
    Part("the length far into a file", "checks/file.py", "or {*map(len, lines)} != {HEEN_LENGTH}", "", _LONG),
    Part(
        "identificaties far into a file",
        "checks/file.py",
        'identificaties != [b"%012d" % number for number in range(self._counted, counted)]',
        "False",
        _LONG,
    ),
    Part("a CR within a line", "standard/reader.py", "not any(map(contains, lines, repeat(_CR))) and ", "", _LONG),
    Part("an LF within a line", "standard/reader.py", " and not any(map(contains, lines, repeat(_LF)))", "", _LONG),
    Part(
        "the byte before an LF", "standard/reader.py", "block[length::line_length] == count * CRLF[:1]", "True", _LONG
    ),
    Part(
        "credits among debet records",
        "reading/first_reading.py",
        "                if amount.endswith(CREDIT):\n                    credit",
        "                if True:\n                    credit",
        _LONG,
    ),
    Part(
        "the last line of record-3",
        "reading/first_reading.py",
        "last = Line(number, *piece[-1])",
        "last = Line(number, *piece[0])",
        _LONG,
    ),
    # Verdicts that were found before.
    Part(
        "the tijdvak of what was judged",
        "checks/known_verdicts.py",
        "o.manner, o.datum_prestatie if o.stretch is None else o.stretch)",
        "o.manner)",
        _PROPERTIES,
    ),
    Part(
        "0406 and 0407 of what was judged",
        "checks/known_verdicts.py",
        "(o.content, o.manner, ",
        "(o.content, ",
        _KNOWN,
    ),
    Part(
        "the dekkingsvak of a verzekerde",
        "checks/known_verdicts.py",
        "(o.key, o.cover_stretch, unreadable)",
        "(o.key, 0, unreadable)",
        _PROPERTIES,
    ),
    Part("a verzekerde after another", "checks/known_verdicts.py", "        self._by_verzekerde.clear()\n", "", _KNOWN),
    Part(
        "what can't be read of a verzekerde",
        "checks/known_verdicts.py",
        "if self._elsewhere:",
        "if False:",
        _PROPERTIES,
    ),
    Part(
        "what can't be read of a record",
        "checks/known_verdicts.py",
        "o.cover_stretch, unreadable)",
        "o.cover_stretch, NO)",
        _KNOWN,
    ),
    Part(
        "a credit by itself",
        "checks/known_verdicts.py",
        "self._parts.of_credit if o.content.endswith(CREDIT) else self._parts.always",
        "self._parts.always",
        _PROPERTIES,
    ),
    Part(
        "the key of a group of checks",
        "checks/known_verdicts.py",
        "(together for together in _TOGETHER if own <= together)",
        "(together for together in _TOGETHER if own & together)",
        _READS,
    ),
    # What `nothing_elsewhere` tells.
    Part("an equal record", "judging/records.py", "            and not (o.equal or o.split)\n", "", _PROPERTIES),
    Part(
        "an equal record, short",
        "judging/records.py",
        "o.nothing_elsewhere = not (o.equal or o.split) and reference",
        "o.nothing_elsewhere = not o.split and reference",
        _KNOWN,
    ),
    Part(
        "a split record, short",
        "judging/records.py",
        "o.nothing_elsewhere = not (o.equal or o.split) and reference",
        "o.nothing_elsewhere = not o.equal and reference",
        _case("0413-11"),
    ),
    Part("a set", "judging/records.py", "            and o.line not in o.record_sets\n", "", _case("0409-2")),
    Part("earlier declarations", "judging/records.py", "            and o.retrospect is None\n", "", _case("0409-7")),
    Part(
        "a reference of an earlier declaration",
        "judging/records.py",
        "            and reference not in o.used_references\n",
        "",
        _case("0432-3"),
    ),
    Part(
        "a reference twice",
        "judging/records.py",
        "o.reference_stood_at == o.line\n            and o.previous",
        "o.previous",
        _case("0432-2"),
    ),
    Part(
        "a previous reference twice",
        "judging/records.py",
        "            and o.previous_stood_at == o.line\n",
        "",
        _case("0433-8"),
    ),
    Part(
        "a previous reference that is the record's own",
        "judging/records.py",
        "            and o.previous_reference != reference\n",
        "",
        _case("0433-7"),
    ),
    Part(
        "a previous reference, short",
        "judging/records.py",
        " and o.previous_reference == NO_PREVIOUS:",
        ":",
        _case("0433-7"),
    ),
    Part(
        "an empty reference, long",
        "judging/records.py",
        "            and _left_aligned(reference, o.previous_reference)\n",
        "",
        _KNOWN,
    ),
    Part(
        "an empty reference, short",
        "judging/records.py",
        "not (o.equal or o.split) and reference[0] != _SPACE",
        "not (o.equal or o.split)",
        _KNOWN,
    ),
    Part("an empty reference", "judging/records.py", "reference[0] != _SPACE and (", "(", _KNOWN),
    Part(
        "a previous reference behind a space",
        "judging/records.py",
        " and (previous == NO_PREVIOUS or previous[0] != _SPACE)",
        "",
        _case("0433-6"),
    ),
    Part(
        "an authorisation",
        "checks/known_verdicts.py",
        "if o.machtiging is not None:",
        "if False:",
        _case("0406-3"),
    ),
    # One person by several names.
    Part(
        "another name in the file, for rules",
        "judging/who.py",
        "if self._by_number:\n            return None",
        "if False:\n            return None",
        ("tests/test_one_person.py", "-k", "combinations_in_one_file"),
    ),
    Part(
        "another name in the file",
        "judging/who.py",
        "return self._by_number and any(",
        "return False and any(",
        ("tests/test_one_person.py", "-k", "two_names_in_one_file"),
    ),
    # Days between which nothing changes.
    Part("the year of a plan", "common/periods.py", " * _YEARS + int(day[:4])", "", ("tests/test_granting_maxima.py",)),
    Part(
        "tariffs that begin and end",
        "judging/records.py",
        "    periods.update(surroundings.tariff_card.periods())\n",
        "",
        _PROPERTIES,
    ),
    Part("ages and wachttijden", "judging/records.py", "            begin += changes.days(polis)\n", "", _PROPERTIES),
    # Plans by content.
    Part(
        "the grond of a plan",
        "granting/adjudicate.py",
        "surroundings.stretch or date, number)",
        "surroundings.stretch or date, 0)",
        _KEPT,
    ),
    Part(
        "the day of a plan",
        "granting/adjudicate.py",
        "surroundings.stretch or date, number)",
        "0, number)",
        _PROPERTIES,
    ),
    Part(
        "what was granted before",
        "granting/adjudicate.py",
        "or date in state.earlier.days\n            or",
        "or",
        _GRANTING,
    ),
    Part(
        "what this message granted",
        "granting/adjudicate.py",
        "            or number_and_day in state.granted\n",
        "",
        _GRANTING,
    ),
    Part(
        "the room of a maximum",
        "granting/adjudicate.py",
        "            or (limits and not _fits(limits, state.earlier.used))\n",
        "",
        _KEPT,
    ),
    # Verzekerden in one go.
    Part("another key in one go", "judging/runs.py", "keys.count(keys[0]) == len(keys)", "True", _RUNS),
    Part(
        "an earlier reference in one go",
        "judging/runs.py",
        "            and previous.count(NO_PREVIOUS) == len(previous)\n",
        "",
        _RUNS,
    ),
    Part("no reference in one go", "judging/runs.py", "            and min(references) >= _BEHIND_SPACE\n", "", _RUNS),
    Part(
        "the reference of another in one go",
        "judging/runs.py",
        "            and (self._references.suspect.isdisjoint(references) or self._all_first(references, line))\n",
        "",
        _RUNS,
    ),
    Part(
        "a repeated record in one go",
        "judging/runs.py",
        "            and (self._repeats is None or self._repeats.all_differ(dates, contents))\n",
        "",
        _RUNS,
    ),
    Part(
        "a reference that was used, in one go",
        "judging/runs.py",
        "            and not (o.used_references and any(map(o.used_references.__contains__, references)))\n",
        "",
        _RUNS,
    ),
    Part(
        "what was granted before, in one go",
        "granting/adjudicate.py",
        "self._onlooker is not None or not earlier.days.isdisjoint(run.dates)",
        "self._onlooker is not None",
        _RUNS,
    ),
    Part(
        "maxima in one go",
        "granting/adjudicate.py",
        "            if limits and not _fits(limits, used):\n                return None\n",
        "",
        _RUNS,
    ),
    Part(
        "a prestatie in parts at other tariffs, in one go",
        "granting/adjudicate.py",
        "decisions if len(prestaties) == count else None",
        "decisions",
        _RUNS,
    ),
    Part(
        "an authorisation that is used up, in one go",
        "judging/records.py",
        "                if limited:\n                    return None\n",
        "",
        _RUNS,
    ),
    Part("a verzekerde who stands again, in one go", "judging/records.py", " or self.stands_again:", ":", _RUNS),
    Part(
        "rules on combinations in one go",
        "judging/runs.py",
        "            and not (o.record_sets and any(map(o.record_sets.__contains__, range(line, line + len(records)))))\n",
        "",
        _RUNS,
    ),
    Part(
        "another cover halfway, in one go",
        "judging/runs.py",
        "            and cover_stretch == bisect_right(cover_stretches, max(dates))\n",
        "",
        _RUNS,
    ),
    # Retours.
    Part(
        "the state in which a retour record was right",
        "retour/check.py",
        "(content[HEEN_LENGTH:], agreement.state) not in self._right",
        "all(tail != content[HEEN_LENGTH:] for tail, _ in self._right)",
        _RETOURS,
    ),
    Part("heen data of a retour record", "retour/heenbericht.py", "or content[:HEEN_LENGTH] != heen ", "", _RETOURS),
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
