"""Learns from labelled stories by what an organization or a region is in focus: `seeds/model/roles.json`.

scikit-learn is needed here and in etl/fit_topics.py, and nowhere else. The same input gives the same bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression

from etl.errors import InputError
from etl.gold_stories import GoldStory, read_all_gold
from etl.lexicon.load import Lexicon, load_lexicon
from etl.match import Name, paired
from etl.model import OrganizationTag
from etl.tagger.assemble import names_of
from etl.tagger.pipeline import name_pipeline
from etl.tagger.role_model import FILE, KINDS, RoleWeights, Weights, save_roles, weigh
from etl.tagger.roles import StoryNames, observe_organizations, observe_regions
from etl.tagger.scene import Kind
from etl.tagger.tokens import read
from etl.tagger.topic_model import FOLDS, fold_of, is_held_back, short_hash

LEAST_NAMES = 12  # an observation needs so many names that it was made of
STRENGTH = 0.1  # the inverse of the penalty on squared weights
NUMBERS = 0.4  # how freely an observation that is a number is weighed, beside one of a word
LEAST_SPREAD = 0.05
ONE_ANSWER = 4.0  # the points of every name where there is nothing to tell names apart by: few names, or of one role
_CUTS = np.linspace(-1.5, 0.5, 81)
_DIGITS = 4
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Matrix = Any  # scipy has no types


@dataclass(frozen=True, slots=True)
class Case:
    """A name that was found in a labelled story: what is observed of it, and whether a reader has it in focus."""

    document: str
    seen: Mapping[str, float]
    focus: bool


def train_roles(
    seeds: Path, labels: Sequence[Path], *, corpora: Sequence[Path] = (), out: Path
) -> dict[str, dict[str, float]]:
    """Learn from labels and their texts, without held-back documents; writes `roles.json` into the folder `out`.

    The texts are those that ship (the abstracts of the archive in `seeds`), and those of `corpora`, all JSON Lines.
    Returns for each kind of name the number of `names` learned from, of `observations` weighed, and the F1 of focus
    among the names found, `out_of_fold` and `in_sample`. Raises InputError for a file that can't be read or written.
    """
    lexicon = load_lexicon(seeds)
    names = {code: region.name for code, region in lexicon.regions.items()}
    stories = read_all_gold(labels, corpora=corpora, seeds=seeds, region_names=names)
    cases = _cases(seeds, lexicon, [story for story in stories if not is_held_back(story.document)])
    models: dict[Kind, Sequence[Weights]] = {}
    told = {}
    for kind in KINDS:
        models[kind], told[kind] = _learn(cases[kind])
    documents = frozenset(short_hash(case.document) for kind in KINDS for case in cases[kind])
    try:
        out.mkdir(parents=True, exist_ok=True)
        save_roles(RoleWeights(models, documents), out / FILE.name)
    except OSError as error:
        remedy = "choose a folder that you may write to with --out"
        raise InputError(f"it can't be written: {error.strerror or error}", file=out, remedy=remedy) from error
    return {str(kind): figures for kind, figures in told.items()}


def _cases(seeds: Path, lexicon: Lexicon, stories: Sequence[GoldStory]) -> dict[Kind, list[Case]]:
    """Every name found that the labels judge."""
    nlp = name_pipeline(seeds)
    cases: dict[Kind, list[Case]] = {kind: [] for kind in KINDS}
    for story in stories:
        title, text = read(nlp, story.text.title), read(nlp, story.text.text)
        names = names_of(nlp(title), nlp(text))
        cases["organization"] += _organizations(story, names, lexicon)
        cases["region"] += _regions(story, names, lexicon)
    return cases


def _organizations(story: GoldStory, names: StoryNames, lexicon: Lexicon) -> Iterator[Case]:
    """Organizations found: those that a reader names too, and those that no reader names; both may be wrong in focus."""
    seen = observe_organizations(names, lexicon)
    tags = [
        OrganizationTag(owner, owner, "mention" if owner in seen else "product", True, tuple(span for span, _ in found))
        for owner, found in names.organizations.items()
    ]
    found, spurious, _ = paired(story.organizations, tags)
    for label, tag in [*found, *((None, tag) for tag in spurious)]:
        known = lexicon.organizations.get(tag.id)
        if tag.id in seen and not (known is not None and known.own) and _judged(label):
            yield Case(story.document, seen[tag.id], label is not None and label.role == "focus")


def _judged(label: Name | None) -> bool:
    return label is None or (label.asked and label.role in ("focus", "mention"))


def _regions(story: GoldStory, names: StoryNames, lexicon: Lexicon) -> Iterator[Case]:
    labels = {label.key: label for label in story.regions}
    for code, seen in observe_regions(names, lexicon).items():
        label = labels.get(code)
        if _judged(label):
            yield Case(story.document, seen, label is not None and label.role == "focus")


def _learn(cases: Sequence[Case]) -> tuple[list[Weights], dict[str, float]]:
    """The weights of each fold and of all, moved so that 0 is the cut with the best F1 out of fold."""
    answers = np.array([case.focus for case in cases])
    folds = np.array([fold_of(case.document) for case in cases])
    models = [_fit(cases, answers, folds != fold) for fold in (*range(FOLDS), -1)]
    unseen = np.array([weigh(case.seen, models[fold]) for case, fold in zip(cases, folds, strict=True)])
    cut = max(_CUTS, key=lambda cut: _f1(unseen >= cut, answers))
    known = np.array([weigh(case.seen, models[-1]) for case in cases])
    told: dict[str, float] = {"names": len(cases), "observations": len(models[-1])}
    told |= {"out_of_fold": _f1(unseen >= cut, answers), "in_sample": _f1(known >= cut, answers)}
    every = sorted({name for model in models for name in model})
    return [{name: _moved(name, model, cut) for name in every} for model in models], told


def _moved(name: str, model: Weights, cut: float) -> float:
    return round(model.get(name, 0.0) - (cut if name == "always" else 0.0), _DIGITS)


def _fit(cases: Sequence[Case], answers: Bools, part: Bools) -> Weights:
    """Logistic regression on the cases of `part`; numbers are brought to one spread, words are as they are."""
    rows: list[int] = np.flatnonzero(part).tolist()
    counted = Counter(name for row in rows for name in cases[row].seen)
    names = sorted(name for name, count in counted.items() if count >= LEAST_NAMES and name != "always")
    if not names or len(set(answers[rows].tolist())) < 2:
        return {"always": ONE_ANSWER if 2 * answers[rows].sum() > len(rows) else -ONE_ANSWER}
    features = _matrix([cases[row].seen for row in rows], names)
    scale = np.array([_scale(name, features[:, [at]]) for at, name in enumerate(names)])
    model = LogisticRegression(C=STRENGTH, solver="liblinear", random_state=0)
    model.fit(features @ sp.diags(scale), answers[rows])
    weights = dict(zip(names, (model.coef_[0] * scale).tolist(), strict=True))
    return weights | {"always": float(model.intercept_[0])}


def _matrix(seen: Sequence[Mapping[str, float]], names: Sequence[str]) -> Matrix:
    column = {name: at for at, name in enumerate(names)}
    cells = [
        (row, column[name], value) for row, one in enumerate(seen) for name, value in one.items() if name in column
    ]
    rows, columns, values = zip(*cells, strict=True)
    return sp.csc_matrix((values, (rows, columns)), shape=(len(seen), len(names)))


def _scale(name: str, column: Matrix) -> float:
    if "=" in name:
        return 1.0
    return float(NUMBERS / max(LEAST_SPREAD, column.toarray().std()))


def _f1(given: Bools, answers: Bools) -> float:
    return float(2 * (given & answers).sum() / max(1, given.sum() + answers.sum()))
