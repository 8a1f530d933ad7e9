"""How fast stories are tagged, against a spaCy pipeline of the usual small size and what only finds listed names; what a second core gives;
and whether memory grows with the number of stories."""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example

from etl.model import StoryText
from etl.settings import default_seeds
from etl.tagger.choice import NONE, SHIPPED, RecognizerChoice
from etl.tagger.pipeline import Tagger, build_tagger
from tests.bench.matchers import Matcher, entity_ruler, names_of, raw_matchers

PROJECT = Path(__file__).resolve().parents[2]
FULL_TEXTS, FULL = PROJECT.parent / "shared" / "corpus" / "stories.jsonl", 300
MANY = 200_000
TIMES = 4  # the archive so many times over, for two cores
ROUNDS, OFTEN = 3, 20  # what takes milliseconds is done so often each round
Readers = Mapping[str, Callable[[Sequence[StoryText]], float]]  # each returns its seconds
_WARM = 50_000  # stories after which the vocabulary keeps no more words
# Architecture and size of spaCy's small English pipeline, as its config.cfg says; its 18 labels decide the size of the last layer.
_ENCODER = {
    "@architectures": "spacy.MaxoutWindowEncoder.v2",
    "width": 96,
    "depth": 4,
    "window_size": 1,
    "maxout_pieces": 3,
}
_EMBEDDING = {
    "@architectures": "spacy.MultiHashEmbed.v2",
    "width": 96,
    "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE"],
    "rows": [5000, 1000, 2500, 2500],
    "include_static_vectors": False,
}
_USUAL = {
    "@architectures": "spacy.TransitionBasedParser.v2",
    "state_type": "ner",
    "extra_state_tokens": False,
    "hidden_width": 64,
    "maxout_pieces": 2,
    "use_upper": True,
    "tok2vec": {"@architectures": "spacy.Tok2Vec.v2", "embed": _EMBEDDING, "encode": _ENCODER},
}


def apart(what: str) -> dict[str, Any]:
    """`speed`, `memory` or `cores`, measured in a process of its own, whose numerical libraries use one core.

    Raises CalledProcessError where it fails.
    """
    command = [sys.executable, "-m", "tests.bench.tagging", what]
    env = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=PROJECT, env=env, check=True, stdout=subprocess.PIPE, text=True)
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def speed() -> dict[str, object]:
    """Words a second on one core through the whole tagger, with and without its recognizer, a usual pipeline, and matchers of names.

    Of the archive's abstracts, and as `full_texts` of whole articles where there are some. Seconds are the process's own.
    `left_out` says which matchers are not installed.
    """
    began = time.process_time()
    with_ = build_tagger(default_seeds())
    loaded = time.process_time() - began
    without, usual, tokenizer = build_tagger(default_seeds(), RecognizerChoice(NONE)), _usual(), spacy.blank("en")
    names = names_of(default_seeds())
    ruler, (raw, left_out) = entity_ruler(names), raw_matchers(names)
    readers: Readers = {
        "usual": partial(_read, usual),
        "with": partial(_tag, with_),
        "without": partial(_tag, without),
        "tokenizer": partial(_read, tokenizer),
        "ruler": partial(_read, ruler),
        **{name: partial(_match, matcher) for name, matcher in raw.items()},
    }
    full = _full_texts()
    return {
        "loading_s": round(loaded, 2),
        "names": len(names),
        "left_out": left_out,
        **_compared(readers, _archive()),
        "full_texts": _compared(readers, full) if full else f"not measured: {FULL_TEXTS} is not there",
    }


def _compared(readers: Readers, stories: Sequence[StoryText]) -> dict[str, object]:
    """Each round reads the same stories by turns; the ratios are those of the sums.

    spaCy's tokenizer alone is what a tagger that made its tokens anew each time could not outdo.
    """
    seconds = dict.fromkeys(readers, 0.0)
    for name in ("with", "without"):
        readers[name](stories[:500])  # so that words are met as in the midst of a long run
    for _ in range(ROUNDS):
        for name, read in readers.items():
            seconds[name] += read(stories)
    words = ROUNDS * sum(len(f"{story.title} {story.text}".split()) for story in stories)
    return {
        "stories": len(stories),
        "words": words // ROUNDS,
        "words_per_s": {name: round(words / used) for name, used in seconds.items()},
        **{f"ratio_{name}": round(seconds["usual"] / used, 1) for name, used in seconds.items() if name != "usual"},
    }


