"""Why a story has its tags and lacks others, as safe HTML: phrases with what they add, scores beside what is needed, roles. Pure.

The rows are those of queries/story*.sql. Everything from a story is escaped: it was written by strangers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from dashboard import words
from dashboard.stories import excerpt, link, marked
from dashboard.theme import style_of

ALL = "all"
SPEAKING = ("topic", "organization", "region")
PALE = "color-mix(in srgb, currentColor 50%, transparent)"  # bars of a topic that the story lacks
STRONG = 1 / 3  # of a topic's strongest word: where all tags are marked at once, lesser ones would look like noise
TEXT_WORDS = {"headline": "headline alone", "abstract": "abstract", "digest": "short item", "full": "whole text"}
ROLE_WORDS = {
    "focus": "the story is about it",
    "mention": "named",
    "product": "only its product is named",
    "source": "only where this was published or reported",
}
ROLE_HELP = {
    "organization": {
        "focus": "what it did, or what was done to it, is what the story tells. Charts count these.",
        "mention": "the story names it, and is about something else. Charts count these where an option says so.",
        "product": "the story names what it makes, not itself. Charts don’t count these.",
        "source": "it stands only as the place that published or reported something. Charts don’t count these.",
    },
    "region": {
        "focus": "the story happens there, or is about the place.",
        "mention": "the story names the place, and is about something else. Charts count both.",
    },
}
Row = Mapping[str, Any]
Span = tuple[int, int, str]


def slices_of(reasons: Sequence[Row], kinds: Iterable[str], tag_id: str) -> list[Row]:
    """Return the slices of one tag, the strongest first."""
    return [r for r in reasons if r["kind"] in kinds and r["tag_id"] == tag_id]


def spans_for(reasons: Sequence[Row], key: str, names: Mapping[str, str]) -> dict[str, list[Span]]:
    """Return what to mark in 'title' and 'text' for a tag's key ('topic:agents'), or for all tags that the story has.

    A topic that it lacks has the words that spoke for it and the phrase that ruled it out. `names` gives the label of a key.
    """
    strongest: dict[str, float] = {}
    for row in reasons:
        if row["kind"] == "topic":
            strongest[row["tag_id"]] = max(strongest.get(row["tag_id"], 0), row["weight"])
    found: dict[str, list[Span]] = {"title": [], "text": []}
    for row in reasons:
        its_key = _key(row)
        loud = row["kind"] != "topic" or row["weight"] >= STRONG * strongest[row["tag_id"]]
        if its_key == key or (key == ALL and row["kind"] in SPEAKING and loud):
            found[row["field"]].append((row["start_char"], row["end_char"], names.get(its_key, row["tag_id"])))
    return found


def _key(row: Row) -> str:
    """Return the key of the tag that a slice is about: a near miss is a topic too."""
    return f"{row['kind'] if row['kind'] in SPEAKING else 'topic'}:{row['tag_id']}"


def head(story: Row, spans: Sequence[Span]) -> str:
    """Return the headline with its words marked, and where and when the story ran."""
    letter = " · letter" if story["form"] == "letter" else ""
    where = f"{words.day(story['day'])} · {escape(story['source'])}{letter} · {TEXT_WORDS[story['text_kind']]}"
    original = link(story["url"], "Read the original")
    where += f" · {original}" if original.startswith("<a ") else ""
    return f'<h1 class="sentence">{marked(story["title"], spans)}</h1><div class="where">{where}</div>'


def body(story: Row, spans: list[Span]) -> str:
    """Return the text with its words marked, as far as its source may be shown."""
    if story["display"] == "headline":
        return '<p class="quiet">Of this source only the headline is shown.</p>'
    if not story["body"]:
        return '<p class="quiet">The story has no text beside its headline.</p>'
    if story["display"] == "full":
        return f'<p class="text">{marked(story["body"], spans)}</p>'
    shown, moved = excerpt(story["body"], spans)
    cut = "" if shown == story["body"] else '<p class="quiet">An excerpt: of this source no whole texts are shown.</p>'
    return f'<p class="text">{marked(shown, moved)}</p>{cut}'


def quote(story: Row, item: Row) -> str:
    """Return a slice's words in quotes, escaped; in general terms where the text may not be shown."""
    text = story["title" if item["field"] == "title" else "body"][item["start_char"] : item["end_char"]]
    return f"“{escape(text)}”" if text else "<i>words of the text</i>"


def topic_block(topic: Row, story: Row, reasons: Sequence[Row], *, widest: float, measured: str) -> str:
    """Return one topic: its score beside what it needs, how good it was measured to be, and the phrases that spoke for it.

    `widest` is the weight that fills a bar: the same for all topics of a story, so that bars can be compared.
    """
    given = topic["state"] == "given"
    hue = style_of(int(topic["style_no"])).hue
    speaking = slices_of(reasons, ("topic", "near"), topic["id"])
    rows = "".join(_phrase(story, item, hue if given else PALE, widest) for item in speaking)
    phrases = f'<table class="phrases"><tbody>{rows}</tbody></table>' if rows else ""
    return (
        f'<section class="reason"><h3><span class="spot" style="background:{hue}"></span>{escape(topic["name"])}</h3>'
        f"{_score(topic, hue if given else PALE)}{_veto(topic, story, reasons)}"
        f'<div class="quiet">{escape(measured)}</div>{phrases}</section>'
    )


