"""Everything that is learned, made anew: topics, the recognizer of names, roles. One after the other, into one folder."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from etl.corrections import read_corrections
from etl.corrections import summary as corrections_summary
from etl.lexicon.topics import load_topics
from etl.model import Learned
from etl.progress import Progress
from etl.settings import Settings
from etl.train import LABELS, loss_without_corpus, summary, train_topics

Showing = Callable[[str], AbstractContextManager[Progress]]


@dataclass(frozen=True, slots=True)
class Said:
    """A line for the user: what was done, or (`note`) what to know about it."""

    text: str
    note: bool = False


def learn(
    settings: Settings,
    *,
    labels: Sequence[Path],
    corpora: Sequence[Path],
    out: Path,
    parts: Collection[Learned],
    showing: Showing,
) -> Iterator[Said]:
    """Learn the parts into `out`, and say what was learned from what, line by line.

    `labels` and `corpora` are files of JSON Lines; without labels they are those that ship. `showing` opens a display of
    progress with a heading. Raises InputError for a file that can't be read or written, AinewsError without scikit-learn.
    """
    files = list(labels) or [path for name in LABELS if (path := settings.seeds / name).is_file()]
    wanted = parts or list(Learned)
    if Learned.topics in wanted:
        yield from _topics(settings, files, corpora, out, showing)
    if Learned.names in wanted:
        yield from _names(settings, files, corpora, out, showing)
    if Learned.roles in wanted:
        yield from _roles(settings, files, corpora, out)
    if out.absolute() != settings.seeds / "model":
        yield Said(f"To use them, copy the files to {settings.seeds / 'model'}.", note=True)
    yield Said("To measure them there, run: ainews evaluate GOLD --write", note=True)


def _topics(
    settings: Settings, labels: Sequence[Path], corpora: Sequence[Path], out: Path, showing: Showing
) -> Iterator[Said]:
    corrections = read_corrections(settings, load_topics(settings.seeds))
    yield from (Said(warning, note=True) for warning in corrections.warnings)
    yield Said(corrections_summary(corrections), note=True)
    if not corpora:
        yield Said(loss_without_corpus(settings.seeds), note=True)
    with showing("Learning topics") as report:
        made = train_topics(
            settings.seeds, labels, corpora=corpora, corrections=corrections, out=out, on_progress=report
        )
    yield Said(summary(made, out))


def _names(
    settings: Settings, labels: Sequence[Path], corpora: Sequence[Path], out: Path, showing: Showing
) -> Iterator[Said]:
    from etl.train_names import train_names  # spaCy's training is slow to import

    with showing("Learning names") as report:
        made = train_names(settings.seeds, labels, corpora=corpora, out=out, on_progress=report)
    names = ", ".join(f"{n:,} {kind}" for kind, n in sorted(made["names"].items()))
    yield Said(
        f"The recognizer learned from {made['sentences']:,} sentences of {made['words']:,} words with names: {names}"
    )


def _roles(settings: Settings, labels: Sequence[Path], corpora: Sequence[Path], out: Path) -> Iterator[Said]:
    from etl.fit_roles import train_roles  # the tagger runs where scikit-learn is not installed

    made = train_roles(settings.seeds, labels, corpora=corpora, out=out)
    told = "; ".join(
        f"{kind}: {int(one['names']):,} names, F1 of focus {one['out_of_fold']:.3f} out of fold"
        for kind, one in made.items()
    )
    yield Said(f"Roles learned: {told}")
