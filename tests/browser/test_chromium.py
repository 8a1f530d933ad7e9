"""Which Chromium is taken, and what is tried where there is none: decided on fakes, no machine is touched."""

from __future__ import annotations

import pytest
from chromium import NoChromium, attempts, ensure, find


def machine(*programs: str):
    """A `which` that knows these programs and no others."""
    return lambda name: f"/bin/{name}" if name in programs else None


def answers(*paths: str):
    """A `run` in which only commands that start with one of these succeed."""
    return lambda command: command[0] in paths


def plans(*programs: str, is_root: bool = False, sudo_without_password: bool = False) -> list[str]:
    run = answers("sudo") if sudo_without_password else answers()
    found = attempts(machine(*programs), run, is_root=is_root)
    return [" && ".join(" ".join(command) for command in plan) for plan in found]


def test_the_named_browser_goes_before_the_one_on_the_path():
    environment = {"CHROMIUM": "/mine/chrome"}
    assert find(machine("chromium"), answers("/mine/chrome", "/bin/chromium"), environment, None) == "/mine/chrome"


def test_a_named_browser_that_does_not_run_is_an_error_and_not_passed_over():
    with pytest.raises(NoChromium, match="CHROMIUM names /mine/chrome"):
        find(machine("chromium"), answers("/bin/chromium"), {"CHROMIUM": "/mine/chrome"}, None)


def test_a_stub_that_does_not_run_is_passed_over():
    which = machine("chromium-browser", "google-chrome")
    assert find(which, answers("/bin/google-chrome"), {}, None) == "/bin/google-chrome"


def test_playwrights_own_is_the_last_resort():
    assert find(machine(), answers("/own/chrome"), {}, "/own/chrome") == "/own/chrome"
    assert find(machine("chromium"), answers("/bin/chromium", "/own/chrome"), {}, "/own/chrome") == "/bin/chromium"


def test_nothing_is_found_where_nothing_runs():
    assert find(machine("chromium"), answers(), {}, "/own/chrome") is None


def test_root_on_debian_uses_apt_without_sudo_then_playwright():
    first, last = plans("apt-get", "sudo", is_root=True)
    assert first.startswith("apt-get update -q && apt-get install")
    assert "sudo" not in first
    assert last.endswith("playwright install --with-deps chromium")


def test_sudo_is_used_only_where_it_asks_for_no_password():
    allowed = plans("apt-get", "sudo", sudo_without_password=True)
    assert allowed[0].startswith("sudo -n apt-get update")
    (only,) = plans("apt-get", "sudo")
    assert only.endswith("playwright install chromium")


def test_each_package_manager_has_its_command():
    assert "dnf install -q -y chromium" in plans("dnf", is_root=True)[0]
    assert plans("brew")[0] == "brew install --cask chromium"


def test_a_browser_that_is_there_is_taken_without_installing_anything():
    ran = []
    assert ensure(lambda: "/bin/chromium", iter([[["apt-get"]]]), ran.append) == "/bin/chromium"
    assert ran == []


def test_a_plan_ends_at_its_first_failure_and_the_next_is_tried():
    ran = []

    def run(command: list[str]) -> bool:
        ran.append(command[0])
        return command[0] == "playwright"

    def look() -> str | None:
        return "/own/chrome" if "playwright" in ran else None

    assert ensure(look, iter([[["update"], ["install"]], [["playwright"]]]), run) == "/own/chrome"
    assert ran == ["update", "playwright"]


def test_where_nothing_helps_the_remedy_is_said_in_words():
    with pytest.raises(NoChromium, match="CHROMIUM=/path/to/chromium make test"):
        ensure(lambda: None, iter([[["playwright"]]]), lambda _: False)
