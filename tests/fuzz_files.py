"""Whatever stands in a file, a script and a beleid: an answer that fits, or one clear line. `python -m tests.fuzz_files`.

    python -m tests.fuzz_files [--minutes 8] [--seed 1] [--explained 10]

Declarations (the examples of INV, and made ones of every profile) are spoiled in a few places by odd bytes, swapped,
repeated and cut lines. They are answered by one stage or all, often by rules of a script with odd patterns, on stores
whose insurers choose anything of their beleid; a store remembers two hundred of them. One retour in ten is explained, which
costs more than all the rest. Counted are:

- tracebacks: an error that is no `MzsimError`, of answering, checking or explaining;
- what the independent check says of a retour, as `check-retour` does;
- disagreements with the store: a message of which it holds another outcome or another total than was answered.

Prints figures, and each of these with what repeats it; the exit status is 1 where there is any.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

import mzsim
from mzsim.checks import REGISTER
from mzsim.common.errors import MzsimError, OwnError
from mzsim.generation.making import GenerationOrder, make
from mzsim.presentation.parts import Table, as_text
from mzsim.standard.layout import CRLF, layouts
from mzsim.store.references import INDISPENSABLE
from tests.test_beleid_keys import EXAMPLES

_FIXTURES = Path(__file__).parents[1] / "fixtures"
_LAYOUT = layouts("mz301")
_ODD = (b"\0", b"\xff", b"\xe9", b"*", b" ", b"0", b"9", b"\x1a", b"A", b"\xb2", b"\x85", b"-", b"\x1c", b"\x0b")
_LINE_ENDS = (b"\n", b"\r", b"\r\n")
_TODAY = dt.date(2026, 4, 3)
_PER_STORE = 200
_CODES = ("8007", "0300", "8072", "0435", "0611")


class Base(NamedTuple):
    """A declaration to spoil, the store files that it is granted with, and its processing date."""

    lines: tuple[bytes, ...]
    stores: tuple[str, ...]
    date: dt.date


def bases() -> list[Base]:
    """The declarations to begin with."""
    return [*_examples("inv3", dt.date(2011, 5, 2)), *_examples("inv4", dt.date(2018, 6, 1)), *_generated()]


def _examples(name: str, date: dt.date) -> Iterator[Base]:
    store = (_FIXTURES / name / "store.yaml").read_text("utf-8")
    for file in sorted((_FIXTURES / name).glob("*.mz301.asc")):
        yield Base(tuple(file.read_bytes().split(CRLF)), (store,), date)


def _generated() -> Iterator[Base]:
    for profile, uzovi in (("mondzorg", "0736"), ("orthodontie", "0736"), ("implantologie", "0736"), ("wlz", "5501")):
        made = make(GenerationOrder(profile, 3, 12, 1, dt.date(2026, 3, 31), uzovi))
        yield Base(tuple(made.declaration.split(CRLF)), ("@nza-2026", made.store.decode()), _TODAY)


# Spoiling a declaration.


def _line(chance: random.Random, lines: list[bytes]) -> int:
    """A line to spoil, mostly a detail record: what is wrong with the others rejects the file, and then nothing is judged."""
    details = [n for n, line in enumerate(lines) if line[:2] in (b"02", b"04", b"98")]
    return chance.choice(details) if details and chance.random() < 0.85 else chance.randrange(len(lines))


def _byte(chance: random.Random, lines: list[bytes]) -> None:
    n = _line(chance, lines)
    if lines[n]:
        place = chance.randrange(min(14, len(lines[n]) - 1), len(lines[n])) if chance.random() < 0.95 else 0
        odd = chance.choice(_ODD if chance.random() < 0.95 else _LINE_ENDS)
        lines[n] = lines[n][:place] + odd + lines[n][place + 1 :]


def _rubriek(chance: random.Random, lines: list[bytes]) -> None:
    """Fills a rubriek with one byte, or with part of another line at that place."""
    n = _line(chance, lines)
    layout = _LAYOUT.get(lines[n][:2])
    if layout is None or len(lines[n]) != 310:
        return
    place = chance.choice([rubriek.plaats for rubriek in layout.rubrieken[2:]])
    other = chance.choice(lines)[place].ljust(place.stop - place.start)
    value = chance.choice([chance.choice(_ODD) * (place.stop - place.start), other])
    lines[n] = lines[n][: place.start] + value + lines[n][place.stop :]


def _swap(chance: random.Random, lines: list[bytes]) -> None:
    a, b = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]


def _repeat(chance: random.Random, lines: list[bytes]) -> None:
    lines.insert(chance.randrange(len(lines)), chance.choice(lines))


def _drop(chance: random.Random, lines: list[bytes]) -> None:
    del lines[chance.randrange(len(lines))]


def _cut(chance: random.Random, lines: list[bytes]) -> None:
    n = chance.randrange(len(lines))
    lines[n] = lines[n][: chance.randrange(len(lines[n]) + 1)]


_SPOILS: Sequence[tuple[Callable[[random.Random, list[bytes]], None], int]] = (
    (_rubriek, 60),
    (_byte, 36),
    (_swap, 1),
    (_repeat, 1),
    (_drop, 1),
    (_cut, 1),
)


def spoiled(chance: random.Random, base: Base, number: int) -> bytes:
    """A declaration with up to four defects; most have a factuurnummer of their own, so that the store lets them pass."""
    lines = list(base.lines)
    place = _LAYOUT[b"01"]["0116"].plaats
    if chance.random() < 0.9:
        lines[0] = lines[0][: place.start] + f"FUZZ-{number}".encode().ljust(12)[:12] + lines[0][place.stop :]
    spoils, weights = zip(*_SPOILS, strict=True)
    for spoil in chance.choices(spoils, weights, k=chance.randrange(5)):
        if lines:
            spoil(chance, lines)
    return CRLF.join(lines)


# Scripts and beleid.


def script(chance: random.Random) -> list[dict[str, Any]] | None:
    """Rules that match by odd patterns and answer anything; None for no script."""
    return None if chance.random() < 0.4 else [_rule(chance) for _ in range(chance.randrange(1, 4))]


def _rule(chance: random.Random) -> dict[str, Any]:
    part = chance.choice([*["prestatie"] * 6, *["verzekerde"] * 2, "bestand"])
    kenmerk = chance.choice(
        {"prestatie": [b"04", b"02", b"01"], "verzekerde": [b"02", b"01"], "bestand": [b"01"]}[part]
    )
    action: dict[str, Any] = {}
    if part == "prestatie" and chance.random() < 0.7:
        action["percentage"] = chance.choice([0, 1, 33, 50, 99, 100])
        if action["percentage"] != 100 and chance.random() < 0.5:
            action["codes"] = [chance.choice(["0613", "0589", "8220", "0587"])]
    else:
        action["codes"] = ["8061"] if part == "bestand" else [chance.choice(_CODES)]
        action["afzender"] = chance.choice(["vecozo", "verzekeraar"])
    if part != "bestand" and action.get("percentage") != 100 and "afzender" not in action and chance.random() < 0.2:
        action["commentaar"] = ["caf\xe9 \xff"]
    match = {chance.choice(_LAYOUT[kenmerk].rubrieken).nummer: _pattern(chance)} if chance.random() < 0.7 else {}
    return {"deel": part, "match" if chance.random() < 0.8 else "not": match, "action": action}


def _pattern(chance: random.Random) -> str:
    pieces = [sign.decode("iso8859-1") for sign in _ODD if sign.decode("iso8859-1").isprintable()]
    return "*" + "".join(chance.choice([*pieces, "*", "**"]) for _ in range(chance.randrange(4))) + "*"


def _store(chance: random.Random, base: Base) -> mzsim.Store:
    """A store for a declaration, whose insurers choose some things of their beleid."""
    store = mzsim.Store.memory()
    store.load(*base.stores)
    insurers = next(listed for text in base.stores[::-1] if (listed := yaml.safe_load(text).get("uzovi")))
    choices = {**EXAMPLES, "uit": chance.sample(sorted(REGISTER.keys() - INDISPENSABLE.keys()), chance.randrange(6))}
    for insurer in insurers:
        insurer["beleid"] = {key: value for key, value in choices.items() if chance.random() < 0.2}
    store.load({"uzovi": insurers})
    return store


# What must hold.

_LAST = "SELECT coalesce(max(id), 0) FROM berichten"
_HELD = (
    "SELECT b.uitkomst, coalesce(sum(p.toegekend_bedrag), 0) FROM berichten b LEFT JOIN prestaties p ON p.bericht_id = b.id"
    " WHERE b.id = :id GROUP BY b.uitkomst"
)


def answered(
    chance: random.Random, content: bytes, base: Base, store: mzsim.Store, rules: Any, explained: bool
) -> Iterator[str]:
    """Answers a declaration, and names what came of it; what must not be begins with "!"."""
    with store.opened().read() as connection:
        before = connection.scalar(_LAST)
    stage = chance.choice(["all", "verzekeraar", "verzekeraar", "vecozo"])
    answer = mzsim.replay(content, store, date=base.date, stage=stage, script=rules)
    yield answer.status
    with store.opened().read() as connection:
        last = connection.scalar(_LAST)
        held = connection.first(_HELD, {"id": last}) if last != before else None
    if held is not None:
        yield "recorded"
        if held != (answer.status, int(answer.granted * 100)):
            yield f"! the store holds {held}, the answer says {(answer.status, answer.granted)}"
    if answer.retour is None:
        return
    yield "with a retour"
    for deviation in mzsim.check_retour(content, answer.retour, store=store):
        yield f"! the check of the retour: {deviation}"
    if explained:
        yield "explained"
        mzsim.explain(answer.retour, declaration=content, store=store).text()


def _outcomes(
    chance: random.Random, content: bytes, base: Base, store: mzsim.Store, rules: Any, explained: bool
) -> Iterator[str]:
    try:
        yield from answered(chance, content, base, store, rules, explained)
    except OwnError as error:
        yield f"! the program's own check: {error}"
    except MzsimError as error:
        yield f"{type(error).__name__}, one line" if str(error).isprintable() else f"! more than a line: {error!r}"
    except Exception:
        yield f"! {traceback.format_exc()}"


def fuzz(seconds: float, seed: int, explained: int) -> tuple[Counter[str], list[str]]:
    """Answers spoiled declarations for so long, and explains one in so many of their retours; counts what came of them, and
    gives what must not be."""
    every, counts, wrong = bases(), Counter[str](), []
    until, number = time.monotonic() + seconds, seed * 1_000_000
    while time.monotonic() < until:
        chance = random.Random(number)
        base = chance.choice(every)
        with _store(chance, base) as store:
            for n in range(number, number + _PER_STORE):
                content, rules = spoiled(chance, base, n), script(chance)
                counts["declarations"] += 1
                counts["with a script"] += rules is not None
                for outcome in _outcomes(chance, content, base, store, rules, n % explained == 0):
                    if outcome.startswith("!"):
                        wrong.append(f"{outcome}\n  of the store {number}, declaration {n}, script {rules}")
                    else:
                        counts[outcome] += 1
        number += _PER_STORE
    return counts, wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--explained", type=int, default=10, help="explain one retour in so many")
    arguments = parser.parse_args()
    counts, wrong = fuzz(arguments.minutes * 60, arguments.seed, arguments.explained)
    print(as_text([Table(("what", "how many"), [(what, f"{n:,}") for what, n in counts.most_common()])]))
    for one in wrong[:20]:
        print(one)
    print(f"{len(wrong)} wrong of {counts['declarations']:,} declarations")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
