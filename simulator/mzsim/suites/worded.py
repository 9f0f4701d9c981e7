"""What a page shows of a retourbericht, in words and as plain values: it travels between processes and in files."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from mzsim.common.errors import InputError
from mzsim.presentation.output import mask
from mzsim.retour.words import RecordExplanation, explain_retour
from mzsim.standard.layout import KENMERK_OF_RECORD, rubriek_name
from mzsim.standard.retourcodes import NO_REMARK, Retourcode
from mzsim.standard.values import as_euro

_RECORD_NAME = {kenmerk.decode(): name for name, kenmerk in KENMERK_OF_RECORD.items()}
_MOST = 500
"""Records of one retour that are shown: more than a person reads."""


def words_of(retour: bytes, codes: Mapping[str, Retourcode], *, unmask: bool) -> dict[str, Any] | None:
    """A retourbericht in words; None of one that can't be read, whose fault is told elsewhere."""
    try:
        explanation = explain_retour(BytesIO(retour), codes)
    except InputError:
        return None
    telling = [record for record in explanation.records if _says_something(record)]
    return {
        "afzender": explanation.sender,
        "factuurnummer": explanation.factuurnummer,
        "dagtekening": explanation.dagtekening,
        "totaal_toegekend": as_euro(explanation.granted),
        "totaal_ingediend": as_euro(explanation.submitted),
        "records": [_record(record, unmask=unmask) for record in telling[:_MOST]],
        "meer": len(telling[_MOST:]),
        "stil": len(explanation.records) - len(telling),
    }


def _says_something(record: RecordExplanation) -> bool:
    return record.record == "01" or any(code.code != NO_REMARK for code in record.codes)


def _record(record: RecordExplanation, *, unmask: bool) -> dict[str, Any]:
    declared, granted = record.declaratiebedrag, record.toegekend
    amounts = None
    if declared is not None and granted is not None:
        amounts = {
            "declaratiebedrag": as_euro(declared),
            "toegekend": as_euro(granted),
            "rest": as_euro(declared - granted),
        }
    return {
        "naam": _RECORD_NAME[record.record],
        "identificatie": record.identificatie,
        "wat": record.what,
        "bsn": record.bsn if unmask else mask(record.bsn),
        "bedragen": amounts,
        "codes": [
            {
                "retourcode": code.code,
                "betekenis": code.meaning,
                "controles": [
                    {
                        "id": k.id,
                        "rubriek": k.rubriek,
                        "naam": rubriek_name(k.rubriek) if k.rubriek else None,
                        "tekst": k.sentence,
                        "herstel": k.remedy,
                        "bron": k.source,
                    }
                    for k in code.checks
                ],
            }
            for code in record.codes
        ],
    }
