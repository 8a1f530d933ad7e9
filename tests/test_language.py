"""A story's language is told by its script, else its source is believed unless the detector is sure."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.catalog import load_sources
from etl.language import UNKNOWN, detect, with_language
from etl.model import Story
from etl.settings import load_settings
from etl.sources.archive import read_archive

GERMAN = "Der Hafen lässt künftig einen Rechner entscheiden, wohin jeder Behälter gestellt wird, und die Gewerkschaft ist einverstanden."


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        # Sure of another language than the source says
        (GERMAN, "en", "de"),
        ("Le port laissera une machine décider où poser chaque conteneur, et le syndicat a donné son accord hier soir.", "en", "fr"),
        ("El puerto dejará que una máquina decida dónde colocar cada contenedor, y el sindicato está de acuerdo con ello.", "en", "es"),
        ("The harbour lets a machine decide where each container is put, and the union has agreed to that since Friday.", "fr", "en"),
        # Names and jargon say nothing: the source is believed
        ("Nvidia, TSMC, ASML", "en", "en"),
        ("Nvidia, TSMC, ASML", "de", "de"),
        ("Mistral Large 2 Pixtral", "en", "en"),
        ("Midjourney V7", "en", "en"),
        ("", "en", "en"),
        ("Notes from inside the labs of Shenzhen and Hangzhou", "en", "en"),
        # Scripts
        ("人工知能が変える医療", "en", "ja"),
        ("大模型训练成本下降", "en", "zh"),
        ("삼성전자, AI 반도체 양산", "en", "ko"),
        ("Робот научился готовить борщ и печь блины", "en", "ru"),
        ("Робот навчився готувати їжу і пекти хліб у пекарні", "en", "uk"),
        ("الذكاء الاصطناعي يغير الطب في المستشفيات", "en", "ar"),
        ("इंडिया में एआई पर नया कानून लागू हुआ है", "en", "hi"),
        ("Η τεχνητή νοημοσύνη στα νοσοκομεία", "en", "el"),
        ("DeepSeek (深度求索) releases a new model", "en", "en"),
        # What is declared
        ("Midjourney V7", "en-GB", "en"),
        ("Midjourney V7", "PT_br", "pt"),
        ("Midjourney V7", "", UNKNOWN),
        (GERMAN, "", "de"),
        (GERMAN, UNKNOWN, "de"),
    ],
)  # fmt: skip
def test_language_is_told(text: str, declared: str, language: str):
    assert detect(text, declared=declared) == language


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80), st.sampled_from(["en", "de-AT", "", "x", "zh-Hant"]))
def test_any_text_has_a_language_and_the_same_each_time(text: str, declared: str):
    found = detect(text, declared=declared)
    assert found == detect(text, declared=declared)
    assert found.isalpha()
    assert found == found.lower()


def test_what_ships_is_english():
    seeds = load_settings({}).seeds
    documents = [d for source in load_sources(seeds).values() if source.archive for d in read_archive(seeds, source)]
    pieces = [piece for document in documents[::10] for piece in document.pieces]
    assert {detect(f"{piece.title}\n{piece.body}", declared="en") for piece in pieces} == {"en"}


def test_story_gets_the_language_of_its_words():
    values = dict.fromkeys(Story.__dataclass_fields__)
    story = Story(**(values | {"title": "Hafen", "body": GERMAN, "language": "en"}))
    assert with_language(story).language == "de"


def test_detector_is_loaded_only_where_a_text_needs_it():
    code = (
        "import sys; from etl.language import detect; detect('Short', declared='en'); detect('大模型训练成本下降', declared='en');"
        " assert not {'py3langid', 'numpy'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
