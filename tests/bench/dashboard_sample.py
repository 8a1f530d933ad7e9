"""What the bench of the dashboard chooses from in a snapshot, and the filter changes that it makes, as a reader makes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from dashboard.found import ANYWHERE, look_up
from dashboard.snapshot import Snapshot, run_query

Values = dict[str, Any]
QUERIES = ("claude", "gpt-5", '"ai act"', '"language model"', "openai OR google -robot", "hospital japan")


@dataclass(frozen=True, slots=True)
class Sample:
    """What a snapshot holds to choose from: keys of lines by kind, those with most stories first; sources and days."""

    keys: Mapping[str, tuple[str, ...]]
    sources: tuple[str, ...]
    long_running: tuple[str, ...]
    days: tuple[date, date]
    clock: datetime
    run_id: str
    story: Mapping[str, Any]
    numbers: tuple[int, ...]
    searches: tuple[Values, ...]


def sample_of(snapshot: Snapshot) -> Sample:
    """Look up what the bench chooses from; searches are read as the page Stories reads what was typed."""

    def ask(query: str, **parameters: Any) -> Any:
        return run_query(snapshot, query, parameters)

    lines, fresh, sources = ask("lines"), ask("freshness").iloc[0], ask("sources")
    days = (fresh["oldest_day"].date(), fresh["newest_day"].date())
    span = {"grain": "month", "from_day": days[0], "to_day": days[1], "clock": fresh["clock"].to_pydatetime()}
    listed = {kind: tuple(rows["key"]) for kind, rows in lines.sort_values("stories", ascending=False).groupby("kind")}
    with snapshot.connection.cursor() as cursor:
        story = cursor.execute("FROM story_fact WHERE NOT is_lead ORDER BY story_no DESC LIMIT 1").df().iloc[0]
        (run,) = cursor.execute("SELECT newest_run()").fetchall()[0]
    found = [search.parameters() for query in QUERIES if (search := look_up(ask, query))]
    return Sample(
        keys=listed,
        sources=tuple(sources["id"]),
        long_running=tuple(ask("long_running", **span)["source_id"]),
        days=days,
        clock=span["clock"],
        run_id=run,
        story=dict(story),
        numbers=tuple(range(int(story["story_no"]) - 9, int(story["story_no"]) + 1)),
        searches=tuple(values for values in found if values),
    )


def changes(sample: Sample) -> list[Values]:
    """The filter changes, each as the parameters of the macro base_story, a grain and the lines shown."""
    topics, desks = sample.keys["topic"], sample.keys["desk"]
    organizations, regions = sample.keys["organization"], sample.keys["region"]
    plain: Values = ANYWHERE | {
        "sources": sample.sources, "from_day": sample.days[0], "to_day": sample.days[1], "letters": False, "unit": "story",
        "grain": "month", "need_each": False, "keys": topics[:3],
    }  # fmt: skip
    steady = {"sources": sample.long_running, "need_each": True}
    recent = {"from_day": sample.days[1] - timedelta(days=3 * 365 - 1)}
    made: list[Values] = [
        {},
        steady,
        {"grain": "year", "keys": desks[:4]},
        steady | {"grain": "year", "keys": (*topics[:6], "topic:untagged")},
        {"about_any": topics[1:2], "keys": regions[:3]},
        steady | {"about_any": (*topics[:2], *regions[:1]), "keys": organizations[:3]},
        steady | {"about_all": desks[:1], "about_none": regions[1:2], "grain": "year"},
        recent | {"about_none": organizations[:2], "keys": (*regions[1:3], "region:none")},
        {"sources": sample.sources[:1], "letters": True, "grain": "week"},
        {"unit": "copy", "keys": desks[:3]},
        steady | {"unit": "outlet", "about_any": organizations[:1]},
    ]
    return [plain | change for change in made]
