"""A number whose stories are shown, to and from the address. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dashboard.filters import Known
from dashboard.keys import PHRASE

MOST_LINES = 2  # that the stories of one number are all on


@dataclass(frozen=True, slots=True)
class Opened:
    """A number whose stories are shown: in which part of the page, the lines that its stories are all on, and of which period."""

    section: str
    keys: tuple[str, ...]
    period: date | None = None

    def written(self) -> list[str]:
        """Return it as values of the address."""
        return [self.section, *self.keys, *([self.period.isoformat()] if self.period else [])]


def opened_from(values: Sequence[str], known: Known, sections: Sequence[str]) -> Opened | None:
    """Read what the address opens in one of a page's sections; None where it names nothing that this data knows."""
    if len(values) < 2 or values[0] not in sections:
        return None
    *keys, last = values[1:]
    try:
        period = date.fromisoformat(last)
    except ValueError:
        keys, period = [*keys, last], None
    found = tuple(known.renamed.get(key, key) for key in keys)
    if len(found) > MOST_LINES or len(set(found)) < len(found):
        return None
    plain = (key.replace("named:", "organization:") for key in found)
    words_too = values[0] == "bursts"  # there a word of the stories is a line too
    named = (key in known.keys or (words_too and key.startswith(PHRASE) and known.has(key)) for key in plain)
    return Opened(values[0], found, period) if found and all(named) else None
