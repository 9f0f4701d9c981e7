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
from mzsim.pipeline import Order, replay
from mzsim.store.loading import load_file
from mzsim.store.session import open_store
from tests.factories import Message, make
from tests.retours import put

FOLDER = Path(__file__).parents[1] / "fixtures" / "inv3"
STORE = FOLDER / "store.yaml"
DATE = dt.date(2011, 5, 2)
"""The day on which the examples play."""
STAGES = {"alle": Stage.ALL, "vecozo": Stage.VECOZO, "verzekeraar": Stage.INSURER}
"""The whole path; what VECOZO answers; what the insurer answers with VECOZO left out."""

EXAMPLE_4A = "4a-fout-in-verzekerdenrecord"


def inv_example(**otherwise: str) -> Message:
    """The declaration of INV chapter 3: two verzekerden, three prestaties, a commentaarrecord with the last.

    `otherwise` replaces rubrieken, named by record number in the file and rubriek: _4_0408="20110332" in record 04 number 4,
    _0_0108 in the voorlooprecord.
    """
    fields: dict[int, dict[str, str]] = {}
    for name, value in otherwise.items():
        _, number, rubriek = name.split("_")
        fields.setdefault(int(number), {})[f"r{rubriek}"] = value

    def of(number: int, **usual: str) -> dict[str, str]:
        return usual | fields.get(number, {})

    message = Message(voorloop=make("01", **of(0)))
    message.add("02", **of(1))
    message.add("04", **of(2))
    second = {"r0203": "100197243", "r0207": "19220322", "r0210": "Vries", "r0211": "de", "r0215": "K"}
    message.add("02", **of(3, **second))
    message.add("04", **of(4, r0413="R24", r0415="16", r0424="50000"))
    message.add("04", **of(5, r0413="V13", r0415="26", r0416="MOD", r0424="15000"))
    message.add("98", r9802="5")
    return message


def _wrong_total() -> Message:
    message = inv_example()
    message.sluit = {"9907": "66001"}
    return message


def declaraties() -> dict[str, bytes]:
    """The declarations of the examples by name. Examples 3b and 5 are retours on that of 4a."""
    messages = {
        "1-volledig-toegewezen": inv_example(),
        "2a-uzovi-niet-aangesloten": inv_example(_0_0108="9900"),
        "2b-factuurnummer-gebruikt": inv_example(_0_0116="f2010-0042"),
        "3a-totaal-onjuist": _wrong_total(),
        EXAMPLE_4A: inv_example(_3_0207="19320322"),
        "4b-fout-in-prestatierecord": inv_example(_4_0408="20110332"),
        "6-fout-in-sleutel-prestatierecord": inv_example(_4_0403="300197243", _4_0404="0739"),
    }
    return {name: bytes(message) for name, message in messages.items()}


def error_in_sluitrecord(retour_4a: bytes) -> bytes:
    """Example 3b: the retour says that three prestatierecords came back; two did."""
    return put(retour_4a, 6, "9904", "000003")


def with_correction(retour_4a: bytes) -> bytes:
    """Example 5: the insurer has corrected the date of birth in the record that it returns."""
    return put(retour_4a, 2, "0207", "19220323")


def make_all(folder_: Path, store: Path = STORE) -> None:
    """Writes every declaration and every retour; what a stage doesn't send has no file."""
    with tempfile.TemporaryDirectory() as work_folder:
        opened = open_store(f"sqlite:///{work_folder}/store.db")
        load_file(opened, store)
        for name, content in declaraties().items():
            declaration = folder_ / f"{name}.mz301.asc"
            _write(declaration, content)
            for path, stage in STAGES.items():
                retour = Path(work_folder) / f"{name}.{path}.mz302.asc"
                replay(Order(declaration, retour, DATE, stage, dry_run=True), opened)
                if retour.exists():
                    _write(folder_ / retour.name, retour.read_bytes())
        opened.close()
    retour_4a = (folder_ / f"{EXAMPLE_4A}.alle.mz302.asc").read_bytes()
    _write(folder_ / "3b-fout-in-sluitrecord-retour.mz302.asc", error_in_sluitrecord(retour_4a))
    _write(folder_ / "5-retour-met-correctie.mz302.asc", with_correction(retour_4a))


def _write(place: Path, content: bytes) -> None:
    place.unlink(missing_ok=True)
    place.write_bytes(content)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    target.mkdir(parents=True, exist_ok=True)
    if target.resolve() != FOLDER.resolve():
        shutil.copy(STORE, target)
    make_all(target)
