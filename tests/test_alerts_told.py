"""Each change is told once: over snapshots and repeated runs, by channels that fail, and from a state that is lost."""

from __future__ import annotations

import base64
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st

from etl import alerts as module
from etl.alert_judge import ABOVE, BELOW, DOWN, INSIDE, LEVEL, UNKNOWN, UP
from etl.alert_rules import Alert, Band, Mover, Watch
from etl.alert_state import Kept, Message, after_look, is_change, read_state, with_message
from etl.alerts import Told, after_publish, deliver
from etl.settings import Settings
from tests.alert_kit import Desk, issues, write_alerts
from tests.listening import Hook, Mailbox, mailbox, webhook
from tests.worlds import Story, many

FIRST = date(2024, 5, 1)
CLOCK = datetime(2024, 7, 1, 12)
HEAD = '[care]\nwatch = "topic:healthcare"\nrule = "band"\nlow = 10\nhigh = 20\n'
IN, OUT = (1, 9), (0, 9)


@pytest.fixture
def hook() -> Iterator[Hook]:
    """A webhook that listens."""
    with webhook() as listening:
        yield listening


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """A mail server that listens."""
    with mailbox() as listening:
        yield listening


@pytest.fixture
def desk(empty_data, hook) -> Desk:
    """A data folder without a snapshot, and settings that know the webhook alone."""
    desk = Desk(replace(empty_data, alert_webhook=hook.address))
    write_alerts(desk.settings, HEAD)
    return desk


def run_over(desk: Desk, shares: list[tuple[int, int]], *, clock: datetime = CLOCK) -> list[str]:
    """Publish these issues and evaluate as a run does; returns its warnings."""
    desk.publish(issues(FIRST, shares), clock=clock)
    return after_publish(desk.settings, desk.snapshot(), clock)


def again(desk: Desk) -> list[str]:
    """A run that had nothing new."""
    return after_publish(desk.settings, desk.snapshot(), CLOCK)


# Once per change


def test_leaving_the_band_and_returning_are_told_once_each(desk, hook):
    shares = [IN, IN, IN]
    for share in (OUT, OUT, OUT, OUT, OUT, IN, IN, OUT):
        shares = [*shares, share]
        assert run_over(desk, shares) == []
        assert again(desk) == []
    assert [post["status"] for post in hook.posted] == ["below", "inside"]
    left, back = hook.posted
    assert left["sentence"] == (
        "Healthcare in The Weekly: 0 of 27 stories (0 %) in the last 3 issues; the band asks 10 to 20 %; below since 22 May 2024"
    )
    assert back["sentence"] == (
        "Back in the band. Healthcare in The Weekly: 1 of 27 stories (3.7 %) in the last 3 issues; the band asks 10 to 20 %; "
        "1 of the 3 issues within"
    )
    assert left["text"] == f"{left['sentence']}.\n{left['link']}"
    assert left["id"] != back["id"]


def test_a_first_look_only_notes_where_things_stand(desk, hook):
    assert run_over(desk, [OUT] * 3) == []
    assert hook.posted == []


def test_tell_at_once_tells_what_stands_at_the_first_look(desk, hook):
    write_alerts(desk.settings, HEAD + "tell_at_once = true\n")
    run_over(desk, [OUT] * 3)
    again(desk)
    assert [post["status"] for post in hook.posted] == ["below"]


def test_a_lost_or_damaged_state_floods_nobody(desk, hook):
    run_over(desk, [IN] * 3)
    run_over(desk, [IN] * 3 + [OUT] * 3)
    state = desk.settings.data / "alerts.json"
    state.write_text('{"v": 1, "alerts": {"care": 7}}')
    (warning,) = again(desk)
    assert warning == (
        f"alerts: {state}: what was told can't be read (TypeError); each alert starts anew, without a message"
    )
    state.unlink()
    assert again(desk) == []
    assert len(hook.posted) == 1


def test_a_rolled_back_snapshot_tells_nothing_and_what_follows_is_not_told_twice(desk, hook):
    run_over(desk, [IN] * 3)
    older = desk.snapshot()
    run_over(desk, [IN] * 3 + [OUT] * 3)
    assert after_publish(desk.settings, older, CLOCK) == []
    run_over(desk, [IN] * 3 + [OUT] * 4)
    assert [post["status"] for post in hook.posted] == ["below"]


