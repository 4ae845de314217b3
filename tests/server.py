"""A small HTTP server on the loopback interface for download tests."""

import contextlib
import http.server
import threading


@contextlib.contextmanager
def serving(files, status=200):
    """Serve `files` ({path: bytes}); yield the address and the paths asked.

    What is not in `files` is answered with 404, all else with `status`.
    """
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            data = files.get(self.path)
            self.send_response(404 if data is None else status)
            self.send_header('Content-Length', str(len(data or b'')))
            self.end_headers()
            self.wfile.write(data or b'')

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f'http://127.0.0.1:{server.server_port}/', asked
        finally:
            server.shutdown()
            thread.join()


def closed_port():
    """Return an address on which nothing listens."""
    with serving({}) as (url, _):
        return url
