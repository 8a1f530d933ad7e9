"""Audits of a topic: the sample, whose verdicts count, and the figures with their likely ranges (STATISTICS 7, 8, 21)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as hyp

from dashboard.audit import (
    STRATA,
    Audit,
    Stratum,
    Told,
    as_held,
    audit_of,
    name_of,
    shares_of,
    strata_of,
    told,
    verdict,
)
from dashboard.audit_figures import (
    FEWEST,
    Counted,
    Range,
    corrected,
    difference,
    figures,
    part,
    rare,
    ratio,
    share,
    total,
)
from dashboard.audit_files import audits_stamp, read_audits, save_audit
from dashboard.audit_words import compared_words, file_rows, former_words, found_words, right_words, stories_table
from dashboard.correction import Corrected, Errors, corrected_points
from dashboard.desk import Entry, append, desk_stamp, read_entries
from etl.desk_audits import unread_audits
from tests.worlds import Asking, Story, World, many

NAMES = ("tagged", "near", "rest")
AT = datetime(2026, 1, 31, 12)
IDS = [f"{number:016x}" for number in range(1, 10)]
AUDIT = Audit(
    "robots-20260131-0000002a", "robots", 42, AT, "Ada", None, None, None, "1.0+aa", "s",
    {"tagged": Stratum(30, tuple(IDS[:4])), "near": Stratum(8, tuple(IDS[4:6])), "rest": Stratum(200, tuple(IDS[6:]))},
)  # fmt: skip


@hyp.composite
def whole(draw) -> dict[str, Counted]:
    """Strata of which every story was judged."""
    sizes = [draw(hyp.integers(1, 60)), draw(hyp.integers(0, 30)), draw(hyp.integers(0, 400))]
    return {name: Counted(of, of, draw(hyp.integers(0, of))) for name, of in zip(NAMES, sizes, strict=True)}


@given(whole())
def test_whoever_judges_every_story_knows_the_figures_21(strata):
    found, yes = figures(strata), sum(one.yes for one in strata.values())
    right = strata["tagged"].yes
    assert found.right == Range(*[right / strata["tagged"].of] * 3)
    assert (found.positives, found.says_right) == (yes, yes >= FEWEST)
    assert found.truly is not None
    assert found.truly == Range(*[pytest.approx(yes / strata["tagged"].of)] * 3)
    assert found.found == (Range(*[pytest.approx(right / yes)] * 3) if yes else None)


@hyp.composite
def samples(draw) -> dict[str, Counted]:
    """Strata of which a sample was judged, at least a story of each."""
    found = {}
    for name, most in zip(NAMES, (80, 40, 3000), strict=True):
        of = draw(hyp.integers(1, most))
        judged = draw(hyp.integers(1, min(of, 200)))
        found[name] = Counted(of, judged, draw(hyp.integers(0, judged)))
    return found


@given(samples())
def test_a_likely_range_holds_its_figure_and_never_leaves_what_is_possible_7(strata):
    found = figures(strata)
    for one, most in ((found.right, 1.0), (found.found, 1.0), (found.truly, float("inf"))):
        if one is not None:
            assert 0 <= one.low <= one.value * (1 + 1e-9) + 1e-12
            assert one.value * (1 - 1e-9) - 1e-12 <= one.high <= most + 1e-12
    for one in strata.values():
        assert one.yes / one.of <= share(one).low + 1e-12, "what was seen is there"
        assert share(one).high <= (one.of - one.judged + one.yes) / one.of + 1e-12


def test_of_many_stories_the_range_is_the_one_of_the_charts_7():
    found = share(Counted(10**9, 20, 3))
    assert (round(found.low, 3), round(found.high, 3)) == (0.052, 0.360)
    none = share(Counted(10**9, 40, 0))
    assert (none.low, round(none.high, 3)) == (0, 0.088)
    with pytest.raises(ValueError, match="no sample"):
        share(Counted(5, 0, 0))


@given(hyp.integers(1, 5000), hyp.integers(1, 200), hyp.integers(0, 5))
def test_what_is_rarely_seen_has_an_end_below_wilsons(of, judged, yes):
    assume(yes <= judged <= of)
    assert rare(Counted(of, judged, yes)).low <= share(Counted(of, judged, yes)).low
    assert rare(Counted(of, judged, yes)).high == share(Counted(of, judged, yes)).high


@hyp.composite
def ranges(draw) -> Range:
    low, value, high = sorted(draw(hyp.lists(hyp.floats(0.01, 50), min_size=3, max_size=3)))
    return Range(value, low, high)


@given(ranges(), ranges())
def test_a_quotient_turned_round_has_its_ends_turned_round(one, other):
    low, high = ratio(one, other)
    back_low, back_high = ratio(other, one)
    assert low <= one.value / other.value * (1 + 1e-9)
    assert one.value / other.value * (1 - 1e-9) <= high
    assert low * back_high == pytest.approx(1)
    assert high * back_low == pytest.approx(1)


def test_where_nothing_is_known_everything_is_possible():
    unknown = Range(0.0, 0.0, 1.0)
    assert part(unknown, unknown) is None
    assert part(Range(1.0, 0.0, 2.0), unknown) == Range(1.0, 0.0, 1.0)
    found = part(Range(0.0, 0.0, 3.0), Range(5.0, 4.0, 6.0))
    assert found is not None
    assert (found.value, found.low) == (0, 0)
    assert 0.3 < found.high < 0.5
    assert total([]) == Range(0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("sizes", "true", "asked"),
    [((142, 21, 2016), (121, 3, 20), 200), ((302, 125, 1752), (226, 19, 35), 400), ((60, 20, 2100), (54, 6, 8), 100)],
)
def test_the_ranges_hold_the_truth_about_19_times_in_20_21(sizes, true, asked):
    """Hypergeometric draws from strata of known truth; Wilson's range is known to hold a little less or more, the joined ones no less."""
    rng = np.random.default_rng(21)
    drawn = list(shares_of(asked, dict(zip(NAMES, sizes, strict=True))).values())
    truth = {"right": true[0] / sizes[0], "found": true[0] / sum(true), "truly": sum(true) / sizes[0]}
    held, rounds = dict.fromkeys(truth, 0), 1500
    for _ in range(rounds):
        yes = [int(rng.hypergeometric(t, of - t, n)) for t, of, n in zip(true, sizes, drawn, strict=True)]
        found = figures(
            {name: Counted(*one) for name, one in zip(NAMES, zip(sizes, drawn, yes, strict=True), strict=True)}
        )
        for name, value in truth.items():
            one = getattr(found, name)
            held[name] += one.low - 1e-12 <= value <= one.high + 1e-12
    assert held["right"] / rounds > 0.92
    assert held["found"] / rounds > 0.935
    assert held["truly"] / rounds > 0.935
    assert held["right"] / rounds < 0.985, "a range that always holds is too wide"


