"""The part Audit of the editors' page: draw, judge blind, resume, undo; what it tells then stands beside the topic (STATISTICS 21)."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import dashboard.audit_panels
import dashboard.data as data_module
from dashboard import panels
from dashboard.audit import Audit, Stratum, Told, told, verdict
from dashboard.audit_files import audits_stamp, read_audits, save_audit
from dashboard.audit_panels import drawn, judge
from dashboard.corrections import Refused
from dashboard.desk import append, desk_stamp, read_entries
from dashboard.editor import NotAllowed
from dashboard.exports import points_csv
from tests.page_kit import no_fault, text_of
from tests.test_reproduce import run_file
from tests.worlds import Story, World, many, publish

DAY = date(2024, 5, 6)
HOSTILE = "<script>alert(1)</script> **bold**"
# 30 with the topic, 4 that came near it, 26 others.
WORLD = World(
    [
        Story(DAY, ["robots"], title=HOSTILE),
        *many(29, DAY, "robots"),
        *many(4, DAY, near=[("robots", 0.3, 0.4, False)]),
        *many(26, DAY, "agents"),
    ],
    quality=[("topic", "robots", "abstract", 40, 30, 20, 10), ("topic", "agents", "abstract", 9, 9, 0, 0)],
)
TAGGER = "fake"
PAGE = "corrections"
Open = Callable[..., AppTest]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(WORLD, tmp_path_factory.mktemp("audit"))


def press(app: AppTest, key: str) -> AppTest:
    return no_fault(app.button(key=key).click().run())


def query(app: AppTest, name: str) -> str:
    value = app.query_params[name]
    return value[0] if isinstance(value, list) else value


def progress(app: AppTest) -> str:
    return app.get("progress")[0].proto.text


def held(folder: Path) -> Told:
    return told(read_audits(audits_stamp(folder)).audits, read_entries(desk_stamp(folder)).entries, renamed={})[0]


def made(
    folder: Path,
    yes: Callable[[int], bool],
    *,
    tagger: str = TAGGER,
    judged: Callable[[int], object] = bool,
    **values: object,
) -> Audit:
    """An audit of all 60 stories, each `judged`: `yes` says of a story's number whether it has the topic."""
    ids = [f"{number:016x}" for number in range(1, 61)]
    strata = {
        "tagged": Stratum(30, tuple(ids[:30])),
        "near": Stratum(4, tuple(ids[30:34])),
        "rest": Stratum(26, tuple(ids[34:])),
    }
    audit = Audit(
        "robots-20260131-0000002a", "robots", 42, datetime(2026, 1, 31), "Ada", None, None, None, tagger, "s", strata
    )
    save_audit(folder, audit := replace(audit, **values))  # type: ignore[arg-type]
    told = [(story, int(story, 16)) for story in audit.stories]
    append(folder, [replace(verdict(audit, story, "robots", yes(no)), by="Ada") for story, no in told if judged(no)])
    return audit


def test_a_sample_is_drawn_judged_blind_a_key_at_a_time_and_resumed_by_another_21(
    open_page: Open, folder: Path
) -> None:
    app = open_page(part="audit")
    app.selectbox(key="audit_topic").set_value("robots")
    app.number_input(key="audit_asked").set_value(20)
    no_fault(next(button for button in app.button if button.label == "Draw the sample").click().run())
    audit = held(folder).audit
    assert {name: (one.of, len(one.stories)) for name, one in audit.strata.items()} == {
        "tagged": (30, 10), "near": (4, 4), "rest": (26, 6),
    }  # fmt: skip
    assert (audit.by, audit.tagger, audit.sources, audit.topic) == ("Ada", TAGGER, None, "robots")
    assert f"seed {audit.seed}" in "".join(caption.value for caption in app.caption)
    assert progress(app) == "0 of 20 judged · 20 to judge"
    keys = {button.key: button.proto.shortcut for button in app.button}
    assert keys.items() >= {"audit_yes": "y", "audit_no": "n", "audit_skip": "s", "audit_undo": "u"}.items()
    assert "About Robots." in text_of(app)
    assert 'class="chip"' not in "".join(part.value for part in app.get("html")), "no tag is shown"
    assert query(app, "audit") == audit.name
    first, second = held(folder).left("Ada")[:2]
    press(app, "audit_yes")
    press(app, "audit_skip")
    press(app, "audit_no")
    given = held(folder).verdicts
    assert given[first].value is True
    assert second not in given
    assert sorted(entry.value for entry in given.values()) == [False, True]
    press(app, "audit_undo")
    assert list(held(folder).verdicts) == [first]
    other = open_page(editor="Bo", part="audit", audit=audit.name)
    assert progress(other) == "1 of 20 judged · 19 to judge"
    press(other, "audit_yes")
    assert held(folder).people == ("Ada", "Bo")
    press(app, "audit_no")  # with the first page still open
    assert len(held(folder).verdicts) == 3


