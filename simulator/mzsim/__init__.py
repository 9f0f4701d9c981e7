"""A simulator of the Dutch dental claim exchange: MZ301 in, MZ302 out.

These names are the public API; whatever is not named here is private. A name is imported when it is first asked for, so
that `import mzsim` costs nothing.
"""

from mzsim.common.version import __version__ as __version__

TYPE_CHECKING = False
if TYPE_CHECKING:  # what type checkers and editors see; `_WHERE` says the same to the program
    from mzsim.common.errors import CaseError as CaseError
    from mzsim.common.errors import DamagedError as DamagedError
    from mzsim.common.errors import InputError as InputError
    from mzsim.common.errors import ManifestError as ManifestError
    from mzsim.common.errors import MzsimError as MzsimError
    from mzsim.common.errors import OutputError as OutputError
    from mzsim.common.errors import OwnError as OwnError
    from mzsim.common.errors import ReportError as ReportError
    from mzsim.common.errors import ScriptError as ScriptError
    from mzsim.common.errors import SilentStoreError as SilentStoreError
    from mzsim.common.errors import StoreError as StoreError
    from mzsim.common.errors import StoreFileError as StoreFileError
    from mzsim.common.errors import SubmissionError as SubmissionError
    from mzsim.public.answer import Answer as Answer
    from mzsim.public.answer import Booking as Booking
    from mzsim.public.answer import replay as replay
    from mzsim.public.retour import Deviation as Deviation
    from mzsim.public.retour import Explanation as Explanation
    from mzsim.public.retour import check_retour as check_retour
    from mzsim.public.retour import explain as explain
    from mzsim.public.store import Store as Store

__all__ = [
    "Answer",
    "Booking",
    "CaseError",
    "DamagedError",
    "Deviation",
    "Explanation",
    "InputError",
    "ManifestError",
    "MzsimError",
    "OutputError",
    "OwnError",
    "ReportError",
    "ScriptError",
    "SilentStoreError",
    "Store",
    "StoreError",
    "StoreFileError",
    "SubmissionError",
    "check_retour",
    "explain",
    "replay",
]

_WHERE = {
    "Answer": "public.answer",
    "Booking": "public.answer",
    "Deviation": "public.retour",
    "Explanation": "public.retour",
    "Store": "public.store",
    "check_retour": "public.retour",
    "explain": "public.retour",
    "replay": "public.answer",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{_WHERE.get(name, 'common.errors')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
