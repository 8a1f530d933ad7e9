"""Full-text search: what a query means, which stories it finds and in which order, and that postings follow the stories."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.search import Item, hits, in_words, parse
from etl.publish import current_snapshot
from etl.store.postings import update_postings
from tests.search_kit import found, look_up, publish_searchable, searchable
from tests.worlds import Asking, Story, World, publish


def stories(*texts: str | tuple[str, str]) -> World:
    """Stories with these titles and texts, a day apart, the last the newest."""
    told = [(text, "Nothing more.") if isinstance(text, str) else text for text in texts]
    return World([Story(date(2024, 5, 1 + n), title=title, body=body) for n, (title, body) in enumerate(told)])


# What was typed


@pytest.mark.parametrize(
    ("query", "items"),
    [
        ("AI Act", [Item("AI", 1), Item("Act", 2)]),
        ('"AI Act"', [Item("AI Act", 1, quoted=True)]),
        ("“AI Act” now", [Item("AI Act", 1, quoted=True), Item("now", 2)]),
        ("agents -robots", [Item("agents", 1), Item("robots", 0)]),
        ('agents -"self driving"', [Item("agents", 1), Item("self driving", 0, quoted=True)]),
        ("o3 OR o4 benchmark", [Item("o3", 1), Item("o4", 1), Item("benchmark", 2)]),
        ('a | "b c" | d', [Item("a", 1), Item("b c", 1, quoted=True), Item("d", 1)]),
        ('"left open', [Item("left open", 1, quoted=True)]),
        ("OR a OR", [Item("a", 1)]),
        ("-x OR y", [Item("x", 0), Item("y", 1)]),
        ('- -- !!! "" \'', []),
        ("GPT-5 C++", [Item("GPT-5", 1), Item("C++", 2)]),
        ("", []),
    ],
)
def test_what_a_query_means(query: str, items: list[Item]):
    assert list(parse(query)) == items


@given(st.text(max_size=600))
def test_any_text_can_be_read(query: str):
    items = parse(query)
    assert len(items) <= 24
    assert [item.clause for item in items if item.clause] == sorted(item.clause for item in items if item.clause)
    assert all(any(c.isalnum() for c in item.text) for item in items)


def test_what_is_looked_for_is_said_in_words():
    ask = searchable(stories("A"))
    assert in_words(look_up(ask, 'agents "open source" -robots')) == "“agents” and “open source”, not “robots”"
    assert in_words(look_up(ask, "o3 OR o4 new")) == "“o3” or “o4” and “new”"


# What it finds

TOLD = stories(
    "GPT-5 arrives",
    "GPT-5.1 and GLM-5.1 arrive",
    "GPT5-mini is small",
    ("Small models in 5", "The GPT-5-powered search beats Qwen2.5-72B."),
    "GPT 5 was late",
    ("o3 reasons", "So does o4-mini; the café opens."),
    ("The AI Act is in force", "Europe’s law."),
    ("Act of an AI", "An AI acts; the act of AI."),
    ("C++ code by a model", "It writes C# and C too, for $1,000."),
    ("Qwen3 sings", "Disney+ listens on openai.com."),
)


@pytest.fixture(scope="module")
def told() -> Asking:
    """Those stories, to be asked only."""
    return searchable(TOLD)


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("GPT-5", {1, 3, 4, 5}),
        ("gpt5", {1, 3, 4, 5}),
        ("GPT-5.1", {2}),
        ("GLM-5.1", {2}),
        ("GPT", {1, 2, 3, 4, 5}),
        ("o3", {6}),
        ("O4-mini", {6}),
        ("Qwen2.5", {4}),
        ("qwen", {4, 10}),
        ("72B", {4}),
        ("in5", set()),
        ("cafe", {6}),
        ("CAFÉ", {6}),
        ("AI Act", {7, 8}),
        ('"AI Act"', {7}),
        ('"act of an ai"', {8}),
        ("C++", {9}),
        ("C#", {9}),
        ("1,000", {9}),
        ("Disney", {10}),
        ("openai.com", {10}),
        ("GPT-5-powered", {4}),
        ("GPT -Act -5.1", {1, 3, 4, 5}),
        ("o3 OR C++", {6, 9}),
        ("GPT OR AI arrives", {1}),
        ('"AI Act" OR qwen', {4, 7, 10}),
        ('AI -"AI Act"', {8}),
        ("gpt nowhere", set()),
        ("gpt OR nowhere", {1, 2, 3, 4, 5}),
        ("-gpt", set()),
        ("gpt -nowhere", {1, 2, 3, 4, 5}),
        ("%_[a-z]+ .*", set()),
    ],
)
def test_a_query_finds(told: Asking, query: str, numbers: set[int]):
    assert set(found(told, query)) == numbers


def test_a_title_weighs_more_and_a_rare_word_more_than_a_frequent_one():
    ask = searchable(stories(("Models", "A robot."), ("Robot", "A model."), ("Models", "No robot, a lynx.")))
    assert found(ask, "robot")[0] == 2
    assert found(ask, "models OR lynx")[0] == 3


def test_equals_stand_newest_first():
    assert found(searchable(stories(*["Robots"] * 4)), "robots") == [4, 3, 2, 1]


def test_a_very_long_text_and_a_very_long_word_do_no_harm():
    long_word = "x" * 100_000
    ask = searchable(stories(("Long", "word-5 " * 100_000), long_word))
    assert found(ask, "word-5") == [1]
    assert found(ask, long_word[:300]) == [2]  # told apart by their first 64 characters
    assert ask.rows("SELECT max(len(term)) FROM term") == [(64,)]


PARTS = ("AI", "Act", "act", "GPT-5", "o3", "open", "source", "C++", "é", "5.1", "5", "Qwen2.5", "the", "§", "–", "GPT")


def texts_at_random(number: int, *, seed: int = 5) -> list[tuple[str, str]]:
    """Titles and texts of a few words that recur, so that many of them share words in another order."""
    draw = random.Random(seed)
    return [
        (" ".join(draw.choices(PARTS, k=draw.randint(1, 5))), " ".join(draw.choices(PARTS, k=6))) for _ in range(number)
    ]


@pytest.fixture(scope="module")
def drawn() -> tuple[list[tuple[str, str]], Asking]:
    """Stories of random words; one database for all, because making one takes longest."""
    texts = texts_at_random(28)
    return texts, searchable(stories(*texts))


def test_each_story_is_found_by_the_words_of_its_title_and_they_are_marked(drawn):
    texts, ask = drawn
    for number, (title, _) in enumerate(texts, 1):
        search = look_up(ask, title)
        if search.asks:
            assert number in found(ask, search)
            assert hits(title, search)


def test_a_phrase_finds_exactly_what_a_scan_of_all_texts_finds(drawn):
    texts, ask = drawn
    scan = (
        "SELECT story_no FROM story_fact"
        " WHERE contains(search_stream(title), search_stream($p)) OR contains(search_stream(body), search_stream($p))"
    )
    for phrase in {" ".join(body.split()[n : n + 2]) for _, body in texts for n in (0, 2, 4)}:
        search = look_up(ask, f'"{phrase}"')
        if search.asks:
            assert set(found(ask, search)) == {number for (number,) in ask.rows(scan, p=phrase)}, phrase


# What is marked


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("GPT-5, GPT 5 and GPT5, not GPT-5.1 or GPT-50", "gpt-5", ["GPT-5", "GPT 5", "GPT5"]),
        ("Qwen2.5, Qwen and Qwenish", "qwen", ["Qwen", "Qwen"]),
        ("The AI  Act and an AI acts", '"ai act"', ["AI  Act"]),
        ("Café in Ílhavo", "cafe ilhavo", ["Café", "Ílhavo"]),
        ("o3, 2.5o3 and o3x", "o3", ["o3"]),
        ("C++ or C", "c++", ["C++"]),
        ("robots and agents", "agents -robots", ["agents"]),
        ("🤖 agents", "agents", ["agents"]),
    ],
)
def test_hits_are_marked_as_they_stand(text: str, query: str, marked: list[str]):
    search = look_up(searchable(stories(text)), query)
    assert [text[start:end] for start, end, _ in hits(text, search)] == marked


# Postings


def counted(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    """The postings by word and story, and the counts that stand beside the words in use."""
    rows = "SELECT t.term, p.story_no, p.frequency, p.in_title, t.stories FROM posting AS p JOIN term AS t USING (term_no) ORDER BY ALL"
    return con.execute(rows).fetchall()


def anew(ask: Asking, **options: int) -> duckdb.DuckDBPyConnection:
    """The postings of the same stories, made in one go in another database."""
    con = searchable(World([])).con
    con.register("held", ask.con.sql("FROM story_fact").to_arrow_table())
    con.execute("INSERT INTO story_fact FROM held")
    update_postings(con, run_id="r", **options)
    return con


def test_postings_follow_a_change_and_a_removal():
    ask = searchable(TOLD)
    ask.con.execute("UPDATE story_fact SET title = 'Lynx', body = 'Quiet.', last_run = 'later' WHERE story_no = 1")
    ask.con.execute("DELETE FROM story_fact WHERE story_no = 3")
    assert update_postings(ask.con, run_id="later") == 2
    assert set(found(ask, "GPT-5")) == {4, 5}
    assert found(ask, "lynx") == [1]
    assert counted(anew(ask)) == counted(ask.con)


def test_nothing_changed_writes_nothing(told: Asking):
    assert update_postings(told.con, run_id="later") == 0


def test_another_splitting_into_words_makes_them_anew():
    ask = searchable(stories("Lynx-7 sings", "Robots walk"))
    ask.con.execute("CREATE OR REPLACE MACRO search_words(told) AS regexp_extract_all(search_fold(told), '[a-z]+')")
    assert update_postings(ask.con, run_id="later") == 2
    assert ask.rows("SELECT count(*) FROM term WHERE term = '7' AND stories = 0") == [(1,)]
    assert update_postings(ask.con, run_id="later") == 0


@pytest.mark.parametrize("sizes", [{"batch": 3}, {"part": 4}, {"batch": 2, "part": 1}], ids=str)
def test_batches_and_parts_make_the_same_postings_in_the_same_order(told: Asking, sizes: dict[str, int]):
    con = anew(told, **sizes)
    assert counted(con) == counted(told.con)
    stored = con.execute("SELECT term_no, story_no FROM posting ORDER BY rowid").fetchall()
    assert stored == sorted(stored)


def held_until_the_commit(data: Path, batch: int) -> int:
    """Bytes of tables in memory after a run wrote the postings of 400 stories in such batches, before its commit."""
    bodies = [" ".join(f"word{n * k % 997}" for k in range(1, 60)) for n in range(400)]
    publish(World([Story(date(2024, 5, 1), body=body) for body in bodies]), data)
    (path,) = (data / "snapshots").glob("*.duckdb")
    memory = "SELECT sum(memory_usage_bytes) FROM duckdb_memory() WHERE tag = 'IN_MEMORY_TABLE'"
    with duckdb.connect(str(path)) as con:
        con.execute("BEGIN")
        (before,) = con.execute(memory).fetchall()[0]
        update_postings(con, run_id="r", batch=batch)
        (after,) = con.execute(memory).fetchall()[0]
    assert [other.name for other in path.parent.iterdir() if other.is_dir()] == []
    return int(after - before)


def test_batches_of_words_do_not_stay_in_memory_until_the_commit(tmp_path: Path):
    assert held_until_the_commit(tmp_path / "twenty", 20) < 1.5 * held_until_the_commit(tmp_path / "one", 400)


def test_postings_are_made_beside_a_database_of_any_name(tmp_path: Path):
    publish_searchable(TOLD, tmp_path / "it's [all] *")
    (path,) = (tmp_path / "it's [all] *" / "snapshots").iterdir()
    with duckdb.connect(str(path), read_only=True) as con:
        assert counted(con) == counted(searchable(TOLD).con)


def test_a_run_keeps_postings_and_fills_them_where_there_are_none(run_small, published_snapshot, snapshot_rows):
    with duckdb.connect(str(current_snapshot(published_snapshot))) as con:
        whole = counted(con)
        assert whole
        con.execute("DROP TABLE posting; DROP TABLE posting_story; DROP TABLE posting_made; DROP TABLE term")
        con.execute("DELETE FROM migration WHERE name LIKE '04%posting%' OR name = '046_term'")
        con.execute("UPDATE seed_state SET digest = 'older' WHERE name = 'schema'")
    assert run_small().published
    assert snapshot_rows("SELECT count(*) FROM posting") == [(len(whole),)]
