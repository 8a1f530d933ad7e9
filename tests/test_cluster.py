"""Copies of one text form a cluster; two articles on one event don't (STATISTICS 2)."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.catalog import load_sources
from etl.cluster import Join, LeadText, assign, assign_sorted
from etl.cluster_signature import CROWD, NEAREST, Index, signatures
from etl.cluster_similarity import similarity
from etl.cluster_text import Text, words
from etl.settings import load_settings
from etl.sources.archive import read_archive

PAIRS = [
    json.loads(line) for line in (Path(__file__).parent / "clusters" / "pairs.jsonl").read_text("utf-8").splitlines()
]
DAY = date(2024, 3, 4)
BODY = (
    "The harbour of Lindwick will let a planner made of neural networks decide where each container goes, after a trial with two of"
    " its nine cranes. Operators may stop any crane from the control room. The union agreed when the harbour promised that none of"
    " its members would lose a post before the end of the decade, and that everyone would be trained during working hours."
)
NEW_START = (
    "Dockers had waited for the letter since spring, and on Friday it lay on the table of the canteen for all to read. "
)


def text(
    number: int, title: str = "Harbour lets a planner stack its containers", body: str = BODY, *, day: int = 0, **values
) -> Text:
    at = DAY + timedelta(days=day)
    moment = datetime(at.year, at.month, at.day)
    return Text(
        **(
            {"story_no": number, "source_no": number, "day": at, "published": moment, "title": title, "body": body}
            | values
        )
    )


def held(*texts: Text) -> list[LeadText]:
    return [LeadText(one.story_no, one) for one in texts]


def joined(new: list[Text], *leads: Text) -> dict[int, int]:
    """{story: the cluster that it joined}."""
    return {one.story_no: join.cluster_no for one, join in zip(new, assign(new, held(*leads)), strict=True) if join}


def told_apart(pair: dict) -> tuple[bool, bool]:
    """(are copies, were taken for copies)."""
    sources = sorted({pair["one"]["source"], pair["other"]["source"]})
    one, other = (
        Text(number, sources.index(s["source"]), day := date.fromisoformat(s["day"]), datetime(*day.timetuple()[:3]), s["title"], s["text"])
        for number, s in enumerate((pair["one"], pair["other"]), 1)
    )  # fmt: skip
    return pair["copy"], assign([other], held(one)) != [None]


def even(pair: dict) -> bool:
    return hashlib.sha256(pair["id"].encode()).digest()[-1] % 2 == 0


@pytest.mark.parametrize("part", ["chosen on", "measured on", "all"])
def test_labelled_pairs_are_told_apart(part: str):
    pairs = [pair for pair in PAIRS if part == "all" or even(pair) == (part == "chosen on")]
    found = [told_apart(pair) for pair in pairs]
    hits = sum(copy and taken for copy, taken in found)
    precision, recall = hits / sum(taken for _, taken in found), hits / sum(copy for copy, _ in found)
    assert precision >= 0.98, f"precision {precision:.3f} of {len(pairs)} pairs"
    assert recall >= 0.90, f"recall {recall:.3f} of {len(pairs)} pairs"


def test_labelled_set_is_as_large_as_it_says():
    assert [sum(pair["copy"] is copy for pair in PAIRS) for copy in (True, False)] == [100, 200]
    assert len({pair["id"] for pair in PAIRS}) == 300


@pytest.mark.parametrize("apart", [7, -7])
def test_copy_joins_within_a_week_either_way(apart: int):
    assert joined([text(2, day=apart)], text(1)) == {2: 1}


@pytest.mark.parametrize("apart", [8, -8])
def test_copy_after_more_than_a_week_is_a_story_of_its_own(apart: int):
    assert joined([text(2, day=apart)], text(1)) == {}


def test_what_a_new_story_founds_the_next_one_joins():
    new = [text(3, day=1), text(2, "Another headline for the same text"), text(4, "Bees", "Bees " * 30)]
    assert assign(new, []) == [Join(2, 2, 1.0, leads=False), None, None]


def test_story_joins_the_most_similar_lead():
    nearly = text(1, body=NEW_START + BODY)
    assert joined([text(3, day=1)], nearly, text(2)) == {3: 2}


def test_of_equally_similar_leads_the_earliest_is_joined():
    assert joined([text(3, day=2)], text(1, day=1), text(2)) == {3: 2}


def test_late_arrival_that_is_earlier_leads_the_cluster_of_its_founder():
    (join,) = assign([text(2, day=-1)], held(text(1)))
    assert join == Join(cluster_no=1, lead_no=1, similarity=1.0, leads=True)


def test_next_copy_is_compared_with_the_lead_that_there_is_then():
    # 3 is within a week of the founder, not of the late arrival that leads by then.
    assert joined([text(2, day=-5), text(3, day=3)], text(1)) == {2: 1}


def test_clusters_do_not_merge_by_chain():
    a = text(1, body=BODY)
    middle = text(2, body=NEW_START + BODY)
    end = text(3, body=NEW_START + " ".join(BODY.split()[:30]))
    assert similarity(a, end) is None, "the ends are no copies of each other"
    found = joined([middle, end], a)
    assert found == {2: 1}, "the last is like a copy, not like the lead"


def test_number_that_differs_makes_another_story():
    assert (
        similarity(
            text(1, "Kestrel raises $10M for freight papers", ""),
            text(2, "Kestrel raises $100M for freight papers", ""),
        )
        is None
    )


def test_amounts_are_the_same_however_they_are_written():
    assert words("$10 million, 10M, 10 mn") == ["10m"] * 3
    assert words("1,000 Café") == ["1000", "cafe"]


@pytest.mark.parametrize("title", ["", "AI news", "…", "Ten short"])
def test_few_words_are_no_evidence(title: str):
    assert joined([text(2, title, "")], text(1, title, "")) == {}


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False))
def test_order_of_arrival_within_a_run_changes_nothing(chance: random.Random):
    new = [text(n, day=n % 5, body=BODY if n % 3 else NEW_START + BODY) for n in range(1, 9)]
    new += [text(n, f"Bees of {n} hives", " ".join(f"bee{n}x{i}" for i in range(40))) for n in range(9, 12)]
    expected = {one.story_no: join for one, join in zip(new, assign(new, []), strict=True)}
    chance.shuffle(new)
    assert {one.story_no: join for one, join in zip(new, assign(new, []), strict=True)} == expected


_WORDS = st.lists(
    st.sampled_from(["a", "chip", "robot", "learns", "10", "2024", "Acme", "Nord", "says", "the", "—", "…", "|", ""]),
    max_size=40,
).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(_WORDS, _WORDS, _WORDS, _WORDS)
def test_similarity_is_a_share_and_the_same_both_ways(a: str, b: str, c: str, d: str):
    one, other = text(1, a, b), text(2, c, d)
    found = similarity(one, other)
    assert found == similarity(other, one)
    assert found is None or 0 < found <= 1


def test_nothing_that_ships_is_a_copy_of_another_story():
    """Both newsletters write their own words; a join would take a story out of every chart."""
    seeds = load_settings({}).seeds
    found = [
        Text(0, number, document.day, document.published, piece.title, piece.body)
        for number, source in enumerate(load_sources(seeds).values()) if source.archive
        for document in read_archive(seeds, source) for piece in document.pieces
    ]  # fmt: skip
    numbered = [replace(one, story_no=number) for number, one in enumerate(found, 1)]
    assert len(numbered) > 2000
    assert [join for join in assign(numbered, []) if join] == []


def test_words_of_a_piece_of_texts_are_in_memory_at_a_time():
    asked: list[int] = []

    def texts() -> Iterator[Text]:
        for number in range(1, 2_001):
            asked.append(number)
            yield text(number)

    made = signatures(texts())
    next(made)
    assert len(asked) < 500
    assert sum(1 for _ in made) == 1_999


def in_series(number: int, *, words: int = 12) -> Text:
    """One of many under one frame, with some words of its own; no copy of another."""
    own = " ".join(f"own{number}x{at}" for at in range(words))
    return text(number, f"Bulletin of the harbour, part {number}", f"{BODY} {own} {NEW_START}", source_no=1)


def test_story_is_compared_with_so_many_others_at_most_however_many_share_its_frame(monkeypatch: pytest.MonkeyPatch):
    compared: list[int] = []
    monkeypatch.setattr("etl.cluster.similarity", lambda one, *_: compared.append(one.story_no))
    few = 4 * NEAREST
    assert assign([in_series(number) for number in range(1, few + 1)], []) == [None] * few
    assert max(map(compared.count, range(1, few + 1))) == NEAREST
    assert compared.count(few // 2) == NEAREST, "a crowd hides no story from those that come after it"


@pytest.mark.parametrize("copied", [1, 150, 300])
def test_copy_of_one_in_a_crowd_joins_it(copied: int):
    """All share their frame, and the newest of them fill its buckets; those of the story's own words are as empty as ever."""
    crowd = [in_series(number) for number in range(1, 301)]
    copy = replace(crowd[copied - 1], story_no=999, source_no=2, published=datetime(2024, 3, 5), day=date(2024, 3, 5))
    found = assign([copy], held(*crowd))
    assert [join and join.cluster_no for join in found] == [copied]


