"""Makes the example of the practice reports in fixtures/rapport: `python -m tests.make_report`.

A practice asks 20 machtigingen: one is rejected and asked again, one is rejected for good. It treats 19 verzekerden,
replaces one implant within the year, and repairs an old klikgebit. Another practice treats the same verzekerden.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from mzsim.standard.values import elfproef
from tests.factories import Message, make

FOLDER = Path(__file__).parents[1] / "fixtures" / "rapport"
PRAKTIJK, ANOTHER = "12012345", "12067890"
PERSONS = 20
BSNS = list(islice((str(n) for n in range(999910000, 1000000000) if elfproef(str(n).encode())), PERSONS))
BORN = [f"{1945 + n}-06-15" for n in range(PERSONS)]


def store() -> str:
    """The insurer, the two practices, the verzekerden and the machtigingen."""
    polissen = [
        f'  - {{bsn: "{bsn}", geboortedatum: {born}, naam: Voorbeeld, uzovi: "0736", ingang: 2015-01-01, einde: null,'
        " pakketten: [ALLES]}"
        for bsn, born in zip(BSNS, BORN, strict=True)
    ]
    requests = [(f"M{n:03d}", bsn, "2025-05-01", "afgegeven") for n, bsn in enumerate(BSNS[:18], start=1)]
    requests += [("M019", BSNS[18], "2025-05-01", "afgewezen"), ("M020", BSNS[18], "2025-06-01", "afgegeven")]
    requests += [("M021", BSNS[19], "2025-05-01", "afgewezen")]
    machtigingen = [
        f'  - {{nummer: {number}, uzovi: "0736", bsn: "{bsn}", agb: "{PRAKTIJK}", prestaties: ["J*"], ingang: {start},'
        f" einde: null, status: {status}}}"
        for number, bsn, start, status in requests
    ]
    lines = [
        "# The example of the practice reports; invented. Made by: python -m tests.make_report",
        "uzovi:",
        '  - {nummer: "0736", naam: Voorbeeld Zorgverzekeraar, soort: zorgverzekeraar, edp: true}',
        "contracten:",
        f'  - {{uzovi: "0736", agb: "{PRAKTIJK}", ingang: 2024-01-01, einde: null, modules: {{implantologie: standaard}}}}',
        f'  - {{uzovi: "0736", agb: "{ANOTHER}", ingang: 2024-01-01, einde: null}}',
        "pakketten:",
        '  - {uzovi: "0736", code: ALLES, soort: basis, dekkingen: [{prestaties: ["*"], percentage: 100}]}',
        "polissen:",
        *polissen,
        "machtigingen:",
        *machtigingen,
    ]
    return "\n".join(lines) + "\n"


def declaraties() -> dict[str, bytes]:
    """What the two practices declare."""
    praktijk, other = _message(PRAKTIJK), _message(ANOTHER)
    for n, bsn in enumerate(BSNS):
        _verzekerde(praktijk, n)
        _verzekerde(other, n)
        if n == PERSONS - 1:
            praktijk.add("04", r0408="20251003", r0413="J104", r0414="2")
        else:
            for element in ("33", "43"):
                praktijk.add("04", r0408="20250912", r0413="J040" if element == "33" else "J041", r0415=element)
            praktijk.add("04", r0408="20251211", r0413="J070", r0414="2")
            praktijk.add("04", r0408="20251211", r0413="J071", r0414="2")
            praktijk.add("04", r0408="20251211", r0413="J081")
        if bsn == BSNS[0]:
            praktijk.add("04", r0408="20260217", r0413="J046", r0415="33")
        for month in ("04", "10"):
            other.add("04", r0408=f"2025{month}15", r0413="C002")
    return {"praktijk": bytes(praktijk), "andere": bytes(other)}


def _message(agb: str) -> Message:
    return Message(make("01", r0111=agb, r0114="20250401", r0115="20260331", r0117="20260331", r0116="F2026-0001"))


def _verzekerde(message: Message, n: int) -> None:
    message.add("02", r0203=BSNS[n], r0207=BORN[n].replace("-", ""), r0210="Voorbeeld")


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "store.yaml").write_text(store(), "utf-8")
    for name, content in declaraties().items():
        (FOLDER / f"{name}.mz301.asc").write_bytes(content)
