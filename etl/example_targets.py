"""targets.toml: bands that ship as examples of what an editor asks of a source's own stories."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from pathlib import Path

from etl.toml_entries import Entry, read_tables

FILE = "targets.toml"
KINDS = ("topic", "desk", "group", "type", "region")


@dataclass(frozen=True, slots=True)
class ExampleTarget:
    """A band in percent, inclusive, that the share of `key` among the stories of `source` should lie in; None: no such end."""

    key: str
    source: str
    at_least: Decimal | None
    at_most: Decimal | None
    why: str

    @property
    def name(self) -> str:
        """What tells one target from another: only one band of a line and source is in force."""
        return f"{self.key}@{self.source}"


def load_example_targets(seeds: Path) -> list[ExampleTarget]:
    """The targets in the file's order, none where there is no such file; raises InputError naming file, entry and remedy."""
    path = seeds / FILE
    if not path.is_file():
        return []
    entries = [Entry(table, file=path, where=key) for key, table in read_tables(path).items()]
    targets = [_target(entry) for entry in entries]
    for at, (entry, target) in enumerate(zip(entries, targets, strict=True)):
        if target.name in {other.name for other in targets[:at]}:
            raise entry.error(f"{target.name} has a band already", remedy="keep one of them")
    return targets


def _target(entry: Entry) -> ExampleTarget:
    target = ExampleTarget(
        key=entry.need("what", str),
        source=entry.need("source", str),
        at_least=_percent(entry, "at_least"),
        at_most=_percent(entry, "at_most"),
        why=entry.need("why", str),
    )
    entry.done()
    kind, _, rest = target.key.partition(":")
    if kind not in KINDS or not rest:
        raise entry.error(f"`what` is {target.key!r}", remedy=f"name one of {', '.join(f'{kind}:' for kind in KINDS)}")
    if target.at_least is None and target.at_most is None:
        raise entry.error("it asks for nothing", remedy="give at_least, at_most or both")
    if target.at_least is not None and target.at_most is not None and target.at_least > target.at_most:
        raise entry.error("at_least is more than at_most", remedy="exchange them")
    return target


def _percent(entry: Entry, key: str) -> Decimal | None:
    if not entry.has(key):
        return None
    given = entry.need(key, object)
    if isinstance(given, bool) or not isinstance(given, int | float) or not isfinite(given):
        raise entry.error(f"`{key}` is {given!r}", remedy="give percent from 0 to 100")
    percent = Decimal(str(given))
    if not 0 <= percent <= 100 or percent != round(percent, 2):
        raise entry.error(f"`{key}` is {given!r}", remedy="give percent from 0 to 100 with at most two decimals")
    return percent