def test_few_stories_with_the_topic_are_too_few_and_a_wide_range_says_nothing_21():
    few = figures({"tagged": Counted(200, 16, 14), "near": Counted(0, 0, 0), "rest": Counted(50, 50, 0)})
    assert (few.positives, few.says_right, few.says_found) == (14, False, False)
    wide = figures({"tagged": Counted(200, 25, 20), "near": Counted(20, 12, 2), "rest": Counted(2000, 13, 0)})
    assert (wide.says_right, wide.says_found) == (True, False)
    unjudged = figures({"tagged": Counted(200, 25, 20), "near": Counted(20, 0, 0), "rest": Counted(2000, 13, 0)})
    assert (unjudged.says_right, unjudged.found, unjudged.truly) == (True, None, None)
    assert figures({"tagged": Counted(200, 0, 0), "near": Counted(20, 9, 9), "rest": Counted(9, 9, 9)}).right is None


@given(hyp.integers(0, 300), hyp.integers(1, 300), ranges())
def test_a_corrected_share_is_less_sure_than_the_raw_one_21(k, n, truly):
    assume(k <= n)
    raw = share(Counted(10**9, n, k))
    found = corrected(raw, truly)
    assert 0 <= found.low <= found.value * (1 + 1e-9)
    assert found.value * (1 - 1e-9) <= found.high <= 1
    if k > 0 and raw.high * truly.high < 1:
        assert found.high / found.low >= raw.high / raw.low * (1 - 1e-9)
    exact = corrected(raw, Range(1, 1, 1))
    assert (exact.value, exact.low, exact.high) == pytest.approx((raw.value, raw.low, raw.high), abs=1e-9)


