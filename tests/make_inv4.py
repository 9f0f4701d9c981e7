"""Makes the declaration examples of INV chapter 4 in fixtures/inv4: `python -m tests.make_inv4 [folder]`.

A declaration holds one example. Where INV writes "02 of 04" the name says which; what it leaves open (0406, 0411, the
amounts of 4.6.5) is ours. The store of the examples, store.yaml, is written by hand.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tests.factories import Message, make

FOLDER = Path(__file__).parents[1] / "fixtures" / "inv4"
STORE = FOLDER / "store.yaml"

_SPECIAL = {"r0410": "J", "r0411": "010", "r0406": "M2011-001"}
_WLZ_SPECIAL = {"r0410": "J", "r0411": "020"}


def _prestatie(kind: str, code: str, tariff: int, **otherwise: object) -> dict[str, str]:
    """A prestatierecord; `aantal` is 1, 0426 and 0430 follow from it and the tarief unless given."""
    return {
        "r0409": kind,
        "r0413": code,
        "r0424": str(tariff),
        **{name: str(value) for name, value in otherwise.items()},
    }


def _zvw(number: str, *prestaties: dict[str, str]) -> Message:
    message = Message(voorloop=make("01", r0116=f"INV-{number}"))
    return _combined_with(message, number, prestaties)


def _wlz(number: str, *prestaties: dict[str, str]) -> Message:
    header = {"r0102": "250", "r0108": "5501", "r0114": "20180301", "r0115": "20180331", "r0117": "20180430"}
    message = Message(voorloop=make("01", **header, r0116=f"INV-{number}"))
    return _combined_with(message, number, tuple({"r0408": "20180331", **fields} for fields in prestaties))


def _combined_with(message: Message, number: str, prestaties: tuple[dict[str, str], ...]) -> Message:
    message.add("02")
    for volgnummer, fields in enumerate(prestaties, start=1):
        message.add("04", **{"r0432": f"INV-{number}-{volgnummer}", **fields})
    return message


def _prothese(number: str, honorarium: int, techniek: int) -> Message:
    """INV 4.6.2: P25 of € 200 with € 300 of techniek; of each the amount that is declared."""
    return _zvw(
        number, _prestatie("01", "P25", 20000, r0430=honorarium), _prestatie("02", "P25", 30000, r0430=techniek)
    )


def _hours(reduction: int) -> dict[str, str]:
    """INV 4.6.3 and 4.6.4: two hours of € 150, less what the patient would have to pay for the treatment itself."""
    rest = 30000 - reduction
    return _prestatie("01", "U10", 15000, r0425=2, r0426=rest, r0428=reduction, **_SPECIAL)


def _full_denture(declaratiebedrag: int) -> dict[str, str]:
    return _prestatie("01", "J50", 9000, r0430=declaratiebedrag, **_SPECIAL)


def _implant(number: str, costs: str) -> Message:
    """INV 4.6.5: an implant (records 1 to 5) with a crown (6 to 8); `costs` is 02 or 04. INV gives no amounts."""
    return _zvw(
        number,
        _prestatie("01", "J01", 7000),
        _prestatie("01", "J02", 8000),
        _prestatie("01", "J20", 25000),
        _prestatie(costs, "J20", 15000),
        _prestatie("01", "J97", 26000),
        _prestatie("01", "J44", 8500),
        _prestatie("01", "R24", 22000, r0415=16),
        _prestatie(costs, "R24", 24000, r0415=16),
    )


def declaraties() -> dict[str, bytes]:
    """The declarations of the examples by name."""
    techniek = _prestatie("02", "J50", 40000, **_SPECIAL)
    messages = {
        "4.6.2-1.1-geheel": _prothese("1.1", 20000, 30000),
        "4.6.2-1.2-basisverzekering": _prothese("1.2", 15000, 22500),
        "4.6.2-1.3-aanvullende-verzekering": _prothese("1.3", 3750, 5625),
        "4.6.2-1.4-basis-en-aanvullend": _prothese("1.4", 18750, 28125),
        "4.6.2-1.5-patient": _prothese("1.5", 1250, 1875),
        "4.6.3-2a-bijzondere-tandheelkunde": _zvw("2a", _hours(14000)),
        "4.6.4-2b.1-geheel": _zvw("2b.1", _hours(9000), _full_denture(9000), techniek),
        "4.6.4-2b.2-basisverzekering": _zvw("2b.2", _hours(9000), techniek),
        "4.6.4-2b.3-aanvullende-verzekering": _zvw("2b.3", _full_denture(6750)),
        "4.6.4-2b.4-basis-en-aanvullend": _zvw("2b.4", _hours(9000), _full_denture(6750), techniek),
        "4.6.4-2b.5-patient": _zvw("2b.5", _full_denture(2250)),
        "4.6.5-3-implantaat-met-02": _implant("3-02", "02"),
        "4.6.5-3-implantaat-met-04": _implant("3-04", "04"),
        "4.9.2-wlz-1-anesthesie": _wlz("W1", _prestatie("01", "A20", 60000)),
        "4.9.3-wlz-2-orthodontie": _wlz(
            "W2",
            _prestatie("01", "F156B", 2365),
            _prestatie("01", "F155B", 4035, r0426=4034),  # a cent's difference that INV itself printed
            _prestatie("01", "F516B", 7285),
        ),
        "4.9.4-wlz-4-cbt": _wlz(
            "W4",
            _prestatie("01", "X731CV", 3042, r0425=6, **_WLZ_SPECIAL),
            _prestatie("01", "X10", 984, r0425=2, **_WLZ_SPECIAL),
        ),
        "4.9.5-wlz-5-noodprothese": _wlz(
            "W5",
            _prestatie("01", "U35", 1300, r0425=20),
            _prestatie("03", "C13", 0),
            _prestatie("03", "P45", 0),
            _prestatie("02", "P45", 10551),
        ),
    }
    return {name: bytes(message) for name, message in messages.items()}


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    target.mkdir(parents=True, exist_ok=True)
    if target.resolve() != FOLDER.resolve():
        shutil.copy(STORE, target)
    for name, content in declaraties().items():
        (target / f"{name}.mz301.asc").write_bytes(content)
