"""A trained pipeline beside the rules: where it reads, what of it counts, and which one is chosen."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from etl.errors import InputError
from etl.model import StoryText
from etl.settings import load_settings
from etl.tagger.choice import FOLDER, NONE, SHIPPED, RecognizerChoice
from etl.tagger.gazetteer import NAMES
from etl.tagger.pipeline import Tagger, add_recognizer, load_lexicon, name_pipeline
from etl.tagger.places import REGIONS
from etl.tagger.recognizer import RECOGNIZED, Recognizer, Words, sentence_ends
from etl.tagger.role_model import FILE as ROLES
from etl.tagger.role_model import load_roles
from etl.tagger.version import tagger_version
from tests.shipped_names import SEEDS, finder


@pytest.fixture
def named_pipeline(tmp_path: Path) -> Path:
    """A pipeline of somebody's own that knows a firm, a person and a place by heart."""
    nlp = spacy.blank("en", meta={"name": "own", "version": "1.2.3"})
    ruler = nlp.add_pipe("entity_ruler")
    for label, text in (
        ("ORG", "Zorvex"),
        ("ORG", "Google"),
        ("ORG", "Paris Zorvex"),
        ("COMPANY", "Quanta Blue"),
        ("PERSON", "Ann Quibbly"),
    ):
        ruler.add_patterns([{"label": label, "pattern": text}])
    nlp.to_disk(tmp_path / "own")
    return tmp_path / "own"


def names_with(choice: RecognizerChoice) -> Language:
    nlp = name_pipeline(SEEDS)
    add_recognizer(nlp, SEEDS, choice)
    return nlp


class NoTopics:
    def many(self, stories: Sequence[object], documents: object):
        return [((), ()) for _ in stories]


def tagged(nlp: Language, text: str) -> dict[str, str]:
    """Ids and names of the organizations."""
    tagger = Tagger(nlp, load_lexicon(SEEDS), NoTopics(), load_roles(SEEDS / ROLES), version="t+00000000")
    (tags,) = tagger.tag([StoryText("a", "", text)])
    return {one.id: one.name for one in tags.organizations}


def sentences(text: str) -> list[str]:
    doc = spacy.blank("en").make_doc(text)
    ends = sentence_ends(doc, *Words().read(doc))
    return [doc[start:end].text for start, end in zip([0, *ends], ends, strict=False)]


def test_sentences_end_at_periods_before_capitals_and_at_lines():
    assert sentences('He left. "Why not?" Nobody asked about version 2. of it\nNews (more.) End') == [
        "He left.",
        '"Why not?"',
        "Nobody asked about version 2. of it\n",
        "News (more.)",
        "End",
    ]


@pytest.mark.parametrize("text", ["", "A", "\n", ".", '."', "a " * 500, ". A. " * 90])
def test_sentences_are_the_whole_text(text):
    assert "".join(sentences(text)).replace(" ", "") == text.replace(" ", "")


def test_only_sentences_with_a_capital_left_to_explain_are_read():
    read: list[str] = []
    pipeline = spacy.blank("en")

    @Language.component("listens")
    def listens(doc):
        read.append(doc.text.strip())
        return doc

    pipeline.add_pipe("listens")
    nlp = finder()
    doc = nlp.get_pipe("ainews_gazetteer")(
        nlp.make_doc("The weather is fine. Google hires. The firm Zorvex hires. Weather helps. No news on Monday.")
    )
    assert [span.text for span in doc.spans[NAMES]] == ["Google"]
    Recognizer(pipeline, labels=["ORG"], explained=["The", "No", "Monday"])(doc)
    assert read == ["The firm Zorvex hires."]


def test_a_named_pipeline_finds_what_no_seed_lists(named_pipeline):
    text = "On Monday Zorvex showed its robot. Ann Quibbly left, and Google came."
    assert tagged(finder(), text) == {"google": "Google"}
    assert tagged(names_with(RecognizerChoice(str(named_pipeline))), text) == {"x:zorvex": "Zorvex", "google": "Google"}


