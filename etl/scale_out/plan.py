"""Which pieces the stories are cut into, written down beside the tags, so that whoever goes on later cuts them the same way."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from etl.errors import InputError
from etl.scale_out.places import Place, StoryFile, place_of
from etl.tag_files import story_kind
from etl.tag_parquet import TAG_TYPES, parquet_errors

OWN = "_ainews"  # the folder of our notes beside the tags; readers of Parquet pass over names that begin so
MONTH = "month"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of a file's stories: bytes `start` up to `end` of JSON Lines (a line is where it begins), or rows of Parquet.

    `first` is the number of its first line or row, from 1; 0 as long as it is not known.
    """

    number: int
    file: str
    start: int
    end: int
    first: int = 0

    @property
    def name(self) -> str:
        """What its files are called: in the order of the stories."""
        return f"piece-{self.number:06d}"


@dataclass(frozen=True, slots=True)
class Plan:
    """The files as they were when they were cut into pieces, the tagger, and the columns of the tags' files."""

    tagger: str
    piece_bytes: int
    files: Sequence[StoryFile]
    pieces: Sequence[Piece]
    columns: pa.Schema

    def write(self, out: Place) -> None:
        """Put it beside the tags. Raises OSError."""
        _place(out).write_json(
            {
                "v": _VERSION,
                "tagger": self.tagger,
                "piece_bytes": self.piece_bytes,
                "files": [[file.address, file.size, file.mark] for file in self.files],
                "pieces": [[piece.file, piece.start, piece.end, piece.first] for piece in self.pieces],
                "columns": base64.b64encode(self.columns.serialize().to_pybytes()).decode(),
            }
        )


def read_plan(out: Place) -> Plan | None:
    """The plan beside the tags, None where there is none. Raises InputError where it can't be read."""
    place = _place(out)
    if not place.exists():
        return None
    try:
        value = place.read_json()
        return _plan(value)
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        remedy = "name another folder for the tags, or remove this one"
        raise InputError(f"the plan can't be read: {error}", file=place.address, remedy=remedy) from error


def _plan(value: Mapping[str, Any]) -> Plan:
    if value["v"] != _VERSION:
        raise ValueError(f"it is of version {value['v']}, this program writes {_VERSION}")
    return Plan(
        value["tagger"],
        value["piece_bytes"],
        [StoryFile(*file) for file in value["files"]],
        [Piece(number, *piece) for number, piece in enumerate(value["pieces"], 1)],
        pa.ipc.read_schema(pa.py_buffer(base64.b64decode(value["columns"]))),
    )


def _place(out: Place) -> Place:
    return out.below(OWN, "plan.json")


def cut(files: Sequence[StoryFile], piece_bytes: int) -> list[Piece]:
    """The pieces of all files, each about `piece_bytes` large, in order. Raises InputError for what is no Parquet."""
    ranges = [(file.address, start, end) for file in files for start, end in _ranges(file, piece_bytes)]
    return [Piece(number, *each) for number, each in enumerate(ranges, 1)]


def is_table(address: str) -> bool:
    """Whether the file is Parquet, by its ending. Raises InputError for an ending that is neither's."""
    return story_kind(Path(address)) == "parquet"


def _ranges(file: StoryFile, piece_bytes: int) -> Iterator[tuple[int, int]]:
    whole, step = file.size, piece_bytes
    if is_table(file.address):
        whole, row_bytes = _rows(file.address)
        step = max(1, int(piece_bytes / row_bytes))
    for start in range(0, whole, step):
        yield start, min(start + step, whole)


def _rows(address: str) -> tuple[int, float]:
    """How many rows a Parquet file has, and how many bytes one takes when it is not packed."""
    with parquet_errors(address), place_of(address).open() as file:
        about = pq.ParquetFile(file).metadata
        size = sum(about.row_group(group).total_byte_size for group in range(about.num_row_groups))
        return about.num_rows, max(1.0, size / max(1, about.num_rows))


def table_columns(files: Sequence[StoryFile]) -> dict[str, Any]:
    """The columns that Parquet files carry along; one that differs in type between them becomes text."""
    found: dict[str, Any] = {}
    for file in files:
        with parquet_errors(file.address), place_of(file.address).open() as stream:
            for field in pq.read_schema(stream):
                if field.name not in TAG_TYPES:
                    same = found.setdefault(field.name, field.type) == field.type
                    found[field.name] = field.type if same else pa.string()
    return found
