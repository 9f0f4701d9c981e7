"""Looks on while a declaration is answered, and keeps what is to be told about it.

What is granted goes to a temporary file, a line of JSON for each prestatierecord, so that memory stays flat.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from tempfile import SpooledTemporaryFile
from typing import Any

from mzsim.checks.grant import Bill
from mzsim.checks.surroundings import Surroundings
from mzsim.domain.check import Check
from mzsim.domain.combination_rules import Combinatieregel
from mzsim.domain.decisions import REJECTED, Decision
from mzsim.domain.earlier.credits import EarlierRecord, is_credit
from mzsim.domain.earlier.maxima import GrantedBefore, Shares, write_shares
from mzsim.domain.facts import MachtigingFact
from mzsim.domain.findings import Finding, Row
from mzsim.explanation import derivation
from mzsim.explanation.matter import Matter
from mzsim.explanation.origin import ORIGIN, debet, tariff
from mzsim.granting.weighing import Plan, SoFar, Weighing
from mzsim.judging.agreements import Conditions
from mzsim.judging.message import Message
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import as_euro, as_iso, cents, text
from mzsim.store.answered import Decided
from mzsim.store.file_rows import FileRows, Mask
from mzsim.store.session import Connection

_IN_MEMORY = 1 << 20
_TARIFF = "0424-6"
"""The check without which the declared tariff counts, whatever it is."""


def fingerprint(decisions: Iterable[Decided]) -> str:
    """A hash of decisions in order."""
    total = hashlib.sha256()
    for decision in decisions:
        total.update(_fingerprint(decision))
    return total.hexdigest()


def _fingerprint(decision: Decided) -> bytes:
    return f"{tuple(decision)}\n".encode()


class Collector:
    """What is to be told about one declaration. `mask` hides what is personal; None shows it.

    With `in_memory` nothing goes to a file, however much there is to tell.
    """

    def __init__(self, mask: Mask, *, in_memory: bool = False) -> None:
        self._mask = mask
        most = 0 if in_memory else _IN_MEMORY
        self._storage = SpooledTemporaryFile(most, "w+", encoding="utf-8")  # noqa: SIM115 - closed on leaving
        self._total = hashlib.sha256()
        self._lines: dict[int, list[tuple[Combinatieregel, Collection[int]]]] = {}
        self._weighed: derivation.Weighed | None = None
        self._back: list[dict[str, Any]] | None = None

    def __enter__(self) -> Collector:
        return self

    def __exit__(self, *_: object) -> None:
        self._storage.close()

    def begin(self, message: Message, connection: Connection, for_message: int) -> None:
        """The message that is about to be judged, by what was declared before it."""
        self._message = message
        self._source = FileRows(connection, for_message, self._mask)
        self._lines.clear()
        self._begin_again()

    def begin_reading(self, conditions: Conditions) -> None:
        """The insurer begins to decide on the records; once more where one objection rejects the whole file."""
        self._conditions = conditions
        self._weighing = Weighing(self._message.beleid.uit)
        self._begin_again()

    def _begin_again(self) -> None:
        self._storage.seek(0)
        self._storage.truncate()
        self._total = hashlib.sha256()
        self._weighed = self._back = None

    def combination(self, line: int, combinatieregel: Combinatieregel, earlier: Collection[int]) -> None:
        """A rule on combinations objects to the record on this line, by these earlier prestaties (ids in the store)."""
        self._lines.setdefault(line, []).append((combinatieregel, earlier))

    def weighed(
        self,
        plan: Plan,
        date: str,
        so_far: SoFar,
        bill: Bill,
        earlier: GrantedBefore,
        machtiging: MachtigingFact | None,
    ) -> None:
        """See `adjudicate.Onlooker`."""
        self._weighed = derivation.weigh(
            self._conditions, self._weighing, plan, date, so_far, bill, earlier, machtiging
        )

    def credited(self, debet: EarlierRecord, back: Shares, earlier: GrantedBefore) -> None:
        """See `adjudicate.Onlooker`."""
        self._back = derivation.given_back(self._conditions, self._weighing, debet, back, earlier)

    def on_file(self, findings: Sequence[Finding], number_at: Sequence[str]) -> list[Finding]:
        """Objections to the file, with the rows that decided them; `number_at` as in `Matter`."""
        matter = Matter(self._message, self._source, number_at=number_at)
        return [b._replace(rows=self._rows(b.check, matter)) for b in findings]

    def on_record(
        self, line: int, objections: Sequence[Check], heen: bytes, surroundings: Surroundings
    ) -> list[tuple[Row, ...]]:
        """Objections to the detail record on this line: the rows that decided each."""
        lines = tuple(self._lines.get(line, ()))
        matter = Matter(self._message, self._source, heen, surroundings, self._weighed, lines)
        return [self._rows(check, matter) for check in objections]

    def _rows(self, check: Check, matter: Matter) -> tuple[Row, ...]:
        find = ORIGIN.get(check.id)
        return () if find is None else tuple(find(matter))

    def decided(self, line: int, heen: bytes, decision: Decision, surroundings: Surroundings) -> None:
        """A prestatierecord was decided on; kept where its amount was weighed, or taken back, and that is what counts."""
        shares = write_shares(decision.shares) if decision.shares else None
        self._total.update(_fingerprint(Decided(decision.outcome, decision.granted, shares)))
        weighed, back = self._weighed, self._back
        self._weighed = self._back = None
        if weighed is None and decision.outcome == REJECTED:
            return
        if weighed is not None and weighed.bill.granted != decision.granted:
            return  # the file as a whole is rejected
        p = Prestatierecord(heen)
        amount = cents(p.declaratiebedrag)
        header = {
            "record": "04",
            "identificatie": int(p.identificatie),
            "regel": line,
            "referentienummer": text(p.referentienummer),
            "datum": as_iso(p.datum),
            "prestatiecode": text(p.prestatiecode),
            "declaratiebedrag": as_euro(-amount if is_credit(p) else amount),
        }
        self._keep(header | self._derive(p, decision, surroundings, weighed, back))

    def _derive(
        self,
        p: Prestatierecord,
        decision: Decision,
        surroundings: Surroundings,
        weighed: derivation.Weighed | None,
        back: list[dict[str, Any]] | None,
    ) -> dict[str, Any]:
        matter = Matter(self._message, self._source, p, surroundings)
        if weighed is not None:
            highest = None if _TARIFF in self._message.beleid.uit else self._conditions.card.highest(p)
            source = () if highest is None else tariff(matter)
            return derivation.derivation(p, weighed, decision.granted, highest, [row._asdict() for row in source])
        if back is not None:
            rows = [row._asdict() for row in tuple(debet(matter))[:1]]
            return {"debet": rows, "dekkingen": back, "toegekend": as_euro(decision.granted)}
        by_script = self._message.direction is not None and self._message.direction.decision is not None
        return {"script": by_script, "toegekend": as_euro(decision.granted)}

    def _keep(self, grant: Mapping[str, Any]) -> None:
        self._storage.write(json.dumps(grant))
        self._storage.write("\n")

    def recall(self, grants: Iterable[str]) -> None:
        """What `grants` gave when the same declaration was answered; nothing is judged this time."""
        self._begin_again()
        self._storage.writelines(f"{grant}\n" for grant in grants)

    def fingerprint(self) -> str:
        """Of what was decided on every prestatierecord, in order: see `fingerprint`."""
        return self._total.hexdigest()

    def grants(self) -> Iterator[str]:
        """What was granted, taken back or weighed, in order; each as JSON."""
        self._storage.seek(0)
        for line in self._storage:
            yield line.rstrip("\n")
