"""`ainews train` and `ainews evaluate` over small seeds: what is printed where, what is written, what is refused."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.settings import Settings
from etl.tagger.topic_model import is_held_back
from tests.small_seeds import SHIPPED

RULES = "newsletter_rules.toml"
TEXTS = {
    "chat": "The assistant from Acme answers letters that citizens of France wrote by hand.",
    "vision": "The lens from Acme finds boats off the coast of France before the fog comes in.",
}
DOCUMENTS = [f"letter-{number}" for number in range(60)]
HELD = [document for document in DOCUMENTS if is_held_back(document)]
COUNTS = ("true_positive", "false_positive", "false_negative")
KINDS = ("organization", "organization_focus", "region", "region_focus")
Ainews = Callable[..., tuple[int, str, str]]


def stories() -> Iterator[dict[str, Any]]:
    for document in DOCUMENTS:
        for number, topic in enumerate(TEXTS, start=1):
            base = {"source": "Letter", "url": "https://letter.example/", "published": "2024-05-01"}
            yield base | {"id": f"{document}#{number}", "title": f"News of {topic}", "text": TEXTS[topic]}


def labels() -> Iterator[dict[str, Any]]:
    names = {"orgs": [{"name": "Acme", "surfaces": ["Acme"], "role": "focus"}]}
    places = {"regions": [{"code": "FR", "surfaces": ["France"], "role": "mention"}]}
    for document in DOCUMENTS:
        for number, topic in enumerate(TEXTS, start=1):
            yield {"id": f"{document}#{number}", "is_story": True, "topics": [topic], **names, **places}


def write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def labelled(empty_data: Settings) -> Settings:
    """The small seeds with 120 labelled stories in a newsletter of their own, and no weights."""
    write_lines(empty_data.seeds / "archive" / "letter.jsonl", stories())
    write_lines(empty_data.seeds / "labels" / "labels.jsonl", labels())
    return empty_data


@pytest.fixture
def gold(labelled: Settings) -> Path:
    return labelled.seeds / "labels" / "labels.jsonl"


@pytest.fixture
def ainews(labelled: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ainews:
    """Call the command line with these arguments: (exit status, stdout, stderr)."""
    from etl import __main__ as module

    monkeypatch.setenv("AINEWS_SEEDS", str(labelled.seeds))
    monkeypatch.setenv("AINEWS_DATA", str(labelled.data))

    def call(*arguments: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["ainews", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            module.main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return call


@pytest.fixture
def trained(ainews: Ainews, labelled: Settings) -> Settings:
    """Seeds whose weights were learned from their own labels."""
    assert ainews("train", "--only", "topics", "--out", labelled.seeds / "model")[0] == 0
    return labelled


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(("name", "option"), [("train", "--corpus"), ("evaluate", "--stories")])
def test_help_names_what_can_be_given(ainews: Ainews, name: str, option: str):
    status, out, _ = ainews(name, "--help")
    assert status == 0
    assert f"Usage: ainews {name}" in out
    assert option in out


# train


def test_train_learns_from_what_ships_into_the_data_folder(ainews: Ainews, labelled: Settings):
    status, out, err = ainews("train", "--only", "topics")
    made = labelled.data / "model"
    n = 2 * (len(DOCUMENTS) - len(HELD))
    assert status == 0
    assert out.startswith(f"2 topics learned from {n} abstracts of {n} stories into {made}; F1 held back: ")
    assert set(files_of(made)) == {"topics.npz", "card.json"}
    assert f"To use them, copy the files to {labelled.seeds / 'model'}." in err


def test_train_learns_all_parts_and_says_what_each_learned_from(ainews: Ainews, labelled: Settings):
    status, out, err = ainews("train")
    assert status == 0, err
    assert {path.name for path in (labelled.data / "model").iterdir()} == {
        "topics.npz",
        "card.json",
        "roles.json",
        "recognizer",
    }
    heads = [" ".join(line.split()[:3]) for line in out.splitlines()]
    assert heads == ["2 topics learned", "The recognizer learned", "Roles learned: organization:"]
    assert "Corrected stories: 0" in err


def test_train_names_what_it_can_learn(ainews: Ainews):
    status, _, err = ainews("train", "--only", "colours")
    assert status == 2
    assert "topics" in err


def test_training_again_gives_the_same_bytes(ainews: Ainews, labelled: Settings):
    ainews("train", "--only", "topics")
    first = files_of(labelled.data / "model")
    ainews("train", "--only", "topics")
    assert files_of(labelled.data / "model") == first


def test_train_with_full_texts_measures_what_they_are_worth_and_train_without_says_it(
    ainews: Ainews, labelled: Settings, tmp_path: Path
):
    corpus = write_lines(tmp_path / "full.jsonl", ({**row, "text": 4 * row["text"]} for row in stories()))
    assert "how much worse that is no card says" in ainews("train", "--only", "topics")[2]
    status, out, err = ainews("train", "--only", "topics", "--corpus", corpus, "--out", labelled.seeds / "model")
    assert status == 0
    assert " abstracts and " in out
    assert "Without --corpus" not in err
    assert "copy" not in err
    card = json.loads((labelled.seeds / "model" / "card.json").read_text(encoding="utf-8"))
    assert set(card["without_corpus"]) == {"abstract", "full"}
    card["without_corpus"] = {"abstract": 0.75, "full": 0.6}
    card["figures"] = {"abstract": {"held": {"f1": 0.8}}, "full": {"held": {"f1": 0.9}}}
    (labelled.seeds / "model" / "card.json").write_text(json.dumps(card), encoding="utf-8")
    (line,) = [
        line for line in ainews("train", "--only", "topics")[2].splitlines() if line.startswith("Without --corpus")
    ]
    assert "0.750 instead of 0.800 on abstracts, 0.600 instead of 0.900 on full texts" in line


@pytest.mark.parametrize("option", ["--labels", "--corpus"])
def test_train_names_a_file_that_is_missing(ainews: Ainews, labelled: Settings, tmp_path: Path, option: str):
    status, out, err = ainews("train", "--only", "topics", option, tmp_path / "none.jsonl")
    assert (status, out) == (1, "")
    assert err.splitlines()[-1] == f"ainews: {tmp_path / 'none.jsonl'}: no such file; name a file of JSON Lines"
    assert not (labelled.data / "model").exists()


def test_train_names_a_label_without_topics(ainews: Ainews, tmp_path: Path):
    path = write_lines(tmp_path / "labels.jsonl", [{"id": "letter-1#1", "topics": "chat"}])
    status, _, err = ainews("train", "--only", "topics", "--labels", path)
    assert status == 1
    assert f"{path}:1: `topics` is no list of ids" in err


def test_train_names_a_folder_that_cannot_be_written(ainews: Ainews, tmp_path: Path):
    (tmp_path / "taken").write_text("a file")
    status, _, err = ainews("train", "--only", "topics", "--out", tmp_path / "taken")
    assert status == 1
    assert err.splitlines()[-1].startswith(f"ainews: {tmp_path / 'taken'}: it can't be written")
    assert "--out" in err.splitlines()[-1]


# evaluate


def test_evaluate_prints_both_parts_and_the_error_of_shares(ainews: Ainews, trained: Settings, gold: Path):
    status, out, _ = ainews("evaluate", gold)
    assert status == 0
    assert out.startswith("120 labelled stories of 60 documents tagged\n")
    assert f"Unseen: {2 * len(HELD)} stories of {len(HELD)} documents" in out
    assert f"Out of fold: {120 - 2 * len(HELD)} stories" in out
    assert "  Letter, 2024                       120 stories" in out


def test_evaluate_as_json_is_one_object_and_the_same_each_time(ainews: Ainews, trained: Settings, gold: Path):
    status, out, _ = ainews("evaluate", gold, "--json")
    found = json.loads(out)
    assert (status, found["stories"], found["documents"], found["labels_without_text"]) == (0, 120, 60, 0)
    held = {row["kind"]: row for row in found["figures"] if (row["part"], row["by"]) == ("unseen", "text_kind")}
    assert held["organization"]["n"] == held["region"]["n"] == 2 * len(HELD)
    assert held["region"]["recall"][0] == 1.0
    assert {row["year"] for row in found["share_errors"]} == {"2024", "*"}
    assert ainews("evaluate", gold, "--json")[1] == out


def test_texts_may_be_parquet_and_labels_without_a_text_are_counted(
    ainews: Ainews, trained: Settings, gold: Path, tmp_path: Path
):
    rows = [{key: row[key] for key in ("id", "title", "text")} for row in stories()][:100]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "stories.parquet")
    status, out, _ = ainews("evaluate", gold, "--stories", tmp_path / "stories.parquet", "--json")
    found = json.loads(out)
    assert (status, found["stories"], found["labels_without_text"]) == (0, 100, 20)
    assert {row["value"] for row in found["figures"] if row["by"] == "text_kind"} == {"full"}


def test_written_figures_join_those_of_topics_and_reach_the_snapshot(
    ainews: Ainews,
    trained: Settings,
    gold: Path,
    run_small: Callable[..., object],
    snapshot_rows: Callable[[str], list[tuple[Any, ...]]],
):
    path = trained.seeds / "model" / "quality.json"
    other = {"kind": "region", "tag_id": "FR", "text_kind": "full", "n": 20} | dict.fromkeys(COUNTS, 0)
    old = other | {"text_kind": "abstract", "tag_id": "old"}
    path.write_text(json.dumps({"rows": [old, other], "shares": []}), encoding="utf-8")
    for _ in range(2):
        status, _, err = ainews("evaluate", gold, "--write")
        assert (status, err.splitlines()[-1]) == (0, f"Figures written to {path}")
    after = json.loads(path.read_text(encoding="utf-8"))
    assert set(after) == {"rows", "shares", "calibration"}
    assert after["rows"][-1] == other
    named = [(name, tag) for name in KINDS for tag in (["*", "acme"] if name.startswith("org") else ["*", "FR"])]
    named.remove(("region_focus", "FR"))
    topics = [("topic", tag) for tag in ("*", *TEXTS)]
    assert [(one["kind"], one["tag_id"]) for one in after["rows"][:-1]] == [*topics, *named]
    assert {one["text_kind"] for one in after["shares"] + after["calibration"]} == {"abstract"}
    assert sum(one["n"] for one in after["calibration"]) == 120 * len(TEXTS)
    run_small()
    found = snapshot_rows("SELECT kind, tag_id, text_kind, n FROM tag_quality")
    assert found == [(one["kind"], one["tag_id"], one["text_kind"], one["n"]) for one in after["rows"]]


def test_topics_read_from_abstracts_are_what_abstracts_are_held_against(
    ainews: Ainews, trained: Settings, gold: Path, tmp_path: Path
):
    rows = ({"id": row["id"], "topics": []} for row in labels() if is_held_back(row["id"].split("#")[0]))
    write_lines(trained.seeds / "labels" / "abstracts.jsonl", rows)
    found = json.loads(ainews("evaluate", gold, "--json", "--write")[1])
    totals = {
        row["kind"]: row
        for row in found["figures"]
        if (row["part"], row["by"], row["tag_id"]) == ("unseen", "all", "*")
    }
    assert (totals["topic"]["n"], totals["topic_abstract"]["n"]) == (2 * len(HELD), 0)
    first = json.loads((trained.seeds / "model" / "quality.json").read_text(encoding="utf-8"))["rows"][0]
    assert (first["kind"], first["tag_id"], first["n"]) == ("topic", "*", 0)
    full = write_lines(tmp_path / "full.jsonl", stories())
    found = json.loads(ainews("evaluate", gold, "--stories", full, "--json")[1])
    assert "topic_abstract" not in {row["kind"] for row in found["figures"]}


def test_stories_that_were_chosen_for_being_hard_are_no_measure(ainews: Ainews, trained: Settings, tmp_path: Path):
    rows = [row if n else {"id": row["id"], "topics": [], "chosen": "unsure"} for n, row in enumerate(labels())]
    found = json.loads(ainews("evaluate", write_lines(tmp_path / "gold.jsonl", rows), "--json")[1])
    assert (found["stories"], found["labels_without_text"]) == (119, 0)


def test_issues_beside_the_seeds_are_texts_too(ainews: Ainews, trained: Settings, tmp_path: Path):
    (trained.seeds / RULES).write_bytes((SHIPPED / RULES).read_bytes())
    issue = (
        "News of boats\n\nWhat’s new: Acme finds boats off the coast of France.\n\nWhy it matters: Boats get lost.\n"
    )
    (trained.seeds / "newsletters" / "draft.txt").write_text(issue, encoding="utf-8")
    path = write_lines(tmp_path / "gold.jsonl", [GOOD | {"id": "draft#1"}, GOOD | {"id": "draft#2"}])
    found = json.loads(ainews("evaluate", path, "--json")[1])
    assert (found["stories"], found["labels_without_text"]) == (1, 1)
    assert {row["value"] for row in found["figures"] if row["by"] == "text_kind"} == {"full"}


def test_nothing_is_written_where_no_story_is_held_back(ainews: Ainews, trained: Settings, tmp_path: Path):
    path = trained.seeds / "model" / "quality.json"
    path.write_text('{"rows": []}', encoding="utf-8")
    before = path.read_bytes()
    seen = (row for row in labels() if not is_held_back(row["id"].split("#")[0]))
    status, out, err = ainews("evaluate", write_lines(tmp_path / "seen.jsonl", seen), "--write")
    assert (status, out) == (1, "")
    assert "its unseen stories come from 0 documents" in err
    assert path.read_bytes() == before


GOOD = next(labels())


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "it holds no labelled story"),
        ([GOOD | {"id": "elsewhere#1"}], "none of its labels belongs to a story whose text is there"),
        ([GOOD, GOOD], ":2: letter-0#1 is labelled twice"),
        ([GOOD | {"topics": "chat"}], ":1: `topics` is no list of ids"),
        ([GOOD | {"orgs": [{"name": "Acme"}]}], ":1: `orgs` is no list of objects"),
        ([GOOD | {"regions": None}], ":1: `regions` is no list of objects"),
        ([{"topics": []}], ":1: no object with an id"),
    ],
)
def test_evaluate_names_what_is_wrong_with_the_labels(
    ainews: Ainews, tmp_path: Path, rows: list[dict[str, Any]], message: str
):
    path = write_lines(tmp_path / "gold.jsonl", rows)
    status, out, err = ainews("evaluate", path)
    assert (status, out) == (1, "")
    assert f"{path}" in err
    assert message in err
    assert "; " in err


@pytest.mark.parametrize("name", ["none.jsonl", "none.parquet"])
def test_evaluate_names_a_file_that_is_missing(ainews: Ainews, gold: Path, tmp_path: Path, name: str):
    for arguments in ((tmp_path / "none.jsonl",), (gold, "--stories", tmp_path / name)):
        status, _, err = ainews("evaluate", *arguments)
        assert status == 1
        assert "no such file" in err


def test_evaluate_without_labels_is_wrong_usage(ainews: Ainews):
    assert ainews("evaluate")[0] == 2
