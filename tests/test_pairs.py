"""Pairs of words that the scan of what emerges looks at: which they are, that they stand where a phrase search finds them, and that they
follow the stories."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as hyp

from etl.store.pairs import common_words
from etl.store.postings import update_postings
from tests.search_kit import found, searchable
from tests.worlds import Asking, Story, World

WORDS = ("vibe", "coding", "Vibe-coding", "the", "world", "models,", "models.", "AI", "a", "5", "GPT-5", "café", "C++")
TEXT = hyp.lists(hyp.sampled_from(WORDS), max_size=6).map(" ".join)
TOLD = hyp.lists(hyp.tuples(TEXT, TEXT), min_size=1, max_size=14)


def told(texts: list[tuple[str, str]]) -> World:
    return World([Story(date(2024, 5, 1), title=title or "-", body=body) for title, body in texts])


def split(asking: Asking, text: str) -> list[str]:
    ((words,),) = asking.rows("SELECT search_words($text)", text=text)
    return list(words)


def expected(asking: Asking) -> dict[str, set[int]]:
    """Each pair that at least three stories tell in the title or twice, with all stories in which one word follows the other."""
    common, telling, holding = set(common_words()), Counter(), {}
    for number, title, body in asking.rows("SELECT story_no, title, body FROM story_fact"):
        sides = [
            [" ".join(two) for two in pairwise(split(asking, text)) if all(len(w) > 1 and w not in common and not w.isdigit() for w in two)]
            for text in (title, body)
        ]  # fmt: skip
        times = Counter(sides[0] + sides[1])
        telling.update(pair for pair, n in times.items() if n > 1 or pair in sides[0])
        for pair in times:
            holding.setdefault(pair, set()).add(number)
    return {pair: holding[pair] for pair, n in telling.items() if n >= 3}


def stored(con: duckdb.DuckDBPyConnection) -> dict[str, set[int]]:
    rows = con.execute(
        "SELECT a.term || ' ' || b.term, list(s.story_no) FROM pair AS p JOIN term AS a ON a.term_no = p.first_no "
        "JOIN term AS b ON b.term_no = p.second_no LEFT JOIN pair_story AS s USING (pair_no) GROUP BY ALL"
    ).fetchall()
    (repeated,) = con.execute("SELECT count(*) - count(DISTINCT (pair_no, story_no)) FROM pair_story").fetchall()[0]
    assert repeated == 0
    return {pair: set(numbers) for pair, numbers in rows}


@settings(max_examples=20)
@given(TOLD)
def test_a_pair_is_in_exactly_the_stories_that_a_search_for_it_in_quotes_finds_26(texts):
    asking = searchable(told(texts))
    assert stored(asking.con) == expected(asking)
    for pair, numbers in stored(asking.con).items():
        assert set(found(asking, f'"{pair}"')) == numbers


@settings(max_examples=12)
@given(TOLD, hyp.lists(hyp.tuples(hyp.integers(0, 13), TEXT, TEXT, hyp.booleans()), max_size=6), hyp.integers(1, 5))
def test_pairs_follow_changes_removals_and_news_whatever_the_batches(texts, changes, batch):
    """Runs one after the other leave what one run over the last state makes."""
    asking = searchable(told(texts))
    con = asking.con
    held = con.sql("FROM story_fact LIMIT 1").to_arrow_table()
    for run, (at, title, body, gone) in enumerate(changes):
        number = at + 1
        con.execute("DELETE FROM story_fact WHERE story_no = ?", [number])
        if not gone:
            con.register("one", held)
            con.execute(
                "INSERT INTO story_fact SELECT * REPLACE (? AS story_no, ? AS story_id, ? AS title, ? AS body, ? AS last_run) FROM one",
                [number, f"{number:016}", title or "-", body, f"run{run}"],
            )  # fmt: skip
        update_postings(con, run_id=f"run{run}", batch=batch)
        assert stored(con) == expected(asking)


def test_a_pair_that_comes_in_is_found_in_older_stories_and_goes_when_too_few_tell_it():
    asking = searchable(told([("Models", "A vibe coding fan.")] + [("Vibe coding", "")] * 2))
    assert stored(asking.con) == {}
    asking.con.execute("UPDATE story_fact SET title = 'On vibe coding', last_run = 'later' WHERE story_no = 1")
    asking.con.execute("INSERT INTO story_fact SELECT * REPLACE (9 AS story_no, 'x' AS story_id, 'Quiet' AS title, 'vibe coding' AS body) "
                       "FROM story_fact WHERE story_no = 2")  # fmt: skip
    update_postings(asking.con, run_id="later")
    assert stored(asking.con) == {"vibe coding": {1, 2, 3, 9}}
    asking.con.execute("DELETE FROM story_fact WHERE story_no = 2")
    update_postings(asking.con, run_id="last")
    assert stored(asking.con) == {}
    assert asking.rows("SELECT count(*) FROM pair_story") == [(0,)]
