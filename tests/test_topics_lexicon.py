"""Topics and desks validate themselves: doubt stops the load with file, entry and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.errors import LexiconError
from etl.lexicon.topics import SHORT_NAME, load_topics

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
TOPIC = """
[[topic]]
id = "{id}"
name = "Name of {id}"
short = "{short}"
group = "application"
style = {style}
definition = "A topic."
in = "this"
out = "that"
phrases = [{phrases}]
never = [{never}]
{more}
"""
DESK = '[[desk]]\nid = "{id}"\nname = "Desk"\nshort = "Desk"\nkind = "{kind}"\ntopics = [{topics}]\n'


def topic(
    id: str, *, short: str = "Short", phrases: str = '"boat"', never: str = "", more: str = "", style: str | None = None
) -> str:
    style = style or str(int.from_bytes(id.encode()))
    return TOPIC.format(id=id, style=style, short=short, phrases=phrases, never=never, more=more)


def desk(id: str, topics: str, *, kind: str = "desk") -> str:
    return DESK.format(id=id, kind=kind, topics=topics)


def seeds_of(folder: Path, topics: str, desks: str) -> Path:
    (folder / "topics.toml").write_text(topics, encoding="utf-8")
    (folder / "desks.toml").write_text(desks, encoding="utf-8")
    return folder


def test_shipped_topics_are_the_codebook_s_32_on_11_desks_and_one_group():
    lexicon = load_topics(SEEDS)
    kinds = [each.kind for each in lexicon.desks]
    assert len(lexicon.topics) == 32
    assert (kinds.count("desk"), kinds.count("group")) == (11, 1)
    group = next(each for each in lexicon.desks if each.kind == "group")
    assert set(group.topics) == {"generative", "language", "agents", "coding"}
    assert all(each.examples and each.not_examples for each in lexicon.topics)


def test_phrase_may_carry_a_weight_and_is_found_by_case_plural_and_hyphen_alike(tmp_path: Path):
    seeds = seeds_of(tmp_path, topic("sea", phrases='{ text = "Sail-Boats", weight = 2 }, "ship"'), desk("d", '"sea"'))
    phrases = load_topics(seeds).topics[0].phrases
    assert [(each.term, each.weight) for each in phrases] == [("sail boat", 2.0), ("ship", 1.0)]


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        (topic("sea", short="x" * (SHORT_NAME + 1)), f"shorten it to {SHORT_NAME}"),
        (topic("sea", phrases='"boat", "Boats"'), "phrase in `phrases` `boat` stands 2 times"),
        (topic("sea", more='pins = ["a boat", "A boats"]'), "phrase in `pins` `a boat` stands 2 times"),
        (topic("sea", never='"boats"'), "speaks for the topic and forbids it"),
        (topic("sea", phrases='"one two three four five"'), "use 1 to 4 words"),
        (topic("sea", phrases='"-"'), "can't be found"),
        (topic("sea", phrases='{ text = "boat", weight = 0 }'), "is no phrase"),
        (topic("sea", phrases="7"), "is no phrase"),
        (topic("sea", more='colour = "blue"'), "unknown key `colour`"),
        (topic("sea", more='examples = [""]'), "is not a list of texts"),
        (topic("sea", more='examples = "The boat."'), "is not a list of texts"),
        (topic("sea").replace("application", "sports"), "unknown group `sports`"),
        (topic("sea").replace('name = "Name of sea"', ""), "`name` is missing"),
        (topic("sea", more='was = ["sea"]'), "id `sea` stands 2 times"),
    ],
)
def test_bad_topic_is_refused_with_file_entry_and_remedy(tmp_path: Path, entry: str, problem: str):
    seeds = seeds_of(tmp_path, entry, desk("d", '"sea"'))
    with pytest.raises(LexiconError) as caught:
        load_topics(seeds)
    assert problem in str(caught.value)
    assert (caught.value.file, caught.value.where) == (str(tmp_path / "topics.toml"), "sea")
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("desks", "where", "problem"),
    [
        (desk("d", '"sea", "moon"'), "d", "topic `moon` is in no topics.toml"),
        (desk("d", '"sea"') + desk("e", '"sea"'), "sea", "topic `sea` is on 2 desks"),
        (desk("d", '"sea"', kind="group"), "sea", "topic `sea` is on 0 desks"),
        (desk("d", '"sea", "sea"'), "d", "topic `sea` stands 2 times"),
        (desk("d", ""), "d", "no topic listed"),
        (desk("d", '"sea"', kind="table"), "d", "unknown kind `table`"),
        (desk("d", '"sea"') + desk("d", '"sea"', kind="group"), "d", "id `d` stands 2 times"),
    ],
)
def test_bad_desk_is_refused_with_file_entry_and_remedy(tmp_path: Path, desks: str, where: str, problem: str):
    seeds = seeds_of(tmp_path, topic("sea"), desks)
    with pytest.raises(LexiconError) as caught:
        load_topics(seeds)
    assert problem in str(caught.value)
    assert (caught.value.file, caught.value.where) == (str(tmp_path / "desks.toml"), where)
    assert caught.value.remedy


@pytest.mark.parametrize("content", ["[[topic]\n", "", "topic = 7\n"])
def test_file_without_topics_is_refused(tmp_path: Path, content: str):
    with pytest.raises(LexiconError, match=r"topics\.toml"):
        load_topics(seeds_of(tmp_path, content, desk("d", '"sea"')))


def test_missing_file_is_named(tmp_path: Path):
    with pytest.raises(LexiconError, match=r"topics\.toml"):
        load_topics(tmp_path)


@pytest.mark.parametrize("style", ["-1", '"blue"', "1.5", "true"])
def test_a_style_that_is_no_number_from_zero_is_refused(tmp_path: Path, style: str):
    seeds = seeds_of(tmp_path, topic("a", style=style), desk("d", '"a"'))
    with pytest.raises(LexiconError, match=r"topics\.toml:a: `style` is missing or no whole number; write style = "):
        load_topics(seeds)


def test_two_topics_with_one_style_are_refused(tmp_path: Path):
    seeds = seeds_of(tmp_path, topic("a", style="7") + topic("b", style="7"), desk("d", '"a", "b"'))
    with pytest.raises(LexiconError, match="style `7`"):
        load_topics(seeds)


def test_shipped_styles_are_those_that_a_chart_can_tell_apart():
    assert sorted(topic.style for topic in load_topics(SEEDS).topics) == list(range(32))
