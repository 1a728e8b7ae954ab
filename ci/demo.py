"""The demo's client: orders the demo's runs through the HTTP API like anybody, shows how they go on, and says in the
end whether the data behind the dashboard are what the demo's history should give.

  demo.py order --url URL --token-file FILE --state DIR
  demo.py watch --url URL --state DIR
  demo.py check --url URL --state DIR
"""
import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from client import Api, ApiError  # noqa: E402

CI = pathlib.Path(__file__).resolve().parent
TREE = "demo"
WATCH_GAP_S = 1.0
LINE_GAP_S = 15.0
PACE_JOBS = 9
REFRESH_LIMIT_S = 300
MACHINE = {"arch": "x86_64", "page_size": 4096, "config": "tiny", "fs": "xfs", "mkfs_options": "", "mount_options": "",
           "block_size": 1024, "memory_mb": 512, "cpus": 2, "numa_nodes": 2, "cmdline": ""}
# One preset for races, one for counters: no single one sees every defect (../shared/design/lab.md, part 5).
PROFILES = {
    "hot": {**MACHINE, "name": "x86_64-xfs1k-hot", "workload": "migrate-hot", "workload_args": [], "duration_s": 10},
    "reader": {**MACHINE, "name": "x86_64-xfs1k-reader", "workload": "migrate-reader", "workload_args": [],
               "duration_s": 6},
    "stress-ng": {**MACHINE, "name": "x86_64-xfs1k-stress-ng", "workload": "stress-ng", "workload_args": [],
                  "duration_s": 10},
}
# A count plant moves the share of failed migrations a hundredfold and more (lab.md); load moves a good kernel's tenfold.
FAIL_RATIO_HIGH = 0.3


def say(text):
    print(text, file=sys.stderr, flush=True)


def clock(seconds):
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def order_distribution(api, state):
    """The distribution's own kernel first: something true to look at while the first kernel is built."""
    folder = state / "kernel"
    subprocess.run([CI / "demo-kernel.sh", folder], check=True)
    release = (folder / "release").read_text().strip()
    image = api.blob_put(folder / "image")
    modules = api.blob_put(folder / "modules.tar")
    return api.post("/api/v1/runs", {
        "prebuilt": {"release": release, "image": {"sha256": image}, "modules": {"sha256": modules}},
        "profiles": [p["name"] for p in PROFILES.values()], "priority": 90,
        "title": f"the distribution's kernel {release}"}, {"Idempotency-Key": f"demo-kernel-{image[:16]}"})["run"]


def tree_wait(api, head):
    """The server has fetched the tree's newest commit."""
    until = time.monotonic() + REFRESH_LIMIT_S
    while True:
        try:
            api.get(f"/api/v1/trees/{TREE}/commits/{head}")
            return
        except ApiError as error:
            if error.status != 404:
                raise
        tree = api.get(f"/api/v1/trees/{TREE}")
        tree = tree.get("tree", tree)
        if tree.get("refresh_error"):
            raise SystemExit(f"the server cannot fetch the demo tree: {tree['refresh_error']}")
        if time.monotonic() > until:
            raise SystemExit(f"the server has not fetched the demo tree within {REFRESH_LIMIT_S} s")
        time.sleep(WATCH_GAP_S / 4)


def order_tree(api, state):
    subprocess.run([CI / "demo-tree.sh", state / "tree"], check=True)
    expected = expectations(state)
    head, root = expected[-1]["sha"], expected[0]["sha"]
    try:
        api.post("/api/v1/trees", {"name": TREE, "url": f"file://{state / 'tree'}", "branch": "main"})
    except ApiError as error:
        if error.status != 409:
            raise
    api.post(f"/api/v1/trees/{TREE}/refresh")
    tree_wait(api, head)
    return api.post("/api/v1/runs", {
        "tree": TREE, "range": f"{root}..{head}", "profiles": [PROFILES["hot"]["name"], PROFILES["reader"]["name"]],
        "priority": 50, "title": "every commit of the demo tree"}, {"Idempotency-Key": f"demo-{head}"})["run"]


def expectations(state):
    """What demo-tree.sh says its history should give, root first."""
    return json.loads((state / "demo-expect.json").read_text())["commits"]


def profile_add(api, profile):
    """A profile never changes, so one of an older demo stays as it is."""
    try:
        api.post("/api/v1/profiles", profile)
    except ApiError as error:
        if error.status != 409:
            raise
        say(f"profile {profile['name']} is there with other conditions, and stays")


def order(api, state):
    for profile in PROFILES.values():
        profile_add(api, profile)
    runs = [order_distribution(api, state)]
    say(f"ordered run {runs[0]['id']}: the distribution's kernel; look at {api.address.geturl()}/runs/{runs[0]['id']}")
    runs.append(order_tree(api, state))
    say(f"ordered run {runs[1]['id']}: {runs[1]['jobs']['total']} jobs of the demo tree")
    (state / "runs.json").write_text(json.dumps([run["id"] for run in runs]))  # which runs `watch` follows


def step_text(attempt):
    """`demo 1f2e… hot: build 431 of 731 files`"""
    text = f"{attempt['commit'][:12]} {attempt['profile']}: {attempt['step']}"
    if attempt.get("done") is not None and attempt.get("of"):
        text += f" {100 * attempt['done'] // attempt['of']} % ({attempt['done']} of {attempt['of']} {attempt.get('unit') or ''})"
    return text.rstrip()


