"""An entry's HTML as plain text, and what kind of text it is (pure).

The kind goes by what the feed gives:

- `headline`: nothing beyond the title;
- `full`: content (`content:encoded`, Atom or JSON content) of at least 80 words, or a summary of more than 150;
- `digest`: content of fewer than 80 words, or a summary of fewer than 20: short, but all there is;
- `abstract`: a summary of 20 to 150 words, which stands for an article elsewhere. Content that is cut off ("[…]"), or that
  says no more than the summary beside it, counts as a summary.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from etl.model import TextKind
from etl.newsletter.html import html_lines
from etl.newsletter.lines import Line
from etl.sources.feed_rules import FeedRules

DIGEST_WORDS, ABSTRACT_LEAST, ABSTRACT_MOST = 80, 20, 150
# No article is longer, in characters of HTML and in tags; what is takes more time to read than it is worth.
LONGEST, _MOST_TAGS = 1_000_000, 50_000
_TITLE_WORDS, _TITLE_LENGTH = 12, 90
# So many unclosed brackets are no HTML, and a parser looks for the end of each.
_UNCLOSED = 1_000
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_UNREAD = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_IMAGE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_DECLARATION = re.compile(r"<[!?][^>]*(?:>|\Z)")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)", re.DOTALL)  # wrapped once more than it should be
_STRAY = re.compile(r"<(?![^<>]*>)")
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
# What no text holds: control characters but for line ends and tabs, and halves of characters.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Markup:
    """A text as the feed gives it: `html`, or plain."""

    text: str
    html: bool = True


@dataclass(frozen=True, slots=True)
class EntryText:
    """An entry's text without markup, paragraphs a blank line apart; its pictures' captions; and its kind."""

    body: str
    captions: tuple[str, ...]
    kind: TextKind


def entry_text(title: str, content: Markup | None, summary: Markup | None, *, rules: FeedRules) -> EntryText:
    """What an entry says beyond its title, where `summary` is its own text and no copy of `content`.

    Raises nothing; what is `too_long` should not come here.
    """
    long, captions = _read(content, rules)
    short, own = _read(summary, rules)
    if not long or (short and _same(long, short)):
        long, short, captions = "", short or long, captions or own
    body = long or short
    if not body or _same(body, title):
        return EntryText("", _other_than(title, captions), "headline")
    whole = bool(long) and not long.endswith(rules.cut_off)
    return EntryText(body, _other_than(title, captions or own), text_kind(body, whole=whole))


def too_long(*markups: Markup | None) -> str | None:
    """The reason for which an entry of these texts is set aside without being read, or None."""
    texts = [markup.text for markup in markups if markup]
    length, tags = sum(map(len, texts)), sum(text.count("<") for text in texts)
    return f"too-long: {length} characters, {tags} tags" if length > LONGEST or tags > _MOST_TAGS else None


def text_kind(body: str, *, whole: bool) -> TextKind:
    """The kind of a text that is given as content (`whole`) or as a summary; see above."""
    words = len(body.split())
    if whole:
        return "full" if words >= DIGEST_WORDS else "digest"
    if words > ABSTRACT_MOST:
        return "full"
    return "abstract" if words >= ABSTRACT_LEAST else "digest"


def plain_text(markup: Markup) -> tuple[str, tuple[str, ...]]:
    """The text without markup, paragraphs a blank line apart and bullets a line, and the captions of its pictures."""
    if not markup.html:
        paragraphs = re.split(r"\n[^\S\n]*\n", _printable(markup.text).replace("\r\n", "\n").replace("\r", "\n"))
        return "\n\n".join(filter(None, (" ".join(text.split()) for text in paragraphs))), ()
    # A picture's alternative text is left out: in feeds it is an icon's, an advert's or a counter's, and it changes.
    lines = html_lines(_IMAGE.sub("", _parsable(_printable(markup.text))))
    captions = tuple(line.text for line in lines if line.role == "caption")
    return _joined([line for line in lines if line.role not in ("caption", "rule")]), captions


def one_line(markup: Markup) -> str:
    """A title without markup. Feeds write a plain title's `&` as an entity, whether or not their type says so."""
    text = _printable(markup.text)
    if markup.html and _TAG.search(text):
        text = plain_text(Markup(text))[0]
    elif _ENTITY.search(text):
        text = unescape(text)
    return " ".join(_printable(text).split())


def title_from(body: str) -> str:
    """A title for an entry without one: its text's first words, up to the first sentence's end."""
    first = re.split(r"(?<=[.!?])\s", body.split("\n", 1)[0], maxsplit=1)[0]
    words = first.removeprefix("• ").split()
    title = " ".join(words[:_TITLE_WORDS])
    if len(title) > _TITLE_LENGTH:
        title = title[: title.rfind(" ", 0, _TITLE_LENGTH)] if " " in title[:_TITLE_LENGTH] else title[:_TITLE_LENGTH]
    shortened = len(title) < len(" ".join(words))
    return title.rstrip(" .,;:–—-") + ("…" if shortened else "")


def _read(markup: Markup | None, rules: FeedRules) -> tuple[str, tuple[str, ...]]:
    if markup is None:
        return "", ()
    text, captions = plain_text(markup)
    paragraphs = text.split("\n\n")
    while paragraphs and rules.boilerplate.fullmatch(paragraphs[-1].strip()):
        paragraphs.pop()
    return "\n\n".join(paragraphs), captions


def _parsable(html: str) -> str:
    """The HTML without what is no text anyway and would cost the parser the square of its length."""
    html = _DECLARATION.sub("", _CDATA.sub(r"\1", _UNREAD.sub("", _COMMENT.sub("", html))))
    return _STRAY.sub("&lt;", html) if html.count("<") - html.count(">") > _UNCLOSED else html


def _joined(lines: list[Line]) -> str:
    """Paragraphs a blank line apart; bullets, and lines that a `<br>` ended, a line apart."""
    body, blank, bullet = "", False, False
    for line in lines:
        if not line.text:
            blank = True
            continue
        listed = line.role == "bullet"
        body += ("" if not body else "\n" if not blank or (bullet and listed) else "\n\n") + line.text
        blank, bullet = False, listed
    return body


def _same(one: str, other: str) -> bool:
    return _bare(one) == _bare(other)


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _other_than(title: str, captions: tuple[str, ...]) -> tuple[str, ...]:
    """Many systems give a picture the story's own title."""
    return tuple(dict.fromkeys(caption for caption in captions if not _same(caption, title)))


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub("", text)
