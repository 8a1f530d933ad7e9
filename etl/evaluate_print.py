"""What `ainews evaluate` prints, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from etl.evaluate import MEASURES, OUT_OF_FOLD, PARTS, UNSEEN, Evaluation
from etl.quality import ALL, LEAST_CELL, Row
from etl.train import LABELS_MADE_BY, PLURAL

LEAST_POSITIVES = 15
TOO_FEW = "too few to measure"
LEAST_DOCUMENTS = 5
NAMES = dict(zip(MEASURES, ("topics", "organizations", "focus of org.", "regions", "focus of reg."), strict=True))
GROUPINGS = {"text_kind": "kind of text", "source": "source", "year": "year"}
HEADS = {
    UNSEEN: "Unseen: {stories:,} stories of {documents:,} documents that are held back from learning",
    OUT_OF_FOLD: "Out of fold: {stories:,} stories of {documents:,} other documents, "
    "topics by weights that did not see the document",
}
NOTES = (
    f"n is how many labels ask for the tag; below {LEAST_POSITIVES}, or from fewer than {LEAST_DOCUMENTS} documents, "
    "it is too few to measure. Ranges hold 95 % (bootstrap over documents).",
    "Names come from word lists, not from learned weights: whoever wrote the lists may know the stories out of fold.",
    f"On the labels that ship: {LABELS_MADE_BY}",
)


def as_json(found: Evaluation) -> str:
    """One object: what was measured on, `figures` and `share_errors`."""
    head = {"stories": found.stories, "documents": found.documents, "labels_without_text": found.without_text}
    told = {**head, "labels": LABELS_MADE_BY, "figures": found.figures, "share_errors": found.shares}
    return json.dumps(told, ensure_ascii=False) + "\n"


def as_text(found: Evaluation) -> str:
    """Tables for a terminal."""
    lines = [f"{found.stories:,} labelled stories of {found.documents:,} documents tagged"]
    if found.without_text:
        lines.append(f"{found.without_text:,} labels have no story among the texts and are left out")
    for part in PARTS:
        lines += _part(part, [row for row in found.figures if row["part"] == part])
    lines += [
        "",
        f"Share error: the tagger's share minus the labelled one, in points; cells of at least {LEAST_CELL} stories",
    ]
    lines += _shares(found.shares) or [f"no cell holds {LEAST_CELL} stories"]
    return "\n".join([*lines, "", *NOTES]) + "\n"


def _part(part: str, rows: Sequence[Row]) -> list[str]:
    if not rows:
        return ["", f"{part[:1].upper()}{part[1:]}: none"]
    whole = [row for row in rows if row["by"] == "all"]
    lines = ["", HEADS[part].format(**whole[0]), f"{'':26s}{'n':>7s}  {'precision':18s}{'recall':18s}F1"]
    lines += [_line(NAMES[row["kind"]], row) for row in whole if row["tag_id"] == ALL]
    lines += [_line(f"  {row['tag_id']}", row) for row in whole if row["tag_id"] != ALL]
    for by, title in GROUPINGS.items():
        lines += ["", f"{title:26s}{'stories':>7s}  " + "".join(f"F1 {NAMES[kind]:19s}" for kind in MEASURES).rstrip()]
        lines += _cells(row for row in rows if row["by"] == by)
    return lines


def _line(name: str, row: Row) -> str:
    told = TOO_FEW if not _enough(row) else "".join(f"{_range(row[key]):18s}" for key in TRIPLES).rstrip()
    return f"{name:26s}{row['n']:>7,d}  {told}"


TRIPLES = ("precision", "recall", "f1")


def _enough(row: Row) -> bool:
    """Whether a figure says anything: a bootstrap over two documents would look certain and be chance."""
    return bool(row["n"] >= LEAST_POSITIVES and row["documents"] >= LEAST_DOCUMENTS)


def _range(values: Sequence[float]) -> str:
    return f"{values[0]:.3f} {values[1]:.3f}–{values[2]:.3f}"


def _cells(rows: Iterable[Row]) -> Iterator[str]:
    """A line for each source, kind of text or year: F1 of each measure."""
    for value, cell in groupby(rows, key=lambda row: row["value"]):
        of_kind = {row["kind"]: row for row in cell}
        told = [of_kind[kind] for kind in MEASURES]
        parts = [f"{_range(row['f1']) if _enough(row) else 'too few':22s}" for row in told]
        yield f"{PLURAL.get(value, value)[:25]:26s}{told[0]['stories']:>7,d}  {''.join(parts).rstrip()}"


def _shares(rows: Sequence[Row]) -> list[str]:
    """A line for each cell: the mean absolute error of all topics, and the three topics that err most."""
    lines = []
    for (kind, source, year), group in groupby(rows, key=lambda row: (row["text_kind"], row["source"], row["year"])):
        cell = list(group)
        mean = sum(abs(row["error_points"]) for row in cell) / len(cell)
        worst = sorted(cell, key=lambda row: (-abs(row["error_points"]), row["topic"]))[:3]
        most = ", ".join(f"{row['topic']} {row['error_points']:+.1f}" for row in worst)
        where = f"{'all sources' if source == ALL else source}, {'all years' if year == ALL else year}"
        lines.append(f"{where[:32]:33s}{kind:9s}{cell[0]['stories']:>6,d} stories  mean {mean:4.2f}  most: {most}")
    return lines