def test_an_alert_that_was_changed_is_a_new_alert_but_one_that_was_only_renamed_is_not(desk, hook):
    run_over(desk, [IN] * 3)
    write_alerts(desk.settings, HEAD.replace("low = 10", "low = 15"))
    run_over(desk, [IN] * 3 + [OUT] * 3)
    assert hook.posted == []
    write_alerts(desk.settings, HEAD.replace("low = 10", "low = 15") + 'name = "Care"\n')
    run_over(desk, [IN] * 3 + [OUT] * 3 + [(4, 9)] * 3)
    assert [(post["status"], post["name"]) for post in hook.posted] == [("above", "Care")]
    assert hook.posted[0]["sentence"].startswith("Care: 12 of 27 stories")


def test_each_clear_change_of_a_new_month_is_told_and_that_a_month_brings_none_is_not(desk, hook):
    write_alerts(desk.settings, '[care]\nwatch = "topic:healthcare"\nrule = "mover"\ngrain = "month"\n')
    shares = {2: (40, 200), 3: (70, 200), 4: (105, 200), 5: (105, 200), 6: (60, 200)}
    stories: list[Story] = []
    for month, (k, n) in shares.items():
        day = date(2024, month, 28)
        stories += [
            *many(k, day, "healthcare"),
            *many(n - k, day, "agents"),
            Story(date(2024, month, 1), form="letter"),
        ]
        ended = [*stories, Story(date(2024, month + 1, 1), form="letter")]
        clock = datetime(2024, month + 1, 2)
        desk.publish(ended, clock=clock)
        assert after_publish(desk.settings, desk.snapshot(), clock) == []
        assert after_publish(desk.settings, desk.snapshot(), clock) == []
    told = [(post["status"], post["sentence"].partition(" to ")[2][:18]) for post in hook.posted]
    assert [status for status, _ in told] == [
        "up",
        "down",
    ]  # March is the first that compares: noted; May has no clear change
    assert "in June 2024" in hook.posted[1]["sentence"]


def test_silence_begins_without_a_new_snapshot_and_its_end_is_told(desk, hook):
    write_alerts(desk.settings, '[quiet]\nrule = "silent"\nsource = "weekly"\n')
    run_over(desk, [IN] * 4, clock=datetime(2024, 5, 23))
    for clock in (datetime(2024, 6, 12), datetime(2024, 6, 13), datetime(2024, 6, 20)):
        assert after_publish(desk.settings, desk.snapshot(), clock) == []
    run_over(desk, [IN] * 9, clock=datetime(2024, 6, 27))
    assert [post["sentence"] for post in hook.posted] == [
        "The Weekly: silent for 22 days, since 22 May 2024; usually 7 days apart",
        "Publishes again. The Weekly: last story on 26 June 2024, 1 day ago; usually 7 days apart",
    ]


def test_a_phrase_is_told_once_with_its_stories(desk, hook):
    write_alerts(desk.settings, '[words]\nrule = "phrase"\nphrase = "GPT-6"\n')
    plain = many(3, FIRST)
    first = Story(FIRST + timedelta(7), title="GPT-6 is here", url="https://weekly.example/gpt-6")
    for stories in (
        plain,
        [*plain, first],
        [*plain, first, Story(FIRST + timedelta(8), title="GPT-6 again")],
        plain,
        [*plain, first],
    ):
        desk.publish(stories, clock=CLOCK)
        assert again(desk) == []
    (post,) = hook.posted
    assert post["text"].splitlines() == [
        "“GPT-6”: first seen on 8 May 2024 in The Weekly; 1 story so far.",
        "- 2024-05-08 The Weekly: GPT-6 is here https://weekly.example/gpt-6",
        "http://127.0.0.1:8501/story?story=0000000000000004",
    ]
    assert post["stories"] == [
        {"story_id": "0000000000000004", "title": "GPT-6 is here", "url": "https://weekly.example/gpt-6", "day": "2024-05-08",
         "source": "The Weekly", "link": "http://127.0.0.1:8501/story?story=0000000000000004"}
    ]  # fmt: skip


# Channels


def left_band(desk: Desk) -> list[str]:
    """The band was held, and is left."""
    run_over(desk, [IN] * 3)
    return run_over(desk, [IN] * 3 + [OUT] * 3)


