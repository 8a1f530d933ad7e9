"""The report: one file that asks for nothing, is the same for the same data, says no more than its numbers hold, and opens them all."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import replace
from datetime import date, datetime
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as hyp

from dashboard.audit import Audit, Stratum, told, verdict
from dashboard.audit_figures import Range, corrected
from dashboard.audit_files import audits_stamp, read_audits, save_audit
from dashboard.audit_words import ranged
from dashboard.bursts import find_window, stories_of
from dashboard.correction import audited_errors
from dashboard.desk import Entry, append, desk_stamp, read_entries
from dashboard.editor import Access
from dashboard.filters import Known, from_query
from dashboard.report import ReportFailed, compose, main, write
from dashboard.report_facts import Asked, find_period, held_of
from dashboard.report_pdf import PdfFailed, find_browser, print_pdf
from dashboard.report_period import BadPeriod, Period, back, period_of, read_period
from dashboard.report_words import change_words, due_words, gap_words
from dashboard.scope import build_scope
from dashboard.targets import Target, set_entry
from dashboard.words import percent, percent_range
from etl.commands.report import report
from tests.page_kit import open_at
from tests.test_topic_macros import newcombe
from tests.worlds import Asking, Publisher, Story, World, many, publish

GOLDEN = Path(__file__).resolve().parent / "golden" / "report.html"
ROOT = "http://127.0.0.1:8501"
HOSTILE = '"><script>alert(1)</script><img src=http://evil.example/a.png>'
MONTHS = range(1, 7)
WEEKLY = Publisher("weekly", "The Weekly", expected=[date(2024, m, 10) for m in MONTHS])
DIGEST = Publisher("digest", "The <i>Digest</i>", expected=[date(2024, m, 12) for m in MONTHS])
LATE = Publisher("late", "The Late", expected=[date(2024, 6, d) for d in (5, 12)])
ALL = Asked("2024-06", ("all",), ("weekly",))


def stories() -> list[Story]:
    """By month 40 of The Weekly, 2 on agents (20 from June on), 8 on generative; 30 of The Digest, 12 on healthcare, 6 on generative."""
    found = []
    for month in MONTHS:
        day, other, agents = date(2024, month, 10), date(2024, month, 12), 20 if month == 6 else 2
        found += [
            *many(agents, day, "agents", title=HOSTILE, regions=["FR"]),
            *many(8, day, "generative"),
            *many(32 - agents, day),
        ]
        found += [*many(12, other, "healthcare", source="digest"), *many(6, other, "generative", source="digest")]
        found += many(12, other, source="digest")
    return [*found, *many(3, date(2024, 6, 5), "robots", source="late")]


@pytest.fixture(scope="module")
def world() -> Asking:
    return Asking(World(stories(), (WEEKLY, DIGEST, LATE)))


@pytest.fixture(scope="module")
def june(world: Asking) -> str:
    """The report of June 2024 over all sources, The Weekly being ours."""
    return html_of(world)


def asked_of(key: str, source: str, least: float | None = None, most: float | None = None) -> Entry:
    """A target as the desk folder holds it."""
    return replace(
        set_entry(Target(key, source, least, most, why=HOSTILE), by="Ada"), id=f"{key}@{source}", at="2024-06-01"
    )


TARGETS = [
    asked_of("topic:agents", "weekly", None, 5), asked_of("topic:healthcare", "weekly", 10, 20),
    asked_of("topic:generative", "weekly", 10, 30),
    asked_of("region:FR", "weekly", 3), asked_of("desk:models", "digest", 50), asked_of("topic:robots", "late", 90),
    asked_of("topic:nothing", "weekly", 50),
]  # fmt: skip


def html_of(asking: Asking, asked: Asked = ALL, root: str = ROOT) -> str:
    return compose(asking.snapshot, asked, root=root, entries=TARGETS)[0]


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html.partition("<main>")[2]))).replace("\u00a0", " ")


def test_the_report_of_a_small_world_is_the_golden_one(world, june):
    """Run with AINEWS_GOLDEN=write to write it anew, then read what changed."""
    html = june
    if os.environ.get("AINEWS_GOLDEN") == "write":
        GOLDEN.write_text(html, encoding="utf-8")
    assert html == GOLDEN.read_text(encoding="utf-8")
    assert html == html_of(Asking(world.world))  # the same data made anew: the same bytes


def test_words_follow_the_numbers_8_9_12_22(world, june):
    said = text_of(june)
    assert "AI agents went from 2 % (2 of 40) to 27 % (20 of 73)" not in said  # The Late has no May: it is not compared
    assert (
        "AI agents went from 3 % (2 of 70) to 29 % (20 of 70), from May 2024 to Jun 2024; of 4 topics looked at."
        in said
    )
    assert "This period is not whole: The Late: 1 of 2 issues." in said
    assert (
        "Less than the field: Health desk and Healthcare. More than the field: AI agents and Models desk; of 5 desks and"
        in said
    )
    assert "Of 73 stories in The Weekly, The <i>Digest</i> and The Late, 1 Jun 2024 to 30 Jun 2024" in said
    assert not re.search(r"confidence|significan|quarantin", said.partition("How these numbers are made")[0])
    few = text_of(html_of(world, Asked("2024-06", ("late",))))
    assert "Only 3 stories: too few to say what was covered most." in few
    assert "Jun 2024 can’t be compared with the one before: it is not whole (The Late: 1 of 2 issues)." in few
    assert few.count("too few to say") > 3
    quiet = text_of(html_of(world, Asked("2024-04", ("all",))))
    assert "No clear change from Mar 2024 to Apr 2024, of 4 topics looked at." in quiet
    assert "No source is marked as your own" in quiet


def test_targets_stand_as_at_the_end_of_the_period_the_fact_first_25(world, june):
    said = text_of(june)
    assert "In your last 12 issues, of 4 targets: 1 below, 1 above and 2 within. Healthcare: You ran 0 of 240" in said
    assert (
        "&lt;script&gt;alert(1)" in june.partition("<h2>Targets")[2].partition("</section>")[0]
    )  # why, in an editor's words
    said = said.replace(f" {HOSTILE} ", " ")
    healthcare = "Healthcare 10–20 % You ran 0 of 240; the band asks 24 to 48; 24 short 0 % 0–2 % Below AI agents"
    assert healthcare in said
    assert "AI agents ≤ 5 % You ran 30 of 240; the band asks at most 12; 18 too many 12 % 9–17 % Above" in said
    assert "Last 12 issues, 10 Jan 2024 to 10 Jun 2024, 6 of them in this data: 240 stories." in said
    assert "In The Late’s last 12 issues, of 1 target: 1 can’t be told yet." in said
    assert "The Late ran 3 of 3; the band asks at least 3 100 % 44–100 % Cannot tell yet; fewer than 20 stories" in said
    april = text_of(html_of(world, Asked("2024-04", ("all",), ("weekly",)))).replace(f" {HOSTILE} ", " ")
    assert "AI agents ≤ 5 % You ran 8 of 160; the band asks at most 8 5 % 3–10 % Within, could be chance" in april
    assert "10 Jan 2024 to 10 Apr 2024" in april
    none = compose(world.snapshot, ALL, root="")[0]
    assert "No target is set for these sources" in text_of(none)


def _audited(desk: Path, topic: str, judged: int, tagger: str) -> None:
    """An audit of so many stories of 533: two of three tagged ones have the topic, and none of the others."""
    ids = [f"{number:016x}" for number in range(judged)]
    strata = {"tagged": Stratum(30, tuple(ids[:30])), "near": Stratum(0, ()), "rest": Stratum(503, tuple(ids[30:]))}
    audit = Audit(f"{topic}-1", topic, 1, datetime(2024, 6, 3), "Ada", None, None, None, tagger, "s", strata)
    save_audit(desk, audit)
    told = [verdict(audit, story, topic, number % 3 > 0 and number < 30) for number, story in enumerate(ids)]
    append(desk, [replace(one, by="Ada") for one in told])


def test_audited_topics_have_their_share_corrected_beside_the_raw_one_and_never_alone_21_27(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, world: Asking, june: str
) -> None:
    """The numbers are those of the topic's page: the same errors, by the same arithmetic. Nothing of it where nobody audited."""
    data, desk = publish(World(stories(), (WEEKLY, DIGEST, LATE)), tmp_path / "data"), tmp_path / "desk"
    for topic, judged, tagger in (("agents", 330, "fake"), ("generative", 10, "fake"), ("robots", 330, "former")):
        _audited(desk, topic, judged, tagger)
    monkeypatch.setenv("AINEWS_DATA", str(data))
    monkeypatch.setenv("AINEWS_DESK", str(desk))
    assert main(["--period=2024-06", "--source=all", "--ours=weekly", f"--out={tmp_path / 'out.html'}"]) == 0
    html = (tmp_path / "out.html").read_text(encoding="utf-8")
    kept = told(read_audits(audits_stamp(desk)).audits, read_entries(desk_stamp(desk)).entries, renamed={})
    errors = audited_errors([one for one in kept if one.audit.topic == "agents"], "fake")
    assert errors is not None
    assert errors.truly is not None
    (row,) = world("topic_share", keys=["topic:agents"], sources=None, from_day=date(2024, 6, 1), to_day=date(2024, 6, 30), letters=False,
                   unit="story", about_any=None, about_all=None, about_none=None).to_dict("records")  # fmt: skip
    both = ranged(corrected(Range(row["share"], row["low"], row["high"]), errors.truly))
    raw = f"<td>{percent(row['share'])}</td><td>{percent_range(row['low'], row['high'])}</td>"
    assert re.sub(r"<td[^>]*>", "<td>", html).count(f"{raw}<td>{both}</td>") == 1
    said = text_of(html)
    assert f"Corrected for tagging errors: AI agents {errors.said}." in said
    assert re.search(r"Generative AI is not corrected for tagging errors: the audit of .* is of too few stories", said)
    assert re.search(r"Robots is not corrected for tagging errors: the audit of .* is of a former tagger", said)
    assert "Corrected" not in june