def _score(topic: Row, color: str) -> str:
    """Return the score beside what is needed. What a ruled-out topic's score would be worth is not said: its words mislead."""
    need = topic["threshold"]
    said = f"score {topic['score']:.2f}" + (f", needs {need:.2f}" if _known(need) else "")
    if not topic["vetoed"]:
        chance = words.times_in_ten(topic["score"])
        would = "" if topic["state"] == "given" else "would be "
        said += f" · {would}right {'' if ' than ' in chance else 'about '}{chance}"
    tick = f'<span class="need" style="left:{100 * need:.0f}%"></span>' if _known(need) else ""
    fill = f'<span class="fill" style="width:{100 * topic["score"]:.0f}%;background:{color}"></span>'
    return f'<div class="score"><span class="track" aria-hidden="true">{fill}{tick}</span>{said}</div>'


def _known(number: float) -> bool:
    """Return whether a number is there: what a topic needs is not kept until a story comes near to it."""
    return not math.isnan(number)


def _veto(topic: Row, story: Row, reasons: Sequence[Row]) -> str:
    if not topic["vetoed"]:
        return ""
    phrases = ", ".join(quote(story, item) for item in slices_of(reasons, ("veto",), topic["id"]))
    though = ", though its score would do" if topic["score"] >= topic["threshold"] else ""
    return f'<div class="veto">Ruled out by {phrases or "a phrase"}{though}.</div>'


def _phrase(story: Row, item: Row, color: str, widest: float) -> str:
    place = ' <span class="in">headline</span>' if item["field"] == "title" else ""
    width = max(1.0, 100 * item["weight"] / widest)
    bar = f'<span class="bar" style="width:{width:.0f}%;background:{color}"></span>'
    return f'<tr><th scope="row">{quote(story, item)}{place}</th><td>{bar}</td><td class="n">{item["weight"]:+.2f}</td></tr>'


def far_words(topic: Row, near: int) -> str:
    """Return why a topic is not among the near misses, of which a story keeps three."""
    of = f"the {topic['threshold']:.2f} that it needs" if _known(topic["threshold"]) else "what it needs"
    others = ", or three other topics came nearer" if near >= 3 else ""
    return f"It scored under half of {of}{others}. The words that spoke for it, if any, are not kept."


def far_block(topic: Row, near: int, *, measured: str) -> str:
    """Return a topic that the story does not come near to."""
    hue = style_of(int(topic["style_no"])).hue
    return (
        f'<section class="reason"><h3><span class="spot" style="background:{hue}"></span>{escape(topic["name"])}</h3>'
        f'<div class="score">{escape(far_words(topic, near))}</div><div class="quiet">{escape(measured)}</div></section>'
    )


def decided_block(topic: Row, note: str) -> str:
    """Return a topic that people gave or took away: who, when and why stand where its score would."""
    hue = style_of(int(topic["style_no"])).hue
    return (
        f'<section class="reason"><h3><span class="spot" style="background:{hue}"></span>{escape(topic["name"])}</h3>'
        f'<div class="score">{escape(note)}</div></section>'
    )


def names_block(
    names: Sequence[Row], story: Row, reasons: Sequence[Row], notes: Mapping[str, str] | None = None
) -> str:
    """Return organizations or regions, each with its role and the words that name it; `notes` say by kind:id what people decided."""
    items = []
    for name in names:
        unlisted = (
            "" if name["known"] else ' <span class="chip" title="The word lists have no entry for it">not listed</span>'
        )
        said = dict.fromkeys(quote(story, item) for item in slices_of(reasons, (name["kind"],), name["id"]))
        role = ROLE_WORDS.get(name["role"], escape(name["role"]))
        note = (notes or {}).get(f"{name['kind']}:{name['id']}", "")
        items.append(
            f'<li><b>{escape(name["name"])}</b>{unlisted} <span class="role">{role} · '
            f"{', '.join(said) or 'no words of the text'}{f'<br>{escape(note)}' if note else ''}</span></li>"
        )
    return f'<ul class="names">{"".join(items)}</ul>' if items else '<p class="quiet">None.</p>'


def roles_help(kind: str, roles: Iterable[str]) -> str:
    """Return what these roles of organizations or regions mean, folded away."""
    had = set(roles)
    meanings = [f"<li><b>{ROLE_WORDS[role]}</b>: {said}</li>" for role, said in ROLE_HELP[kind].items() if role in had]
    return f"<details><summary>What this means</summary><ul>{''.join(meanings)}</ul></details>"


def story_links(stories: Sequence[Row], addresses: Sequence[str]) -> str:
    """Return a list of stories that lead to their pages."""
    items = [
        f'<li><a href="{escape(address)}">{escape(story["title"])}</a> '
        f'<span class="quiet">{words.day(story["day"])} · {escape(story["source"])}</span></li>'
        for story, address in zip(stories, addresses, strict=True)
    ]
    return f'<ul class="names">{"".join(items)}</ul>'
