"""What all interfaces have in common: how they are asked, and texts that come back fit to be stored."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from urllib.parse import quote, urlencode

from etl.catalog import Source
from etl.fetch.model import Ask, FetchProblem
from etl.model import Document, Piece, RejectedPiece, TextKind
from etl.sources.entry_text import LONGEST, Markup, plain_text
from etl.sources.scope import OFF_TOPIC, on_topic

# JSON can write half a character, no encoding can store it; control characters are no text.
_UNFIT = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TAG = re.compile(r"<[^>]*>")


def ask_for(source: Source, params: Mapping[str, str | int], *, every: float = 0.0) -> Ask:
    """A request to the source's interface; `every` is in seconds. Raises FetchProblem where the entry has no address."""
    if not source.address:
        raise FetchProblem("address", f"the entry `{source.id}` names no `address`: add the interface's")
    joint = "&" if "?" in source.address else "?"
    address = f"{source.address}{joint}{urlencode(params, quote_via=quote, safe=':,')}"
    return Ask(address, source.id, kind="api", allow_private=source.allow_private, every=every)


def need_query(source: Source, *, example: str) -> str:
    """What the source is asked for; raises FetchProblem where the entry does not say."""
    if not (source.query or "").strip():
        raise FetchProblem("query", f"the entry `{source.id}` names no `query`: add one such as {example!r}")
    return (source.query or "").strip()


def json_object(body: bytes | str, *, address: str) -> dict[str, Any]:
    """The answer as a JSON object; raises FetchProblem, with the answer's beginning, where it is none."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise FetchProblem("malformed", f"{address}: no JSON ({error}): {said(body)!r}") from error
    if not isinstance(value, dict):
        raise FetchProblem("malformed", f"{address}: no JSON object: {said(body)!r}")
    return value


def said(body: bytes | str) -> str:
    """The first 200 characters of an answer that is not what it should be, without markup."""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    return one_line(_TAG.sub(" ", text[:2000]))[:200]


def whole(text: str) -> str:
    """The text without half characters and control characters."""
    return _CONTROL.sub("", _UNFIT.sub("\ufffd", text))


def one_line(text: str) -> str:
    """The text with single spaces."""
    return " ".join(whole(text).split())


def html_text(html: str) -> str:
    """The paragraphs of a piece of HTML, a blank line between two."""
    return plain_text(Markup(html[:LONGEST]))[0] if html.strip() else ""


def one_story(
    source: Source,
    *,
    document_id: str,
    address: str | None,
    published: datetime,
    title: str,
    body: str,
    text_kind: TextKind,
    language: str,
    url: str | None = None,
    date_from: Literal["document", "fetch"] = "document",
    line: int = 1,
) -> Document:
    """A document of one story, set apart as off-topic where the source's scope says so. `published` is naive UTC."""
    fits = on_topic(source, title, body)
    return Document(
        source_id=source.id,
        document_id=document_id,
        address=address,
        published=published,
        day=published.date(),
        date_from=date_from,
        text_kind=text_kind,
        pieces=(Piece(title=title, body=body, url=url),) if fits else (),
        external_ids=(None,) if fits else (),
        rejected=() if fits else (RejectedPiece(OFF_TOPIC, title, line),),
        language=language,
    )


def set_aside(source: Source, *, place: str, problem: str, reason: str = "malformed") -> Document:
    """A document for something that can't be read: `place` says where it stood, `problem` why."""
    place, problem = one_line(place), one_line(problem)
    return Document(
        source_id=source.id,
        document_id=place,
        address=None,
        published=None,
        day=None,
        date_from="document",
        text_kind="headline",
        quarantined=f"{reason}: {place}: {problem}",
    )
