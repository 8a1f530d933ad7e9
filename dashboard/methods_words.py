"""What every tag and number means, and how each number is computed: the only page on which methods have their names. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from dashboard import words
from dashboard.methods_table import coverage, here, link, table

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Method:
    """How one number is computed: what it is called on the pages, the method's name, its formula in one line, its macros."""

    says: str
    name: str
    formula: str
    macros: tuple[str, ...]
    why: str


METHODS = (
    Method(
        "Share", "Ratio of sums", "share = Σ k / Σ n over the period", ("coverage",),
        "Stories on the line by stories counted, never a mean of daily percentages: a quiet Sunday would weigh as much as a Monday.",
    ),
    Method(
        "Likely range", "Wilson score interval, 95 %", "(k + z²/2 ± z √(k (n − k)/n + z²/4)) / (n + z²), z = 1.96",
        ("wilson_low", "wilson_high"), "3 of 20 is 5 to 36 %; 0 of 40 is 0 to 9 %: no story is not no coverage.",
    ),
    Method(
        "Likely range where sources weigh the same", "Wilson score interval with effective n",
        "n = (Σ w)² / Σ w², w = 1 / stories of the source", ("coverage_weighed",),
        "The share is the mean of the sources’ shares; a source of few stories makes it less sure.",
    ),
    Method(
        "Likely range of a change", "Newcombe interval, method 10",
        "d = p₂ − p₁; from d − √((p₂ − l₂)² + (u₁ − p₁)²) to d + √((u₂ − p₂)² + (p₁ − l₁)²)", ("newcombe_low", "newcombe_high"),
        "l and u are the ends of each share’s likely range. Where it holds 0 the page says “no clear change”: 8 of 40 to 14 of 40.",
    ),
    Method(
        "Share of all days shown", "Ratio of sums, Wilson score interval", "share = k / n without periods", ("line_share",),
        "Each topic or desk of all stories counted; a story with several counts in each, so shares may sum to more than 100 %.",
    ),
    Method(
        "Phrases, and several topics as one line", "Ratio of sums",
        "k = stories that search finds, or that are on any of the topics, each once",
        ("phrase_coverage", "any_coverage", "pooled_share"),
        "Of the same stories as every line: what is looked for changes the numerator alone.",
    ),
    Method(
        "Stories shared out in a stack", "Fractional counting, Wilson score interval",
        "part = Σ 1/m over the stories on the line, m the lines of its kind that a story is on; share = part / n", ("stack_share",),
        "Whole counts of topics sum to more than 100 %. The range takes part of n stories: each weighs 1, so n is the effective number.",
    ),
    Method(
        "Trailing average", "Ratio of sums over a trailing window",
        "share = Σ k / Σ n over the periods of the window that ends with this one",
        ("trailing_share",), "It never looks ahead and never stands alone; a gap adds nothing.",
    ),
    Method(
        "Clear changes, “of 32 topics looked at”", "Cochran–Mantel–Haenszel test, Benjamini–Hochberg correction",
        "p within sources, pooled; p · looked at / place ≤ 0.05, and the likely range of the change off 0", ("movers", "two_sided"),
        "Of many topics looked at some move by chance. Ranked by the near end of the likely range, over sources that both periods share.",
    ),
    Method(
        "Meets more or less often", "Observed against expected", "expected = kₐ · k_b / n; judged from 5 expected on", ("line_pair",),
        "As many stories on both as there would be if neither topic knew of the other. A clear difference has a likely range off 0.",
    ),
    Method(
        "Where the change comes from", "Kitagawa decomposition",
        "Σ w̄ₛ Δpₛ within sources + Σ p̄ₛ Δwₛ of their mix + those that came or went + those whose kind of text or tagger changed",
        ("where_from",),
        "Each source with its weight and share in both periods; the parts sum to the whole change.",
    ),
    Method(
        "Two lines of one period", "Newcombe interval for paired shares, method 10",
        "as for a change, less the correlation of being on both lines", ("line_difference", "paired_low", "paired_high"),
        "The same stories may be on both lines, so the two shares move together.",
    ),
    Method(
        "Emerging and fading", "Binomial tail within sources, pooled; Benjamini–Hochberg correction",
        "P(at least k of K recent and earlier stories fall in the recent window, if its share of each source’s stories is all that counts)",
        ("burst", "binomial_at_least"),
        "Each source against itself. Of thousands of names, words and pairs of words some move by chance: all looked at are allowed for.",
    ),
    Method(
        "Below, within or above a target", "Full count against the band", "asked = ⌈low · n⌉ to ⌊high · n⌋ of n stories; ran k",
        ("balance", "target_window"),
        "What a source ran is no sample. “Could be chance” where the likely range reaches across the band’s edge.",
    ),
    Method(
        "Like so many evenly covered topics", "Shannon entropy, Miller–Madow correction, bootstrap over whole days",
        "exp(H + (m − 1) / 2n), H = −Σ p ln p, m topics with stories", ("topic_mix",),
        "A story on several topics is shared out among them.",
    ),
    Method(
        "Words of a topic", "Sum of weights", "Σ weight of each phrase over the newest 10,000 of the stories counted", ("topic_phrase",),
        "What each phrase added to the topic’s score, in all stories together.",
    ),
    Method(
        "Order of what search finds", "BM25", "Σ idf · f (k₁ + 1) / (f + k₁ (1 − b + b · length / mean)), k₁ = 1.2, b = 0.75",
        ("search_story",), "Rare words count more, long texts less, words of a headline more.",
    ),
    Method(
        "Gap", "Period without a story", "n = 0 → no point, with the reason from what the source’s data spans", ("period_state",),
        "Nothing came in, so nothing is known. A period with stories but none on the line is 0, with its likely range.",
    ),
    Method(
        "Part of a period", "Rhythm of the source", "came < expected, or the period has not ended on the day of the run",
        ("source_period", "period_state"),
        "“5 of 13 issues”: what the source’s own publishing days lead to expect, its pauses left out. Dotted, and not compared.",
    ),
    Method(
        "Long-running sources", "Constant panel", "in the first and the last whole period shown and in 80 % of those between",
        ("long_running",), "A source that joins later would bend the line without a change in the world.",
    ),
    Method(
        "Grain “auto”", "Finest grain that fills", "the finest at which 80 % of the periods hold 40 stories", ("grain_fit",),
        "Finer points would jump by chance alone.",
    ),
    Method(
        "Copies", "Near-duplicate clusters", "as similar to a cluster’s first story, within 7 days → the same cluster, counted once",
        ("counted_story",),
        "The story told first among the chosen sources stands for all. An option counts copies, or each source once.",
    ),
    Method(
        "Letters", "Form of a story", "form = 'letter' counts only where asked", ("counted_story",),
        "An editor’s letter is no news story; it is listed, and counted where an option says so.",
    ),
    Method(
        "Stories counted", "Base population", "told first, no letter, in a tagged language, of the sources and days, about what was chosen",
        ("counted_story", "base_story", "tagged_language"), "What is counted and what it is counted of are always of the same stories.",
    ),
    Method(
        "Too few to say", "Least denominator", "n < 20 → a hollow point", (), "A share of so few stories says next to nothing.",
    ),
    Method(
        "Right when given, found of all", "Precision and recall", "right / given; found / there are", ("wilson_low", "wilson_high"),
        "On stories that the tagger did not learn from. Below 15 stories that have a tag it is too few to measure.",
    ),
    Method(
        "What a score is worth", "Calibration curve", "right / n among the topics with a score from 0.7 to 0.8, and so on", (),
        "A score of 0.7 should be right 7 times in 10.",
    ),
    Method(
        "Silent", "Median gap", "days since the last story > 3 × the median gap between publishing days", ("source_health",),
        "Each source is held against its own rhythm.",
    ),
    Method(
        "Fewer or more than usual", "Poisson range, 95 %", "the last whole period is outside the range around the mean of the 12 before",
        ("source_health", "poisson_cdf"), "A week, for monthly sources a month.",
    ),
    Method(
        "Audit of a topic", "Stratified sample; Wilson interval without putting back, MOVER",
        "found = T p / (T p + Σ N q): T tagged stories, p of them right; N stories of a part without the tag, q of them with the topic",
        ("wilson_low", "wilson_high"),
        "Half of the sample has the tag, a quarter came near it, the others neither; nobody who judges sees which.",
    ),
    Method(
        "Corrected for tagging errors", "Rogan–Gladen, with both errors in one ratio",
        "share × stories with the topic / stories tagged, by an audit, or by the reference; ends joined in logarithms (MOVER)",
        ("target_window",), "Always beside the share as tagged: that the errors are alike in the stories counted is assumed.",
    ),
    Method(
        "Texts or tags change", "Two thirds before and after", "≥ 2/3 of one kind on 10 publishing days, ≥ 2/3 of another on the next 10",
        ("text_seam",), "Words before and after are not compared alike, so the axis is marked.",
    ),
)  # fmt: skip
ROLES = (
    ("Organization", "the story is about it", "What it did or what was done to it is what the story tells. Charts count these."),
    ("Organization", "named", "The story names it and is about something else. Charts count these where an option says so."),
    ("Organization", "only its product is named", "The story names what it makes, not itself. Charts don’t count these."),
    ("Organization", "only where this was published", "It published or reported what the story tells. Charts don’t count these."),
    ("Region", "the story is about it", "The story happens there, or is about the place. Charts count these."),
    ("Region", "named", "The story names the place or its people; a company’s home is only this. Charts count these, too."),
)  # fmt: skip
RULES = (
    "A story has a topic when one who follows only that topic would want it; a passing mention is not enough. Most have 1 to 4.",
    "A laboratory or subsidiary with a name of its own is an organization of its own; a department is not.",
    "A city or state counts as its country, so do its people. A place inside another name (Stanford University) is no place.",
    "A group such as Europe counts a story once, however many of its countries it names.",
)


