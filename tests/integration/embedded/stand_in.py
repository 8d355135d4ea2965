"""Stands in for `chairside serve|prepare` where a test is about starting and stopping, not about services.

STAND_IN_<SERVICE>=deaf makes one that does not hear SIGTERM, =failing one that ends at once.
"""

import http.server
import os
import signal
import sys


class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"{sys.argv[2]} {self.path}".encode())

    def log_message(self, *_):
        pass


def main():
    if sys.argv[1] != "serve":
        return
    mood = os.environ.get(f"STAND_IN_{sys.argv[2].upper()}", "")
    if mood == "failing":
        sys.exit("this service has no heart for it")
    if mood == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["LISTEN_PORT"])), Ready)
    server.serve_forever()


main()
