"""Making a pack of a suite: each case is played, and its declarations and retours, good and faulty, are put together."""

from __future__ import annotations

import csv
import io
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, NamedTuple

from mzsim.certification import pack
from mzsim.certification.faulty_retours import SOORTEN, Fout, foute_retour
from mzsim.certification.result import KOLOMMEN, schema
from mzsim.common.errors import CaseError, OutputError
from mzsim.common.version import __version__
from mzsim.retour.faults import MERK
from mzsim.standard.retourcodes import Retourcode, retourcodes
from mzsim.suites.case import Geval
from mzsim.suites.playing import Stapverslag, Verslag
from mzsim.suites.running import draai, kernen

UITLEG = """\
What is in this pack, and what is asked of the software under test
==================================================================

pack.json           the cases: per step the declaration that was sent and the retours on it, with their hashes
cases/              the files: MZ301 declarations and MZ302 retourberichten
result.schema.json  what the software reports back, as a JSON Schema (2020-12)
result.csv          the same as a table: fill it in, or write JSON

Every case begins with an empty administration. Per step, in order:
1. enter the declaration as sent;
2. offer its retours to the software, in the order of pack.json. One with a "fault" is faulty: the software has to see
   that by itself, refuse it and book nothing of it. The last one is good, and has to be booked.

The result has an entry for every retour ("case" is the id of the case, "retour" the name of the retour):
- refused: true or false; reason is free text;
- retourcodes (may be left out): the codes that stand on other records than the prestatierecords; 0200 and 8002 need
  not be named;
- bookings: one for EVERY prestatierecord of the declaration, in a good retour; none in a faulty one.

A booking holds:
- referentienummer: rubriek 0432 as in the declaration. Where several records have the same: a booking for each, in the
  order of the declaration;
- outcome: toegekend, deels, afgewezen or niet_beoordeeld. A record with 8002 was not judged; nor was any record of a
  file that is rejected (0001), or one without objection in a message that VECOZO rejected on its records;
- granted: the granted amount in euro, "10.00"; negative for a credit;
- left: what was declared less what is granted, whatever the outcome; negative for a credit. Of a record whose declared
  amount can't be read (0430, 0431) it is not graded;
- retourcodes: the codes on this prestatierecord; none where it did not come back. 0200 need not be named.

In result.csv a booking is a row with referentienummer and outcome, a retour is a row without them; retourcodes are
separated by spaces. A retour with bookings and no row of its own was not refused. The separator is , or ; as you like.

    case,retour,refused,reason,referentienummer,outcome,granted,left,retourcodes
    a-case,1.mz302.asc,false,,,,,,8004
    a-case,1.mz302.asc,,,REF-0002,toegekend,10.00,0.00,
    a-case,1.mz302.asc,,,REF-0004,niet_beoordeeld,0.00,500.00,8002
    a-case,1.VERSTOORD-aantal.mz302.asc,true,9904 is not the number of records,,,,,

Graded is it by: mzsim suite grade PACK RESULT
"""


Foute = Literal["each", "once", "none"]
"""Which faulty retours go into a pack: every kind with each retour, every kind once, or none."""


class Gemaakt(NamedTuple):
    """The files of a pack by name, and how many retours are in it."""

    bestanden: dict[str, bytes]
    goede: int
    foute: int


def maak_pakket(gevallen: Sequence[Geval], foute: Foute) -> Gemaakt:
    """Makes a pack. Raises CaseError for a case that doesn't pass, or where nothing comes back in any."""
    bestanden: dict[str, bytes] = {
        "README.txt": UITLEG.encode(),
        "result.schema.json": pack.als_json(schema()),
        "result.csv": _sjabloon(),
    }
    nog = {fout.soort for fout in SOORTEN} if foute != "none" else set()
    lijst: list[dict[str, Any]] = []
    for verslag in draai(gevallen, kernen()):
        if not verslag.geslaagd:
            wat = "does not pass, so it can't be exported; mzsim suite run says why"
            raise CaseError(f"{verslag.geval.bestand}: {wat}")
        if any(stap.retour is not None for stap in verslag.stappen):
            lijst.append(_geval(verslag, bestanden, nog, eenmaal=foute == "once"))
    if not lijst:
        raise CaseError("in none of these cases a retour is sent, so there is nothing to export")
    inhoud = {"format": pack.FORMAAT, "made_by": f"mzsim {__version__}", "cases": lijst}
    bestanden[pack.LIJST] = pack.als_json(inhoud)
    retours = [retour for geval in lijst for stap in geval["steps"] for retour in stap["retours"]]
    goede = sum(retour["fault"] is None for retour in retours)
    return Gemaakt(bestanden, goede, len(retours) - goede)


