"""A change of a topic, rehearsed: what it may be, what it would do, and that no story outside those looked at again could flip."""

from __future__ import annotations

import json
import random
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from dashboard.rehearsal import looked_for
from dashboard.snapshot import connect, current_name, run_on
from etl.__main__ import app
from etl.catalog import load_sources
from etl.errors import InputError, LexiconError
from etl.label_ids import label_prefixes
from etl.lexicon.topic_change import TopicChange, changed, read_change
from etl.lexicon.topics import load_topics
from etl.rehearse import Rehearsal, judged, load_rehearsal, rehearse_file, runs_of, stories_of, told
from etl.tagger.choice import RecognizerChoice
from etl.tagger.topic_features import forms_of, term_of
from etl.tagger.topics import TopicTagger

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
TOPIC = "agents"
STORY = {"id": "a", "title": "A clerk that books trains", "text": "The errand clerk of the railway now books trains."}


@pytest.fixture(scope="module")
def tagger() -> TopicTagger:
    return TopicTagger.load(SEEDS)


def rehearsal(tagger: TopicTagger, change: TopicChange) -> Rehearsal:
    edited = load_topics(SEEDS, edit=partial(changed, change=change))
    return Rehearsal(change, tagger, TopicTagger(edited, tagger.weights), "v")


def written(folder: Path, text: str) -> Path:
    path = folder / "change.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_change_says_topic_phrases_and_threshold(tmp_path: Path):
    path = written(
        tmp_path,
        'topic = "agents"\nadd = ["errand clerk", { text = "x", weight = 2 }]\nremove = ["MCP"]\nthreshold = 0.5\n',
    )
    assert read_change(path) == TopicChange(
        TOPIC, ("errand clerk", {"text": "x", "weight": 2}), ("MCP",), 0.5, tmp_path
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('add = ["x"]', "`topic` is missing; add `topic`"),
        ('topic = "agents"\nadd = "x"', "agents: `add` is not a list of texts"),
        ('topic = "agents"\nadd = [""]', "agents: `add` is not a list of texts"),
        ('topic = "agents"\ndrop = ["x"]', "`drop` is no key of an entry; use one of topic, add, remove, threshold"),
        ('topic = "agents"\nthreshold = "high"', "`threshold` is not a number"),
        ('topic = "agents"\nthreshold = 1.5', "`threshold` is no number between 0 and 1; write threshold = 0.4"),
        ('topic = "nothing"', "nothing: topics.toml has no such topic; use generative"),
        ('topic = "agents"\nremove = ["steam engine"]', "has no phrase `steam engine` to remove; name one"),
        ('topic = "agents"\nadd = ["MCPs"]', "phrase in `phrases` `mcp` stands 2 times; keep it once"),
        ('topic = "agents"\nadd = ["a b c d e"]', "can't be found; use 1 to 4 words"),
        ('topic = "agents"\nadd = [{ text = "x", weight = 0 }]', "is no phrase"),
        ("topic", "no valid TOML"),
    ],
)
def test_a_change_that_cannot_be_made_says_where_and_what_to_do(text: str, said: str, tmp_path: Path):
    with pytest.raises(LexiconError) as caught:
        load_topics(SEEDS, edit=partial(changed, change=read_change(written(tmp_path, text))))
    assert said in str(caught.value)
    assert caught.value.file.endswith(("change.toml", "topics.toml"))


def test_a_change_whose_examples_fail_is_refused(tmp_path: Path):
    path = written(tmp_path, 'topic = "hardware"\nthreshold = 0.999\n')
    with pytest.raises(
        LexiconError, match=r"topics\.toml:hardware: the example .* lacks the topic; change its phrases"
    ):
        load_rehearsal(path, seeds=SEEDS, recognizer=RecognizerChoice())