def test_points_are_corrected_where_their_errors_are_known_and_gaps_stay_gaps_21():
    at = {"source": "", "period": DAY, "period_end": DAY, "state": "whole"}
    points = pd.DataFrame([
        {"key": "topic:a", "share": 0.2, "low": 0.1, "high": 0.3, **at},
        {"key": "topic:a", "share": float("nan"), "low": float("nan"), "high": float("nan"), **at | {"state": "none"}},
        {"key": "topic:b", "share": 0.5, "low": 0.4, "high": 0.6, **at},
    ])  # fmt: skip
    errors = {
        "topic:a": Errors(Range(0.5, 0.4, 0.6), "by the audit"),
        "topic:b": Errors(None, "too few stories have it."),
    }
    found = corrected_points(points, errors)
    assert found["key"].tolist() == ["topic:a"] * 2
    assert found["share"].tolist()[0] == pytest.approx(0.1)
    assert found["low"].tolist()[0] < 0.05
    assert found["high"].tolist()[0] > 0.15
    assert pd.isna(found["share"].tolist()[1])
    notes = Corrected(found, tuple(errors.items())).notes
    assert notes[1] == "topic:b is not corrected for tagging errors: too few stories have it."
    assert Corrected(found[:0], (("B", errors["topic:b"]),)).notes == ["B" + notes[1].removeprefix("topic:b")]


def test_the_difference_of_two_figures_is_newcombes_8():
    one, other = share(Counted(10**12, 40, 14)), share(Counted(10**12, 40, 8))
    found = difference(one, other)
    assert (round(100 * found.low, 1), round(100 * found.high, 1)) == (-4.6, 33.2)


