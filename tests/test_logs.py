"""Log lines for people and for collectors."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator

import pytest

from etl.logs import LOGGER, LogFormat, log, set_up


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    handlers, level, propagate = LOGGER.handlers[:], LOGGER.level, LOGGER.propagate
    yield
    LOGGER.handlers[:], LOGGER.propagate = handlers, propagate
    LOGGER.setLevel(level)


def test_a_line_is_one_json_object(capsys):
    set_up(LogFormat.json)
    log("source failed", level=logging.WARNING, source="the-batch", detail="two\nlines", documents=3, time="mine")
    log("hidden", level=logging.DEBUG)
    out, err = capsys.readouterr()
    (line,) = err.splitlines()
    found = json.loads(line)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", found.pop("time"))
    assert found == {
        "level": "warning",
        "event": "source failed",
        "source": "the-batch",
        "detail": "two\nlines",
        "documents": 3,
    }
    assert out == ""


def test_a_line_of_text_stays_one_line(capsys):
    set_up()
    log("source failed", source="the-batch", detail='two\n"lines"', empty="", n=3)
    (line,) = capsys.readouterr().err.splitlines()
    assert line[20:] == r' INFO source failed source=the-batch detail="two\n\"lines\"" empty="" n=3'


def test_setting_up_twice_says_everything_once(capsys):
    set_up()
    set_up(LogFormat.json)
    log("published")
    assert len(capsys.readouterr().err.splitlines()) == 1
