"""What an audit tells, in words and tables: how the sample was drawn, its figures beside the measured ones, what they mean for a share.
Pure; all that people wrote is escaped where it becomes HTML.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from dashboard import words
from dashboard.audit import Audit, Told
from dashboard.audit_figures import FEWEST, TAGGED, Range, difference
from dashboard.methods_table import here
from dashboard.named import LONGEST_NAME, one_name

Row = Mapping[str, Any]
MEASURED = "As measured before"
TOO_FEW, CANT_SAY = "too few to measure", "too few to say"
STRATUM_WORDS = {TAGGED: "tagged", "near": "not tagged, came near", "rest": "not tagged"}


HOW = """- **The sample.** Half of the stories have the tag, a quarter came near it, the others neither; each part is drawn at random, and
what one part can't give, another does. The seed that fixes the order is kept, so that anybody can draw the same again from the same data.
- **Right when given**: of those judged with the tag, how many have the topic (Wilson's range, for a sample drawn without putting back).
- **Found of all**: stories with the topic that are tagged, by all that have it. Each part counts by the number of stories that it stands
for; ranges of parts are joined by MOVER (Zou and Donner 2008; Donner and Zou 2012 for the quotient), and where 1 to 3 were found in a part
without the tag the lower end is Poisson's (Brown, Cai and DasGupta 2001).
- Fewer than 15 stories with the topic are too few to measure; a likely range wider than half of all is too wide to say anything.
- Skipped stories count for nothing: skip what nobody could judge, not what is hard. Verdicts given in the queue count for no audit."""


def ranged(one: Range) -> str:
    """Return '79 % (70–86 %)'."""
    return f"{words.percent(one.value)} ({words.percent_range(one.low, one.high)})"


def right_words(told: Told) -> str:
    """Return how many tags are right, with the likely range, or that too few were judged."""
    found = told.figures
    return ranged(found.right) if found.right is not None and found.says_right else TOO_FEW


def found_words(told: Told) -> str:
    """Return how many stories are found, with the likely range, or that too few were judged."""
    figures = told.figures
    if figures.found is None or figures.positives < FEWEST:
        return TOO_FEW
    return ranged(figures.found) if figures.says_found else CANT_SAY


def label(told: Told, names: Mapping[str, str]) -> str:
    """Return an audit as a choice: 'Healthcare · 26 Nov 2026 · 12 of 50 judged'."""
    audit = told.audit
    return f"{names.get(audit.topic, audit.topic)} · {words.day(audit.at)} · {progress_words(told)}"


def progress_words(told: Told) -> str:
    """Return '12 of 50 judged'."""
    return f"{words.count(len(told.verdicts))} of {words.count(len(told.audit.stories))} judged"


def sample_words(audit: Audit, topic: str, sources: Mapping[str, str]) -> str:
    """Return what was drawn by whom. `topic` is the topic's name, `sources` those of sources by id; plain text."""
    tagged, near, rest = (audit.strata[name] for name in (TAGGED, "near", "rest"))
    parts = [f"{len(tagged.stories):,} of {tagged.of:,} that are tagged {topic}"]
    if near.of:
        parts.append(f"{len(near.stories):,} of {near.of:,} that came near it")
    parts.append(f"{len(rest.stories):,} of {rest.of:,} others")
    named = "all sources" if audit.sources is None else words.listed([sources.get(one, one) for one in audit.sources])
    return (
        f"{words.stories(len(audit.stories))} at random: {words.listed(parts)}; of {named}, {span_words(audit)}. Drawn by {audit.by} on "
        f"{words.day(audit.at)}."
    )


def drawn_words(audit: Audit) -> str:
    """Return what it takes to draw the same sample again; plain text."""
    return f"This sample: seed {audit.seed}, data {audit.snapshot}, tagged by version {audit.tagger}."


def span_words(audit: Audit) -> str:
    """Return which days the stories are of."""
    first, last = audit.from_day, audit.to_day
    if first and last:
        return f"{words.day(first)} to {words.day(last)}"
    return f"from {words.day(first)}" if first else f"to {words.day(last)}" if last else "all days"


def former_words(audit: Audit, tagger: str) -> str:
    """Return that the tagger has changed since, '' where it has not."""
    if audit.tagger == tagger:
        return ""
    return f"The tagger has changed since ({audit.tagger}, now {tagger}): this describes the former one."


def by_words(told: Told) -> str:
    """Return 'audit of 26 Nov 2026 by Ada and Bo'."""
    by = f" by {words.listed(told.people)}" if told.people else ""
    return f"audit of {words.day(told.day)}{by}"


def address_of(told: Told) -> str:
    """Return the relative address of an audit and its stories."""
    return here(open="audit", value=told.audit.name)


def line(told: Told, tagger: str, name: str = "") -> str:
    """Return an audit as one item of HTML, to stand beside what was measured before; `name` is the topic's, where that is not said."""
    said = f"right when given <b>{right_words(told)}</b>, found of all <b>{found_words(told)}</b>"
    former = f" {escape(former_words(told.audit, tagger))}" if told.audit.tagger != tagger else ""
    many = f'<a href="{escape(address_of(told))}">{progress_words(told)}</a>'
    by = f"{name}, {by_words(told)}" if name else by_words(told)
    return f"<li>{escape(by[0].upper() + by[1:])}: {said}; {many}.{former}</li>"


def table_cells(told: Told, topic: str, tagger: str) -> tuple[str, ...]:
    """Return an audit as cells of the table of measured tags, safe HTML: topic and who, right, found, counted for 100, judged on."""
    figures = told.figures
    former = f" {escape(former_words(told.audit, tagger))}" if told.audit.tagger != tagger else ""
    name = f'{escape(topic)}: <a href="{escape(address_of(told))}">{escape(by_words(told))}</a><span class="range">{former}</span>'
    given = (
        f"{100 / figures.truly.value:.0f}"
        if figures.truly is not None and figures.says_found and figures.truly.value
        else ""
    )
    return name, escape(right_words(told)), escape(found_words(told)), given, progress_words(told)


def compared_rows(told: Told, measured: Row | None, text_kind: str) -> pd.DataFrame:
    """Return the audit's figures beside the measured ones (a row of queries/quality.sql, None where nothing was measured)."""
    many = f"{words.stories(len(told.verdicts))}, {told.figures.positives} with the topic"
    rows = [["This audit", right_words(told), found_words(told), many]]
    if measured is None:
        rows.append([MEASURED, "not measured", "not measured", ""])
    else:
        figures = {name: measured_range(measured, name) for name in ("precision", "recall")}
        said = [ranged(one) if one is not None else TOO_FEW for one in figures.values()]
        rows.append([MEASURED, *said, f"{words.TEXT_KINDS[text_kind]}, {int(measured['n'])} with the topic"])
    return pd.DataFrame(rows, columns=["", "Right when given", "Found of all", "Measured on"]).set_index("")


def measured_range(measured: Row, name: str) -> Range | None:
    """Return a measured figure; None with fewer than 15 stories that have the topic (STATISTICS 21), or where none was tagged."""
    if measured["n"] < FEWEST or pd.isna(measured[name]):
        return None
    return Range(float(measured[name]), float(measured[f"{name}_low"]), float(measured[f"{name}_high"]))


def compared_words(told: Told, measured: Row | None) -> str:
    """Return how far the audit lies from what was measured before (STATISTICS 8); '' where one of them can't say."""
    if measured is None:
        return ""
    figures, said = told.figures, []
    ours = {
        "precision": figures.right if figures.says_right else None,
        "recall": figures.found if figures.says_found else None,
    }
    for name, what in (("precision", "right when given"), ("recall", "found of all")):
        before, now = measured_range(measured, name), ours[name]
        if before is not None and now is not None:
            said.append(f"{what} {_apart(difference(now, before))}")
    return f"Against what was measured before: {'; '.join(said)}." if said else ""


def _apart(gap: Range) -> str:
    ends = f"{100 * gap.low:+.0f} to {100 * gap.high:+.0f} points".replace("-", "−")
    return (
        f"{ends}, no clear difference"
        if gap.low <= 0 <= gap.high
        else f"{ends}, {'higher' if gap.low > 0 else 'lower'} now"
    )


def stories_table(told: Told, titles: Mapping[str, str]) -> pd.DataFrame:
    """Return the stories judged, those first where the verdict and the tag differ. `titles` are the stories' by id."""
    rows: list[dict[str, str]] = []
    for name, stratum in told.audit.strata.items():
        for story in stratum.stories:
            if (entry := told.verdicts.get(story)) is not None:
                has = entry.value is True
                rows.append({
                    "story_id": story, "Story": titles.get(story, "not in this data"), "Tagger": STRATUM_WORDS[name],
                    "Verdict": "has it" if has else "lacks it", "Agree": "yes" if has == (name == TAGGED) else "no",
                    "Who": one_name(entry.by)[:LONGEST_NAME], "When": entry.at[:16].replace("T", " "),
                })  # fmt: skip
    columns = ["story_id", "Story", "Tagger", "Verdict", "Agree", "Who", "When"]
    rows.sort(key=lambda row: row["Agree"])
    return pd.DataFrame(rows, columns=columns)


def file_rows(told: Told, titles: Mapping[str, str]) -> pd.DataFrame:
    """Return the same for a file, with what the figures are made of: each story's stratum, how many stories that holds, and how many of
    them were judged."""
    audit = told.audit
    of = {story: (name, stratum) for name, stratum in audit.strata.items() for story in stratum.stories}
    table = stories_table(told, titles)
    strata = [of[str(story)] for story in table["story_id"]]
    judged = [sum(story in told.verdicts for story in stratum.stories) for _, stratum in strata]
    return table.assign(
        stratum=[name for name, _ in strata], stratum_stories=[one.of for _, one in strata], stratum_judged=judged,
        topic=audit.topic, audit=audit.name, seed=audit.seed, tagger_version=audit.tagger, snapshot=audit.snapshot,
    )  # fmt: skip


def newest_by_topic(told: Sequence[Told], renamed: Mapping[str, str]) -> dict[str, Told]:
    """Return of each topic, by its present id, the newest audit that somebody judged anything in; they are given newest first."""
    found: dict[str, Told] = {}
    for one in told:
        if one.verdicts:
            found.setdefault(renamed.get(one.audit.topic, one.audit.topic), one)
    return found
