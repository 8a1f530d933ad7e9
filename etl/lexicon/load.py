"""All name seeds as one lexicon: regions, organizations and traps, checked against each other."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from etl.errors import LexiconError
from etl.lexicon import organizations, regions, traps
from etl.lexicon.common import Claims, Example, Surface

FILES = (regions.FILE, organizations.FILE, traps.FILE)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What the name components need; `surfaces` maps each spelling to its possible owners, best guarded first."""

    regions: Mapping[str, regions.Region]
    organizations: Mapping[str, organizations.Organization]
    traps: traps.Traps
    surfaces: Mapping[str, tuple[Surface, ...]]
    digest: bytes

    def examples(self) -> list[Example]:
        """All sentences that entries carry, in order of the files."""
        places = [example for region in self.regions.values() for example in region.examples]
        return places + [example for organization in self.organizations.values() for example in organization.examples]


def load_lexicon(seeds: Path) -> Lexicon:
    """The lexicon of a seeds folder; read once per content. Raises LexiconError(file, entry, remedy)."""
    digest = hashlib.sha256()
    for name in FILES:
        path = seeds / name
        if not path.is_file():
            raise LexiconError("the file is missing", file=path, remedy="restore it from the project's seeds")
        digest.update(path.read_bytes())
    return _load(seeds, digest.digest())


@lru_cache(maxsize=4)
def _load(seeds: Path, digest: bytes) -> Lexicon:
    claims = Claims()
    places = regions.load_regions(seeds, claims=claims)
    countries = [code for code, region in places.items() if region.kind == "country"]
    trapped = traps.load_traps(seeds)
    named = organizations.load_organizations(seeds, countries=countries, acts=trapped.acts, claims=claims)
    traps.claim_traps(seeds, trapped, claims=claims)
    return Lexicon(places, named, trapped, claims.by_text, digest)
