"""polars, lazily, over frames held in memory: its best case."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from tests.bench.chart.rows import LETTERS, Question, Row, with_zeros

Answer = tuple[pl.DataFrame, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Frames:
    """The rows, and numbers of lines and sources by their names."""

    story: pl.LazyFrame
    line: pl.LazyFrame
    lines: dict[str, int]
    sources: dict[str, int]


def opened(folder: Path) -> Frames:
    """Read the Parquet files."""
    story = pl.read_parquet(folder / "story.parquet").with_columns(pl.col("form", "language").cast(pl.Categorical))
    keys, sources = pl.read_parquet(folder / "key.parquet"), pl.read_parquet(folder / "source.parquet")
    return Frames(
        story.lazy(),
        pl.read_parquet(folder / "line.parquet").lazy(),
        dict(keys.select("key", "line_no").iter_rows()),
        dict(sources.select("id", "source_no").iter_rows()),
    )


def ask(held: Frames, question: Question) -> Answer:
    """Hits and totals of the chart."""
    base = _counted(held, question)
    wanted = [held.lines[key] for key in question.keys]
    on_line = held.line.filter(pl.col("line_no").is_in(wanted)).join(base, on="story_no")
    hits, totals = pl.collect_all([on_line.group_by("line_no", "month").len(), base.group_by("month").len()])
    return hits, totals


def _counted(held: Frames, question: Question) -> pl.LazyFrame:
    """Numbers and months of the stories in the denominator."""
    if question.sources is None:
        story = held.story.filter(pl.col("is_lead"))
    else:
        story = _standing(held, [held.sources[name] for name in question.sources])
    language, form = pl.col("language").cast(pl.String), pl.col("form").cast(pl.String)
    story = story.filter(
        pl.col("day").is_between(question.first, question.last),
        ~form.is_in(LETTERS),
        (language == "en") | language.str.starts_with("en-"),
    )
    if question.about_any is not None:
        about = held.line.filter(pl.col("line_no").is_in([held.lines[key] for key in question.about_any]))
        story = story.join(about, on="story_no", how="semi")
    month = pl.col("day").dt.truncate("1mo") if question.monthly else pl.lit(None, dtype=pl.Date)
    return story.select("story_no", month.alias("month"))


def _standing(held: Frames, sources: list[int]) -> pl.LazyFrame:
    """Leads of these sources, and the earliest copy in them where a cluster's lead is of another source."""
    story, chosen = held.story.filter(pl.col("source_no").is_in(sources)), pl.col("source_no").is_in(sources)
    strangers = held.story.filter(pl.col("is_lead"), ~chosen).select("cluster_no")
    copies = story.filter(~pl.col("is_lead")).join(strangers, on="cluster_no", how="semi")
    first = copies.sort("day", "published", "source_no", "story_no").unique(
        "cluster_no", keep="first", maintain_order=True
    )
    return pl.concat([story.filter(pl.col("is_lead")), first])


def plain(held: Frames, question: Question, answer: Answer) -> list[Row]:
    """The answer as rows to compare."""
    names = {number: key for key, number in held.lines.items()}
    hits = [(names[line], str(month or ""), k) for line, month, k in answer[0].iter_rows()]
    return with_zeros(question, hits, [(str(month or ""), n) for month, n in answer[1].iter_rows()])
