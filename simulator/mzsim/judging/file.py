"""Whether a declaration is rejected as a file: first its structure, then the voorlooprecord, then the rest."""

from __future__ import annotations

from collections.abc import Callable

from mzsim.checks.performing import examination
from mzsim.checks.register import REGISTER
from mzsim.checks.sluitrecord import MessageCounts
from mzsim.checks.voorlooprecord import VoorloopSurroundings
from mzsim.common.dates import days_later
from mzsim.domain.check import INSURER, VECOZO, Part
from mzsim.domain.facts import REJECTED_INSURER
from mzsim.domain.findings import Finding
from mzsim.judging.message import Message
from mzsim.standard.layout import HEEN_LENGTH
from mzsim.standard.recognition import other_message
from mzsim.standard.records import Sluitrecord
from mzsim.standard.values import write_date
from mzsim.store.facts import FactSource


def objections_to_file(message: Message, by: str, facts: FactSource) -> list[Finding]:
    """The objections of VECOZO (V) or the insurer (Z) that reject the file, of the first group that has any.

    Before all else it is seen which message this is: of another standard nothing more can be said.
    """
    if message.foreign:
        return [Finding(1, "01", None, REGISTER["0102-2"], remark=other_message(message.voorloop.bericht))]
    if message.direction is not None and (by_script := message.direction.objections_to_file(by)):
        return by_script
    first_reading = message.first_reading
    groups: tuple[Callable[[], list[Finding]], ...] = (
        lambda: first_reading.structure,
        lambda: _voorloop(message, by, facts),
        lambda: [b for b in first_reading.reserves if b.line > 1] + _sluitrecord(message, by),
    )
    for group in groups:
        if objections := [b for b in group() if message.performs(b.check, by)]:
            if message.collector is not None:
                return message.collector.on_file(objections, _factuurnummer_used_at(message, by, facts))
            return objections
    return []


def _voorloop(message: Message, by: str, facts: FactSource) -> list[Finding]:
    v = message.voorloop
    parties = (v.servicebureau, v.zorgverlener, v.praktijk, v.instelling)
    surroundings = VoorloopSurroundings(
        message.today,
        message.uzovi,
        bool(_factuurnummer_used_at(message, by, facts)),
        facts.zorgaanbieders(parties) if facts.has_zorgaanbieders else None,
    )
    if by == INSURER and not message.first_reading.only_credits:  # policy has no say in what is taken back
        surroundings = _with_beleid(surroundings, message, facts)
    in_reserve = [b for b in message.first_reading.reserves if b.line == 1]
    return _examine("voorloop", by, "01", 1, v, surroundings) + in_reserve


def _with_beleid(surroundings: VoorloopSurroundings, message: Message, facts: FactSource) -> VoorloopSurroundings:
    beleid = message.beleid
    if beleid.contract_vereist == "bestand":
        surroundings = surroundings._replace(contracten=message.contracten(facts))
    if beleid.factuurdatum_max_dagen is not None:
        oldest = days_later(message.date, -beleid.factuurdatum_max_dagen)
        surroundings = surroundings._replace(oldest_dagtekening=write_date(oldest))
    return surroundings


def _factuurnummer_used_at(message: Message, by: str, facts: FactSource) -> list[str]:
    """For which insurers the factuurnummer is in use, by VECOZO's list or by the insurer's own (INV 2.3.3)."""
    if message.party is None or message.factuurnummer is None:
        return []
    found = facts.factuurnummers(message.party, message.factuurnummer)
    if by == VECOZO:
        on_list = [fact for fact in found if fact.at_vecozo]
    else:
        on_list = [fact for fact in found if fact.at_insurer and fact.uzovi == message.sender(by)]
    free = message.freeing_numbers
    return [fact.uzovi for fact in on_list if fact.outcome != REJECTED_INSURER or fact.uzovi not in free]


def _sluitrecord(message: Message, by: str) -> list[Finding]:
    sluitrecord = message.first_reading.sluitrecord
    if sluitrecord is None or len(sluitrecord.content) != HEEN_LENGTH:
        return []
    counts = MessageCounts(message.first_reading.counts, message.first_reading.total)
    return _examine("sluit", by, "99", sluitrecord.number, Sluitrecord(sluitrecord.content), counts)


def _examine(part: Part, by: str, kenmerk: str, line: int, record: object, surroundings: object) -> list[Finding]:
    verdict = examination(part, by)(record, surroundings)
    return [Finding(line, kenmerk, None, c) for c in verdict.objections]
