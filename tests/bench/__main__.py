"""Measure the program against itself and what people would use instead: `python -m tests.bench [PART …] [--large] [--keep]`.

Without a part all are measured, as `make bench` does. What is worse than the ratios kept in kept.toml is told at the end; the exit status
is 0, for this is a report.
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.bench import kept, machine, report
from tests.bench.parts import PARTS


def main(arguments: list[str] | None = None) -> None:
    """Measure what is asked for, or keep the ratios of what was measured last."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if unknown := [name for name in asked.part if name not in PARTS]:
        parser.error(f"no part is called {', '.join(unknown)}; there are {', '.join(PARTS)}")
    names = [name for name in PARTS if name in asked.part] or list(PARTS)
    if asked.keep:
        keep(names)
        return
    command = " ".join(["python -m tests.bench", *asked.part, *(["--large"] if asked.large else [])])
    found, kept_before = dict[str, report.Measured](), kept.read_kept(kept.FILE)
    for name in names:
        found[name] = _measured(name, command, large=asked.large)
        paths = report.write(report.stored(report.FOLDER), kept_before, report.FOLDER)
    for title, told in (
        ("Left out:", report.left_out(found)),
        ("On a busy machine:", report.busy(found)),
        ("Against the ratios kept:", report.comparison(found, kept_before)),
    ):
        print("\n  ".join([title, *(told or ["nothing"])]))
    print("Written:", *paths)


def keep(names: list[str]) -> None:
    """Write the ratios of these parts, as they were measured last, into kept.toml; other parts stay as they are."""
    found = {name: one for name, one in report.stored(report.FOLDER).items() if name in names}
    for name in names:
        if name not in found:
            print(f"{name}: not measured yet, so what is kept of it stays", file=sys.stderr)
    parts = kept.read_kept(kept.FILE) | report.to_keep(found)
    kept.FILE.write_text(kept.as_toml({name: parts[name] for name in PARTS if name in parts}), encoding="utf-8")
    print("\n".join([*report.busy(found), f"Kept: {', '.join(found) or 'nothing'}"]))


def _measured(name: str, command: str, *, large: bool) -> report.Measured:
    """Measure one part, store and print it; what was measured before stands until then."""
    machine.settle()
    stamp, began = machine.stamp(), time.monotonic()
    print(f"{PARTS[name].title} (load before: {stamp['load']}) …", flush=True)
    found = report.Measured(command, stamp, PARTS[name].measure(large=large))
    report.store(name, found, report.FOLDER)
    print(f"{PARTS[name].table(found.figures)}({time.monotonic() - began:.0f} s)\n", flush=True)
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description=__doc__.split("\n")[0].rpartition(":")[0]
    )
    parser.add_argument("part", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all where none is named")
    parser.add_argument("--large", action="store_true", help="up to ten million stories, for hours")
    parser.add_argument(
        "--keep", action="store_true", help="measure nothing; keep the ratios measured last in kept.toml"
    )
    return parser


if __name__ == "__main__":
    main()
