"""From a declaration to a suite: every mutator is tried, replayed, and kept where its check objects and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from mzsim.checks import REGISTER
from mzsim.common.errors import InputError, StoreFileError
from mzsim.common.in_memory import BytesMessage, RetourStream
from mzsim.domain.findings import Melding, Outcome, Stage, Status
from mzsim.mutation.all_mutators import MUTATIONS
from mzsim.mutation.declaration import MutableDeclaration, Mutant
from mzsim.mutation.mutators import Mutation
from mzsim.mutation.store_lines import as_store_file, read_shop
from mzsim.pipeline import Order, replay
from mzsim.standard.layout import CRLF, layouts
from mzsim.standard.values import read_date
from mzsim.standard.writer import Overflow
from mzsim.store.session import Database
from mzsim.store.templates import fresh_store
from mzsim.suites.case import NAME, Case, CaseStep, Expectation, as_yaml
from mzsim.suites.difference import codes_of, melding_as_dict

MOST_RECORDS = 2_000
"""Each defect is a copy of the declaration; a hundred copies of a longer one serve nobody."""
_ATTEMPTS = 40
"""Ways of one mutator that are tried before it is given up: the first records of a kind stand for all."""
_ALL = frozenset({"retour", "status", "totaal_toegekend", "codes", "meldingen"})

_DECLARATION, _RETOUR = "{}declaratie.mz301.asc", "{}retour.mz302.asc"
_OWN_STORE = "store.yaml"


class WrittenDefect(NamedTuple):
    """A case that was written."""

    mutation: Mutation
    meldingen: Sequence[Melding]


class Skipped(NamedTuple):
    """A check of which the declaration got no defect, and why."""

    controle: str
    reden: str


class Result(NamedTuple):
    """What became of the mutators, in the order of the register."""

    written: tuple[WrittenDefect, ...]
    skipped: tuple[Skipped, ...]


class BaseCase(NamedTuple):
    """A declaration that is in order, with the store files that it is replayed on."""

    declaration: MutableDeclaration
    store: tuple[Path, ...]


def read_base(message: bytes, name: str, store: Sequence[Path], date: dt.date | None, work_folder: Path) -> BaseCase:
    """Replays a declaration as it is. Raises InputError with the first objection where it isn't granted in full."""
    day = date or read_date(message[_DAGTEKENING]) or dt.date.min
    if message.count(CRLF) > MOST_RECORDS:
        raise InputError(
            f"{name}: holds over {MOST_RECORDS} records; each defect is a copy of it, so take a shorter one"
        )
    with fresh_store(store, work_folder / "stores") as opened:
        outcome = replay(Order(BytesMessage(message), RetourStream(BytesIO()), day), opened)
    if outcome.status is not Status.FULLY_GRANTED:
        first = outcome.meldingen[0].finding
        raise InputError(
            f"{name}: is not in order on {day}: line {first.line}, record {first.record}:"
            f" {first.check.sentence} ({first.check.id}); repair that first"
        )
    return BaseCase(MutableDeclaration.of(message, day, read_shop(store)), tuple(store))


_DAGTEKENING = layouts("mz301")[b"01"]["0117"].plaats


def make_suite(
    basis: BaseCase, target: Path, work_folder: Path, checks: Collection[str], progress: Callable[[], None]
) -> Result:
    """Writes a case folder in `target` for each mutator of these checks that makes its check object.

    `progress` is told of each that was tried.
    """
    written: list[WrittenDefect] = []
    skipped: list[Skipped] = []
    for check in sorted(checks):
        own = [m for m in MUTATIONS.values() if m.check == check]
        if not own:
            skipped.append(Skipped(check, "mutate makes no defect for it"))
        for mutation in sorted(own, key=lambda m: m.id):
            succeeded = _Attempt(basis, mutation, target, work_folder).make()
            if isinstance(succeeded, WrittenDefect):
                written.append(succeeded)
            else:
                skipped.append(succeeded)
            progress()
    return Result(tuple(written), tuple(skipped))


class _PlayedDefect(NamedTuple):
    """What came of a declaration."""

    message: bytes
    outcome: Outcome
    retour: bytes | None


