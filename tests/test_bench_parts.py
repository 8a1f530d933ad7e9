"""The parts of the benchmark: what their ratios are of, what they leave out and say so, and what the matchers of names find."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.bench import __main__ as bench
from tests.bench import etl_run, kept, machine, matchers, report, scale
from tests.bench.extras import extra
from tests.bench.kept import KeptPart, read_kept
from tests.bench.parts import PARTS, people, refresh, tagging
from tests.bench.pieces.stages import Stages
from tests.bench.ratios import Ratios

NAMES = {"Acme": "acme", "Nord Labs": "nord"}
TEXTS = ["Acme pays Nord Labs.", "Nobody pays acme."]
WORDS = {"usual": 1_000, "with": 4_000, "without": 20_000, "tokenizer": 8_000}
TAGGING = {
    "one_core": {"stories": 5, "words": 900, "names": 2, "words_per_s": WORDS},
    "two_cores": {"with": {"words": 800, "one": {"seconds": 2.0}, "pool": {"seconds": 1.0}, "by_clock": 2.0, "by_processor": 1.9}},
    "memory": {"stories": 9, "early_mb": 200.0, "peak_mb": 210.0},
    "left_out": {"flashtext2": "not installed"},
}  # fmt: skip
SIZE = {
    "refresh_s": 5.0,
    "at_work_s": 2.0,
    "peak_mb": 400,
    "snapshot_mb": 20.0,
    "bytes_a_story": 2000,
    "text_bytes_a_story": 250,
}
REFRESH = {"sizes": {"10000": SIZE, "100000": SIZE | {"at_work_s": 3.0, "bytes_a_story": 1000}}, "left_out": {}}
STAMP = {
    "at": "2026-11-26T10:00:00+00:00",
    "load": 0.5,
    "processor": "Some",
    "cores": 2,
    "memory_gb": 8,
    "versions": {},
}


@pytest.mark.parametrize("name", matchers.RAW)
def test_matchers_find_the_names(name: str):
    if extra(name) is None:
        pytest.skip(f"{name} is not installed: pip install -e '.[bench]'")
    found, left_out = matchers.raw_matchers(NAMES)
    assert found[name](TEXTS) == 2
    assert name not in left_out


def test_the_ruler_finds_the_names():
    nlp = matchers.entity_ruler(NAMES)
    assert [[ent.ent_id_ for ent in nlp(text).ents] for text in TEXTS] == [["acme", "nord"], []]


def test_a_matcher_that_is_not_installed_is_left_out(monkeypatch: pytest.MonkeyPatch):
    for name in matchers.RAW:
        monkeypatch.setitem(sys.modules, name, None)
    found, left_out = matchers.raw_matchers(NAMES)
    assert found == {}
    assert all("pip install -e '.[bench]'" in why for why in left_out.values())
    assert left_out.keys() == set(matchers.RAW)


def test_ratios_of_tagging_are_ours_to_theirs():
    found = tagging.ratios(TAGGING)
    assert found.higher == {
        "with recognizer: ours to usual": 4.0, "with recognizer: ours to tokenizer": 0.5,
        "without recognizer: ours to usual": 20.0, "without recognizer: ours to tokenizer": 2.5,
        "with recognizer: two cores to one": 1.9,
    }  # fmt: skip
    assert found.lower == {"memory: all stories to first": 1.05}
    assert "| spaCy's tokenizer alone | 8,000 | 2 |" in tagging.table(TAGGING)
    assert "| this tagger | 400 | 800 | 2.0 | 1.9 |" in tagging.table(TAGGING)


def test_ratios_of_refreshes_are_by_size_and_to_the_text():
    assert refresh.ratios(REFRESH).lower == {
        "seconds of processor: 100,000 to 10,000 stories": 1.5,
        "peak of memory: 100,000 to 10,000 stories": 1.0,
        "100,000 stories: snapshot to text": 4.0,
    }
    assert "| 100,000 | 5.0 s | 3.0 s | 400 MB | 20.0 MB | 1,000 | 250 |" in refresh.table(REFRESH)


def crowd(data: Path, *, minutes: float, people: int) -> dict[str, Any]:
    """The more people, the slower; fifty are too many."""
    if people == 50:
        raise TimeoutError
    told = {"clicks": people, "median_s": 0.1 * people, "p95_s": 0.2 * people, "longest_s": 1.0, "first_s": 0.5}
    return told | {"errors": {}, "traces": 0, "peak_mb": 200 + 10 * people}


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setattr(people, "at_hand", lambda most: [10_000, 1_000_000])
    monkeypatch.setattr(people, "stored_world", lambda size: Path("world"))
    monkeypatch.setattr(people, "brought_up", lambda data: data)
    monkeypatch.setattr(people.dashboard_load, "measure", crowd)
    return people.measure()


def test_many_people_are_told_against_few_and_those_who_waited_in_vain_are_named(crowded: dict[str, Any]):
    assert people.ratios(crowded).lower == {"1,000,000 stories, a change: 20 people to 5": 4.0}
    assert list(crowded["people"]) == ["1", "5", "20"]
    assert "120 s" in crowded["left_out"]["50 people"]
    fifty = crowded["people"] | {"50": {"peak_mb": 500, "median_s": 1.0}}
    assert people.ratios(crowded | {"people": fifty}).lower["1,000,000 stories, memory: 50 people to 5"] == 2.0


def test_keep_writes_the_ratios_measured_last_and_leaves_other_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    before = {"people": KeptPart(Ratios(lower={"a": 2.0}), "2026-11-01", "command", 0.1)}
    (tmp_path / "kept.toml").write_text(kept.as_toml(before), encoding="utf-8")
    report.store("tagging", report.Measured("python -m tests.bench", STAMP, TAGGING), tmp_path)
    monkeypatch.setattr(kept, "FILE", tmp_path / "kept.toml")
    monkeypatch.setattr(report, "FOLDER", tmp_path)
    bench.main(["tagging", "people", "--keep"])
    found = read_kept(tmp_path / "kept.toml")
    assert found["people"] == before["people"]
    assert found["tagging"] == KeptPart(tagging.ratios(TAGGING), "2026-11-26", "python -m tests.bench", 0.5)
    assert "people: not measured yet" in capsys.readouterr().err


def test_an_unknown_part_is_refused_with_those_that_there_are(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        bench.main(["taging"])
    told = capsys.readouterr().err
    assert "no part is called taging" in told
    assert ", ".join(PARTS) in told


def test_a_kept_world_is_used_while_migrations_and_tagger_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Seeds that are not there have a version, too."""
    assert scale.usable(tmp_path) is False
    (tmp_path / scale.STAMP).write_text(scale.made_with(tmp_path), encoding="utf-8")
    assert scale.usable(tmp_path) is True
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "topics.toml").write_text("[topic]", encoding="utf-8")
    assert scale.usable(tmp_path) is False
    (tmp_path / scale.STAMP).write_text(scale.made_with(tmp_path), encoding="utf-8")
    monkeypatch.setattr(scale, "SCHEMA", tmp_path)
    assert scale.usable(tmp_path) is False


