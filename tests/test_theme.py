"""Colors can be told from both backgrounds, styles from each other, and the two owners of color agree."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from dashboard import theme

DASHBOARD = Path(theme.__file__).parent
SCHEMES = ("light", "dark")


@pytest.fixture(scope="module")
def config() -> dict[str, Any]:
    return tomllib.loads((DASHBOARD / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]


def luminance(color: str) -> float:
    """Relative luminance by WCAG 2.2."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mixed(over: str, under: str, part: float) -> str:
    """A color laid over another with this opacity."""
    pairs = [(int(over[i : i + 2], 16), int(under[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a * part + b * (1 - part)):02X}" for a, b in pairs)


def test_contrast_is_measured_as_wcag_does():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("hue", theme.HUES)
def test_every_hue_stands_out_from_the_background(config, scheme, hue):
    assert contrast(hue, config[scheme]["backgroundColor"]) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("text", ["textColor", "linkColor"])
@pytest.mark.parametrize("surface", ["backgroundColor", "secondaryBackgroundColor"])
def test_text_can_be_read_on_every_surface(config, scheme, text, surface):
    assert contrast(config[scheme][text], config[scheme][surface]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_faintest_text_and_marked_words_can_be_read(config, scheme):
    """Opacities and the marker's yellow stand in style.css; the faintest text is `opacity: .75`."""
    style = (DASHBOARD / "style.css").read_text(encoding="utf-8")
    text, background = config[scheme]["textColor"], config[scheme]["backgroundColor"]
    faintest = min(float(found) for found in re.findall(r"opacity: (0?\.\d+)", style))
    assert contrast(mixed(text, background, faintest), background) >= 4.5
    yellow, part = re.search(r"mark \{ background: color-mix\(in srgb, (#\w{6}) (\d+)%", style).groups()
    assert contrast(text, mixed(yellow, background, int(part) / 100)) >= 4.5


def test_config_and_theme_agree(config):
    assert tuple(config["chartCategoricalColors"]) == theme.HUES
    assert config["light"]["backgroundColor"] == theme.LIGHT_BACKGROUND
    assert config["dark"]["backgroundColor"] == theme.DARK_BACKGROUND


def test_32_topics_have_32_styles_that_stay():
    styles = [theme.style_of(number) for number in range(32)]
    assert len(set(styles)) == 32
    assert len({(style.hue, style.dash) for style in styles}) == 32, "the dash tells two of one hue apart"
    assert styles[0] == theme.LineStyle("#2F6FDE", "solid", "circle"), "a topic keeps its style for ever"
    assert styles[9] == theme.LineStyle("#D9480F", "longdash", "square")


def test_no_style_is_dotted_because_that_means_partial():
    assert "dot" not in theme.DASHES


def test_lines_without_a_style_of_their_own_take_hues_that_no_topic_on_the_chart_has():
    styles = theme.styles_for([0, None, 9, None])
    assert (styles[0], styles[2]) == (theme.style_of(0), theme.style_of(9))
    assert len({style.hue for style in styles}) == 4


def test_eight_lines_of_any_kind_can_be_told_apart():
    assert len(set(theme.styles_for([None] * 8))) == 8
    assert len(set(theme.styles_for([0, None, 8, None, 16, None, 24, None]))) == 8


def test_a_see_through_color():
    assert theme.translucent("#2F6FDE", 0.13) == "rgba(47,111,222,0.13)"


def test_lines_that_own_no_style_differ_in_hue_and_in_dash_and_marker():
    borrowed = theme.styles_for([None] * 4)
    assert len({style.hue for style in borrowed}) == 4
    assert len({(style.dash, style.marker) for style in borrowed}) == 4
