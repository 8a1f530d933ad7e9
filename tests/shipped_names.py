"""The pipeline that finds the names of the seeds that ship: a second's work, done once in a process, when a test first asks for it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from spacy.language import Language

from etl.tagger.pipeline import name_pipeline

SEEDS = Path(__file__).resolve().parents[1] / "seeds"


@cache
def finder() -> Language:
    """To be called, never changed."""
    return name_pipeline(SEEDS)
