"""Answers the submissions of a store, one after another in the order in which they came in.

The pipeline records the answer under the id of the submission, with the verdict; then the ledger is told. Whoever is killed
between the two leaves a submission that is asked once more, and gets the answer that was given. So nothing is lost, and nothing
is answered twice.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

from mzsim.common.errors import DamagedError, MzsimError, OutputError, SilentStoreError, StoreError, place_of
from mzsim.common.in_memory import BytesMessage, RetourStream
from mzsim.common.inputs import open_message
from mzsim.common.packing import Packed
from mzsim.common.yaml_lines import YamlText
from mzsim.domain.findings import Outcome
from mzsim.pipeline import Order, replay
from mzsim.presentation.output import meldingen_json
from mzsim.retour import faults
from mzsim.retour.good import Good
from mzsim.script.file import load_script
from mzsim.server.behaviour import Fate, fate_from_json
from mzsim.server.done import Done
from mzsim.server.moments import Clock, as_moment
from mzsim.server.options import assignment_from_json
from mzsim.server.states import State, Timeline, ending, on_answer
from mzsim.standard.values import as_euro
from mzsim.store import ledger
from mzsim.store.ledger import Answered, Kept
from mzsim.store.session import Connection, Database
from mzsim.store.submissions import known

_SMALL = 4 << 20
"""Bytes of a declaration that is answered in memory."""
_PIECE = 1 << 20
MOST_ATTEMPTS = 5
"""How often a submission may bring down who answers it, before that is its answer; never where its answer is recorded."""


Progress = Callable[[int, float], None]
"""Is told of a submission, by its id, which part of the work is done."""


class _Answer(NamedTuple):
    """How a submission ends; `retour` is to be read from its start, and None where there is none."""

    end: State
    result: dict[str, Any] | None
    remark: str
    retour: BinaryIO | None
    outcome: Outcome | None


def waiting(store: Database, after: int = 0) -> Kept | None:
    """The submission that waits longest, of those after the id `after`; None where none waits. Raises StoreError."""
    with store.read() as connection:
        return ledger.first_unanswered(connection, after)


def answer(row: Kept, store: Database, clock: Clock, folder: Path, progress: Progress = lambda *_: None) -> Done | None:
    """Answers a submission that waits; None where it is answered elsewhere meanwhile, or taken away with its store.

    What goes wrong with it is its answer, `fout`. Raises StoreError where the store can't be used, and OutputError where the
    disk is full: it still waits then.
    """
    began, waits = time.perf_counter(), _WhileItWaits(store, row)
    try:
        with ExitStack() as until_then:
            given = _answered(row, waits, folder, progress, until_then)
            _keep(row, given, waits, clock, folder)
    except _WaitsNoLonger:
        return None
    except StoreError:
        if _still_waits(row, store):
            raise
        return None  # what it was judged by was taken away with it
    except OSError as error:
        raise OutputError(f"submission {row.id}: can't be answered: {error.strerror}") from None
    return Done(row.id, given.end, time.perf_counter() - began, waits.waited, waits.records)


def _still_waits(row: Kept, store: Database) -> bool:
    """Whether a submission is there and waits, or nobody can tell."""
    with suppress(StoreError), store.read() as connection:
        return ledger.still_waits(connection, row.id, row.ontvangen)
    return True


class _WaitsNoLonger(StoreError):
    """The submission has an answer, or is gone."""


class _WhileItWaits(Database):
    """A store, for who answers a submission: it is changed only as long as that waits.

    Else what was judged before a store was emptied, or dropped and made anew, would be recorded in it after that. `waited` are
    the seconds until others let it change, `records` those of the declaration, as far as it was read.
    """

    def __init__(self, store: Database, row: Kept) -> None:
        super().__init__(store.url, store.connections, store.patience)
        self._row = row
        self.waited, self.records = 0.0, 0

    @contextmanager
    def change(self, before: Callable[[Connection], None] = lambda _: None) -> Iterator[Connection]:
        with super().change(before) as connection:
            if not ledger.still_waits(connection, self._row.id, self._row.ontvangen):
                raise _WaitsNoLonger(f"{self._row.bestandsnaam} waits no longer")
            yield connection

    def wait_for_place(self, connection: Connection) -> None:
        began = time.perf_counter()
        try:
            super().wait_for_place(connection)
        finally:
            self.waited += time.perf_counter() - began

    def declaration(self) -> Iterator[bytes]:
        """The bytes of the declaration; raises DamagedError at their end where others came in, on which there is nothing to
        judge."""
        size, sha256, self.records = 0, hashlib.sha256(), 0
        for piece in ledger.content_of(self, self._row.id, ledger.DECLARATION):
            size += len(piece)
            sha256.update(piece)
            self.records += piece.count(b"\n")
            yield piece
        if (size, sha256.hexdigest()) != (self._row.grootte, self._row.sha256):
            raise DamagedError("the store is damaged: it doesn't hold the bytes that came in; submit them once more")


def _answered(row: Kept, store: _WhileItWaits, folder: Path, progress: Progress, until_then: ExitStack) -> _Answer:
    if row.pogingen >= MOST_ATTEMPTS and not _is_recorded(row, store):
        return _failed(f"tried {row.pogingen} times: {row.melding}")
    try:
        return _replayed(row, store, folder, progress, until_then)
    except SilentStoreError:
        return _failed("the store knows no insurer; load a verzekeraarsbestand, and submit it once more")
    except (StoreError, OutputError, OSError):
        raise
    except MzsimError as error:
        return _failed(str(error))
    except Exception as error:  # whatever it is, it is no verdict, and others wait
        return _failed(f"a mistake of the program: {type(error).__name__}{place_of(error)}")


def _is_recorded(row: Kept, store: Database) -> bool:
    """Whether the pipeline has answered it, so that there is nothing to judge, and the answer only has to be given."""
    with store.read() as connection:
        return known(connection, key_of(row.id)) is not None


def _failed(reason: str) -> _Answer:
    return _Answer(State.FAILED, None, reason, None, None)


def _replayed(row: Kept, store: _WhileItWaits, folder: Path, progress: Progress, until_then: ExitStack) -> _Answer:
    day, stage, fault = assignment_from_json(row.opdracht)
    declaration = until_then.enter_context(_declaration(row, store, folder))
    retour = _stream(row, folder, until_then)
    script = None
    if row.script is not None:
        with store.read() as connection:
            script = load_script(YamlText(ledger.script_text(connection, row.script), "script"), store)
    order = Order(
        declaration,
        RetourStream(retour),
        day,
        stage,
        script=script,
        key=key_of(row.id),
        silent=False,
    )
    done = 0

    def tell(read: int) -> None:
        nonlocal done
        done += read
        progress(row.id, min(1.0, done / (3 * row.grootte)))

    outcome = replay(order, store, tell)
    remark = outcome.remark
    back: BinaryIO | None = retour if outcome.has_retour else None
    if back is not None and fault is not None:
        back, remark = _with_fault(fault, back, declaration, _stream(row, folder, until_then), remark)
    return _Answer(ending(outcome), _in_short(outcome), remark, back, outcome)


def key_of(id: int) -> str:
    """The key under which the answer to a submission is recorded."""
    return f"portaal:{id}"


def _in_short(outcome: Outcome) -> dict[str, Any]:
    return {
        "status": str(outcome.status),
        "afzender": outcome.sender,
        "totaal_ingediend": as_euro(outcome.total_declared),
        "totaal_toegekend": as_euro(outcome.total_granted),
        "betaaldatum": None if outcome.payment_date is None else outcome.payment_date.isoformat(),
        "meldingen": len(outcome.meldingen),
    }


def _stream(row: Kept, folder: Path, until_then: ExitStack) -> BinaryIO:
    """A place for a retour: in memory where the declaration is small, else a file without a name."""
    if row.grootte <= _SMALL:
        return BytesIO()
    return cast(BinaryIO, until_then.enter_context(tempfile.TemporaryFile(dir=folder)))


@contextmanager
def _declaration(row: Kept, store: _WhileItWaits, folder: Path) -> Iterator[Path | BytesMessage]:
    """The declaration as it came in, in memory or in a file that is gone at the end."""
    if row.grootte <= _SMALL:
        yield BytesMessage(b"".join(store.declaration()), row.bestandsnaam)
        return
    file = tempfile.NamedTemporaryFile(dir=folder, delete=False)  # noqa: SIM115 - closed before it is read
    try:
        with file:
            file.writelines(store.declaration())
        yield Path(file.name)
    finally:
        Path(file.name).unlink()


def _with_fault(
    kind: str, retour: BinaryIO, declaration: Path | BytesMessage, to: BinaryIO, remark: str
) -> tuple[BinaryIO, str]:
    """A retour with one fault, written elsewhere; the good one, and why, where it can't have that fault."""
    with open_message(declaration) as heen:
        good = Good.of(retour, heen)
        changes = faults.operations(kind, good)
        if isinstance(changes, str):
            return retour, f"{remark}; verstoor {kind}: {changes}".removeprefix("; ")
        faults.write(good, changes, to)
    return to, remark


