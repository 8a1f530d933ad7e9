"""The tagger against others, on the same texts in one run: `python -m tests.bench tagging`. What is measured says `tagging.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.bench import tagging
from tests.bench.extras import extra, left_out
from tests.bench.plots import Dots
from tests.bench.ratios import Ratios, rounded

OURS = ("with", "without")
TOLD = {
    "with": "this tagger",
    "without": "this tagger without its recognizer",
    "usual": "spaCy, architecture of its small English pipeline",
    "tokenizer": "spaCy's tokenizer alone",
    "ruler": "spaCy's EntityRuler with the lexicon's names",
    "flashtext2": "flashtext2 with these names, on raw text",
    "ahocorasick_rs": "ahocorasick_rs with these names, on raw text",
}


def measure(*, large: bool = False) -> dict[str, Any]:
    """Words a second on one core, what two give, and memory over many stories; `large` changes nothing here."""
    speed = tagging.apart("speed")
    missing = dict(speed.pop("left_out"))
    if isinstance(speed["full_texts"], str):
        missing["full texts"] = speed.pop("full_texts")
    if extra("psutil") is None:
        missing["two cores"] = left_out("psutil")
    two = {} if "two cores" in missing else tagging.apart("cores")
    return {"one_core": speed, "two_cores": two, "memory": tagging.apart("memory"), "left_out": missing}


def ratios(figures: Mapping[str, Any]) -> Ratios:
    """Our words a second to theirs on abstracts; two cores to one, by processor; memory after all stories to that of the first ones."""
    words, memory = figures["one_core"]["words_per_s"], figures["memory"]
    speed = {
        f"{ours} recognizer: ours to {name}": rounded(words[ours] / words[name])
        for ours in OURS for name in TOLD if name in words and name not in OURS
    }  # fmt: skip
    two = {
        f"{name} recognizer: two cores to one": found["by_processor"] for name, found in figures["two_cores"].items()
    }
    return Ratios(speed | two, {"memory: all stories to first": rounded(memory["peak_mb"] / memory["early_mb"])})


def table(figures: Mapping[str, Any]) -> str:
    """Markdown: words a second by program, each to ours; what two cores give; memory."""
    one = figures["one_core"]
    texts = {"abstracts": one} | ({"full texts": one["full_texts"]} if "full_texts" in one else {})
    head = [f"{name}: words/s on one core | to ours" for name in texts]
    lines = [f"| program | {' | '.join(head)} |", f"|---|{'---|---|' * len(texts)}"]
    for name, told in TOLD.items():
        if name in one["words_per_s"]:
            cells = [found["words_per_s"] for found in texts.values()]
            told_all = (f"{words[name]:,} | {rounded(words[name] / words['with']):g}" for words in cells)
            lines.append(f"| {told} | {' | '.join(told_all)} |")
    return "\n".join([*lines, "", *_two(figures["two_cores"]), _told(figures)]) + "\n"


def _two(found: Mapping[str, Any]) -> list[str]:
    if not found:
        return []
    lines = [
        "| two processes, abstracts one by one | words/s, one | words/s, two | to one, by the clock | by processor |",
        "|---|---|---|---|---|",
    ]
    for name, told in found.items():
        one, two = (round(told["words"] / told[which]["seconds"]) for which in ("one", "pool"))
        lines.append(f"| {TOLD[name]} | {one:,} | {two:,} | {told['by_clock']} | {told['by_processor']} |")
    return [*lines, ""]


def _told(figures: Mapping[str, Any]) -> str:
    one, memory = figures["one_core"], figures["memory"]
    return (
        f"{one['stories']} stories of {one['words']:,} words; {one['names']:,} spellings; one core by its own seconds. Matchers of names "
        f"know no guards, roles, topics or unlisted names. {memory['stories']:,} stories with words of their own: "
        f"{memory['early_mb']:.0f} MB early, {memory['peak_mb']:.0f} MB at the peak."
    )


def plots(figures: Mapping[str, Any]) -> list[Dots]:
    """Words a second on abstracts."""
    words = figures["one_core"]["words_per_s"]
    return [
        Dots(
            "Tagging abstracts on one core",
            "words a second",
            {told: words[name] for name, told in TOLD.items() if name in words},
        )
    ]
