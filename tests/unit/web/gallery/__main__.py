"""Serves the gallery until Ctrl-C, on a port the kernel hands out."""

import uvicorn

from tests.unit.web.gallery.app import Gallery

uvicorn.run(Gallery().app(), host="127.0.0.1", port=0, log_level="info")