def _keep(row: Kept, answer: _Answer, store: Database, clock: Clock, folder: Path) -> None:
    """Tells the ledger how a submission ends, all of it or nothing."""
    fate = fate_from_json(row.lot)
    meldingen = () if answer.outcome is None else meldingen_json(answer.outcome.meldingen)
    with (
        closing(Packed(_pieces(answer.retour), folder)) as retour,
        closing(Packed((f"{melding}\n".encode() for melding in meldingen), folder)) as lines,
        store.change() as connection,
    ):
        answered = max(as_moment(clock()), row.ontvangen)
        timeline = on_answer(answer.end, row.ontvangen, fate.delays, answered)
        kept = _kept(answer, fate, timeline, answered)
        ledger.answer(connection, row.id, kept)
        ledger.add_pieces(connection, row.id, ledger.MELDINGEN, lines.pieces())
        if answer.retour is not None:
            ledger.add_pieces(connection, row.id, ledger.RETOUR, retour.pieces())
            size = answer.retour.tell()
            for time, moment in enumerate(_releases(fate, kept), start=1):
                ledger.add_retour(connection, row.id, time, moment, size)
        connection.commit()


def _kept(answer: _Answer, fate: Fate, timeline: Timeline, answered: int) -> Answered:
    """What the ledger keeps. A retour that is late or lost keeps the last state from being seen."""
    *before, (end, moment) = timeline
    if answer.retour is not None:
        moment += fate.late
    lost = answer.retour is not None and fate.lost
    return Answered(
        json.dumps(before if lost else [*before, (end, moment)]),
        answered,
        None if lost else end,
        None if lost else moment,
        None if answer.result is None else json.dumps(answer.result),
        answer.remark,
    )


def _releases(fate: Fate, kept: Answered) -> Iterator[int]:
    """The moments at which a retour is released: none, one, or two."""
    if kept.einde is not None:
        yield kept.einde
        if fate.twice is not None:
            yield kept.einde + fate.twice


def _pieces(source: BinaryIO | None) -> Iterator[bytes]:
    if source is not None:
        source.seek(0)
        while piece := source.read(_PIECE):
            yield piece
