"""One line of an issue in any markup, and the readers of plain text and Markdown.

All three markups come down to the same lines, so that one set of rules decides what is a title, a caption, an advert.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

Markup = Literal["text", "html", "markdown"]
Role = Literal["plain", "heading", "bullet", "caption", "rule"]

_BREAK = re.compile(r"\r\n|\r|\n")
_BULLET = re.compile(r"(?:[•·‣◦▪*+–-]|(?P<number>\d{1,2}[.)]))\s+(?=\S)")
_HEADING = re.compile(r"(?P<hashes>#{1,6})\s+(?P<text>\S.*?)\s*#*$")
_RULE = re.compile(r"(?P<mark>[-*_=~—–])(?:\s*(?P=mark)){2,}$")
_UNDERLINE = re.compile(r"(?:=+|-{2,})$")
_FENCE = re.compile(r"(?:```|~~~)")
_IMAGE_LINE = re.compile(r"!\[(?P<alt>[^\]]{0,1000})\]\([^)\s]*(?:\s+[^)]*)?\)$")
_IMAGE = re.compile(r"!\[[^\]]{0,1000}\]\([^)\s]*(?:\s+[^)]*)?\)")
_LINK = re.compile(r"\[(?P<text>[^\[\]]{0,1000})\]\((?P<url>[^()\s]*)(?:\s+[^()]*)?\)")
_STRONG = re.compile(r"(?P<mark>\*\*|__)(?=\S)(?P<text>.+?)(?<=\S)(?P=mark)")
_EMPHASIS = re.compile(r"(?<![\w*])(?P<mark>[*_])(?=[^\s*_])(?P<text>[^*_]+?)(?<=\S)(?P=mark)(?![\w*])")
_CODE = re.compile(r"`(?P<text>[^`]+)`")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!>~-])")
# An underline (`Title` over `-----`) makes a line up to this long a heading; a longer one is a paragraph over a rule.
_UNDERLINED = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A line's text without markup; `number` counts from 1 in the source.

    `level` is a heading's, from 1; `bold` the text set in bold at the line's start; `url` a heading's own link.
    """

    text: str
    number: int
    role: Role = "plain"
    level: int = 0
    bold: str = ""
    url: str | None = None


def text_lines(text: str) -> list[Line]:
    """The lines of a plain text, whatever its line ends: bullets, `#` headings, underlined headings, separators."""
    lines = [_text_line(printed, number) for number, printed in enumerate(_printed(text), start=1)]
    return _underlined(lines)


def markdown_lines(text: str) -> list[Line]:
    """The lines of a Markdown text without markup: links and emphasis read as text, pictures as captions.

    Front matter counts as a separator; what stands in a code fence stays as it is.
    """
    printed = _printed(text)
    matter = _front_matter(printed)
    lines: list[Line] = []
    fenced = False
    for number, line in enumerate(printed, start=1):
        if number <= matter:
            lines.append(Line(line, number, role="rule" if line else "plain"))
            continue
        if _FENCE.match(line):
            fenced = not fenced
        lines.append(Line(line, number) if fenced or _FENCE.match(line) else _markdown_line(line, number))
    return _underlined(lines)


def absolute(url: str | None) -> str | None:
    """`url` if it is a web address that stands by itself, else None."""
    return url if url and re.match(r"https?://[^\s/]", url, re.IGNORECASE) else None


def _printed(text: str) -> list[str]:
    """The text's lines, with no-break spaces as spaces and without a byte order mark."""
    spaced = text.removeprefix("\ufeff").replace("\u00a0", " ")
    return [line.strip() for line in _BREAK.split(spaced)]


def _text_line(text: str, number: int) -> Line:
    if _RULE.match(text):
        return Line(text, number, role="rule")
    if heading := _HEADING.match(text):
        return Line(heading["text"], number, role="heading", level=len(heading["hashes"]))
    if bullet := _BULLET.match(text):
        mark = bullet["number"] or "•"
        return Line(f"{mark} {text[bullet.end() :]}", number, role="bullet")
    return Line(text, number)


def _markdown_line(printed: str, number: int) -> Line:
    text = re.sub(r"^(?:>\s*)+", "", printed)
    if image := _IMAGE_LINE.match(text):
        return Line(_inline(image["alt"]), number, role="caption")
    line = _text_line(text.removesuffix("\\").rstrip(), number)
    if line.role == "rule":
        return line
    link = _LINK.search(line.text)
    strong = _STRONG.match(line.text)
    return replace(
        line,
        text=_inline(line.text),
        bold=_inline(strong["text"]) if strong else "",
        url=absolute(link["url"]) if link and line.role == "heading" else None,
    )


def _inline(text: str) -> str:
    """Markdown's inline markup read as text."""
    plain = _LINK.sub(r"\g<text>", _IMAGE.sub("", text))
    for mark in (_STRONG, _EMPHASIS, _CODE):
        plain = mark.sub(r"\g<text>", plain)
    return _ESCAPE.sub(r"\1", plain).strip()


def _front_matter(printed: list[str]) -> int:
    """How many lines at the top are front matter, its two `---` included."""
    if printed[0] != "---" or "---" not in printed[1:]:
        return 0
    end = printed.index("---", 1)
    return end + 1 if all(not line or ":" in line or line.startswith(("-", "#")) for line in printed[1:end]) else 0


def _underlined(lines: list[Line]) -> list[Line]:
    """Make a short line of its own with `===` or `---` right below it a heading, and the underline a separator."""
    return list(_underline(lines))


def _underline(lines: list[Line]) -> Iterator[Line]:
    for index, line in enumerate(lines):
        above = lines[index - 1] if index else None
        below = lines[index + 1] if index + 1 < len(lines) else None
        alone = line.role == "plain" and 0 < len(line.text) <= _UNDERLINED and (above is None or not above.text)
        if alone and below is not None and _is_underline(below):
            yield replace(line, role="heading", level=1 if below.text.startswith("=") else 2)
        elif _is_underline(line) and above is not None and above.text:
            yield replace(line, role="rule")
        else:
            yield line


def _is_underline(line: Line) -> bool:
    return line.role in ("rule", "plain") and _UNDERLINE.match(line.text) is not None
