"""Issues that a person brings: files as documents of a newsletter, and which held issues they replace."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path

from etl.catalog import Source, load_sources
from etl.errors import InputError
from etl.intake import Chosen
from etl.model import Document
from etl.newsletter import SUFFIXES, load_rules, markup_of, rules_path, split_issue
from etl.settings import Settings

_DATED = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})[-_ ]*(?P<slug>.*)")
_NUMBER = re.compile(r"issue-(?P<number>\d+)")


def chosen_for(
    settings: Settings, files: Sequence[Path], *, source_id: str, published: str | None, replace: Sequence[str]
) -> Chosen:
    """What a run has to take in: these files, and the feed of the source where issues are to be replaced from it.

    A file's name is the issue's slug, as in `issue-364.html`; the day before it, as in `2026-08-07 issue-364.html`, is
    when it was published. Raises InputError naming file and remedy.
    """
    source = load_sources(settings.seeds, settings.desk).get(source_id)
    if source is None:
        raise InputError(
            "there is no such source", file="--source", where=source_id, remedy="see `ainews sources list`"
        )
    if not files and not replace:
        raise InputError("nothing to import", file="ainews import", remedy="name files, or issues with --replace")
    if not files and not source.fetch:
        remedy = f"turn its feed on with `ainews sources enable {source.id}`, or give the issue as a file"
        raise InputError("the source is not fetched", file="--replace", where=replace[0], remedy=remedy)
    documents = tuple(_document(settings, path, source, published) for path in files)
    issues = frozenset(slug if slug.startswith(f"{source.id}/") else f"{source.id}/{slug}" for slug in replace)
    return Chosen(only=frozenset([source.id]), extra=documents, replace=issues)


def _document(settings: Settings, path: Path, source: Source, published: str | None) -> Document:
    markup = markup_of(path.suffix)
    if markup is None:
        raise InputError("the ending is unknown", file=path, remedy=f"use one of {', '.join(SUFFIXES)}")
    day, slug = _day_and_slug(path, published)
    issue = split_issue(_read(path), markup=markup, rules=load_rules(rules_path(settings.seeds)))
    if not issue.pieces:
        raise InputError("no story was recognized", file=path, remedy="see what `ainews split` makes of it")
    number = _NUMBER.fullmatch(slug)
    return Document(
        source_id=source.id,
        document_id=f"{source.id}/{slug}",
        address=f"{source.home.rstrip('/')}/{slug}/",
        published=datetime.combine(day, time()),
        day=day,
        date_from="manifest",
        text_kind="full",
        pieces=issue.pieces,
        external_ids=(None,) * len(issue.pieces),
        rejected=issue.rejected,
        issue_number=int(number["number"]) if number else None,
        language=source.language,
    )


def _day_and_slug(path: Path, published: str | None) -> tuple[date, str]:
    dated = _DATED.fullmatch(path.stem)
    text = published or (dated["day"] if dated else None)
    if text is None:
        remedy = "give it with --published, or put it before the file's name"
        raise InputError("when it was published is not known", file=path, remedy=remedy)
    try:
        return date.fromisoformat(text), (dated["slug"] if dated and dated["slug"] else path.stem)
    except ValueError as error:
        raise InputError(f"{text!r} is no day", file=path, remedy="write it as 2026-08-07") from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"it can't be read ({error.strerror})", file=path, remedy="give a readable file") from error
    except UnicodeDecodeError as error:
        where = f"byte {error.start + 1}"
        raise InputError("it is no UTF-8 text", file=path, where=where, remedy="save it as UTF-8") from error
