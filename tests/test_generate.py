"""The generator of loads: as the archive is, the same for the same seed, spans that are slices, and taken in by the real pipeline."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from etl.errors import InputError
from etl.run import run
from etl.run_log import RunReport
from etl.settings import Settings, default_seeds, load_settings
from etl.tag_files import tag_file
from etl.tag_parquet import TAG_TYPES
from tests import small_seeds
from tests.bench.generate.__main__ import app
from tests.bench.generate.calendar import make_calendar
from tests.bench.generate.compare import as_text, compare
from tests.bench.generate.distance import kolmogorov_smirnov, quantiles, total_variation
from tests.bench.generate.draws import Draws, pick
from tests.bench.generate.files import write_load
from tests.bench.generate.fit import FITTED, heaps, read_archive_lines, zipf_mandelbrot
from tests.bench.generate.load import END, START, Load, facts, make_load
from tests.bench.generate.model import Model, load_model
from tests.bench.generate.pool import PoolBuilder
from tests.bench.generate.seeds_folder import add_later, write_archive, write_seeds
from tests.bench.generate.snapshot import CLOCK, fill_snapshot
from tests.bench.generate.stories import make_piece, pieces
from tests.bench.generate.vocabulary import LONGEST_SENTENCE

GOLDEN = Path(__file__).parent / "golden" / "generated.jsonl"
NUMBERS = st.integers(0, 2**40)
WEIGHTS = st.dictionaries(st.integers(0, 50), st.floats(0.01, 100), min_size=1)


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model()


@pytest.fixture(scope="module")
def small(model: Model) -> Load:
    return make_load(model, 600, sources=5)


@pytest.fixture(scope="module")
def few_words(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """The fit with a vocabulary that the project's seeds do not change."""
    folder = tmp_path_factory.mktemp("seeds")
    names = "".join(f'[org-{n}]\nname = "Firm {n}"\n' for n in range(12))
    (folder / "organizations.toml").write_text(names, encoding="utf-8")
    (folder / "topics.toml").write_text(small_seeds.TOPICS, encoding="utf-8")
    (folder / "regions.toml").write_text('[US]\nname = "Überland"\n[CN]\nname = "Cathay"\n', encoding="utf-8")
    return load_model(folder)


def rows(load: Load, begin: int = 0, end: int | None = None) -> list[dict[str, Any]]:
    return make_piece(load, begin, load.stories if end is None else end, tagged=True).to_pylist()


def all_spans(story: dict[str, Any]) -> list[dict[str, Any]]:
    found = [span for kind in ("topics", "topics_near") for tag in story[kind] for span in tag["evidence"]]
    return found + [span for kind in ("organizations", "regions") for tag in story[kind] for span in tag["spans"]]


# The fit


def test_a_load_is_distributed_as_the_archive_is(model: Model):
    lines = compare(make_load(model, 10_000))
    assert {line.what: line.distance for line in lines if line.distance > line.limit} == {}
    assert as_text(lines).count("\n") == len(lines) + 2


def test_a_load_of_another_distribution_is_over_its_limits(model: Model):
    words = {kind: {"title": by["text"], "text": by["title"]} for kind, by in model.words.items()}
    flat = np.arange(1.0, len(model.listed) + 1)
    lines = compare(make_load(replace(model, words=words, listed=flat), 3_000, sources=7))
    over = {line.what for line in lines if line.distance > line.limit}
    assert {"words of a title, issue: 5, 25, 50, 75, 95 %", "mentions at rank 1, 10, 100, 1000"} <= over


def test_the_fit_is_of_the_archive_that_ships():
    fitted, lines = json.loads(FITTED.read_text(encoding="utf-8")), read_archive_lines(default_seeds())
    remedy = "make it anew: python -m tests.bench.generate fit"
    held = Counter((line["kind"], line["published"][:4]) for line in lines)
    assert Counter(tuple(pattern.split(" ")[:2]) for pattern in fitted["patterns"]) == held, remedy
    mean = np.mean([len(line["text"].split()) for line in lines if line["kind"] == "issue"])
    shares = fitted["words"]["issue"]["text"]
    assert sum(int(words) * share for words, share in shares.items()) == pytest.approx(mean, abs=0.05), remedy


def test_zipf_mandelbrot_finds_the_law_that_names_were_drawn_from():
    law = (np.arange(1, 2001) + 2.0) ** -1.2
    drawn = np.random.default_rng(7).multinomial(5000, law / law.sum())
    found = zipf_mandelbrot(sorted(drawn[drawn > 0].tolist(), reverse=True), 2000)
    assert found["s"] == pytest.approx(1.2, abs=0.1)


