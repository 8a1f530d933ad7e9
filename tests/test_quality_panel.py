"""STATISTICS 21: measured precision and recall stand beside the chart; fewer than 15 positives are too few to measure."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboard.quality import NOT_MEASURED, measured_keys, quality_rows

COLUMNS = ["key", "n", "precision", "precision_low", "precision_high", "recall", "recall_low", "recall_high"]


def measured(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


@pytest.mark.parametrize(
    ("line", "keys"),
    [
        ("topic:healthcare", ("topic:healthcare",)),
        ("organization:google", ("organization_focus:google", "organization_focus:*")),  # stories about it are counted
        ("named:google", ("organization:google", "organization:*")),
        ("region:US", ("region:US", "region:*")),
        ("region:none", ("region:none",)),
        ("desk:health", ("desk:health",)),
    ],
)
def test_a_line_has_its_own_figure_first_and_that_of_all_organizations_or_regions_else(
    line: str, keys: tuple[str, ...]
):
    assert measured_keys(line) == keys


ALL_NAMED, GOOGLE = ("organization:*", 668, 0.98, 0.96, 0.99, 0.91, 0.89, 0.93), ("organization:google", 53)


@pytest.mark.parametrize(
    ("own", "right", "on"),
    [
        ([(*GOOGLE, 0.96, 0.87, 0.99, 0.96, 0.87, 0.99)], "96\u00a0% (87–99\u00a0%)", "53 tags"),
        ([(GOOGLE[0], 14, 1.0, 0.8, 1.0, 1.0, 0.8, 1.0)], "98\u00a0% (96–99\u00a0%)", "668 tags, of all organizations"),
        ([(*GOOGLE, None, None, None, 0.0, 0.0, 0.1)], "98\u00a0% (96–99\u00a0%)", "668 tags, of all organizations"),
        ([], "98\u00a0% (96–99\u00a0%)", "668 tags, of all organizations"),
    ],
    ids=["measured", "too few", "never given", "none"],
)
def test_an_organization_that_was_not_measured_by_itself_has_the_figure_of_all_and_says_so(own, right: str, on: str):
    (row,) = quality_rows({"named:google": "Google"}, measured(ALL_NAMED, *own))
    assert (row["Right when given"], row["Measured on"]) == (right, on)


def test_where_all_organizations_together_are_too_few_no_figure_is_shown():
    (row,) = quality_rows({"named:google": "Google"}, measured(("organization:*", 9, 1.0, 0.7, 1.0, 1.0, 0.7, 1.0)))
    assert (row["Right when given"], row["Measured on"]) == ("too few to measure", "")


def test_rule_21_a_figure_carries_its_likely_range_and_n():
    rows = quality_rows({"topic:a": "A"}, measured(("topic:a", 104, 0.82, 0.73, 0.88, 0.81, 0.72, 0.87)))
    assert rows == [
        {
            "Line": "A",
            "Right when given": "82\u00a0% (73–88\u00a0%)",
            "Found of all": "81\u00a0% (72–87\u00a0%)",
            "Measured on": "104 tags",
        }
    ]


@pytest.mark.parametrize(("n", "said"), [(14, "too few to measure"), (15, "80\u00a0% (55–93\u00a0%)")])
def test_rule_21_fewer_than_15_positives_are_too_few_to_measure(n: int, said: str):
    (row,) = quality_rows({"topic:a": "A"}, measured(("topic:a", n, 0.8, 0.55, 0.93, 0.8, 0.55, 0.93)))
    assert (row["Right when given"], row["Found of all"]) == (said, said)


def test_a_tag_that_was_never_given_has_no_precision():
    (row,) = quality_rows({"topic:a": "A"}, measured(("topic:a", 20, None, None, None, 0.0, 0.0, 0.16)))
    assert row["Right when given"] == "too few to measure"


def test_what_was_never_measured_says_so():
    (row,) = quality_rows({"desk:d": "D"}, measured())
    assert row["Right when given"] == NOT_MEASURED