def test_a_webhook_that_fails_is_tried_again_with_the_same_message_until_it_takes_it(desk, hook):
    hook.status = 503
    assert left_band(desk) == ["alerts: alert_webhook answered 503; what waits is sent with the next run"]
    run_over(desk, [IN] * 3 + [OUT] * 3 + [IN])  # and back, while it is down
    assert hook.posted == []
    hook.status = 200
    assert again(desk) == []
    assert again(desk) == []
    assert [post["status"] for post in hook.posted] == ["below", "inside"]


def test_a_webhook_that_is_not_there_is_a_warning_that_keeps_its_address_secret(desk, monkeypatch, hook):
    monkeypatch.setenv("HOOK", "http://127.0.0.1:9/secret")
    desk.with_settings(alert_webhook="env:HOOK")
    (warning,) = left_band(desk)
    assert warning == "alerts: alert_webhook can't be reached (ConnectionError); what waits is sent with the next run"
    monkeypatch.delenv("HOOK")
    (warning,) = again(desk)
    assert "alert_webhook: env:HOOK is not set in the environment" in warning
    monkeypatch.setenv("HOOK", hook.address)
    assert again(desk) == []
    assert len(hook.posted) == 1


def test_only_the_channel_that_failed_is_tried_again(desk, hook, tmp_path):
    took = tmp_path / "took.txt"
    code = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read())"
    desk.with_settings(alert_command=[sys.executable, "-c", code, str(took)])
    hook.status = 500
    left_band(desk)
    hook.status = 200
    again(desk)
    assert len(hook.posted) == 1
    assert took.read_text(encoding="utf-8") == hook.posted[0]["text"] + "\n"


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ([sys.executable, "-c", "import sys; sys.exit('no paper')"], "alert_command ended with 1: no paper"),
        (["/nowhere/at/all"], "alert_command can't be called (No such file or directory)"),
    ],
    ids=["status", "missing"],
)
def test_a_command_that_fails_is_named(desk, command, why):
    desk.with_settings(alert_command=command, alert_webhook="")
    assert left_band(desk) == [f"alerts: {why}; what waits is sent with the next run"]


def test_a_command_that_does_not_read_its_input_is_no_failure(desk):
    desk.with_settings(alert_command=[sys.executable, "-c", ""], alert_webhook="")
    assert left_band(desk) == []


def test_a_command_that_hangs_is_ended_with_what_it_called(desk, monkeypatch):
    monkeypatch.setattr("etl.alert_send.COMMAND_SECONDS", 0.5)
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"
    desk.with_settings(alert_command=[sys.executable, "-c", code], alert_webhook="")
    assert left_band(desk) == ["alerts: alert_command did not end within 0.5 s; what waits is sent with the next run"]


def test_mail_goes_to_every_address_with_the_sentence_as_subject(desk, box):
    desk.with_settings(
        alert_mail="ed@desk.example, eve@desk.example", mail_from="news@desk.example", mail_server=box.server
    )
    write_alerts(desk.settings, HEAD + 'to = ["mail"]\n')
    assert left_band(desk) == []
    (mail,) = box.mails
    assert (mail["From"], mail["To"]) == ("news@desk.example", "ed@desk.example, eve@desk.example")
    assert mail["Subject"].startswith("Healthcare in The Weekly: 0 of 27 stories (0 %) in the last 3 issues")
    body = mail.get_content()
    assert body.startswith("Healthcare in The Weekly: 0 of 27 stories")
    assert "http://127.0.0.1:8501/?show=topic%3Ahealthcare" in body
    assert [line for line in box.envelopes[0] if "rcpt" in line.lower()] == [
        "rcpt TO:<ed@desk.example>", "rcpt TO:<eve@desk.example>"
    ]  # fmt: skip


