"""What counts as found, spurious and missed, by the rules of the codebook."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.match import Name, by_organization, by_region, organization_hits, region_hits, spoken, stands
from etl.model import Evidence, OrganizationTag, RegionTag, Role
from etl.quality import Hits


def label(key: str, role: str = "focus", *, surfaces: tuple[str, ...] = (), asked: bool = True) -> Name:
    return Name(key, surfaces or (key,), role, asked)


def spans(texts: tuple[str, ...]) -> tuple[Evidence, ...]:
    return tuple(Evidence("text", 0, len(text), text) for text in texts)


def organization(*texts: str, role: Role = "focus") -> OrganizationTag:
    return OrganizationTag(texts[0].lower(), texts[0], role, True, spans(texts))


def region(code: str, *texts: str, role: Role = "focus") -> RegionTag:
    return RegionTag(code, code, role, spans(texts or (code,)))


@pytest.mark.parametrize(
    ("surface", "tagged", "same"),
    [
        ("Acme", "the Acme", True),
        ("Acme Labs", "Acme", True),
        ("Acme's", "Acme", True),
        ("Acme", "ACME", True),
        ("Acme", "Acmeville", False),
        ("Acme Labs", "Labs Acme", False),
        ("...", "Acme", False),
    ],
)
def test_organization_matches_by_whole_words(surface: str, tagged: str, same: bool):
    found, _ = organization_hits([label("x", surfaces=(surface,))], [organization(tagged)])
    assert found == (Hits(1, 0, 0) if same else Hits(0, 1, 1))


def test_each_label_is_taken_once_and_a_second_tag_for_it_is_spurious():
    tags = [organization("Acme"), organization("Acme Labs", role="product")]
    assert organization_hits([label("Acme")], tags) == (Hits(1, 1, 0), Hits(1, 0, 0))


@pytest.mark.parametrize("role", ["source", "product"])
def test_labels_of_sources_and_products_are_optional(role: str):
    nothing = (Hits(0, 0, 0), Hits(0, 0, 0))
    assert organization_hits([label("Acme", role)], []) == nothing
    assert organization_hits([label("Acme", role)], [organization("Acme")]) == nothing


def test_tag_of_a_product_is_not_punished():
    assert organization_hits([], [organization("Acme", role="product")])[0] == Hits(0, 0, 0)
    assert organization_hits([], [organization("Acme", role="mention")])[0] == Hits(0, 1, 0)


@pytest.mark.parametrize(
    ("want", "got", "focus"),
    [
        ("focus", "focus", Hits(1, 0, 0)),
        ("focus", "mention", Hits(0, 0, 1)),
        ("mention", "focus", Hits(0, 1, 0)),
        ("mention", "mention", Hits(0, 0, 0)),
    ],
)
def test_focus_is_counted_on_organizations_that_were_found(want: str, got: Role, focus: Hits):
    assert organization_hits([label("Acme", want)], [organization("Acme", role=got)]) == (Hits(1, 0, 0), focus)


def test_missed_and_spurious_organizations_count_for_focus_too():
    assert organization_hits([label("Acme")], [organization("Other")]) == (Hits(0, 1, 1), Hits(0, 1, 1))


def test_regions_match_by_code():
    labels = [label("FR"), label("US", "mention")]
    tags = [region("FR", role="mention"), region("DE")]
    assert region_hits(labels, tags, ()) == (Hits(1, 1, 1), Hits(0, 1, 1))


def test_region_inside_an_organization_s_name_is_optional():
    names = ("U.S. Department of Defense",)
    labels = [label("US", "mention", surfaces=("U.S.",))]
    assert region_hits(labels, [], names)[0] == Hits(0, 0, 0)
    assert region_hits([], [region("US", "U.S.", role="mention")], names)[0] == Hits(0, 0, 0)
    assert region_hits(labels, [region("US", "U.S.", role="mention")], names)[0] == Hits(1, 0, 0)
    assert region_hits([], [region("US", "U.S.", "America", role="mention")], names)[0] == Hits(0, 1, 0)


def test_labels_that_are_not_asked_for_are_neither_missed_nor_spurious():
    nothing = (Hits(0, 0, 0), Hits(0, 0, 0))
    for tags in ([], [organization("Acme")]):
        assert organization_hits([label("Acme", asked=False)], tags) == nothing
    for tags in ([], [region("FR")]):
        assert region_hits([label("FR", asked=False)], tags, ()) == nothing


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("Acme", "Acme's new lab", True),
        ("U.S.", "A US court rules", True),
        ("US", "It tells us more", False),
        ("US", "The U.S. waits", True),
        ("Acme Labs", "Acme opens labs", False),
        ("", "Acme", False),
    ],
)
def test_name_stands_in_a_text_by_its_words_and_case(name: str, text: str, expected: bool):
    assert stands(name, spoken(text)) is expected


TEXTS = st.sampled_from(["Acme", "Acme Labs", "Labs", "the Acme", "Beta", "Beta's", "U.S.", "s", ""])
ROLES = st.sampled_from(["focus", "mention", "source", "product"])
LABELS = st.lists(st.builds(lambda text, role: label(text, role), TEXTS, ROLES), max_size=4)
# A story has one tag for an organization.
TAGS = st.lists(
    st.builds(lambda text, role: organization(text, role=role), TEXTS, ROLES), max_size=4, unique_by=lambda tag: tag.id
)


@given(LABELS, TAGS)
def test_every_label_asked_for_is_found_or_missed(labels: list[Name], tags: list[OrganizationTag]):
    found, focus = organization_hits(labels, tags)
    assert found.tp + found.fn == sum(one.role in ("focus", "mention") for one in labels)
    assert focus.tp + focus.fn == sum(one.role == "focus" for one in labels)
    assert found.tp + found.fp <= len(tags)


IDS = {"Acme": "acme", "Acme Labs": "acme labs", "Beta": "beta"}
NOTHING = Hits(0, 0, 0)


def test_each_organization_is_counted_under_its_id():
    labels = [label("Acme", "mention"), label("Beta"), label("Gamma"), label("Nobody")]
    tags = [organization("Acme"), organization("Gamma", role="mention"), organization("Delta")]
    assert by_organization(labels, tags, IDS.get) == {
        "acme": (Hits(1, 0, 0), Hits(0, 1, 0)),
        "beta": (Hits(0, 0, 1), Hits(0, 0, 1)),
        "gamma": (Hits(1, 0, 0), Hits(0, 0, 1)),
        "delta": (Hits(0, 1, 0), Hits(0, 1, 0)),
    }


def test_a_tag_that_names_another_organization_is_spurious_and_the_label_missed():
    found = by_organization([label("Acme Labs")], [organization("Acme")], IDS.get)
    assert found == {"acme": (Hits(0, 1, 0), Hits(0, 1, 0)), "acme labs": (Hits(0, 0, 1), Hits(0, 0, 1))}


def test_two_labels_and_two_tags_are_paired_by_id_where_their_words_would_cross():
    tags = [organization("Acme Labs"), organization("Acme")]
    found = by_organization([label("Acme"), label("Acme Labs")], tags, IDS.get)
    assert set(found.values()) == {(Hits(1, 0, 0), Hits(1, 0, 0))}


@given(LABELS, TAGS)
def test_organizations_of_unknown_id_sum_to_the_total(labels: list[Name], tags: list[OrganizationTag]):
    total, focus = organization_hits(labels, tags)
    found = by_organization(labels, tags, lambda name: None).values()
    whole, in_focus = (sum((both[number] for both in found), NOTHING) for number in (0, 1))
    assert (whole.tp, whole.fp, in_focus.tp, in_focus.fp) == (total.tp, total.fp, focus.tp, focus.fp)


def test_regions_are_counted_under_their_codes_and_sum_to_the_total():
    labels = [label("FR", "mention"), label("US", surfaces=("U.S.",)), label("DE"), label("GB", asked=False)]
    tags = [region("FR"), region("GB"), region("JP", role="mention")]
    found = by_region(labels, tags, ["U.S. Army"])
    assert found == {
        "FR": (Hits(1, 0, 0), Hits(0, 1, 0)),
        "DE": (Hits(0, 0, 1), Hits(0, 0, 1)),
        "JP": (Hits(0, 1, 0), NOTHING),
        "US": (NOTHING, Hits(0, 0, 1)),
    }
    sums = tuple(sum((both[number] for both in found.values()), NOTHING) for number in (0, 1))
    assert sums == region_hits(labels, tags, ["U.S. Army"])
