"""Templates: what is typed is escaped, an error stands beside its field, every page has a way to a person."""

import re
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from jinja2 import UndefinedError

from shared.clock import FixedClock
from shared.settings import ClinicIdentity
from shared.web.icons import UnknownIconError, icon
from shared.web.page_headers import CONTENT_SECURITY_POLICY
from shared.web.templating import Pages, build_pages, initials
from tests.unit.web.gallery.app import NOW, PAGES, STAFF, gallery_pages

SCRIPT = "<script>alert(1)</script>"


class Elements(HTMLParser):
    """Every element of a page, with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, dict(attrs)))

    def with_id(self, name: str) -> dict[str, str | None]:
        return next(given for _, given in self.all if given.get("id") == name)


def snippet(source: str, **values: object) -> str:
    """A few lines of template with the macros at hand."""
    macros = (
        '{% from "ui/fields.html" import error_summary, field, textarea, select, choices, checkbox %}'
        '{% from "ui/parts.html" import timeline, bdi, pager, age_of %}'
    )
    with TemporaryDirectory() as own:
        Path(own, "snippet.html").write_text(macros + source)
        return build_pages(ClinicIdentity(), FixedClock(NOW), Path(own)).text("snippet.html", **values)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_renders_without_inline_code_and_with_unique_ids(name):
    template, values = PAGES[name]
    elements = Elements(gallery_pages().text(template, status=200, **values)).all

    ids = [given["id"] for _, given in elements if "id" in given]
    assert len(ids) == len(set(ids))
    assert not [given for _, given in elements if any(key == "style" or key.startswith("on") for key in given)]
    assert all("src" in given for tag, given in elements if tag == "script")
    assert not [tag for tag, _ in elements if tag == "style"]


@pytest.mark.parametrize("name", ["home", "form", "status", "problem"])
def test_crisis_help_and_a_telephone_stand_on_every_public_page(name):
    template, values = PAGES[name]
    page = gallery_pages().text(template, status=200, **values)

    assert page.index('href="tel:988"') < page.index("<main")
    assert 'href="tel:+13035550142"' in page


def test_what_was_typed_is_given_back_escaped():
    page = snippet('{{ field("name", "Name", typed) }}{{ textarea("note", "Note", typed) }}', typed=f'"{SCRIPT}')

    assert SCRIPT not in page
    assert Elements(page).with_id("name")["value"] == f'"{SCRIPT}'


def test_an_error_is_tied_to_its_field():
    elements = Elements(snippet('{{ field("email", "E-mail", "x", "Enter an address.", "We write there.") }}'))

    field = elements.with_id("email")
    assert field["aria-invalid"] == "true"
    assert field["aria-describedby"] == "email-error email-hint"
    assert elements.with_id("email-error")
    assert elements.with_id("email-hint")


def test_a_field_without_error_is_not_called_invalid():
    assert "aria-invalid" not in snippet('{{ field("email", "E-mail") }}')


@pytest.mark.parametrize("kind", ["radio", "checkbox"])
def test_the_summary_leads_to_the_first_choice(kind):
    page = snippet(
        '{{ error_summary({"for": "Choose one."}) }}'
        '{{ choices("for", "What for?", [("a", "A"), ("b", "B")], kind=kind) }}',
        kind=kind,
    )

    assert 'href="#for"' in page
    assert Elements(page).with_id("for")["value"] == "a"


def test_the_summary_takes_the_focus_without_any_script():
    summary = Elements(snippet('{{ error_summary({"a": "One.", "b": "Two."}) }}')).with_id("errors")

    assert "autofocus" in summary
    assert summary["tabindex"] == "-1"


def test_nothing_is_chosen_for_anybody():
    page = snippet('{{ choices("for", "What for?", [("", "None"), ("a", "A")]) }}{{ checkbox("yes", "I agree") }}')

    assert " checked" not in page


def test_chosen_answers_stay_chosen():
    page = snippet('{{ choices("day", "Day", [(1, "Mon"), (2, "Tue"), (12, "All")], [1], "checkbox") }}')

    assert [given["value"] for _, given in Elements(page).all if "checked" in given] == ["1"]


def test_a_name_keeps_its_own_direction():
    assert snippet("{{ bdi(name) }}", name="نور <b>") == "<bdi>نور &lt;b&gt;</bdi>"


def test_a_step_says_in_words_that_it_is_done():
    page = snippet('{{ timeline([{"title": "Received", "text": "today", "state": "done"}]) }}')

    assert "(done)" in page


def test_one_page_needs_no_pager():
    assert "<nav" not in snippet('{{ pager(1, 1, "?page=") }}')


def test_the_age_is_right_before_any_script_runs():
    assert ">12 min</time>" in snippet("{{ age_of(at) }}", at=NOW.replace(minute=29))


def test_a_forgotten_value_is_an_error():
    with pytest.raises(UndefinedError):
        snippet("{{ forgotten }}")


def test_a_wrong_icon_says_which_there_are():
    with pytest.raises(UnknownIconError, match="siren"):
        icon("sirene")


def test_a_page_carries_its_policy_and_is_not_stored():
    answer = gallery_pages().page("ui/unread.html", unread=2, headers={"Retry-After": "5"}, status=503)

    assert answer.status_code == 503
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["retry-after"] == "5"


def test_zero_unread_draws_nothing():
    assert gallery_pages().text("ui/unread.html", unread=0).strip() == ""


def test_the_places_mark_where_one_is():
    page = gallery_pages().text("staff_form.html", **PAGES["staff-form"][1])

    assert re.search(r'<a href="/staff/sessions" aria-current="page">', page)
    assert page.count('aria-current="page"') == 1


def test_before_sign_in_there_are_no_places():
    page = gallery_pages().text("sign_in.html", **PAGES["sign-in"][1])

    assert "/staff/board" not in page
    assert "/staff/sign-out" not in page


def test_only_live_pages_load_the_library():
    pages: Pages = gallery_pages()

    assert "/static/live." in pages.text("inbox.html", **PAGES["inbox"][1])
    assert "/static/live." not in pages.text("staff_form.html", **PAGES["staff-form"][1])


def test_a_service_may_replace_nothing_but_adds_its_own(tmp_path):
    (tmp_path / "own.html").write_text('{% extends "staff_base.html" %}{% block title %}Own{% endblock %}')
    pages = build_pages(ClinicIdentity(), FixedClock(NOW), tmp_path)

    assert "<title>Own, Chairside</title>" in pages.text("own.html", staff=STAFF)


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Rosa Imani", "RI"), ("Dr. Amara Voss", "AV"), ("Cher", "C"), ("", "?"), ("Ana María de Ruiz", "AR")],
)
def test_initials(name, letters):
    assert initials(name) == letters
