"""GDELT DOC 2.0 → documents: the headlines of articles on the world's news sites, by query and time."""

from __future__ import annotations

import html
import re
from datetime import datetime
from typing import Any

from etl.catalog import Source
from etl.fetch.model import Answer, Fetcher, FetchProblem
from etl.identity import canonical_address
from etl.model import Document
from etl.newsletter.lines import absolute
from etl.sources.answers import ask_for, json_object, need_query, one_line, one_story, said, set_aside
from etl.sources.taken import Context, State, Taken
from etl.sources.windows import Batch, Pace, Window, moment, take_windows
from etl.sources.words import UNKNOWN, SourceWords, load_source_words

_RECORDS = 250  # the most that one answer may hold: one that is as full may have been cut
_EVERY = 5.0  # seconds between two requests, which the interface insists on
# Articles are dated by quarters of an hour. A run asks for two minutes at most; news is listed within the hour.
_PACE = Pace(unit=900, limit=_RECORDS - 1, requests=24, overlap=6 * 3600)
_STAMP = "%Y%m%d%H%M%S"
_BUSY = re.compile(r"limit requests|rate limit|too many requests", re.IGNORECASE)
_ESCAPE = re.compile(r'\\(["\\/bfnrt]|u[0-9a-fA-F]{4})?')
# Titles come cut into words, with spaces around every sign. What stands here is undone because it can mean one thing only;
# hyphens and digit groups are left as they are ("GPT - 4", "Chips - 5 takeaways").
_JOINS = (
    (re.compile(r"(?<=\w) (['’]) ?(?=(?:s|t|d|m|re|ve|ll)\b)"), r"\1"),
    (re.compile(r"(?<=\b[A-Z]) \. (?=[A-Z] \.)"), "."),
    (re.compile(r"(?<=\d) \. (?=\d)"), "."),
    (re.compile(r"(?<=\S) +([,;:!?.%)\]]+)(?=\s|$)"), r"\1"),
    (re.compile(r"([(\[]) +(?=\S)"), r"\1"),
    (re.compile(r"(?<!\w)([$€£]) +(?=\d)"), r"\1"),
)


def take_gdelt(source: Source, fetcher: Fetcher, state: State, context: Context) -> Taken:
    """The articles that match `source.query`, from where the last run came to up to the last full quarter of an hour.

    A document is an article's headline under its canonical address. Its day is when GDELT saw it, which is stored as
    the date of a fetch. At most 24 windows are asked for in a run, 5 s apart. Raises FetchProblem where nothing came.
    """
    query = need_query(source, example='("artificial intelligence" OR chatbot) sourcelang:english')
    words = load_source_words(context.seeds)
    return take_windows(source, lambda window: _ask(source, query, fetcher, window, words), state, context, pace=_PACE)


def _ask(source: Source, query: str, fetcher: Fetcher, window: Window, words: SourceWords) -> Batch[Document]:
    params: dict[str, str | int] = {
        "query": query,
        "mode": "artlist",
        "format": "json",
        "maxrecords": _RECORDS,
        "sort": "dateasc",
        "startdatetime": f"{moment(window.start):{_STAMP}}",
        "enddatetime": f"{moment(window.end):{_STAMP}}",
    }
    articles = _articles(fetcher.get(ask_for(source, params, every=_EVERY)))
    documents = [
        _document(source, article, f"article {number} of {window}", words) for number, article in enumerate(articles, 1)
    ]
    strange = {str(_fields(each).get("language")) for each in articles if _language(_fields(each), words) == UNKNOWN}
    return Batch(
        {each.document_id: each for each in documents},
        whole=len(articles) < _RECORDS,
        notes=tuple(f"the language {one_line(name)[:40]!r} is not known" for name in sorted(strange)),
    )


def _articles(answer: Answer) -> list[Any]:
    """The records of an answer. `{}` is none; what is said in words or HTML, with status 200, is an error."""
    text = answer.body.decode("utf-8-sig", "replace").strip()
    if not text.startswith("{"):
        reason = "rate-limit" if _BUSY.search(text) else "api-error" if text else "empty"
        raise FetchProblem(reason, f"{answer.asked}: {said(text) or 'an empty answer'}")
    articles = json_object(_repaired(text), address=answer.asked).get("articles", [])
    if not isinstance(articles, list):
        raise FetchProblem("malformed", f"{answer.asked}: `articles` is no list")
    return articles


def _repaired(text: str) -> str:
    """The answer with bare control characters as spaces and lone backslashes doubled: the two things that break it."""
    text = re.sub(r"[\x00-\x1f]", " ", text)
    return _ESCAPE.sub(lambda found: found[0] if found[1] else r"\\", text)


def _document(source: Source, article: object, where: str, words: SourceWords) -> Document:
    fields = _fields(article)
    url = absolute(one_line(str(fields.get("url") or "")))
    place = f"{source.id}/{url or where}"
    try:
        seen = datetime.strptime(re.sub(r"[TZ]", "", str(fields.get("seendate"))), _STAMP)
    except ValueError:
        problem = f"`seendate` is {str(fields.get('seendate'))[:40]!r}, no time"
        return set_aside(source, place=place, problem=problem, reason="date")
    language = _language(fields, words)
    title = _title(fields.get("title"), language)
    if url is None or not title:
        return set_aside(source, place=place, problem="it has no web address or no title")
    return one_story(
        source,
        document_id=canonical_address(url),
        address=url,
        published=seen,
        title=title,
        body="",
        text_kind="headline",
        language=language,
        date_from="fetch",
    )


def _fields(article: object) -> dict[str, Any]:
    return article if isinstance(article, dict) else {}


def _language(fields: dict[str, Any], words: SourceWords) -> str:
    return words.language(str(fields.get("language") or UNKNOWN))


def _title(value: object, language: str) -> str:
    """The title as it was printed, as far as that can be told; other languages have other spaces (`Bonjour !`)."""
    title = one_line(html.unescape(value)) if isinstance(value, str) else ""
    if language == "en":
        for pattern, joined in _JOINS:
            title = pattern.sub(joined, title)
    return title
