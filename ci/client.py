"""A small client of Faultline's HTTP API for the project's own scripts: one kept-alive connection, JSON in and out."""
import hashlib
import http.client
import json
import os
import socket
import subprocess
import time
import urllib.parse

BLOB_CHUNK_BYTES = 1 << 20
RETRY_GAP_S = 0.5


class ApiError(Exception):
    """The server said no: `status`, and its own words."""

    def __init__(self, status, body):
        self.status = status
        self.body = body
        super().__init__(f"{status}: {body.get('error', body) if isinstance(body, dict) else body}")


def script(main, name):
    """Runs a script's main, which answers its exit status or None. What the server, a program or the machine refuses ends it with a line."""
    try:
        raise SystemExit(main())
    except (ApiError, subprocess.CalledProcessError, OSError) as error:
        raise SystemExit(f"{name}: {error}") from error
    except KeyboardInterrupt:
        raise SystemExit(130) from None


class Api:
    def __init__(self, url, token=None, timeout_s=70):
        self.address = urllib.parse.urlsplit(url)
        self.token = token
        self.timeout_s = timeout_s
        self.connection = None

    def raw(self, method, path, body=None, headers=None):
        """One request; answers (status, headers, bytes). A dropped kept-alive connection is opened again once."""
        sent = dict(headers or {})
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        for is_last in (False, True):
            try:
                if self.connection is None:
                    self.connection = http.client.HTTPConnection(
                        self.address.hostname, self.address.port, timeout=self.timeout_s)
                    self.connection.connect()
                    self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.connection.request(method, path, body, sent)
                answer = self.connection.getresponse()
                return answer.status, answer.headers, answer.read()
            except (http.client.RemoteDisconnected, ConnectionError, BrokenPipeError):
                self.connection = None
                if is_last:
                    raise

    def call(self, method, path, body=None, headers=None):
        """JSON in, JSON out; ApiError above 399. 204 answers None. A 503 is tried again for a while."""
        sent = {"Content-Type": "application/json", **(headers or {})}
        data = None if body is None else json.dumps(body).encode()
        until = time.monotonic() + 30
        while True:
            status, _, text = self.raw(method, path, data, sent)
            if status != 503 or time.monotonic() > until:
                break
            time.sleep(RETRY_GAP_S)
        value = json.loads(text) if text else None
        if status >= 400:
            raise ApiError(status, value)
        return value

    def get(self, path):
        return self.call("GET", path)

    def post(self, path, body=None, headers=None):
        return self.call("POST", path, {} if body is None else body, headers)

    def events(self):
        """What happens from now on, one (kind, data) after the other, on a connection of its own."""
        stream = http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=self.timeout_s)
        stream.request("GET", "/api/v1/events", headers={"Authorization": f"Bearer {self.token}"} if self.token else {})
        return self.events_read(stream.getresponse())

    @staticmethod
    def events_read(answer):
        kind = None
        for row in answer:
            name, _, value = row.decode().rstrip("\n").partition(": ")
            if name == "event":
                kind = value
            elif name == "data":
                yield kind, json.loads(value)

    def page(self, path):
        """The data behind a page of the dashboard."""
        return self.get(path + ("&" if "?" in path else "?") + "format=json")

    def blob_put(self, path, tell=lambda done, of: None):
        """Uploads a file by content and answers its SHA-256; what the server has already is not sent again."""
        with open(path, "rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            size = os.fstat(file.fileno()).st_size
            status, headers, _ = self.raw("HEAD", f"/api/v1/blobs/{sha256}")
            done = int(headers.get("X-Blob-Size", 0)) if status == 200 else 0
            if status == 200 and headers.get("X-Blob-Complete") in ("true", "1"):
                return sha256
            while done < size:
                file.seek(done)
                chunk = file.read(BLOB_CHUNK_BYTES)
                status, _, text = self.raw("PUT", f"/api/v1/blobs/{sha256}?offset={done}&size={size}", chunk)
                if status >= 400:
                    raise ApiError(status, json.loads(text))
                done += len(chunk)
                tell(done, size)
        return sha256
