"""What follows a run, once its lock is free: alerts for people, the report, and whom the settings say to call or ping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from etl.publish import snapshot_path
from etl.run_log import RunReport
from etl.settings import Settings


def tell_people(settings: Settings, report: RunReport) -> list[str]:
    """Judge the alerts on the snapshot that stands; returns what could not be done or told."""
    if not report.snapshot or not (settings.desk / "alerts.toml").exists():
        return []
    from etl.alerts import after_publish

    return after_publish(settings, snapshot_path(settings, report.snapshot), report.clock)


def tell_operator(settings: Settings, entry: Mapping[str, Any], *, good: bool) -> list[str]:
    """Write the report and call the hooks; returns what could not be done."""
    from etl.hooks import after_run

    return after_run(settings, entry, good=good)
