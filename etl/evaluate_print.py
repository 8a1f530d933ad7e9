"""What `ainews evaluate` prints, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from etl.evaluate import Evaluation
from etl.figures import LEAST_DOCUMENTS, LEAST_POSITIVES, enough
from etl.quality import ALL, Row
from etl.scored import ABSTRACT, MEASURES, OUT_OF_FOLD, PARTS, UNSEEN, WHOLE
from etl.shares import share_summary
from etl.shares_print import TOO_FEW, calibration_lines, difference_lines, ranged, share_lines
from etl.train import LABELS_MADE_BY, PLURAL

MOST_NAMES = 25
WIDTH = 34
READINGS_MADE_BY = (
    "The topics of abstracts were read by such a model in headline and abstract alone; a second reader of 100 of them "
    "agrees with an F1 of 0.968."
)
NAMES = dict(
    zip(
        MEASURES,
        ("topics", "topics of abstracts", "organizations", "focus of org.", "regions", "focus of reg."),
        strict=True,
    )
)
GROUPINGS = {"text_kind": "kind of text", "source": "source", "year": "year"}
HEADS = {
    UNSEEN: "Unseen: {stories:,} stories of {documents:,} documents that no weights learned from",
    OUT_OF_FOLD: "Out of fold: {stories:,} stories of {documents:,} other documents, "
    "each tagged by weights that did not see its document",
}
NOTES = (
    f"n is how many labels ask for the tag; below {LEAST_POSITIVES}, or from fewer than {LEAST_DOCUMENTS} documents, "
    "it is too few to measure. Ranges hold 95 % (bootstrap over documents).",
    "`topics` are held against what was read in the whole story: does the tag fit the story? `topics of abstracts` against "
    "what was read in headline and abstract alone: does the text that is counted bear the tag out?",
    "Names are found by word lists, only their focus is learned: whoever wrote the lists may know the stories out of fold, "
    "and the issues in seeds/newsletters.",
    f"On the labels that ship: {LABELS_MADE_BY} {READINGS_MADE_BY}",
)
TRIPLES = ("precision", "recall", "f1")


def as_json(found: Evaluation) -> str:
    """One object: what was measured on, and the lists of rows, with every organization and region."""
    told = {
        "stories": found.stories,
        "documents": found.documents,
        "labels_without_text": found.without_text,
        "labels": LABELS_MADE_BY,
        "readings_of_abstracts": READINGS_MADE_BY,
        "figures": found.figures,
        "differences": found.differences,
        "share_errors": found.shares,
        "share_summary": share_summary(found.shares),
        "calibration": found.calibration,
    }
    return json.dumps(told, ensure_ascii=False) + "\n"


def as_text(found: Evaluation, *, every: bool = False) -> str:
    """Tables for a terminal: of organizations and regions the 25 with most labels, or (`every`) all."""
    lines = [f"{found.stories:,} labelled stories of {found.documents:,} documents tagged"]
    if found.without_text:
        lines.append(f"{found.without_text:,} labels have no story among the texts and are left out")
    for part in PARTS:
        lines += _part(part, [row for row in found.figures if row["part"] == part], every=every)
    lines += ["", *difference_lines(found.differences, NAMES)]
    lines += ["", *share_lines(found.shares)]
    lines += ["", *calibration_lines(found.calibration)]
    return "\n".join([*lines, "", *NOTES]) + "\n"


def _part(part: str, rows: Sequence[Row], *, every: bool) -> list[str]:
    if not rows:
        return ["", f"{part[:1].upper()}{part[1:]}: none"]
    whole = [row for row in rows if row["by"] == "all"]
    totals = [row for row in whole if row["tag_id"] == ALL]
    lines = ["", HEADS[part].format(**totals[0]), _heads("")]
    lines += [_line(NAMES[row["kind"]], row) for row in totals]
    read = ABSTRACT if any(row["kind"] == ABSTRACT for row in totals) else WHOLE
    for kind in (read, "organization", "region"):
        tags = [row for row in whole if row["kind"] == kind and row["tag_id"] != ALL]
        lines += ["", _heads(NAMES[kind]), *_tag_lines(tags, every=every or kind == read)]
    for by, title in GROUPINGS.items():
        lines += ["", _heads(title), *_cells(row for row in rows if row["by"] == by)]
    return lines


def _heads(title: str) -> str:
    return f"{title:{WIDTH}s}{'n':>7s}  {'precision':18s}{'recall':18s}F1"


def _tag_lines(rows: Sequence[Row], *, every: bool) -> list[str]:
    """A line for each tag, those with most labels first; unless `every`, at most 25."""
    ordered = sorted(rows, key=lambda row: (-row["n"], row["tag_id"]))
    shown = ordered if every else ordered[:MOST_NAMES]
    rest = len(rows) - len(shown)
    return [_line(f"  {row['tag_id']}", row) for row in shown] + ([f"  {rest:,} more with --all"] if rest else [])


def _line(name: str, row: Row) -> str:
    told = "".join(f"{ranged(row[key]):18s}" for key in TRIPLES).rstrip()
    if not enough(row):
        told = "{}: {true_positive} right, {false_positive} wrong, {false_negative} missed".format(TOO_FEW, **row)
    return f"{name[: WIDTH - 1]:{WIDTH}s}{row['n']:>7,d}  {told}"


def _cells(rows: Iterable[Row]) -> Iterator[str]:
    """For each source, kind of text or year its name and a line for each measure."""
    for value, group in groupby(rows, key=lambda row: row["value"]):
        cell = list(group)
        yield f"{PLURAL.get(value, value)}: {cell[0]['stories']:,} stories"
        yield from (_line(f"  {NAMES[row['kind']]}", row) for row in cell)
