"""The dashboard's links in alerts: every value written, days absolute, so that they show in a year what they showed today (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from etl.alert_facts import Drawn
from etl.alert_rules import Watch


def view_link(
    address: str,
    watch: Watch,
    drawn: Drawn,
    *,
    grain: str,
    snapshot: str,
    total: tuple[int, int] | None = None,
) -> str:
    """A link to the line watched over the sources and days drawn; `total` is what it shows now (k, n). '' without an address."""
    if not address:
        return ""
    query = {
        "show": _shown([watch.key] if watch.key else []),
        "measure": ["share"],
        "when": ["custom"],
        "from": [drawn.from_day.isoformat()],
        "to": [drawn.to_day.isoformat()],
        "source": [origin.id for origin in drawn.sources],
        "grain": [grain],
        "any": _shown(watch.about_any),
        "every": _shown(watch.about_all),
        "none": _shown(watch.about_none),
        "role": ["named" if any(key.startswith("named:") for key in watch.keys) else "focus"],
        "letters": ["yes" if watch.letters else "no"],
        "unit": [watch.unit],
        "weigh": ["stories"],
        "snapshot": [snapshot],
        "was": [f"{watch.key}={total[0]}.{total[1]}"] if total and watch.key else [],
    }
    return f"{address.rstrip('/')}/?{urlencode(query, doseq=True)}"


def story_link(address: str, story_id: str) -> str:
    """A link to a story's page; '' without an address."""
    return f"{address.rstrip('/')}/story?{urlencode({'story': story_id})}" if address else ""


def _shown(keys: Iterable[str]) -> list[str]:
    """The page counts named organizations by `role`, not by a key of their own."""
    return ["organization:" + key.removeprefix("named:") if key.startswith("named:") else key for key in keys]