def test_a_phrase_removed_and_added_again_gets_another_weight(tagger: TopicTagger):
    said = told(rehearsal(tagger, TopicChange(TOPIC, ({"text": "MCP", "weight": 5},), ("mcps",), 0.5)))
    assert [(p["term"], p["weight"]) for p in said["removed"]] == [("mcp", 2.0)]
    assert [(p["term"], p["weight"]) for p in said["added"]] == [("mcp", 5.0)]
    assert (said["threshold"], said["new_threshold"]) == (pytest.approx(tagger.thresholds[TOPIC]), 0.5)
    assert {"text": "mcp", "weight": 2.0} in said["phrases"]
    assert said["added"][0]["learned"]


def test_a_topic_s_own_threshold_counts_before_the_learned_one(tagger: TopicTagger):
    stories = [
        STORY | {"title": "", "text": "A maker of chips shows what it built for phones and for the cars of next year."}
    ]
    plain = Rehearsal(TopicChange("hardware"), tagger, tagger, "v")
    (line,) = judged(plain, iter(stories), {})
    assert line["before"]["given"]
    above = min(0.9999, line["before"]["score"] + 0.0002)
    high = rehearsal(tagger, TopicChange("hardware", threshold=above))
    (line,) = judged(high, iter(stories), {})
    assert not line["after"]["given"]
    assert line["after"]["threshold"] == pytest.approx(above, abs=1e-4)
    assert high.after.thresholds | {"hardware": 0} == tagger.thresholds | {"hardware": 0}


def test_a_new_phrase_acts_at_once_and_says_where_it_stands(tagger: TopicTagger):
    change = TopicChange(TOPIC, ({"text": "errand clerk", "weight": 9},))
    (line,) = judged(rehearsal(tagger, change), iter([STORY]), {})
    assert not line["before"]["given"]
    assert line["after"]["given"]
    assert [(e["field"], e["text"]) for e in line["after"]["evidence"]][:1] == [("text", "errand clerk")]
    assert line["also"] == []


def test_lines_come_out_in_order_and_whole_or_not_at_all(tagger: TopicTagger, tmp_path: Path):
    source, target, heard = tmp_path / "in.jsonl", tmp_path / "out.jsonl", []
    stories = [STORY, {"id": "b", "title": None}, {"id": "c", "text": "\ud83d chips"}]
    source.write_text("\n\n".join(json.dumps(story) for story in stories), encoding="utf-8")
    one = rehearsal(tagger, TopicChange(TOPIC, ({"text": "errand clerk", "weight": 9},)))
    counts = rehearse_file(one, source, target, prefixes={}, on_progress=lambda done, _: heard.append(done))
    assert [json.loads(line)["id"] for line in target.read_text().splitlines()] == ["a", "b", "c"]
    assert ((counts.read, counts.flipped), heard) == ((3, 1), [1, 2, 3])
    source.write_text('{"id": "a"}\n{"id": 7}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"in\.jsonl:2: no story with an id; write \{"):
        rehearse_file(one, source, target, prefixes={})
    assert len(target.read_text().splitlines()) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


@pytest.mark.parametrize("line", ["{", "[]", '{"id": ""}', '{"id": "a", "text": 7}'])
def test_a_line_that_is_no_story_is_named(line: str, tmp_path: Path):
    (tmp_path / "in.jsonl").write_text(line, encoding="utf-8")
    with pytest.raises(InputError, match=r"in\.jsonl:1: "):
        list(stories_of(tmp_path / "in.jsonl"))
    with pytest.raises(InputError, match="can't be read; name a file of stories"):
        list(stories_of(tmp_path / "none.jsonl"))


def test_the_command_says_what_a_change_is_and_judges_stories(tmp_path: Path):
    change = written(tmp_path, 'topic = "agents"\nadd = [{ text = "errand clerk", weight = 9 }]\n')
    (tmp_path / "in.jsonl").write_text(json.dumps(STORY), encoding="utf-8")
    paths = [str(change), str(tmp_path / "in.jsonl"), str(tmp_path / "out.jsonl")]
    done = CliRunner().invoke(app, ["rehearse", *paths])
    assert done.exit_code == 0
    assert json.loads(done.stdout.splitlines()[0])["added"][0]["term"] == "errand clerk"
    assert "1 of 1 stories would change" in done.stderr
    assert json.loads((tmp_path / "out.jsonl").read_text())["after"]["given"]
    assert CliRunner().invoke(app, ["rehearse", *paths[:2]]).exit_code == 2


WORDS = st.sampled_from(["agent", "agency", "GPT-4o", "café", "U.S.", "3.5", "C++", "box", "İzmir", "news", "e-mail"])


@given(st.lists(WORDS, min_size=1, max_size=4), st.data())
@settings(max_examples=60)
def test_any_form_of_a_phrase_holds_the_runs_that_are_looked_for(parts: list[str], data: st.DataObject):
    units = term_of(" ".join(parts)).split()
    text = " ".join(data.draw(st.sampled_from(forms_of(unit))) for unit in units).upper()
    folded = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).lower()
    assert all(run in folded for run in runs_of(" ".join(units)))


