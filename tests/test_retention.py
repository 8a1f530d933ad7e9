"""Which snapshots stay, and which raw answers they need."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.desk import append, desk_stamp, read_entries
from dashboard.filters import Filters
from dashboard.named import removal, undoing
from dashboard.saved_views import renamed_value, set_view, value_of, views_of
from dashboard.shown import Data, Number, Shown
from etl.fetch.raw import keep_raw
from etl.publish import current_name, prune, snapshot_names, snapshot_path
from etl.retention import Keep, kept, kept_digests, moment_of_name, named_by_desk, prune_raw, run_of_name
from etl.settings import Settings

NOON = datetime(2024, 6, 1, 12)


def name_at(moment: datetime, run_id: str = "0" * 8) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}-{run_id}"


MOMENTS = st.lists(st.datetimes(datetime(2023, 1, 1), datetime(2024, 6, 1)), max_size=60)
KEEP = st.builds(Keep, last=st.integers(0, 6), daily=st.integers(0, 40), monthly=st.booleans())


# The decision


@given(MOMENTS, KEEP, st.data())
def test_exactly_the_last_the_daily_the_monthly_and_the_needed_stay(moments, keep, data):
    names = sorted({name_at(moment) for moment in moments})
    needed, parts = (set(data.draw(st.lists(st.sampled_from(names)))) if names else set() for _ in range(2))
    found = kept(names, keep, needed=needed | {name_at(datetime(1999, 1, 1))}, parts=parts)
    newest = moment_of_name(names[-1]).date() if names else None
    for place, name in enumerate(names):
        day = moment_of_name(name).date()
        later = [moment_of_name(other).date() for other in names[place + 1 :]]
        reasons = (
            name not in parts and len(set(names[place:]) - parts) <= keep.last,
            (newest - day).days < keep.daily and day not in later,
            keep.monthly and (day.year, day.month) not in {(other.year, other.month) for other in later},
            name in needed,
        )
        assert (name in found) == any(reasons)
    assert found <= set(names)


@given(MOMENTS, KEEP, st.data())
def test_pruning_after_each_run_keeps_what_pruning_once_would(moments, keep, data):
    held: set[str] = set()
    names = sorted({name_at(moment) for moment in moments})
    parts = set(data.draw(st.lists(st.sampled_from(names)))) if names else set()
    for name in names:
        held = set(kept({*held, name}, keep, parts=parts))
    assert held == kept(names, keep, parts=parts)


def test_a_year_of_hourly_snapshots_comes_down_to_a_handful():
    hourly = [name_at(NOON - timedelta(hours=hours)) for hours in range(365 * 24)]
    found = sorted(kept(hourly, Keep(5, 30, True)))
    assert len(found) == 4 + 30 + 11  # the newest is the last of its day too, and the last of May is one of the 30 days
    assert found[-5:] == sorted(hourly)[-5:]
    assert found[0] == "20230630T230000Z-00000000"


def test_more_days_than_there_ever_were_keep_all(many_snapshots):
    """Who writes a million for "always" means that."""
    always = replace(many_snapshots, keep_daily=10**12, raw_days=10**12)
    names = snapshot_names(always)
    assert kept(names, Keep(last=1, daily=always.keep_daily, monthly=False)) == set(names)
    fetched(always, "aaaaaaaa", b"old", at=NOON - timedelta(days=4000))
    assert prune_raw(always, clock=NOON) == []


def test_a_name_says_when_and_by_which_run():
    assert moment_of_name("20240601T120000Z-0123abcd") == NOON
    assert run_of_name("20240601T120000Z-0123abcd") == "0123abcd"


# What the desk names


NAMES = [name_at(NOON - timedelta(days=days)) for days in range(100, 110)]


def view(number: int, value: object, *, undoes: str | None = None) -> dict[str, object]:
    return {"v": 1, "id": f"e{number}", "at": "2024-06-01T12:00:00Z", "by": "ed", "kind": "view", "story_id": None,
            "tag_id": f"view-{number}", "action": "set", "value": value, "why": None, "undoes": undoes}  # fmt: skip


def write_desk(desk: Path, *entries: dict[str, object], tail: str = "") -> None:
    desk.mkdir(parents=True, exist_ok=True)
    (desk / "views.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in entries) + tail, encoding="utf-8")


def test_a_view_names_a_snapshot_anywhere_in_its_value_until_it_is_undone(tmp_path: Path):
    write_desk(
        tmp_path,
        view(1, {"link": f"?show=topic:agents&snapshot={NAMES[0]}&was=3.40"}),
        view(2, [{"deep": [NAMES[1]]}]),
        view(3, NAMES[2]),
        view(4, None, undoes="e3"),
        view(5, 12),
    )
    assert named_by_desk(tmp_path) == {NAMES[0], NAMES[1]}


def test_a_view_saved_on_a_page_names_its_snapshot_under_any_name_until_it_is_removed(tmp_path: Path):
    """What the pages write is what is read here."""
    shown = Shown("topics", {"bars": ["topics"]}, Data(NAMES[0], NOON), numbers=(Number("topic:a", "A", 3, 40),))
    value = value_of(shown, "Topics of May", Filters())
    append(tmp_path, [set_view("view-1", value, "", by="Ada")])
    assert named_by_desk(tmp_path) == {NAMES[0]}
    (view,) = views_of(entries := read_entries(desk_stamp(tmp_path)).entries).kept
    append(tmp_path, [set_view(view.id, renamed_value(entries, view, "Topics of spring"), "Why", by="Bo")])
    assert named_by_desk(tmp_path) == {NAMES[0]}
    (gone,) = append(tmp_path, [removal("view", view.id, "Topics of spring", by="Bo")])
    assert named_by_desk(tmp_path) == frozenset()
    append(tmp_path, [undoing("view", view.id, gone.id, by="Ada")])
    assert named_by_desk(tmp_path) == {NAMES[0]}


def test_a_report_or_another_text_of_the_desk_names_one_too(tmp_path: Path):
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "june.md").write_text(f"Data of {NAMES[0]}.", encoding="utf-8")
    (tmp_path / "views.toml").write_text(f'snapshot = "{NAMES[1]}"', encoding="utf-8")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "log.txt").write_text(NAMES[2], encoding="utf-8")
    assert named_by_desk(tmp_path) == {NAMES[0], NAMES[1]}
    assert named_by_desk(tmp_path / "nowhere") == frozenset()


def test_a_slip_in_the_desk_deletes_nothing_that_is_named(tmp_path: Path):
    write_desk(tmp_path, view(1, NAMES[0]), view(2, NAMES[1]), tail="{ a slip\n")
    assert named_by_desk(tmp_path) == {NAMES[0], NAMES[1]}


# On disk


@pytest.fixture
def many_snapshots(published_snapshot: Settings) -> Settings:
    """A current snapshot, and ten older ones, one a day a hundred days before."""
    for name in NAMES:
        snapshot_path(published_snapshot, name).touch()
    return published_snapshot


def test_what_a_view_names_and_what_the_current_one_was_made_from_survive(many_snapshots):
    current = current_name(many_snapshots)
    write_desk(many_snapshots.desk, view(1, f"snapshot={NAMES[9]}"))
    deleted = prune(many_snapshots, keep=NAMES[8])
    assert snapshot_names(many_snapshots) == sorted(
        [NAMES[9], NAMES[8], NAMES[1], NAMES[0], current]
    )  # keep_snapshots = 3
    assert deleted == sorted(NAMES[2:8])


def test_a_snapshot_that_can_not_be_deleted_does_not_fail_the_run(many_snapshots, monkeypatch):
    def refuse(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    assert prune(many_snapshots) == []


def test_a_desk_that_can_not_be_read_deletes_nothing(many_snapshots, monkeypatch):
    def refuse(desk: Path) -> frozenset[str]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("etl.publish.named_by_desk", refuse)
    assert prune(many_snapshots) == []


def fetched(settings: Settings, run_id: str, body: bytes, *, at: datetime) -> str:
    """A run that received this body: its fetch log and the body, both of that time."""
    digest = keep_raw(settings.data / "raw", body, at=at)
    log = settings.data / "fetch" / f"{run_id}.jsonl"
    log.parent.mkdir(exist_ok=True)
    log.write_text(
        json.dumps({"source_id": "weekly", "asked": "https://weekly.example/", "status": 200, "digest": digest})
        + '\n{"digest'
    )
    moment = at.replace(tzinfo=UTC).timestamp()
    os.utime(log, (moment, moment))
    return digest


def test_what_a_kept_snapshot_needs_is_never_pruned_and_the_rest_after_its_days(many_snapshots):
    run_id = run_of_name(current_name(many_snapshots))
    needed = fetched(many_snapshots, run_id, b"needed", at=NOON - timedelta(days=400))
    fetched(many_snapshots, "aaaaaaaa", b"needed", at=NOON - timedelta(days=400))
    fetched(many_snapshots, "bbbbbbbb", b"old", at=NOON - timedelta(days=91))
    young = fetched(many_snapshots, "cccccccc", b"young", at=NOON - timedelta(days=89))  # raw_days = 90
    assert kept_digests(many_snapshots) == {needed}
    assert prune_raw(many_snapshots, clock=NOON) == ["aaaaaaaa", "bbbbbbbb"]
    assert {path.stem for path in (many_snapshots.data / "fetch").iterdir()} == {run_id, "cccccccc"}
    assert {path.name.partition(".")[0] for path in (many_snapshots.data / "raw").rglob("*.gz")} == {needed, young}


def test_pruning_where_nothing_was_ever_fetched(published_snapshot):
    assert prune_raw(published_snapshot, clock=NOON) == []
    assert kept_digests(published_snapshot) == frozenset()