def test_strangers_text_is_escaped_and_nothing_is_asked_of_the_network(world, june):
    html = june
    assert "<script" not in html
    assert "<i>" not in html
    assert "&lt;script&gt;alert(1)" in html
    addresses = re.findall(r"https?://[^\s\"'<>]+", unescape(html))
    assert {urlsplit(one).netloc for one in addresses} == {"127.0.0.1:8501", "evil.example"}
    assert not re.search(r"""(?:src|url|@import)\s*[=(]\s*["']?(?!http://evil)""", html.replace("&quot;", ""))
    assert re.findall(r'href="(?!http://127\.0\.0\.1:8501/)', html) == []
    assert "default-src 'none'" in html
    assert "href" not in html_of(world, root="").partition("<main>")[2]


def test_each_number_opens_exactly_its_stories_26(world, june):
    """On Coverage and, of what emerges and fades, on Topics, by what these pages read of the address."""
    catalog, sources, clock = world.catalog(), world.sources(), world.world.clock
    knowing = Known(frozenset(catalog), frozenset(s.id for s in sources))
    links = set(re.findall(r'<a href="([^"]+)">([\d,]+)</a>', june))
    pages = []
    for address, number in links:
        parts = urlsplit(unescape(address))
        query = parse_qs(parts.query)
        opened = query.pop("stories", [])
        filters, problems = from_query({} if parts.path == "/balance" else query, knowing)
        assert not problems
        scope = build_scope(world, filters, sources=sources, catalog=catalog, clock=clock)
        if parts.path == "/":
            rows = world("story_list", key=None if filters.open_key == "*" else filters.open_key, grain=scope.grain,
                         period=filters.open_period, at_most=1000, skip=0, **scope.parameters())  # fmt: skip
        elif parts.path == "/balance":
            (section, key, day), (source,) = opened, parse_qs(parts.query)["of"]
            window = {"source": source, "size": 12, "many": 8, "clock": clock}
            shown = world("balance_targets", names=["t"], keys=[key], leasts=[3.0], mosts=[None], **window).iloc[0]
            assert (section, day) == ("targets", f"{shown['last_day']:%Y-%m-%d}")
            days = {"from_day": shown["first_day"], "to_day": shown["last_day"]}
            rows = world("balance_stories", key=key, source=source, at_most=1000, skip=0, **days)
        else:
            window, _ = find_window(world, scope, clock)
            section, key, day = opened
            assert (section, day in (f"{window.recent[0]}", f"{window.before[0]}")) == ("bursts", True)
            rows = stories_of(world, scope, window, key, late=day == f"{window.recent[0]}")
        assert len(rows) == int(number.replace(",", "")), unescape(address)
        pages.append(parts.path)
    assert (pages.count("/") > 20, pages.count("/topics") > 1, pages.count("/balance")) == (True, True, 1)


