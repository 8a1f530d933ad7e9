"""The archive and the tags that our own tagger gives it → fitted.json: distributions, and no text.

A story is kept as its pattern: topics, how many organizations in which roles, regions. Loads are drawn from patterns, so
what goes together in the archive goes together in them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from etl.catalog import Source, load_sources
from etl.model import StoryText, Tags
from etl.rhythm import expected_days
from etl.tagger.choice import NONE, RecognizerChoice
from etl.tagger.pipeline import build_tagger

FITTED = Path(__file__).with_name("fitted.json")
ROLES = {"focus": "f", "mention": "m", "source": "s", "product": "p"}
_POINTS = np.linspace(0, 1, 41)
_HEAD = np.unique(np.geomspace(1, 1000, 25).round().astype(int))
_ISSUES, _SAMPLE = "issue", "day"


def read_archive_lines(seeds: Path) -> list[dict[str, Any]]:
    """The archive's lines in order of day, each with `kind`: which of the two rhythms it is a pattern for."""
    found = []
    for source in load_sources(seeds).values():
        if source.archive is not None:
            kind = _ISSUES if source.rhythm.unit == "issue" else _SAMPLE
            lines = (seeds / source.archive.file).read_text(encoding="utf-8").splitlines()
            found += [{**json.loads(line), "kind": kind, "source_id": source.id} for line in lines]
    return sorted(found, key=lambda line: str(line["published"]))


def tag_lines(seeds: Path, lines: Iterable[dict[str, Any]]) -> list[Tags]:
    """What our tagger finds, by rules and weights alone, so that the fit is the same on every machine."""
    tagger = build_tagger(seeds, RecognizerChoice(NONE))
    return list(tagger.tag(StoryText(line["id"], line["title"], line["text"]) for line in lines))


def fit(seeds: Path) -> dict[str, Any]:
    """All parameters of a load, from the seeds' archive."""
    lines = read_archive_lines(seeds)
    tags = tag_lines(seeds, lines)
    named = Counter(o.id for tag in tags for o in tag.organizations if o.known)
    listed = len(load_listed(seeds))
    return {
        "words": {kind: _lengths([line for line in lines if line["kind"] == kind]) for kind in (_ISSUES, _SAMPLE)},
        "patterns": [_pattern(line, tag) for line, tag in zip(lines, tags, strict=True)],
        "organizations": [name for name, _ in sorted(named.items(), key=lambda item: (-item[1], item[0]))],
        "counts": sorted(named.values(), reverse=True),
        "zipf": zipf_mandelbrot(sorted(named.values(), reverse=True), listed),
        "heaps": heaps([o.id for tag in tags for o in tag.organizations]),
        "scores": _quantiles([topic.score for tag in tags for topic in tag.topics]),
        "near": _quantiles([near.score / near.threshold for tag in tags for near in tag.topics_near], below=0.999),
        "thresholds": _quantiles([near.threshold for tag in tags for near in tag.topics_near]),
        "weights": _quantiles([e.weight or 0.0 for tag in tags for topic in tag.topics for e in topic.evidence]),
        "evidence": _shares(len(topic.evidence) for tag in tags for topic in tag.topics),
        **_rhythms(seeds, lines),
    }


def load_listed(seeds: Path) -> list[str]:
    """The ids of the organizations that the seeds list, in the file's order."""
    import tomllib

    return list(tomllib.loads((seeds / "organizations.toml").read_text(encoding="utf-8")))


def _lengths(lines: Sequence[dict[str, Any]]) -> dict[str, dict[str, float]]:
    return {field: _shares(len(line[field].split()) for line in lines) for field in ("title", "text")}


def _quantiles(values: Sequence[float], *, below: float | None = None) -> list[float]:
    found = np.quantile(np.asarray(values, dtype=float), _POINTS)
    return [round(float(value), 4) for value in (found if below is None else np.minimum(found, below))]


def _shares(values: Iterable[int]) -> dict[str, float]:
    counts = Counter(values)
    return {str(value): round(n / counts.total(), 4) for value, n in sorted(counts.items())}


