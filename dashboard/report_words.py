"""The sentences of a report: they follow the numbers and say no more than these hold (STATISTICS 8, 9, 12, 22). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard import words
from dashboard.bursts import before_words, recent_words
from dashboard.bursts import headline as bursts_headline
from dashboard.counting import sample_notes
from dashboard.gap_facts import CLEAR
from dashboard.methods_sources import sources_sentence
from dashboard.points import FEW
from dashboard.report_audits import COLUMN, HOW
from dashboard.report_facts import MEASURABLE, Facts
from dashboard.scope import days_words, of_whom
from dashboard.topics import UNTAGGED, mover_note, movers_sentence, shares_headline, signed

Row = Mapping[str, Any]


def title(facts: Facts) -> str:
    """Return 'AI news, Jul 2026'."""
    return f"AI news, {facts.period.words}"


def headline(facts: Facts) -> list[str]:
    """Return the sentences on top: what was covered most, and whether anything moved."""
    rows = sorted((facts.shares[desk] for desk in facts.held.desks), key=lambda row: (-row["k"], row["key"]))
    most = shares_headline(rows, facts.held.catalog, facts.scope)
    if facts.scope.total < FEW:
        return [f"Only {words.stories(facts.scope.total)}: too few to say what was covered most. {most}"]
    return [most, moved(facts)]


def moved(facts: Facts) -> str:
    """Return what moved since the period before, or why that can't be said."""
    if facts.pair is None:
        return f"{facts.period.words[0].upper()}{facts.period.words[1:]} can’t be compared with the one before: {_because(facts)}"
    return movers_sentence(facts.topic_moves, facts.held.catalog, facts.pair)


def _because(facts: Facts) -> str:
    """Why the two periods are not compared, by what the report itself knows."""
    missing = partial_words(facts)
    if missing:
        return f"it is not whole ({'; '.join(missing[:3])})."
    return f"no source has both whole, with at least {FEW} stories in each."


def counted(facts: Facts) -> str:
    """Return what every share is of, in words (3)."""
    scope = facts.scope
    notes = sample_notes(scope.sources)
    said = f"Of {words.stories(scope.total)} in {of_whom(scope.sources)}, {days_words(scope.from_day, scope.to_day)}"
    whole = ", that run through all periods compared" if scope.same_throughout and not scope.no_long_running else ""
    return f"{said}{whole}" + (f" ({'; '.join(notes)})" if notes else "") + "."


def partial_words(facts: Facts) -> list[str]:
    """Return for each source what of the period is missing: 'The Batch: 3 of 4 issues' (12)."""
    told = []
    for row in facts.health.rhythm:
        expected = None if row["expected"] is None else int(row["expected"])
        said = words.what_came(int(row["came"]), expected, str(row["rhythm"]), bool(row["ended"]))
        if not row["n"] and not said:
            said = "no stories came in"
        if said:
            told.append(f"{row['name']}: {said}")
    return told


def change_words(row: Row | None, names: Mapping[str, str]) -> str:
    """Return how a share moved, in words (8, 9, 22)."""
    if row is None:
        return ""
    note = mover_note(row, names)
    if note in ("too few to say", "no clear change") or note.startswith("may be chance"):
        return note
    which = "more than before" if row["difference"] > 0 else "less than before"
    return which if note == "clear" else f"{which}; {note}"


def change_figure(row: Row | None) -> str:
    """Return '+4.2 (−1.0 to +9.4)', in points."""
    if not row:
        return ""
    return f"{signed(100 * row['difference'])} ({signed(100 * row['low'])} to {signed(100 * row['high'])})"


def bursts_sentence(facts: Facts) -> str:
    """Return what emerges and fades, or why nothing is compared."""
    if facts.window is None:
        return facts.why_no_window
    looked = int(facts.bursts[0]["looked_at"]) if facts.bursts else 0
    found = [row for row in facts.bursts if isinstance(row["key"], str)]
    return bursts_headline(found, facts.held.catalog, facts.window, looked)


def compared_words(facts: Facts) -> str:
    """Return which periods and sources the scan compares."""
    window = facts.window
    if window is None:
        return ""
    last = words.period(window.recent[-1], window.grain)
    names = words.listed([facts.names[one] for one in window.sources][:3])
    whose = names if len(window.sources) <= 3 else f"{len(window.sources)} sources"
    lately = recent_words(window)
    return (
        f"{lately[0].upper()}{lately[1:]} up to {last}, against {before_words(window)}; {whose}, each against itself."
    )


def gaps_sentence(facts: Facts) -> str:
    """Return how our stories differ from the field's, in one sentence."""
    gaps = facts.gaps
    if gaps.why == "no-ours":
        return "No source is marked as your own, so nothing is held against the field."
    if gaps.why:
        said = (
            "there is no other source"
            if gaps.why == "no-field"
            else f"no {facts.period.grain} is whole for yours and for others"
        )
        return f"Nothing is held against the field: {said}."
    clear = [row for row in gaps.rows if clear_gap(row)]
    looked = int(gaps.rows[0]["looked_at"]) if gaps.rows else 0
    if not clear:
        return f"No clear difference between your stories and the field’s, of {looked} desks and topics looked at."
    less, more = (
        [facts.held.catalog[row["key"]].name for row in clear if (row["difference"] > 0) == way]
        for way in (True, False)
    )
    parts = [
        f"{verb} than the field: {words.listed([*names[:3], *([f'{len(names) - 3} more'] if names[3:] else [])])}"
        for verb, names in (("Less", less), ("More", more))
        if names
    ]
    return f"{'. '.join(parts)}; of {looked} desks and topics looked at."


