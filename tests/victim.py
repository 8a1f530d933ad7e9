"""A run over the seeds with the fake tagger that says when it begins, to be killed at any instant: `python -m tests.victim`."""

import sys

from etl.run import run
from etl.settings import load_settings
from tests.conftest import CLOCK
from tests.small_seeds import FakeTagger

sys.stdout.write("begin\n")
sys.stdout.flush()
run(load_settings(), clock=CLOCK, build=lambda _: FakeTagger())
