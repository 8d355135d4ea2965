"""Files a browser loads beside the page, each under a name that holds a hash of its content.

`asset("chairside.css")` is `/static/chairside.3f9c2a7be01d.css`: the browser may keep it for ever, and a changed file
has a changed name. Every service serves the same files, so that the front door may ask any of them.
"""

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

STATIC = Path(__file__).with_name("static")

BUNDLES: Mapping[str, tuple[str, ...]] = {
    "chairside.css": tuple(
        f"css/{part}.css"
        for part in (
            "tokens",
            "ground",
            "actions",
            "fields",
            "parts",
            "containers",
            "patient",
            "asking",
            "site",
            "staff",
            "story",
            "charts",
            "screens",
        )
    ),
    "chairside.js": ("js/busy.js", "js/clocks.js", "js/keys.js", "js/session.js"),
    "board.css": ("css/board.css",),
    "clinic.css": ("css/clinic.css",),
    "board.js": ("js/board.js",),
    "print.js": ("js/print.js",),
    "live.js": ("vendor/htmx.min.js", "vendor/hx-sse.min.js", "js/live.js"),
}
"""Small files to read, few to load. The order of the stylesheet matters: later parts may refine earlier ones."""

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
_URL = re.compile(r'url\("([^":]+)"\)')
_HASHED = re.compile(r"^(?P<stem>.+)\.[0-9a-f]{12}(?P<suffix>\.[a-z0-9]+)$")
_FOR_EVER = "public, max-age=31536000, immutable"


class UnknownAssetError(LookupError):
    """A page asked for a file that is not there. Found when the page is first rendered, so by its first test."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it goes over the wire."""

    url: str
    media_type: str
    body: bytes
    packed: bytes | None
    """The same, compressed by gzip; None where that gains nothing (fonts are compressed already)."""


class Assets:
    """All files, read once. `url` names them for templates, `answer` serves them."""

    def __init__(self, folder: Path = STATIC, bundles: Mapping[str, tuple[str, ...]] = BUNDLES) -> None:
        in_bundles = {part for parts in bundles.values() for part in parts}
        self._assets: dict[str, Asset] = {}
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.suffix in MEDIA_TYPES and name not in in_bundles:
                self._assets[name] = _asset(name, path.read_bytes())
        for name, parts in bundles.items():
            self._assets[name] = _asset(name, b"\n".join(self._part(folder, part) for part in parts))

    def url(self, name: str) -> str:
        """Where the browser finds the file. Raises UnknownAssetError."""
        try:
            return self._assets[name].url
        except KeyError:
            raise UnknownAssetError(f"no static file {name!r}; there are: {', '.join(sorted(self._assets))}") from None

    async def answer(self, request: Request) -> Response:
        """Serves `/static/{path}`.

        A name with another hash comes from a page of the release before or after this one: it gets what is here now,
        and may not keep it, which looks better than no style at all.
        """
        path = request.path_params["path"]
        hashed = _HASHED.match(path)
        asset = self._assets.get(hashed["stem"] + hashed["suffix"]) if hashed else None
        if asset is None:
            return Response("There is no such file.", 404, media_type="text/plain")
        headers = {
            "Cache-Control": _FOR_EVER if asset.url == f"/static/{path}" else "no-cache",
            "X-Content-Type-Options": "nosniff",
        }
        if asset.packed is None:
            return Response(asset.body, headers=headers, media_type=asset.media_type)
        headers["Vary"] = "Accept-Encoding"
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(asset.body, headers=headers, media_type=asset.media_type)
        return Response(asset.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=asset.media_type)

    def _part(self, folder: Path, part: str) -> bytes:
        content = (folder / part).read_bytes()
        return self._with_hashed_urls(PurePosixPath(part), content) if part.endswith(".css") else content

    def _with_hashed_urls(self, part: PurePosixPath, css: bytes) -> bytes:
        def hashed(found: re.Match[str]) -> str:
            target = (STATIC / part.parent / found[1]).resolve().relative_to(STATIC.resolve())
            return f'url("{self.url(target.as_posix())}")'

        return _URL.sub(hashed, css.decode()).encode()


def _asset(name: str, body: bytes) -> Asset:
    path = PurePosixPath(name)
    digest = hashlib.sha256(body).hexdigest()[:12]
    packed = gzip.compress(body, compresslevel=9, mtime=0)
    return Asset(
        url=f"/static/{path.with_suffix('')}.{digest}{path.suffix}",
        media_type=MEDIA_TYPES[path.suffix],
        body=body,
        packed=packed if len(packed) < 0.9 * len(body) else None,
    )


@cache
def shipped_assets() -> Assets:
    """The files of this release."""
    return Assets()


def static_route(assets: Assets | None = None) -> Route:
    """The route every service adds: `app.router.routes.append(static_route())`."""
    return Route("/static/{path:path}", (assets or shipped_assets()).answer, methods=["GET"], include_in_schema=False)