def clear_gap(row: Row) -> bool:
    """Whether a difference from the field is clear: judged (23), its range off 0, and no chance among so many looked at (8, 22)."""
    return bool(row["state"] == "judged" and row["near_end"] > 0 and row["adjusted"] <= CLEAR)


def gap_words(row: Row) -> str:
    """Return how one line of ours differs from the field."""
    if row["state"] != "judged" or row["n_1"] < FEW or row["n_2"] < FEW:
        return "too few to say"
    if row["near_end"] <= 0:
        return "no clear difference"
    if not clear_gap(row):
        return "may be chance"
    return "less than the field" if row["difference"] > 0 else "more than the field"


def since_words(row: Row) -> str:
    """Return for how many weeks in which ours published a line has not been among their stories."""
    if row["last_day"] is None:
        return "never"
    weeks = int(row["weeks"])
    return f"not for {weeks} weeks" if weeks > 1 else words.day(row["last_day"].date())


def health_sentences(facts: Facts) -> list[str]:
    """Return what to know of the data: sources, periods, tags, languages."""
    health, missing, untagged = facts.health, partial_words(facts), facts.shares[UNTAGGED]
    partial = (
        f"In this period {'; '.join(missing)}." if missing else "Every source sent what its rhythm leads to expect."
    )
    none = (
        f"No topic was found in {words.count(untagged['k'])} of {words.stories(untagged['n'])}: "
        f"{words.percent(untagged['share'])}, likely range {words.percent_range(untagged['low'], untagged['high'])}."
    )
    other = sum(int(row["n"]) for row in health.languages)
    said = [f"On {words.whole_day(facts.held.clock.date())}: {sources_sentence(health.sources, {})}", partial, none]
    if other:
        named = words.listed([str(row["language"]) for row in health.languages][:4])
        said.append(f"{words.stories(other)} in languages that are not tagged ({named}) are in no share.")
    if health.fresh["tagged_alike"] < health.fresh["stories"]:
        share = words.percent(health.fresh["tagged_alike"] / health.fresh["stories"])
        said.append(f"{share} of all stories are tagged by version {health.fresh['tagger']}, the rest by an older one.")
    return said


def due_words(row: Row) -> str:
    """Return since when a source's next issue is due, or when it will be; '' where its rhythm says nothing."""
    if row["due_day"] is None:
        return ""
    day = words.day(row["due_day"].date())
    if not row["overdue"]:
        return f"next on {day}"
    many, unit = int(row["overdue"]), words.UNITS.get(str(row["rhythm"]), "days")
    return f"since {day}: {words.count(many)} {unit.removesuffix('s') if many == 1 else unit}"


def measured_words(facts: Facts, key: str) -> tuple[str, ...]:
    """Return how often a topic is right when given and how many it finds, on the kind of text that most of these stories are; nothing
    where that was measured on too few (21)."""
    row = next((row for row in facts.health.quality if row["key"] == key), None)
    if row is None or row["precision"] is None:
        return ()
    return tuple(
        f"{words.percent(row[name])} ({words.percent_range(row[f'{name}_low'], row[f'{name}_high'])})"
        for name in ("precision", "recall")
    )


def methods(facts: Facts) -> list[tuple[str, str]]:
    """Return what each number is and how it was computed, as (what, how)."""
    kind = words.TEXT_KINDS[facts.health.text_kind]
    audited = [(COLUMN.partition(" (")[0], HOW)] if facts.errors else []
    return [
        ("Share", f"Stories on a desk or topic, divided by all stories counted. {counted(facts)} A story on several topics counts in "
                  "each, so shares may sum to more than 100 %. Near-identical copies count once; editors’ letters are left out."),
        ("Likely range", "The range that would hold the true share in 95 of 100 such samples (Wilson’s score interval), of a difference "
                         f"Newcombe’s. With fewer than {FEW} stories counted nothing is claimed: too few to say."),
        ("Change", "From the period before, over the sources for which both periods are whole. It is called clear only where the likely "
                   "range of the difference leaves out 0 and the change holds within sources when corrected for all lines looked at "
                   "(Cochran–Mantel–Haenszel, Benjamini–Hochberg)."),
        ("Over time", "The share in each period up to this one, with its likely range as a band; a hollow mark is too few to say, a break "
                      "is a period without stories. All are drawn to one scale."),
        ("Targets", "Bands that editors ask of a source’s own stories, held against its last issues, or weeks that are over, up to the end "
                    "of this period, in whole stories. Could be chance: the likely range reaches across an end of the band. Cannot tell "
                    f"yet: fewer than {FEW} stories, or the count that is likely by how well tags are right would get another verdict."),
        ("Emerging and fading", "Topics, organizations, regions, words and phrases, each source against itself, pooled over periods that "
                                "all compared sources share, and corrected for all looked at."),
        ("Against the field", "All other sources that are whole in nearly all periods of yours, over the whole periods that all share, "
                              "corrected for all desks and topics where at least 5 stories are expected of either side."),
        ("How well topics are found", f"Measured on {kind} that the tagger did not learn from, with likely range. Topics that fewer than "
                                      f"{MEASURABLE} of these stories have are too few to measure."),
        *audited,
        ("Data", f"Data of {words.moment(facts.held.clock)}, {facts.held.name}. The same data and period make the same report."),
    ]  # fmt: skip