def test_heaps_counts_what_is_new():
    assert heaps([f"name {n}" for n in range(2000)]) == {
        "k": pytest.approx(1, abs=0.01),
        "beta": pytest.approx(1, abs=0.01),
    }
    assert heaps(["one"] * 2000)["beta"] == pytest.approx(0, abs=0.01)


# Arithmetic


@given(st.lists(NUMBERS, min_size=1), st.text(max_size=5))
def test_draws_are_fractions_that_do_not_depend_on_company(numbers: list[int], purpose: str):
    draws = Draws("1")
    together = draws.uniform(purpose, np.asarray(numbers))
    assert ((together >= 0) & (together < 1)).all()
    assert together.tolist() == [draws.uniform(purpose, np.asarray([number]))[0] for number in numbers]


def test_draws_are_even_and_purposes_are_strangers():
    draws, numbers = Draws("1"), np.arange(100_000)
    one, other = draws.uniform("one", numbers), draws.uniform("other", numbers)
    assert np.histogram(one, bins=10, range=(0, 1))[0] == pytest.approx(np.full(10, 10_000), rel=0.05)
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.02
    assert abs(np.corrcoef(one[1:], one[:-1])[0, 1]) < 0.02


@given(
    st.lists(st.floats(0, 10), min_size=1).filter(lambda weights: sum(weights) > 0.001),
    st.floats(0, 1, exclude_max=True),
)
def test_pick_gives_nothing_without_weight(weights: list[float], uniform: float):
    assert weights[pick(np.asarray([uniform]), np.cumsum(weights))[0]] > 0


@given(WEIGHTS, WEIGHTS)
def test_distances_are_distances(one: dict[int, float], other: dict[int, float]):
    for distance in (kolmogorov_smirnov, total_variation):
        assert distance(one, one) == pytest.approx(0, abs=1e-9)
        assert distance(one, other) == pytest.approx(distance(other, one))
        assert 0 <= distance(one, other) <= 1 + 1e-9
    assert kolmogorov_smirnov(one, other) <= total_variation(one, other) + 1e-9
    assert quantiles(one, (0.0, 1.0)) == [min(one), max(one)] or len(one) > 1


@given(st.lists(st.lists(st.sampled_from(["", "é", " of", "😀 x", "naïve"]), min_size=3, max_size=3), min_size=1))
def test_a_pool_renders_rows_and_knows_where_each_part_is(texts: list[list[str]]):
    make = PoolBuilder()
    codes = np.asarray([make.codes(row) for row in texts])
    pool = make.build()
    rendered, starts = pool.render(codes).to_pylist(), pool.starts(codes)
    assert rendered == ["".join(row) for row in texts]
    for row, text, at in zip(texts, rendered, starts.tolist(), strict=True):
        assert [text[at[k] : at[k + 1]] for k in range(3)] == row


@settings(deadline=None, max_examples=25)
@given(stories=st.integers(1, 20_000), sources=st.integers(1, 12), days=st.integers(6, 1500), seed=st.integers(0, 99))
def test_a_calendar_gives_every_story_a_day_of_its_source(
    model: Model, stories: int, sources: int, days: int, seed: int
):
    end = date.fromordinal(START.toordinal() + days)
    calendar = make_calendar(model, Draws(str(seed)), stories=stories, sources=sources, start=START, end=end)
    assert calendar.ends[-1] == stories
    assert (np.diff(calendar.days) >= 0).all()
    for issue in np.flatnonzero(np.diff(calendar.ends, prepend=0)):
        feed, day = (
            calendar.feeds[calendar.feed[issue]],
            date.fromordinal(START.toordinal() + int(calendar.days[issue])),
        )
        assert feed.first <= day <= end
        assert not any(first <= day <= last for first, last in feed.pauses)
        assert feed.rhythm != "issue" or day.weekday() == feed.weekday


# Stories


def test_a_small_seed_gives_the_golden_stories(few_words: Model):
    load = make_load(few_words, 40, seed=3, sources=3)
    made = [json.dumps(story, ensure_ascii=False) for story in rows(load, 20, 24)]
    assert made == GOLDEN.read_text(encoding="utf-8").splitlines()


def test_spans_are_slices_and_every_tag_has_one(small: Load):
    for story in rows(small):
        for span in all_spans(story):
            assert span["text"]
            assert story[span["field"]][span["start"] : span["end"]] == span["text"]
        assert all(tag["evidence"] for kind in ("topics", "topics_near") for tag in story[kind])
        assert all(tag["spans"] for kind in ("organizations", "regions") for tag in story[kind])


