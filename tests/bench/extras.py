"""Programs that the benchmark compares with and can do without: the extra `bench`."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

REMEDY = "`pip install -e '.[bench]'` brings it"


def extra(name: str) -> ModuleType | None:
    """The module, or None where its package is not installed."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return None


def left_out(name: str) -> str:
    """What to say of a comparison that is left out."""
    return f"{name} is not installed; {REMEDY}"