def _pattern(line: dict[str, Any], tags: Tags) -> str:
    """`kind year topics near organizations regions`; an organization is the letter of its role, upper-case if listed."""
    roles = "".join(ROLES[o.role].upper() if o.known else ROLES[o.role] for o in tags.organizations)
    places = ",".join(f"{region.code}:{ROLES[region.role]}" for region in tags.regions)
    topics = ",".join(topic.id for topic in tags.topics)
    parts = [line["kind"], line["published"][:4], topics, str(len(tags.topics_near)), roles, places]
    return " ".join(part or "-" for part in parts)


def zipf_mandelbrot(counts: Sequence[int], names: int) -> dict[str, float]:
    """`q` and `s` of p(rank) ~ 1 / (rank + q)^s over that many names, by simulated rank-frequency curves.

    A sample's own curve is steeper in the tail than the law it was drawn from, so curves of samples as large as the
    archive are compared: by the squared difference of log counts at ranks from 1 to 1000, and of the number of names seen.
    """
    ranks, total = np.arange(1, names + 1), sum(counts)
    head = _HEAD[len(counts) >= _HEAD]
    wanted = np.append(np.log(np.asarray(counts)[head - 1]), np.log(len(counts)))
    best, found = np.inf, {"q": 0.0, "s": 1.0}
    for s in np.arange(0.8, 1.6, 0.02):
        for q in np.arange(0.0, 6.0, 0.25):
            law = (ranks + q) ** -s
            drawn = -np.sort(-np.random.default_rng(1).multinomial(total, law / law.sum()))
            curve = np.append(np.log(np.maximum(drawn[head - 1], 0.5)), np.log(np.count_nonzero(drawn)))
            error = float(np.sum((curve - wanted) ** 2))
            if error < best:
                best, found = error, {"q": round(float(q), 2), "s": round(float(s), 2)}
    return found


def heaps(names: Sequence[str]) -> dict[str, float]:
    """`k` and `beta` of V(n) = k n^beta, the number of different names among the first n; least squares over log n.

    Over all names, listed or not: the list was made from this archive, so each of its names was new once.
    """
    first = {name: at for at, name in reversed(list(enumerate(names)))}
    seen = np.cumsum(np.isin(np.arange(len(names)), list(first.values())))
    points = np.unique(np.geomspace(50, len(names), 40).round().astype(int))
    beta, log_k = np.polyfit(np.log(points), np.log(seen[points - 1]), 1)
    return {"k": round(float(np.exp(log_k)), 4), "beta": round(float(beta), 4)}


def _rhythms(seeds: Path, lines: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Stories a month, weekdays, stories an issue (a day with any), and pauses of the source that has issues, in issues."""
    issues: dict[str, Counter[date]] = {_ISSUES: Counter(), _SAMPLE: Counter()}
    for line in lines:
        issues[line["kind"]][date.fromisoformat(line["published"])] += 1
    source = next(s for s in load_sources(seeds).values() if s.archive is not None and s.rhythm.unit == "issue")
    pauses, due = pauses_of(source, set(issues[_ISSUES]))
    months = {kind: Counter(str(line["published"])[:7] for line in lines if line["kind"] == kind) for kind in issues}
    return {
        "months": {kind: _inner([n for _, n in sorted(counts.items())]) for kind, counts in months.items()},
        "weekdays": {kind: _weekdays(days) for kind, days in issues.items()},
        "sizes": {kind: _shares(days.values()) for kind, days in issues.items()},
        "pauses": {"per_issue": round(len(pauses) / due, 5), "lengths": sorted(pauses), "due": due},
    }


def _inner(counts: list[int]) -> list[int]:
    """Without the first and last month, which are cut."""
    return counts[1:-1]


def _weekdays(days: Counter[date]) -> list[float]:
    counts = Counter(day.weekday() for day in days)
    return [round(counts[weekday] / len(days), 4) for weekday in range(7)]


def pauses_of(source: Source, held: set[date]) -> tuple[list[int], int]:
    """(lengths of runs of issues that were due and are not held, issues due) up to the last day that is held."""
    due = expected_days(source.rhythm, until=max(held))
    return [len(list(run)) for missing, run in groupby(day not in held for day in due) if missing], len(due)


def write(fitted: dict[str, Any], path: Path = FITTED) -> None:
    """One key a line, so that a difference can be read."""
    parts = [f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in fitted.items()]
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")