@given(hyp.integers(1, 1000), *[hyp.integers(0, 2000)] * 3)
def test_a_sample_is_as_large_as_asked_wherever_there_are_so_many_stories(asked, tagged, near, rest):
    held = {"tagged": tagged, "near": near, "rest": rest}
    drawn = shares_of(asked, held)
    assert sum(drawn.values()) == min(asked, tagged + near + rest)
    assert all(0 <= drawn[name] <= held[name] for name in NAMES)
    assert drawn["tagged"] >= min(tagged, (asked + 1) // 2)


# 40 stories with the topic, 6 that came near it (one ruled out), 60 others; a letter, a copy and a French story are never drawn.
DAY = date(2024, 5, 6)
WORLD = World(
    [
        *many(40, DAY, "robots"),
        *many(5, DAY, near=[("robots", 0.3, 0.4, False), ("agents", 0.2, 0.4, False)]),
        *many(1, DAY, near=[("robots", 0.5, 0.4, True)]),
        *many(60, date(2024, 5, 7), "agents"),
        Story(DAY, ["robots"], form="letter"),
        Story(DAY, ["robots"], copy_of=1),
        Story(DAY, ["robots"], language="fr"),
    ]
)


def sample(ask: Asking, seed: int, asked: int = 40, **span: object) -> dict[str, Stratum]:
    where = {"sources": None, "from_day": None, "to_day": None} | span
    return strata_of(
        ask("audit_sample", topic="robots", seed=str(seed), at_most=asked, **where).to_dict("records"), asked
    )


def test_the_same_seed_draws_the_same_sample_of_what_charts_count():
    ask = Asking(WORLD)
    drawn = sample(ask, 1)
    assert {name: (one.of, len(one.stories)) for name, one in drawn.items()} == {
        "tagged": (40, 20), "near": (6, 6), "rest": (60, 14),
    }  # fmt: skip
    assert sample(ask, 1) == drawn
    assert sample(ask, 2)["tagged"].stories != drawn["tagged"].stories
    assert {int(story, 16) for story in drawn["tagged"].stories} <= set(range(1, 41))
    assert {int(story, 16) for story in drawn["near"].stories} == set(range(41, 47))
    everything = sample(ask, 1, 500)
    assert sum(len(one.stories) for one in everything.values()) == 106
    later = sample(ask, 1, to_day=DAY, sources=["weekly"])
    assert [later[name].of for name in NAMES] == [40, 6, 0]


def test_each_story_is_drawn_alike_often():
    ask = Asking(WORLD)
    times = np.zeros(107)
    for seed in range(150):
        for story in sample(ask, seed)["tagged"].stories:
            times[int(story, 16)] += 1
    expected = 75  # half of them, each time
    assert np.abs(times[1:41] - expected).max() < 4 * np.sqrt(expected / 2)


def entries(folder: Path) -> tuple[Entry, ...]:
    return read_entries(desk_stamp(folder)).entries


def judged(folder: Path, *pairs: tuple[str, bool], by: str = "Ada", audit: Audit = AUDIT) -> tuple[Entry, ...]:
    return append(folder, [replace(verdict(audit, story, "robots", has), by=by) for story, has in pairs])


def only(folder: Path, *audits: Audit, **renamed: str) -> Told:
    return told(audits or [AUDIT], entries(folder), renamed=renamed)[0]


def test_a_verdict_of_the_queue_counts_for_no_audit_and_one_of_an_audit_outlives_it(folder: Path):
    queue = Entry("judgement", "set", "Bo", IDS[0], "robots", False, "right as it is (lowest confidence)")
    append(folder, [queue])
    assert only(folder).verdicts == {}
    judged(folder, (IDS[0], True))
    append(folder, [queue])
    assert {story: entry.value for story, entry in only(folder).verdicts.items()} == {IDS[0]: True}


def test_a_verdict_counts_for_its_own_audit_topic_and_sample_alone(folder: Path):
    other = replace(AUDIT, name="robots-20260131-0000002b")
    judged(folder, (IDS[0], True), audit=other)
    judged(folder, ("f" * 16, True))  # no story of the sample
    append(folder, [replace(verdict(AUDIT, IDS[1], "agents", True), by="Ada")])
    assert only(folder).verdicts == {}
    assert only(folder, other).verdicts.keys() == {IDS[0]}


def test_a_renamed_topic_keeps_its_audit(folder: Path):
    judged(folder, (IDS[0], True))
    append(folder, [replace(verdict(AUDIT, IDS[1], "machines", False), by="Ada")])
    assert only(folder, robots="machines").verdicts.keys() == set(IDS[:2])


def test_the_last_verdict_counts_and_what_is_taken_back_leaves_the_one_before(folder: Path):
    judged(folder, (IDS[0], True))
    (second,) = judged(folder, (IDS[0], False), by="Bo")
    assert only(folder).verdicts[IDS[0]].value is False
    assert only(folder).people == ("Bo",)
    append(folder, [replace(second, undoes=second.id, id="", by="Bo")])
    assert only(folder).verdicts[IDS[0]].value is True


def test_two_people_look_at_other_stories_first_and_end_with_the_same(folder: Path):
    mixed = {name: only(folder).left(name) for name in ("Ada", "Bo", "Cy", "Di")}
    assert {frozenset(order) for order in mixed.values()} == {frozenset(AUDIT.stories)}
    assert len({order[0] for order in mixed.values()}) > 1
    judged(folder, (IDS[0], True))
    assert IDS[0] not in only(folder).left("Ada")
    assert len(only(folder).left("Bo")) == len(AUDIT.stories) - 1


def test_an_audit_is_read_as_it_was_written_and_never_replaced(folder: Path):
    audit = replace(AUDIT, sources=("weekly",), from_day=date(2024, 1, 1))
    path = save_audit(folder, audit)
    assert read_audits(audits_stamp(folder)).audits == (audit,)
    with pytest.raises(FileExistsError):
        save_audit(folder, replace(audit, seed=7))
    assert json.loads(path.read_text())["seed"] == 42
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    assert name_of("robots", AT.replace(tzinfo=UTC), 42) == AUDIT.name


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"v": 2}, "version 1"), ({"seed": "42"}, "seed"), ({"topic": ""}, "topic"), ({"sources": "weekly"}, "sources"),
        ({"at": "noon"}, "no time like"), ({"at": "0001-01-01T00:00:00+05:00"}, "no time like"),
        ({"by": "\ud800"}, "no text"), ({"from_day": "noon"}, "no day like"),
        ({"strata": as_held(AUDIT)["strata"] | {"near": {"of": 10**400, "stories": []}}}, "“near”"),
        ({"strata": {}}, "strata"), ({"name": "other"}, "is called"),
        ({"strata": as_held(AUDIT)["strata"] | {"near": {"of": 1, "stories": IDS[4:6]}}}, "“near”"),
        ({"strata": as_held(AUDIT)["strata"] | {"near": {"of": 9, "stories": ["../x"]}}}, "by their ids"),
        ({"strata": as_held(AUDIT)["strata"] | {"near": {"of": 9, "stories": IDS[:1]}}}, "twice"),
        ({"strata": {name: {"of": 3, "stories": []} for name in STRATA}}, "no story"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_audit_is_named_by_page_and_run_and_left_out(folder: Path, change, problem):
    path = save_audit(folder, AUDIT)
    path.write_text(json.dumps(as_held(AUDIT) | change))
    held = read_audits(audits_stamp(folder))
    assert held.audits == ()
    assert path.name in held.problems[0]
    assert problem in held.problems[0]
    (warning,) = unread_audits(folder)
    assert warning.startswith(f"{path}:{next(iter(change)) if problem != 'no text' else ' it holds what is no text; '}")
    with pytest.raises(ValueError, match="version 1"):
        audit_of(["no object"])


_ANY = hyp.recursive(
    hyp.none() | hyp.booleans() | hyp.integers(-1, 10**13) | hyp.floats(allow_nan=False) | hyp.text(max_size=3)
    | hyp.sampled_from([1, *IDS, AUDIT.name, "2026-01-31", "2026-01-31T12:00:00Z", "noon"]),
    lambda inner: hyp.lists(inner, max_size=3) | hyp.dictionaries(hyp.sampled_from([*STRATA, "of", "stories"]), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(hyp.dictionaries(hyp.sampled_from([*as_held(AUDIT), *STRATA]), _ANY, min_size=1, max_size=2))
def test_a_run_and_a_page_find_the_same_files_to_be_no_audits(change: dict[str, object]) -> None:
    held = as_held(AUDIT)
    for name, value in change.items():
        (held["strata"] if name in STRATA and isinstance(held["strata"], dict) else held)[name] = value
    with TemporaryDirectory() as name:
        path = save_audit(Path(name), AUDIT)
        path.write_text(json.dumps(held))
        assert len(unread_audits(Path(name))) == len(read_audits(audits_stamp(Path(name))).problems)


def test_a_name_that_turns_the_direction_of_text_turns_nothing(folder: Path) -> None:
    path = save_audit(folder, AUDIT)
    path.write_text(json.dumps(as_held(AUDIT) | {"by": "\u202eEve\n" + "e" * 100}))
    (audit,) = read_audits(audits_stamp(folder)).audits
    assert audit.by == "Eve " + "e" * 56


@pytest.mark.parametrize(("held", "why"), [(b"{\n", "line 2"), (b"\xff", "no text"), (b"[" * 100_000, "too deep")])
def test_a_file_that_is_no_json_is_named_in_plain_words(folder: Path, held: bytes, why: str) -> None:
    path = save_audit(folder, AUDIT)
    path.write_bytes(held)
    (problem,) = read_audits(audits_stamp(folder)).problems
    assert problem.startswith(f"audits/{path.name}: ")
    assert why in problem
    (warning,) = unread_audits(folder)
    assert warning.startswith(f"{path}:{2 if why == 'line 2' else ''}")
    assert "or move the file out of the folder" in warning


def test_a_time_that_somebody_wrote_with_an_offset_is_read_in_utc_and_ordered(folder: Path) -> None:
    path = save_audit(folder, AUDIT)
    path.with_name("other.json").write_text(
        json.dumps(as_held(AUDIT) | {"name": "other", "at": f"{AT.isoformat()}+05:00"})
    )
    found = read_audits(audits_stamp(folder))
    assert found.problems == ()
    assert [one.audit.name for one in told(found.audits, [], renamed={})] == [AUDIT.name, "other"]


FIFTY = replace(
    AUDIT,
    strata={
        "tagged": Stratum(100, tuple(f"{n:016x}" for n in range(100, 130))),
        "near": Stratum(10, tuple(f"{n:016x}" for n in range(200, 210))),
        "rest": Stratum(40, tuple(f"{n:016x}" for n in range(300, 340))),
    },
)


def test_the_words_say_figures_ranges_and_differences_8_21(folder: Path):
    for number, story in enumerate(FIFTY.stories):
        judged(folder, (story, number < 24 or number == 30))
    one = only(folder, FIFTY)
    assert right_words(one) == "80\xa0% (66–89\xa0%)"
    assert found_words(one) == "99\xa0% (99–99\xa0%)"  # both parts without the tag were judged whole
    measured = {"n": 40, "precision": 0.5, "precision_low": 0.35, "precision_high": 0.65,
                "recall": 0.98, "recall_low": 0.9, "recall_high": 1.0}  # fmt: skip
    said = compared_words(one, measured)
    assert "right when given +9 to +48 points, higher now" in said
    assert "found of all −1 to +9 points, no clear difference" in said
    assert compared_words(one, {**measured, "n": 14}) == ""
    table = stories_table(one, {FIFTY.stories[0]: "Arms"})
    assert table["Agree"].tolist()[:8] == ["no"] * 7 + ["yes"]
    rows = file_rows(one, {})
    assert rows.groupby("stratum")["stratum_judged"].first().to_dict() == {"near": 10, "rest": 40, "tagged": 30}
    assert rows["stratum"].value_counts().to_dict() == {"near": 10, "rest": 40, "tagged": 30}


def test_an_audit_of_a_former_tagger_says_so():
    assert former_words(AUDIT, AUDIT.tagger) == ""
    assert "describes the former one" in former_words(AUDIT, "2.0+bb")
