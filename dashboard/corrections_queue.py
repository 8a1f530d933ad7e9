"""The queue of what most needs an eye: rows of queries/correction_*.sql in, what waits and why in words, and what each key writes. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from dashboard import words
from dashboard.corrections import UNTAGGED, Now
from dashboard.desk import Entry, in_force
from dashboard.envelope import moment_of

MOST = 1000  # rows of each reason that a page holds
REASONS = {
    "doubt": "Lowest confidence",
    "copies": "Copies that disagree",
    "rising": "Unlisted and rising",
    "untagged": "No topic",
}
HELP = {
    "doubt": "A topic whose score lies nearest to what it needs, given or just missed.",
    "copies": "Told in nearly the same words, and tagged with other topics.",
    "rising": "An organization that the word lists don’t hold and that more stories name than before.",
    "untagged": "No topic was given; those that came nearest to one come first.",
}
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """A story with the reason why somebody should look at it, and the tags (ids of topics; for `rising` of the organization) in question.

    `has`: the story has the tag. `score` and `threshold` are from 0 to 1; k of n stories name the organization, before (1) and lately (2);
    `told` is how many stories tell it, `members` are their ids.
    """

    reason: str
    place: int
    story_id: str
    title: str
    day: date
    tags: tuple[str, ...] = ()
    has: bool = False
    score: float | None = None
    threshold: float | None = None
    name: str = ""
    named: tuple[int, int, int, int] | None = None
    change: tuple[float, float] | None = None
    told: int = 0
    members: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What tells one from another."""
        return "|".join((self.reason, self.story_id, *self.tags))


def items_of(reason: str, rows: Iterable[Row]) -> list[Item]:
    """Return the rows of one reason, in their order."""
    return [_item(reason, row) for row in rows]


def _item(reason: str, row: Row) -> Item:
    rising = reason == "rising"
    return Item(
        reason, int(row["place"]), row["story_id"], row["title"], row["day"].date(), tuple(str(tag) for tag in row["tags"]),
        has=rising or reason == "copies" or bool(row.get("has")), score=_number(row.get("score")), threshold=_number(row.get("threshold")),
        name=str(row["name"]) if rising else "",
        named=(int(row["k_1"]), int(row["n_1"]), int(row["k_2"]), int(row["n_2"])) if rising else None,
        change=(float(row["low"]), float(row["high"])) if rising and not pd.isna(row["low"]) else None,
        told=int(row.get("told") or 0), members=tuple(str(one) for one in row["members"]) if reason == "copies" else (),
    )  # fmt: skip


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def merged(items: Mapping[str, Sequence[Item]]) -> list[Item]:
    """Return the items of several reasons in turn: the first of each, then the second of each."""
    order = list(REASONS)
    every = [item for found in items.values() for item in found]
    return sorted(every, key=lambda item: (item.place, order.index(item.reason)))


def settled(entries: Iterable[Entry]) -> frozenset[tuple[str, str]]:
    """Return what people have decided already, as (story_id, tag), ('', tag) of an organization, and (story_id, '') of what is no story
    or no copy."""
    found: set[tuple[str, str]] = set()
    for entry in in_force(entries):
        story, tag = str(entry.story_id or ""), str(entry.tag_id or "")
        if entry.kind in ("topic", "judgement"):
            found.add(("" if tag.startswith("organization:") else story, tag))
        elif entry.kind == "organization" and entry.action == "remove":
            found.add(("", f"organization:{tag}"))
        elif (entry.kind, entry.action) in (("story", "remove"), ("cluster", "remove"), ("cluster", "add")):
            found.add((story, "" if entry.kind == "story" else "cluster"))
    return frozenset(found)


def is_settled(item: Item, done: Collection[tuple[str, str]]) -> bool:
    """Return whether people decided what the item asks."""
    if (item.story_id, "") in done:
        return True
    if item.reason == "rising":
        return all(("", f"organization:{tag}") in done for tag in item.tags)
    if item.reason == "untagged":
        return (item.story_id, UNTAGGED) in done or any((item.story_id, tag) in done for tag in item.tags)
    if item.reason == "copies":
        told = item.members or (item.story_id,)
        return any((story, "cluster") in done for story in told) or all(
            any((story, tag) in done for story in told) for tag in item.tags
        )
    return all((item.story_id, tag) in done for tag in item.tags)


def why_here(item: Item, names: Mapping[str, str]) -> str:
    """Return why the item is in the queue, with its numbers; plain text."""
    called = words.listed([names.get(f"topic:{tag}", tag) for tag in item.tags])
    if item.reason == "doubt" and item.score is not None and item.threshold is not None:
        gave = "was given" if item.has else "was not given"
        return f"{called} {gave}: score {item.score:.2f}, needs {item.threshold:.2f}. {_worth(item.score)}"
    if item.reason == "rising" and item.named:
        k1, n1, k2, n2 = item.named
        clear = "" if item.change is None or item.change[0] > 0 else " No clear change: it may be chance."
        return (
            f"{item.name} is on no word list. {words.count(k2)} of {words.count(n2)} stories name it lately, {words.count(k1)} of "
            f"{words.count(n1)} in as long a time before.{clear}"
        )
    if item.reason == "copies":
        return f"{words.stories(item.told)} tell it in nearly the same words; only some have {called}."
    near = (
        f" {called} came nearest: score {item.score:.2f}, needs {item.threshold:.2f}."
        if item.score is not None
        else " None came near."
    )
    return f"No topic was given.{near}"


def _worth(score: float) -> str:
    worth = words.times_in_ten(score)
    return f"Such a score is right {'' if ' than ' in worth else 'about '}{worth}."


def accepted(item: Item, now: Now) -> list[Entry]:
    """Return what is written where somebody finds all as it should be: a judgement on each tag in question."""
    why = f"right as it is ({REASONS[item.reason].lower()})"
    if item.reason == "rising":
        told = [(f"organization:{tag}", True) for tag in item.tags]
    elif item.reason == "untagged":
        told = [(UNTAGGED, True), *((tag, False) for tag in item.tags)]
    else:
        told = [(tag, tag in now.tags.get("topic", {})) for tag in item.tags]
    return [Entry("judgement", "set", "", item.story_id, tag, value, why) for tag, value in told]


def turned(item: Item, now: Now, why: str) -> list[Entry]:
    """Return what is written where the tag in question is wrong: what the story has is taken away, what it lacks is given. Of copies
    nothing: which of them is wrong has to be said on a story's page."""
    if item.reason == "copies" or not item.tags:
        return []
    if item.reason == "rising":
        return [Entry("organization", "remove", "", item.story_id, tag, None, why) for tag in item.tags]
    has = now.tags.get("topic", {})
    return [Entry("topic", "remove" if tag in has else "add", "", item.story_id, tag, None, why) for tag in item.tags]


def looked_at(entries: Iterable[Entry], *, by: str, today: date) -> int:
    """Return how many stories somebody decided something on today (UTC), what was taken back left out."""
    return len({
        entry.story_id for entry in in_force(entries)
        if entry.by == by and entry.story_id and entry.kind != "view" and moment_of(entry.at).date() == today
    })  # fmt: skip


def queue_table(items: Sequence[Item], names: Mapping[str, str]) -> pd.DataFrame:
    """Return what waits as a table, a row for each."""
    return pd.DataFrame(
        [
            {"Reason": REASONS[one.reason], "Story": one.title, "Day": words.day(one.day), "Why": why_here(one, names)}
            for one in items
        ],
        columns=["Reason", "Story", "Day", "Why"],
    )
