"""What the page Draft says: a draft's stories with their tags and evidence, and its balance in counts. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from dashboard import words
from dashboard.balance import Publisher, asks_words, missing_words, verdict, why_not, window_name
from dashboard.draft import Draft
from dashboard.points import FEW
from dashboard.stories import excerpt, marked
from dashboard.view import Line

Row = Mapping[str, Any]
LONG = 700  # characters of a story's text; an editor knows the draft
ROLES = {"focus": "", "mention": "named", "source": "as source", "product": "its product"}


@dataclass(frozen=True, slots=True)
class Compared:
    """A line in the draft, in the source's last issues (`usual`) and in all other sources over the same days (`field`, None: none)."""

    key: str
    name: str
    k: int
    n: int
    usual: Row
    field: Row | None


def headline(draft: Draft, rows: Sequence[Compared]) -> str:
    """Return the draft in one sentence: '9 stories: 4 on AI agents, 2 on Healthcare'."""
    most = [f"{row.k} on {row.name}" for row in rows if row.k and row.key.startswith("desk:")][:3]
    letters = len(draft.stories) - len(draft.counted)
    left = f" ({words.count(letters)} editors’ letter{'' if letters == 1 else 's'} beside)" if letters else ""
    return f"{words.stories(len(draft.counted))}{left}" + (f": {words.listed(most)}." if most else ".")


def would_be(row: Compared) -> str:
    """Return how many stories of the draft the last issues lead to expect, '2.3 (1–4)'."""
    if not row.usual["n"]:
        return "no stories"
    low, high = (row.n * float(row.usual[name]) for name in ("low", "high"))
    return f"{row.n * float(row.usual['share']):.1f} ({low:.0f}–{high:.0f})"


def of_words(row: Row | None) -> str:
    """Return 'k of n = share (likely range)'."""
    if row is None or not row["n"]:
        return "no stories"
    share = words.percent(row["share"])
    return f"{words.count(int(row['k']))} of {words.count(int(row['n']))} = {share} ({words.percent_range(row['low'], row['high'])})"


def change_words(row: Compared, difference: Row | None) -> str:
    """Return how the draft differs from the last issues: said only where the likely range of the difference leaves out 0 (8, 9)."""
    if row.n < FEW or row.usual["n"] < FEW or difference is None:
        return "too few to say"
    if difference["low"] <= 0 <= difference["high"]:
        return "no clear difference"
    return "more than usual" if difference["low"] > 0 else "less than usual"


def balance_table(
    rows: Sequence[Compared], differences: Mapping[str, Row], publisher: Publisher, size: int
) -> pd.DataFrame:
    """Return the table of the draft's balance."""
    return pd.DataFrame(
        {
            "Desk or topic": [("" if row.key.startswith("desk:") else "\u2003") + row.name for row in rows],
            "This draft": [f"{row.k} of {row.n}" for row in rows],
            "As usual it would be": [would_be(row) for row in rows],
            f"{publisher.name}, {window_name(publisher, size)}": [of_words(row.usual) for row in rows],
            "The field, same days": [of_words(row.field) for row in rows],
            "Against the usual": [change_words(row, differences.get(row.key)) for row in rows],
        }
    )


def targets_table(rows: Sequence[Row], names: Mapping[str, str], publisher: Publisher, size: int) -> pd.DataFrame:
    """Return the table of targets: the fact first (25), the draft alone, then as the newest of the last issues."""
    with_it = f"With it, {window_name(publisher, size)}"
    return pd.DataFrame(
        {
            "Target": [names.get(row["key"], row["key"]) for row in rows],
            "This draft": [f"{int(row['k_draft'])} of {int(row['n_draft'])}" for row in rows],
            with_it: [f"{words.count(int(row['k']))} of {words.count(int(row['n']))}" for row in rows],
            "The band asks": [asks_words(row) for row in rows],
            "So": [missing_words(row) or "as asked" for row in rows],
            "Verdict": ["; ".join(part for part in (verdict(row), why_not(row)) if part) for row in rows],
        }
    )


def target_sentence(row: Row, name: str, publisher: Publisher, size: int) -> str:
    """Return one target as a sentence, the fact first (25)."""
    parts = [
        f"{name}: {int(row['k_draft'])} of {words.stories(int(row['n_draft']))} here",
        f"with it {words.count(int(row['k']))} of {words.count(int(row['n']))} in the {window_name(publisher, size)}",
        f"the band asks {asks_words(row)}",
        missing_words(row),
    ]
    return f"{'; '.join(part for part in parts if part)}. {verdict(row)}."


def story_card(number: int, story: Row, lines: Mapping[str, Line]) -> str:
    """Return one story of the draft as safe HTML: its evidence marked, its tags, what it nearly is."""
    spans = _spans(story, lines)
    body, moved = excerpt(str(story["text"]), spans["text"], most=LONG)
    where = " · ".join(
        part
        for part in (str(number), str(story.get("section") or ""), "letter" if story.get("form") == "letter" else "")
        if part
    )
    near = [
        f"{_topic(one['id'], lines)} ({one['score']:.2f}, needs {one['threshold']:.2f})" for one in story["topics_near"]
    ]
    nearly = f'<p class="where">Nearly: {escape(words.listed(near))}</p>' if near else ""
    return (
        f'<article class="story"><div class="where">{escape(where)}</div><h3>{marked(str(story["title"]), spans["title"])}</h3>'
        f"<p>{marked(body, moved)}</p><div class='chips'>{_chips(story, lines)}</div>{nearly}</article>"
    )


def _topic(topic: object, lines: Mapping[str, Line]) -> str:
    return lines[f"topic:{topic}"].name if f"topic:{topic}" in lines else str(topic)


def _spans(story: Row, lines: Mapping[str, Line]) -> dict[str, list[tuple[int, int, str]]]:
    found: dict[str, list[tuple[int, int, str]]] = {"title": [], "text": []}
    evidence = [(_topic(one["id"], lines), one["evidence"]) for one in story["topics"]]
    evidence += [(str(one["name"]), one["spans"]) for kind in ("organizations", "regions") for one in story[kind]]
    for name, spans in evidence:
        for span in spans:
            found[span["field"]].append((span["start"], span["end"], name))
    return found


def _chips(story: Row, lines: Mapping[str, Line]) -> str:
    topics = [f'<span class="chip chip-topic">{escape(_topic(one["id"], lines))}</span>' for one in story["topics"]]
    others = [
        f'<span class="chip">{escape(str(one["name"])[:60])}{_role(one)}</span>'
        for kind in ("organizations", "regions")
        for one in story[kind]
    ]
    return "".join([*(topics or ['<span class="chip">No topic found</span>']), *others])


def _role(tag: Row) -> str:
    said = ROLES.get(str(tag["role"]), "")
    new = "" if tag.get("known", True) else "not listed"
    told = ", ".join(part for part in (said, new) if part)
    return f" ({told})" if told else ""
