"""Makes the example of the practice reports in fixtures/rapport: `python -m tests.make_report`.

A practice asks 20 machtigingen: one is rejected and asked again, one is rejected for good. It treats 19 verzekerden,
replaces one implant within the year, and repairs an old klikgebit. Another practice treats the same verzekerden.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from mzsim.standard.values import elfproef
from tests.factories import Bericht, maak

MAP = Path(__file__).parents[1] / "fixtures" / "rapport"
PRAKTIJK, ANDERE = "12012345", "12067890"
PERSONEN = 20
BSNS = list(islice((str(n) for n in range(999910000, 1000000000) if elfproef(str(n).encode())), PERSONEN))
GEBOREN = [f"{1945 + n}-06-15" for n in range(PERSONEN)]


def store() -> str:
    """The insurer, the two practices, the verzekerden and the machtigingen."""
    polissen = [
        f'  - {{bsn: "{bsn}", geboortedatum: {geboren}, naam: Voorbeeld, uzovi: "0736", ingang: 2015-01-01, einde: null,'
        " pakketten: [ALLES]}"
        for bsn, geboren in zip(BSNS, GEBOREN, strict=True)
    ]
    aanvragen = [(f"M{n:03d}", bsn, "2025-05-01", "afgegeven") for n, bsn in enumerate(BSNS[:18], start=1)]
    aanvragen += [("M019", BSNS[18], "2025-05-01", "afgewezen"), ("M020", BSNS[18], "2025-06-01", "afgegeven")]
    aanvragen += [("M021", BSNS[19], "2025-05-01", "afgewezen")]
    machtigingen = [
        f'  - {{nummer: {nummer}, uzovi: "0736", bsn: "{bsn}", agb: "{PRAKTIJK}", prestaties: ["J*"], ingang: {ingang},'
        f" einde: null, status: {status}}}"
        for nummer, bsn, ingang, status in aanvragen
    ]
    regels = [
        "# The example of the practice reports; invented. Made by: python -m tests.make_report",
        "uzovi:",
        '  - {nummer: "0736", naam: Voorbeeld Zorgverzekeraar, soort: zorgverzekeraar, edp: true}',
        "contracten:",
        f'  - {{uzovi: "0736", agb: "{PRAKTIJK}", ingang: 2024-01-01, einde: null, modules: {{implantologie: standaard}}}}',
        f'  - {{uzovi: "0736", agb: "{ANDERE}", ingang: 2024-01-01, einde: null}}',
        "pakketten:",
        '  - {uzovi: "0736", code: ALLES, soort: basis, dekkingen: [{prestaties: ["*"], percentage: 100}]}',
        "polissen:",
        *polissen,
        "machtigingen:",
        *machtigingen,
    ]
    return "\n".join(regels) + "\n"


def declaraties() -> dict[str, bytes]:
    """What the two practices declare."""
    praktijk, andere = _bericht(PRAKTIJK), _bericht(ANDERE)
    for n, bsn in enumerate(BSNS):
        _verzekerde(praktijk, n)
        _verzekerde(andere, n)
        if n == PERSONEN - 1:
            praktijk.voeg_toe("04", r0408="20251003", r0413="J104", r0414="2")
        else:
            for element in ("33", "43"):
                praktijk.voeg_toe("04", r0408="20250912", r0413="J040" if element == "33" else "J041", r0415=element)
            praktijk.voeg_toe("04", r0408="20251211", r0413="J070", r0414="2")
            praktijk.voeg_toe("04", r0408="20251211", r0413="J071", r0414="2")
            praktijk.voeg_toe("04", r0408="20251211", r0413="J081")
        if bsn == BSNS[0]:
            praktijk.voeg_toe("04", r0408="20260217", r0413="J046", r0415="33")
        for maand in ("04", "10"):
            andere.voeg_toe("04", r0408=f"2025{maand}15", r0413="C002")
    return {"praktijk": bytes(praktijk), "andere": bytes(andere)}


def _bericht(agb: str) -> Bericht:
    return Bericht(maak("01", r0111=agb, r0114="20250401", r0115="20260331", r0117="20260331", r0116="F2026-0001"))


def _verzekerde(bericht: Bericht, n: int) -> None:
    bericht.voeg_toe("02", r0203=BSNS[n], r0207=GEBOREN[n].replace("-", ""), r0210="Voorbeeld")


if __name__ == "__main__":
    MAP.mkdir(parents=True, exist_ok=True)
    (MAP / "store.yaml").write_text(store(), "utf-8")
    for naam, inhoud in declaraties().items():
        (MAP / f"{naam}.mz301.asc").write_bytes(inhoud)
