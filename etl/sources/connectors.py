"""Which function takes in what a kind of source publishes; its module is loaded once it is asked for."""

from __future__ import annotations

from importlib import import_module

from etl.catalog import Source
from etl.sources.taken import Connector

# Kind → module and function. Loaded late: feedparser and the like cost time that listing sources need not pay.
CONNECTORS = {
    "feed": ("etl.sources.feed", "take_feed"),
    "newsletter": ("etl.sources.newsletter_feed", "take_newsletter"),
    "hackernews": ("etl.sources.hackernews", "take_hackernews"),
    "gdelt": ("etl.sources.gdelt", "take_gdelt"),
    "arxiv": ("etl.sources.arxiv", "take_arxiv"),
    "files": ("etl.sources.files", "take_files"),
}


def connector_of(source: Source) -> Connector:
    """The connector of the source's kind, which the catalog has checked."""
    module, function = CONNECTORS[source.kind]
    connector: Connector = getattr(import_module(module), function)
    return connector
