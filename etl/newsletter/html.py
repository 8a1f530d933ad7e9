"""HTML read as lines: headings, list items and captions by their tags, paragraphs and `<br>` as line ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag
from bs4.exceptions import ParserRejectedMarkup

from etl.newsletter.lines import Line, Role, absolute

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
# fmt: off
_INLINE = frozenset([
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u",
    "var", "wbr",
])
_UNREAD = frozenset([
    "script", "style", "head", "title", "template", "noscript", "svg", "math", "iframe", "object", "audio", "video",
    "select",
])
# fmt: on
_VOID = frozenset({"br", "hr", "img"})
_BOLD = frozenset({"b", "strong"})


@dataclass(slots=True)
class _Page:
    """The lines so far, and the run of text that the next block end will close."""

    repeated_alts: frozenset[str]
    described: frozenset[int]
    lines: list[Line] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    bold: list[str] = field(default_factory=list)
    bold_open: bool = True
    url: str | None = None
    bullet: bool = False
    inside: list[tuple[Role, int]] = field(default_factory=list)
    number: int = 1

    def add(self, text: str, *, bold: bool, url: str | None) -> None:
        """Append inline text; `bold` runs at the start of the line are kept apart."""
        self.texts.append(text)
        self.url = self.url or url
        if bold and self.bold_open:
            self.bold.append(text)
        elif text.strip():
            self.bold_open = False

    def flush(self, *, blank: bool = True) -> None:
        """End the line; with `blank` the paragraph too. What a heading or a caption holds is one, whatever its tag."""
        text, bold = _single_spaced(self.texts), _single_spaced(self.bold)
        if text:
            role, level = self.inside[-1] if self.inside else ("bullet" if self.bullet else "plain", 0)
            shown = f"• {text}" if role == "bullet" else text
            url = self.url if role == "heading" else None
            self.lines.append(Line(shown, self.number, role=role, level=level, bold=bold, url=url))
            self.bullet = False
        if blank and self.lines and self.lines[-1].text:
            self.lines.append(Line("", self.number))
        self.texts, self.bold, self.bold_open, self.url = [], [], True, None

    def separate(self) -> None:
        """A ruled line."""
        self.flush()
        self.lines.append(Line("---", self.number, role="rule"))


def html_lines(html: str) -> list[Line]:
    """The lines of an HTML text or fragment, however malformed.

    A picture gives its `figcaption` as a caption, or else its `alt` text, unless several pictures of the issue share
    that `alt`: then it names the issue and not the picture. Scripts, styles and comments are no text.
    """
    soup = _parse(html.removeprefix("\ufeff"))
    alts = Counter(_alt(image) for image in soup.find_all("img"))
    page = _Page(frozenset(alt for alt, times in alts.items() if times > 1), _described(soup))
    _walk(soup, page)
    page.flush()
    return page.lines


def _parse(html: str) -> BeautifulSoup:
    """Parse inside a root of our own, without which the parser warns about text that looks like a path or like XML."""
    try:
        return BeautifulSoup(f"<html>{html}", "html.parser")
    except ParserRejectedMarkup:
        # The standard parser gives up on an unfinished declaration such as "<![x": read it as text.
        return BeautifulSoup(f"<html>{html.replace('<!', '&lt;!')}", "html.parser")


def _walk(root: Tag, page: _Page) -> None:
    """Visit the tree with a stack of its own: hostile nesting is deeper than Python's recursion limit."""
    stack: list[tuple[Tag, Iterator[PageElement], bool, str | None]] = [(root, iter(root.children), False, None)]
    while stack:
        tag, children, bold, url = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            _leave(tag, page)
        elif isinstance(child, Tag):
            if child.name not in _UNREAD:
                _enter(child, page)
                here = absolute(_attribute(child, "href")) if child.name == "a" else None
                stack.append((child, iter(child.children), bold or child.name in _BOLD, here or url))
        elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
            page.add(str(child), bold=bold, url=url)


def _enter(tag: Tag, page: _Page) -> None:
    if tag.name == "br":
        _break(page)
    elif tag.name == "hr":
        page.separate()
    elif tag.name == "img":
        _picture(tag, page)
    elif tag.name not in _INLINE:
        page.flush()
        page.number = tag.sourceline or page.number
        page.bullet = tag.name == "li" or (page.bullet and tag.name in ("p", "div"))
        if role := _role(tag):
            page.inside.append(role)


def _leave(tag: Tag, page: _Page) -> None:
    if tag.name in _INLINE or tag.name in _VOID:
        return
    page.flush()
    if tag.name == "li":
        page.bullet = False
    if _role(tag):
        page.inside.pop()


def _role(tag: Tag) -> tuple[Role, int] | None:
    if tag.name == "figcaption":
        return "caption", 0
    return ("heading", _HEADINGS[tag.name]) if tag.name in _HEADINGS else None


def _break(page: _Page) -> None:
    """A `<br>` ends the line, a second one the paragraph; headings and captions stay in one piece."""
    if page.inside:
        page.add(" ", bold=False, url=None)
    else:
        page.flush(blank=not "".join(page.texts).strip())


def _picture(tag: Tag, page: _Page) -> None:
    """Keep a picture's own alternative text as a caption, unless a written caption says it better."""
    alt = _alt(tag)
    in_text = page.inside or "".join(page.texts).strip()
    if alt and not in_text and alt not in page.repeated_alts and id(tag) not in page.described:
        page.flush()
        page.lines.append(Line(alt, tag.sourceline or page.number, role="caption"))


def _described(soup: BeautifulSoup) -> frozenset[int]:
    """The pictures that have a written caption, by identity."""
    captions = [caption for caption in soup.find_all("figcaption") if caption.get_text(strip=True)]
    figures = [caption.find_parent("figure") for caption in captions]
    return frozenset(id(image) for figure in figures if figure is not None for image in figure.find_all("img"))


def _alt(image: Tag) -> str:
    return " ".join(_attribute(image, "alt").split())


def _attribute(tag: Tag, name: str) -> str:
    value = tag.get(name)
    return value if isinstance(value, str) else ""


def _single_spaced(texts: list[str]) -> str:
    return " ".join("".join(texts).split())
