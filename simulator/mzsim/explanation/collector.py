"""Looks on while a declaration is answered, and keeps what is to be told about it.

What is granted goes to a temporary file, a line of JSON for each prestatierecord, so that memory stays flat.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from tempfile import SpooledTemporaryFile
from typing import Any

from mzsim.checks.grant import Rekening
from mzsim.checks.surroundings import Omgeving
from mzsim.domain.check import Controle
from mzsim.domain.combination_rules import Combinatieregel
from mzsim.domain.decisions import AFGEWEZEN, Besluit
from mzsim.domain.earlier.credits import Eerdere, is_credit
from mzsim.domain.earlier.maxima import Aandelen, Eerder, schrijf_aandelen
from mzsim.domain.findings import Bevinding, Rij
from mzsim.explanation import derivation
from mzsim.explanation.origin import OORSPRONG, Zaak, debet, tarief
from mzsim.granting.weighing import Plan, TotNuToe, Weging
from mzsim.judging.agreements import Voorwaarden
from mzsim.judging.message import Bericht
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import als_euro, centen, tekst
from mzsim.store.answered import Decided
from mzsim.store.file_rows import Masker, Rijenbron
from mzsim.store.session import Connection

_IN_GEHEUGEN = 1 << 20
_TARIEF = "0424-6"
"""The check without which the declared tariff counts, whatever it is."""


def vingerafdruk(besluiten: Iterable[Decided]) -> str:
    """A hash of decisions in order."""
    som = hashlib.sha256()
    for besluit in besluiten:
        som.update(_afdruk(besluit))
    return som.hexdigest()


def _afdruk(besluit: Decided) -> bytes:
    return f"{tuple(besluit)}\n".encode()


class Toelichting:
    """What is to be told about one declaration. `masker` hides what is personal; None shows it.

    With `in_memory` nothing goes to a file, however much there is to tell.
    """

    def __init__(self, masker: Masker, *, in_memory: bool = False) -> None:
        self._masker = masker
        most = 0 if in_memory else _IN_GEHEUGEN
        self._opslag = SpooledTemporaryFile(most, "w+", encoding="utf-8")  # noqa: SIM115 - closed on leaving
        self._som = hashlib.sha256()
        self._regels: dict[int, list[tuple[Combinatieregel, Collection[int]]]] = {}
        self._gewogen: derivation.Gewogen | None = None
        self._terug: list[dict[str, Any]] | None = None

    def __enter__(self) -> Toelichting:
        return self

    def __exit__(self, *_: object) -> None:
        self._opslag.close()

    def begin(self, bericht: Bericht, verbinding: Connection, voor_bericht: int) -> None:
        """The message that is about to be judged, by what was declared before it."""
        self._bericht = bericht
        self._bron = Rijenbron(verbinding, voor_bericht, self._masker)
        self._regels.clear()
        self._begin_opnieuw()

    def begin_lezing(self, voorwaarden: Voorwaarden) -> None:
        """The insurer begins to decide on the records; once more where one objection rejects the whole file."""
        self._voorwaarden = voorwaarden
        self._weging = Weging(self._bericht.beleid.uit)
        self._begin_opnieuw()

    def _begin_opnieuw(self) -> None:
        self._opslag.seek(0)
        self._opslag.truncate()
        self._som = hashlib.sha256()
        self._gewogen = self._terug = None

    def combinatie(self, regel: int, combinatieregel: Combinatieregel, eerder: Collection[int]) -> None:
        """A rule on combinations objects to the record on this line, by these earlier prestaties (ids in the store)."""
        self._regels.setdefault(regel, []).append((combinatieregel, eerder))

    def gewogen(self, plan: Plan, datum: str, tot_nu_toe: TotNuToe, rekening: Rekening, eerder: Eerder) -> None:
        """See `adjudicate.Meekijker`."""
        self._gewogen = derivation.weeg(self._voorwaarden, self._weging, plan, datum, tot_nu_toe, rekening, eerder)

    def gecrediteerd(self, debet: Eerdere, terug: Aandelen, eerder: Eerder) -> None:
        """See `adjudicate.Meekijker`."""
        self._terug = derivation.teruggegeven(self._voorwaarden, self._weging, debet, terug, eerder)

    def bij_bestand(self, bevindingen: Sequence[Bevinding], nummer_bij: Sequence[str]) -> list[Bevinding]:
        """Objections to the file, with the rows that decided them; `nummer_bij` as in `Zaak`."""
        zaak = Zaak(self._bericht, self._bron, nummer_bij=nummer_bij)
        return [b._replace(rijen=self._rijen(b.controle, zaak)) for b in bevindingen]

    def bij_record(self, bevindingen: Sequence[Bevinding], heen: bytes, omgeving: Omgeving) -> list[Bevinding]:
        """Objections to a detail record, with the rows that decided them."""
        if not bevindingen:
            return []
        regels = tuple(self._regels.get(bevindingen[0].regel, ()))
        zaak = Zaak(self._bericht, self._bron, heen, omgeving, self._gewogen, regels)
        return [b._replace(rijen=self._rijen(b.controle, zaak)) for b in bevindingen]

    def _rijen(self, controle: Controle, zaak: Zaak) -> tuple[Rij, ...]:
        zoek = OORSPRONG.get(controle.id)
        return () if zoek is None else tuple(zoek(zaak))

    def besloten(self, regel: int, heen: bytes, besluit: Besluit, omgeving: Omgeving) -> None:
        """A prestatierecord was decided on; kept where its amount was weighed, or taken back, and that is what counts."""
        aandelen = schrijf_aandelen(besluit.aandelen) if besluit.aandelen else None
        self._som.update(_afdruk(Decided(besluit.uitkomst, besluit.toegekend, aandelen)))
        gewogen, terug = self._gewogen, self._terug
        self._gewogen = self._terug = None
        if gewogen is None and besluit.uitkomst == AFGEWEZEN:
            return
        if gewogen is not None and gewogen.rekening.toegekend != besluit.toegekend:
            return  # the file as a whole is rejected
        p = Prestatierecord(heen)
        bedrag = centen(p.declaratiebedrag)
        kop = {
            "record": "04",
            "identificatie": int(p.identificatie),
            "regel": regel,
            "referentienummer": tekst(p.referentienummer),
            "datum": tekst(p.datum),
            "prestatiecode": tekst(p.prestatiecode),
            "declaratiebedrag": als_euro(-bedrag if is_credit(p) else bedrag),
        }
        self._bewaar(kop | self._herleid(p, besluit, omgeving, gewogen, terug))

    def _herleid(
        self,
        p: Prestatierecord,
        besluit: Besluit,
        omgeving: Omgeving,
        gewogen: derivation.Gewogen | None,
        terug: list[dict[str, Any]] | None,
    ) -> dict[str, Any]:
        zaak = Zaak(self._bericht, self._bron, p, omgeving)
        if gewogen is not None:
            hoogste = None if _TARIEF in self._bericht.beleid.uit else self._voorwaarden.kaart.hoogste(p)
            bron = () if hoogste is None else tarief(zaak)
            return derivation.herleiding(p, gewogen, besluit.toegekend, hoogste, [rij._asdict() for rij in bron])
        if terug is not None:
            rijen = [rij._asdict() for rij in tuple(debet(zaak))[:1]]
            return {"debet": rijen, "dekkingen": terug, "toegekend": als_euro(besluit.toegekend)}
        door_script = self._bericht.regie is not None and self._bericht.regie.besluit is not None
        return {"script": door_script, "toegekend": als_euro(besluit.toegekend)}

    def _bewaar(self, toekenning: Mapping[str, Any]) -> None:
        self._opslag.write(json.dumps(toekenning))
        self._opslag.write("\n")

    def vingerafdruk(self) -> str:
        """Of what was decided on every prestatierecord, in order: see `vingerafdruk`."""
        return self._som.hexdigest()

    def toekenningen(self) -> Iterator[str]:
        """What was granted, taken back or weighed, in order; each as JSON."""
        self._opslag.seek(0)
        for regel in self._opslag:
            yield regel.rstrip("\n")
