"""A hostile client: what no honest one sends, or sends so slowly. Prints what the server should not have answered.

  hostile.py fuzz URL SECONDS SEED KIND=TOKEN…   random requests on every address of openapi.json, and broken ones
  hostile.py strangers URL COUNT TOKEN           COUNT large bodies under a token nobody knows, none of them ended; then an honest one
  hostile.py crowd URL COUNT TOKEN               COUNT connections that say nothing, or half a request; then an honest one
"""
import http.client
import json
import random
import resource
import socket
import sys
import threading
import time
import urllib.parse
import uuid

LIMIT_S = 20
NAMES = ["", "0", "1", "-1", "9223372036854775807", "9223372036854775808", "1e3", "a" * 300, "%00", "%ff%fe", "..", "%2e%2e%2f", "'; drop table job; --",
         "' or 1=1", "{1,2}", "\u0000", "💥", "null", "true", "[]", " ", "%", "%%s%n", "NaN", "x" * 64, "x" * 65, "${jndi:x}", "\\", "\"", "e2e", "standin", "prebuilt"]


def address(url):
    at = urllib.parse.urlsplit(url)
    return at.hostname, at.port


def connect(url):
    return socket.create_connection(address(url), timeout=LIMIT_S)


def hold_many(count):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, count + 200), hard))


