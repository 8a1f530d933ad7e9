"""What a page shows, as link, sentence and source line: it remembers, says what has changed, and is harmless text."""

from __future__ import annotations

import re
from datetime import date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.shown import Data, Number, Shown, frame, link, one_line, read_was, sentence, source_line, what_changed

ROOT = "http://127.0.0.1:8501/"
HOSTILE = '=1+1 <script>alert(1)</script>\n![x](http://evil.example/a.png) \u202eevil\u202c "quoted" ' + "long " * 300
DATA = Data("20240701T120000Z-00000001", datetime(2024, 7, 1, 12))
NUMBERS = (Number("topic:agents", "AI agents", 96, 361), Number('phrase:a=b "c"', "a=b", 3, 361))
SHOWN = Shown(
    "topics", {"source": ["weekly"], "bars": ["topics"]}, DATA, "AI agents: 27 %.", "Likely range: 22–31 %", "Of 361 stories",
    (date(2024, 1, 1), date(2024, 6, 30)), NUMBERS,
)  # fmt: skip


def query_of(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)


def test_a_link_carries_choices_data_and_each_number():
    address = link(SHOWN, ROOT)
    assert address.startswith(f"{ROOT}topics?")
    assert query_of(address) == {
        "source": ["weekly"], "bars": ["topics"], "snapshot": [DATA.name],
        "was": ["topic:agents=96.361", 'phrase:a=b "c"=3.361'],
    }  # fmt: skip
    assert "was" not in query_of(link(SHOWN, ROOT, remembers=False))


@given(st.lists(st.tuples(st.text(min_size=1), st.integers(0, 10**9), st.integers(0, 10**9)), unique_by=lambda n: n[0]))
def test_whatever_a_key_is_the_link_gives_its_numbers_back(numbers):
    was = [f"{key}={k}.{n}" for key, k, n in numbers]
    assert read_was(was) == {key: (k, n) for key, k, n in numbers}


@pytest.mark.parametrize(
    "text", ["", "topic:a", "topic:a=", "topic:a=1", "topic:a=1.2.3", "=1.2", "topic:a=-1.2", "a=1." + "9" * 40]
)
def test_what_can_not_be_read_says_nothing(text):
    assert read_was([text]) == {}


def test_what_was_and_what_is_stands_side_by_side():
    was = ["topic:agents=50.200", "topic:gone=1.2", 'phrase:a=b "c"=3.361']
    assert what_changed(was, "old", NUMBERS) == (
        "This link was made from older data (`old`): AI agents was 50 of 200 and is 96 of 361."
    )
    assert what_changed(["topic:agents=96.361"], "old", NUMBERS) is None
    many = [Number(f"topic:{number}", f"Line {number}", 2, 9) for number in range(20)]
    said = str(what_changed([f"topic:{number}=1.9" for number in range(20)], "old", many))
    assert said.endswith("Line 7 was 1 of 9 and is 2 of 9; 12 more numbers changed.")
    whole = (Number("stories", "The number of stories", 12, 12),)
    assert "The number of stories was 10 and is 12." in str(what_changed(["stories=10.10"], "old", whole))


def test_a_sentence_carries_all_that_a_citation_needs():
    assert sentence(SHOWN, ROOT) == (
        "AI agents: 27 %. Likely range: 22–31 %. Of 361 stories, 1 Jan 2024 to 30 Jun 2024. Source: AI News Trends, data of "
        f"1 Jul 2024, 12:00 UTC ({DATA.name}), {link(SHOWN, ROOT, remembers=False)}"
    )
    assert source_line(SHOWN) == (
        f"Of 361 stories · 1 Jan 2024 to 30 Jun 2024 · AI News Trends, data of 1 Jul 2024, 12:00 UTC · {DATA.name}"
    )


def test_strangers_words_stay_one_short_line_of_text():
    hostile = Shown("", {"source": [HOSTILE]}, DATA, HOSTILE, "", HOSTILE, None, (Number(HOSTILE, HOSTILE, 1, 2),))
    for text in (sentence(hostile, ROOT), source_line(hostile), one_line(HOSTILE)):
        assert "\n" not in text
        assert "\u202e" not in text
    assert len(one_line(HOSTILE)) == 600
    changed = str(what_changed([f"{HOSTILE}=0.2"], "old", hostile.numbers))
    assert "\\!\\[x\\]" in changed
    assert re.findall(r"(?<!\\)[<\[\]!]", changed) == []
    assert frame(hostile, ROOT).count('"') == 10  # five attributes, and none that a stranger added
    assert "<script" not in frame(hostile, ROOT)


def test_a_link_for_another_page_shows_the_chart_alone():
    assert query_of(link(SHOWN, ROOT, embed=True))["embed"] == ["true"]
    assert frame(SHOWN, ROOT).startswith(f'<iframe src="{ROOT}topics?source=weekly&amp;bars=topics&amp;snapshot=')
