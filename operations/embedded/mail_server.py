"""The mail sink and its page as a process: `python -m operations.embedded.mail_server`, started by `chairside up`."""

import argparse
import asyncio
import json
import os
import socket
from pathlib import Path

import uvicorn

from operations.embedded.arrivals import Arrivals
from operations.embedded.mail_pages import build_mail_pages
from operations.embedded.mail_sink import MailSink
from operations.embedded.mail_store import MailStore


def main() -> None:
    parser = argparse.ArgumentParser(description="Keep every e-mail and show it on a page")
    parser.add_argument("--folder", type=Path, required=True, help="where messages are kept")
    parser.add_argument("--smtp-port", type=int, default=0, help="0: the kernel chooses")
    parser.add_argument("--page-port", type=int, default=0, help="0: the kernel chooses")
    parser.add_argument("--front-door", default="", help="address of the clinic's own pages, for a link back")
    parser.add_argument("--announce", type=Path, required=True, help="file that gets the two ports when both listen")
    asyncio.run(_serve(parser.parse_args()))


def _page_socket(port: int) -> socket.socket:
    """The usual port, or, where somebody was faster, one the kernel chooses: it is announced either way."""
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError:
        return socket.create_server(("127.0.0.1", 0))


async def _serve(options: argparse.Namespace) -> None:
    arrivals = Arrivals()
    store = MailStore(options.folder)
    with _page_socket(options.page_port) as listener:
        async with MailSink(store, port=options.smtp_port, arrived=arrivals.tell) as sink:
            ports = {"pid": os.getpid(), "smtp": sink.port, "page": listener.getsockname()[1]}
            unfinished = options.announce.with_suffix(".unfinished")
            unfinished.write_text(json.dumps(ports))
            unfinished.replace(options.announce)
            pages = build_mail_pages(store, arrivals, options.front_door)
            # Open event streams never end by themselves, so the wait for them is bounded.
            config = uvicorn.Config(pages, log_level="warning", access_log=False, timeout_graceful_shutdown=1)
            await uvicorn.Server(config).serve(sockets=[listener])


if __name__ == "__main__":
    main()
