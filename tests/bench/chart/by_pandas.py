"""pandas `groupby` on frames held in memory, texts as categories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.bench.chart.rows import LETTERS, Question, Row, with_zeros

Answer = tuple[pd.Series, pd.Series]  # hits by line number and month, totals by month
_ALL = np.datetime64("1970-01", "M")


@dataclass(frozen=True, slots=True)
class Frames:
    """The rows; `lead_source` is the source of each cluster's lead, by the cluster's number."""

    story: pd.DataFrame
    line: pd.DataFrame
    lead_source: pd.Series
    lines: dict[str, int]
    sources: dict[str, int]


def opened(folder: Path) -> Frames:
    """Read the Parquet files."""
    story = pd.read_parquet(folder / "story.parquet").astype(
        {"form": "category", "language": "category", "day": "datetime64[s]"}
    )
    leads = story[story["is_lead"]].set_index("cluster_no")["source_no"]
    keys, sources = pd.read_parquet(folder / "key.parquet"), pd.read_parquet(folder / "source.parquet")
    return Frames(
        story,
        pd.read_parquet(folder / "line.parquet"),
        leads,
        dict(zip(keys["key"], keys["line_no"], strict=True)),
        dict(zip(sources["id"], sources["source_no"], strict=True)),
    )


def ask(held: Frames, question: Question) -> Answer:
    """Hits and totals of the chart."""
    base = _counted(held, question)
    wanted = [held.lines[key] for key in question.keys]
    on_line = held.line[held.line["line_no"].isin(wanted)].merge(base, on="story_no")
    return on_line.groupby(["line_no", "month"]).size(), base.groupby("month").size()


def _counted(held: Frames, question: Question) -> pd.DataFrame:
    """Numbers and months of the stories in the denominator."""
    story = held.story[held.story["is_lead"]] if question.sources is None else _standing(held, question.sources)
    languages = [code for code in story["language"].cat.categories if code == "en" or code.startswith("en-")]
    first, last = np.datetime64(question.first), np.datetime64(question.last)
    kept = story["day"].between(first, last) & ~story["form"].isin(LETTERS) & story["language"].isin(languages)
    if question.about_any is not None:
        about = held.line["line_no"].isin([held.lines[key] for key in question.about_any])
        kept &= story["story_no"].isin(held.line.loc[about, "story_no"])
    found = story.loc[kept, ["story_no", "day"]]
    month = found["day"].to_numpy().astype("datetime64[M]") if question.monthly else np.full(len(found), _ALL)
    return pd.DataFrame({"story_no": found["story_no"].to_numpy(), "month": month.astype("datetime64[s]")})


def _standing(held: Frames, names: Sequence[str]) -> pd.DataFrame:
    """Leads of these sources, and the earliest copy in them where a cluster's lead is of another source."""
    sources = [held.sources[name] for name in names]
    story = held.story[held.story["source_no"].isin(sources)]
    copies = story[~story["is_lead"]]
    foreign = ~copies["cluster_no"].map(held.lead_source).isin(sources)
    order = ["day", "published", "source_no", "story_no"]
    first = copies[foreign].sort_values(order).drop_duplicates("cluster_no")
    return pd.concat([story[story["is_lead"]], first])


def plain(held: Frames, question: Question, answer: Answer) -> list[Row]:
    """The answer as rows to compare."""
    names = {number: key for key, number in held.lines.items()}
    hits = [(names[line], _day(question, month), k) for (line, month), k in answer[0].items()]
    return with_zeros(question, hits, [(_day(question, month), n) for month, n in answer[1].items()])


def _day(question: Question, month: Any) -> str:
    return month.strftime("%Y-%m-%d") if question.monthly else ""
