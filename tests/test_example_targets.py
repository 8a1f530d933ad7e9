"""targets.toml: read whole or refused with file, entry and remedy; what ships names what the data knows."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from etl.errors import InputError
from etl.example_targets import FILE, load_example_targets

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
ENTRY = """
[chat]
what = "topic:chat"
source = "weekly"
at_least = 2.5
at_most = 20
why = "Because."
"""


def load(folder: Path, text: str):
    (folder / FILE).write_text(text, encoding="utf-8")
    return load_example_targets(folder)


def test_a_target_is_read_whole_and_named_by_what_and_whose_it_is(tmp_path):
    (target,) = load(tmp_path, ENTRY)
    assert target.name == "topic:chat@weekly"
    assert (target.at_least, target.at_most, target.why) == (Decimal("2.5"), Decimal(20), "Because.")


def test_seeds_without_targets_have_none(tmp_path):
    assert load_example_targets(tmp_path) == []


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ('"topic:chat"', '"organization:chat"', "`what` is 'organization:chat'"),
        ('"topic:chat"', '"topic:"', "`what` is 'topic:'"),
        ("at_least = 2.5\nat_most = 20\n", "", "asks for nothing"),
        ("at_least = 2.5", "at_least = 30", "at_least is more than at_most"),
        ("at_most = 20", "at_most = 101", "`at_most` is 101"),
        ("at_most = 20", "at_most = true", "`at_most` is True"),
        ("at_most = 20", "at_most = nan", "`at_most` is nan"),
        ("at_least = 2.5", "at_least = 2.555", "at most two decimals|`at_least` is 2.555"),
        ("[chat]", "[chat]\nsoon = 1", "unknown key `soon`"),
        ("[chat]", f"{ENTRY.replace('[chat]', '[first]')}\n[chat]", "topic:chat@weekly has a band already"),
    ],
)
def test_a_wrong_target_is_refused_by_name(tmp_path, wrong, right, said):
    with pytest.raises(InputError, match=said) as caught:
        load(tmp_path, ENTRY.replace(wrong, right))
    assert caught.value.file == str(tmp_path / FILE)


def test_targets_that_ship_are_in_the_snapshot_and_name_lines_and_sources_that_have_stories(shipped_snapshot):
    name = (shipped_snapshot / "current").read_text().strip()
    with duckdb.connect(str(shipped_snapshot / "snapshots" / f"{name}.duckdb"), read_only=True) as con:
        held = con.execute("SELECT name, at_least, at_most FROM example_target ORDER BY position").fetchall()
        types = {f"type:{kind}" for (kind,) in con.execute("SELECT DISTINCT type FROM organization").fetchall()}
        keys = {key for (key,) in con.execute("SELECT key FROM line_key").fetchall()} | types
        sources = {source for (source,) in con.execute("SELECT id FROM source").fetchall()}
    targets = load_example_targets(SEEDS)
    assert held == [(target.name, target.at_least, target.at_most) for target in targets]
    assert {target.key for target in targets} <= keys
    assert {target.source for target in targets} <= sources
