"""Static files: named by content, kept for ever, never wrong."""

import gzip
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient, Response
from starlette.applications import Starlette

from shared.web.assets import BUNDLES, STATIC, Assets, UnknownAssetError, shipped_assets, static_route


async def get(path: str, assets: Assets | None = None, **headers: str) -> Response:
    app = Starlette(routes=[static_route(assets)])
    async with AsyncClient(transport=ASGITransport(app), base_url="http://clinic.test", headers=headers) as browser:
        return await browser.get(path)


def small_assets(folder: Path, css: str) -> Assets:
    (folder / "one.css").write_text(css)
    return Assets(folder, bundles={})


async def test_a_hashed_name_may_be_kept_for_ever():
    answer = await get(shipped_assets().url("chairside.css"))

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"


def test_another_content_has_another_name(tmp_path):
    before = small_assets(tmp_path, "a {}").url("one.css")

    assert small_assets(tmp_path, "b {}").url("one.css") != before


def test_the_same_content_has_the_same_name_in_every_process():
    assert Assets().url("live.js") == Assets().url("live.js")


async def test_a_page_of_another_release_gets_todays_file_but_may_not_keep_it():
    answer = await get("/static/chairside.000000000000.css")

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["chairside.css", "nothing.000000000000.css", "../assets.py", "css/tokens.css", "vendor/README.md"]
)
async def test_nothing_else_is_served(path):
    assert (await get(f"/static/{path}")).status_code == 404


@pytest.mark.parametrize("accepts", ["gzip, br", "identity"])
async def test_the_content_is_the_same_compressed_or_not(accepts):
    answer = await get(shipped_assets().url("chairside.js"), **{"Accept-Encoding": accepts})

    assert ("content-encoding" in answer.headers) is ("gzip" in accepts)
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.text.startswith((STATIC / "js/busy.js").read_text())


def test_fonts_are_found_by_their_hashed_names():
    css = gzip.decompress(shipped_assets()._assets["chairside.css"].packed or b"").decode()

    assert f'url("{shipped_assets().url("fonts/atkinson-next-latin.woff2")}")' in css
    assert "../fonts" not in css


async def test_a_font_comes_as_a_font():
    answer = await get(shipped_assets().url("fonts/atkinson-next-latin.woff2"), **{"Accept-Encoding": "gzip"})

    assert answer.headers["content-type"] == "font/woff2"
    assert "content-encoding" not in answer.headers


def test_a_wrong_name_says_which_there_are():
    with pytest.raises(UnknownAssetError, match=r"chairside\.css"):
        shipped_assets().url("chairsid.css")


def test_every_part_is_in_a_bundle():
    parts = {f"{path.parent.name}/{path.name}" for folder in ("css", "js") for path in (STATIC / folder).iterdir()}

    assert parts <= {part for bundle in BUNDLES.values() for part in bundle}


def test_a_page_stays_small():
    """What a phone loads before it can draw a public page, compressed: at most 20 kB beside the font."""
    assets = shipped_assets()._assets

    assert sum(len(assets[name].packed or b"") for name in ("chairside.css", "chairside.js")) < 20_000
