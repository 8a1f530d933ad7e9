"""The name seeds validate themselves: doubt stops the load with file, entry and remedy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from etl.errors import LexiconError
from etl.lexicon.common import spellings
from etl.lexicon.load import Lexicon, load_lexicon
from etl.tagger.pipeline import check_examples, name_pipeline

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
REGIONS = """
[europe]
name = "Europe"
kind = "group"

[FR]
name = "France"
kind = "country"
alpha3 = "FRA"
groups = ["europe"]
demonyms = ["French"]
"""
ACME = '[acme]\nname = "Acme"\ntype = "company"\ncountry = "FR"\n'

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A seeds folder with one organization and two regions; `write(organizations=…)` adds to a file."""

    def add(**more: str) -> Path:
        (tmp_path / "organizations.toml").write_text(ACME + more.get("organizations", ""), encoding="utf-8")
        (tmp_path / "regions.toml").write_text(REGIONS + more.get("regions", ""), encoding="utf-8")
        (tmp_path / "name_traps.toml").write_bytes((SEEDS / "name_traps.toml").read_bytes())
        return tmp_path

    return add


def checked(seeds: Path) -> Lexicon:
    lexicon = load_lexicon(seeds)
    check_examples(name_pipeline(seeds), lexicon.examples())
    return lexicon


def test_a_small_lexicon_loads(write: Write) -> None:
    lexicon = checked(write())
    assert lexicon.organizations["acme"].country == "FR"
    assert lexicon.regions["FR"].groups == ("europe",)


BROKEN = {
    'acme2: "Acme" is claimed twice, also by organization `acme`': '[acme2]\nname = "Acme"\ntype = "company"\n',
    'acme3: "Acme" is claimed twice': '[acme3]\nname = "Acme Three"\ntype = "company"\naliases = ["Acme"]\n',
    'gaul: "French" is claimed twice, also by region `FR`': '[gaul]\nname = "French"\ntype = "company"\n',
    "rome: the parent `spqr` is not listed": '[rome]\nname = "Rome"\ntype = "company"\nparent = "spqr"\n',
    "the line of parents is a circle": '[a]\nname = "A1"\ntype = "ngo"\nparent = "b"\n[b]\nname = "B1"\ntype = "ngo"\nparent = "a"\n',
    "x: `XX` is no country": '[x]\nname = "Ex"\ntype = "company"\ncountry = "XX"\n',
    "x: `club` is no type of organization": '[x]\nname = "Ex"\ntype = "club"\n',
    "X_1: the id is malformed": '[X_1]\nname = "Ex"\ntype = "company"\n',
    "x: `type` is missing": '[x]\nname = "Ex"\n',
    "x: `alias` is no key of an entry": '[x]\nname = "Ex"\ntype = "company"\nalias = ["E"]\n',
    "x: `aliases` is not a list of texts": '[x]\nname = "Ex"\ntype = "company"\naliases = [1]\n',
    'x: "Exx" is ambiguous but no alias': '[x]\nname = "Ex"\ntype = "company"\nambiguous = ["Exx"]\n',
    "x: `nearby` is no key of an entry": '[x]\nname = "Ex"\ntype = "company"\nguard = { nearby = ["a"] }\n',
    "y: the entry is not a table": "y = 1\n",
    "no valid TOML": "[y\n",
}


@pytest.mark.parametrize("problem", BROKEN)
def test_a_contradiction_names_file_entry_and_remedy(write: Write, problem: str) -> None:
    text = BROKEN[problem]
    if "\n[" not in text and not text.startswith("["):
        seeds = write()
        (seeds / "organizations.toml").write_text(text, encoding="utf-8")
    else:
        seeds = write(organizations=text)
    with pytest.raises(LexiconError) as error:
        load_lexicon(seeds)
    assert problem in str(error.value)
    assert "organizations.toml" in str(error.value)
    assert error.value.remedy


BROKEN_REGIONS = {
    "DE: `mars` is no listed group": '[DE]\nname = "Germany"\nkind = "country"\nalpha3 = "DEU"\ngroups = ["mars"]\n',
    "DE: the country lacks its ISO codes": '[DE]\nname = "Germany"\nkind = "country"\n',
    "atlantis: `myth` is no kind of region": '[atlantis]\nname = "Atlantis"\nkind = "myth"\n',
    '"Berlin" has a guard but is not listed': '[DE]\nname = "Germany"\nkind = "country"\nalpha3 = "DEU"\nguards = { Berlin = {} }\n',
    '"Europe" is claimed twice': '[EU]\nname = "Europe"\nkind = "group"\n',
}


@pytest.mark.parametrize("problem", BROKEN_REGIONS)
def test_a_contradiction_among_regions_is_named(write: Write, problem: str) -> None:
    with pytest.raises(LexiconError) as error:
        load_lexicon(write(regions=BROKEN_REGIONS[problem]))
    assert problem in str(error.value)
    assert "regions.toml" in str(error.value)


@pytest.mark.parametrize(
    ("example", "problem"),
    [
        ('examples = ["Nobody is here."]', 'the example "Nobody is here." is not tagged'),
        ('not_examples = ["Acme sells."]', 'the example "Acme sells." is tagged'),
    ],
)
def test_a_failing_example_stops_the_load(write: Write, example: str, problem: str) -> None:
    seeds = write()
    (seeds / "organizations.toml").write_text(ACME + example + "\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=problem):
        checked(seeds)


def test_a_missing_file_is_named(write: Write) -> None:
    seeds = write()
    (seeds / "regions.toml").unlink()
    with pytest.raises(LexiconError, match=r"regions\.toml: the file is missing"):
        load_lexicon(seeds)


def test_a_file_that_is_no_utf_8_is_named(write: Write) -> None:
    seeds = write()
    (seeds / "organizations.toml").write_bytes(b'[x]\nname = "\xff"\n')
    with pytest.raises(LexiconError, match=r"organizations\.toml:byte 13: the file is not UTF-8"):
        load_lexicon(seeds)


def test_a_guarded_spelling_may_be_shared(write: Write) -> None:
    shared = '[ring]\nname = "Ring"\ntype = "company"\nguard = { before = ["startup"] }\n[ring-2]\nname = "Ring"\ntype = "ngo"\n'
    surfaces = load_lexicon(write(organizations=shared)).surfaces["Ring"]
    assert [surface.owner for surface in surfaces] == ["ring", "ring-2"]


def test_a_changed_file_is_read_again(write: Write) -> None:
    first = load_lexicon(write())
    second = load_lexicon(write(organizations='[b]\nname = "Bee"\ntype = "ngo"\n'))
    assert first.digest != second.digest
    assert "b" in second.organizations


@pytest.mark.parametrize(
    ("name", "also"),
    [
        ("L'Oréal", "L’Oréal"),
        ("Nestlé", "Nestle"),
        ("Procter & Gamble", "Procter and Gamble"),
        ("The Washington Post", "Washington Post"),
        ("Samsung", "SAMSUNG"),
    ],
)
def test_a_name_is_also_known_as_it_is_often_written(name: str, also: str) -> None:
    assert also in spellings(name, shout=True)


def test_a_short_name_has_no_capitals_that_look_like_an_acronym() -> None:
    assert spellings("Who", shout=True) == ["Who"]


def test_the_shipped_lexicon_holds_its_own_examples() -> None:
    lexicon = checked(SEEDS)
    assert len(lexicon.organizations) >= 1500
    assert len(lexicon.examples()) >= 300
