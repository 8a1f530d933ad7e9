"""The audits of this desk with their verdicts, as pages show them, and what was measured of the same topics before."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from dashboard.audit import Audit, Told, told
from dashboard.audit_files import Held, audits_stamp, read_audits
from dashboard.audit_files import Stamp as AuditStamp
from dashboard.audit_words import newest_by_topic
from dashboard.data import ask_as_published, catalog, freshness
from dashboard.desk import Stamp, desk_stamp, read_entries
from dashboard.panels import records
from dashboard.snapshot import desk_folder

KIND = "topic:"


def held_audits() -> Held:
    """Return the samples of the desk folder."""
    return read_audits(audits_stamp(desk_folder()))


def renamed_topics() -> dict[str, str]:
    """Return the present ids of topics by their former ones."""
    return {old.removeprefix(KIND): new.removeprefix(KIND) for old, new in catalog().renamed.items()}


def topic_names() -> dict[str, str]:
    """Return the names of topics by id, former ids too."""
    lines = catalog()
    names = {
        key.removeprefix(KIND): line.name
        for key, line in lines.lines.items()
        if lines.kinds[key] == "topic" and key != "topic:untagged"
    }
    return names | {old: names[new] for old, new in renamed_topics().items() if new in names}


def audits() -> tuple[Told, ...]:
    """Return the audits with what people judged, the newest first."""
    stamps = audits_stamp(desk_folder()), desk_stamp(desk_folder())
    return _audits(*stamps, tuple(renamed_topics().items()))


@lru_cache(maxsize=4)
def _audits(samples: AuditStamp, decided: Stamp, renamed: tuple[tuple[str, str], ...]) -> tuple[Told, ...]:
    """Made once for what the files say: each page that shows measured tags asks for it, several times."""
    return told(read_audits(samples).audits, read_entries(decided).entries, renamed=dict(renamed))


def audits_of(topic: str) -> tuple[Told, ...]:
    """Return those of one topic, by its present id, in which anything was judged."""
    renamed = renamed_topics()
    return tuple(one for one in audits() if one.verdicts and renamed.get(one.audit.topic, one.audit.topic) == topic)


def newest_audits() -> dict[str, Told]:
    """Return the newest audit of each topic, by its present id."""
    return newest_by_topic(audits(), renamed_topics())


def tagger_now() -> str:
    """Return the version that tags now."""
    return freshness().tagger


def text_kind_of(audit: Audit) -> str:
    """Return what most of the stories are that an audit was drawn from; '' where this data has none of them."""
    nothing: dict[str, Any] = {
        "letters": False,
        "unit": "story",
        "about_any": None,
        "about_all": None,
        "about_none": None,
    }
    span = {"sources": audit.sources, "from_day": audit.from_day, "to_day": audit.to_day}
    rows = records(ask_as_published("text_kind", **span, **nothing))
    return str(rows[0]["text_kind"]) if rows else ""


def measured_before(topic: str, text_kind: str) -> dict[str, Any] | None:
    """Return what was measured of a topic on a kind of text (queries/quality.sql); None where nothing was."""
    rows = records(ask_as_published("quality", keys=(KIND + topic,), text_kind=text_kind))
    return rows[0] if rows else None
