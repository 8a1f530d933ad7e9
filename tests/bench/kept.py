"""Ratios kept in the repository (kept.toml), by part of the benchmark: never seconds, which are another machine's elsewhere."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.bench.ratios import Ratios

FILE = Path(__file__).with_name("kept.toml")
_HEAD = """# Ratios that `make bench` compares with: what is worse by more than 15 % is told at its end. Written by
# `python -m tests.bench --keep` from what was measured last. In `higher` a larger ratio is better, in `lower` a smaller one.
# `load` is what else the machine had to do before (processes that wait, mean of a minute).
"""


@dataclass(frozen=True, slots=True)
class KeptPart:
    """The ratios of one part, with the day (ISO) and command of the measurement and the load before it."""

    ratios: Ratios
    measured: str
    command: str
    load: float


def read_kept(path: Path) -> dict[str, KeptPart]:
    """What is kept by part; nothing where there is no file. Raises ValueError where it is not what `as_toml` writes."""
    if not path.exists():
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return {name: _part(entry) for name, entry in table.items()}
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise ValueError(f"{path}: {error!r}: write it anew with `python -m tests.bench --keep`") from error


def _part(entry: object) -> KeptPart:
    if not isinstance(entry, Mapping):
        raise TypeError(f"{entry!r} is no table")
    ratios = [{name: float(value) for name, value in dict(entry.get(side, {})).items()} for side in ("higher", "lower")]
    return KeptPart(Ratios(*ratios), str(entry["measured"]), str(entry["command"]), float(entry["load"]))


def as_toml(parts: Mapping[str, KeptPart]) -> str:
    """The text of kept.toml."""
    return _HEAD + "".join(_table(name, part) for name, part in parts.items())


def _table(name: str, part: KeptPart) -> str:
    lines = [
        f"\n[{name}]",
        f'measured = "{part.measured}"',
        f"command = {json.dumps(part.command)}",
        f"load = {part.load}",
    ]
    for side, ratios in (("higher", part.ratios.higher), ("lower", part.ratios.lower)):
        if ratios:
            lines += [f"\n[{name}.{side}]", *(f"{json.dumps(key)} = {value}" for key, value in ratios.items())]
    return "\n".join(lines) + "\n"
