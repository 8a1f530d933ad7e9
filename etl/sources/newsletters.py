"""seeds/newsletters/ → documents: issues kept as files, dated by the manifest beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from etl.errors import InputError
from etl.model import Document
from etl.newsletter import SUFFIXES, NewsletterRules, load_rules, markup_of, rules_path, split_issue
from etl.newsletter.lines import absolute
from etl.toml_entries import Entry, read_toml, table_entry

FOLDER, MANIFEST = "newsletters", "manifest.toml"
_SLUG = re.compile(r"[\w.-]+")


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the manifest says of one file."""

    path: Path
    source: str
    day: date
    number: int | None
    slug: str
    address: str


def read_newsletters(seeds: Path, *, rules: NewsletterRules | None = None) -> Iterator[Document]:
    """The issues of `seeds/newsletters/` in the manifest's order, split by the rules in the same seeds.

    An issue in which no story is recognized arrives with `quarantined` set to `no-story`. Raises InputError, before
    the first document, where the manifest or a file of it is missing or malformed, or the manifest omits a file.
    """
    folder = seeds / FOLDER
    entries = _manifest(folder / MANIFEST)
    _all_named(folder, {entry.path.name for entry in entries})
    texts = [_read(entry.path) for entry in entries]
    if entries and rules is None:
        rules = load_rules(rules_path(seeds))
    return (_document(entry, text, rules) for entry, text in zip(entries, texts, strict=True))


def newsletter_sources(seeds: Path) -> frozenset[str]:
    """The ids of the sources of which issues are kept as files; raises InputError as `read_newsletters`."""
    return frozenset(entry.source for entry in _manifest(seeds / FOLDER / MANIFEST))


def _manifest(path: Path) -> list[_Entry]:
    file = table_entry(read_toml(path), file=path, where="manifest")
    entries: list[_Entry] = []
    for table in file.tables("issue"):
        entry = _entry(table, path.parent)
        for other in entries:
            if entry.path == other.path or (entry.source, entry.slug) == (other.source, other.slug):
                problem = f"it repeats the file or slug of {other.path.name}"
                raise table.error(problem, remedy="give each issue one entry, and each slug one issue")
        entries.append(entry)
    file.done()
    return entries


def _entry(table: Entry, folder: Path) -> _Entry:
    entry = _Entry(
        path=folder / _file_name(table),
        source=_slug(table, "source"),
        day=table.need("published", date),
        number=table.get("number", int),
        slug=_slug(table, "slug"),
        address=table.need("address", str),
    )
    if absolute(entry.address) is None:
        raise table.error(f"`address` is {entry.address!r}", remedy="give the issue's whole web address, with https://")
    if entry.number is not None and (isinstance(entry.number, bool) or entry.number < 0):
        raise table.error(f"`number` is {entry.number!r}", remedy="give the issue's number, or leave it out")
    table.done()
    return entry


def _file_name(table: Entry) -> str:
    name = table.need("file", str)
    if Path(name).name != name or markup_of(Path(name).suffix) is None:
        remedy = f"name a file in the manifest's own folder that ends in {', '.join(SUFFIXES)}"
        raise table.error(f"`file` is {name!r}", remedy=remedy)
    return name


def _slug(table: Entry, key: str) -> str:
    value = table.need(key, str)
    if _SLUG.fullmatch(value) is None:
        raise table.error(f"`{key}` is {value!r}", remedy="use letters, digits, dots and hyphens")
    return value


def _all_named(folder: Path, named: set[str]) -> None:
    """A file that nobody dated would be lost silently."""
    found = {path.name for path in folder.iterdir() if markup_of(path.suffix) is not None}
    if forgotten := sorted(found - named):
        raise InputError(
            f"no entry names {forgotten[0]}",
            file=folder / MANIFEST,
            remedy="add an [[issue]] entry for it, or move the file out of the folder",
        )


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        remedy = "restore the file, or take its entry out of the manifest"
        raise InputError(f"the issue can't be read ({error.strerror})", file=path, remedy=remedy) from error
    except UnicodeDecodeError as error:
        where = f"byte {error.start + 1}"
        raise InputError("the issue is no UTF-8 text", file=path, where=where, remedy="save it as UTF-8") from error


def _document(entry: _Entry, text: str, rules: NewsletterRules | None) -> Document:
    markup = markup_of(entry.path.suffix)
    assert markup is not None  # the manifest names no other file
    issue = split_issue(text, markup=markup, rules=rules)
    return Document(
        source_id=entry.source,
        document_id=f"{entry.source}/{entry.slug}",
        address=entry.address,
        published=datetime(entry.day.year, entry.day.month, entry.day.day),
        day=entry.day,
        date_from="manifest",
        text_kind="full",
        pieces=issue.pieces,
        external_ids=(None,) * len(issue.pieces),
        rejected=issue.rejected,
        issue_number=entry.number,
        quarantined=None if issue.pieces else "no-story",
    )
