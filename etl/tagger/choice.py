"""Which trained recognizer finds organizations that no seed lists: the shipped one, another spaCy pipeline, or none.

Its identity is read from files alone, so that the tagger's version is known without loading spaCy.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from etl.errors import InputError

SHIPPED, NONE = "shipped", "none"
FOLDER = Path("model", "recognizer")


@dataclass(frozen=True, slots=True)
class RecognizerChoice:
    """`name` is `shipped`, `none`, an installed package or a folder; entities with one of `labels` are organizations."""

    name: str = SHIPPED
    labels: tuple[str, ...] = ("ORG",)

    def folder(self, seeds: Path) -> Path | None:
        """Where the pipeline is, None for `none`. Raises InputError where there is none."""
        if self.name == NONE:
            return None
        found = next((at for root in self._places(seeds) for at in _pipelines(root)), None)
        if found is None:
            file = seeds / FOLDER if self.name == SHIPPED else self.name
            remedy = 'install it or give its path, or set recognizer = "none" in settings.toml'
            raise InputError("there is no spaCy pipeline (config.cfg, meta.json)", file=file, remedy=remedy)
        return found

    def identity(self, seeds: Path) -> str:
        """What tells this recognizer from another: its labels, and name and version by its meta.json.

        The shipped one's bytes are part of the tagger's version anyhow. Raises InputError for a meta.json that can't be read.
        """
        folder = None if self.name == SHIPPED else self.folder(seeds)
        if folder is None:
            return self.name
        meta = folder / "meta.json"
        try:
            content = meta.read_bytes()
            told = json.loads(content)
            name = f"{told['lang']}_{told['name']} {told['version']}"
        except (OSError, ValueError, KeyError, TypeError):
            remedy = "name a pipeline that spaCy wrote with to_disk"
            raise InputError("it does not tell language, name and version", file=meta, remedy=remedy) from None
        return f"{name} {hashlib.sha256(content).hexdigest()[:8]} {','.join(sorted(self.labels))}"

    def _places(self, seeds: Path) -> list[Path]:
        """Folders that may hold it."""
        if self.name == SHIPPED:
            return [seeds / FOLDER]
        if not self.name.isidentifier():
            return [Path(self.name)]
        spec = find_spec(self.name)
        return [Path(place) for place in (spec and spec.submodule_search_locations) or ()]


def _pipelines(folder: Path) -> Iterator[Path]:
    """The folder if it holds a pipeline, and folders in it that do: an installed package has one a level deeper."""
    for config in (*folder.glob("config.cfg"), *sorted(folder.glob("*/config.cfg"))):
        if (config.parent / "meta.json").is_file():
            yield config.parent
