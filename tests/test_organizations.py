"""Which organizations a text names: traps, spellings, roles, and the eight stories of the seed issue."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.model import NearTopic, StoryText, Tags, TopicTag
from etl.newsletter import split_issue
from etl.tagger.gazetteer import UNCERTAIN
from etl.tagger.names import ORGANIZATIONS
from etl.tagger.pipeline import Tagger, document_in_id, load_lexicon
from etl.tagger.role_model import FILE as ROLES
from etl.tagger.role_model import load_roles
from etl.tagger.unlisted import unknown_id
from tests.shipped_names import SEEDS, finder

TESTS = Path(__file__).resolve().parent
ISSUE = SEEDS / "newsletters" / "000_f4227efbd8a9669e.txt"
TRAPS = tomllib.loads((TESTS / "traps" / "organizations.toml").read_text(encoding="utf-8"))
GOLDEN = json.loads((TESTS / "golden" / "seed_names.json").read_text(encoding="utf-8"))


class TopicsHeard:
    """Gives no topics; `documents` lists what it was told of each story's origin."""

    def __init__(self) -> None:
        self.documents: list[str | None] = []

    def many(
        self, stories: Sequence[tuple[object, object]], documents: Sequence[str | None]
    ) -> list[tuple[tuple[TopicTag, ...], tuple[NearTopic, ...]]]:
        self.documents += documents
        return [((), ()) for _ in stories]


def make_tagger(topics: TopicsHeard | None = None) -> Tagger:
    return Tagger(
        finder(), load_lexicon(SEEDS), topics or TopicsHeard(), load_roles(SEEDS / ROLES), version="t+00000000"
    )


def tag(title: str, text: str = "") -> Tags:
    (tags,) = make_tagger().tag([StoryText("a", title, text)])
    return tags


def roles(tags: Tags) -> dict[str, str]:
    return {organization.id: organization.role for organization in tags.organizations}


def seed_stories() -> Iterable[tuple[str, Tags]]:
    pieces = split_issue(ISSUE.read_text(encoding="utf-8"), markup="text").pieces
    tagged = make_tagger().tag(StoryText("seed", piece.title, piece.body) for piece in pieces)
    for piece, tags in zip(pieces, tagged, strict=True):
        yield next(key for key in GOLDEN if piece.title.startswith(key)), tags


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [pair for group in TRAPS.values() for pair in group.items()],
    ids=lambda value: str(value)[:40],
)
def test_traps(sentence: str, expected: list[str]) -> None:
    doc = finder()(sentence)
    found = {span.label_ for span in doc.spans[ORGANIZATIONS] if span.id_ not in UNCERTAIN | {"product"}}
    assert sorted(found) == expected


@pytest.mark.parametrize(
    ("title", "tags"), list(seed_stories()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_the_seed_issue_names_who_a_reader_finds(title: str, tags: Tags) -> None:
    assert roles(tags).keys() == GOLDEN[title]["organizations"].keys()
    assert {region.code for region in tags.regions} == GOLDEN[title]["regions"].keys()


def test_roles_in_the_seed_issue_are_mostly_a_readers() -> None:
    # Two careful readers agree on 96 of 100 focus organizations and 87 of 100 focus regions; rules on fewer.
    wanted = [
        (title, kind, key, role)
        for title, kinds in GOLDEN.items()
        for kind in kinds
        for key, role in kinds[kind].items()
    ]
    given_roles = {
        (title, kind, key, role)
        for title, tags in seed_stories()
        for kind, found in (("organizations", roles(tags)), ("regions", {r.code: r.role for r in tags.regions}))
        for key, role in found.items()
    }
    assert sum(item in given_roles for item in wanted) >= 0.75 * len(wanted)


def test_a_short_form_counts_only_beside_the_full_name() -> None:
    assert roles(tag("Scale lost a client")) == {}
    assert set(roles(tag("Scale AI lost a client", "Clients of Scale left."))) == {"scale-ai"}


def test_a_full_name_in_the_text_makes_the_titles_short_form_count() -> None:
    tags = tag("Inflection Loses Its Chief", "The chief of Inflection AI left.")
    (organization,) = tags.organizations
    assert [(span.field, span.text) for span in organization.spans] == [
        ("title", "Inflection"),
        ("text", "Inflection AI"),
    ]


def test_products_alone_give_the_role_product() -> None:
    assert roles(tag("ChatGPT plays AlphaGo")) == {"openai": "product", "deepmind": "product"}
    assert roles(tag("OpenAI updates ChatGPT"))["openai"] == "focus"


def test_who_is_only_cited_is_a_source() -> None:
    text = "Nvidia sold more chips than it made. " * 5 + "A buyer told The New York Times that he waits."
    assert roles(tag("Nvidia sells out", text)) == {"nvidia": "focus", "new-york-times": "source"}


def test_the_newsletters_own_house_is_a_source() -> None:
    own = roles(tag("Learn with deeplearning.ai", "The Batch and Landing AI invite you."))
    assert own == {"deeplearning-ai": "source", "the-batch": "source", "landing-ai": "source"}


def test_an_unknown_organization_says_so() -> None:
    (organization,) = tag("The startup Zorvex raised money").organizations
    assert (organization.id, organization.name, organization.known) == ("x:zorvex", "Zorvex", False)


@pytest.mark.parametrize("name", ["Zorvex Inc.", "Zorvex", "ZORVEX, Ltd.", "zorvex  LLC"])
def test_an_unknown_name_is_merged_by_spelling(name: str) -> None:
    assert unknown_id(name) == "x:zorvex"


def test_stories_stay_in_order_over_many_batches() -> None:
    stories = (StoryText(f"doc-{number}#1", "Google", "") for number in range(600))
    topics = TopicsHeard()
    assert [tags.id for tags in make_tagger(topics).tag(stories)] == [f"doc-{number}#1" for number in range(600)]
    assert topics.documents[:2] == ["doc-0", "doc-1"]


@pytest.mark.parametrize(
    ("identity", "document"), [("issue-40#5", "issue-40"), ("a#b#1", "a#b"), ("0f3a", "0f3a"), ("", None)]
)
def test_the_document_stands_before_the_last_mark(identity: str, document: str | None) -> None:
    assert document_in_id(StoryText(identity, "", "")) == document


WORDS = st.sampled_from(
    ["Google", "the U.S.", "Apple", "Acme Inc.", "\n", "😀", "Paris", "l’Oréal", "University of", "é", "  ", "X"]
)


@settings(deadline=None)
@given(st.text(max_size=60), st.lists(WORDS, max_size=12).map(" ".join))
def test_every_span_is_its_slice(title: str, text: str) -> None:
    tags = tag(title, text)
    fields = {"title": title, "text": text}
    spans = [span for tagged in (*tags.organizations, *tags.regions) for span in tagged.spans]
    assert all(fields[span.field][span.start : span.end] == span.text for span in spans)
