"""A malformed rules file is refused with file, entry and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.errors import InputError
from etl.newsletter import default_rules, load_rules, rules_path, split_issue

SHIPPED = rules_path().read_text(encoding="utf-8")


@pytest.fixture
def rules_file(tmp_path: Path) -> Path:
    path = tmp_path / "newsletter_rules.toml"
    path.write_text(SHIPPED, encoding="utf-8")
    return path


def test_shipped_rules_load_from_any_seeds_folder(rules_file: Path):
    assert load_rules(rules_path(rules_file.parent)) == default_rules()


def test_a_new_label_takes_effect(rules_file: Path):
    rules_file.write_text(SHIPPED + '\n[[label]]\nid = "so_what"\nspellings = ["So what"]\n', encoding="utf-8")
    text = "Robots Rise\n\nA lead.\n\nWhat's new: One.\n\nSo what: Two."
    issue = split_issue(text, markup="text", rules=load_rules(rules_file))
    assert [part.label for part in issue.pieces[0].parts] == ["whats_new", "so_what"]


@pytest.mark.parametrize(
    ("found", "instead", "entry", "problem"),
    [
        ('id = "results"', 'name = "results"', "label 4", "`id` is missing"),
        ('place = "closing"', 'place = "last"', "label", "`place` is 'last'"),
        ('"Key insight"', '"YES BUT"', "label", "'yes but' is claimed twice"),
        ('"Key insight"', '" : "', "label 2", "empty"),
        ("spellings = [", "spelings = [", "label 1", "`spellings` is missing"),
        ("lasting = true", 'lasting = "yes"', "section 1", "`lasting` is 'yes'"),
        ("'unsubscribe\\b'", "'unsub(scribe'", "markers", "no expression"),
        ("'unsubscribe\\b'", "'(?:unsubscribe)?'", "markers", "matches every line"),
        ("signer = [", "singer = [", "markers", "`signer` is missing"),
        ("longest = 120", "longest = 0", "title", "no positive number"),
        ("small_words = [", "little_words = [", "title", "`small_words` is missing"),
        ("longest = 120", "longest = 120\nshortest = 3", "title", "unknown key `shortest`"),
    ],
)
def test_bad_entry_is_refused_by_name(rules_file: Path, found: str, instead: str, entry: str, problem: str):
    assert found in SHIPPED
    rules_file.write_text(SHIPPED.replace(found, instead, 1), encoding="utf-8")
    with pytest.raises(InputError) as refusal:
        load_rules(rules_file)
    assert refusal.value.file == str(rules_file)
    assert entry in refusal.value.where
    assert problem in refusal.value.problem
    assert refusal.value.remedy


def test_missing_rules_file_is_named(tmp_path: Path):
    with pytest.raises(InputError, match=r"newsletter_rules\.toml"):
        load_rules(rules_path(tmp_path))
