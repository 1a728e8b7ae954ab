"""Latency of every page, and of the calls that answer what pages show, on a seeded database (1,000 commits x 12 series, or larger): one
connection, one request after another. LIMIT_MS is what was asked of each. Beside other work only the processor time of one request says much."""
import os
import time

from common import cpu_seconds, cpu_seconds_of_children, line, milliseconds, percentile, resident_mb, rest, words

WARM, REQUESTS, LIMIT_S = 20, 200, 5  # a slow page is asked fewer times: at least 20


def found(api):
    """What the addresses name: of each kind the newest, and what most was tried of."""
    tree = next(t["name"] for t in api.get("/api/v1/trees")["trees"] if t["kind"] == "git")
    series = api.get(f"/api/v1/series?tree={tree}")["series"]
    commits = api.get(f"/api/v1/trees/{tree}/commits?limit=1000")["commits"]
    tested = (api.get(f"/api/v1/trees/{tree}/commits/{c['sha']}") for c in commits)
    newest = next(c for c in tested if c["attempts"])
    profiles = list(dict.fromkeys(s["profile"] for s in series))
    return {"tree": tree, "series": series[0]["id"], "profile": profiles[0], "others": ",".join(profiles[1:12]), "metric": series[0]["metric"],
            "new": newest["commit"]["sha"], "old": commits[-1]["sha"], "attempt": newest["attempts"][0]["id"],
            "bugs": [bug["id"] for bug in api.get("/api/v1/bugs?limit=3")["bugs"]], "machine": api.get("/api/v1/machines")["machines"][0]["name"],
            "runs": [run["id"] for run in api.get("/api/v1/runs?limit=30")["runs"]]}


def paths(f):
    tree, trend = f"/trees/{f['tree']}", f"/trees/{f['tree']}/series/{f['profile']}/{f['metric']}"
    drawn = f"/api/v1{tree}/trend?metric={f['metric']}&profiles={f['profile']},{f['others']}"
    pages = ["/", tree, f"{tree}?before=500", f"{tree}/commits/{f['new']}", f"{tree}/matrix", f"{tree}/matrix?last=50", f"{tree}/badge.svg", f"{tree}/series",
             trend, f"{trend}?with={f['others']}", f"{trend}?show=data&with={f['others']}", f"{trend}/chart.svg?with={f['others']}", f"{trend}/spark.svg",
             f"{trend}/data.csv?with={f['others']}", f"/attempts/{f['attempt']}", f"/attempts/{f['attempt']}/console", "/bugs", "/bugs?state=all", "/machines",
             f"/machines/{f['machine']}", "/queue", "/runs", f"/runs/{f['runs'][0]}", f"/runs/{f['runs'][-1]}", f"/compare?a={f['tree']}/{f['old']}&b={f['tree']}/{f['new']}",
             f"/compare?a=run:{f['runs'][-1]}&b=run:{f['runs'][-2]}",
             "/changes", "/alerts", "/bisections", "/rules", "/deliveries", "/subscriptions", "/search?q=mm+folio", f"/search?q={f['new'][:10]}", "/feeds/alerts", "/feeds/bugs", "/feeds/changes"]
    pages += [f"/bugs/{bug}{tab}" for bug in f["bugs"] for tab in ("", "/rates", "/factors", "/verdict")]
    calls = [drawn, drawn + "&values=packed", drawn + "&values=packed&from=0&to=1000000", f"/api/v1/series/{f['series']}", f"/api/v1/series?tree={f['tree']}", "/api/v1/bugs",
             *(f"/api/v1/bugs/{bug}" for bug in f["bugs"]), "/api/v1/runs", f"/api/v1/runs/{f['runs'][-1]}", f"/api/v1{tree}/commits", f"/api/v1{tree}/commits/{f['new']}",
             f"/api/v1/attempts/{f['attempt']}", "/api/v1/machines", "/api/v1/queue", "/api/v1/changes", "/api/v1/trees"]
    return pages + calls


def shown(path, f):
    """An address that fits a line."""
    for word, short in ((f["others"], "…11"), (f["new"], "NEW"), (f["old"], "OLD"), (f["profile"], "PROFILE"), (f["new"][:10], "NEW")):
        path = path.replace(word, short)
    return path


def worked():
    return cpu_seconds(int(os.environ["SERVER_PID"])) + cpu_seconds_of_children(int(os.environ["POSTMASTER_PID"]))


def measured(api, path):
    """Seconds of each request, processor seconds of server and database for one, size."""
    taken, until, before = [], time.perf_counter() + LIMIT_S, 0
    for n in range(REQUESTS + WARM):
        if n == WARM:
            before = worked()
        started = time.perf_counter()
        status, _, body = api.raw("GET", path)
        if n >= WARM:
            taken.append(time.perf_counter() - started)
        assert status == 200, (path, status, body[:200])
        if len(taken) >= 20 and time.perf_counter() > until:
            break
    return taken, (worked() - before) / len(taken), len(body)


def main():
    given = words()
    limit_ms, late = float(os.environ["LIMIT_MS"]), []
    line("before the pages", f"{rest():.0f} s", "until the server knew what was seeded")
    names = found(given.api)
    for path in paths(names):
        taken, busy, size = measured(given.api, path)
        is_late = 1000 * percentile(taken, .99) > limit_ms
        late += [shown(path, names)] if is_late else []
        line(shown(path, names)[:60], f"{milliseconds(taken)}, {1000 * busy:.1f} ms of a processor", f"asked: p99 ≤ {limit_ms:.0f} ms{', NOT REACHED' if is_late else ''} ({size / 1024:.0f} KiB)")
    line("pages that take longer", ", ".join(late) or "none", f"asked: all within {limit_ms:.0f} ms")
    line("server's memory after that", f"{resident_mb(int(os.environ['SERVER_PID'])):.1f} MB resident", "asked: ≤ 30 MB")


main()
