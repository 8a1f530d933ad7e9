"""What a run did, in words for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from etl.intake import Outcome
from etl.run_log import RunReport


def run_summary(report: RunReport, *, dry: bool = False) -> str:
    """One line: what was published, what came in and how it ended."""
    parts = [f"{n:,} {what}" for what, n in sorted(report.dispositions["piece"].items(), key=lambda item: -item[1])]
    aside = {what: n for what, n in report.dispositions["document"].items() if _is_aside(what)}
    parts += [f"{n:,} documents {what}" for what, n in sorted(aside.items())]
    took = f"{report.documents:,} documents, {report.pieces:,} pieces ({', '.join(parts)})"
    if dry:
        return f"Nothing was published (--dry-run): {took}{_sources(report.outcomes)}"
    head = f"Published {report.snapshot}" if report.published else f"Nothing new, {report.snapshot} stands"
    left = f", {report.left:,} wait to be tagged again (`ainews retag` does it at once)" if report.left else ""
    rest = f", the rest of {', '.join(report.waiting)} waits for the next run" if report.waiting else ""
    return f"{head}: {took}, {report.tagged:,} stories tagged{left}{rest}{_sources(report.outcomes)}"


def troubles(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """A line for each source that failed, gave only a part, or has something to say."""
    for outcome in outcomes:
        if outcome.reason is not None:
            kind = "only a part came" if outcome.outcome == "part" else "failed"
            yield f"{outcome.source_id}: {kind} ({outcome.reason}): {outcome.detail}"
        yield from (f"{outcome.source_id}: {note}" for note in outcome.notes)


def _is_aside(disposition: str) -> bool:
    return disposition.startswith(("quarantined:", "rejected:"))


def _sources(outcomes: Sequence[Outcome]) -> str:
    """How many of the sources that were asked answered; empty where none was."""
    if not outcomes:
        return ""
    good = sum(outcome.outcome in ("ok", "unchanged") for outcome in outcomes)
    return f"; {good:,} of {len(outcomes):,} sources answered"
