"""The tagger: one spaCy pipeline over title and text, then roles and topics; stories in, tags out, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from pathlib import Path
from typing import Protocol

from spacy.language import Language
from spacy.tokens import Doc

from etl.errors import LexiconError
from etl.garbage import no_search_for_garbage
from etl.lexicon.common import Example
from etl.lexicon.load import Lexicon, load_lexicon
from etl.model import StoryText, Tags
from etl.tagger import gazetteer, names, places, recognizer
from etl.tagger.assemble import names_of, organization_tags, region_tags
from etl.tagger.choice import RecognizerChoice
from etl.tagger.found import taken
from etl.tagger.role_model import FILE as ROLES
from etl.tagger.role_model import RoleWeights, load_roles
from etl.tagger.tokens import Reader, blank_english
from etl.tagger.topics import Topics, TopicTagger
from etl.tagger.version import tagger_version

_BATCH = 256  # stories whose tokens are held at a time
_KEPT = 150_000  # words that the vocabulary keeps for good, some 60 MB: the first ones met, which the frequent ones are among
COMPONENTS = (gazetteer.COMPONENT, names.COMPONENT, places.COMPONENT)
DocumentOf = Callable[[StoryText], str | None]


class TopicsOfMany(Protocol):
    """What the tagger asks of a topic tagger."""

    def many(self, stories: Sequence[tuple[Doc, Doc]], documents: Sequence[str | None]) -> Sequence[Topics]:
        """The topics of each story, given as title and text, and those that it nearly has."""


class Tagger:
    """Tags stories; one instance serves any number of them."""

    def __init__(
        self, nlp: Language, lexicon: Lexicon, topics: TopicsOfMany, roles: RoleWeights, *, version: str
    ) -> None:
        """Join a name pipeline (`name_pipeline`) with topics and roles; `version` goes into every line of output."""
        self.nlp, self.lexicon, self.topics, self.roles, self.version = nlp, lexicon, topics, roles, version
        self._read = Reader(nlp)

    def tag(self, stories: Iterable[StoryText], *, documents: DocumentOf | None = None) -> Iterator[Tags]:
        """The tags of each story, in order, reading no further ahead than one batch.

        `documents` says what published a story, so that topics and roles come from weights that did not see it; by default that
        is a story's id before `#`, as in the archive. Memory does not grow with the number of stories.
        """
        document_of = documents or document_in_id
        waiting = iter(stories)
        while batch := list(islice(waiting, _BATCH)):
            with no_search_for_garbage():  # a fifth of the time would go into it
                tags = self._tag_batch(batch, document_of)
            yield from tags

    def _tag_batch(self, batch: Sequence[StoryText], document_of: DocumentOf) -> list[Tags]:
        kept = len(self.nlp.vocab) < _KEPT
        with self._zone(kept=kept):
            docs = list(self.nlp.pipe(self._read(field, learn=kept) for field in _fields(batch)))
            pairs = list(zip(docs[::2], docs[1::2], strict=True))
            documents = [document_of(story) for story in batch]
            topics = self.topics.many(pairs, documents)
            return [self._tags(*each) for each in zip(batch, pairs, topics, documents, strict=True)]

    def _zone(self, *, kept: bool) -> AbstractContextManager[object]:
        """A memory zone unless new words are kept: what spaCy meets only in it is forgotten after it.

        In a zone the tokenizer remembers nothing and splits every word anew, so the first words are met outside of one.
        """
        return nullcontext() if kept else self.nlp.memory_zone()

    def _tags(self, story: StoryText, docs: tuple[Doc, Doc], topics: Topics, document: str | None) -> Tags:
        found = names_of(*docs)
        return Tags(
            id=story.id,
            topics=topics[0],
            topics_near=topics[1],
            organizations=organization_tags(found, self.lexicon, self.roles, document=document),
            regions=region_tags(found, self.lexicon, self.roles, document=document),
            tagger=self.version,
        )


def document_in_id(story: StoryText) -> str | None:
    """What stands before `#` in an archive's id ("issue-40#5" → "issue-40"); an id without one is its own document."""
    return story.id.rpartition("#")[0] or story.id or None


def name_pipeline(seeds: Path, *, spans: bool = True) -> Language:
    """An ordinary spaCy pipeline that sets `doc.spans["organizations"]` and `doc.spans["regions"]`.

    Without `spans` it hands names on by `etl.tagger.found` alone, which is all that a Tagger reads.
    """
    nlp = blank_english()
    nlp.max_length = 2**31  # nothing here needs memory that grows faster than the text
    for component in COMPONENTS:
        nlp.add_pipe(component, config={"seeds": str(seeds), "spans": spans})
    return nlp


def add_recognizer(nlp: Language, seeds: Path, choice: RecognizerChoice) -> None:
    """Let a trained pipeline find organizations too, unless the choice is none. Raises InputError where it can't be loaded."""
    folder = choice.folder(seeds)
    if folder is not None:
        config = {"seeds": str(seeds), "folder": str(folder), "labels": list(choice.labels)}
        nlp.add_pipe(recognizer.COMPONENT, config=config, after=gazetteer.COMPONENT)


def build_tagger(seeds: Path, choice: RecognizerChoice = RecognizerChoice()) -> Tagger:  # noqa: B008 - it is frozen
    """The tagger of a seeds folder, about a second's work; its examples are held against its rules first.

    Raises LexiconError(file, entry, remedy) for a contradiction in the lexicon or an example that fails, InputError for
    weights or a recognizer that can't be read.
    """
    nlp, lexicon = name_pipeline(seeds, spans=False), load_lexicon(seeds)
    check_examples(nlp, lexicon.examples())
    add_recognizer(nlp, seeds, choice)
    topics, roles = TopicTagger.load(seeds), load_roles(seeds / ROLES)
    return Tagger(nlp, lexicon, topics, roles, version=tagger_version(seeds, choice))


def check_examples(nlp: Language, examples: Sequence[Example]) -> None:
    """Raise LexiconError unless each example names its entry and each counter-example does not."""
    with nlp.memory_zone():
        for doc, example in zip(nlp.pipe([example.text for example in examples]), examples, strict=True):
            found = _owners(doc, example)
            if (example.owner in found) != example.expected:
                problem = f'the example "{example.text}" {"is not" if example.expected else "is"} tagged with the entry'
                remedy = "change its spellings, its guard or the example"
                raise LexiconError(problem, file=example.file, where=example.owner, remedy=remedy)


def _owners(doc: Doc, example: Example) -> set[str]:
    """Ids that the sentence names for certain, of the example's kind."""
    key = names.ORGANIZATIONS if example.kind == "organization" else places.REGIONS
    return {name.owner for name in taken(doc, key) if name.how not in gazetteer.UNCERTAIN}


def _fields(batch: Iterable[StoryText]) -> Iterator[str]:
    for story in batch:
        yield story.title
        yield story.text
