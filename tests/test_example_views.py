"""views.toml: read whole or refused with file, entry and remedy; each sentence holds against the archive that ships."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from etl.errors import InputError
from etl.example_views import FILE, load_example_views

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
DIFFERENCE = "SELECT newcombe_low($1, $2, $3, $4), newcombe_high($1, $2, $3, $4)"
ENTRY = """
[chat]
name = "Chat"
sentence = "Chat: {now}."
query = "show=topic:chat"

[chat.numbers]
now = { key = "topic:chat", from = 2024-01-01, to = 2024-01-31, k = 1, n = 3 }
"""


def load(folder: Path, text: str):
    (folder / FILE).write_text(text, encoding="utf-8")
    return load_example_views(folder)


def test_a_view_is_read_whole(tmp_path):
    (view,) = load(tmp_path, ENTRY)
    (number,) = view.numbers
    assert (view.id, view.query, number.name, number.k, number.source) == ("chat", "show=topic:chat", "now", 1, None)


def test_seeds_without_views_have_none(tmp_path):
    assert load_example_views(tmp_path) == []


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ('name = "Chat"', 'name = "A chip that is much too long for one line"', "`name` has 41 characters"),
        ("{now}", "{then}", "`sentence` and `numbers` name different numbers"),
        ("{now}", "{now", "stray brace"),
        ('"show=topic:chat"', '""', "`query` holds no parameter"),
        ("k = 1", "k = 4", "k is not within n"),
        ("to = 2024-01-31", "to = 2023-01-31", "days run backwards"),
        ("k = 1", "k = 1, much = 2", "unknown key `much`"),
    ],
)
def test_a_wrong_view_is_refused_by_name(tmp_path, wrong, right, said):
    with pytest.raises(InputError, match=said) as caught:
        load(tmp_path, ENTRY.replace(wrong, right))
    assert caught.value.file == str(tmp_path / FILE)


def test_each_sentence_that_ships_says_what_the_archive_says(shipped_snapshot):
    name = (shipped_snapshot / "current").read_text().strip()
    of = "base_story([$source], $first, $last, false, 'story', {}, NULL, NULL)"
    share = f"SELECT (SELECT count(*) FROM {of.format('$keys')}), (SELECT count(*) FROM {of.format('NULL')})"
    views = load_example_views(SEEDS)
    assert [view.id for view in views] == ["generative-care", "covid", "agents", "uses", "vanished", "newsletters"]
    with duckdb.connect(str(shipped_snapshot / "snapshots" / f"{name}.duckdb"), read_only=True) as con:
        for view in views:
            for number in view.numbers:
                source = number.source or "the-batch"
                assert f"source={source}" in view.query
                keys = number.key.removeprefix("any:").split("+")
                asked = {"keys": keys, "source": source, "first": number.from_day, "last": number.to_day}
                ((k, n),) = con.execute(share, asked).fetchall()
                assert n == pytest.approx(number.n, rel=0.02), (view.id, number.name)
                assert k / n == pytest.approx(number.k / number.n, abs=0.03), (view.id, number.name)


def test_what_a_sentence_says_moved_moved_beyond_chance_8():
    with duckdb.connect() as con:
        for path in sorted((SEEDS.parent / "etl" / "sql" / "macros").glob("0[1-4]*.sql")):
            con.execute(path.read_text(encoding="utf-8"))
        for view in load_example_views(SEEDS):
            by_key: dict[str, list] = {}
            for number in view.numbers:
                by_key.setdefault(number.key, []).append(number)
            for numbers in by_key.values():
                assert len(numbers) > 1
                for a, b in pairwise(numbers):
                    ends = [a.k, a.n, b.k, b.n]
                    ((low, high),) = con.execute(DIFFERENCE, ends).fetchall()
                    assert low > 0 or high < 0, (view.id, a.name, b.name)
