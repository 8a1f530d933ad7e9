"""What the dashboard's queries are asked with in the bench: the filter changes of dashboard_sample, and what single queries need."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from dashboard.filters import GRAINS
from dashboard.snapshot import sql
from dashboard.where_from import NOTHING
from tests.bench.dashboard_sample import Sample, Values, changes

PARAMETER = re.compile(r"\$([a-z_]\w*)")
# Whose numbers are of every pair or of every part, or asked once before seconds of tagging: 400 ms and 1 s are allowed them, else 150, 400.
HEAVY = re.compile(r"pair|matrix|gap_cells|organization_desks|burst|where_from|meet|split|emerg|rehears|audit_sample")
SCOPED = ("sources", "from_day", "to_day", "letters", "unit", "about_any", "about_all", "about_none")
Spec = Callable[[Sample, Values], list[Values]]


def _movers(sample: Sample, at: Values) -> list[Values]:
    """By the grain of the change; the last whole period against the one before and against that of a year before."""
    grain = "year" if at["grain"] == "year" else "month"
    last = sample.days[1].replace(month=1, day=1) if grain == "year" else sample.days[1].replace(day=1)
    second = _year_before(last) if grain == "year" else (last - timedelta(days=1)).replace(day=1)
    firsts = {_year_before(second), *([] if grain == "year" else [(second - timedelta(days=1)).replace(day=1)])}
    keys = tuple(key for key in sample.keys["topic"] if key != "topic:untagged")
    return [{"grain": grain, "first": first, "second": second, "keys": keys} for first in sorted(firsts)]


def _year_before(first: date) -> date:
    return first.replace(year=first.year - 1)


def _searches(sample: Sample, at: Values) -> list[Values]:
    return [values | {"by_rank": rank} for values in sample.searches for rank in (True, False)]


def _facets(sample: Sample, at: Values) -> list[Values]:
    pairs = (("all", ""), ("told", "copy"), ("topic", sample.keys["topic"][0].partition(":")[2]))
    sources = (None, sample.sources[0])
    return [{"facet": facet, "value": value, "source": source} for facet, value in pairs for source in sources]


def _both_kinds(sample: Sample, at: Values) -> list[Values]:
    return [{"kind": kind} for kind in ("organization", "region")]


def _balance(sample: Sample, at: Values) -> list[Values]:
    keys = (*sample.keys["topic"][:3], *sample.keys["desk"][:2], *sample.keys["region"][:2], "type:university")
    span = {"first": date(sample.days[1].year - 1, 3, 1), "last": date(sample.days[1].year - 1, 5, 31)}
    asked = {
        "names": keys,
        "keys": keys,
        "leasts": (5.0,) * len(keys),
        "mosts": (20.0,) * len(keys),
        "size": 13,
        "many": 8,
    }
    opened = {"key": keys[0], "from_day": span["first"], "to_day": span["last"]}
    return [asked | opened | {"source": source} for source in sample.sources[:3]]


def _gaps(sample: Sample, at: Values) -> list[Values]:
    last = sample.days[1].year - 1
    periods = tuple(date(last, month, 1) for month in range(1, 13))
    columns = ("*", *sample.keys["region"][:10])
    asked = {
        "rows": sample.keys["desk"][:11],
        "columns": columns,
        "grain": "month",
        "periods": periods,
        "up_to": date(last, 12, 31),
    }
    story = {"keys": (sample.keys["desk"][0],), "event": None, "at_least": 2, "from_day": periods[0], "at_most": 100}
    sides = [(sample.sources[:1], sample.sources[1:]), (sample.sources[:3], sample.sources[3:])]
    return [asked | story | {"ours": ours, "field": field, "sources": field} for ours, field in sides]


def _organizations(*kinds: str) -> Spec:
    """By two ways of counting; `kinds` of lines or groups."""

    def values(sample: Sample, at: Values) -> list[Values]:
        keys = sample.keys["organization"][:15]
        asked = {
            "keys": keys,
            "key": keys[0],
            "lines": sample.keys["desk"],
            "of_any": False,
            "type": None,
            "home": None,
        }
        return [asked | {"by_role": role, "kind": kind} for role in ("focus", "products") for kind in kinds or ("",)]

    return values


def _regions(sample: Sample, at: Values) -> list[Values]:
    """By two ways of looking, of a country and of no place."""
    codes = tuple(key.partition(":")[2] for key in sample.keys["region"] if key != "region:none")[:14]
    asked = {"codes": codes, "lines": sample.keys["desk"], "kind": "topic"}
    return [asked | {"way": way, "code": code} for way in ("happens", "home") for code in (codes[0], "none")]


def _periods(sample: Sample, grain: str, many: int) -> tuple[date, ...]:
    """The first days of the last periods before the newest, the newest of them last."""
    days = (
        sample.days[1].replace(day=1) if grain == "month" else sample.days[1] - timedelta(days=sample.days[1].weekday())
    )
    found = []
    for _ in range(many):
        days = (days - timedelta(days=1)).replace(day=1) if grain == "month" else days - timedelta(days=7)
        found.append(days)
    return tuple(reversed(found))


def _bursts(sample: Sample, at: Values) -> list[Values]:
    windows = (("week", 4, 12), ("month", 3, 9))
    found = []
    for grain, late, early in windows:
        periods = _periods(sample, grain, late + early)
        found.append(
            {"grain": grain, "recent": periods[early:], "before": periods[:early], "at_least": 8, "role": "focus"}
        )
    return found


def _changes_of_a_line(sample: Sample, at: Values) -> list[Values]:
    """A line of tags and one of a search, from one year to the next."""
    years = {
        "grain": "year",
        "first": date(sample.days[1].year - 2, 1, 1),
        "second": date(sample.days[1].year - 1, 1, 1),
    }
    lines = ({"keys": sample.keys["topic"][:1], **NOTHING}, {"keys": (), **NOTHING, **sample.searches[0]})
    return [{**years, **line, "weigh": "stories"} for line in lines]


def _own_lines(sample: Sample, at: Values) -> list[Values]:
    own = {"any_keys": sample.keys["topic"][:4], "weighed": False, "kind": "topic", "keys": sample.keys["topic"][:6]}
    return [own | values for values in sample.searches[:3]]


def _months(sample: Sample) -> Values:
    """One month, as a point of a chart has it."""
    month = date(sample.days[1].year - 1, 3, 1)
    return {"grain": "month", "period": month, "periods": (month,)}


def _behind_points(sample: Sample, at: Values) -> list[Values]:
    """The stories behind one month of a line of several, of a search, or of a stack's rest."""
    own = {"any_keys": sample.keys["topic"][:4], "kind": "topic", "keys": sample.keys["topic"][:6]}
    found = zip(("other", "none"), sample.searches, strict=False)
    return [_months(sample) | own | search | {"rest": rest} for rest, search in found]


