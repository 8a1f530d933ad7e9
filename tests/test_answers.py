"""What the connectors of interfaces have in common."""

from __future__ import annotations

from dataclasses import replace

import pytest

from etl.fetch.model import FetchProblem
from etl.sources.connectors import connector_of
from tests.connector_kit import CONTEXT, Unasked, entry


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        *(("arxiv", "query"), ("arxiv", "address")),
        *(("gdelt", "query"), ("gdelt", "address")),
        ("hackernews", "address"),
    ],
)
def test_an_entry_that_says_too_little_is_named(kind: str, missing: str) -> None:
    source = replace(entry(kind, query="AI"), **{missing: None})
    with pytest.raises(FetchProblem, match=f"`wire` names no `{missing}`"):
        connector_of(source)(source, Unasked(), {}, CONTEXT)