@pytest.fixture(scope="module")
def archive(shipped_snapshot: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(shipped_snapshot / "snapshots" / f"{current_name(shipped_snapshot)}.duckdb") as con:
        yield con


@pytest.fixture(scope="module")
def stories(archive: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    numbers = [row[0] for row in archive.execute("SELECT story_no FROM story_fact").fetchall()]
    rows = run_on(archive, "rehearsal_texts", {"stories": numbers}).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def some_changes(tagger: TopicTagger, stories: list[dict[str, Any]], *, seed: int, many: int) -> list[TopicChange]:
    """Changes with words of the stories, of any topic; the commonest words, thresholds far up and far down among them."""
    chance, found = random.Random(seed), []
    said = " ".join(story["text"] for story in stories).split()
    while len(found) < many:
        topic = chance.choice(tagger.lexicon.topics)
        at = [chance.randrange(len(said) - 2) for _ in range(chance.randrange(3))]
        add = dict.fromkeys(" ".join(said[one : one + chance.choice([1, 2])]) for one in at)
        gone = chance.sample(topic.phrases, k=min(len(topic.phrases), chance.randrange(4)))
        moved = round(min(0.98, tagger.thresholds[topic.id] * chance.uniform(0.35, 1.7)), 2)
        change = TopicChange(
            topic.id, tuple(add), tuple(p.text for p in gone), moved if chance.random() < 0.6 else None
        )
        try:
            load_topics(SEEDS, edit=partial(changed, change=change))
        except LexiconError:
            continue
        found.append(change)
    return found


def test_no_story_outside_those_looked_at_again_could_flip(
    archive: duckdb.DuckDBPyConnection,
    stories: list[dict[str, Any]],
    tagger: TopicTagger,
    rounds: Callable[[int, int], int],
):
    """The whole archive is tagged again: what the data says of it is what the lists say, and each story that flips is looked at."""
    prefixes = label_prefixes(load_sources(SEEDS).values())
    stored = archive.execute("SELECT story_no, t.id FROM topic_fact JOIN topic AS t USING (topic_no)").fetchall()
    held, (version,) = set(stored), archive.execute("SELECT min(tagger) FROM story_fact").fetchall()[0]
    flips = 0
    for change in some_changes(tagger, stories, seed=7, many=rounds(2, 60)):
        one = rehearsal(tagger, change)
        lines = list(judged(one, iter(stories), prefixes))
        asked = looked_for(told(one)) | {"topic": change.topic, "decided": [], "tagger": version}
        scope = dict.fromkeys(["sources", "from_day", "to_day", "about_any", "about_all", "about_none"])
        rows = run_on(archive, "rehearsal_candidates", asked | scope | {"letters": True, "unit": "copy"})
        pairs = list(zip(stories, lines, strict=True))
        assert all(line["before"]["given"] == ((s["story_no"], change.topic) in held) for s, line in pairs)
        moved = {
            s["story_no"] for s, line in pairs if line["also"] or line["before"]["given"] != line["after"]["given"]
        }
        assert moved <= set(rows["story_no"]), change
        flips += len(moved)
    assert flips