def _geval(verslag: Verslag, bestanden: dict[str, bytes], nog: set[str], *, eenmaal: bool) -> dict[str, Any]:
    geval = verslag.geval
    codes = {**retourcodes(), **{code.code: code for code in verslag.codes}}
    stappen = []
    for nummer, stap in enumerate(verslag.stappen, start=1):
        map_ = f"cases/{geval.id}"
        declaratie = f"{map_}/{nummer}.mz301.asc"
        bestanden[declaratie] = stap.declaratie
        retours = []
        for naam, fout, inhoud in _retours(nummer, stap, codes, nog):
            bestanden[f"{map_}/{naam}"] = inhoud
            retours.append(
                {
                    "name": naam,
                    **pack.bestand(f"{map_}/{naam}", inhoud),
                    "fault": fout.soort if fout else None,
                    "says": fout.zin if fout else None,
                }
            )
            if fout and eenmaal:
                nog.discard(fout.soort)
        stappen.append(
            {
                "date": stap.stap.datum.isoformat(),
                "declaration": pack.bestand(declaratie, stap.declaratie),
                "retours": retours,
            }
        )
    return {"id": geval.id, "title": geval.titel, "source": geval.bron, "tags": list(geval.tags), "steps": stappen}


def _retours(
    nummer: int, stap: Stapverslag, codes: dict[str, Retourcode], nog: set[str]
) -> Iterator[tuple[str, Fout | None, bytes]]:
    """The retours of a step with their names: the faulty ones of the kinds that are asked for, then the good one."""
    if stap.retour is None:
        return
    for fout in SOORTEN:
        if fout.soort in nog:
            foute = foute_retour(fout.soort, stap.declaratie, stap.retour, codes)
            if foute is not None:
                yield f"{nummer}.{MERK}-{fout.soort}.mz302.asc", fout, foute
    yield f"{nummer}.mz302.asc", None, stap.retour


def _sjabloon() -> bytes:
    uit = io.StringIO(newline="")
    csv.writer(uit, lineterminator="\r\n").writerow(KOLOMMEN)
    return uit.getvalue().encode()


def zet_neer(bestanden: dict[str, bytes], plaats: Path, *, als_zip: bool) -> None:
    """Writes a pack to its place: whole, or not at all. Raises OutputError; a folder that holds something stays."""
    if als_zip and plaats.is_dir():
        raise OutputError(f"{plaats}: is a folder; name the zip file to write")
    if not als_zip and plaats.exists() and not (plaats.is_dir() and _is_leeg(plaats.iterdir())):
        raise OutputError(f"{plaats}: exists already; remove it, or choose another place")
    deel = plaats.absolute().with_name(f".{plaats.absolute().name}.{os.getpid()}.deel")
    try:
        if als_zip:
            pack.schrijf_zip(bestanden, deel)
        else:
            deel.mkdir()
            pack.schrijf_map(bestanden, deel)
            with suppress(FileNotFoundError):
                plaats.rmdir()
        deel.replace(plaats)
    except OSError as fout:
        raise OutputError(f"{plaats}: can't be written: {fout.strerror}") from None
    finally:
        with suppress(OSError):
            shutil.rmtree(deel) if deel.is_dir() else deel.unlink()


def _is_leeg(inhoud: Iterable[Path]) -> bool:
    return next(iter(inhoud), None) is None
