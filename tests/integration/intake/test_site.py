"""The public site over HTTP: every page in every language, the same for everybody, found by search engines."""

import gzip
import re
from pathlib import Path

import pytest

from services.intake.domain.site import PAGES, REASONS
from services.intake.store.site_texts import TextsUnreadable
from shared.web.assets import shipped_assets
from tests.integration.intake.conftest import SITE, Intake, MakeIntake, words

LANGUAGES = ["en", "es"]
EVERY_PAGE = [f"/info/{language}{page}" for language in LANGUAGES for page in ("", *(f"/{name}" for name in PAGES))]
MOST = 30_000
"""Bytes on the wire for a page with its style, at the slow end of a phone."""


def attributes(page: str, tag: str) -> list[dict[str, str]]:
    return [dict(re.findall(r'([a-z-]+)="([^"]*)"', one)) for one in re.findall(rf"<{tag}\b([^>]*)>", page)]


def hrefs(page: str) -> list[str]:
    return [one["href"] for one in attributes(page, "a")]


async def test_every_page_leads_to_help_to_a_person_and_to_a_request(intake: Intake, subtests: pytest.Subtests):
    for path in EVERY_PAGE:
        with subtests.test(path):
            page = await intake.page(path)
            assert page.index('href="tel:988"') < page.index("<main")
            assert {f"/request/{path.split('/')[2]}", "tel:+13035550142", "tel:911"} <= set(hrefs(page))
            assert page.count("<h1") == 1
            assert f'<html lang="{path.split("/")[2]}">' in page


async def test_every_link_of_the_site_leads_somewhere(intake: Intake):
    linked = {href for path in EVERY_PAGE for href in hrefs(await intake.page(path)) if href.startswith("/")}

    assert set(EVERY_PAGE) <= linked
    for path in linked:
        await intake.page(path)


async def test_a_page_is_light(intake: Intake):
    style = gzip.compress(shipped_assets()._assets["chairside.css"].body)
    for path in EVERY_PAGE:
        assert len(gzip.compress((await intake.page(path)).encode())) + len(style) < MOST, path


async def test_a_page_needs_neither_script_nor_cookie(intake: Intake):
    answer = await intake.http.get("/info/es/visit")

    assert "<script" not in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("wishes", "heading"), [("es-MX,en;q=0.5", "Infusiones"), ("fr", "Low-dose"), ("", "Low-dose")]
)
async def test_the_first_page_speaks_the_language_of_the_browser(intake: Intake, wishes: str, heading: str):
    answer = await intake.http.get("/", headers={"Accept-Language": wishes})

    assert heading in answer.text
    assert answer.headers["vary"] == "Accept-Language"


async def test_an_address_with_a_language_speaks_it_whatever_the_browser_wants(intake: Intake):
    answer = await intake.http.get("/info/es/before", headers={"Accept-Language": "en"})

    assert "Antes de su visita" in answer.text
    assert answer.headers["content-language"] == "es"
    assert "vary" not in answer.headers


async def test_an_address_without_a_language_leads_to_the_page_in_one(intake: Intake):
    answer = await intake.http.get("/info/before", headers={"Accept-Language": "es"})

    assert (answer.status_code, answer.headers["location"]) == (302, "/info/es/before")
    assert answer.headers["vary"] == "Accept-Language"


@pytest.mark.parametrize(
    "path", ["/info/xx", "/info/xx/visit", "/info/en/nothing", "/info/en/home", "/info/en/visit/x"]
)
async def test_what_is_not_there_says_so(intake: Intake, path: str):
    assert "There is nothing here" in words(await intake.page(path, status=404))


async def test_a_page_names_itself_in_every_language(intake: Intake):
    links = attributes(await intake.page("/info/es/visit"), "link")

    assert {one["hreflang"]: one["href"] for one in links if one["rel"] == "alternate"} == {
        "en": f"{SITE}/info/en/visit",
        "es": f"{SITE}/info/es/visit",
        "x-default": f"{SITE}/info/visit",
    }
    assert [one["href"] for one in links if one["rel"] == "canonical"] == [f"{SITE}/info/es/visit"]