def test_which_labels_count_is_a_setting(named_pipeline):
    text = "On Monday Quanta Blue showed its robot."
    assert tagged(names_with(RecognizerChoice(str(named_pipeline))), text) == {}
    chosen = RecognizerChoice(str(named_pipeline), ("COMPANY",))
    assert tagged(names_with(chosen), text) == {"x:quanta blue": "Quanta Blue"}


def test_none_adds_no_component():
    assert names_with(RecognizerChoice(NONE)).pipe_names == finder().pipe_names


def test_what_overlaps_a_listed_name_is_not_taken(named_pipeline):
    nlp = names_with(RecognizerChoice(str(named_pipeline)))
    doc = nlp("On Monday Paris Zorvex showed its robot in Paris.")
    assert [span.text for span in doc.spans[RECOGNIZED]] == ["Paris Zorvex"]
    assert [(span.start, span.label_) for span in doc.spans[REGIONS]] == [(8, "FR")]


def test_a_package_is_found_by_its_name(named_pipeline, tmp_path, monkeypatch):
    package = tmp_path / "site" / "own_package"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    shutil.copytree(named_pipeline, package / "own_package-1.2.3")
    monkeypatch.setattr(sys, "path", [str(package.parent), *sys.path])
    assert RecognizerChoice("own_package").folder(SEEDS) == package / "own_package-1.2.3"


@pytest.mark.parametrize("name", ["no_such_package", "/no/such/folder"])
def test_a_pipeline_that_is_not_there_is_named(name):
    with pytest.raises(InputError, match=f"{name}: there is no spaCy pipeline .*; install it or give its path"):
        RecognizerChoice(name).folder(SEEDS)


def test_a_pipeline_that_can_not_be_loaded_is_named(named_pipeline):
    (named_pipeline / "config.cfg").write_text("[nlp]\n")
    with pytest.raises(InputError, match="the recognizer can't be loaded"):
        names_with(RecognizerChoice(str(named_pipeline)))


def test_the_taggers_version_tells_recognizers_apart_without_spacy(named_pipeline):
    own = RecognizerChoice(str(named_pipeline))
    first = tagger_version(SEEDS, own)
    assert len({first, tagger_version(SEEDS, RecognizerChoice(NONE)), tagger_version(SEEDS)}) == 3
    assert tagger_version(SEEDS, RecognizerChoice(str(named_pipeline), ("COMPANY",))) != first
    meta = json.loads((named_pipeline / "meta.json").read_text())
    (named_pipeline / "meta.json").write_text(json.dumps(meta | {"version": "1.2.4"}))
    assert tagger_version(SEEDS, own) != first
    (named_pipeline / "meta.json").write_text("{}")
    with pytest.raises(InputError, match=r"meta\.json: it does not tell language, name and version"):
        tagger_version(SEEDS, own)


def test_only_the_shipped_recognizers_own_bytes_count_for_it(tmp_path):
    versions = {}
    for content in ("a", "b"):
        seeds = tmp_path / content
        (seeds / FOLDER).mkdir(parents=True)
        (seeds / FOLDER / "weights").write_text(content)
        versions[content] = [tagger_version(seeds, RecognizerChoice(name)) for name in (SHIPPED, NONE)]
    assert versions["a"][0] != versions["b"][0]
    assert versions["a"][1] == versions["b"][1]


def test_a_path_is_meant_from_the_settings_file(small_seeds, tmp_path):
    desk = tmp_path / "data" / "desk"
    desk.mkdir(parents=True)
    environment = {"AINEWS_SEEDS": str(small_seeds), "AINEWS_DATA": str(tmp_path / "data")}
    for written, meant in (
        ("models/own", str(desk / "models" / "own")),
        ("en_core_web_trf", "en_core_web_trf"),
        (SHIPPED, SHIPPED),
    ):
        (desk / "settings.toml").write_text(f'recognizer = "{written}"\nrecognizer_labels = ["ORG", "COMPANY"]\n')
        assert load_settings(environment).recognizer_choice == RecognizerChoice(meant, ("ORG", "COMPANY"))
    assert load_settings(environment).without_recognizer().recognizer_choice.name == NONE