def test_index_keeps_the_newest_of_a_bucket_and_nothing_of_what_it_forgot():
    index = Index()
    for number in range(3 * CROWD):
        index.add(number, [1, 2 + number])
    assert index.near([1]) == list(range(2 * CROWD, 3 * CROWD))
    assert index.near([2]) == [0], "one that left a crowded bucket is in its others"
    for number in range(3 * CROWD):
        index.remove(number)
    index.remove(0)
    assert (index.near([1, 2]), index) == ([], Index())


def test_of_many_that_may_be_near_those_that_share_most_buckets_are_taken():
    index = Index()
    index.add(0, list(range(1_000)))
    for number in range(1, 2 * NEAREST):
        index.add(number, [number])
    assert index.near(range(1_000)) == [0, *range(NEAREST + 1, 2 * NEAREST)]


def test_only_leads_within_a_week_are_asked_for():
    asked: list[int] = []

    def leads() -> Iterator[LeadText]:
        for day in range(2_000):
            asked.append(day)
            yield LeadText(day, text(day, body=f"{BODY} Day {day}.", day=day))

    found = assign_sorted(iter([text(5_001, day=100), text(5_002, day=1_900)]), leads())
    assert next(found)[1] == Join(93, 93, pytest.approx(0.95, abs=0.05), leads=False)
    assert len(asked) < 100 + 2 * 250, "a piece for signatures is read ahead"
    assert next(found)[1] == Join(1_893, 1_893, pytest.approx(0.95, abs=0.05), leads=False)
