"""What the store of a declaration holds, as its store files say it: lines to look up, and to give back changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from mzsim.standard.values import elfproef, lees_datum, schrijf_datum
from mzsim.store.verzekeraarsbestand import SLEUTELS, Inhoud, Prestatiecoderegel, lees_bestand

Regel = dict[str, Any]
Lijsten = dict[str, list[Regel]]
"""A store file in the making: its lists by key."""

_LIJSTEN = ("uzovi", "zorgaanbieders", "contracten", "pakketten", "polissen")
_EERSTE_UZOVI, _LAATSTE_UZOVI = 9990, 9000
_EERSTE_BSN, _LAATSTE_BSN = 999_900_000, 1_000_000_000


class Winkel(NamedTuple):
    """The lines of all store files, a later one over an earlier one with its key; as written, but for prestatiecodes."""

    uzovi: dict[str, Regel]
    zorgaanbieders: dict[str, Regel]
    contracten: list[Regel]
    pakketten: list[Regel]
    polissen: list[Regel]
    prestatiecodes: list[Prestatiecoderegel]

    def polissen_van(self, bsn: str) -> list[Regel]:
        """The polissen of a BSN, with every insurer."""
        return [polis for polis in self.polissen if polis["bsn"] == bsn]

    def pakketten_van(self, polissen: Sequence[Regel]) -> list[Regel]:
        """The pakketten of these polissen, each once."""
        genoemd = {(polis["uzovi"], code) for polis in polissen for code in polis.get("pakketten") or ()}
        return [pakket for pakket in self.pakketten if (pakket["uzovi"], pakket["code"]) in genoemd]

    def code(self, code: str, datum: bytes) -> Prestatiecoderegel | None:
        """The line of the prestatiecodelijst on a day (EEJJMMDD)."""
        return next((regel for regel in self.prestatiecodes if regel.code == code and _geldt(regel, datum)), None)

    def kostencode(self, datum: bytes) -> str | None:
        """A prestatiecode that knows costs of technique on a day, and asks for no place in the mouth."""
        goed = (
            regel.code
            for regel in self.prestatiecodes
            if regel.techniekkosten and _geldt(regel, datum) and not (regel.element or regel.kaak or regel.vlak)
        )
        return next(goed, None)

    def vrij_uzovi(self) -> str:
        """A UZOVI-nummer that no insurer here has."""
        mogelijk = (str(nummer) for nummer in range(_EERSTE_UZOVI, _LAATSTE_UZOVI, -1))
        return next(nummer for nummer in mogelijk if nummer not in self.uzovi)

    def vrije_bsns(self) -> Iterator[str]:
        """BSNs that pass the elfproef and that nobody here has."""
        bezet = {polis["bsn"] for polis in self.polissen}
        mogelijk = (str(nummer) for nummer in range(_EERSTE_BSN, _LAATSTE_BSN))
        return (bsn for bsn in mogelijk if elfproef(bsn.encode("ascii")) and bsn not in bezet)


def _geldt(regel: Prestatiecoderegel, datum: bytes) -> bool:
    dag = lees_datum(datum)
    return dag is not None and regel.ingang <= dag and (regel.einde is None or dag <= regel.einde)


def lees_winkel(bestanden: Sequence[Path]) -> Winkel:
    """The lines of these files, in order. Raises StoreFileError."""
    lijsten: dict[str, dict[Any, Regel]] = {naam: {} for naam in _LIJSTEN}
    codes: dict[tuple[str, dt.date], Prestatiecoderegel] = {}
    for pad in bestanden:
        inhoud, boom = lees_bestand(pad)
        for naam, regels in lijsten.items():
            geschreven = (boom.wortel or {}).get(naam, [])
            for gelezen, regel in zip(getattr(inhoud, naam), geschreven, strict=True):
                regels[tuple(getattr(gelezen, deel) for deel in SLEUTELS[naam])] = regel
        codes |= {(regel.code, regel.ingang): regel for regel in inhoud.prestatiecodes}
    return Winkel(
        {regel["nummer"]: regel for regel in lijsten["uzovi"].values()},
        {regel["agb"]: regel for regel in lijsten["zorgaanbieders"].values()},
        list(lijsten["contracten"].values()),
        list(lijsten["pakketten"].values()),
        list(lijsten["polissen"].values()),
        list(codes.values()),
    )


class _Dumper(yaml.SafeDumper):
    """Writes amounts as they were read, and no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


# The reader's own mappings and lists know their lines; here they are like any other.
_Dumper.add_multi_representer(dict, yaml.SafeDumper.represent_dict)
_Dumper.add_multi_representer(list, yaml.SafeDumper.represent_list)
_Dumper.add_representer(Decimal, lambda dumper, waarde: dumper.represent_scalar("tag:yaml.org,2002:float", str(waarde)))


def als_storebestand(lijsten: Lijsten, kop: str) -> bytes:
    """A store file with a comment above it, a line for each of its lines."""
    tekst = f"# {kop}\n"
    for naam in Inhoud.model_fields:
        regels = lijsten.get(naam)
        if regels:
            tekst += f"{naam}:\n" + "".join(f"  - {_stroom(regel)}\n" for regel in regels)
    return tekst.encode("utf-8")


def _stroom(regel: Regel) -> str:
    tekst: str = yaml.dump(
        regel, Dumper=_Dumper, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**6
    )
    return tekst.strip()


def datum_van(waarde: Any) -> dt.date:
    """A date of a store file as it was written: as such, or in quotes."""
    return waarde if isinstance(waarde, dt.date) else dt.date.fromisoformat(waarde)


def eejjmmdd(dag: dt.date) -> str:
    """A date as a record holds it."""
    return schrijf_datum(dag).decode("ascii")
