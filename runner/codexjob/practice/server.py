"""Serve the Responses API on loopback: the HTTP of it, without knowing any scenario."""

import json
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from codexjob.practice.stream import EventStream, HttpAnswer, error_answer

LARGEST_BODY: Final = 32 * 1024 * 1024
Respond = Callable[[Mapping[str, Any]], HttpAnswer | EventStream]


class LoopbackServer(ThreadingHTTPServer):
    """A server on 127.0.0.1 that hands each model request to `respond`, in a thread of its own."""

    daemon_threads = True
    # The default of 5 resets connections when several Codex start at once.
    request_queue_size = 128

    def __init__(self, respond: Respond, port: int = 0) -> None:
        self.respond = respond
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, so that it can be closed while it hangs."""
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close the connection and forget it."""
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over a client that went away: Codex being killed is what many scenarios are for."""
        import sys

        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def stop(self) -> None:
        """Stop serving and end every open connection, hanging ones too."""
        self.shutdown()
        self.server_close()
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: LoopbackServer

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class named it
        """Print nothing: the records are in ScriptedModel.requests."""

    def do_GET(self) -> None:
        """Answer what Codex asks beside the model."""
        if self.headers.get("upgrade"):
            self._answer(error_answer(426, "this model speaks HTTP only, no websocket"))
        elif self.path.partition("?")[0].endswith("/models"):
            empty = json.dumps({"object": "list", "data": [], "models": []}).encode()
            self._answer(HttpAnswer(200, empty, (("content-type", "application/json"),)))
        else:
            self._answer(error_answer(404, f"nothing is served at {self.path[:200]}"))

    def do_POST(self) -> None:
        """Answer a model request."""
        body = self._body()
        if isinstance(body, HttpAnswer):
            self._answer(body)
        elif not self.path.partition("?")[0].endswith("/responses"):
            self._answer(error_answer(404, f"nothing is served at {self.path[:200]}"))
        else:
            self._reply(self.server.respond(body))

    def _body(self) -> Mapping[str, Any] | HttpAnswer:
        length = self.headers.get("content-length", "")
        if not (length.isascii() and length.isdigit()):
            return error_answer(411, "a request needs a content-length")
        if len(length) > 10 or int(length) > LARGEST_BODY:  # noqa: PLR2004 - a number too long to read
            return error_answer(413, f"a request is at most {LARGEST_BODY} bytes long")
        try:
            body = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            return error_answer(400, "the request is not JSON")
        return body if isinstance(body, dict) else error_answer(400, "the request is not a JSON object")

    def _reply(self, reply: HttpAnswer | EventStream) -> None:
        if isinstance(reply, HttpAnswer):
            self._answer(reply)
            return
        self._head(200, (("content-type", "text/event-stream"), ("cache-control", "no-cache")))
        for event in reply.events:
            self.wfile.write(event)
        if reply.hangs:
            # Ends when Codex closes its side, or when `stop` closes ours.
            self.connection.recv(1)

    def _answer(self, answer: HttpAnswer) -> None:
        self._head(answer.status, (*answer.headers, ("content-length", str(len(answer.body)))))
        self.wfile.write(answer.body)

    def _head(self, status: int, headers: tuple[tuple[str, str], ...]) -> None:
        self.close_connection = True
        self.send_response(status)
        for name, value in (*headers, ("connection", "close")):
            self.send_header(name, value)
        self.end_headers()
