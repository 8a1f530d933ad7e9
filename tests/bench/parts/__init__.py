"""The parts of `make bench`, one module each, alike: `measure(large)` gives figures; `ratios`, `table` and `plots` tell them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.bench.parts import people, queries, refresh, start, tagging
from tests.bench.plots import Dots, Plot
from tests.bench.ratios import Ratios

Figures = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """`measure` takes `large`; what it leaves out stands in its figures as `left_out`: what, and why."""

    title: str
    measure: Callable[..., dict[str, Any]]
    ratios: Callable[[Figures], Ratios]
    table: Callable[[Figures], str]
    plots: Callable[[Figures], Sequence[Plot | Dots]]


# In this order: `people` goes on with the world that `queries` makes.
PARTS = {
    name: Part(title, module.measure, module.ratios, module.table, module.plots)
    for name, title, module in (
        ("start", "First run, first chart, live sources", start),
        ("tagging", "Tagging", tagging),
        ("queries", "The numbers of a chart", queries),
        ("refresh", "Refreshes by what is stored", refresh),
        ("people", "People at once", people),
    )
}
