"""Find a Chromium for the browser tests, or install one: `python tests/browser/chromium.py`.

Looked for in this order: the file that `CHROMIUM` names, a browser on the PATH or in macOS's Applications, Playwright's
own. Where there is none, the machine's package manager installs one if it asks for no password, else Playwright does.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

Which = Callable[[str], str | None]
Run = Callable[[list[str]], bool]
Command = list[str]

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
REMEDY = """No Chromium was found, and none could be installed.
Install Chromium or Google Chrome by hand, then run this again.
Where it isn't on the PATH, name it: CHROMIUM=/path/to/chromium make test"""


class NoChromium(Exception):
    """No browser is here and no attempt brought one; the message is the remedy."""


def find(which: Which, run: Run, environment: Mapping[str, str], bundled: str | None) -> str | None:
    """Return the first candidate that answers `--version`: a name alone proves nothing (Ubuntu's is a stub for a snap).

    `bundled` is where Playwright keeps its own, whether or not it is there.
    Raises NoChromium if `CHROMIUM` names something that isn't a browser: silently taking another would mislead.
    """
    named = environment.get("CHROMIUM")
    if named and not run([named, "--version"]):
        raise NoChromium(
            f"CHROMIUM names {named}, which does not run as a browser. Correct it, or unset it to have one found."
        )
    found = [named, *(which(name) for name in NAMES), *APPLICATIONS, bundled]
    return next((path for path in found if path and run([path, "--version"])), None)


def attempts(which: Which, run: Run, *, is_root: bool) -> Iterator[list[Command]]:
    """Yield, best first, the commands that would install a Chromium without asking anybody for a password."""
    prefix = [] if is_root else ["sudo", "-n"]
    allowed = is_root or bool(which("sudo") and run(["sudo", "-n", "true"]))
    if allowed and which("apt-get"):
        yield [
            [*prefix, "apt-get", "update", "-q"],
            [*prefix, "apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium", "fonts-liberation"],
        ]
    if allowed and which("dnf"):
        yield [[*prefix, "dnf", "install", "-q", "-y", "chromium"]]
    if which("brew"):
        yield [["brew", "install", "--cask", "chromium"]]
    libraries = ["--with-deps"] if allowed else []
    yield [[sys.executable, "-m", "playwright", "install", *libraries, "chromium"]]


def ensure(look: Callable[[], str | None], plans: Iterator[list[Command]], run: Run) -> str:
    """Return a browser's path, trying the plans one after the other until there is one.

    A plan ends at its first failing command; what counts in the end is whether a browser is found.
    Raises NoChromium with the remedy.
    """
    path = look()
    for plan in plans if path is None else ():
        all(run(command) for command in plan)
        path = look()
        if path is not None:
            break
    if path is None:
        raise NoChromium(REMEDY)
    return path


def _quietly(command: Command) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _aloud(command: Command) -> bool:
    print("Installing a Chromium:", " ".join(command), flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL).returncode == 0


def _bundled() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return str(playwright.chromium.executable_path)


def present() -> str | None:
    """Return the path of a Chromium on this machine, or None; asks Playwright only where nothing else is found."""
    environment = dict(os.environ)
    return find(shutil.which, _quietly, environment, None) or find(shutil.which, _quietly, environment, _bundled())


def main() -> None:
    """Make sure that a Chromium is here, or exit with the remedy."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    try:
        path = ensure(present, attempts(shutil.which, _quietly, is_root=is_root), _aloud)
    except NoChromium as problem:
        sys.exit(str(problem))
    print("Chromium for the browser tests:", Path(path))


if __name__ == "__main__":
    main()
