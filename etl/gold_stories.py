"""Labelled stories with their texts, ready to be tagged and held against their labels.

Without a file of texts they are those that ship: the archive's abstracts, and the issues in `newsletters/`, whose
stories are called as `ainews split` calls them: the file's name without ending, `#`, a number from 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.errors import InputError
from etl.gold import part_in, part_of, read_lines
from etl.match import Name, spoken, stands
from etl.model import Piece, StoryText
from etl.newsletter import load_rules, markup_of, rules_path, split_issue
from etl.newsletter.lines import Markup
from etl.tag_parquet import read_rows

SHORT = ("headline", "abstract")
READINGS = Path("labels", "abstracts.jsonl")
ISSUES = "newsletters"
_REMEDY = "correct or remove the line"


@dataclass(frozen=True, slots=True)
class GoldStory:
    """A story, its text of one kind (`abstract`, `full` …), and what a reader of the whole story found in it.

    `abstract_topics` are what a reader found who had only headline and abstract, for the abstracts that were read so.
    """

    text: StoryText
    kind: str
    source: str
    year: str
    topics: frozenset[str]
    organizations: tuple[Name, ...]
    regions: tuple[Name, ...]
    abstract_topics: frozenset[str] | None = None

    @property
    def document(self) -> str:
        """What published the story: its id before `#`."""
        return document_of(self.text.id)


@dataclass(frozen=True, slots=True)
class Gold:
    """The stories that could be read, and how many labels have no story among the texts."""

    stories: tuple[GoldStory, ...]
    without_text: int


def document_of(story: str) -> str:
    """What published a story: its id before `#`."""
    return story.split("#")[0]


def read_gold(
    gold: Path, *, stories: Path | None, seeds: Path, region_names: Mapping[str, str], sampled: bool = False
) -> Gold:
    """The labels of `gold` joined by id with the texts of `stories`, or without it with the texts that ship.

    `gold` is JSON Lines with `id`, `topics` (ids), `orgs` (`name`, `surfaces`, `role`) and `regions` (`code`,
    `surfaces`, `role`); lines with `is_story` false are left out. A line with `chosen` "unsure" was not drawn at random,
    so it is no measure: where only `sampled` stories are asked for it is left out. Where all are, those with neither
    `orgs` nor `regions` are: they were read for their topics alone. `part` says what of a full text was read.
    `stories` is JSON Lines or Parquet with `id`, `title`, `text` and, where it is not `full`, `text_kind`. Of a headline
    or an abstract only organizations and regions are asked for that stand in it, by a surface or by name: `region_names`
    has the names by code. An abstract's topics, as read from headline and abstract alone, are those of
    `labels/abstracts.jsonl` below `seeds` (`id`, `topics`), where it has them.
    Raises InputError naming file, line and remedy.
    """
    read = _joined(gold, stories=stories, seeds=seeds, region_names=region_names, sampled=sampled)
    if not read.stories:
        remedy = "name the file of the labelled stories' texts with --stories"
        raise InputError("none of its labels belongs to a story whose text is there", file=gold, remedy=remedy)
    return read


def read_all_gold(
    labels: Sequence[Path], *, corpora: Sequence[Path], seeds: Path, region_names: Mapping[str, str]
) -> tuple[GoldStory, ...]:
    """The stories of several files of labels, each with the text that ships and with that of the first corpus that has it.

    Raises InputError as `read_gold` does, and where no label has a text.
    """
    found: dict[tuple[str, str], GoldStory] = {}
    for texts in (None, *corpora):
        for gold in labels:
            for story in _joined(gold, stories=texts, seeds=seeds, region_names=region_names, sampled=False).stories:
                found.setdefault((story.text.id, story.kind), story)
    if not found:
        remedy = "give labels of the archive's or the corpus's stories"
        raise InputError("none of its labels belongs to a story whose text is there", file=labels[0], remedy=remedy)
    return tuple(found.values())


def _joined(gold: Path, *, stories: Path | None, seeds: Path, region_names: Mapping[str, str], sampled: bool) -> Gold:
    labels = list(read_labels(gold, sampled=sampled))
    wanted = {document_of(line["id"]) for line in labels}
    texts = _texts(stories, "full") if stories is not None else {**_archive(seeds), **_issues(seeds, wanted)}
    if not labels:
        raise InputError("it holds no labelled story", file=gold, remedy="give a line for each story that was read")
    readings = _readings(seeds / READINGS)
    read = [
        _story(line, texts[line["id"]], region_names, readings.get(line["id"]))
        for line in labels
        if line["id"] in texts
    ]
    return Gold(tuple(read), len(labels) - len(read))


def _readings(path: Path) -> dict[str, frozenset[str]]:
    """The topics of abstracts as read from headline and abstract alone, by the story's id; none where there is no file."""
    if not path.is_file():
        return {}
    found = {}
    for number, line in read_lines(path):
        if not _texts_in(line.get("topics")):
            raise InputError("`topics` is no list of ids", file=path, where=str(number), remedy=_REMEDY)
        found[line["id"]] = frozenset(line["topics"])
    return found