@pytest.mark.parametrize(
    ("made", "large", "sizes", "left_out"),
    [
        ([10_000], False, 2, ["1,000,000 stories stored", "10,000,000 stories stored"]),
        ([10_000, 1_000_000], False, 3, ["10,000,000 stories stored"]),
        ([], True, 4, []),
    ],
    ids=["small", "a million at hand", "large"],
)
def test_refreshes_go_on_to_what_is_at_hand(
    monkeypatch: pytest.MonkeyPatch, made: list[int], large: bool, sizes: int, left_out: list[str]
):
    monkeypatch.setattr(refresh, "at_hand", lambda most: made)
    monkeypatch.setattr(refresh, "_of_size", lambda size: SIZE)
    found = refresh.measure(large=large)
    assert (len(found["sizes"]), list(found["left_out"])) == (sizes, left_out)


def test_a_part_is_measured_stored_compared_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    before = {
        "refresh": KeptPart(Ratios(lower={"100,000 stories: snapshot to text": 2.0}), "2026-11-01", "command", 0.1)
    }
    (tmp_path / "kept.toml").write_text(kept.as_toml(before), encoding="utf-8")
    monkeypatch.setattr(kept, "FILE", tmp_path / "kept.toml")
    monkeypatch.setattr(report, "FOLDER", tmp_path)
    monkeypatch.setattr(refresh, "_of_size", lambda size: REFRESH["sizes"][str(size)])
    monkeypatch.setattr(refresh, "at_hand", lambda most: [])
    monkeypatch.setattr(machine, "settle", lambda: None)
    bench.main(["refresh"])
    told = capsys.readouterr().out
    assert "refresh: WORSE by 100 %: 100,000 stories: snapshot to text: 4, kept 2" in told
    assert "refresh: 10,000,000 stories stored: only with --large" in told
    stored = report.stored(tmp_path)["refresh"]
    assert (stored.command, stored.figures["sizes"]) == ("python -m tests.bench refresh", REFRESH["sizes"])
    assert "WORSE by 100 %" in (tmp_path / report.REPORT).read_text(encoding="utf-8")
    assert (tmp_path / report.PLOTS).exists()