def test_ours_against_the_field_is_what_the_page_gaps_counts_22_27(world):
    asked = {"ours": ["weekly"], "field": ["digest"], "grain": "month", "periods": [date(2024, 5, 1), date(2024, 6, 1)]}
    keys = ["topic:agents", "topic:healthcare", "topic:generative", "topic:robots"]
    rows = world("report_ours", keys=keys, up_to=date(2024, 6, 30), **asked).to_dict("records")
    found = {row["key"]: row for row in rows}
    theirs = world("gap_cells", rows=keys, columns=["*"], up_to=date(2024, 6, 30), **asked).to_dict("records")
    assert [(row["k_1"], row["n_1"], row["k_2"], row["n_2"], row["low"]) for row in theirs] == [
        (row["k_1"], row["n_1"], row["k_2"], row["n_2"], row["low"]) for row in rows
    ]
    agents = found["topic:agents"]
    assert [agents[name] for name in ("k_1", "n_1", "k_2", "n_2", "sources")] == [22, 80, 0, 60, 0]
    assert (agents["low"], agents["high"]) == pytest.approx(newcombe(22, 80, 0, 60))
    assert gap_words(agents) == "more than the field"
    assert gap_words(found["topic:healthcare"]) == "less than the field"
    assert gap_words(found["topic:robots"]) == "too few to say"
    assert gap_words(agents | {"n_1": 19}) == "too few to say"
    assert gap_words(agents | {"adjusted": 0.06}) == "may be chance"
    assert gap_words(agents | {"near_end": -0.01}) == "no clear difference"


