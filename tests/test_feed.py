"""The feed connector: dialects, identities, what is set aside, what is remembered, what is no feed at all."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from dataclasses import replace
from datetime import date, datetime

import pytest

from etl.decide import decide
from etl.fetch.model import FetchProblem, Validators
from etl.held import Held
from etl.identity import canonical_address
from etl.model import Document
from etl.sources.feed import take_feed
from etl.store.ledger import check_sums
from tests.feed_kit import ADDRESS, CLOCK, CONTEXT, FEEDS, WIRE, Recorded, general, rss, take


def only(documents: tuple[Document, ...]) -> Document:
    (document,) = documents
    return document


def story(document: Document) -> tuple[str, str]:
    (piece,) = document.pieces
    return piece.title, piece.body


@pytest.fixture(scope="module")
def garden() -> tuple[Document, ...]:
    """The documents of a feed with whole texts, teasers, headlines and entries that can't be taken."""
    return take("rss-20.xml").documents


# Dialects


def test_rss_20_gives_the_whole_text_without_markup_scripts_and_pictures(garden):
    title, body = story(garden[0])
    assert title == "Robots & rakes: a garden mows itself"
    assert body.startswith("Robots & rakes share one lawn in Kyoto.\n\n• First row\n• Second row\n\nSentence 1 of")
    assert body.endswith("Sentence 30 of the report names a robot.")
    assert garden[0].pieces[0].captions == ("The lawn at noon",)
    assert garden[0].text_kind == "full"


def test_an_entry_is_known_by_its_canonical_address_and_shows_one_without_tracking(garden):
    assert garden[0].document_id == "https://wire.example/garden?id=7"
    assert garden[0].address == "https://www.wire.example/garden/?id=7"
    assert canonical_address(garden[0].address) == garden[0].document_id


def test_rss_091_names_its_document_type_and_its_language():
    loom, shepherd = take("rss-091.xml").documents
    assert (loom.language, loom.text_kind, shepherd.text_kind) == ("en", "abstract", "digest")
    assert (loom.day, loom.date_from) == (date(2026, 11, 24), "address")


def test_rdf_gives_its_date_in_utc():
    school = only(take("rss-10.rdf").documents)
    assert (school.published, school.day) == (datetime(2026, 11, 25, 1, 30), date(2026, 11, 25))
    assert (school.language, story(school)[0]) == ("fr", "Une école teste un tuteur")


def test_atom_resolves_addresses_reads_markup_in_titles_and_languages_of_entries():
    played, note = take("atom.xml").documents
    assert (played.address, played.language, note.language) == ("https://atom.example/q.html", "en", "de")
    assert story(played)[0] == "Model Q plays & wins"
    assert story(played)[1].startswith("It won where a < b.\n\nSentence 1")
    assert played.published == datetime(2026, 11, 20)  # published, not updated


def test_an_entry_without_an_address_is_known_by_its_guid():
    note = take("atom.xml").documents[1]
    assert (note.document_id, note.address) == ("wire/tag:atom.example,2026:2", None)


def test_json_feed_gives_html_or_plain_text():
    taken = take("json-feed.json")
    ferry, note = taken.documents
    assert (ferry.document_id, ferry.published) == ("https://json.example/one", datetime(2026, 11, 24, 9))
    assert story(ferry)[1].startswith("The ferry left at nine.\n\nSentence 1")
    assert (note.address, note.language, story(note)) == (
        "https://elsewhere.example/two",
        "pt",
        ("A note", "A note.\n\nIn two paragraphs."),
    )
    assert "1 of its items are no objects" in taken.notes[0]


# Encodings


@pytest.mark.parametrize("name", ["latin-1.xml", "utf-16.xml", "utf-16-unmarked.xml", "utf-8-called-latin-1.xml"])
@pytest.mark.parametrize("kind", ["", "text/xml", "application/rss+xml; charset=utf-8", "text/xml; charset=iso-8859-1"])
def test_text_is_read_in_the_encoding_that_it_really_has(name: str, kind: str):
    cafe = only(take(name, headers={"content-type": kind}).documents)
    assert story(cafe) == ("Le café pèse déjà ses grains", "Une cafetière à mémoire.")


def test_a_feed_that_came_packed_is_unpacked():
    packed = gzip.compress((FEEDS / "rss-10.rdf").read_bytes())
    assert take(packed).documents == take("rss-10.rdf").documents


def test_characters_that_xml_forbids_do_not_break_a_feed():
    taken = take(rss("<title>A\x0b bell\x00 rings</title><link>https://wire.example/1</link>"))
    assert story(only(taken.documents))[0] == "A bell rings"
    assert taken.notes == ()


# Identity and what is set aside