class Meter:
    """One line that is drawn over on a terminal, and now and then a line of its own elsewhere."""

    def __init__(self):
        self.is_terminal = sys.stderr.isatty()
        self.printed_at = 0.0

    def show(self, text, is_last=False):
        now = time.monotonic()
        if self.is_terminal:
            sys.stderr.write(f"\r\033[K{text[:160]}" + ("\n" if is_last else ""))
            sys.stderr.flush()
        elif is_last or now - self.printed_at >= LINE_GAP_S:
            say(text)
            self.printed_at = now


def counts(api, runs):
    total = ended = 0
    for run in runs:
        jobs = api.get(f"/api/v1/runs/{run}")["run"]["jobs"]
        total += jobs["total"]
        ended += jobs["total"] - jobs["queued"] - jobs["leased"] - jobs["running"]
    return ended, total


class Pace:
    """How fast jobs end lately: the first kernel's build would spoil an average over all."""

    def __init__(self, ended):
        self.marks = collections.deque([(time.monotonic(), ended)], maxlen=PACE_JOBS)

    def rest(self, ended, total):
        """Seconds to go, or None: cannot tell yet."""
        if ended != self.marks[-1][1]:
            self.marks.append((time.monotonic(), ended))
        (then, few), (now, many) = self.marks[0], self.marks[-1]
        if len(self.marks) < self.marks.maxlen:
            return None
        return (now - then) / (many - few) * (total - ended)


def watch(api, state):
    runs = json.loads((state / "runs.json").read_text())
    meter, started = Meter(), time.monotonic()
    pace = Pace(counts(api, runs)[0])
    while True:
        ended, total = counts(api, runs)
        rest = pace.rest(ended, total)
        to_go = "" if rest is None else f", about {clock(rest)} to go"
        running = api.get("/api/v1/queue").get("running", [])
        now = "; ".join(step_text(a) for a in running) or "waiting for a runner"
        meter.show(f"{ended} of {total} jobs done, {clock(time.monotonic() - started)} elapsed{to_go} · {now}", ended == total)
        if ended == total:
            return
        time.sleep(WATCH_GAP_S)


def attempts_of(api, sha):
    """The ended attempts of a commit without patches, each with its crash reports."""
    listed = api.get(f"/api/v1/trees/{TREE}/commits/{sha}")["attempts"]
    return [api.get(f"/api/v1/attempts/{a['id']}")["attempt"] for a in listed
            if a["is_plain"] and a["state"] not in ("running", "leased")]


def fail_ratios(api):
    """hash → median share of failed migrations, from the series that the trend page draws."""
    series = api.get(f"/api/v1/series?tree={TREE}&profile={PROFILES['reader']['name']}&metric=fail_ratio")["series"]
    if not series:
        return {}
    medians = api.get(f"/api/v1/series/{series[0]['id']}")["series"]["medians"]
    return dict(zip(medians["sha"], medians["value"]))


def check_bug(commit, attempts):
    """The planted BUG at every commit that has it, caught by the preset for races, and no report anywhere else."""
    hot = [a for a in attempts if a["profile"] == PROFILES["hot"]["name"]]
    crashed = [a for a in hot if a["result"] == "crash" and a["occurrences"]]
    titles = {o["title"] for a in attempts for o in a["occurrences"]}
    if commit["bug"] and not crashed:
        return f"has the planted BUG, and no attempt of {len(hot)} caught it"
    if not commit["bug"] and (titles or any(a["result"] != "clean" for a in attempts)):
        return f"is good, and its attempts say {sorted({a['result'] or a['state'] for a in attempts})} {sorted(titles)}"
    return None


def check_counter(commit, ratio):
    if commit["counter"] is None:
        return None
    if ratio is None:
        return "has no fail ratio on its trend"
    if (ratio >= FAIL_RATIO_HIGH) != (commit["counter"] == "high"):
        return f"has a fail ratio of {ratio:.4f}, which should be {commit['counter']}"
    return None


def check(api, state):
    """Compares what the dashboard's own data say with the history that was planted."""
    commits, ratios, wrong, titles = expectations(state)[1:], fail_ratios(api), [], set()
    for commit in commits:
        attempts = attempts_of(api, commit["sha"])
        titles |= {o["title"] for a in attempts for o in a["occurrences"]}
        for fault in (check_bug(commit, attempts), check_counter(commit, ratios.get(commit["sha"]))):
            if fault:
                wrong.append(f"{commit['sha'][:12]} ({commit['kind']}, \"{commit['subject']}\") {fault}")
    for text in wrong:
        say(text)
    bugs = sum(c["bug"] for c in commits)
    high = sum(c["counter"] == "high" for c in commits)
    say(f"{'WRONG' if wrong else 'right'}: checked {len(commits)} commits: the planted BUG ({', '.join(sorted(titles)) or 'no report'}) "
        f"at {bugs} of them and at no other, the fail ratio above {FAIL_RATIO_HIGH} at {high} and below elsewhere; "
        f"{len(wrong)} contradictions")
    if wrong:
        raise SystemExit(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["order", "watch", "check"])
    parser.add_argument("--url", required=True)
    parser.add_argument("--token-file")
    parser.add_argument("--state", required=True, type=pathlib.Path)
    words = parser.parse_args()
    token = pathlib.Path(words.token_file).read_text().strip() if words.token_file else None
    {"order": order, "watch": watch, "check": check}[words.command](Api(words.url, token), words.state)


if __name__ == "__main__":
    try:
        main()
    except (ApiError, subprocess.CalledProcessError, OSError) as error:
        raise SystemExit(f"demo: {error}") from error
    except KeyboardInterrupt:
        raise SystemExit(130) from None
