"""`/robots.txt` and `/sitemap.xml`: search engines find the site, and nothing else."""

from fastapi import APIRouter, Response

from services.intake.pages.site import TheSite
from services.intake.pages.site_pages import FOR_EVERYBODY

router = APIRouter(include_in_schema=False)

ROBOTS = """User-agent: *
Disallow: /
Allow: /$
Allow: /info
Allow: /static/

Sitemap: {}
"""


@router.get("/robots.txt")
async def robots(site: TheSite) -> Response:
    body = ROBOTS.format(site.whole_address("/sitemap.xml"))
    return Response(body, headers=FOR_EVERYBODY, media_type="text/plain; charset=utf-8")


@router.get("/sitemap.xml")
async def sitemap(site: TheSite) -> Response:
    return Response(site.sitemap(), headers=FOR_EVERYBODY, media_type="application/xml; charset=utf-8")