def test_a_change_is_named_only_where_it_is_clear_8_9_22():
    row = {"n_1": 40, "n_2": 40, "near_end": 0.1, "established": True, "sources": 1, "difference": -0.2,
           "by_source": None, "by_issue": None, "by_cluster": None}  # fmt: skip
    assert change_words(row, {}) == "less than before"
    assert change_words(row | {"by_issue": "i", "difference": 0.2}, {}) == "more than before; hinges on a single issue"
    assert change_words(row | {"established": False}, {}) == "may be chance"
    assert change_words(row | {"near_end": -0.1}, {}) == "no clear change"
    assert change_words(row | {"n_1": 19}, {}) == "too few to say"
    assert change_words(None, {}) == ""
    due = {"due_day": datetime(2024, 6, 12), "overdue": 1, "rhythm": "issue"}
    assert [due_words(due | {"overdue": n}) for n in (0, 1, 2)] == [
        "next on 12 Jun 2024",
        "since 12 Jun 2024: 1 issue",
        "since 12 Jun 2024: 2 issues",
    ]


def test_last_is_the_newest_whole_period_9_12(world):
    held = held_of(world, "world")
    assert find_period(held, Asked("last", ("all",))) == Period("week", date(2024, 6, 10), date(2024, 6, 16))
    assert find_period(held, Asked("last-month", ("all",))).written == "2024-06"
    with pytest.raises(BadPeriod, match="no period is whole") as refused:
        find_period(held, Asked("last", ("late",)))
    assert not refused.value.asked


