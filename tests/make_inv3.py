"""Makes the examples of INV chapter 3 in fixtures/inv3: `python -m tests.make_inv3 [folder]`.

The declarations are made by the factories, their retours by replaying them, the two faulty retours (3b and 5) from the
retour of example 4a. The store of the examples, store.yaml, is written by hand. The difference with what was there is
to be read before it is kept.
"""

from __future__ import annotations

import datetime as dt
import shutil
import sys
import tempfile
from pathlib import Path

from mzsim.domain.findings import Stage
from mzsim.pipeline import Opdracht, replay
from mzsim.store.loading import laad_bestand
from mzsim.store.session import open_store
from tests.factories import Bericht, maak
from tests.retours import zet

MAP = Path(__file__).parents[1] / "fixtures" / "inv3"
STORE = MAP / "store.yaml"
DATUM = dt.date(2011, 5, 2)
"""The day on which the examples play."""
STAGES = {"alle": Stage.ALL, "vecozo": Stage.VECOZO, "verzekeraar": Stage.VERZEKERAAR}
"""The whole path; what VECOZO answers; what the insurer answers with VECOZO left out."""

VOORBEELD_4A = "4a-fout-in-verzekerdenrecord"


def voorbeeld(**anders: str) -> Bericht:
    """The declaration of INV chapter 3: two verzekerden, three prestaties, a commentaarrecord with the last.

    `anders` replaces rubrieken, named by record number in the file and rubriek: _4_0408="20110332" in record 04 number 4,
    _0_0108 in the voorlooprecord.
    """
    velden: dict[int, dict[str, str]] = {}
    for naam, waarde in anders.items():
        _, nummer, rubriek = naam.split("_")
        velden.setdefault(int(nummer), {})[f"r{rubriek}"] = waarde

    def van(nummer: int, **gewoon: str) -> dict[str, str]:
        return gewoon | velden.get(nummer, {})

    bericht = Bericht(voorloop=maak("01", **van(0)))
    bericht.voeg_toe("02", **van(1))
    bericht.voeg_toe("04", **van(2))
    tweede = {"r0203": "100197243", "r0207": "19220322", "r0210": "Vries", "r0211": "de", "r0215": "K"}
    bericht.voeg_toe("02", **van(3, **tweede))
    bericht.voeg_toe("04", **van(4, r0413="R24", r0415="16", r0424="50000"))
    bericht.voeg_toe("04", **van(5, r0413="V13", r0415="26", r0416="MOD", r0424="15000"))
    bericht.voeg_toe("98", r9802="5")
    return bericht


def _totaal_onjuist() -> Bericht:
    bericht = voorbeeld()
    bericht.sluit = {"9907": "66001"}
    return bericht


def declaraties() -> dict[str, bytes]:
    """The declarations of the examples by name. Examples 3b and 5 are retours on that of 4a."""
    berichten = {
        "1-volledig-toegewezen": voorbeeld(),
        "2a-uzovi-niet-aangesloten": voorbeeld(_0_0108="9900"),
        "2b-factuurnummer-gebruikt": voorbeeld(_0_0116="f2010-0042"),
        "3a-totaal-onjuist": _totaal_onjuist(),
        VOORBEELD_4A: voorbeeld(_3_0207="19320322"),
        "4b-fout-in-prestatierecord": voorbeeld(_4_0408="20110332"),
        "6-fout-in-sleutel-prestatierecord": voorbeeld(_4_0403="300197243", _4_0404="0739"),
    }
    return {naam: bytes(bericht) for naam, bericht in berichten.items()}


def fout_in_sluitrecord(retour_4a: bytes) -> bytes:
    """Example 3b: the retour says that three prestatierecords came back; two did."""
    return zet(retour_4a, 6, "9904", "000003")


def met_correctie(retour_4a: bytes) -> bytes:
    """Example 5: the insurer has corrected the date of birth in the record that it returns."""
    return zet(retour_4a, 2, "0207", "19220323")


def maak_alles(map_: Path, store: Path = STORE) -> None:
    """Writes every declaration and every retour; what a stage doesn't send has no file."""
    with tempfile.TemporaryDirectory() as werkmap:
        geopend = open_store(f"sqlite:///{werkmap}/store.db")
        laad_bestand(geopend, store)
        for naam, inhoud in declaraties().items():
            declaratie = map_ / f"{naam}.mz301.asc"
            _schrijf(declaratie, inhoud)
            for pad, stage in STAGES.items():
                retour = Path(werkmap) / f"{naam}.{pad}.mz302.asc"
                replay(Opdracht(declaratie, retour, DATUM, stage, dry_run=True), geopend)
                if retour.exists():
                    _schrijf(map_ / retour.name, retour.read_bytes())
        geopend.sluit()
    retour_4a = (map_ / f"{VOORBEELD_4A}.alle.mz302.asc").read_bytes()
    _schrijf(map_ / "3b-fout-in-sluitrecord-retour.mz302.asc", fout_in_sluitrecord(retour_4a))
    _schrijf(map_ / "5-retour-met-correctie.mz302.asc", met_correctie(retour_4a))


def _schrijf(plaats: Path, inhoud: bytes) -> None:
    plaats.unlink(missing_ok=True)
    plaats.write_bytes(inhoud)


if __name__ == "__main__":
    doel = Path(sys.argv[1]) if len(sys.argv) > 1 else MAP
    doel.mkdir(parents=True, exist_ok=True)
    if doel.resolve() != MAP.resolve():
        shutil.copy(STORE, doel)
    maak_alles(doel)