def test_no_story_has_a_tag_twice(small: Load):
    for story in rows(small):
        topics = [tag["id"] for kind in ("topics", "topics_near") for tag in story[kind]]
        for ids in (topics, [o["id"] for o in story["organizations"]], [r["code"] for r in story["regions"]]):
            assert len(ids) == len(set(ids))


def test_scores_fit_what_they_are(small: Load):
    for story in rows(small):
        assert all(0 <= topic["score"] <= 1 for topic in story["topics"])
        assert all(near["threshold"] / 2 <= near["score"] + 1e-3 for near in story["topics_near"])
        assert all(near["score"] <= near["threshold"] for near in story["topics_near"])
        for tag in story["topics"]:
            weights = [span["weight"] for span in tag["evidence"]]
            assert weights == sorted(weights, reverse=True)


def test_copies_are_nearly_the_same_story_of_another_source_a_little_later(model: Model):
    stories = {story["id"]: story for story in rows(make_load(model, 4_000))}
    copies = [story for story in stories.values() if story["copy_of"] is not None]
    assert len(copies) > 50
    for copy in copies:
        original = stories[copy["copy_of"]]
        assert original["copy_of"] is None
        assert original["source"] != copy["source"]
        days = date.fromisoformat(copy["published"]) - date.fromisoformat(original["published"])
        assert 0 <= days.days <= 2
        assert [t["id"] for t in copy["topics"]] == [t["id"] for t in original["topics"]]
        assert [o["id"] for o in copy["organizations"]] == [o["id"] for o in original["organizations"]]
        assert copy["text"] != original["text"]


@pytest.mark.parametrize(("begin", "end"), [(0, 1), (1, 300), (299, 301), (599, 600)])
def test_any_piece_is_that_part_of_the_whole(small: Load, begin: int, end: int):
    assert rows(small, begin, end) == rows(small)[begin:end]


# Files


@pytest.mark.parametrize("name", ["x.jsonl", "x.parquet", "x"])
def test_bytes_depend_on_the_seed_and_not_on_the_size_of_pieces(name: str, model: Model, tmp_path: Path):
    def written(folder: str, *, seed: int = 1, piece: int = 10_000) -> dict[str, bytes]:
        load = make_load(model, 300, seed=seed)
        (tmp_path / folder).mkdir()
        write_load(load, tmp_path / folder / name, tagged=True, piece=piece)
        files = (path for path in (tmp_path / folder).rglob("*") if path.is_file())
        return {str(path.relative_to(tmp_path / folder)): path.read_bytes() for path in sorted(files)}

    first = written("first")
    assert written("again", piece=7) == first
    assert written("other", seed=2) != first


def test_a_folder_of_years_holds_every_story(small: Load, tmp_path: Path):
    stories, tags = write_load(small, tmp_path / "out", tagged=True)
    for folder in (stories, tags):
        query = f"SELECT id, published, year FROM read_parquet('{folder}/*/*.parquet', hive_partitioning = true)"
        found = duckdb.sql(query).fetchall()
        assert {row[0] for row in found} == {row["id"] for row in rows(small)}
        assert all(str(year) == published[:4] for _, published, year in found)
    with pytest.raises(FileExistsError, match="remove it"):
        write_load(small, tmp_path / "out")


def test_stories_can_be_tagged_and_tags_are_as_the_tagger_writes_them(small: Load, tmp_path: Path):
    stories, tags = write_load(small, tmp_path / "x.parquet", tagged=True)
    report = tag_file(stories, tmp_path / "y.parquet", tagger=small_seeds.FakeTagger())
    assert (report.read, report.rejected) == (600, 0)
    schema = pq.read_schema(tags)
    assert {name: schema.field(name).type for name in TAG_TYPES} == TAG_TYPES
    assert pq.read_table(tags).column("id").to_pylist() == pq.read_table(stories).column("id").to_pylist()


