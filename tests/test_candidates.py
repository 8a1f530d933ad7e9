"""Unlisted organizations, offered to an editor."""

from __future__ import annotations

import tomllib

import pytest
from typer.testing import CliRunner

from etl.__main__ import app
from etl.candidates import as_text, as_toml, read_candidates
from etl.lexicon.organizations import load_organizations
from etl.model import Evidence, OrganizationTag, StoryText, Tags
from etl.publish import current_snapshot
from etl.run import run
from etl.settings import Settings, load_settings
from tests.small_seeds import CLOCK, write_seeds

WHERE = {"Chatbots learn to sing": ("Studio Nord", "focus"), "A camera counts whales": ("STUDIO NORD", "mention")}


class Naming:
    """Finds Studio Nord in two stories of one newsletter, Zorvex in another's, and Acme everywhere."""

    def tag(self, stories):
        for story in stories:
            yield Tags(story.id, (), (), tuple(self.organizations(story)), (), "fake")

    def organizations(self, story: StoryText):
        yield OrganizationTag("acme", "Acme", "mention", True, (Evidence("title", 0, 1, story.title[:1]),))
        spelling, role = WHERE.get(story.title, ("", "mention"))
        if spelling:
            spans = (Evidence("title", 0, 8, story.title[:8]), Evidence("text", 2, 6, story.text[2:6]))
            yield OrganizationTag("x:studio nord", "Studio Nord", role, False, spans)
        if story.title == "A small model":
            yield OrganizationTag("x:zorvex", "Zorvex", "source", False, (Evidence("title", 2, 7, "small"),))


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data folder with what Naming found, to be read, never changed."""
    root = tmp_path_factory.mktemp("named")
    settings = load_settings({"AINEWS_SEEDS": str(write_seeds(root / "seeds")), "AINEWS_DATA": str(root / "data")})
    run(settings, clock=CLOCK, build=lambda _: Naming())
    return settings


@pytest.fixture
def candidates(named: Settings):
    return lambda least: read_candidates(current_snapshot(named), named, least=least)


def test_a_candidate_says_how_often_when_where_and_how_it_is_named(candidates):
    nord, zorvex = candidates(1)
    assert (nord["organization_id"], nord["name"], nord["stories"]) == ("x:studio nord", "Studio Nord", 2)
    assert (f"{nord['first_day']}", f"{nord['last_day']}") == ("2024-01-03", "2024-01-10")
    assert (nord["sources"], nord["focus"], nord["mention"], nord["as_source"]) == (["The Weekly"], 1, 1, 0)
    # Slices of title and text, as the evidence stores them: by code points, without their text.
    assert nord["spellings"] == ["A camera", "Chatbots", "chat", "en f"]
    assert nord["title"] == "Chatbots learn to sing"  # the story about it, not the later one that mentions it
    assert (zorvex["name"], zorvex["stories"], zorvex["as_source"]) == ("Zorvex", 1, 1)


def test_least_leaves_out_what_fewer_stories_name(candidates):
    assert [row["name"] for row in candidates(2)] == ["Studio Nord"]
    assert candidates(3) == []
    assert as_text([], least=3) == "No story names an unlisted organization that 3 stories name.\n"


def test_entries_to_paste_load_as_organizations(candidates, tmp_path):
    text = as_toml(candidates(1), taken={"zorvex"})
    assert list(tomllib.loads(text)) == ["studio-nord", "zorvex-2"]
    (tmp_path / "organizations.toml").write_text(text, encoding="utf-8")
    from etl.lexicon.common import NO_ACTS, Claims

    loaded = load_organizations(tmp_path, countries=(), acts=NO_ACTS, claims=Claims())
    assert loaded["studio-nord"].name == "Studio Nord"


def test_the_command_prints_both(named, monkeypatch):
    monkeypatch.setenv("AINEWS_SEEDS", str(named.seeds))
    monkeypatch.setenv("AINEWS_DATA", str(named.data))
    text = CliRunner().invoke(app, ["candidates"]).output
    assert text.startswith("Studio Nord: 2 stories (1 focus, 1 mention), 2024-01-03 to 2024-01-10, The Weekly\n")
    toml = CliRunner().invoke(app, ["candidates", "--toml", "--least", "1"]).output
    assert list(tomllib.loads(toml)) == ["studio-nord", "zorvex"]
