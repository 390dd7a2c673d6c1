"""A receiver as a process of its own: it writes down what it gets, and answers then.

`python -m tests.webhooks.noting PORT FILE`
"""

import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Noting(BaseHTTPRequestHandler):
    """Appends each body to a file, as a line, before it says that it has it."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Take a message; one that was cut short, since its sender was killed, is none."""
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return
        file = os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, body + b"\n")
        os.close(file)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Noting).serve_forever()