def _two_lines(sample: Sample, at: Values) -> list[Values]:
    """One month of two topics, and of a topic and a search."""
    asked = (
        _months(sample) | {"keys": sample.keys["topic"][:1], "weigh": "stories", "of_sources": at["sources"]} | NOTHING
    )
    others = ((sample.keys["topic"][1:2], NOTHING), ((), sample.searches[1]))
    return [
        asked | {"other_keys": keys} | {f"other_{name}": value for name, value in search.items()}
        for keys, search in others
    ]


def _rehearsals(sample: Sample, at: Values) -> list[Values]:
    """A phrase that many stories hold, and a threshold that falls; a thousand stories come and a thousand go."""
    topic = sample.keys["topic"][0]
    plain = {
        "topic": topic.partition(":")[2],
        "phrase_nos": (),
        "pieces": (),
        "every": False,
        "decided": (),
        "old": 0.36,
        "new": 0.36,
    }
    flips = {"key": topic, "part": 1_000_000, "coming": tuple(range(1, 1001)), "going": tuple(range(1001, 2001))}
    phrase = {"phrase_nos": (0, 0), "pieces": ("language", "model")}
    return [plain | flips | phrase, plain | flips | {"new": 0.28}]


# What a query asks beyond the common parameters, or otherwise: a list of values for each filter change.
SPECS: Mapping[str, Spec] = {
    "topic_movers": _movers,
    "topic_pairs": lambda s, at: [{"keys": s.keys["desk"]}, {"keys": s.keys["topic"][:8]}],
    "topic_share": lambda s, at: [{"keys": s.keys["desk"]}, {"keys": s.keys["topic"]}],
    "topic_names": _both_kinds,
    **dict.fromkeys(("balance_targets", "balance_now", "balance_mix", "balance_parts", "balance_stories"), _balance),
    **dict.fromkeys(("gap_cells", "gap_topics", "gap_events", "gap_stories"), _gaps),
    **dict.fromkeys(("organization_desks", "organization_family", "organization_meets", "organization_one", "organization_pairs",
                     "organization_share", "organization_spellings"), _organizations()),
    "organization_groups": _organizations("type", "home"),
    "organization_lines": _organizations("topic", "region"),
    "organization_stories": lambda s, at: [
        {"keys": (key,), "by_role": "focus", "period": None} for key in (s.keys["organization"][0], "organization:none")
    ],
    "organization_unlisted": lambda s, at: [values | {"least": 2} for values in _movers(s, at)],
    **dict.fromkeys(("region_listed", "region_names", "region_pairs", "region_shares", "region_stories"), _regions),
    "region_homes": lambda s, at: [{"code": _regions(s, at)[0]["code"]}],
    "topic_phrases": lambda s, at: [
        {"topic": key.partition(":")[2], "about_all": (*(at["about_all"] or ()), key)} for key in s.keys["topic"][:8:3]
    ],
    "bursts": _bursts,
    **dict.fromkeys(("where_from", "where_from_events"), _changes_of_a_line),
    **dict.fromkeys(("coverage_any", "coverage_phrase", "coverage_stack"), _own_lines),
    **dict.fromkeys(("coverage_any_list", "coverage_phrase_list", "coverage_rest_list"), _behind_points),
    **dict.fromkeys(("line_difference", "line_overlap", "where_from_stories"), _two_lines),
    "grain_fit": lambda s, at: [{"grains": GRAINS[1:-1]}],
    "report_ours": lambda s, at: [values | {"keys": s.keys["topic"]} for values in _gaps(s, at)],
    "correction_rising": lambda s, at: [{"days": 28}],
    "correction_find": lambda s, at: [{"kind": kind, "text": "an"} for kind in ("organization", "region")],
    "proposal_candidates": lambda s, at: [{"also": ""}],
    "where_from_told": lambda s, at: [{"cluster_id": s.story["story_id"]}],
    "audit_ratio": lambda s, at: [{"key": s.keys["topic"][0]}],
    "audit_sample": lambda s, at: [{"topic": s.keys["topic"][0].partition(":")[2], "seed": "7", "at_most": 200}],
    "correction_titles": lambda s, at: [{"stories": (s.story["story_id"],)}],
    **dict.fromkeys(("rehearsal_candidates", "rehearsal_line"), _rehearsals),
    "rehearsal_whole": lambda s, at: [{"k_before": 72, "k_after": 75, "n": 1_610}],
    "search_list": _searches,
    "search_count": _searches,
    "story_list": lambda s, at: [
        {"key": at["keys"][0], "period": None}, {"key": None, "period": None}, {"key": None, "period": None, "skip": 1000},
        {"key": at["keys"][0], "grain": "month", "period": date(s.days[1].year - 1, 3, 1)},
    ],
    "methods_stories": _facets,
    "methods_items": lambda s, at: [
        {"run": run, "source": source, "level": "piece", "disposition": "new"}
        for run in (None, s.run_id) for source in (None, s.sources[0])
    ],
}  # fmt: skip