def topics_table(rows: Iterable[Row]) -> str:
    """Return each topic with its desk, definition and stories, as links to its line."""
    cells = (
        [
            link(coverage(show="topic:" + row["id"]), escape(row["name"])),
            escape(row["definition"] or ""), escape(row["desk"] or "no desk"), _opens(row),
        ]
        for row in rows
    )  # fmt: skip
    return table(
        "Topics and their definitions", ("Topic", "What it is", "Desk", "Stories"), cells, numbers=("Stories",)
    )


def _opens(row: Row) -> str:
    number = words.count(int(row["stories"]))
    return link(here(open="topic", value=row["id"]), number) if row["stories"] else number


def roles_table() -> str:
    """Return what the roles of organizations and regions mean."""
    cells = ([escape(role), kind, escape(what)] for kind, role, what in ROLES)
    return table("Roles of organizations and regions", ("Role", "Of", "What it means"), cells)


def methods_table() -> str:
    """Return how each number is computed."""
    cells = (
        [
            escape(m.says), f"<b>{escape(m.name)}</b><br><span class='formula'>{escape(m.formula)}</span>", escape(m.why),
            "<br>".join(f"<code>{name}</code>" for name in m.macros),
        ]
        for m in METHODS
    )  # fmt: skip
    return table(
        "How each number is computed", ("On the page", "Method and formula", "In other words", "SQL macro"), cells
    )