def honest(url, token, size=100):
    """A claim that gets nothing, and an order of a body of this size: both are answered in time."""
    started = time.monotonic()
    for path, body in (("/api/v1/runner/claim", {"machine": "nobody", "claim_id": str(uuid.uuid4())}), ("/api/v1/runs", {"title": "x" * size})):
        connection = http.client.HTTPConnection(*address(url), timeout=LIMIT_S)
        connection.request("POST", path, json.dumps(body), {"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        if answer.status not in (400, 404):
            sys.exit(f"the honest client got {answer.status} on {path}: {answer.read()[:300]!r}")
        connection.close()
    print(f"answered in {(time.monotonic() - started) * 1000:.0f} ms")


def strangers(url, count, token):
    hold_many(int(count))
    size = (4 << 20) - 100
    held, part = [], b"x" * (size - 1)

    def one():
        s = connect(url)
        held.append(s)
        try:
            s.sendall(f"POST /api/v1/runs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer nobody\r\nContent-Length: {size}\r\n\r\n".encode())
            s.sendall(part)
        except OSError:
            pass  # refused at once is as well

    threads = [threading.Thread(target=one) for _ in range(int(count))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    honest(url, token, size - 100)


def crowd(url, count, token):
    hold_many(int(count))
    halves = [b"", b"G", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nX: ", b"POST /api/v1/runs HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n{",
              b"GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /queue HTTP/1.1\r\nHost: x\r\n\r\n" * 20]
    held = []
    for i in range(int(count)):
        s = connect(url)
        s.sendall(halves[i % len(halves)])
        if i % 3 == 0:
            s.shutdown(socket.SHUT_WR)
        held.append(s)
    honest(url, token)


class Fuzz:
    def __init__(self, url, seed, tokens):
        self.url, self.random = url, random.Random(seed)
        self.tokens = [t.split("=", 1)[1] for t in tokens] + [None, "nobody", "x" * 600, "é"]
        self.routes = self.learn()
        self.wrong = []

    def learn(self):
        connection = http.client.HTTPConnection(*address(self.url), timeout=LIMIT_S)
        connection.request("GET", "/api/v1/openapi.json")
        api = json.loads(connection.getresponse().read())
        pages = ["/", "/attempts/{id}", "/attempts/{id}/console", "/bugs", "/bugs/{id}", "/machines", "/machines/{n}", "/queue", "/runs", "/runs/{id}", "/trees/{n}",
                 "/trees/{n}/series", "/trees/{n}/series/{p}/{m}", "/trees/{n}/commits/{s}", "/metrics", "/static/{n}", "/nothing"]
        return [(m.upper(), p, o) for p, v in api["paths"].items() for m, o in v.items()] + [("GET", p, {}) for p in pages]

    def value(self, depth=0):
        r = self.random
        kind = r.randrange(9 if depth < 3 else 6)
        if kind < 3:
            return r.choice(NAMES)
        if kind < 5:
            return r.choice([0, 1, -1, 2**31, 2**63 - 1, -2**63, 1.5, 1e308, None, True, False])
        if kind == 5:
            return str(uuid.uuid4())
        if kind < 8:
            return {r.choice(NAMES[:12] + ["name", "kind", "sha256", "size"]): self.value(depth + 1) for _ in range(r.randrange(4))}
        return [self.value(depth + 1) for _ in range(r.randrange(5))]

    def of_schema(self, schema, depth=0):
        """Mostly what is asked for, a little wrong here and there."""
        r = self.random
        if r.random() < 0.1 or depth > 6:
            return self.value()
        if "enum" in schema:
            return r.choice(schema["enum"])
        kind = schema.get("type")
        kind = r.choice(kind) if isinstance(kind, list) else kind
        if kind == "object" or "properties" in schema:
            return {k: self.of_schema(v, depth + 1) for k, v in schema.get("properties", {}).items() if r.random() < 0.85}
        if kind == "array":
            return [self.of_schema(schema.get("items", {}), depth + 1) for _ in range(r.choice([0, 1, 2, 70]))]
        if kind in ("integer", "number"):
            return r.choice([0, 1, 2, 50, -1, 2**31, 2**63 - 1])
        if kind == "boolean":
            return r.random() < 0.5
        return r.choice(NAMES + [str(uuid.uuid4()), "a" * 64, "x86_64", "main", "2026-01-01T00:00:00Z", "infinity", "epoch", "99999-01-01T00:00:00Z"])

    def body(self, operation):
        r = self.random
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" in content and r.random() < 0.8:
            text = json.dumps(self.of_schema(content["application/json"].get("schema", {}))).encode()
            if r.random() < 0.2:
                cut = r.randrange(len(text) + 1)
                text = text[:cut] + r.choice([b"", b"\0", b"\xff\xfe", b"\\u0000", b"\\ud800", b"}", b"//"]) + text[cut:]
            return text
        return r.choice([b"", b"{}", b"[" * 5000, b'{"a":' * 3000, b"\0" * 100, r.randbytes(r.randrange(2000)), b'{"a":1,"a":2}', b'"' + b"x" * 300000 + b'"',
                         b"x" * r.choice([1, 65536, (1 << 20) - 1, (1 << 20) + 1])])

    def path(self, pattern):
        r = self.random
        parts = [urllib.parse.quote(r.choice(NAMES), safe="%") if p.startswith("{") else p for p in pattern.split("/")]
        arguments = [f"{r.choice(['limit', 'before', 'offset', 'size', 'gap_end', 'attempt', 'state', 'metric', 'format', 'tree', 'profile', 'x'])}="
                     f"{urllib.parse.quote(str(r.choice(NAMES + [0, 5, 10**12])), safe='%')}" for _ in range(r.choice([0, 0, 1, 2, 40]))]
        return "/".join(parts) + ("?" + "&".join(arguments) if arguments else "")

    def request(self):
        r = self.random
        method, pattern, operation = r.choice(self.routes)
        if r.random() < 0.05:
            method = r.choice(["DELETE", "PUT", "POST", "HEAD", "OPTIONS", "TRACE", "CONNECT", "get", "X" * 50])
        body = self.body(operation) if method in ("POST", "PUT") or r.random() < 0.05 else b""
        token = r.choice(self.tokens)
        lines = [f"{method} {self.path(pattern)} HTTP/1.{r.choice('11110')}", "Host: x"]
        lines += [f"Authorization: {r.choice(['Bearer', 'bearer', 'Basic', 'Bearer '])} {token}"] if token else []
        lines += r.choice([[], [], [f"Idempotency-Key: {r.choice(NAMES)}"], ["Range: bytes=5-1"], ["Range: bytes=-0", "Accept-Encoding: gzip"], ["Last-Event-ID: 1"],
                           ["Expect: 100-continue"], ["X: " + "y" * r.choice([100, 8000, 20000])], [f"X{i}: y" for i in range(80)], ["If-None-Match: *"]])
        if body and r.random() < 0.15:
            lines += ["Transfer-Encoding: chunked"]
            cut = r.randrange(len(body))
            body = b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in (body[:cut], body[cut:]) if p) + r.choice([b"0\r\n\r\n", b"", b"zz\r\n", b"ffffffffffffffff\r\n"])
        elif body or method in ("POST", "PUT"):
            lines += [f"Content-Length: {r.choice([len(body)] * 8 + [len(body) + 5, max(len(body) - 5, 0), 2**40])}"]
        lines += ["Connection: close"]
        return "\r\n".join(lines).encode("utf-8", "surrogateescape").replace(b"\0", b"") + b"\r\n\r\n" + body

    def once(self):
        r = self.random
        text = self.request()
        if r.random() < 0.05:
            at = r.randrange(len(text))
            text = text[:at] + r.randbytes(r.randrange(1, 5)) + text[at + 1:]
        s = connect(self.url)
        s.settimeout(0.3 if b"/events" in text[:60] or r.random() < 0.1 else 0.6)
        answer = b""
        try:
            s.sendall(text if r.random() < 0.95 else text[:r.randrange(len(text))])
            if r.random() < 0.2:
                s.shutdown(socket.SHUT_WR)
            while part := s.recv(65536):
                answer += part[:2000] if len(answer) < 2000 else b""
        except OSError:
            pass
        s.close()
        if answer.startswith(b"HTTP/1.1 5") and not answer.startswith(b"HTTP/1.1 503"):
            self.wrong.append((text[:1500], answer[:1500]))

    def run(self, seconds):
        until, count = time.monotonic() + seconds, 0
        while time.monotonic() < until and len(self.wrong) < 5:
            self.once()
            count += 1
        return count


def fuzz(url, seconds, seed, *tokens):
    fuzzers = [Fuzz(url, int(seed) + i, tokens) for i in range(4)]
    counts = []
    threads = [threading.Thread(target=lambda f=f: counts.append(f.run(float(seconds)))) for f in fuzzers]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print(f"{sum(counts)} requests")
    for text, answer in [w for f in fuzzers for w in f.wrong]:
        print(f"--- {text!r}\n +++ {answer!r}")
    sys.exit(any(f.wrong for f in fuzzers))


{"crowd": crowd, "fuzz": fuzz, "strangers": strangers}[sys.argv[1]](*sys.argv[2:])
