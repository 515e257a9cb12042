"""The stylesheet that production serves says what ours say."""

import pytest
from django.conf import settings

from shop.staticfiles import Minifier

pytestmark = pytest.mark.looks

# As Chromium understood it, rule by rule. What holds a variable it keeps as it was written.
RULES = """css => {
    const style = document.createElement("style");
    style.textContent = css;
    document.head.append(style);
    return [...style.sheet.cssRules].map(rule => rule.cssText.replace(/\\s*([,/])\\s*/g, "$1"));
}"""


@pytest.mark.parametrize("name", settings.PIPELINE["STYLESHEETS"]["site"]["source_filenames"])
def test_minified_it_means_the_same(page, name):
    css = (settings.BASE_DIR / "static" / name).read_text()
    minified = Minifier(verbose=False).compress_css(css)
    assert len(minified) < len(css)
    assert page.evaluate(RULES, minified) == page.evaluate(RULES, css)
