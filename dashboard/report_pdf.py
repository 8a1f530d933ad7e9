"""A report as PDF, printed by a Chromium that is on this machine; without one there is none. Pure of Streamlit."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
PATIENCE = 90.0  # seconds; a report takes two or three


class PdfFailed(Exception):
    """There is no PDF; the message says why and holds the remedy."""


def find_browser(named: str = "") -> str:
    """Return the path of a browser that prints: the one that is named, else the first in PATH. Raises PdfFailed."""
    if named:
        found = shutil.which(named)
        if not found:
            raise PdfFailed(f"no PDF: {named} is no program that can be started; mend `browser` in the settings")
        return found
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if not found:
        raise PdfFailed(
            "no PDF: there is no Chromium on this machine; install one, or name it as `browser` in the settings. The HTML file is "
            "whole, and any browser prints it"
        )
    return found


def print_pdf(html: str, target: Path, *, browser: str) -> None:
    """Print a report into a PDF file, whole or not at all; nothing is asked of the network. Raises PdfFailed."""
    try:
        with tempfile.TemporaryDirectory(prefix="ainews-report-", ignore_cleanup_errors=True) as folder:
            source, made = Path(folder, "report.html"), Path(folder, "report.pdf")
            source.write_text(html, encoding="utf-8")
            _run(_command(browser, source, made), Path(folder))
            if not made.is_file() or not made.read_bytes().startswith(b"%PDF"):
                raise PdfFailed(f"no PDF: {browser} ended without one")
            partial = target.with_name(f".{target.name}.{os.getpid()}.part")
            try:
                shutil.copyfile(made, partial)
                partial.replace(target)
            finally:
                partial.unlink(missing_ok=True)
    except OSError as error:
        raise PdfFailed(f"no PDF: {target} can’t be written ({error.strerror}); name another file") from error


def _command(browser: str, source: Path, made: Path) -> list[str]:
    alone = (
        ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    )  # as root Chromium has no sandbox to offer
    return [
        browser, "--headless", "--disable-gpu", "--no-first-run", "--disable-extensions", "--disable-background-networking",
        "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={source.parent / 'profile'}", *alone,
        "--no-pdf-header-footer", f"--print-to-pdf={made}", source.as_uri(),
    ]  # fmt: skip


def _run(command: list[str], folder: Path) -> None:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired as error:
        raise PdfFailed(f"no PDF: {command[0]} took longer than {PATIENCE:.0f} seconds") from error
    if done.returncode:
        raise PdfFailed(f"no PDF: {command[0]} failed with status {done.returncode}")
