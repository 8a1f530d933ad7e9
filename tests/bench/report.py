"""What `make bench` writes into data/bench: figures of each part as JSON, a report as Markdown, plots as one HTML page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.bench.kept import KeptPart
from tests.bench.machine import BUSY
from tests.bench.parts import PARTS
from tests.bench.plots import page
from tests.bench.ratios import TOLERANCE, missing, worse

FOLDER = Path(__file__).resolve().parents[2] / "data" / "bench"
REPORT, PLOTS = "report.md", "plots.html"


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one part, the command that made them, and the machine and load before (`machine.stamp`)."""

    command: str
    stamp: Mapping[str, Any]
    figures: Mapping[str, Any]


def store(name: str, measured: Measured, folder: Path) -> None:
    """Keep the figures of a part, in the place of those before."""
    path = folder / "parts" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(measured), indent=1) + "\n", encoding="utf-8")


def stored(folder: Path) -> dict[str, Measured]:
    """What was measured last of each part."""
    paths = {name: folder / "parts" / f"{name}.json" for name in PARTS}
    return {
        name: Measured(**json.loads(path.read_text(encoding="utf-8"))) for name, path in paths.items() if path.exists()
    }


def to_keep(found: Mapping[str, Measured]) -> dict[str, KeptPart]:
    """What goes into kept.toml."""
    return {
        name: KeptPart(
            PARTS[name].ratios(one.figures), str(one.stamp["at"])[:10], one.command, float(one.stamp["load"])
        )
        for name, one in found.items()
    }


def comparison(found: Mapping[str, Measured], kept: Mapping[str, KeptPart]) -> list[str]:
    """A line for each ratio that became worse, for what is kept and was not measured, and one on how many were compared."""
    told, compared = [], 0
    for name, one in to_keep(found).items():
        if name not in kept:
            told.append(f"{name}: nothing is kept to compare with")
            continue
        then = kept[name]
        lacking = missing(then.ratios, one.ratios)
        compared += len(then.ratios.higher) + len(then.ratios.lower) - len(lacking)
        told += [
            f"{name}: WORSE by {100 * fall.by:.0f} %: {fall.name}: {fall.now:g}, kept {fall.kept:g} "
            f"({then.measured}, load {then.load:g}; now {one.load:g})"
            for fall in worse(then.ratios, one.ratios)
        ]
        told += [f"{name}: not measured now: {ratio}" for ratio in lacking]
    fell = sum("WORSE" in line for line in told)
    return [*told, f"{fell} of {compared} kept ratios are worse by more than {100 * TOLERANCE:.0f} %."]


def busy(found: Mapping[str, Measured]) -> list[str]:
    """What to say of figures that were taken while the machine had other work."""
    return [
        f"{name}: the load before was {one.stamp['load']:g}, above {BUSY:g}: figures are indicative at best"
        for name, one in found.items() if one.stamp["load"] > BUSY
    ]  # fmt: skip


def left_out(found: Mapping[str, Measured]) -> list[str]:
    """What was not measured, and why."""
    return [f"{name}: {what}: {why}" for name, one in found.items() for what, why in one.figures["left_out"].items()]


def as_markdown(found: Mapping[str, Measured], kept: Mapping[str, KeptPart]) -> str:
    """The report on what was measured last of each part."""
    lines = [
        "# Measured",
        "",
        f"Plots: [{PLOTS}]({PLOTS}). What each part does, and how to run it alone, says the README.",
    ]
    for name, one in found.items():
        lines += ["", f"## {PARTS[name].title}", "", _taken(one), "", PARTS[name].table(one.figures).rstrip()]
    for title, told in (
        ("Left out", left_out(found)),
        ("Taken on a busy machine", busy(found)),
        ("Against kept ratios", comparison(found, kept)),
    ):
        lines += ["", f"## {title}", "", *(f"- {line}" for line in told or ["nothing"])]
    return "\n".join(lines) + f"\n\n{_versions(found)}\n"


def _taken(one: Measured) -> str:
    stamp = one.stamp
    machine = f"{stamp['processor']}, {stamp['cores']} cores, {stamp['memory_gb']} GB"
    return f"`{one.command}`, {stamp['at']}; {machine}; load before {stamp['load']:g}."


def _versions(found: Mapping[str, Measured]) -> str:
    told = {f"{name} {number}" for one in found.values() for name, number in one.stamp["versions"].items()}
    return f"Versions: {', '.join(sorted(told, key=str.lower))}."


def write(found: Mapping[str, Measured], kept: Mapping[str, KeptPart], folder: Path) -> Sequence[Path]:
    """Write report and plots; returns their paths."""
    report, plots = folder / REPORT, folder / PLOTS
    report.write_text(as_markdown(found, kept), encoding="utf-8")
    drawn = [plot for name, one in found.items() for plot in PARTS[name].plots(one.figures)]
    told = [f"{name}: {_taken(one)}".replace("`", "") for name, one in found.items()]
    plots.write_text(page(drawn, title="Measured", told=told), encoding="utf-8")
    return report, plots
