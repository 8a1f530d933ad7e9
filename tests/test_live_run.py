"""A run over sources that are fetched: what came is stored once, what failed is said, and the rest goes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from etl.fetch.line import Line
from etl.fetch.model import FetchProblem
from etl.intake import Chosen
from etl.run import Mode
from etl.run_log import RunReport
from etl.settings import Settings
from tests.conftest import CLOCK, RunSmall
from tests.live import FEED, MAY, THREE, Canned, add_source, feed

RunLive = Callable[..., RunReport]
DOWN = FetchProblem("timeout", "no answer within 30 s")


@pytest.fixture
def run_live(run_small: RunSmall, published_snapshot: Settings) -> RunLive:
    """Run with one live source whose feed says `answer` (bytes or a problem)."""
    add_source(published_snapshot.desk)

    def run_with(
        answer: bytes | FetchProblem = THREE, *, etag: str | None = None, clock: datetime = CLOCK, **mode: object
    ) -> RunReport:
        fetcher = mode.pop("fetcher", None) or Canned({FEED: answer}, at=clock, etag=etag)
        return run_small(clock=clock, mode=Mode(line=Line(fetcher), **mode))

    return run_with


def test_stories_of_a_feed_are_stored_with_their_day_and_tags(run_live, snapshot_rows):
    done = run_live()
    assert (done.published, done.dispositions["piece"]["new"], done.outcomes[0].outcome) == (True, 3, "ok")
    rows = snapshot_rows("SELECT title, day, date_from, url FROM story WHERE source_id = 'press' ORDER BY day")
    assert [(row[0], str(row[1]), row[2]) for row in rows] == [
        ("Chatbots in the kitchen", "2024-05-24", "document"),
        ("A camera for the garden shed", "2024-05-27", "document"),
        ("Acme moves to Lyon for good", "2024-05-28", "document"),
    ]
    assert rows[0][3] == "https://press.example/one"
    tagged = snapshot_rows("SELECT count(*) FROM story_topic JOIN story USING (story_id) WHERE source_id = 'press'")
    assert tagged == [(3,)]


def test_same_feed_again_publishes_nothing(run_live):
    run_live()
    again = run_live(clock=CLOCK + timedelta(hours=1))
    assert (again.published, again.dispositions["piece"]) == (False, {"unchanged": 8})


def test_new_entry_is_added_and_the_others_stay(run_live, snapshot_rows):
    run_live()
    before = snapshot_rows("SELECT story_id FROM story WHERE source_id = 'press'")
    done = run_live(feed(("four", "A fourth thing about chatbots", "Wed, 29 May 2024 08:00:00 GMT")))
    assert done.dispositions["piece"]["new"] == 1
    after = snapshot_rows("SELECT story_id FROM story WHERE source_id = 'press'")
    assert set(before) < set(after)
    assert len(after) == 4


def test_marks_of_an_answer_are_remembered_and_sent_the_next_time(run_live):
    run_live(etag='"v1"')
    fetcher = Canned({FEED: THREE}, at=CLOCK, etag='"v1"')
    done = run_live(fetcher=fetcher)
    assert fetcher.asked[0].validators.etag == '"v1"'
    assert (done.published, done.outcomes[0].outcome) == (False, "unchanged")


def test_source_that_fails_is_told_and_holds_up_no_other(run_live, published_snapshot, snapshot_rows):
    add_source(published_snapshot.desk, id="radio", name="The Radio", address="https://radio.example/feed")
    done = run_live(fetcher=Canned({FEED: THREE, "https://radio.example/feed": DOWN}, at=CLOCK))
    assert [(o.source_id, o.outcome, o.reason) for o in done.outcomes] == [
        ("press", "ok", None),
        ("radio", "failed", "timeout"),
    ]
    assert (done.dispositions["piece"]["new"], done.down) == (3, ())
    assert snapshot_rows("SELECT source_id, outcome, reason FROM source_run ORDER BY source_id") == [
        ("press", "ok", None),
        ("radio", "failed", "timeout"),
    ]
    line = json.loads((published_snapshot.data / "runs.jsonl").read_text().splitlines()[-1])
    assert line["sources"]["radio"] == {"outcome": "failed", "documents": 0, "reason": "timeout", "detail": DOWN.detail}


def test_required_source_that_fails_counts_at_once(run_small, published_snapshot):
    add_source(published_snapshot.desk, more="required = true\n")
    done = run_small(mode=Mode(line=Line(Canned({FEED: DOWN}, at=CLOCK))))
    assert done.down == ("press",)


def test_other_source_counts_when_it_failed_three_times_in_a_row(run_live):
    assert [run_live(DOWN, clock=CLOCK + timedelta(hours=n)).down for n in range(4)] == [
        (),
        (),
        ("press",),
        ("press",),
    ]
    assert run_live(clock=CLOCK + timedelta(hours=5)).down == ()
    assert run_live(DOWN, clock=CLOCK + timedelta(hours=6)).down == ()


def test_only_the_chosen_source_is_asked_and_read(run_live, published_snapshot):
    add_source(published_snapshot.desk, id="radio", name="The Radio", address="https://radio.example/feed")
    fetcher = Canned({FEED: THREE}, at=CLOCK)
    done = run_live(fetcher=fetcher, chosen=Chosen(only=frozenset(["press"])))
    assert [ask.address for ask in fetcher.asked] == [FEED]
    assert done.dispositions["piece"] == {"new": 3}


def test_dry_run_says_what_would_come_and_leaves_no_trace(run_live, published_snapshot):
    before = sorted(path for path in published_snapshot.data.rglob("*"))
    log = (published_snapshot.data / "runs.jsonl").read_bytes()
    done = run_live(dry=True)
    assert (done.published, done.dispositions["piece"]) == (False, {"new": 3, "unchanged": 5})
    assert sorted(path for path in published_snapshot.data.rglob("*")) == before
    assert (published_snapshot.data / "runs.jsonl").read_bytes() == log


def test_dry_run_before_the_first_snapshot_counts_everything_as_new(run_small, empty_data):
    done = run_small(mode=Mode(dry=True))
    assert (done.published, done.snapshot, done.dispositions["piece"]) == (False, "", {"new": 5})
    assert not (empty_data.data / "current").exists()


def test_live_source_is_covered_from_its_first_story_on(run_live, snapshot_rows):
    run_live()
    rows = snapshot_rows(
        "SELECT from_day, to_day, reason FROM source_coverage WHERE source_id = 'press' ORDER BY from_day"
    )
    assert [(str(a), str(b), why) for a, b, why in rows] == [
        ("2020-01-01", "2024-05-23", "not taken in before 24 May 2024"),
        ("2024-05-24", "None", None),
    ]


def test_source_that_is_only_offered_is_in_no_list(run_small, empty_data, snapshot_rows):
    add_source(empty_data.desk)
    path = empty_data.desk / "sources.toml"
    path.write_text(path.read_text().replace("fetch = true", "fetch = false"))
    run_small()
    assert snapshot_rows("SELECT id FROM source ORDER BY id") == [("digest",), ("weekly",)]


def test_near_identical_story_of_another_source_is_a_copy(run_live, published_snapshot, snapshot_rows):
    radio = "https://radio.example/feed"
    add_source(published_snapshot.desk, id="radio", name="The Radio", address=radio)
    text = (
        "Acme has opened a laboratory in Lyon where forty engineers will build a chatbot for French farmers, it said."
    )
    one, two = (feed((slug, "Acme opens Lyon lab for farm chatbot", MAY), text=text) for slug in ("a", "b"))
    done = run_live(fetcher=Canned({FEED: one, radio: two.replace(b"press.example", b"radio.example")}, at=CLOCK))
    assert done.dispositions["piece"] == {"unchanged": 5, "new": 1, "copy": 1}
    rows = snapshot_rows("SELECT source_id, is_lead FROM story WHERE title LIKE 'Acme opens Lyon%' ORDER BY is_lead")
    assert sorted(lead for _, lead in rows) == [False, True]
    assert snapshot_rows("SELECT count(*) FROM ledger_item WHERE disposition = 'copy'") == [(1,)]


def test_fetch_state_goes_back_with_a_rollback(run_live, published_snapshot):
    from etl.publish import rollback

    run_live(etag='"v1"')
    rollback(published_snapshot)
    fetcher = Canned({FEED: THREE}, at=CLOCK, etag='"v1"')
    assert run_live(fetcher=fetcher).published
    assert fetcher.asked[0].validators is None


def test_rule_13_feed_that_had_moved_on_leaves_a_gap_with_its_reason(run_live, snapshot_rows):
    run_live()
    later = feed(("nine", "Robots bake bread in Brest", "Mon, 10 Jun 2024 09:00:00 GMT"))
    run_live(later, clock=datetime(2024, 6, 11, 12))
    rows = snapshot_rows(
        "SELECT from_day, to_day, reason FROM source_coverage WHERE source_id = 'press' ORDER BY from_day"
    )
    assert [(str(a), str(b), why) for a, b, why in rows[1:]] == [
        ("2024-05-24", "2024-05-28", None),
        ("2024-05-29", "2024-06-09", "what came out meanwhile had left the feed when it was asked again"),
        ("2024-06-10", "None", None),
    ]
    assert run_live(later, clock=datetime(2024, 6, 11, 13)).published is False


def test_feed_that_still_shows_what_is_held_leaves_no_gap(run_live, snapshot_rows):
    run_live()
    more = THREE.replace(
        b"</channel>", feed(("ten", "Robots", "Mon, 10 Jun 2024 09:00:00 GMT")).split(b"</title>", 1)[1]
    )
    run_live(more.replace(b"</channel></rss></channel></rss>", b"</channel></rss>"), clock=datetime(2024, 6, 11, 12))
    assert snapshot_rows("SELECT count(*) FROM source_gap") == [(0,)]
    assert snapshot_rows("SELECT count(*) FROM story WHERE source_id = 'press'") == [(4,)]
