"""What a source would give, without storing it: how many stories, the newest, and what would be set aside and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from etl.catalog import Source
from etl.decide import decide
from etl.fetch.model import Fetcher
from etl.held import Held
from etl.model import Disposition, Story
from etl.sources.connectors import connector_of
from etl.sources.taken import Context, Taken

_NEWEST, _ASIDE, _WIDTH = 5, 10, 100


@dataclass(frozen=True, slots=True)
class Trial:
    """What came, what of it are stories (the newest first), and what was set aside."""

    source: Source
    taken: Taken
    documents: int
    stories: tuple[Story, ...]
    aside: tuple[Disposition, ...]


def try_source(source: Source, fetcher: Fetcher, context: Context, *, today: date) -> Trial:
    """Ask the source as if for the first time; raises FetchProblem where nothing came."""
    taken = connector_of(source)(source, fetcher, {}, context)
    documents = tuple(taken.documents)
    plan = decide(
        [(source.kind, document) for document in documents], held=Held(), sources={source.id: source}, today=today
    )
    stories = sorted((decided.story for decided in plan.stories), key=lambda story: story.published, reverse=True)
    return Trial(source, taken, len(documents), tuple(stories), tuple(_aside(plan.dispositions)))


def as_text(trial: Trial) -> str:
    """A few lines for a person."""
    kinds = Counter(story.text_kind for story in trial.stories)
    said = ", ".join(f"{number:,} {kind}" for kind, number in kinds.most_common())
    head = f"{trial.source.name}: {trial.documents:,} documents, {len(trial.stories):,} stories"
    lines = [f"{head} ({said})" if said else head]
    if trial.stories:
        first, last = (find(story.day for story in trial.stories) for find in (min, max))
        lines += [f"From {first} to {last}. The newest:", *(_line(story) for story in trial.stories[:_NEWEST])]
    lines += _set_aside(trial.aside)
    lines += [f"Note: {note}" for note in trial.taken.notes]
    lines += [f"Only a part came: {trial.taken.problem}"] if trial.taken.problem else []
    return "\n".join(lines) + "\n"


def _line(story: Story) -> str:
    dated = "" if story.date_from == "document" else f", dated by {story.date_from}"
    other = "" if story.language == "en" else f", in {story.language}"
    return f"  {story.day}  {story.title[:_WIDTH]}  ({story.text_kind}{dated}{other})"


def _set_aside(aside: Sequence[Disposition]) -> Iterator[str]:
    """How many of each reason, then the first ones."""
    if not aside:
        return
    counted: Mapping[str, int] = Counter(item.disposition for item in aside)
    yield f"Set aside: {', '.join(f'{number:,} {what}' for what, number in sorted(counted.items()))}"
    for item in aside[:_ASIDE]:
        yield f"  {item.disposition}  {item.key[:_WIDTH]}{f'  ({item.detail})' if item.detail else ''}"
    if len(aside) > _ASIDE:
        yield f"  and {len(aside) - _ASIDE:,} more"


def _aside(dispositions: Sequence[Disposition]) -> Iterator[Disposition]:
    """What was set aside, each once: a document that was stands for its pieces."""
    aside = [item for item in dispositions if item.disposition.startswith(("quarantined:", "rejected:"))]
    whole = {item.document_id for item in aside if item.level == "document"}
    return (item for item in aside if item.level == "document" or item.document_id not in whole)
