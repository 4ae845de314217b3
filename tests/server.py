"""A small HTTP server on the loopback interface for download tests."""

import contextlib
import http.server
import re
import threading
import time


@contextlib.contextmanager
def serving(
    files, status=200, ranges=True, breaks=(), pause=0, length=None, rest=None
):
    """Serve `files` ({path: bytes}); yield the address and the paths asked.

    What is not in `files` is answered with 404, all else with `status`.
    Ranges are answered if `ranges`; the connection breaks off after as many
    bytes as `breaks` has for the first, second, ... answer; `pause` seconds
    pass after each byte; `length` is given out as their length; all but the
    first byte waits for the event `rest`.
    """
    asked, limits = [], list(breaks)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            data = files.get(self.path)
            start = self.start() if data is not None and ranges else None
            if data is None or (start and start >= len(data)):
                self.answer(404 if data is None else 416, b'')
            elif start is None:
                self.answer(status, data)
            else:
                span = f'bytes {start}-{len(data) - 1}/{len(data)}'
                self.answer(206, data[start:], ('Content-Range', span))

        def start(self):
            header = self.headers.get('Range')
            return header and int(re.fullmatch(r'bytes=(\d+)-', header)[1])

        def answer(self, code, data, *headers):
            self.send_response(code)
            size = len(data) if length is None else length
            for name, value in (('Content-Length', size), *headers):
                self.send_header(name, str(value))
            self.end_headers()
            data = data[: limits.pop(0)] if limits else data
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                if rest:
                    self.wfile.write(data[:1])
                    rest.wait()
                    data = data[1:]
                for piece in [bytes([i]) for i in data] if pause else [data]:
                    self.wfile.write(piece)
                    time.sleep(pause)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler) as server:
        server.daemon_threads = True
        # looks every 10 ms whether it is to end, not every half second
        thread = threading.Thread(
            target=server.serve_forever, args=[0.01], daemon=True
        )
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
