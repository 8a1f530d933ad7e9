"""A seeds folder small enough to read at a glance, and a tagger that needs no weights."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from etl.model import Evidence, NearTopic, OrganizationTag, RegionTag, StoryText, Tags, TopicTag

CLOCK = datetime(2024, 6, 1, 12)
SHIPPED = Path(__file__).resolve().parents[1] / "seeds"
NAME_TRAPS = (SHIPPED / "name_traps.toml").read_bytes()
FEEDS = (SHIPPED / "feeds.toml").read_bytes()
ROLES = (SHIPPED / "model" / "roles.json").read_bytes()
SOURCES = """
[weekly]
name = "The Weekly"
kind = "newsletter"
home = "https://weekly.example/"
rhythm = "issue"
exists_from = 2024-01-03
archive = { file = "archive/weekly.jsonl", issue_from = "url" }
issues = [{ weekday = "wednesday", from = 2024-01-03 }]
pauses = [2024-01-24]
moved = [{ from = 2024-02-07, to = 2024-02-08 }]
coverage = [
  { from = 2024-01-03, to = 2024-03-31 },
  { from = 2024-04-01, reason = "no issues in this archive" },
]

[digest]
name = "The Digest"
kind = "newsletter"
home = "https://digest.example/"
rhythm = "month"
sampled = "random 2 a month"
exists_from = 2024-01-01
archive = { file = "archive/digest.jsonl", issue_from = "id" }
coverage = [{ from = 2024-01-01 }]
"""

EVENTS = """
[launch]
day = 2024-01-15
label = "A launch"
by_default = true
"""

SETTINGS = """
keep_snapshots = 3
time_zone = "UTC"
memory_limit = "200MB"
threads = 1
max_shrink = 0.02
max_growth = 3.0
recognizer = "none"
recognizer_labels = ["ORG"]
tag_budget = 60
publish_every = 50000
contact = ""
fetch_hosts = 6
fetch_seconds = 30
raw_days = 90
keep_daily = 0
keep_monthly = false
failure_command = []
failure_webhook = ""
success_ping = ""
alert_command = []
alert_webhook = ""
alert_mail = ""
mail_server = ""
mail_from = ""
dashboard_address = "http://127.0.0.1:8501"
browser = ""
"""

TOPIC = """
[[topic]]
id = "{id}"
name = "{name}"
short = "{name}"
group = "technology"
style = {style}
definition = "About {name}."
in = "{name}"
out = "all else"
phrases = ["{phrase}"]
examples = []
not_examples = []
"""
TOPICS = TOPIC.format(id="chat", name="Chat", style=0, phrase="chatbot") + TOPIC.format(
    id="vision", name="Vision", style=1, phrase="camera"
)

DESKS = """
[[desk]]
id = "machines"
name = "Machines"
short = "Machines"
kind = "desk"
topics = ["chat", "vision"]
"""

ORGANIZATIONS = """
[acme]
name = "Acme"
type = "company"
country = "FR"
"""

REGIONS = """
[europe]
name = "Europe"
kind = "group"

[FR]
name = "France"
kind = "country"
alpha3 = "FRA"
groups = ["europe"]
demonyms = ["French"]
"""

ISSUE_URL = "https://weekly.example/issues/issue-{}/"


def line(
    issue: int, number: int, day: str, title: str, text: str = "A chatbot from Acme speaks French."
) -> dict[str, str]:
    """One archive line of The Weekly."""
    url, key = ISSUE_URL.format(issue), f"issue-{issue}#{number}"
    return {"id": key, "source": "The Weekly", "url": url, "published": day, "title": title, "text": text}


def digest_line(day: str, number: int, title: str) -> dict[str, str]:
    """One archive line of The Digest, whose stories lead to others' pages."""
    url, key = f"https://press.example/{day}/{number}", f"digest-{day}#{number}"
    return {"id": key, "source": "The Digest", "url": url, "published": day, "title": title, "text": "A camera sees."}


WEEKLY = (
    line(1, 1, "2024-01-03", "Chatbots learn to sing"),
    line(1, 2, "2024-01-03", "Acme opens a lab in Lyon", "Acme hires."),
    line(2, 1, "2024-01-10", "A camera counts whales", "Seen from above."),
)
DIGEST = (digest_line("2024-01-05", 1, "A small model"), digest_line("2024-02-06", 4, "A large model"))


def write_lines(path: Path, lines: Iterable[dict[str, str]]) -> None:
    """Write an archive file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in lines), encoding="utf-8")


def write_seeds(folder: Path) -> Path:
    """Make the whole seeds folder and return it."""
    files = {"sources": SOURCES, "events": EVENTS, "settings": SETTINGS, "topics": TOPICS, "desks": DESKS}
    files |= {"organizations": ORGANIZATIONS, "regions": REGIONS}
    (folder / "newsletters").mkdir(parents=True)
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    (folder / "name_traps.toml").write_bytes(NAME_TRAPS)
    (folder / "feeds.toml").write_bytes(FEEDS)
    (folder / "model").mkdir()
    (folder / "model" / "roles.json").write_bytes(ROLES)
    (folder / "newsletters" / "manifest.toml").write_text("", encoding="utf-8")
    write_lines(folder / "archive" / "weekly.jsonl", WEEKLY)
    write_lines(folder / "archive" / "digest.jsonl", DIGEST)
    return folder


class FakeTagger:
    """Finds the plain words of the small lexicon; `seen` lists the ids that it was asked to tag, `chat` is the id of that topic."""

    def __init__(self, *, chat: str = "chat") -> None:
        self.seen: list[str] = []
        self.chat = chat

    def tag(self, stories: Iterable[StoryText]) -> Iterator[Tags]:
        for story in stories:
            self.seen.append(story.id)
            yield _tags(story, self.chat)


def _tags(story: StoryText, talk: str) -> Tags:
    chat, camera = _find(story, "chatbot", 1.5), _find(story, "camera", 0.75)
    acme, studio, french = _find(story, "Acme", None), _find(story, "Studio Nord", None), _find(story, "French", None)
    organizations = [OrganizationTag("acme", "Acme", "focus", True, acme)] if acme else []
    organizations += [OrganizationTag("x:studio nord", "Studio Nord", "mention", False, studio)] if studio else []
    return Tags(
        id=story.id,
        topics=(TopicTag(talk, 0.9, chat),) if chat else (),
        topics_near=(NearTopic("vision", 0.3, 0.5, camera, veto=camera[0]),) if camera else (),
        organizations=tuple(organizations),
        regions=(RegionTag("FR", "France", "mention", french),) if french else (),
        tagger="fake",
    )


def _find(story: StoryText, word: str, weight: float | None) -> tuple[Evidence, ...]:
    """The word's first place in title and text, in any case."""
    found = []
    for field, text in (("title", story.title), ("text", story.text)):
        at = text.lower().find(word.lower())
        if at >= 0:
            found.append(Evidence(field, at, at + len(word), text[at : at + len(word)], weight))
    return tuple(found)