def test_the_same_bytes_give_equal_documents(garden):
    assert take("rss-20.xml").documents == garden


def test_an_entry_that_comes_twice_is_one_and_nothing_else_is_lost(garden):
    assert Counter(document.quarantined for document in garden) == {None: 4, "no-address": 1, "no-title": 1}
    assert [story(document)[0] for document in garden if document.pieces].count("Only a headline") == 1


def test_an_entry_without_a_title_is_called_by_its_first_words(garden):
    assert story(garden[2])[0] == "No headline was given"


def test_stories_that_share_an_address_are_told_apart():
    taken = take("shared-addresses.xml")
    assert [document.document_id for document in taken.documents] == [
        "https://app.example/news#v1.1",
        "https://app.example/news#v1.0",
        "wire/s-2",
        "wire/s-1",
    ]


def test_a_corrected_headline_is_the_same_entry():
    old = "<title>Crane fals</title><link>https://wire.example/1</link><guid>g1</guid>"
    new = "<title>Crane falls</title><link>https://wire.example/1</link><guid>g1</guid>"
    assert story(only(take(rss(new, old)).documents))[0] == "Crane falls"


def test_an_entry_longer_than_any_article_is_set_aside():
    entry = f"<title>Long</title><link>https://wire.example/1</link><description>{'word ' * 210_000}</description>"
    assert (only(take(rss(entry)).documents).quarantined or "").startswith("too-long: 1050")


def test_an_entry_in_the_middle_of_which_the_feed_ends_is_set_aside():
    taken = take("truncated.xml", headers={"etag": '"1"'})
    first, second = taken.documents
    assert story(first) == ("The first is whole", "It was sent before the line went dead.")
    assert second.quarantined == "torn: the feed ends in the middle of this entry"
    assert taken.notes[0].startswith("the feed is broken (no element found")
    assert "etag" not in taken.state  # the next run asks for it whole


def test_what_stands_before_a_feed_is_left_out_and_said():
    body = b"<b>Notice</b>: something is deprecated\n<?xml version='1.0'?>\n" + rss("<title>A</title><guid>1</guid>")
    taken = take(body)
    assert len(taken.documents) == 1
    assert "it starts with something else than a feed" in taken.notes[0]


def test_blank_lines_and_style_sheets_before_a_feed_are_none_of_its_faults():
    sheet = b'\n\n<?xml version="1.0"?>\n<?xml-stylesheet href="a.css"?><!-- by hand -->\n'
    assert take(sheet + rss("<title>A</title><guid>1</guid>")).notes == ()


# Off topic


def test_an_entry_of_a_general_feed_must_hold_one_of_its_terms():
    source = general("robot", "language model")
    taken = take("rss-20.xml", source=source)
    fits = [document.document_id for document in taken.documents if document.pieces]
    assert fits == ["https://wire.example/garden?id=7", "https://wire.example/bank"]
    crane = taken.documents[2]
    assert [(piece.reason, piece.text) for piece in crane.rejected] == [("off-topic", "No headline was given")]


def test_a_document_that_is_off_topic_ends_as_rejected():
    documents = take("rss-20.xml", source=general("language model")).documents
    named = [("feed", document) for document in documents]
    plan = decide(named, held=Held(), sources={"wire": WIRE}, today=date(2026, 11, 25))
    ended = Counter(item.disposition for item in plan.dispositions if item.level == "document")
    assert ended == {"split": 1, "rejected:off-topic": 3, "quarantined:no-address": 1, "quarantined:no-title": 1}
    pieces = Counter(item.disposition for item in plan.dispositions if item.level == "piece")
    assert pieces == {"new": 1, "rejected:off-topic": 3}
    check_sums(list(documents), plan.dispositions)
    held = Held(items=frozenset(plan.dispositions))
    again = decide(named[2:], held=held, sources={"wire": WIRE}, today=date(2026, 11, 25))
    assert not again.news(held)  # what was rejected before is no news


def test_an_issue_with_adverts_only_is_still_set_aside_as_without_story():
    off = take("rss-20.xml", source=general("language model")).documents[2]
    issue = replace(off, quarantined="no-story")
    plan = decide([("feed", issue)], held=Held(), sources={"wire": WIRE}, today=date(2026, 11, 25))
    assert plan.dispositions[0].disposition == "quarantined:no-story"


# What is remembered


