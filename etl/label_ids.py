"""Under which id labels, and the weights learned from them, know a story of the snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from etl.catalog import Source
from etl.store.database import Row


def label_prefixes(sources: Iterable[Source]) -> dict[str, str]:
    """What labels put before the slug of an issue, by source; only a source with an archive has labels."""
    archives = {source.id: source.archive for source in sources if source.archive is not None}
    return {key: f"{key}-" if archive.issue_from == "id" else "" for key, archive in archives.items()}


def label_id(row: Row, prefixes: Mapping[str, str]) -> str:
    """An id whose part before `#` is the document that labels name: the archive's id, or for an issue's file the issue's.

    `row` has `id` (the archive's, else `story_id`), `story_id`, `source_id` and `document_id`; `prefixes` are those of
    `label_prefixes`. A story of an issue's file has its `story_id` after `#`, for labels number stories as a reader does.
    """
    source, slug = row["source_id"], row["document_id"].removeprefix(f"{row['source_id']}/")
    from_file = row["id"] == row["story_id"] and slug != row["document_id"] and source in prefixes
    return f"{prefixes[source]}{slug}#{row['story_id']}" if from_file else str(row["id"])
