"""Page latency on a seeded database (1,000 commits x 12 series, or larger), one connection, one request after another."""
import time

from common import line, milliseconds, resident_mb, rest, words
import os

REQUESTS = 200


def paths(api):
    tree = next(t["name"] for t in api.get("/api/v1/trees")["trees"] if t["kind"] == "git")
    series = api.get(f"/api/v1/series?tree={tree}")["series"][0]
    tested = (api.get(f"/api/v1/trees/{tree}/commits/{c['sha']}") for c in api.get(f"/api/v1/trees/{tree}/commits")["commits"])
    newest = next(c for c in tested if c["attempts"])
    commit, attempt = newest["commit"]["sha"], newest["attempts"][0]["id"]
    bugs = api.get("/api/v1/bugs?limit=1")["bugs"]
    machine = api.get("/api/v1/machines")["machines"][0]["name"]
    run = api.get("/api/v1/runs?limit=1")["runs"][0]["id"]
    trend = f"/trees/{tree}/series/{series['profile']}/{series['metric']}"
    return ["/", f"/trees/{tree}", f"/trees/{tree}/commits/{commit}", f"/trees/{tree}/series", trend, trend + "?format=json",
            f"/attempts/{attempt}", f"/attempts/{attempt}/console", "/bugs", *([f"/bugs/{bugs[0]['id']}"] if bugs else []),
            "/machines", f"/machines/{machine}", "/queue", "/runs", f"/runs/{run}", "/api/v1/runs"]


def main():
    given = words()
    line("before the pages", f"{rest():.0f} s", "until the server knew what was seeded")
    for path in paths(given.api):
        taken = []
        for n in range(REQUESTS + 20):
            started = time.perf_counter()
            status, _, body = given.api.raw("GET", path)
            if n >= 20:
                taken.append(time.perf_counter() - started)
            assert status == 200, (path, status, body[:200])
        line(f"page {path}"[:44], milliseconds(taken), f"asked: p99 ≤ {os.environ['LIMIT_MS']} ms ({len(body) / 1024:.0f} KiB)")
    line("server's memory after that", f"{resident_mb(int(os.environ['SERVER_PID'])):.1f} MB resident", "asked: ≤ 30 MB")


main()