def test_mail_logs_in_with_what_the_environment_holds(desk, box, monkeypatch):
    monkeypatch.setenv("MAIL", f"smtp://ed:p%40ss@{box.server}")
    desk.with_settings(
        alert_webhook="", alert_mail="ed@desk.example", mail_from="a@desk.example", mail_server="env:MAIL"
    )
    assert left_band(desk) == []
    assert [base64.b64decode(text) for text in box.logins] == [b"\0ed\0p@ss"]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"mail_from": ""}, "mail_from is not set in settings.toml"),
        ({"mail_server": "no port"}, 'mail_server is no "host:port" nor smtps://user:password@host:port'),
        ({"mail_server": "127.0.0.1:9"}, "mail_server did not take the message (ConnectionRefusedError)"),
        ({}, "mail_server did not take the message (SMTPDataError)"),
    ],
    ids=["from", "server", "down", "refused"],
)
def test_mail_that_is_not_taken_is_tried_again(desk, box, values, why):
    box.refuses = "451 later"
    good = {
        "alert_webhook": "",
        "alert_mail": "ed@desk.example",
        "mail_from": "a@desk.example",
        "mail_server": box.server,
    }
    desk.with_settings(**good | values)
    assert left_band(desk) == [f"alerts: {why}; what waits is sent with the next run"]
    box.refuses = ""
    desk.with_settings(**good)
    assert again(desk) == []
    assert len(box.mails) == 1


def test_what_can_be_told_to_nobody_waits_until_a_way_is_set(desk, hook):
    desk.with_settings(alert_webhook="")
    path = desk.settings.desk / "alerts.toml"
    (warning,) = left_band(desk)
    assert warning == (
        f"alerts: {path}:care: there is something to tell and no way to; set alert_command, alert_webhook or alert_mail in settings.toml"
    )
    desk.with_settings(alert_webhook=hook.address)
    assert again(desk) == []
    assert len(hook.posted) == 1


def test_an_alert_that_is_gone_is_forgotten_with_what_it_waited_to_tell(desk, hook):
    hook.status = 500
    left_band(desk)
    path = write_alerts(desk.settings, "")
    hook.status = 200
    assert again(desk) == []
    path.unlink()
    assert again(desk) == []
    assert hook.posted == []
    assert read_state(desk.settings.data / "alerts.json") == ({}, [])


def test_a_slip_in_an_entry_is_a_warning_and_costs_neither_its_state_nor_the_others(desk, hook):
    run_over(desk, [IN] * 3)
    path = write_alerts(desk.settings, HEAD + "hihg = 3\n[other]\nrule = 'silent'\nsource = 'weekly'\n")
    assert again(desk) == [f"alerts: {path}:care: unknown key `hihg`; correct its spelling or remove it"]
    write_alerts(desk.settings, HEAD)
    run_over(desk, [IN] * 3 + [OUT] * 3)
    assert len(hook.posted) == 1


def test_a_file_that_is_no_toml_is_a_warning(desk):
    run_over(desk, [IN] * 3)
    write_alerts(desk.settings, "[care\n")
    (warning,) = again(desk)
    assert "alerts.toml: no valid TOML" in warning


def test_a_run_without_alerts_leaves_no_trace(empty_data):
    desk = Desk(empty_data)
    assert run_over(desk, [IN]) == []
    assert sorted(path.name for path in desk.settings.data.iterdir()) == ["current", "snapshots"]


def test_another_process_that_tells_is_waited_for_and_then_named(desk, monkeypatch):
    monkeypatch.setattr("etl.alerts._WAIT", 0.1)
    run_over(desk, [IN] * 3)
    with FileLock(desk.settings.data / ".alerts.json.lock"):
        (warning,) = again(desk)
    assert "another process is sending alerts" in warning


def test_a_disk_that_refuses_the_state_is_a_warning_and_nothing_is_sent(desk, hook, monkeypatch):
    run_over(desk, [IN] * 3)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("etl.alert_state.os.replace", full)
    (warning,) = run_over_open(desk)
    monkeypatch.undo()
    assert "No space left on device" in warning
    assert hook.posted == []
    again(desk)
    assert len(hook.posted) == 1


def run_over_open(desk: Desk) -> list[str]:
    """The band is left; publishing is the test's own and needs the real os.replace no more."""
    desk.publish(issues(FIRST, [IN] * 3 + [OUT] * 3), clock=CLOCK)
    return again(desk)


def test_a_run_that_is_killed_before_it_sends_tells_with_the_next(desk, hook, monkeypatch):
    run_over(desk, [IN] * 3)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "deliver", killed)
    with pytest.raises(KeyboardInterrupt):
        run_over(desk, [IN] * 3 + [OUT] * 3)
    monkeypatch.undo()
    assert again(desk) == []
    assert [post["status"] for post in hook.posted] == ["below"]


