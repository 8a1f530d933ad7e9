"""Lists of feeds as other readers keep them: OPML in and out (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

from etl.catalog import Source
from etl.catalog_entry import is_address
from etl.errors import InputError

# What XML 1.0 can't hold, not even escaped.
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed of the list: `folders` are those that it lies in, the outermost first; "" for what the list does not say."""

    title: str
    address: str
    home: str = ""
    language: str = ""
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedList:
    """The feeds of a list in order, each address once, and what in it can't be used, with the reason."""

    feeds: tuple[Outline, ...]
    unusable: tuple[str, ...]


def read_opml(data: bytes, *, file: Path) -> FeedList:
    """The feeds of an OPML file; raises InputError where it is none, or declares entities, which could blow it up."""
    _refuse_entities(data, file)
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise InputError(f"no valid XML: {error}", file=file, remedy="export the list anew as OPML") from error
    if root.tag.lower() != "opml":
        raise InputError(f"it is {root.tag!r}, not OPML", file=file, remedy="export the list as OPML")
    feeds, unusable = dict[str, Outline](), list[str]()
    for outline in _outlines(root, (), 0):
        if not outline.address:
            continue
        if not is_address(outline.address):
            unusable.append(f"{outline.title or 'a feed'}: {outline.address!r} is no web address")
        elif outline.address in feeds:
            unusable.append(f"{outline.title or 'a feed'}: {outline.address} is in the list twice")
        else:
            feeds[outline.address] = outline
    return FeedList(tuple(feeds.values()), tuple(unusable))


def feeds_of(sources: Iterable[Source], *, every: bool) -> list[Source]:
    """The sources that another reader can read: feeds that are fetched, with `every` those that are off too."""
    feeds = [source for source in sources if source.address and source.kind in ("feed", "newsletter")]
    return [source for source in feeds if every or source.live]


def write_opml(sources: Iterable[Source], *, title: str) -> bytes:
    """The sources that have an address as OPML 2.0."""
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = title
    body = ElementTree.SubElement(root, "body")
    for source in sources:
        if source.address:
            said = {"type": "rss", "text": source.name, "title": source.name, "xmlUrl": source.address}
            said |= {"htmlUrl": source.home, "language": source.language}
            ElementTree.SubElement(body, "outline", {name: _UNFIT.sub("", value) for name, value in said.items()})
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _outlines(element: ElementTree.Element, folders: tuple[str, ...], depth: int) -> Iterator[Outline]:
    """Every outline below the element; attribute names are read in any case, as exporters differ."""
    for child in element:
        said = {name.lower(): " ".join(value.split()) for name, value in child.attrib.items()}
        title = said.get("title") or said.get("text") or ""
        inside = folders
        if child.tag.lower() == "outline" and "xmlurl" in said:
            yield Outline(title, said["xmlurl"], said.get("htmlurl", ""), said.get("language", "").lower(), folders)
        elif child.tag.lower() == "outline" and title:
            inside = (*folders, title)
        if depth < _DEEPEST:
            yield from _outlines(child, inside, depth + 1)


def _refuse_entities(data: bytes, file: Path) -> None:
    """ElementTree would expand them; a pass of the parser beneath it stops at the first that is declared."""

    def declared(name: str, *_: object) -> None:
        problem = f"it declares the entity {name!r}, which is not expanded"
        raise InputError(problem, file=file, remedy="export the list anew, or remove the declaration")

    parser = expat.ParserCreate()
    parser.EntityDeclHandler = declared
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError):
        return  # said by the parser that reads it