def common(sample: Sample) -> Values:
    """What parameters mean wherever no filter says otherwise."""
    return {
        "clock": sample.clock, "at": sample.clock, "at_most": 10, "skip": 0, "stories": sample.numbers, "story_no": sample.numbers[-1],
        "cluster_no": int(sample.story["cluster_no"]), "story": sample.story["story_id"], "tagger": sample.story["tagger"],
        "text_kind": "abstract", "runs": (sample.run_id,), "texts": ("Claude", "AI Act", "GPT-5"), "quoted": (False, True, False),
    }  # fmt: skip


def asked_with(name: str, sample: Sample) -> tuple[list[Values], list[str]]:
    """The parameters that a query is measured with; and those that it wants and nothing here gives, so that it can't be."""
    wanted = list(dict.fromkeys(PARAMETER.findall(_without_comments(sql(name)))))
    filtered = any(item in SCOPED or item == "grain" for item in wanted)
    found: list[Values] = []
    for at in changes(sample) if filtered else changes(sample)[:1]:
        for own in SPECS[name](sample, at) if name in SPECS else [{}]:
            values = common(sample) | at | own
            lacking = [item for item in wanted if item not in values]
            if lacking:
                return [], lacking
            found.append({item: values[item] for item in wanted})
    return found, []


def _without_comments(text: str) -> str:
    return re.sub(r"--.*", "", text)