async def test_the_other_language_is_a_plain_link_in_its_own_name(intake: Intake):
    page = await intake.page("/info/en/visit")

    assert '<a href="/info/es/visit" lang="es" hreflang="es">Español</a>' in page
    assert ">English</a>" not in page


async def test_a_browser_keeps_a_page_for_a_while_and_asks_whether_it_changed(intake: Intake):
    first = await intake.http.get("/info/en/visit")
    again = await intake.http.get("/info/en/visit", headers={"If-None-Match": first.headers["etag"]})
    other = await intake.http.get("/info/es/visit", headers={"If-None-Match": first.headers["etag"]})

    assert first.headers["cache-control"] == "public, max-age=300"
    assert (again.status_code, again.text) == (304, "")
    assert other.status_code == 200


async def test_only_the_site_may_be_found_by_search_engines(intake: Intake):
    robots = (await intake.http.get("/robots.txt")).text

    assert "Disallow: /\n" in robots
    assert f"Sitemap: {SITE}/sitemap.xml" in robots
    assert "noindex" not in await intake.page("/info/en")
    assert "noindex" in await intake.page("/request")
    assert "noindex" in await intake.page("/request/short")


async def test_the_sitemap_names_every_page(intake: Intake):
    answer = await intake.http.get("/sitemap.xml")

    assert answer.headers["content-type"].startswith("application/xml")
    assert sorted(re.findall("<loc>(.*?)</loc>", answer.text)) == sorted(SITE + path for path in EVERY_PAGE)


async def test_a_title_carries_the_name_that_reveals_nothing(make_intake: MakeIntake, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CLINIC_NAME", "Ketamine Clinic of Denver")
    monkeypatch.setenv("CLINIC_OUTSIDE_NAME", "Tern Street")
    intake = await make_intake()

    for path in EVERY_PAGE:
        title = re.search("<title>(.*?)</title>", await intake.page(path))
        assert title is not None
        assert title[1].endswith(", Tern Street")
        if path.rpartition("/")[2] not in REASONS:
            assert "etamin" not in title[1]


async def test_a_clinic_lays_its_own_texts_over_ours(
    make_intake: MakeIntake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "around.toml").write_text('language = "Français"')
    (tmp_path / "fr" / "costs.toml").write_text('note = "Une visite coûte 400 $ <b>."')
    monkeypatch.setenv("SITE_TEXTS", str(tmp_path))
    intake = await make_intake()

    page = await intake.page("/info/fr/costs")
    assert "Une visite coûte 400 $ &lt;b&gt;." in page
    assert '<h1><span lang="en">What it costs</span></h1>' in page
    assert '<html lang="fr">' in page
    assert 'hreflang="fr">Français</a>' in await intake.page("/info/es/costs")


async def test_the_short_form_is_sent_in_a_language_that_we_have_no_messages_in(
    make_intake: MakeIntake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "around.toml").write_text('language = "Français"')
    monkeypatch.setenv("SITE_TEXTS", str(tmp_path))
    intake = await make_intake()

    sent = await intake.send_form("/request/short/fr")

    assert (sent.status_code, await intake.count("consultation_request")) == (303, 1)
    assert '<html lang="fr"' in await intake.page(sent.headers["location"])


async def test_texts_that_cannot_be_read_end_the_start(
    make_intake: MakeIntake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "costs.toml").write_text("note = ")
    monkeypatch.setenv("SITE_TEXTS", str(tmp_path))

    with pytest.raises(TextsUnreadable, match=r"costs\.toml"):
        await make_intake()


async def test_crisis_help_stands_before_what_is_said_about_suicide(intake: Intake):
    for language, help_, text in (
        ("en", "get help now", "Many people have had such thoughts"),
        ("es", "busque ayuda ahora", "Muchas personas han tenido estos"),
    ):
        page = words(await intake.page(f"/info/{language}/suicidal-ideation"))
        assert page.index(help_) < page.index(text)