def cores() -> dict[str, object]:
    """What two processes give over one on the archive's abstracts, with and without the recognizer; both by turns, as `pool` says."""
    from tests.bench import pool  # wants psutil, which one core does not

    stories = pool.archive(TIMES)
    choices = {"with": RecognizerChoice(), "without": RecognizerChoice(NONE)}
    words = sum(len(f"{story.title} {story.text}".split()) for story in stories)
    found = {name: pool.compared(stories, choice, rounds=2) for name, choice in choices.items()}
    return {name: {"words": words, **figures} for name, figures in found.items()}


def memory(recognizer: str = SHIPPED, stories: int = MANY) -> dict[str, float]:
    """Peak of resident memory in MB after the first stories and after all; each holds words that no other has."""
    tagger, seen, early = build_tagger(default_seeds(), RecognizerChoice(recognizer)), 0, 0.0
    for seen, _ in enumerate(tagger.tag(_made_up(stories)), 1):
        if seen == min(_WARM, stories):
            early = _peak()
    return {"stories": seen, "early_mb": round(early), "peak_mb": round(_peak())}


def _usual() -> Language:
    nlp = spacy.blank("en")
    recognizer = nlp.add_pipe("ner", config={"model": _USUAL})
    for number in range(18):
        recognizer.add_label(f"LABEL{number}")
    doc = nlp.make_doc("Acme hires")
    doc.set_ents([Span(doc, 0, 1, "LABEL0")])
    nlp.initialize(lambda: [Example(nlp.make_doc(doc.text), doc)])
    return nlp


def _archive() -> list[StoryText]:
    """The archive's stories, five to a story, so that they are as long as usual press articles."""
    lines = [json.loads(line) for path in sorted((default_seeds() / "archive").glob("*.jsonl")) for line in path.open()]
    return [
        StoryText(f"s{at}", lines[at]["title"], " ".join(line["text"] for line in lines[at : at + 5]))
        for at in range(0, len(lines), 5)
    ]


def _full_texts() -> list[StoryText]:
    """Whole articles, long and short as they come; none where the folder that holds them is not there."""
    if not FULL_TEXTS.exists():
        return []
    lines = [json.loads(line) for line in FULL_TEXTS.open(encoding="utf-8")]
    return [
        StoryText(line["id"], line["title"] or "", line["text"] or "")
        for line in random.Random(20261126).sample(lines, FULL)
    ]


def _read(nlp: Language, stories: Sequence[StoryText]) -> float:
    began = time.process_time()
    with nlp.memory_zone():
        docs: list[Doc] = list(nlp.pipe(f"{story.title}\n{story.text}" for story in stories))
    del docs
    return time.process_time() - began


def _tag(tagger: Tagger, stories: Sequence[StoryText]) -> float:
    began = time.process_time()
    list(tagger.tag(stories))
    return time.process_time() - began


def _match(matcher: Matcher, stories: Sequence[StoryText]) -> float:
    texts = [f"{story.title}\n{story.text}" for story in stories]
    began = time.process_time()
    for _ in range(OFTEN):
        matcher(texts)
    return (time.process_time() - began) / OFTEN


def _made_up(count: int) -> Iterator[StoryText]:
    """Stories whose words are new each time, so that whatever remembers words would grow."""
    luck = random.Random(20261126)
    for number in range(count):
        firm, product, word = (_word(luck) for _ in range(3))
        yield StoryText(
            f"s{number}",
            f"{firm.capitalize()} shows {product.capitalize()}",
            f"The startup {firm.capitalize()} raised $5 million for {product.capitalize()}, which makes {word} quicker. "
            f"Its rivals in Paris wait for a {_word(luck)} of their own, said {_word(luck).capitalize()} of Google.",
        )


def _word(luck: random.Random) -> str:
    return "".join(luck.choices("abcdefghijklmnopqrstuvwxyz", k=9))


def _peak() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


if __name__ == "__main__":
    what, *how = sys.argv[1:]  # `speed`, `cores`, `memory`, `memory none` (without a recognizer, several times as fast)
    print(json.dumps({"speed": speed, "cores": cores, "memory": memory}[what](*how)))