@given(hyp.dates(date(1990, 1, 1), date(2100, 1, 1)), hyp.sampled_from(["week", "month", "quarter"]))
def test_a_period_is_read_as_it_is_written_14(day, grain):
    period = period_of(day, grain)
    assert read_period(period.written) == period
    assert period.start <= day <= period.end
    assert back(period, 1).end.toordinal() + 1 == period.start.toordinal()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-W54",
        "2025-W53",
        "2026-W00",
        "2026-13",
        "2026-00",
        "2026-Q5",
        "2026-W3",
        "0001-01",
        "２０２６-07",
        "x" * 99,
    ],
)
def test_a_bad_period_is_refused_in_one_line_with_the_remedy(text):
    with pytest.raises(BadPeriod, match=r"is no period; write a week \(2026-W30\), a month") as refused:
        read_period(text)
    assert refused.value.asked
    assert "\n" not in str(refused.value)


def test_the_command_line_says_what_is_wrong_and_ends_with_its_status(tmp_path, monkeypatch, capsys):
    data = publish(World(stories(), (WEEKLY, DIGEST, LATE)), tmp_path / "data")
    monkeypatch.setenv("AINEWS_DATA", str(data))
    out = tmp_path / "report.html"
    for arguments, status, message in (
        (["--period", "2026-W99"], 2, "'2026-W99' is no period"), (["--period", "2031-01"], 2, "the data spans 10 Jan 2024 to 12 Jun"),
        (["--source", "nobody"], 2, "there is no source 'nobody'"), (["--source", "late"], 1, "no period is whole"),
        (["--period", "2024-03", "--source", "late"], 2, "2024-03 holds no story of The Late"),
    ):  # fmt: skip
        assert main([*arguments, "--out", str(out)]) == status
        said = capsys.readouterr()
        assert said.err.startswith("ainews: ")
        assert message in said.err
        assert said.err.count("\n") == 1
    assert not out.exists()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["--period", "2024-06", "--out", str(out), "--pdf", str(tmp_path / "r.pdf")]) == 1
    assert "there is no Chromium on this machine" in capsys.readouterr().err
    assert out.read_text(encoding="utf-8").endswith("</html>\n")  # written all the same
    assert main(["--out", str(tmp_path / "none" / "report.html")]) == 1
    assert "name a file in a folder that exists" in capsys.readouterr().err
    monkeypatch.setenv("AINEWS_DATA", str(tmp_path / "empty"))
    assert main(["--out", str(out)]) == 1
    assert "Run `ainews run` once" in capsys.readouterr().err


def test_the_command_hands_settings_on_and_returns_what_became(tmp_path, monkeypatch, capsys):
    data, out = publish(World(stories(), (WEEKLY, DIGEST, LATE)), tmp_path / "data"), tmp_path / "report.html"
    (data / "desk").mkdir()
    (data / "desk" / "settings.toml").write_text('dashboard_address = "https://news.example/"\nbrowser = "/nowhere"\n')
    monkeypatch.setenv("AINEWS_DATA", str(data))
    report(out, "2024-06", ["all"], ["weekly"])
    assert capsys.readouterr().out == f"2024-06: {out}\n"
    assert 'href="https://news.example/?show=' in out.read_text(encoding="utf-8")
    with pytest.raises(typer.Exit) as ended:
        report(out, "2024-05", ["all"], pdf=tmp_path / "report.pdf")
    assert ended.value.exit_code == 1
    assert "mend `browser` in the settings" in capsys.readouterr().err
    with pytest.raises(typer.Exit) as ended:
        report(out, "-May")
    assert ended.value.exit_code == 2
    assert capsys.readouterr().err.startswith("ainews: '-May' is no period; write a week")


