"""Which regions a text names: traps, codes, groups."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pycountry
import pytest

from etl.lexicon.load import load_lexicon
from etl.lexicon.regions import memberships
from etl.tagger.assemble import names_of, region_tags
from etl.tagger.gazetteer import UNCERTAIN
from etl.tagger.pipeline import name_pipeline
from etl.tagger.places import REGIONS
from etl.tagger.role_model import FILE as ROLES
from etl.tagger.role_model import load_roles

TESTS = Path(__file__).resolve().parent
SEEDS = TESTS.parent / "seeds"
TRAPS = tomllib.loads((TESTS / "traps" / "regions.toml").read_text(encoding="utf-8"))
SENTENCES = [pair for group in TRAPS.values() for pair in group.items()]
GROUPS = {"EU", "europe", "africa", "asia", "asia-pacific", "middle-east", "latin-america", "north-america", "oceania"}
FOUND = load_lexicon(SEEDS).regions
COUNTRIES = {code for code, region in FOUND.items() if region.kind == "country"}
NLP = name_pipeline(SEEDS)


def codes(text: str) -> set[str]:
    doc = NLP(text)
    return {span.label_ for span in doc.spans[REGIONS] if span.id_ not in UNCERTAIN}


def test_there_are_many_traps() -> None:
    assert len(SENTENCES) >= 150


@pytest.mark.parametrize(("sentence", "expected"), SENTENCES, ids=lambda value: str(value)[:40])
def test_traps(sentence: str, expected: list[str]) -> None:
    assert sorted(codes(sentence)) == expected


def test_every_country_of_iso_3166_is_listed_with_its_codes() -> None:
    assert {country.alpha_2: country.alpha_3 for country in pycountry.countries} == {
        code: FOUND[code].alpha3 for code in COUNTRIES
    }


def test_the_groups_are_those_of_the_codebook() -> None:
    assert FOUND.keys() - COUNTRIES == GROUPS


@pytest.mark.parametrize("code", sorted(COUNTRIES))
def test_a_country_is_found_by_its_name(code: str) -> None:
    text = f"It was built in {FOUND[code].name}, they said."
    if code == "GE":
        text += " Tbilisi cheered."
    assert code in codes(text)


def test_every_country_has_its_subregion() -> None:
    assert len({FOUND[code].subregion for code in COUNTRIES}) == 23
    assert all(FOUND[code].subregion for code in COUNTRIES)


@pytest.mark.parametrize(
    ("code", "groups"),
    [
        ("FR", {"EU", "europe"}),
        ("GB", {"europe"}),
        ("CY", {"EU", "europe", "asia", "middle-east"}),
        ("AU", {"oceania", "asia-pacific"}),
        ("MX", {"latin-america", "north-america"}),
        ("EG", {"africa", "middle-east"}),
        ("KZ", {"asia"}),
        ("EU", {"europe"}),
        ("AQ", set()),
    ],
)
def test_membership_is_closed_over_groups(code: str, groups: set[str]) -> None:
    assert {group for member, group in memberships(FOUND) if member == code} == groups


LONG = "The model reads scans of lungs and marks what it finds. " * 12


@pytest.mark.parametrize(
    ("title", "text", "role"),
    [
        ("Thailand tests eye scans", LONG, "focus"),
        ("Eye scans", "Clinics in Thailand test eye scans. Nurses in Thailand took them. " + LONG, "focus"),
        ("Eye scans", LONG + "An earlier one was made by a Thai company.", "mention"),
    ],
)
def test_a_region_is_in_focus_by_where_and_how_often_it_stands(title: str, text: str, role: str) -> None:
    lexicon = load_lexicon(SEEDS)
    (tag,) = region_tags(names_of(NLP(title), NLP(text)), lexicon, load_roles(SEEDS / ROLES))
    assert (tag.code, tag.name, tag.role) == ("TH", "Thailand", role)


def test_the_union_has_27_members() -> None:
    assert sum(group == "EU" for _, group in memberships(FOUND)) == 27