def read_labels(path: Path, *, sampled: bool) -> Iterator[dict[str, Any]]:
    """The labels of stories whose names were read; only of those drawn at random, or also of those chosen for being hard.

    Raises InputError naming file, line and remedy.
    """
    seen: set[str] = set()
    for number, line in read_lines(path):
        twice = line["id"] in seen
        left_out = line.get("chosen") == "unsure" if sampled else line.keys().isdisjoint({"orgs", "regions"})
        told = line.get("is_story", True) and not left_out
        problem = f"{line['id']} is labelled twice" if twice else _fault(line) if told else ""
        if problem:
            raise InputError(problem, file=path, where=str(number), remedy=_REMEDY)
        seen.add(line["id"])
        if told:
            part_in(line, path, number)
            yield line


def _fault(line: Mapping[str, Any]) -> str:
    """What is wrong with a label, or nothing."""
    if not _texts_in(line.get("topics")):
        return "`topics` is no list of ids"
    for part, key in (("orgs", "name"), ("regions", "code")):
        entries = line.get(part)
        if not isinstance(entries, list) or not all(_is_name(entry, key) for entry in entries):
            return f"`{part}` is no list of objects with `{key}`, `surfaces` and `role`"
    return ""


def _is_name(entry: object, key: str) -> bool:
    if not isinstance(entry, dict) or not _texts_in(entry.get("surfaces")):
        return False
    return isinstance(entry.get(key), str) and isinstance(entry.get("role"), str)


def _texts_in(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _archive(seeds: Path) -> dict[str, Mapping[str, Any]]:
    """The archive's stories by id."""
    files = sorted((seeds / "archive").glob("*.jsonl"))
    return {key: row for path in files for key, row in _texts(path, "abstract").items()}


def _issues(seeds: Path, wanted: Set[str]) -> dict[str, Mapping[str, Any]]:
    """The stories of the issues in `newsletters/` that labels belong to, by id."""
    files = sorted(path for path in (seeds / ISSUES).glob("*") if path.stem in wanted)
    return {
        f"{path.stem}#{number}": {"title": piece.title, "text": piece.body, "text_kind": "full"}
        for path in files
        if (markup := markup_of(path.suffix)) is not None
        for number, piece in enumerate(_pieces(path, markup, seeds), start=1)
    }


def _pieces(path: Path, markup: Markup, seeds: Path) -> Sequence[Piece]:
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the issue can't be read: {error}", file=path, remedy="restore the file") from error
    return split_issue(text, markup=markup, rules=load_rules(rules_path(seeds))).pieces


def _texts(path: Path, kind: str) -> dict[str, Mapping[str, Any]]:
    """Stories by id, each with its `text_kind`."""
    if path.suffix.lower() == ".parquet" and not path.is_file():
        raise InputError("no such file", file=path, remedy="name a file of stories")
    rows = enumerate(read_rows(path), 1) if path.suffix.lower() == ".parquet" else read_lines(path)
    found: dict[str, Mapping[str, Any]] = {}
    for number, row in rows:
        if not all(isinstance(row.get(field) or "", str) for field in ("id", "title", "text", "text_kind")):
            problem = "`id`, `title`, `text` or `text_kind` is no text"
            raise InputError(problem, file=path, where=str(number), remedy=_REMEDY)
        found[str(row.get("id"))] = {**row, "text_kind": row.get("text_kind") or kind}
    return found


def _story(
    label: Mapping[str, Any], row: Mapping[str, Any], region_names: Mapping[str, str], reading: frozenset[str] | None
) -> GoldStory:
    title, text, kind = row.get("title") or "", row.get("text") or "", row["text_kind"]
    if kind == "full":
        text = part_of(text, label.get("part"))
    written = spoken(f"{title}\n{text}") if kind in SHORT else None
    published = label.get("published") or row.get("published") or ""
    return GoldStory(
        text=StoryText(label["id"], title, text),
        kind=kind,
        source=str(label.get("source") or row.get("source") or "unknown"),
        year=str(published)[:4] or "unknown",
        topics=frozenset(label["topics"]),
        organizations=tuple(_name(entry, entry["name"], entry["name"], written) for entry in label["orgs"]),
        regions=tuple(
            _name(entry, entry["code"], region_names.get(entry["code"], ""), written) for entry in label["regions"]
        ),
        abstract_topics=reading if kind == "abstract" else None,
    )


def _name(entry: Mapping[str, Any], key: str, name: str, written: Sequence[str] | None) -> Name:
    """A labelled name; asked for where no short text is `written`, or one that names it."""
    surfaces = tuple(entry["surfaces"])
    asked = written is None or any(stands(one, tuple(written)) for one in (*surfaces, name))
    return Name(key, surfaces, entry["role"], asked)