def test_data_of_an_older_program_and_damaged_data_are_named():
    asking = Asking(World(stories()[:40]))
    asking.con.execute("DROP MACRO TABLE source_health")
    with pytest.raises(ReportFailed, match="`ainews run` brings it up to date"):
        html_of(asking, Asked("2024-01", ("all",)))
    asking.con.close()
    with pytest.raises(ReportFailed, match=r"is damaged \(.*\); `ainews rollback` returns"):
        html_of(asking, Asked("2024-01", ("all",)))


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    target = tmp_path / "report.html"
    write("old", target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o644

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dashboard.report.os.fsync", full)
    with pytest.raises(ReportFailed, match="No space left"):
        write("new", target)
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    assert target.read_text(encoding="utf-8") == "old"


def browser(folder: Path, script: str) -> str:
    path = folder / "chromium"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_a_browser_prints_the_pdf_and_what_it_does_wrong_is_said(tmp_path, monkeypatch):
    target = tmp_path / "out.pdf"
    find = 'for a in "$@"; do case $a in --print-to-pdf=*) out=${a#--print-to-pdf=};; esac; done'
    print_pdf("<p>", target, browser=browser(tmp_path, f'{find}; printf "%%PDF-1.7" > "$out"'))
    assert target.read_bytes() == b"%PDF-1.7"
    for script, said in (("exit 3", "failed with status 3"), ("true", "ended without one")):
        with pytest.raises(PdfFailed, match=said):
            print_pdf("<p>", target, browser=browser(tmp_path, script))
    monkeypatch.setattr("dashboard.report_pdf.PATIENCE", 0.2)
    with pytest.raises(PdfFailed, match="took longer"):
        print_pdf("<p>", target, browser=browser(tmp_path, "exec sleep 20"))
    assert target.read_bytes() == b"%PDF-1.7"
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert find_browser() == str(tmp_path / "chromium")
    with pytest.raises(PdfFailed, match="mend `browser` in the settings"):
        find_browser(str(tmp_path / "nothing"))


def test_the_page_previews_offers_and_keeps_the_report(tmp_path, monkeypatch):
    data = publish(World(stories(), (WEEKLY, DIGEST, LATE)), tmp_path / "data")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("dashboard.editor.access", lambda: Access("Ada"))
    app = open_at(monkeypatch, data, "report", period="2024-06", source=["all", "gone"], ours=["weekly"])
    assert "gone" in app.warning[0].value
    shown = app.get("iframe")[0].proto.srcdoc
    assert text_of(shown).replace(" ", "") == text_of(compose_page(data)).replace(" ", "")
    assert app.button(key="report_pdf").disabled  # and the tip says why
    assert app.selectbox(key="report_period").value == "2024-06"
    assert "No target is set for these sources" in shown
    append(data / "desk", [set_entry(Target("topic:agents", "weekly", 5, None), by="Bo")])
    assert "the band asks at least" in app.run().get("iframe")[0].proto.srcdoc, "a new target is told of at once"
    app.button(key="report_keep").click().run()
    kept = list((data / "desk" / "reports").iterdir())
    assert len(kept) == 1
    assert "20240701T120000Z-00000001" in kept[0].read_text(encoding="utf-8")  # by which its data stays
    assert f"reports/{kept[0].name}" in app.success[0].value
    app.multiselect(key="report_sources").set_value(["late"]).run()
    app.selectbox(key="report_period").set_value("2024-03").run()
    assert "holds no story of The Late" in app.info[0].value.replace("\\", "")


def compose_page(data: Path) -> str:
    from dashboard.snapshot import Snapshot, connect

    name = "20240701T120000Z-00000001"
    connection = connect(data / "snapshots" / f"{name}.duckdb")
    try:
        return compose(Snapshot(name, connection), ALL, root="")[0]
    finally:
        connection.close()


def test_a_kept_report_keeps_its_snapshot(tmp_path):
    from etl.retention import named_by_desk

    folder = tmp_path / "reports"
    folder.mkdir()
    asking = Asking(World(stories()[:40]))
    name = "20240701T120000Z-00000001"
    snapshot = type(asking.snapshot)(name, asking.con)
    write(compose(snapshot, Asked("2024-01", ("all",)), root="")[0], folder / "2024-01.html")
    assert named_by_desk(tmp_path) == {name}


def test_a_period_without_a_second_point_or_an_end_is_drawn():
    """One month of stories, not over by the clock: no line, no change, and it says so (12)."""
    world = World(many(25, date(2024, 6, 10), "agents"), (Publisher("weekly", "The Weekly", expected=[date(2024, 6, 10)]),),
                  clock=datetime(2024, 6, 12))  # fmt: skip
    said = text_of(html_of(Asking(world), Asked("2024-06", ("all",))))
    assert "This period is not whole: The Weekly: not over yet." in said
    assert "can’t be compared" in said