def test_what_a_browser_sends_is_checked_again_and_a_verdict_is_given_once(
    open_page: Open, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit = made(folder, lambda number: True, strata={
        "tagged": Stratum(30, (f"{1:016x}", f"{2:016x}")), "near": Stratum(4, ()), "rest": Stratum(26, (f"{40:016x}", "f" * 16)),
    })  # fmt: skip
    open_page("corrections", part="audit")
    monkeypatch.setattr(dashboard.audit_panels, "need_editor", lambda: "Ada")
    monkeypatch.setattr("dashboard.corrections_write.need_editor", lambda: "Ada")
    before = len(read_entries(desk_stamp(folder)).entries)
    for name, story, said in (
        (audit.name, f"{3:016x}", "no sample"), ("another", f"{1:016x}", "no sample"), (audit.name, "../x", "no sample"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=said):
            judge(name, story, True)
    assert judge(audit.name, f"{1:016x}", False) == (), "judged already"
    monkeypatch.setattr(dashboard.audit_panels, "need_editor", lambda: "Bo")
    with pytest.raises(Refused, match="Ada judged that story meanwhile"):
        judge(audit.name, f"{1:016x}", False)
    monkeypatch.setattr(dashboard.audit_panels, "need_editor", lambda: "Ada")
    assert len(read_entries(desk_stamp(folder)).entries) == before
    now = datetime.now(UTC)
    fit = {"audit_topic": "robots", "audit_asked": 20}
    for wrong, said in (
        ({"audit_topic": "nothing"}, "no such topic"), ({"audit_asked": 5}, "10 to"), ({"audit_asked": "20"}, "10 to"),
        ({"audit_sources": ["elsewhere"]}, "no such source"), ({"audit_topic": "healthcare"}, "nothing to audit"),
        ({"audit_from": DAY, "audit_to": date(2024, 1, 1)}, "comes after"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=said):
            drawn(fit | wrong, by="Ada", now=now, seed=1)
    assert drawn(fit, by="Ada", now=now, seed=1) == drawn(fit, by="Ada", now=now, seed=1)

    def nobody() -> str:
        raise NotAllowed("no")

    monkeypatch.setattr("dashboard.corrections_write.need_editor", nobody)
    monkeypatch.setattr("dashboard.audit_panels.told", lambda *rows, **renamed: (Told(audit, {}),))
    with pytest.raises(NotAllowed):
        judge(audit.name, f"{2:016x}", True)


def test_a_reader_sees_what_it_tells_beside_the_measured_and_writes_nothing_21(open_page: Open, folder: Path) -> None:
    audit = made(folder, lambda number: number <= 24 or number in (31, 40))
    app = open_page("methods", editor="", open="audit", value=audit.name)
    assert [button.key for button in app.button if button.key and button.key.startswith("audit_")] == []
    assert "seed 42" in "".join(caption.value for caption in app.caption)
    shown = app.table[0].value
    assert shown.loc["This audit"].tolist() == [
        "80\xa0% (80–80\xa0%)", "92\xa0% (92–92\xa0%)", "60 stories, 26 with the topic",
    ]  # fmt: skip
    assert shown.loc["As measured before"].tolist()[2] == "abstracts, 40 with the topic"
    stories = next(frame.value for frame in app.dataframe if "Verdict" in frame.value)
    assert (stories["Agree"] == "no").sum() == 8
    assert "verdict and tag differ in 8" in "".join(caption.value for caption in app.caption)


def test_it_stands_on_the_topics_page_and_in_the_table_of_measured_tags_21(open_page: Open, folder: Path) -> None:
    made(folder, lambda number: number <= 24 or number in (31, 40))
    app = open_page("topics", editor="", topic="robots", share="corrected")
    said = text_of(app)
    assert re.search(r"Audit of \d+ \w+ \d+ by Ada: right", said)
    assert "right when given 80\xa0% (80–80\xa0%) , found of all 92\xa0% (92–92\xa0%)".replace(
        "\xa0", " "
    ) in said.replace("\xa0", " ")
    plain = said.replace("\xa0", " ")
    assert "As tagged 50 %, likely range 38–62 % · 30 of 60 stories" in plain
    assert "Corrected for tagging errors 43 %, likely range 33–54 % · about 26 stories" in plain
    assert "87 have the topic" in plain
    methods = open_page("methods", editor="", part="quality")
    table = next(part.value for part in methods.get("html") if "audit of" in part.value)
    assert "60 of 60 judged" in table
    assert "methods?open=audit&amp;value=robots-20260131-0000002a" in table
    lost = open_page("methods", editor="", open="audit", value="<b>")
    assert "There is no audit" in lost.warning[0].value


def test_without_an_audit_the_measured_errors_correct_and_with_too_few_nothing_does_21(
    open_page: Open, folder: Path
) -> None:
    app = open_page("topics", editor="", topic="robots")
    assert "Corrected for tagging errors" not in text_of(app), "the raw share is what stands first"
    app.button_group(key="topics_share").set_value("corrected").run()
    said = text_of(no_fault(app)).replace("\xa0", " ")
    assert "Corrected for tagging errors 40 %" in said  # 40 with the topic for 50 tagged
    assert "80 have the topic" in said
    assert "as measured on abstracts" in said
    assert query(app, "share") == "corrected"
    few = text_of(open_page("topics", editor="", topic="agents", share="corrected"))
    assert "Not corrected for tagging errors: too few stories have it" in few


def test_on_coverage_a_corrected_line_stands_beside_the_raw_one_and_never_alone_21(
    open_page: Open, folder: Path
) -> None:
    made(folder, lambda number: number <= 24 or number in (31, 40))
    app = open_page("coverage", editor="", show="topic:robots", source="all")
    assert re.search(r"Robots, audit of .* by Ada: right when given", text_of(app)), (
        "beside the measured tags of the line"
    )
    (plain,) = (json.loads(chart.proto.spec)["data"] for chart in app.get("plotly_chart"))
    app.toggle(key="choice_corrected").set_value(True).run()
    (beside,) = (json.loads(chart.proto.spec)["data"] for chart in no_fault(app).get("plotly_chart"))
    assert len(beside) == len(plain) + 2, "its line and its likely range"
    assert [trace["name"] for trace in beside if "markers" in trace.get("mode", "")] == ["Robots"]
    assert "corrected for tagging errors, Robots by the audit of" in "".join(c.value for c in app.caption)
    numbers = next(frame.value for frame in app.dataframe if "Corrected for tagging errors" in frame.value)
    (row,) = numbers.to_dict("records")
    assert (row["Share"], row["Corrected for tagging errors"]) == ("50\xa0%", "43\xa0% (33–54\xa0%)")
    few = open_page("coverage", editor="", show="topic:agents", source="all")
    switch = few.toggle(key="choice_corrected")
    assert switch.disabled
    assert switch.help.startswith("too few stories have it")


@pytest.mark.parametrize("audited", [True, False], ids=["audited", "measured before"])
def test_the_file_of_a_page_makes_its_corrected_shares_again_21_26_27(
    open_page: Open, data: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, audited: bool
) -> None:
    """With DuckDB alone: from what the audit counted, else from what the snapshot holds."""
    if audited:
        made(folder, lambda number: number <= 20 or number in (31, 40), judged=lambda number: number % 7)
    files: list[bytes] = []
    monkeypatch.setattr(data_module, "made_later", lambda make: make())  # else only a click makes the file
    monkeypatch.setattr(
        panels, "points_csv", lambda *rows, **also: files.append(points_csv(*rows, **also)) or files[-1]
    )
    app = open_page("coverage", editor="", show=["topic:robots", "topic:agents"], source="all", corrected="yes")
    csv = pd.read_csv(io.BytesIO(files[-1])).sort_values("key", ignore_index=True)
    (mine,) = (frame.sort_values("key", ignore_index=True) for frame in run_file(app, data, tmp_path)["coverage"])
    ends = ["corrected_share", "corrected_low", "corrected_high"]
    assert csv[ends].notna().all(axis=1).tolist() == [False, True], "agents were measured on too few"
    pd.testing.assert_frame_equal(mine[ends].round(6), csv[ends], check_dtype=False)
    topic = open_page("topics", editor="", topic="robots", share="corrected")
    (row,) = run_file(topic, data, tmp_path)["topic"][0].to_dict("records")
    share, low, high = (f"{100 * row[end]:.0f}" for end in ends)
    assert f"Corrected for tagging errors {share} %, likely range {low}–{high} %" in text_of(topic).replace("\xa0", " ")
    plain = run_file(open_page("topics", editor="", topic="robots"), data, tmp_path)["topic"][0]
    assert "corrected_share" not in plain


@pytest.mark.parametrize(
    "values", [{"tagger": "former"}, {"sources": ("weekly",)}, {"from_day": DAY}], ids=["tagger", "sources", "days"]
)
def test_an_audit_of_a_former_tagger_or_of_a_part_corrects_nothing_21(
    open_page: Open, folder: Path, values: dict[str, object]
) -> None:
    made(folder, lambda number: number <= 24, **values)
    said = text_of(open_page("topics", editor="", topic="robots", share="corrected"))
    assert "as measured on abstracts" in said
    assert ("describes the former one" in said) is ("tagger" in values)


def test_an_audit_that_cannot_be_read_is_named(open_page: Open, folder: Path) -> None:
    (folder / "audits").mkdir(parents=True)
    (folder / "audits" / "broken.json").write_text("{")
    app = open_page(part="audit")
    assert "audits/broken.json: no JSON" in app.warning[0].value.replace("\\", "")
    assert app.get("progress") == []
