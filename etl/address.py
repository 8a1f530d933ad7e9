"""One spelling for each address: what says how a reader came, and on what device, is no part of which page it is (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

# Parameters that say how a reader came, or what they may see, not what the page is. Only names that no site is known to use for
# its pages: `ref`, `source`, `id`, `p`, `s`, `v` and `mod` stay.
_TRACKING = re.compile(
    r"utm_.*|fbclid|[gm]clid|gclsrc|dclid|gbraid|wbraid|msclkid|twclid|ttclid|yclid|igsh(id)?|li_fat_id|_g[al]|_branch_match_id"
    r"|mc_[ce]id|mkt_tok|vero_id|_hs(enc|mi)|hsctatracking|trk(campaign)?|sc_(campaign|channel|content)|at_(medium|campaign|custom\d)"
    r"|ref_(src|url)|guc(counter|e_referrer(_sig)?)|reflink|smid|smtyp|cmpid|ncid|icid|ocid|taid|linkid|leadsource|ito|xtor|wt_mc"
    r"|accesstoken|unlocked_article_code|triedredirect|postpublishedtype|hide_intro_popup|usqp|amp_(js_v|gsa)",
    re.IGNORECASE,
)
_DEFAULT_PORT = {"http": 80, "https": 443}
# Characters that mean the same in a path whether written plainly or as %XX.
_SAFE = "/:@!$&'()*+,;=-._~"

# `m.example.com` is the same site for a telephone; what stays must be a site of its own, neither a bare ending (`m.ai`, `m.co.uk`)
# nor a host whose first label names the writer (`amp.github.io`).
_DEVICE_HOST = re.compile(r"(?:m|mobile|amp)\.(?=[^.]+\.[^.])")
_ENDING = re.compile(r"(?:com?|org|net|ac|gov|edu|or|ne|go)\.[a-z]{2}")
_HOSTING = re.compile(
    r"(?:github|gitlab|notion|itch)\.(?:io|site)|(?:substack|wordpress|blogspot|medium|tumblr|beehiiv|typepad|herokuapp)\.com"
    r"|ghost\.io|(?:netlify|vercel|web|fly)\.app|(?:pages|workers)\.dev|livejournal\.com|hashnode\.dev|readthedocs\.io|hf\.space"
)
_WIKI_HOST = re.compile(r"^([a-z-]+)\.m\.(wik[a-z]+\.org)$")

_AMP_CACHE = re.compile(r"/(?:c|v|a)/(?:s/)?(?=[^/]+\.[^/]+)")
_AMP_VIEWER = re.compile(r"/amp/(?:s/)?(?=[^/]+\.[^/]+)")
_GOOGLE = re.compile(r"google\.[a-z]{2,3}(?:\.[a-z]{2})?")
_INDEX = re.compile(r"/(?:index\.(?:x?html?|shtml|php\d?|aspx?|jsp)|default\.(?:html?|aspx?))/?$", re.IGNORECASE)
_AMP_FILE = re.compile(r"(?<=[^/])\.amp(?=(?:\.html?)?$)")
# The last part of an article's path has a number or at least three words: under `/wiki/amp`, "amp" is the page.
_ARTICLE = re.compile(r"\d|[^-_/]+[-_][^-_/]+[-_][^-_/]+")


# Kept, for a document's is asked for where it is read, identified and stored, some 2,000 documents apart.
@lru_cache(maxsize=8_192)
def canonical_address(address: str) -> str:
    """One spelling for an address: https, lower-case host without `www.`, no fragment, no tracking, sorted parameters; variants for
    telephones, AMP pages and index pages are the page itself.

    Idempotent. What is no http(s) address comes back stripped but otherwise as it is: it is still an id.
    """
    address, before = address.strip().encode("utf-8", "replace").decode(), ""
    while address != before:  # what one rule takes away can bare what another knows
        before, address = address, _spelled(_within_cache(address) or address)
    return address


def _spelled(address: str) -> str:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return address
    if parts.scheme.lower() not in _DEFAULT_PORT or not parts.hostname:
        return address
    host = _plain_host(parts.hostname)
    if not host:
        return address
    if ":" in host:
        host = f"[{host}]"
    if port is not None and port != _DEFAULT_PORT[parts.scheme.lower()]:
        host = f"{host}:{port}"
    path = quote(unquote(parts.path, errors="surrogateescape"), safe=_SAFE, errors="surrogateescape")
    query = urlencode(sorted(_page_parameters(parts.query)))
    return urlunsplit(("https", host, _plain_path(re.sub(r"/{2,}", "/", path)), query, ""))


def _within_cache(address: str) -> str | None:
    """The address that an AMP cache or viewer shows, None where it is none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    host = (parts.hostname or "").removeprefix("www.")
    if parts.scheme.lower() not in _DEFAULT_PORT:
        return None
    cached = _AMP_CACHE.match(parts.path) if host.endswith(".cdn.ampproject.org") else None
    viewed = _AMP_VIEWER.match(parts.path) if _GOOGLE.fullmatch(host) else None
    found = cached or viewed
    if found is None:
        return None
    return f"https://{parts.path[found.end() :]}" + (f"?{parts.query}" if parts.query else "")


def _plain_host(host: str) -> str:
    before = None
    while host != before:
        before, host = host, re.sub(r"^(www\.)+(?=.)", "", host).rstrip(".")
        host = _WIKI_HOST.sub(r"\1.\2", host)
        found = _DEVICE_HOST.match(host)
        rest = host[found.end() :] if found else ""
        if rest and not (_ENDING.fullmatch(rest) or _HOSTING.fullmatch(rest) or _is_number(rest)):
            host = rest
    return host


def _is_number(host: str) -> bool:
    return re.fullmatch(r"[\d.]+", host) is not None


def _plain_path(path: str) -> str:
    """Without the marks of an AMP or index page, taken away until there is none: /a/amp/index.html is /a."""
    before = None
    while path != before:
        before, path = path, _AMP_FILE.sub("", _INDEX.sub("/", path)).rstrip("/")
        head, _, last = path.rpartition("/")
        if last.lower() == "amp" and _ARTICLE.search(head.rpartition("/")[2]):
            path = head
        if path.lower().startswith("/amp/") and _ARTICLE.search(last):
            path = path[len("/amp") :]
    return path or "/"


def _page_parameters(query: str) -> Iterator[tuple[str, str]]:
    """Those that say which page; `&amp;` is an ampersand that was escaped twice."""
    pairs = parse_qsl(re.sub(r"&(?:amp;)+", "&", query), keep_blank_values=True)
    pairs = [(re.sub(r"^(?:amp;)+", "", key), value) for key, value in pairs]
    shared = any(key == "reflink" for key, _ in pairs)  # beside it, `st` is the token of a link that was given away
    for key, value in pairs:
        amp = (key == "amp" and value in ("", "1", "true")) or (key.lower() == "outputtype" and value == "amp")
        if not (_TRACKING.fullmatch(key) or amp or (shared and key == "st")):
            yield key, value
