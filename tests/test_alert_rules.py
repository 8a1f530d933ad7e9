"""alerts.toml: what an entry may say, what is wrong with one that can't be used, and what the command prints of it."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path

import pytest

from etl.alert_rules import Alert, Band, Mover, Phrase, Silent, Watch, load_alerts
from etl.alert_words import in_period, percent
from etl.errors import InputError
from tests.alert_kit import Desk, issues, write_alerts, write_view
from tests.worlds import Story

CLOCK = datetime(2024, 7, 1, 12)
BAND = 'watch = "topic:chat"\nrule = "band"\nlow = 10\n'
GOOD = """
[care]
name = "Care  in my paper"
watch = "topic:healthcare"
sources = ["weekly"]
about_any = ["region:CN"]
rule = "band"
low = 10
high = 20.5
issues = 4
to = ["mail", "webhook"]
tell_at_once = true

[moves]
watch = "organization:openai"
rule = "mover"
grain = "quarter"
against = "year"

[months]
watch = "desk:health"
rule = "band"
high = 5
grain = "month"

[quiet]
rule = "silent"
source = "weekly"

[words]
rule = "phrase"
phrase = "world  model"
since = 2026-11-01
"""


@pytest.fixture
def desk(empty_data) -> Desk:
    """A data folder without a snapshot."""
    return Desk(empty_data)


def test_each_rule_is_read_with_its_defaults(desk):
    path = write_alerts(desk.settings, GOOD)
    loaded = load_alerts(desk.settings.desk)
    assert loaded.problems == ()
    assert loaded.alerts == (
        Alert("care", Watch("topic:healthcare", ("weekly",), about_any=("region:CN",)), Band(10, 20.5, 4, "issue"), path,
              name="Care in my paper", to=("mail", "webhook"), tell_at_once=True),
        Alert("moves", Watch("organization:openai"), Mover("quarter", "year"), path),
        Alert("months", Watch("desk:health"), Band(0, 5, 3, "month"), path),
        Alert("quiet", Watch(sources=("all",)), Silent("weekly"), path),
        Alert("words", Watch(sources=("all",)), Phrase("world model", date(2026, 11, 1)), path),
    )  # fmt: skip


def test_the_readme_s_example_loads(desk):
    readme = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
    section = readme.partition("\n## Alerts\n")[2].partition("\n## ")[0]
    write_alerts(desk.settings, section.partition("```toml\n")[2].partition("```")[0])
    loaded = load_alerts(desk.settings.desk)
    assert loaded.problems == ()
    assert {type(alert.rule) for alert in loaded.alerts} == {Band, Mover, Silent, Phrase}


def test_a_desk_without_the_file_has_no_alerts(desk):
    assert load_alerts(desk.settings.desk).alerts == ()


def test_what_is_told_to_whom_is_no_part_of_what_is_watched(desk):
    write_alerts(desk.settings, f'[a]\n{BAND}[b]\n{BAND}name = "B"\nto = ["mail"]\n[c]\n{BAND}issues = 2\n')
    one, renamed, other = (alert.definition for alert in load_alerts(desk.settings.desk).alerts)
    assert one == renamed != other


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ('watch = "topic:chat"', "`rule` is missing"),
        ('rule = "bend"', "`rule` is 'bend'; use one of band, mover, phrase, silent"),
        ('rule = "band"\nlow = 1', "`watch` is missing"),
        ('rule = "band"\nlow = 1\nwatch = "chat"', "`watch` holds 'chat'; give a key such as topic:healthcare"),
        ('rule = "band"\nwatch = "topic:chat"', "a band needs `low` or `high`; add low = 10 or high = 20, in percent"),
        (BAND + "high = 5", "`low` (10) is above `high` (5); exchange them"),
        (BAND.replace("10", "110"), "`low` is 110; give a number of percent from 0 to 100"),
        (BAND.replace("10", "true"), "`low` is True; give a number of percent"),
        (BAND.replace("10", "2024-01-01T00:00:00"), "`low` is datetime.datetime(2024, 1, 1, 0, 0)"),
        (BAND + "issues = 0", "`issues` is 0; give a whole number from 1 to 100"),
        (BAND + 'issues = 3\ngrain = "month"', "`issues` stands beside `periods` or `grain`"),
        (BAND + "periods = 2", "`grain` is missing"),
        (BAND + 'to = ["pigeon"]', "`to` holds 'pigeon'; use command, webhook, mail"),
        (BAND + "sources = [1]", "`sources` is [1]; give a list of texts"),
        (BAND + 'sources = ["all", "weekly"]', "`sources` mixes ids with a group"),
        (BAND + "hihg = 3", "unknown key `hihg`; correct its spelling or remove it"),
        (BAND + 'about_any = ["organization:a", "named:b"]', "organizations are counted in two ways at once"),
        (BAND + "about_all = ['phrase:mcp']", "`about_all` holds 'phrase:mcp'; give a key such as topic:healthcare"),
        ('rule = "mover"\nwatch = "topic:chat"\ngrain = "decade"', "`grain` is 'decade'; use one of day, month, quarter, week, year"),
        ('rule = "mover"\nwatch = "topic:chat"\ngrain = "month"\nagainst = "peers"', "`against` is 'peers'"),
        ('rule = "silent"', "`source` is missing"),
        ('rule = "silent"\nsource = "a"\nwatch = "topic:chat"', "unknown key `watch`"),
        ('rule = "phrase"\nphrase = " - "', "`phrase` is '-'; give a phrase of at least one letter or digit"),
        ('rule = "band"\nlow = 1\nview = "mine"', "no saved view is called 'mine'; use one of them (none are saved yet)"),
    ],
)  # fmt: skip
def test_an_entry_that_can_not_be_used_is_named_with_the_remedy_and_the_others_count(desk, entry, problem):
    path = write_alerts(desk.settings, f"[wrong]\n{entry}\n[right]\n{BAND}")
    loaded = load_alerts(desk.settings.desk)
    assert [alert.id for alert in loaded.alerts] == ["right"]
    (error,) = loaded.problems
    assert str(error).startswith(f"{path}:wrong: {problem}")
    assert error.remedy


def test_an_entry_that_is_no_table_is_named(desk):
    path = write_alerts(desk.settings, f"loose = 1\n[right]\n{BAND}")
    (error,) = load_alerts(desk.settings.desk).problems
    assert str(error) == f"{path}:loose: that is not a table; write it as key = value pairs"


# Saved views


@pytest.mark.parametrize(
    ("value", "more", "expected"),
    [
        ("show=organization:openai&role=named&any=topic:chat&none=organization:acme&source=all", "",
         Watch("named:openai", ("all",), about_any=("topic:chat",), about_none=("named:acme",))),
        ("show=topic:a&show=topic:b&letters=yes&unit=copy", 'watch = "topic:b"',
         Watch("topic:b", letters=True, unit="copy")),
        ("show=topic:a&source=x&every=region:CN", 'sources = ["y"]\nabout_all = ["region:FR"]',
         Watch("topic:a", ("y",), about_all=("region:FR",))),
    ],
    ids=["named", "lines", "overruled"],
)  # fmt: skip
def test_a_view_says_what_the_entry_leaves_open(desk, value, more, expected):
    write_view(desk.settings, "mine", value)
    write_alerts(desk.settings, f'[a]\nview = "mine"\nrule = "band"\nlow = 5\n{more}\n')
    (alert,) = load_alerts(desk.settings.desk).alerts
    assert alert.watch == expected


def test_a_view_brings_its_grain_and_goes_by_its_last_version(desk):
    write_view(desk.settings, "mine", "show=topic:a&grain=week")
    write_view(desk.settings, "mine", {"name": "My view", "query": "?show=topic:b&grain=month"}, number=2)
    write_alerts(
        desk.settings, '[a]\nview = "mine"\nrule = "mover"\n[b]\nview = "My view"\nrule = "mover"\ngrain = "year"\n'
    )
    one, other = load_alerts(desk.settings.desk).alerts
    assert (one.watch.key, one.rule, other.rule) == ("topic:b", Mover("month", "before"), Mover("year", "before"))


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("show=topic:a&show=topic:b", "the view does not show exactly one line; add watch = the one to be watched"),
        ("when=all", "the view does not show exactly one line"),
        ("show=topic:a&weigh=sources", "the view weighs each source the same"),
        ("show=topic:a&compare=yes", "the view compares sources"),
        ("show=topic:a&every=phrase:mcp", "the view counts only stories that say a phrase, which alerts can't"),
        (7, "the view does not show exactly one line"),
        ({"show": {"topic": "a"}}, "the view does not show exactly one line"),
    ],
)
def test_a_view_that_no_alert_can_follow_is_named(desk, value, problem):
    write_view(desk.settings, "mine", value)
    path = write_alerts(desk.settings, '[a]\nview = "mine"\nrule = "band"\nlow = 5\n')
    (error,) = load_alerts(desk.settings.desk).problems
    assert str(error).startswith(f"{path}:a: {problem}")


@pytest.mark.parametrize("called", ["mine", "My view", "view-1"], ids=["by its id", "by its name", "by its line's id"])
def test_a_view_that_was_removed_is_none(desk, called):
    write_view(desk.settings, "mine", {"name": "My view", "query": "show=topic:a"})
    write_view(desk.settings, "other", "show=topic:b", number=2)
    write_view(desk.settings, "mine", {"name": "My view"}, action="remove", number=3)
    write_alerts(desk.settings, f'[a]\nview = "{called}"\nrule = "band"\nlow = 5\n')
    (error,) = load_alerts(desk.settings.desk).problems
    assert f"no saved view is called '{called}'; use one of them (other, view-2)" in str(error).replace('"', "'")


def test_a_view_outlives_the_removal_of_another_one_of_its_name(desk):
    write_view(desk.settings, "first", {"name": "Same", "query": "show=topic:a"})
    write_view(desk.settings, "second", {"name": "Same", "query": "show=topic:b"}, number=2)
    write_view(desk.settings, "first", {"name": "Same"}, action="remove", number=3)
    write_alerts(desk.settings, '[a]\nview = "Same"\nrule = "band"\nlow = 5\n')
    assert [alert.watch.key for alert in load_alerts(desk.settings.desk).alerts] == ["topic:b"]


# The command


@pytest.fixture
def ainews(desk, monkeypatch, capsys):
    """Call `ainews alerts` with these arguments: (exit status, stdout, stderr)."""
    from etl import __main__ as module

    monkeypatch.setenv("AINEWS_SEEDS", str(desk.settings.seeds))
    monkeypatch.setenv("AINEWS_DATA", str(desk.settings.data))

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["ainews", "alerts", *arguments])
        with pytest.raises(SystemExit) as ended:
            module.main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return call


CARE = '[care]\nwatch = "topic:healthcare"\nrule = "band"\nlow = 10\nhigh = 20\n'
WORDS = '[words]\nrule = "phrase"\nphrase = "headline"\ntell_at_once = true\n'
AT = ("--clock", "2024-07-01T12:00:00")


def publish(desk: Desk, shares: list[tuple[int, int]]) -> None:
    desk.publish([*issues(date(2024, 5, 1), shares), Story(date(2024, 5, 1), title="A Headline")], clock=CLOCK)


def by_command(desk: Desk, tmp_path: Path) -> Path:
    """Let alerts go into a file, which is returned."""
    took = tmp_path / "took.txt"
    code = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read())"
    (desk.settings.desk / "settings.toml").write_text(
        f"alert_command = {json.dumps([sys.executable, '-c', code, str(took)])}\ndashboard_address = ''\n"
    )
    return took


def test_the_command_says_where_each_alert_stands_and_sends_what_changed(desk, ainews, tmp_path):
    write_alerts(desk.settings, CARE)
    took = by_command(desk, tmp_path)
    publish(desk, [(1, 9)] * 3)
    stands = "care: Healthcare in The Weekly: {} in the last 3 issues; the band asks 10 to 20 %; {}.\n  {}\n"
    within = ("3 of 28 stories (10.7 %)", "3 of the 3 issues within")
    assert ainews(*AT) == (0, stands.format(*within, "Looked at for the first time; told when it changes."), "")
    assert ainews(*AT) == (0, stands.format(*within, "Nothing new since 1 July 2024."), "")
    publish(desk, [(1, 9)] * 3 + [(0, 9)] * 3)
    left = ("0 of 27 stories (0 %)", "below since 22 May 2024")
    assert ainews(*AT, "--dry-run") == (0, stands.format(*left, "Would be sent by command."), "")
    assert not took.exists()
    assert ainews(*AT) == (0, stands.format(*left, "Sent by command."), "")
    assert took.read_text(encoding="utf-8") == stands.format(*left, "").removeprefix("care: ").rstrip() + "\n"
    assert ainews(*AT) == (0, stands.format(*left, "Nothing new since 1 July 2024."), "")


def test_the_command_lists_the_stories_of_a_phrase_and_says_what_could_not_be_sent(desk, ainews):
    path = write_alerts(desk.settings, WORDS)
    publish(desk, [])
    (desk.settings.desk / "settings.toml").write_text("dashboard_address = ''\n")
    said = "words: “headline”: first seen on 1 May 2024 in The Weekly; 1 story so far.\n    2024-05-01 The Weekly: A Headline\n"
    assert ainews(*AT, "--dry-run") == (0, said + "  Would be told, but no way to tell it is set.\n", "")
    status, out, err = ainews(*AT)
    assert (status, out) == (1, said + "  Could not be sent; it waits.\n")
    assert err == (
        f"ainews: warning: {path}:words: there is something to tell and no way to; "
        "set alert_command, alert_webhook or alert_mail in settings.toml\n"
    )


def test_the_command_as_json(desk, ainews):
    write_alerts(desk.settings, CARE + WORDS)
    publish(desk, [(0, 9)] * 3)
    status, out, _ = ainews(*AT, "--dry-run", "--json")
    care, words = json.loads(out)["alerts"]
    assert status == 0
    assert (care["id"], care["rule"], care["status"], care["evidence"], care["change"]) == (
        "care", "band", "below", "2024-05-15", False
    )  # fmt: skip
    assert (words["change"], words["stories"][0]["title"], len(words["waiting"])) == (True, "A Headline", 1)


def test_the_command_refuses_a_file_with_a_slip_before_anything_is_sent(desk, ainews):
    path = write_alerts(desk.settings, WORDS + "[care]\nrule = 'band'\n")
    publish(desk, [])
    status, out, err = ainews(*AT)
    assert (status, out) == (1, "")
    assert err == f"ainews: {path}:care: a band needs `low` or `high`; add low = 10 or high = 20, in percent\n"


def test_the_command_says_where_it_can_note_nothing(desk, ainews):
    write_alerts(desk.settings, CARE)
    publish(desk, [(1, 9)] * 3)
    (desk.settings.data / "alerts.json").mkdir()
    status, out, err = ainews(*AT)
    assert (status, out) == (1, "")
    assert err.startswith(f"ainews: {desk.settings.data / 'alerts.json'}: what was told can't be noted")


def test_the_command_without_alerts_or_snapshot_says_so(desk, ainews):
    status, _, err = ainews()
    assert (status, "there is no snapshot yet" in err) == (1, True)
    publish(desk, [])
    assert ainews() == (0, "There are no alerts: write some into alerts.toml of the desk folder.\n", "")


@pytest.mark.parametrize(
    ("k", "n", "said"), [(2, 21, "9.5 %"), (2, 20, "10 %"), (0, 9, "0 %"), (1, 5000, "under 0.1 %"), (4999, 5000, "over 99.9 %")]
)  # fmt: skip
def test_a_share_never_reads_as_all_or_none_where_it_is_not(k, n, said):
    assert percent(k, n) == said


def test_an_input_error_names_the_alerts_file():
    error = Alert("care", Watch(), Silent("x"), Path("alerts.toml")).error("it is wrong", remedy="mend it")
    assert isinstance(error, InputError)
    assert str(error) == "alerts.toml:care: it is wrong; mend it"


@pytest.mark.parametrize(
    ("grain", "text"), [("month", "in May 2020"), ("week", "in the week of 4 May 2020"), ("day", "on 4 May 2020")]
)
def test_a_sentence_goes_on_with_a_period_as_its_grain_asks(grain: str, text: str):
    assert in_period(date(2020, 5, 4), grain) == text