def test_a_feed_is_asked_whether_it_changed_and_takes_nothing_if_not():
    first = Recorded((FEEDS / "rss-10.rdf").read_bytes(), headers={"etag": '"7"', "last-modified": "yesterday"})
    state = take_feed(WIRE, first, {}, CONTEXT).state
    assert (first.asked[0].validators, first.asked[0].kind) == (None, "feed")
    second = Recorded(status=304)
    again = take_feed(replace(WIRE, allow_private=True), second, state, CONTEXT)
    assert (again.documents, again.state, again.notes) == ((), state, ())
    assert second.asked[0].validators == Validators('"7"', "yesterday")
    assert second.asked[0].allow_private
    elsewhere = Recorded((FEEDS / "rss-10.rdf").read_bytes())
    take_feed(replace(WIRE, address="https://other.example/feed"), elsewhere, state, CONTEXT)
    assert elsewhere.asked[0].validators is None


def test_an_entry_without_a_date_keeps_the_day_on_which_it_was_first_seen():
    body = rss("<title>A</title><link>https://wire.example/a</link>")
    first = take(body)
    later = replace(CONTEXT, clock=datetime(2026, 12, 24))
    second = take_feed(WIRE, Recorded(body), first.state, later)
    assert second.documents == first.documents
    assert only(first.documents).date_from == "fetch"
    assert only(first.documents).published == CLOCK
    broken = take_feed(WIRE, Recorded(body), {"first_seen": "["}, later)
    assert only(broken.documents).day == date(2026, 12, 24)


def test_a_feed_that_moved_for_good_is_named_with_the_remedy():
    (note,) = take("rss-10.rdf", moved_to="https://new.example/feed").notes
    assert note.startswith("the feed has moved for good to https://new.example/feed")
    assert "ainews sources add" in note


# What is no feed


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        ((FEEDS / "login.html").read_bytes(), "login-page"),
        (b"<html><head><title>Just a moment...</title></head></html>", "login-page"),
        ((FEEDS / "page.html").read_bytes(), "no-feed"),
        (b'{"error": "quota exceeded"}', "no-feed"),
        (b'{"items": [{"id": 1}]}', "no-feed"),
        (b'{"items": [', "no-feed"),
        (b"[" * 100_000, "no-feed"),
        (b"<rss version='2.0'><channel><title>Half a fe", "no-feed"),
        (b"<channel>of another kind</channel>", "no-feed"),
        (b"\x89PNG\r\n\x1a\n\0\0", "no-feed"),
        (b"\x1f\x8bnot packed", "no-feed"),
        (gzip.compress(b" " * 30_000_000), "too-big"),
        ((FEEDS / "entity-bomb.xml").read_bytes(), "entities"),
        ((FEEDS / "entity-outside.xml").read_bytes(), "entities"),
        (
            b"<!DOCTYPE rss [<!ENTITY % x SYSTEM 'https://evil.example/x.dtd'> %x;]>" + rss("<title>A</title>"),
            "entities",
        ),
        (b"<rss><channel>" + b"<item><b>" * 160_000, "no-feed"),
    ],
)
def test_what_is_no_feed_is_refused_with_the_reason(body: bytes, reason: str):
    with pytest.raises(FetchProblem) as refused:
        take(body)
    assert refused.value.reason == reason
    assert ADDRESS in refused.value.detail


def test_a_feed_without_end_is_refused():
    body = rss(*["<b/>" * 1000] * 410)
    with pytest.raises(FetchProblem, match="too-big"):
        take(body)


def test_entities_that_stand_for_a_few_characters_are_written_out():
    assert story(only(take("entity-harmless.xml").documents))[0] == "Ring of Things opens"


def test_entities_that_would_blow_the_text_up_are_not_written_out():
    entity = f'<!DOCTYPE rss [<!ENTITY x "{"y" * 60}">]>'.encode()
    with pytest.raises(FetchProblem, match="too-big"):
        take(entity + rss(f"<title>{'&x;' * 400_000}</title><guid>1</guid>"))


def test_a_feed_that_had_entries_and_has_none_is_a_problem_and_a_new_one_is_not():
    assert take("empty.xml").notes == ("the feed has no entries yet",)
    state = take("rss-10.rdf").state
    with pytest.raises(FetchProblem, match="had 1 before") as refused:
        take("empty.xml", state=state)
    assert refused.value.reason == "empty"


def test_a_source_without_an_address_is_named():
    with pytest.raises(FetchProblem, match="wire"):
        take(b"", source=replace(WIRE, address=None))


def test_the_state_is_text_that_json_can_hold():
    state = take("shared-addresses.xml", headers={"etag": "x"}).state
    assert all(isinstance(value, str) for value in json.loads(json.dumps(state)).values())


def test_a_link_that_was_escaped_twice_is_mended():
    entry = "<title>A</title><link>https://wire.example/a?id=1&amp;#038;utm_source=rss&amp;amp;page=2</link>"
    document = only(take(rss(entry)).documents)
    assert document.document_id == "https://wire.example/a?id=1&page=2"
