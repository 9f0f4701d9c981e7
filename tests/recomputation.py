"""What an insurer grants, worked out a second time: slow, plain, by the words of the rules and from nothing of the program.

Knows a store as the dictionaries that it was loaded from, and records as the mappings that a declaration was made of.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from typing import Any, NamedTuple

Velden = Mapping[str, str]


def half_op(bedrag: Fraction) -> int:
    """Cents, half up."""
    return floor(bedrag + Fraction(1, 2))


def centen(euro: float) -> int:
    return round(euro * 100)


class Dekking(NamedTuple):
    """A dekking that counts for a record: where it stands, of what soort its pakket is, and its keys."""

    plaats: tuple[str, int]
    soort: str
    sleutels: Mapping[str, Any]

    @property
    def begrensd(self) -> bool:
        return "maximum_bedrag" in self.sleutels or "maximum_aantal" in self.sleutels


@dataclass
class Toekenning:
    """What stands of a record: granted cents, and what each dekking paid of it in cents and in number."""

    persoon: str
    velden: Velden
    bedrag: int
    delen: dict[tuple[str, int], list[int]] = field(default_factory=dict)

    def zelfde(self, persoon: str, velden: Velden) -> bool:
        """Whether it is the same prestatie."""
        kenmerken = ("r0408", "r0409", "r0413", "r0414", "r0415", "r0416", "r0420")
        return persoon == self.persoon and all(self.velden.get(k) == velden.get(k) for k in kenmerken)


@dataclass
class Rekenmeester:
    """Judges records one after another; what it granted stands until it is credited."""

    store: Mapping[str, Any]
    partij: str = "12012345"
    staat: list[Toekenning] = field(default_factory=list)

    def beslis(self, persoon: str, velden: Velden) -> tuple[int, set[str]]:
        """What a debet record is granted, and the codes that may say why it is less (0613 certainly does)."""
        dekkingen = list(self._dekkingen(persoon, velden))
        declaratiebedrag, aantal = int(velden["r0430"]), int(velden["r0425"])
        tarief = int(velden["r0424"])
        eigen = min(tarief, self._hoogste(velden))
        eerder = [t for t in self.staat if t.zelfde(persoon, velden)]
        ander = [t for t in self.staat if not t.zelfde(persoon, velden) and t.persoon == persoon]
        ruimte = {d.plaats: self._ruimte(d, velden, ander) for d in dekkingen if d.begrensd}
        delen = self._delen(self._berekend(velden, eigen), aantal, dekkingen, velden, ruimte)
        al = sum(t.bedrag for t in eerder)
        toegekend = max(0, min(declaratiebedrag, sum(delen.values()) - al))
        self._onthoud(Toekenning(persoon, velden, toegekend), dekkingen, delen, eerder, ruimte)
        vol = sum(self._delen(self._berekend(velden, tarief), aantal, dekkingen, velden, {}).values())
        mogelijk = {
            "8059": eigen < tarief,
            "0613": vol < declaratiebedrag,
            "0589": any("maximum_bedrag" in d.sleutels for d in dekkingen),
            "8220": velden["r0409"] == "01" and any("maximum_aantal" in d.sleutels for d in dekkingen),
            "0587": al > 0,
        }
        return toegekend, {code for code, kan in mogelijk.items() if kan}

    def crediteer(self, persoon: str, velden: Velden) -> int:
        """What a credit takes back, as a negative amount; its debet record stands."""
        (debet,) = (t for t in self.staat if t.persoon == persoon and t.velden["r0432"] == velden["r0433"])
        self.staat.remove(debet)
        over = [t for t in self.staat if t.zelfde(persoon, debet.velden)]
        for plaats, (_, aantal) in debet.delen.items():
            # The number of a prestatie in parts goes on counting with a part that stands.
            blijft = [t for t in over if t.delen.get(plaats, [0, 0])[0]]
            geteld = aantal + sum(t.delen.get(plaats, [0, 0])[1] for t in over)
            if blijft and geteld:
                blijft[0].delen[plaats][1] += aantal - min(aantal, geteld - 1)
        return -debet.bedrag

    def verbruik(self) -> dict[tuple[str, tuple[str, int], str], list[int]]:
        """By person, dekking and period what stands, in cents and in number."""
        som: dict[tuple[str, tuple[str, int], str], list[int]] = {}
        for t in self.staat:
            for plaats, (bedrag, aantal) in t.delen.items():
                periode = self._periode(self._dekking(plaats), t.velden)
                post = som.setdefault((t.persoon, plaats, periode), [0, 0])
                post[0], post[1] = post[0] + bedrag, post[1] + aantal
        return som

    def _dekking(self, plaats: tuple[str, int]) -> Mapping[str, Any]:
        (pakket,) = (p for p in self.store["pakketten"] if p["code"] == plaats[0])
        dekking: Mapping[str, Any] = pakket["dekkingen"][plaats[1]]
        return dekking

    def _dekkingen(self, persoon: str, velden: Velden) -> Iterator[Dekking]:
        """Of each pakket of the polis the first dekking that matches, basis before aanvullend."""
        polis = next(p for p in self.store["polissen"] if p["bsn"] == persoon)
        gevonden = []
        for code in polis["pakketten"]:
            (pakket,) = (p for p in self.store["pakketten"] if p["code"] == code)
            for nummer, dekking in enumerate(pakket["dekkingen"]):
                if self._past(dekking, polis, velden):
                    gevonden.append(Dekking((code, nummer), pakket["soort"], dekking))
                    break
        yield from (d for d in gevonden if d.soort != "aanvullend")
        yield from (d for d in gevonden if d.soort == "aanvullend")

    @staticmethod
    def _past(dekking: Mapping[str, Any], polis: Mapping[str, Any], velden: Velden) -> bool:
        def code_past(patroon: str) -> bool:
            begin, ster, _ = patroon.partition("*")
            return velden["r0413"].startswith(begin) if ster else velden["r0413"] == patroon

        dag = dt.date.fromisoformat(velden["r0408"])
        geboren = polis["geboortedatum"]
        leeftijd = dag.year - geboren.year - ((dag.month, dag.day) < (geboren.month, geboren.day))
        return (
            any(code_past(patroon) for patroon in dekking["prestaties"])
            and velden["r0409"] in dekking.get("soort_prestatierecord", ("01", "02", "03", "04"))
            and dekking.get("leeftijd_vanaf", 0) <= leeftijd < dekking.get("leeftijd_tot", 999)
        )

    def _hoogste(self, velden: Velden) -> int:
        """The insurer's tariff; where there is none, more than can be declared."""
        if velden["r0409"] == "01":
            for contract in self.store.get("contracten", ()):
                if contract["agb"] == self.partij and velden["r0413"] in contract["tarieven"]:
                    return centen(contract["tarieven"][velden["r0413"]])
            for tarief in self.store.get("tarieven", ()):
                if tarief["prestatiecode"] == velden["r0413"]:
                    return centen(tarief["tarief"])
        return 10**9

    @staticmethod
    def _berekend(velden: Velden, tarief: int) -> int:
        product, af = Fraction(tarief * int(velden["r0425"])), int(velden.get("r0428", 0))
        gedeclareerd = Fraction(int(velden["r0424"]) * int(velden["r0425"]))
        if gedeclareerd - af != int(velden["r0426"]):
            product /= 12
        return max(0, half_op(product) - af)

    def _vergoeding(self) -> int:
        """The percentage of its cover that the insurer pays for what this party does."""
        contracten = self.store.get("contracten", ())
        if not contracten or any(c["agb"] == self.partij for c in contracten):
            return 100
        beleid = self.store["uzovi"][0]["beleid"]
        percentage: int = beleid.get("niet_gecontracteerd", {"vergoeding": 100})["vergoeding"]
        return percentage

    def _ruimte(self, d: Dekking, velden: Velden, ander: list[Toekenning]) -> tuple[int | None, int | None]:
        """What the maxima leave, in cents and in number, of what other prestaties took in the period."""
        periode = self._periode(d.sleutels, velden)
        hier = [t for t in ander if d.plaats in t.delen and self._periode(d.sleutels, t.velden) == periode]
        bedrag = aantal = None
        if "maximum_bedrag" in d.sleutels:
            bedrag = max(0, centen(d.sleutels["maximum_bedrag"]) - sum(t.delen[d.plaats][0] for t in hier))
        if "maximum_aantal" in d.sleutels and velden["r0409"] == "01":
            aantal = max(0, d.sleutels["maximum_aantal"] - sum(t.delen[d.plaats][1] for t in hier))
        return bedrag, aantal

    @staticmethod
    def _periode(sleutels: Mapping[str, Any], velden: Velden) -> str:
        jaar, kaak = velden["r0408"][:4], velden.get("r0414", "0")
        if kaak == "0" and velden.get("r0415", "00") != "00":
            kaak = "1" if velden["r0415"][0] in "1256" else "2"
        return {"kalenderjaar": jaar, "kaak_per_kalenderjaar": f"{jaar}/{kaak}"}.get(sleutels.get("per", ""), "")

    def _delen(
        self,
        berekend: int,
        aantal: int,
        dekkingen: list[Dekking],
        velden: Velden,
        ruimte: Mapping[tuple[str, int], tuple[int | None, int | None]],
    ) -> dict[tuple[str, int], int]:
        """What each dekking pays of B."""
        vergoeding = Fraction(self._vergoeding(), 100)
        delen: dict[tuple[str, int], int] = {}
        eigen_bijdrage = berekend
        for d in dekkingen:
            if d.soort == "aanvullend":
                continue
            vol = min(half_op(Fraction(berekend * d.sleutels["percentage"], 100)), eigen_bijdrage)
            zonder_maximum = half_op(vol * vergoeding)
            delen[d.plaats] = self._begrens(zonder_maximum, aantal, *ruimte.get(d.plaats, (None, None)))
            eigen_bijdrage -= vol - (zonder_maximum - delen[d.plaats])
        nog = half_op(eigen_bijdrage * vergoeding)
        for d in dekkingen:
            if d.soort != "aanvullend":
                continue
            over = eigen_bijdrage if d.sleutels.get("over") == "eigen_bijdrage" else berekend
            deel = half_op(half_op(Fraction(over * d.sleutels["percentage"], 100)) * vergoeding)
            delen[d.plaats] = min(nog, self._begrens(deel, aantal, *ruimte.get(d.plaats, (None, None))))
            nog -= delen[d.plaats]
        return delen

    @staticmethod
    def _begrens(bedrag: int, aantal: int, meeste: int | None, meeste_aantal: int | None) -> int:
        if meeste_aantal is not None and meeste_aantal < aantal:
            bedrag = half_op(Fraction(bedrag * meeste_aantal, aantal))
        return bedrag if meeste is None else min(bedrag, meeste)

    def _onthoud(
        self,
        nieuw: Toekenning,
        dekkingen: list[Dekking],
        delen: Mapping[tuple[str, int], int],
        eerder: list[Toekenning],
        ruimte: Mapping[tuple[str, int], tuple[int | None, int | None]],
    ) -> None:
        """The grant stands: it counts to the basis first, to no dekking for more than its part of the prestatie."""
        if not nieuw.bedrag:
            return
        nog = nieuw.bedrag
        for d in dekkingen:
            betaald, geteld = (sum(t.delen.get(d.plaats, [0, 0])[i] for t in eerder) for i in (0, 1))
            bedrag = min(nog, max(0, delen[d.plaats] - betaald))
            nog -= bedrag
            if bedrag:
                meeste = ruimte[d.plaats][1] if d.begrensd else None
                aantal = int(nieuw.velden["r0425"]) if meeste is None else min(int(nieuw.velden["r0425"]), meeste)
                telt = max(0, aantal - geteld) if nieuw.velden["r0409"] == "01" else 0
                nieuw.delen[d.plaats] = [bedrag, telt]
        self.staat.append(nieuw)
