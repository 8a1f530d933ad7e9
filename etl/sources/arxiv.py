"""arXiv → documents: title and abstract of papers, by category and day of submission."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from etl.catalog import Source
from etl.fetch.model import Answer, Fetcher, FetchProblem
from etl.identity import canonical_address
from etl.model import Document
from etl.sources.answers import ask_for, need_query, one_line, one_story, said, set_aside
from etl.sources.entry_date import GivenDate, read_date
from etl.sources.taken import Context, State, Taken
from etl.sources.windows import Batch, Pace, Window, moment, take_windows

_PAGE, _PAGES = 500, 4
_EVERY = 3.0  # seconds between two requests, which the interface asks for
# A paper is announced days after its submission, longer over holidays or while moderators look at it; what is listed changes
# once a day.
_PACE = Pace(unit=60, limit=_PAGE * _PAGES, requests=25, overlap=7 * 86_400, rest=6 * 3600)
_CATEGORY = re.compile(r"[a-z-]+\.[A-Za-z-]{2,}|[a-z]+-[a-z]+")
_VERSION = re.compile(r"v\d+$")
_PAPER = re.compile(r"https?://(?:export\.)?arxiv\.org/abs/\S+")
_STAMP = "%Y%m%d%H%M"


def take_arxiv(source: Source, fetcher: Fetcher, state: State, context: Context) -> Taken:
    """The papers of `source.query`, from where the last run came to up to the clock's minute.

    The query is categories (`cs.AI cs.CL`) or an expression of the interface (`cat:cs.AI AND abs:agent`). A paper's document
    is its abstract page without version, dated by its first version; a later one makes it `updated` only if its title or
    abstract differs. At most 25 requests a run, 3 s apart, and none within 6 hours after all was had.

    Raises FetchProblem where nothing came.
    """
    query = _expression(need_query(source, example="cs.AI cs.CL"))
    return take_windows(source, lambda window: _ask(source, query, fetcher, window), state, context, pace=_PACE)


def _expression(query: str) -> str:
    terms = re.split(r"[\s,]+", query)
    return " OR ".join(f"cat:{term}" for term in terms) if all(map(_CATEGORY.fullmatch, terms)) else query


def _ask(source: Source, query: str, fetcher: Fetcher, window: Window) -> Batch[Document]:
    """Page after page; one without entries, where more are due, is an answer that can't be used."""
    total, entries = _page(source, query, fetcher, window, 0)
    requests = 1
    if total > _PACE.limit:
        return Batch(_documents(source, entries, window), whole=False)
    while requests * _PAGE < total:
        _, more = _page(source, query, fetcher, window, requests * _PAGE)
        entries += more
        requests += 1
    short = len(entries) < total
    notes = (f"{window}: the interface counts {total} papers, but gives {len(entries)}",) if short else ()
    return Batch(_documents(source, entries, window), whole=True, requests=requests, notes=notes)


def _page(source: Source, query: str, fetcher: Fetcher, window: Window, start: int) -> tuple[int, list[Any]]:
    """How many there are in all, and those of the page."""
    times = f"[{moment(window.start):{_STAMP}} TO {moment(window.end):{_STAMP}}]"
    params: dict[str, str | int] = {
        "search_query": f"({query}) AND submittedDate:{times}",
        "start": start,
        "max_results": _PAGE,
        "sortBy": "submittedDate",
        "sortOrder": "ascending",
    }
    answer = fetcher.get(ask_for(source, params, every=_EVERY))
    total, entries = _parse(answer)
    if total > start and not entries:
        raise FetchProblem("empty", f"{answer.asked}: {total} papers are counted, but the page is empty")
    return total, entries


def _parse(answer: Answer) -> tuple[int, list[Any]]:
    import feedparser

    try:
        feed = feedparser.parse(BytesIO(answer.body), sanitize_html=False, resolve_relative_uris=False)
    except (ValueError, LookupError, AssertionError, TypeError, AttributeError, RecursionError) as error:
        raise FetchProblem("malformed", f"{answer.asked}: {error}") from error
    entries = list(feed.get("entries", ()))
    errors = [entry for entry in entries if "/api/errors" in str(entry.get("id", ""))]
    if errors:
        raise FetchProblem("api-error", f"{answer.asked}: {one_line(str(errors[0].get('summary', '')))[:200]}")
    total = str(feed.get("feed", {}).get("opensearch_totalresults", ""))
    if not str(feed.get("version", "")).startswith("atom") or not re.fullmatch(r"[0-9]{1,12}", total):
        raise FetchProblem("no-feed", f"{answer.asked}: no list of papers: {said(answer.body)!r}")
    return int(total), entries


def _documents(source: Source, entries: list[Any], window: Window) -> dict[str, Document]:
    documents = [_document(source, entry, f"paper {number} of {window}") for number, entry in enumerate(entries, 1)]
    return {each.document_id: each for each in documents}


def _document(source: Source, entry: Any, where: str) -> Document:
    address = _VERSION.sub("", one_line(str(entry.get("id", ""))))
    known = _PAPER.fullmatch(address) is not None
    place = f"{source.id}/{address if known else where}"
    title, abstract = (one_line(str(entry.get(name, ""))) for name in ("title", "summary"))
    dated = read_date(GivenDate(str(entry.get("published", ""))))
    if dated is None:
        return set_aside(source, place=place, problem="`published` is no time", reason="date")
    if not known or not title:
        return set_aside(source, place=place, problem="it has no title, or its id is no abstract page")
    address = canonical_address(address)
    return one_story(
        source,
        document_id=address,
        address=address,
        published=dated.published,
        title=title,
        body=abstract,
        text_kind="abstract" if abstract else "headline",
        language=source.language,
    )
