"""Which tables a question can read: told from its text and the snapshot's views and macros, so that a correction makes few answers anew."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard.reads import RESTRICTING, Definitions, changed_by, definitions_of
from tests.worlds import SQL, Asking, Story, World

QUERIES = Path(__file__).resolve().parents[1] / "dashboard" / "queries"
RESTRICTIONS = ("about_any", "about_all", "about_none")
DAY = date(2024, 1, 3)
SAMPLE: dict[str, Any] = {
    "sources": ["weekly"], "from_day": DAY, "to_day": DAY, "letters": False, "unit": "story", **dict.fromkeys(RESTRICTIONS),
    "keys": ["topic:robots"], "key": "topic:robots", "grain": "week", "grains": ["week"], "period": None, "at_most": 5, "skip": 0,
    "need_each": False, "clock": DAY, "topic": "robots", "kind": "topic", "story_no": 1, "story": "1", "tagger": "fake",
    "text_kind": "abstract",
}  # fmt: skip


@pytest.fixture(scope="module")
def asking() -> Asking:
    return Asking(World([Story(DAY, ("robots",), organizations={"acme": "focus"}, regions=("FR",)), Story(DAY)]))


@pytest.fixture(scope="module")
def definitions(asking: Asking) -> Definitions:
    return definitions_of(asking.snapshot)


@pytest.mark.parametrize(
    ("kinds", "changed", "left"),
    [
        ([], set(), {"story_fact", "topic_fact"}),
        (["topic"], {"topic_fact", "line_fact", "topics"}, {"story_fact", "region_fact", "places"}),
        (["region", "role"], {"region_fact", "organization_fact", "line_fact", "places", "place_set", "roles"}, {"topic_fact", "topics"}),
        (["organization"], {"organization_fact", "line_fact", "roles"}, {"region_fact", "places", "topics"}),
        (["topic", "story"], {"story_fact", "topic_fact", "organization_fact", "region_fact", "copy_fact", "line_fact"}, set()),
        (["cluster"], {"story_fact", "topic_fact", "organization_fact", "region_fact", "copy_fact", "line_fact"}, set()),
    ],
)  # fmt: skip
def test_a_decision_changes_the_tables_of_its_kind_and_a_story_changes_all(
    kinds: list[str], changed: set[str], left: set[str]
) -> None:
    assert changed_by(kinds) >= changed
    assert changed_by(kinds).isdisjoint(left)


def test_a_topics_correction_leaves_the_denominator_but_where_stories_are_restricted_by_tags(definitions: Definitions) -> None:  # fmt: skip
    changed = changed_by(["topic"])
    for query in ("base_count", "text_kind", "grain_fit", "seams", "freshness", "period_state", "story", "story_names"):
        assert changed.isdisjoint(definitions.read(query, SAMPLE)), query
    for query in ("coverage", "topic_share", "story_list", "story_topics", "story_tags", "topic_names"):
        assert not changed.isdisjoint(definitions.read(query, SAMPLE)), query
    assert "line_fact" in definitions.read("base_count", SAMPLE | {"about_none": ["region:FR"]})
    assert "line_fact" in definitions.read("gap_cells", SAMPLE), "it restricts by itself"


def test_every_table_that_a_plan_scans_was_known_before(asking: Asking, definitions: Definitions) -> None:
    planned = 0
    for path in sorted(QUERIES.glob("*.sql")):
        text = path.read_text(encoding="utf-8")
        names = set(re.findall(r"\$([a-z_]+)", text))
        if not names or not names <= SAMPLE.keys():
            continue
        for restricted in (None, ["region:FR"]):
            asked = {name: restricted if name in RESTRICTIONS else SAMPLE[name] for name in names}
            plan = asking.rows(f"EXPLAIN (FORMAT json) {text}", **asked)[0][1]
            scanned = {re.findall(r"\w+", table)[-1] for table in _tables(json.loads(plan))}
            assert scanned <= definitions.read(path.stem, asked), path.name
            planned += bool(scanned)
    assert planned > 40


def test_all_that_counts_hands_on_the_restrictions_as_they_are(asking: Asking) -> None:
    """Else a question without a restriction might count restricted stories all the same."""
    taken: dict[str, list[list[str]]] = {}
    for name, parameters in asking.rows(
        "SELECT function_name, parameters FROM duckdb_functions() WHERE macro_definition IS NOT NULL"
    ):
        if set(RESTRICTIONS) <= set(parameters):
            taken.setdefault(name, []).append(parameters)
    assert "base_story" in taken
    for path in (*QUERIES.rglob("*.sql"), *(SQL / "macros").glob("*.sql")):
        for name, given in _calls(re.sub(r"--.*", "", path.read_text(encoding="utf-8")), taken):
            (parameters,) = (one for one in taken[name] if len(one) == len(given))
            own = {parameters[at]: value for at, value in enumerate(given) if parameters[at] in RESTRICTIONS}
            if path.stem.partition("_")[2] not in RESTRICTING:
                assert all(value in ("NULL", name, f"${name}") for name, value in own.items()), (path.name, own)


def _tables(plan: Any) -> Iterator[str]:
    """The tables that a plan names, at any depth."""
    for value in plan.values() if isinstance(plan, dict) else plan if isinstance(plan, list) else ():
        yield from _tables(value)
    if isinstance(plan, dict) and "Table" in plan:
        yield plan["Table"]


def _calls(text: str, names: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Each use of one of these macros with its arguments, but for its own definition."""
    for found in re.finditer(r"(MACRO )?\b([a-z_]+)\(", text):
        if found[2] in names and not found[1]:
            depth, given = 0, [""]
            for letter in text[found.end() :]:
                depth += (letter in "([") - (letter in ")]")
                if depth < 0:
                    break
                given[-1:] = [given[-1], ""] if letter == "," and not depth else [given[-1] + letter]
            yield found[2], [one.strip() for one in given]