class _Attempt:
    """One mutator on one declaration."""

    def __init__(self, basis: BaseCase, mutation: Mutation, target: Path, work_folder: Path) -> None:
        self._basis = basis
        self._mutation = mutation
        self._folder = target / mutation.id
        self._work_folder = work_folder

    def make(self) -> WrittenDefect | Skipped:
        """Writes the case of the first way that works."""
        otherwise: set[str] = set()
        tried = 0
        for number, mutant in enumerate(self._ways()):
            tried += 1
            try:
                played = self._play(number, mutant)
            except StoreFileError:
                continue  # a line that this store can't hold
            found = {m.finding.check.id for m in played[-1].outcome.meldingen}
            earlier_good = all(step.outcome.status is Status.FULLY_GRANTED for step in played[:-1])
            if (
                earlier_good
                and self._mutation.check in found
                and found - self._mutation.together == {self._mutation.check}
            ):
                self._write(mutant, played)
                return WrittenDefect(self._mutation, played[-1].outcome.meldingen)
            otherwise |= found
        return Skipped(self._mutation.check, self._reason(tried, otherwise))

    def _ways(self) -> Iterator[Mutant]:
        # An amount that is a cent too high may have no place left in its rubriek.
        with suppress(Overflow):
            yield from islice(self._mutation.maker(self._basis.declaration), _ATTEMPTS)

    def _reason(self, tried: int, otherwise: set[str]) -> str:
        if not tried:
            return f"needs {self._mutation.asks or 'a record for it'}"
        other = ", ".join(sorted(otherwise - {self._mutation.check}))
        return f"its defect gives {other} as well" if other else "its defect is not objected to here"

    def _play(self, number: int, mutant: Mutant) -> list[_PlayedDefect]:
        own = self._work_folder / f"{self._mutation.id}-{number}.yaml"
        extra = []
        if mutant.store:
            own.write_bytes(self._store_file(mutant))
            extra = [own]
        with fresh_store([*self._basis.store, *extra], self._work_folder / "stores") as store:
            return [self._replay(message, store) for message in (*mutant.earlier, mutant.message)]

    def _replay(self, message: bytes, store: Database) -> _PlayedDefect:
        retour = BytesIO()
        order = Order(BytesMessage(message), RetourStream(retour), self._basis.declaration.date)
        outcome = replay(order, store)
        return _PlayedDefect(message, outcome, retour.getvalue() if outcome.has_retour else None)

    def _store_file(self, mutant: Mutant) -> bytes:
        assert mutant.store is not None
        return as_store_file(mutant.store, self._mutation.sentence)

    def _write(self, mutant: Mutant, played: list[_PlayedDefect]) -> None:
        self._folder.mkdir(parents=True)
        own = [self._folder / _OWN_STORE] if mutant.store else []
        for file in own:
            file.write_bytes(self._store_file(mutant))
        steps = tuple(
            self._step(step, f"{number}-" if len(played) > 1 else "") for number, step in enumerate(played, start=1)
        )
        check = REGISTER[self._mutation.check]
        case = Case(
            folder=self._folder,
            id=self._mutation.id,
            title=self._mutation.sentence,
            source=check.source,
            tags=("mutate", f"level-{check.level}"),
            store=(*self._basis.store, *own),
            steps=steps,
        )
        (self._folder / NAME).write_text(as_yaml(case), "utf-8")

    def _step(self, played: _PlayedDefect, begin: str) -> CaseStep:
        declaration = self._folder / _DECLARATION.format(begin)
        declaration.write_bytes(played.message)
        retour = self._folder / _RETOUR.format(begin) if played.retour is not None else None
        if retour is not None and played.retour is not None:
            retour.write_bytes(played.retour)
        outcome = played.outcome
        expected = Expectation(
            given=_ALL,
            retour=retour,
            status=outcome.status,
            total_granted=outcome.total_granted,
            codes=codes_of(outcome),
            meldingen=tuple(tuple(melding_as_dict(melding).items()) for melding in outcome.meldingen),
        )
        return CaseStep(declaration, self._basis.declaration.date, Stage.ALL, None, expected)