def test_a_write_that_fails_leaves_nothing(small: Load, tmp_path: Path):
    def fail(done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_load(small, tmp_path / "x.jsonl", on_progress=fail)
    assert list(tmp_path.iterdir()) == []


# The real pipeline


def settings_of(folder: Path) -> Settings:
    return load_settings({"AINEWS_SEEDS": str(folder / "seeds"), "AINEWS_DATA": str(folder / "data")})


def run_small(folder: Path) -> RunReport:
    (folder / "data").mkdir(exist_ok=True)
    return run(settings_of(folder), clock=CLOCK, build=lambda _: small_seeds.FakeTagger(), version=lambda _: "fake")


def test_the_pipeline_takes_a_generated_archive_in_without_loss(small: Load, tmp_path: Path):
    write_archive(small, small_seeds.write_seeds(tmp_path / "seeds"))
    report = run_small(tmp_path)
    issues = np.count_nonzero(np.diff(small.calendar.ends, prepend=0))
    assert report.dispositions["document"] == {"split": issues}
    copies = report.dispositions["piece"].get("copy", 0)
    assert report.dispositions["piece"] == {"new": 600 - copies} | ({"copy": copies} if copies else {})
    assert copies <= sum(story["copy_of"] is not None for story in rows(small))
    assert not run_small(tmp_path).published


def test_stories_kept_for_later_are_what_a_refresh_takes_in(small: Load, tmp_path: Path):
    seeds = small_seeds.write_seeds(tmp_path / "seeds")
    write_archive(small, seeds, later=date(2026, 7, 1))
    first = run_small(tmp_path).dispositions["piece"]
    kept = add_later(seeds)
    second = run_small(tmp_path).dispositions["piece"]
    assert 0 < kept == second["new"] + second.get("copy", 0)
    assert first["new"] + first.get("copy", 0) == 600 - kept == second["unchanged"]
    assert not (seeds / "later").exists()


def test_a_filled_snapshot_is_what_a_run_would_make(model: Model, tmp_path: Path):
    load = make_load(model, 400)
    write_seeds(load, tmp_path / "seeds", base=default_seeds())
    (tmp_path / "data").mkdir()
    path = fill_snapshot(load, settings_of(tmp_path))
    report = run(settings_of(tmp_path), clock=CLOCK)
    assert (report.published, report.snapshot, report.dispositions["piece"]) == (False, path.stem, {"unchanged": 400})
    stories = rows(load)
    with duckdb.connect(str(path), read_only=True) as con:
        for table, number in (
            ("topic_fact", sum(len(story["topics"]) for story in stories)),
            ("topic_near", sum(len(story["topics_near"]) for story in stories)),
            ("organization_fact", sum(len(story["organizations"]) for story in stories)),
            ("region_fact", sum(len(story["regions"]) for story in stories)),
            ("evidence", sum(len(all_spans(story)) for story in stories)),
            ("ledger_item", 400 + report.documents),
        ):
            assert con.execute(f"SELECT count(*) FROM {table}").fetchone() == (number,), table
        copies = con.execute("SELECT count(*) FROM story_fact WHERE NOT is_lead").fetchone()
    assert copies == (sum(story["copy_of"] is not None for story in stories),)


# The command line


def test_commands_write_stories_and_worlds(tmp_path: Path):
    done = CliRunner().invoke(app, ["stories", "50", str(tmp_path / "x.jsonl"), "--tagged", "--sources", "2"])
    assert done.exit_code == 0, done.output
    assert len((tmp_path / "x.tags.jsonl").read_text(encoding="utf-8").splitlines()) == 50
    done = CliRunner().invoke(app, ["world", "50", str(tmp_path / "world"), "--later", "2026-01-01"])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "world" / "seeds" / "later" / "sources.toml").is_file()
    done = CliRunner().invoke(app, ["later", str(tmp_path / "world")])
    assert "stories added" in done.output


@pytest.mark.parametrize(
    "wrong",
    [["--start", "2020-01-02", "--end", "2020-01-01"], ["--sources", "0"], ["--start", "yesterday"]],
    ids=["span", "sources", "date"],
)
def test_wrong_usage_is_said(wrong: list[str], tmp_path: Path):
    assert CliRunner().invoke(app, ["stories", "50", str(tmp_path / "x.jsonl"), *wrong]).exit_code == 2


def test_seeds_that_are_too_small_are_said(tmp_path: Path):
    with pytest.raises(InputError, match="fewer than 8 organizations"):
        load_model(small_seeds.write_seeds(tmp_path / "seeds"))


def test_pieces_cover_the_load(small: Load):
    assert pa.concat_tables(pieces(small, piece=250)).column("id").to_pylist() == [row["id"] for row in rows(small)]
    assert (facts(small, 0, 600).number == np.arange(600)).all()
    assert END > START
    assert datetime(2026, 8, 21, 12) == CLOCK


def test_there_is_a_sentence_and_a_tail_of_every_length(model: Model):
    assert model.vocabulary.sentences.counts[2 : LONGEST_SENTENCE + 1].all()
    assert model.vocabulary.tails.counts.all()
