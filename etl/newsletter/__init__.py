"""Split a newsletter issue into its stories: pure functions from text to `etl.model.Issue`.

Reading (`lines`, `html`) brings text, HTML and Markdown down to the same lines; `blocks` gathers them into paragraphs;
`classify` decides what each is, and its docstring states the rule; `assemble` puts the stories together. The words
that carry a meaning of their own (labels, sections, markers) are in `seeds/newsletter_rules.toml`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from etl.model import Issue
from etl.newsletter.assemble import assemble
from etl.newsletter.blocks import gather
from etl.newsletter.classify import Kind, classify, classify_blocks
from etl.newsletter.html import html_lines
from etl.newsletter.lines import Line, Markup, markdown_lines, text_lines
from etl.newsletter.rules import NewsletterRules, default_rules, load_rules, rules_path

__all__ = [
    "Kind",
    "Line",
    "Markup",
    "NewsletterRules",
    "classify",
    "default_rules",
    "load_rules",
    "markup_of",
    "read_lines",
    "rules_path",
    "split_issue",
]

_READERS: Mapping[Markup, Callable[[str], list[Line]]] = {
    "text": text_lines,
    "html": html_lines,
    "markdown": markdown_lines,
}
_SUFFIXES: Mapping[str, Markup] = {
    ".txt": "text",
    ".text": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".md": "markdown",
    ".markdown": "markdown",
}
SUFFIXES = tuple(_SUFFIXES)


def split_issue(text: str, *, markup: Markup, rules: NewsletterRules | None = None) -> Issue:
    """Split an issue into its stories and what is none; an issue without stories has no pieces. Raises nothing."""
    rules = rules or default_rules()
    return assemble(classify_blocks(gather(read_lines(text, markup=markup), rules), rules), rules)


def read_lines(text: str, *, markup: Markup) -> list[Line]:
    """The issue's lines, as `classify` takes them."""
    return _READERS[markup](text)


def markup_of(suffix: str) -> Markup | None:
    """The markup that a file name's ending stands for, None if it stands for none."""
    return _SUFFIXES.get(suffix.lower())
