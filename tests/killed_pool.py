"""Tag in two processes and die by SIGKILL amid it: `python -m tests.killed_pool FOLDER`."""

import os
import signal
import sys
from pathlib import Path

from etl.model import StoryText
from etl.tag_pool import PIECE, tag_pool
from tests.small_seeds import FakeTagger

if __name__ == "__main__":  # the processes import this file, too
    stories = [StoryText(f"s{n}", f"Story {n}", "A chatbot.") for n in range(4 * PIECE)]
    with tag_pool(FakeTagger, workers=2, folder=Path(sys.argv[1])) as pool:
        next(pool.tag(stories))
        sys.stdout.write("tagging\n")
        sys.stdout.flush()
        os.kill(os.getpid(), signal.SIGKILL)
