"""A run over small seeds: what ends up in the snapshot, and what a second run makes of changed seeds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from etl.errors import InputError
from etl.model import StoryText
from etl.publish import current_name, snapshot_names
from etl.run import run
from etl.tagger.pipeline import document_in_id
from tests.conftest import CLOCK
from tests.small_seeds import DIGEST, TOPIC, TOPICS, WEEKLY, FakeTagger, digest_line, line, write_lines

PROJECT = Path(__file__).resolve().parents[1]


def test_first_run_publishes_every_story_with_its_tags(run_small, snapshot_rows):
    report = run_small()
    assert (report.published, report.documents, report.pieces, report.tagged) == (True, 4, 5, 5)
    assert snapshot_rows("SELECT external_id, source_id, document_id, day FROM story ORDER BY day, external_id") == [
        ("issue-1#1", "weekly", "weekly/issue-1", date(2024, 1, 3)),
        ("issue-1#2", "weekly", "weekly/issue-1", date(2024, 1, 3)),
        ("digest-2024-01-05#1", "digest", "digest/2024-01-05", date(2024, 1, 5)),
        ("issue-2#1", "weekly", "weekly/issue-2", date(2024, 1, 10)),
        ("digest-2024-02-06#4", "digest", "digest/2024-02-06", date(2024, 2, 6)),
    ]
    topics = "SELECT external_id, topic_id, CAST(score AS DECIMAL(5, 4)) FROM story_topic JOIN story USING (story_id) ORDER BY ALL"
    assert snapshot_rows(topics) == [("issue-1#1", "chat", Decimal("0.9000"))]
    regions = "SELECT external_id, region_code, role FROM story_region JOIN story USING (story_id)"
    assert snapshot_rows(regions) == [("issue-1#1", "FR", "mention")]


def test_evidence_gives_the_words_back_from_the_story(run_small, snapshot_rows):
    run_small()
    slices = """
        SELECT e.kind, e.tag_id, substring(CASE e.field WHEN 'title' THEN s.title ELSE s.body END, e.start_char + 1,
                                           e.end_char - e.start_char), e.weight
        FROM evidence AS e JOIN story_fact AS s USING (story_no) ORDER BY ALL"""
    assert snapshot_rows(slices) == [
        ("near", "vision", "camera", 0.75),
        ("near", "vision", "camera", 0.75),
        ("near", "vision", "camera", 0.75),
        ("organization", "acme", "Acme", None),
        ("organization", "acme", "Acme", None),
        ("organization", "acme", "Acme", None),
        ("region", "FR", "French", None),
        ("topic", "chat", "Chatbot", 1.5),
        ("topic", "chat", "chatbot", 1.5),
        ("veto", "vision", "camera", 0.75),
        ("veto", "vision", "camera", 0.75),
        ("veto", "vision", "camera", 0.75),
    ]


def test_second_run_with_nothing_new_publishes_nothing_and_says_so_in_the_log(run_small, published_snapshot):
    before = current_name(published_snapshot)
    report = run_small()
    assert (report.published, report.snapshot, report.tagged) == (False, before, 0)
    assert snapshot_names(published_snapshot) == [before]
    log = [json.loads(text) for text in (published_snapshot.data / "runs.jsonl").read_text().splitlines()]
    assert [(entry["outcome"], entry["snapshot"]) for entry in log] == [("published", before), ("unchanged", before)]
    assert log[1]["dispositions"] == {"document": {"unchanged": 4}, "piece": {"unchanged": 5}}


def test_run_with_nothing_new_does_without_spacy(published_snapshot):
    code = (
        "import sys; from datetime import datetime; from etl.settings import load_settings; from etl.run import run;"
        f"report = run(load_settings(), clock={CLOCK!r}); print(report.published, 'spacy' in sys.modules)"
    ).replace("datetime.datetime", "datetime")
    env = os.environ | {"AINEWS_DATA": str(published_snapshot.data), "AINEWS_SEEDS": str(published_snapshot.seeds)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env=env, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.split() == ["False", "False"], done.stderr


def test_changed_text_updates_the_story_under_its_id(run_small, published_snapshot, snapshot_rows):
    before = snapshot_rows("SELECT story_id, story_no FROM story_fact WHERE external_id = 'issue-1#1'")
    changed = line(1, 1, "2024-01-03", "Robots learn to sing", "No machine talks.")
    write_lines(published_snapshot.seeds / "archive" / "weekly.jsonl", [changed, *WEEKLY[1:]])
    tagger = FakeTagger()
    report = run_small(build=lambda _: tagger)
    assert report.dispositions["piece"] == {"updated": 1, "unchanged": 4}
    assert tagger.seen == ["issue-1#1"]
    after = "SELECT story_id, story_no FROM story_fact WHERE title = 'Robots learn to sing'"
    assert snapshot_rows(after) == before
    assert snapshot_rows("SELECT count(*) FROM topic_fact") == [(0,)]
    assert snapshot_rows("SELECT list_sort(list(DISTINCT kind)) FROM evidence") == [(["near", "organization", "veto"],)]


def test_corrected_date_moves_the_story_and_its_facts(run_small, published_snapshot, snapshot_rows):
    moved = [{**item, "published": "2024-01-04"} for item in WEEKLY[:2]]
    write_lines(published_snapshot.seeds / "archive" / "weekly.jsonl", [*moved, WEEKLY[2]])
    assert run_small().dispositions["piece"] == {"updated": 2, "unchanged": 3}
    assert snapshot_rows("SELECT DISTINCT day FROM topic_fact") == [(date(2024, 1, 4),)]


def test_new_story_in_a_known_issue_is_new_and_the_others_stay(run_small, published_snapshot):
    more = line(1, 3, "2024-01-03", "A third story")
    write_lines(published_snapshot.seeds / "archive" / "weekly.jsonl", [*WEEKLY, more])
    report = run_small()
    assert report.dispositions == {"document": {"split": 1, "unchanged": 3}, "piece": {"new": 1, "unchanged": 5}}


def test_what_left_the_seeds_stays_in_the_snapshot(run_small, published_snapshot, snapshot_rows):
    write_lines(published_snapshot.seeds / "archive" / "digest.jsonl", DIGEST[:1])
    assert not run_small().published
    assert snapshot_rows("SELECT count(*) FROM story") == [(5,)]


def test_new_tagger_version_tags_all_stories_again(run_small, published_snapshot, snapshot_rows):
    tagger = FakeTagger()
    report = run_small(build=lambda _: tagger, version=lambda _: "2.0+cafe0000")
    assert (report.published, report.tagged, len(tagger.seen)) == (True, 5, 5)
    assert report.dispositions["piece"] == {"unchanged": 5}
    assert snapshot_rows("SELECT DISTINCT tagger FROM story_fact") == [("2.0+cafe0000",)]
    assert snapshot_rows("SELECT count(*) FROM topic_fact") == [(1,)]


def test_touched_lexicon_alone_makes_a_new_version(run_small, published_snapshot):
    with (published_snapshot.seeds / "organizations.toml").open("a") as file:
        file.write("# a comment\n")
    assert run_small().tagged == 5


def test_tagger_sees_archive_ids_where_there_are_any(run_small):
    tagger = FakeTagger()
    run_small(build=lambda _: tagger)
    assert tagger.seen == [item["id"] for item in (*WEEKLY, *DIGEST)]


@pytest.mark.parametrize(
    ("day", "why"), [("2024-06-02", "after the run's day"), ("2024-01-02", "before the source existed")]
)
def test_impossible_date_is_quarantined_with_its_reason(run_small, published_snapshot, snapshot_rows, day, why):
    write_lines(published_snapshot.seeds / "archive" / "weekly.jsonl", [*WEEKLY, line(9, 1, day, "Too soon or late")])
    report = run_small()
    assert report.dispositions["document"] == {"unchanged": 4, "quarantined:date": 1}
    assert report.dispositions["piece"] == {"unchanged": 5, "quarantined:date": 1}
    ((detail,),) = snapshot_rows("SELECT detail FROM ledger_item WHERE level = 'document' AND disposition LIKE 'q%'")
    assert why in detail
    assert not run_small().published, "the same set aside again is no news"


def test_date_in_the_future_is_taken_once_its_day_has_come(run_small, published_snapshot):
    late = line(9, 1, "2024-06-02", "Tomorrow's story")
    write_lines(published_snapshot.seeds / "archive" / "weekly.jsonl", [*WEEKLY, late])
    run_small()
    assert run_small(clock=datetime(2024, 6, 3)).dispositions["piece"] == {"unchanged": 5, "new": 1}


def test_today_is_the_day_in_the_named_zone(run_small, empty_data):
    write_lines(empty_data.seeds / "archive" / "weekly.jsonl", [*WEEKLY, line(9, 1, "2024-06-02", "Tomorrow in UTC")])
    evening = datetime(2024, 6, 1, 23)
    ahead = run(replace(empty_data, time_zone="Asia/Tokyo"), clock=evening, build=lambda _: FakeTagger())
    assert ahead.dispositions["piece"] == {"new": 6}
    behind = replace(empty_data, data=empty_data.data / "other")
    assert run(behind, clock=evening, build=lambda _: FakeTagger()).dispositions["piece"] == {
        "new": 5,
        "quarantined:date": 1,
    }


def test_malformed_line_is_quarantined_by_file_and_line_and_the_rest_goes_on(run_small, empty_data, snapshot_rows):
    with (empty_data.seeds / "archive" / "weekly.jsonl").open("a") as file:
        file.write(
            '{"id": "issue-3#1", "title": \n' + json.dumps(line(3, 2, "2024-01-17", "After the broken line")) + "\n"
        )
    report = run_small()
    assert report.dispositions["document"] == {"split": 5, "quarantined:malformed": 1}
    ((key, detail),) = snapshot_rows("SELECT key, detail FROM ledger_item WHERE disposition = 'quarantined:malformed'")
    assert key == "archive/weekly.jsonl:4"
    assert "no JSON" in detail


def add_issue(seeds: Path, *, text: str, slug: str = "issue-2", day: str = "2024-01-10") -> None:
    """An issue of The Weekly as a file beside the manifest, and the rules that the real seeds split with."""
    rules = PROJECT / "seeds" / "newsletter_rules.toml"
    (seeds / "newsletter_rules.toml").write_bytes(rules.read_bytes())
    (seeds / "newsletters" / f"{slug}.md").write_text(text, encoding="utf-8")
    (seeds / "newsletters" / "manifest.toml").write_text(
        f'[[issue]]\nfile = "{slug}.md"\nsource = "weekly"\npublished = {day}\nnumber = 2\nslug = "{slug}"\n'
        f'address = "https://weekly.example/issues/{slug}/"\n'
    )


ISSUE = (
    "# A camera counts whales\n\nSeen from above, whales are counted by a camera.\n\nWhy it matters: whales matter.\n"
)


def test_issue_that_the_archive_holds_is_not_taken_again(run_small, empty_data, snapshot_rows):
    add_issue(empty_data.seeds, text=ISSUE)
    report = run_small()
    assert report.dispositions["document"] == {"split": 4, "unchanged:held": 1}
    assert snapshot_rows("SELECT count(*), count(DISTINCT document_id) FROM story") == [(5, 4)]
    assert not run_small().published


def test_issue_that_the_archive_does_not_hold_is_split_and_tagged(run_small, published_snapshot, snapshot_rows):
    add_issue(published_snapshot.seeds, text=ISSUE, slug="issue-3", day="2024-01-17")
    assert run_small().dispositions["document"] == {"unchanged": 4, "split": 1}
    row = "SELECT title, text_kind, source_id, day FROM story WHERE document_id = 'weekly/issue-3'"
    assert snapshot_rows(row) == [("A camera counts whales", "full", "weekly", date(2024, 1, 17))]


def test_tagger_knows_the_stories_of_an_issues_file_by_the_document_that_labels_name(
    run_small, published_snapshot, snapshot_rows
):
    add_issue(published_snapshot.seeds, text=ISSUE, slug="issue-3", day="2024-01-17")
    tagger = FakeTagger()
    run_small(build=lambda _: tagger)
    ((story_id,),) = snapshot_rows("SELECT story_id FROM story WHERE document_id = 'weekly/issue-3'")
    assert tagger.seen == [f"issue-3#{story_id}"]
    assert document_in_id(StoryText(tagger.seen[0], "", "")) == "issue-3", "weights that learned from it are not used"


def test_issue_without_a_story_is_quarantined(run_small, empty_data):
    add_issue(empty_data.seeds, text="\n", slug="issue-3", day="2024-01-17")
    assert run_small().dispositions["document"] == {"split": 4, "quarantined:no-story": 1}


def test_new_topic_takes_the_next_number_and_the_others_keep_theirs(run_small, published_snapshot, snapshot_rows):
    new = TOPIC.format(id="sound", name="Sound", style=9, phrase="sound")
    (published_snapshot.seeds / "topics.toml").write_text(new + TOPICS)
    desks = (published_snapshot.seeds / "desks.toml").read_text()
    (published_snapshot.seeds / "desks.toml").write_text(desks.replace('["chat"', '["sound", "chat"'))
    run_small()
    numbers = "SELECT id, topic_no, style_no FROM topic ORDER BY topic_no"
    assert snapshot_rows(numbers) == [("chat", 1, 0), ("vision", 2, 1), ("sound", 3, 9)]


def test_renamed_topic_keeps_its_number_and_stories(run_small, published_snapshot, snapshot_rows):
    renamed = TOPICS.replace('id = "vision"', 'id = "seeing"\nwas = ["vision"]')
    (published_snapshot.seeds / "topics.toml").write_text(renamed)
    desks = (published_snapshot.seeds / "desks.toml").read_text()
    (published_snapshot.seeds / "desks.toml").write_text(desks.replace("vision", "seeing"))
    run_small(build=lambda _: OnlyChat())
    assert snapshot_rows("SELECT id, topic_no FROM topic ORDER BY ALL") == [("chat", 1), ("seeing", 2)]


class OnlyChat(FakeTagger):
    def tag(self, stories):
        return super().tag(type(story)(story.id, "A chatbot", "") for story in stories)


def test_changed_event_publishes_without_tagging(run_small, published_snapshot, snapshot_rows):
    events = (published_snapshot.seeds / "events.toml").read_text()
    (published_snapshot.seeds / "events.toml").write_text(events.replace("A launch", "Another launch"))
    report = run_small()
    assert (report.published, report.tagged) == (True, 0)
    assert snapshot_rows("SELECT label FROM event") == [("Another launch",)]


def test_organization_that_no_seed_lists_gets_a_number_once(run_small, empty_data, snapshot_rows):
    lines = [line(4, n, "2024-01-31", f"Story {n}", "Studio Nord paints.") for n in (1, 2)]
    write_lines(empty_data.seeds / "archive" / "weekly.jsonl", [*WEEKLY, *lines])
    run_small()
    unknown = "SELECT id, known, country FROM organization WHERE NOT known"
    assert snapshot_rows(unknown) == [("x:studio nord", False, None)]
    run_small(version=lambda _: "again")
    assert snapshot_rows("SELECT id, known FROM organization ORDER BY id") == [("acme", True), ("x:studio nord", False)]


def test_expected_issues_leave_out_pauses_and_follow_moved_days(run_small, snapshot_rows):
    run_small()
    january = """SELECT day FROM source_expected JOIN source USING (source_no)
                 WHERE id = 'weekly' AND day < DATE '2024-02-15' ORDER BY day"""
    days = [day.isoformat() for (day,) in snapshot_rows(january)]
    assert days == ["2024-01-03", "2024-01-10", "2024-01-17", "2024-01-31", "2024-02-08", "2024-02-14"]
    horizon = "SELECT max(day), count(*) FROM source_expected JOIN source USING (source_no) WHERE id = 'digest'"
    assert snapshot_rows(horizon) == [(date(2025, 12, 1), 24)]


def test_missing_archive_file_is_an_error_with_the_remedy(run_small, published_snapshot):
    (published_snapshot.seeds / "archive" / "weekly.jsonl").unlink()
    with pytest.raises(InputError, match=r"weekly\.jsonl: the archive can't be read .*restore it"):
        run_small()


def test_new_story_is_added_by_digest_source_too(run_small, published_snapshot, snapshot_rows):
    more = digest_line("2024-03-05", 2, "A middling model")
    write_lines(published_snapshot.seeds / "archive" / "digest.jsonl", [*DIGEST, more])
    assert run_small().dispositions["piece"] == {"unchanged": 5, "new": 1}
    assert snapshot_rows("SELECT max(story_no), count(*) FROM story_fact") == [(6, 6)]
