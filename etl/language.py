"""In which language a story is written: by its script, else by a detector, which has to be sure where the source says otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from etl.model import Story

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped]

UNKNOWN = "und"  # ISO 639-2: a language that can't be told
_LOOKED_AT = 300  # characters: more make the detector slower and no surer

# Languages in which news is published; with all of the detector's 140, headlines full of names become Latin, Malagasy or Pidgin.
_LATIN = "en de fr es it pt nl sv da no nn fi pl cs sk hu ro tr id ms vi et lv lt sl hr bs sq ca gl eu is ga cy af sw tl az uz"
_SCRIPTS = {
    "Han and kana": (r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]", "ja zh"),
    "Hangul": (r"[\u1100-\u11ff\uac00-\ud7af]", "ko"),
    "Cyrillic": (r"[\u0400-\u04ff]", "ru uk bg sr mk be kk ky mn tg tt"),
    "Arabic": (r"[\u0600-\u06ff\u0750-\u077f]", "ar fa ur ps ku ug"),
    "Devanagari": (r"[\u0900-\u097f]", "hi mr ne"),
    "Bengali": (r"[\u0980-\u09ff]", "bn as"),
    "Greek": (r"[\u0370-\u03ff]", "el"),
    "Hebrew": (r"[\u0590-\u05ff]", "he"),
    "Thai": (r"[\u0e00-\u0e7f]", "th"),
    "Tamil": (r"[\u0b80-\u0bff]", "ta"),
    "Telugu": (r"[\u0c00-\u0c7f]", "te"),
    "Kannada": (r"[\u0c80-\u0cff]", "kn"),
    "Malayalam": (r"[\u0d00-\u0d7f]", "ml"),
    "Gujarati": (r"[\u0a80-\u0aff]", "gu"),
    "Gurmukhi": (r"[\u0a00-\u0a7f]", "pa"),
    "Sinhala": (r"[\u0d80-\u0dff]", "si"),
    "Georgian": (r"[\u10a0-\u10ff]", "ka"),
    "Armenian": (r"[\u0530-\u058f]", "hy"),
    "Khmer": (r"[\u1780-\u17ff]", "km"),
    "Lao": (r"[\u0e80-\u0eff]", "lo"),
    "Burmese": (r"[\u1000-\u109f]", "my"),
    "Amharic": (r"[\u1200-\u137f]", "am"),
}
_OF_SCRIPT = [(re.compile(pattern), tuple(codes.split())) for pattern, codes in _SCRIPTS.values()]
_KANA = re.compile(r"[\u3040-\u30ff]")
_WORD = re.compile(r"[^\W\d_]+")
_HALF = 0.5  # of the letters; English texts quote names in other scripts
_DENSE = 3  # letters of other scripts that a Chinese or Japanese character says as much as
_FEW = 25  # letters: fewer are names and jargon
_SHORT = 120  # letters
# A text with "the" and two more of these is English; the detector, which takes a fifth of a new story's time, need not be asked.
_ENGLISH = frozenset(["the", "of", "and", "to", "that", "with", "from", "for", "was", "which", "this", "have", "would"])
_PLAINLY = 3
_SURE, _SURE_OF_SHORT = 0.9, 0.97  # the detector's probability
_SAME = {"nn": "no", "bs": "hr"}  # so near that the detector can't tell them apart


def detect(text: str, *, declared: str) -> str:
    """The language of a text as a primary subtag of ISO 639 (`en`); `declared` is what its source says.

    A text in another script than Latin is told by that. Of others the declared language stands, unless there is enough text
    and the detector is sure of another, or nothing usable is declared.
    """
    declared = declared.strip().lower().replace("_", "-").partition("-")[0] or UNKNOWN
    text = text[:_LOOKED_AT]
    words = _WORD.findall(text)
    letters = sum(map(len, words))
    of_script = _script(text, letters)
    if of_script:
        return _among(text, of_script, declared)
    if letters < _FEW or (declared == "en" and _plainly_english(words)):
        return declared
    found, probability = _classify(text.encode("utf-8", "replace").decode(), _latin())
    if declared == UNKNOWN:
        return found if probability >= _HALF else UNKNOWN
    return found if probability >= (_SURE_OF_SHORT if letters < _SHORT else _SURE) else declared


def _plainly_english(words: Iterable[str]) -> bool:
    found = _ENGLISH.intersection(map(str.lower, words))
    return "the" in found and len(found) >= _PLAINLY


def with_language(story: Story) -> Story:
    """The story with the language that its title and text are written in; what the document declares counts as declared."""
    found = detect(f"{story.title}\n{story.body}", declared=story.language)
    return story if found == story.language else replace(story, language=found)


def _script(text: str, letters: int) -> tuple[str, ...]:
    """Languages of the script in which at least half of the text is written; none for Latin."""
    if text.isascii():
        return ()
    for pattern, codes in _OF_SCRIPT:
        found = len(pattern.findall(text))
        weight = _DENSE if codes[0] == "ja" else 1
        if found and found * weight >= _HALF * (letters + (weight - 1) * found):
            return codes
    return ()


def _among(text: str, codes: tuple[str, ...], declared: str) -> str:
    """Which of the languages that share a script; the declared one if it is one of them and the detector is not sure."""
    if len(codes) == 1:
        return codes[0]
    if codes[0] == "ja":
        return "ja" if _KANA.search(text) else "zh"
    found, probability = _classify(text, codes)
    return declared if declared in codes and probability < _SURE else found


def _classify(text: str, codes: tuple[str, ...]) -> tuple[str, float]:
    found, probability = _identifier(codes).classify(text)
    return _SAME.get(found, found), float(probability)


def _latin() -> tuple[str, ...]:
    return tuple(_LATIN.split())


@lru_cache(maxsize=8)
def _identifier(codes: tuple[str, ...]) -> LanguageIdentifier:
    """The detector, restricted; loading takes a second, so only a run that has new stories does it."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(codes))
    return identifier
