"""A redirect leads to a page of ours and nowhere else."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.web.local_path import local_path

OURS = "https://chairside.example"


@pytest.mark.parametrize("good", ["/", "/staff/board", "/staff/sessions/1/stop?at=10%3A00&x=1", "/r/ä"])
def test_a_path_of_ours_is_kept(good):
    assert local_path(good) == good


@pytest.mark.parametrize(
    "bad",
    [
        None,
        "",
        "staff/board",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/a b",
        " /staff",
        "/x\r\nSet-Cookie: a=b",
        "//[",
        "/" + "a" * 2000,
    ],
)
def test_anything_else_becomes_the_inbox(bad):
    assert local_path(bad) == "/staff"
    assert local_path(bad, "/other") == "/other"


@given(st.text() | st.text(alphabet="/\\:?#@.\t\n\r evilhttps", max_size=30))
@example("/%09/evil.example")
@example("/.//evil.example")
def test_whatever_is_asked_a_browser_stays_with_us(value):
    path = local_path(value)
    # Browsers drop tabs and newlines and read a backslash as a slash before they resolve an address.
    seen = path.replace("\t", "").replace("\n", "").replace("\r", "").replace("\\", "/")

    assert urlsplit(urljoin(OURS + "/staff", seen)).netloc == "chairside.example"
