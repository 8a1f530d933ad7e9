"""Measure, print and keep the figures: `python -m tests.bench`."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.bench import etl_run, first_chart, refresh, tagging

KEPT = Path(__file__).resolve().parents[2] / "data" / "bench"


def main() -> None:
    """Run the ETL into a folder of its own, compare the first chart with a bare page's, refresh from 40 sources, and tag."""
    with tempfile.TemporaryDirectory() as folder:
        run = etl_run.measure(Path(folder))
        _keep("run", run)
        print(f"ainews run: {run['cold_s']} s, again {run['again_s']} s, peak {run['peak_mb']:.0f} MB")
        chart = first_chart.measure(Path(folder))
        _keep("first_chart", chart)
        print(f"first chart: {chart['ours_s']} s, a bare page's {chart['bare_s']} s, ratio {chart['ratio']}")
        live = refresh.measure(Path(folder))
        _keep("refresh", live)
        print(
            f"refresh of {refresh.SOURCES} sources with {refresh.NEW} new stories: {live['refresh_s']} s "
            f"({live['at_work_s']} s of processor), peak {live['peak_mb']} MB"
        )
    speed, memory = tagging.apart("speed"), tagging.apart("memory")
    _keep("tagging", speed | memory)
    full = speed["full_texts"]
    for name, figures in (("abstracts", speed), ("full texts", full)):
        if isinstance(figures, dict):
            told = (
                f"{figures['ratio_with']} times a usual pipeline's speed, {figures['ratio_without']} without recognizer"
            )
            print(f"tagging {name}: {told}")
        else:
            print(f"tagging {name}: {figures}")
    print(f"tagging {memory['stories']:,} stories: {memory['early_mb']} MB early, {memory['peak_mb']} MB at its peak")


def _keep(name: str, figures: Mapping[str, object]) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / f"{name}.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