# Over any sequence

WAYS = ("command", "webhook")
looked = st.tuples(st.sampled_from([INSIDE, BELOW, ABOVE, UNKNOWN]), st.sets(st.sampled_from(WAYS)))


def alert(rule: Band | Mover) -> Alert:
    return Alert("care", Watch("topic:healthcare"), rule, Path("alerts.toml"), to=WAYS)


def go_through(steps: list[tuple[str, str, set[str]]], rule: Band | Mover) -> dict[str, list[str]]:
    """What each channel took, as 'step status', where each step is (status, evidence, channels that are down)."""
    one, kept, took = alert(rule), {}, {name: [] for name in WAYS}
    with tempfile.TemporaryDirectory() as folder:
        where = Settings(**dict.fromkeys(Settings.__slots__) | {"data": Path(folder)})
        for number, (status, evidence, down) in enumerate([*steps, (UNKNOWN, "", set())]):
            before = kept.get("care")
            now = after_look(before, one, status=status, evidence=evidence, clock="2024-07-01T00:00:00Z")
            if is_change(one, before, status=status, evidence=evidence):
                now = with_message(now, message(f"{number} {status}"))
            kept = {"care": now} if now else {}

            def by(_: Settings, channel: str, message: Message, down: set[str] = down) -> str:
                if channel not in down:
                    took[channel].append(message.id)
                return "down" if channel in down else ""

            deliver(where, [one], kept, Told(), by=by)
        stored = read_state(Path(folder) / "alerts.json")[0]
    assert all(not entry.waiting for entry in (*kept.values(), *stored.values()))
    return took


def message(name: str) -> Message:
    return Message(name, "care", "Care", "band", "", "", "", (), "", "")


@given(steps=st.lists(looked, max_size=12))
@settings(deadline=None)
def test_over_any_sequence_each_change_of_a_band_reaches_each_channel_once_and_in_order(steps):
    days = [(status, f"2024-{number:04d}", down) for number, (status, down) in enumerate(steps)]
    known = [(number, status) for number, (status, _) in enumerate(steps) if status != UNKNOWN]
    changes = [f"{n} {status}" for (_, before), (n, status) in pairwise(known) if status != before]
    assert go_through(days, Band(10, 20, 3, "issue")) == {"command": changes, "webhook": changes}


@given(steps=st.lists(st.tuples(st.sampled_from([UP, DOWN, LEVEL, UNKNOWN]), st.integers(1, 5)), max_size=12))
@settings(deadline=None)
def test_over_any_sequence_a_clear_change_is_told_once_for_each_period_and_direction(steps):
    told, changes = None, []
    for number, (status, period) in enumerate(steps):
        if status == UNKNOWN or (told and period < told[1]):
            continue
        clear, same = status != LEVEL, told and period == told[1]
        if told and ((same and status != told[0]) or (not same and clear)):
            changes.append(f"{number} {status}")
        told = (status, period)
    took = go_through([(status, str(period), set()) for status, period in steps], Mover("month", "before"))
    assert took["webhook"] == changes


def test_what_is_kept_reads_back_as_it_was_written(tmp_path):
    from etl.alert_state import write_state

    kept = {"care": Kept("abc", "below", "2024-05-01", "2024-07-01T00:00:00Z", 2, (message("1"), message("2")))}
    write_state(tmp_path / "alerts.json", kept)
    assert read_state(tmp_path / "alerts.json") == (kept, [])
    assert sorted(os.listdir(tmp_path)) == ["alerts.json"]
    assert json.loads((tmp_path / "alerts.json").read_text())["v"] == 1


def test_a_snapshot_that_is_gone_or_damaged_is_a_warning(desk):
    run_over(desk, [IN] * 3)
    gone = desk.snapshot().with_name("gone.duckdb")
    (warning,) = after_publish(desk.settings, gone, CLOCK)
    assert "the snapshot can't be opened" in warning
    path = desk.snapshot()
    with duckdb.connect(str(path)) as con:
        con.execute("DELETE FROM run")
    (warning,) = after_publish(desk.settings, path, CLOCK)
    assert "does not hold the run that made it" in warning
