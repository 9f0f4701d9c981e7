"""What the checks of detail records know beside the record itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from simulator.ei.records import Verzekerdenrecord
from simulator.feiten import ContractFeit, Machtigingsblik, PolisFeit, Prestatiecodes, UzoviFeit, Zorgaanbieders
from simulator.verleden import Terugblik
from simulator.verzekeraar.tarief import GEEN_TARIEVEN


class Omgeving:
    """The place of a record in its message, and the facts about its verzekerde.

    The first group is fixed for a message; the second belongs to the verzekerde, the third to the record at hand.
    Whoever reads the message keeps them up to date; a check only reads them. Dates are EEJJMMDD bytes.
    """

    __slots__ = (
        "contracteert",
        "contracten",
        "dagtekening",
        "datum",
        "datum_prestatie",
        "declarant",
        "dekkingsvak",
        "eerste_op_tijd",
        "eigen_uzovi",
        "geboortedatum",
        "gebruikte_referenties",
        "gelijk",
        "inhoud",
        "machtiging",
        "niets_elders",
        "persoon",
        "polissen",
        "prestatiecodes",
        "reeksen",
        "referentie",
        "referentie_stond_op",
        "regel",
        "tariefkaart",
        "terugblik",
        "tijdvak",
        "uzovi",
        "verzekeraar",
        "verzekerde",
        "verzekerde_stond_op",
        "vorige_in_bestand",
        "wlz",
        "zorgaanbieders",
    )

    def __init__(
        self,
        *,
        datum: bytes,
        dagtekening: bytes,
        declarant: bytes,
        wlz: bool,
        uzovi: Mapping[str, UzoviFeit],
        verzekeraar: UzoviFeit | None,
        prestatiecodes: Prestatiecodes,
    ) -> None:
        self.datum = datum
        """The processing date."""
        self.dagtekening = dagtekening
        """Rubriek 0117."""
        self.declarant = declarant
        """The AGB-code of the instelling (0112) or praktijk (0111) that declares; empty where there is neither."""
        self.wlz = wlz
        self.uzovi = uzovi
        self.verzekeraar = verzekeraar
        """The insurer of 0108."""
        self.prestatiecodes = prestatiecodes
        """The prestatiecodelijst; empty where there is none to check against."""
        self.contracten: Sequence[ContractFeit] | None = None
        """Those of the party that is paid, where the insurer asks for one on the datum prestatie; None where not."""
        self.eerste_op_tijd = b""
        """The first datum prestatie that is submitted in time; empty where the insurer has no term."""
        self.tariefkaart = GEEN_TARIEVEN
        """The tariffs that hold between the insurer and the party that is paid."""
        self.contracteert = False
        """Whether the insurer has contracten."""
        self.zorgaanbieders: Zorgaanbieders | None = None
        """The behandelaars (0420) that the register of zorgaanbieders holds; None where there is no register."""
        self.reeksen: Mapping[int, Collection[str]] = {}
        """The checks that object to a record among its neighbours, by line."""
        self.vorige_in_bestand: Collection[str] = frozenset()
        """The numbers of debet records in the file that a credit in the file points at."""

        self.verzekerde: Verzekerdenrecord
        self.persoon = ""
        """The verzekerde as the store names him."""
        self.geboortedatum: bytes | None = None
        """Rubriek 0207 of the verzekerdenrecord, None where it is not a date of birth."""
        self.eigen_uzovi = True
        """Whether 0204 is the insurer of 0108 or a label of it (in a Wlz message always)."""
        self.polissen: tuple[PolisFeit, ...] = ()

        self.regel = 0
        self.verzekerde_stond_op = 0
        """The line where the key of this verzekerdenrecord stood first in the file."""
        self.referentie_stond_op = 0
        """The line where this 0432 stood first in the file."""
        self.referentie = b""
        """Rubriek 0432 as it is compared."""
        self.gebruikte_referenties: Collection[bytes] = frozenset()
        """Those that the insurer has received from this party in the past five years."""
        self.inhoud = b""
        """Rubrieken 0409-0431 as they stand: what was done, where, by whom, and for how much."""
        self.datum_prestatie = b""
        """Rubriek 0408 as it stands."""
        self.tijdvak: int | None = None
        """The tijdvak in which 0408 falls; None where that is no existing date."""
        self.dekkingsvak = 0
        """The tijdvak of the verzekerde in which 0408 falls: the same polis, alive, and born, on all its days."""
        self.niets_elders = False
        """Whether nothing outside the record speaks against it: not its neighbours, not an earlier record like it, not its
        authorisation, and not its 0432, which is filled, stands first in the file and was not used before."""
        self.gelijk = False
        """Whether an earlier record of the verzekerde is the same in all but 0402 and 0432."""
        self.machtiging: Machtigingsblik | None = None
        """What speaks against the machtigingsnummer; None where nothing does."""
        self.terugblik: Terugblik | None = None
        """What earlier declarations say about the record; None where nobody needs them."""
