"""The tagger's version, from files alone: whether history must be tagged again is known without loading it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import etl
from etl.tagger.choice import FOLDER, SHIPPED, RecognizerChoice

LEXICON = ("topics.toml", "desks.toml", "organizations.toml", "regions.toml", "name_traps.toml")
# What stands in seeds/model and says how good the tagger is, but not what it says.
_NOT_WEIGHTS = frozenset({"quality.json"})


def tagger_version(seeds: Path, recognizer: RecognizerChoice = RecognizerChoice()) -> str:  # noqa: B008 - it is frozen
    """`<version>+<8 hex digits>` over the recognizer used, and the names and bytes of the lexicon's files and the weights.

    A file that is missing counts as such; the loaders say what is wrong with that. Raises InputError for a recognizer that
    is not there.
    """
    digest = hashlib.sha256(f"{recognizer.identity(seeds)}\0".encode())
    for path, content in _contents(seeds, recognizer):
        digest.update(f"{path}\0{-1 if content is None else len(content)}\0".encode())
        digest.update(content or b"")
    return f"{etl.__version__}+{digest.hexdigest()[:8]}"


def tagger_parts(seeds: Path, recognizer: RecognizerChoice) -> dict[str, str]:
    """What tags depend on, part by part, to say which differs between two machines: versions, and 8 hex digits a file.

    Raises InputError for a recognizer that is not there.
    """
    files = {
        path: "missing" if content is None else hashlib.sha256(content).hexdigest()[:8]
        for path, content in _contents(seeds, recognizer)
    }
    programs = {"ai-news-trends": etl.__version__, "spaCy": version("spacy")}
    return {**programs, "the recognizer": recognizer.identity(seeds), **files}


def _contents(seeds: Path, recognizer: RecognizerChoice) -> Iterator[tuple[str, bytes | None]]:
    for path in [*(seeds / name for name in LEXICON), *_weights(seeds, recognizer)]:
        yield path.relative_to(seeds).as_posix(), path.read_bytes() if path.is_file() else None


def _weights(seeds: Path, recognizer: RecognizerChoice) -> list[Path]:
    """The learned files that tags depend on: without the shipped recognizer where another one is used, or none."""
    files = sorted(path for path in (seeds / "model").glob("**/*") if path.is_file())
    kept = [path for path in files if path.name not in _NOT_WEIGHTS and path.suffix != ".md"]
    shipped = seeds / FOLDER
    return kept if recognizer.name == SHIPPED else [path for path in kept if shipped not in path.parents]