def test_memory_of_a_backfill_is_told_by_what_a_story_more_takes():
    found = {50_000: {"peak_mb": 600.0}, 200_000: {"peak_mb": 660.0}, 100_000: {"peak_mb": 700.0}}
    assert scale.bytes_a_story(found) == 400
    assert scale.bytes_a_story({50_000: {"peak_mb": 600.0}}) is None
    assert scale.bytes_a_story({50_000: {"peak_mb": None}, 100_000: {"peak_mb": 1.0}}) is None


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peaks of processes apart are read from /proc")
def test_what_a_command_and_its_processes_hold_is_told_apart(tmp_path: Path):
    held = "x = bytearray({} * 10**6); import time; time.sleep({})"
    child = f"import subprocess, sys; x = bytearray(60 * 10**6); subprocess.run([sys.executable, '-c', {held.format(150, 1)!r}])"
    with subprocess.Popen([sys.executable, "-c", child]) as process, etl_run._peaks(process.pid) as peaks:
        process.wait()
    own = peaks.pop(process.pid)
    assert 60 < own < 150 < max(peaks.values()) < 300


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="peaks begin anew by way of /proc")
def test_peak_of_each_part_is_told_by_the_lines_of_the_log(tmp_path: Path):
    log = tmp_path / "runs.jsonl"
    child = f"""
import time
for size in (150, 60, 100):
    held = bytearray(size * 10**6)
    time.sleep(1)
    del held
    open({str(log)!r}, "a").write("a run\\n")
    time.sleep(1)
"""
    parts: list[float] = []
    with (
        subprocess.Popen([sys.executable, "-c", child]) as process,
        etl_run._peaks(process.pid, log=log, parts=parts) as peaks,
    ):
        process.wait()
    first, second, third = parts
    assert 60 < second < third < first < 300
    assert peaks[process.pid] >= first


def test_stage_of_a_build_says_what_it_held_in_memory_and_on_disk_beside_the_database(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside" / "words.parquet").write_bytes(b"0" * 3_000_000)
    (tmp_path / "draft.duckdb").write_bytes(b"0" * 9_000_000)
    stages = Stages(tmp_path)
    stages.look()
    stages.note("stored")
    stages.note("tagged")
    stored, tagged = stages.rows()
    assert (stored["stage"], stored["spill_mb"], tagged["spill_mb"]) == ("stored", 3, 0)
    assert min(stage["peak_mb"] for stage in stages.rows()) > 10
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["stored:", "tagged:"]


@pytest.mark.parametrize(
    ("loads", "naps"), [([1.4], 0), ([6.0, 3.0, 1.5], 2), ([6.0] * 99, 4)], ids=["quiet", "calms down", "stays busy"]
)
def test_a_part_waits_for_what_was_measured_before_but_not_for_ever(loads: list[float], naps: int):
    slept: list[float] = []
    machine.settle(20.0, load=iter(loads).__next__, sleep=slept.append)
    assert slept == [5.0] * naps
