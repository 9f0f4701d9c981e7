"""Every check of the standard: one function and one entry in the register each.

Importing this package, or any module of it, registers all of them; a module holds the checks of one part of the message.
"""

from importlib import import_module
from pkgutil import iter_modules

from mzsim.checks.register import REGISTER

__all__ = ["REGISTER"]

for _module in sorted(iter_modules(__path__)):
    import_module(f"{__name__}.{_module.name}")
