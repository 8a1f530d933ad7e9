"""A feed's bytes as text: unpacked, decoded as what they are, refused where they are no feed or a trap (pure)."""

from __future__ import annotations

import codecs
import re
import zlib

from etl.fetch.model import FetchProblem
from etl.sources.feed_rules import FeedRules

LARGEST = 20 * 1024 * 1024
_GZIP = b"\x1f\x8b"
# Longest first: a UTF-32 mark starts like a UTF-16 one.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The first character of any feed is "<" or "{", which tells wide encodings without a mark.
_WIDE = (
    (re.compile(rb"[<{\s]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0[<{\s]"), "utf-32-be"),
    (re.compile(rb"[<{\s]\0"), "utf-16-le"),
    (re.compile(rb"\0[<{\s]"), "utf-16-be"),
)
_DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
# Wide encodings, whose zeros would have told, and codecs that are no encodings of the web.
_UNLIKELY = re.compile(r"(utf|ucs|u)[-_]?(16|32|2|4|7)|iso-10646|csu|punycode|idna|.*escape|undefined", re.IGNORECASE)
_INVALID = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# The element that a feed of any dialect starts with, by any prefix.
_ROOT = re.compile(r"<(?:[A-Za-z][\w.-]{0,30}:)?(?:rss|rdf|feed|channel|item|entry)(?=[\s>/])", re.IGNORECASE)
_CERTAIN = re.compile(
    r"<(?:rss\s[^<>]{0,2000}version|(?:\w+:)?rdf\s[^<>]{0,2000}xmlns|feed\s[^<>]{0,2000}xmlns)", re.IGNORECASE
)
_PAGE = re.compile(r"<(?:html|head|body)\b", re.IGNORECASE)
_PAGE_TYPE = re.compile(r"<!doctype\s+html\b", re.IGNORECASE)
_TITLE = re.compile(r"<(?:title|h1)\b[^>]{0,300}>\s*([^<]{1,200})", re.IGNORECASE)
_PASSWORD = re.compile(r"<input\b[^<>]{0,500}\btype\s*=\s*[\"']?password", re.IGNORECASE)
_DECLARATION = re.compile(r"<\?xml\s[^>]{0,300}\?>", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE\s+(?:[^\[\]<>\"']|\"[^\"]*\"|'[^']*')*(?:\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
_ASIDE = re.compile(r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)", re.DOTALL)
_ENTITY = re.compile(r"<!ENTITY\b")
# An entity that stands for a few characters can do no harm, and names such as `nbsp` are often declared so. What holds
# another entity, or stands outside the feed, can.
_HARMLESS = re.compile(
    r"<!ENTITY\s+([\w.-]{1,40})\s+(?:\"((?:[^\"&%<]|&#\w{1,8};){0,64})\"|'((?:[^'&%<]|&#\w{1,8};){0,64})')\s*>"
)


def unpacked(body: bytes) -> bytes:
    """The body, unpacked where it is a gzip file; what is there of it where it is torn.

    Raises FetchProblem `too-big` beyond LARGEST, `no-feed` where it can't be unpacked.
    """
    if not body.startswith(_GZIP):
        return body
    unpacker = zlib.decompressobj(wbits=31)
    try:
        whole = unpacker.decompress(body, LARGEST)
    except zlib.error as error:
        raise FetchProblem("no-feed", f"a gzip file that can't be unpacked ({error})") from error
    if unpacker.unconsumed_tail:
        raise FetchProblem("too-big", f"more than {LARGEST} bytes once unpacked")
    return whole


def decoded(body: bytes, content_type: str) -> str:
    """The body as text, without characters that XML can't hold.

    A byte order mark or a wide encoding's zeros decide; then whether the bytes are UTF-8, which text in another encoding
    hardly ever is by chance, whatever the server declares; then what the server and the XML declaration say; then a
    detector's guess.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return _valid(body[len(mark) :].decode(encoding, "replace"))
    for start, encoding in _WIDE:
        if start.match(body):
            return _valid(body.decode(encoding, "replace"))
    declared = _declared(body, content_type)
    plain = body.isascii()
    for encoding in [*declared, "utf-8"] if plain else ["utf-8", *declared]:
        try:
            return _valid(body.decode(encoding))
        except (UnicodeError, LookupError):
            continue
    return _valid(_guessed(body))


def xml_feed(text: str, rules: FeedRules) -> tuple[str, str | None]:
    """The feed's XML from its first element on, and what was wrong with what stood before it (or None).

    Raises FetchProblem: `empty`, `login-page`, `no-feed`, or `entities` for declarations that could blow the text up or
    reach outside it.
    """
    if not text.strip():
        raise FetchProblem("empty", "the answer has no text")
    root = _ROOT.search(text)
    page = _PAGE.search(text, 0, root.start() if root else len(text))
    if root is None and (page or _PAGE_TYPE.search(text)):
        raise _no_feed(text, rules)
    # Elements of a feed's names could stand in a page; what declares itself a feed is one, wrapped in a page or not.
    if root and page and not _CERTAIN.match(text, root.start()):
        raise _no_feed(text, rules)
    if root is None:
        raise FetchProblem("no-feed", f"neither RSS, Atom nor JSON Feed; it starts with {text.strip()[:60]!r}")
    head = text[: root.start()]
    entities = _entities(head)
    start = [found.start() for found in _DECLARATION.finditer(head)]
    before = head[: start[-1]] if start else _DOCTYPE.sub("", _ASIDE.sub("", head))
    problem = "it starts with something else than a feed" if before.strip() else None
    return _expanded(text[root.start() :], entities), problem


def _no_feed(text: str, rules: FeedRules) -> FetchProblem:
    """Why a web page came: a login page is the operator's to mend, another may be a wrong address."""
    titles = [" ".join(found.split()) for found in _TITLE.findall(text[:200_000])]
    said = " ".join(titles[:2]).casefold()
    title = f"a web page titled {titles[0]!r}" if titles else "a web page without a title"
    login = _PASSWORD.search(text[:500_000]) or any(word in said for word in rules.login_words)
    return FetchProblem("login-page" if login else "no-feed", f"{title} came instead of a feed")


def _entities(head: str) -> dict[str, str]:
    """The harmless entities of the feed's own by name; raises FetchProblem `entities` for any other."""
    entities = {}
    for found in _ENTITY.finditer(head):
        harmless = _HARMLESS.match(head, found.start())
        if harmless is None:
            written = " ".join(head[found.start() : found.start() + 60].split())
            raise FetchProblem("entities", f"it declares entities that are not expanded ({written} …)")
        entities[harmless[1]] = harmless[2] or harmless[3] or ""
    return entities


def _expanded(text: str, entities: dict[str, str]) -> str:
    """The text with the feed's own entities written out; raises FetchProblem `too-big` where that makes it grow so."""
    if not entities:
        return text
    named = re.compile(f"&({'|'.join(map(re.escape, entities))});")
    growth = sum(len(entities[found[1]]) for found in named.finditer(text))
    if len(text) + growth > LARGEST:
        raise FetchProblem("too-big", f"more than {LARGEST} characters once its entities are written out")
    return named.sub(lambda found: entities[found[1]], text)


def _declared(body: bytes, content_type: str) -> list[str]:
    """The encodings that the server and the XML declaration name, as browsers understand the names."""
    names = [found[1] for found in [_CHARSET.search(content_type)] if found]
    if match := _DECLARED.match(body):
        names.append(match[1].decode("ascii"))
    aliases = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "windows-1252", "us-ascii": "windows-1252"}
    return [aliases.get(name.lower(), name.lower()) for name in names if not _UNLIKELY.match(name)]


def _guessed(body: bytes) -> str:
    from bs4.dammit import UnicodeDammit

    guess = UnicodeDammit(body[:200_000], is_html=False, smart_quotes_to=None).original_encoding or "windows-1252"
    try:
        return body.decode(guess, "replace")
    except LookupError:
        return body.decode("windows-1252", "replace")


def _valid(text: str) -> str:
    return _INVALID.sub("", text.removeprefix("\ufeff"))
