"""When an entry was published: only days that can be, never shifted where no time is given, never guessed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.sources.entry_date import Dated, GivenDate, date_in_address, first_possible, read_date
from tests.feed_kit import take


def read(text: str) -> datetime | None:
    dated = read_date(GivenDate(text))
    return dated and dated.published


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tue, 24 Nov 2026 10:00:00 GMT", datetime(2026, 11, 24, 10)),
        ("Tue, 24 Nov 2026 10:00:00 -0800", datetime(2026, 11, 24, 18)),
        ("Tue, 24 Nov 26 10:00:00 EST", datetime(2026, 11, 24, 15)),
        ("2026-11-24T10:00:00+09:00", datetime(2026, 11, 24, 1)),
        ("2026-11-24t10:00z", datetime(2026, 11, 24, 10)),
        ("2026-11-24 10:00:00.123", datetime(2026, 11, 24, 10)),
        # A day without a time is that day.
        ("2026-11-24", datetime(2026, 11, 24)),
        ("2026-11-24T00:00:00+09:00", datetime(2026, 11, 24)),
        ("Tue, 24 Nov 2026 00:00:00 +0900", datetime(2026, 11, 24)),
        # Days that can't be.
        ("2026-13-01", None),
        ("2026-02-30T10:00:00Z", None),
        ("Thu, 32 Nov 2026 10:00:00 GMT", None),
        ("24 Nov 2026 25:61:00 GMT", None),
        ("0001-01-01T00:00:00Z", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("1989-12-31", None),
        ("1990-01-01", datetime(1990, 1, 1)),
        ("9999-12-31T23:59:59-12:00", None),
        # Nothing that would be a guess.
        ("2026", None),
        ("2026-11", None),
        ("2026-328", None),
        ("1764000000", None),
        ("11/10/2026", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_written_date_is_read_or_counts_as_absent(text: str, expected: datetime | None):
    assert read(text) == expected


def test_the_feed_parser_reads_what_only_it_can():
    parsed = datetime(2026, 11, 24, 9).timetuple()
    assert read_date(GivenDate("Δευ, 24 Νοέ 2026 09:00:00 EST", parsed)) == Dated(
        datetime(2026, 11, 24, 9), date(2026, 11, 24)
    )


def test_the_first_date_that_can_be_counts():
    given_dates = [GivenDate("2026-13-01"), GivenDate("2026-11-23"), GivenDate("2026-11-24")]
    assert first_possible(given_dates) == Dated(datetime(2026, 11, 23), date(2026, 11, 23))
    assert first_possible([]) is None


@pytest.mark.parametrize(
    ("address", "day"),
    [
        ("https://a.example/2026/11/24/story", date(2026, 11, 24)),
        ("https://a.example/2026/1/4/", date(2026, 1, 4)),
        ("https://a.example/story-2026-11-24.html", date(2026, 11, 24)),
        ("https://a.example/2026/11/story", None),
        ("https://a.example/2026/13/24/story", None),
        ("https://a.example/12026-11-245", None),
        ("https://a.example/1970/01/01/", None),
        ("https://a.example/story?on=2026-11-24", None),
        ("https://[half", None),
    ],
)
def test_a_day_is_read_from_an_address_only_where_it_is_whole(address: str, day: date | None):
    found = date_in_address(address)
    assert (found and found.day) == day


def test_each_entry_says_where_its_date_was_found():
    found = [(document.date_from, document.day) for document in take("odd-dates.xml").documents]
    today = date(2026, 11, 25)
    assert found == [
        ("document", date(2026, 11, 24)),
        ("address", date(2026, 11, 20)),
        ("fetch", today),
        ("address", date(2026, 11, 21)),
        ("document", date(2026, 11, 24)),
        ("fetch", today),
        ("document", date(2056, 11, 24)),  # left for the run to set aside
    ]


@given(st.datetimes(datetime(1991, 1, 1), datetime(2100, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_a_moment_comes_back_in_utc_in_both_ways_of_writing_it(moment: datetime, minutes: int):
    moment = moment.replace(microsecond=0)
    zone = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
    midnight = (moment.hour, moment.minute, moment.second) == (0, 0, 0)
    expected = moment if midnight else moment - timedelta(minutes=minutes)
    assert read(moment.strftime("%a, %d %b %Y %H:%M:%S ") + zone) == expected
    assert read(moment.isoformat() + zone[:3] + ":" + zone[3:]) == expected


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_none(text: str):
    read(text)
    date_in_address(text)
