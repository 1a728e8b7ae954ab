"""The demo's client: orders the demo's runs through the HTTP API like anybody, shows how they go on, and says in the
end whether the data behind the dashboard are what the demo's history should give.

  demo.py order --url URL --token-file FILE --state DIR [--arches "x86_64 arm64"]
  demo.py watch --url URL --state DIR
  demo.py check --url URL --state DIR
"""
import argparse
import collections
import json
import os
import pathlib
import platform
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from client import Api, ApiError, script  # noqa: E402

CI = pathlib.Path(__file__).resolve().parent
TREE = "demo"
WATCH_GAP_S = 1.0
LINE_GAP_S = 15.0
PACE_JOBS = 9
REFRESH_LIMIT_S = 300
# What a guest of each architecture is like: memory that its NUMA nodes can be cut from, blocks smaller than a page, and files of
# more pages than a preset's 256 KB have with pages of 64 KB.
GUESTS = {
    "x86_64": {"page_size": 4096, "memory_mb": 512, "block_size": 1024, "files": []},
    "arm64": {"page_size": 4096, "memory_mb": 512, "block_size": 1024, "files": []},
    "ppc64le": {"page_size": 65536, "memory_mb": 512, "block_size": 4096, "files": ["file_kb=4096"]},
}
# One preset for races, one for counters: no single one sees every defect (../shared/design/lab.md, part 5).
# Seconds enough for both, few enough for all three architectures within 40 minutes from nothing.
PRESETS = {"hot": ("migrate-hot", 5), "reader": ("migrate-reader", 4), "stress-ng": ("stress-ng", 5)}
# Where the planted BUG cannot be: it is in code that only xfs uses.
GOOD_FS = "ext4"
# Of the architectures beside the first, every so many commits are tested, and those where a defect comes or goes.
EVERY = 4


def profile_of(arch, fs, preset):
    guest, (workload, seconds) = GUESTS[arch], PRESETS[preset]
    block, suffix = (guest["block_size"], f"{guest['block_size'] // 1024}k") if fs == "xfs" else (4096, "")
    return {"name": f"{arch}-{fs}{suffix}-{preset}", "arch": arch,
            "page_size": guest["page_size"], "config": "tiny", "fs": fs, "mkfs_options": "", "mount_options": "",
            "block_size": block, "memory_mb": guest["memory_mb"], "cpus": 2, "numa_nodes": 2, "cmdline": "",
            "workload": workload, "workload_args": guest["files"] if preset == "hot" else [], "duration_s": seconds}


def profiles_of(arch, fs):
    """What runs at a commit: both presets where a defect can be, the one for races where it cannot."""
    return [profile_of(arch, fs, preset) for preset in (("hot", "reader") if fs == "xfs" else ("hot",))]


# A count plant moves the share of failed migrations a hundredfold and more (lab.md); load moves a good kernel's tenfold.
FAIL_RATIO_HIGH = 0.3


def say(text):
    print(text, file=sys.stderr, flush=True)


def clock(seconds):
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def order_distribution(api, state, profiles):
    """The distribution's own kernel first: something true to look at while the first kernel is built."""
    folder = state / "kernel"
    subprocess.run([CI / "demo-kernel.sh", folder, profiles[0]["arch"]], check=True)
    release = (folder / "release").read_text().strip()
    image = api.blob_put(folder / "image")
    modules = api.blob_put(folder / "modules.tar")
    return api.post("/api/v1/runs", {
        "prebuilt": {"release": release, "image": {"sha256": image}, "modules": {"sha256": modules}},
        "profiles": [p["name"] for p in profiles], "priority": 90,
        "title": f"the distribution's kernel {release}"}, {"Idempotency-Key": f"demo-kernel-{image[:16]}"})["run"]


def tree_wait(api, head, name=TREE):
    """The server has fetched the tree's newest commit."""
    until = time.monotonic() + REFRESH_LIMIT_S
    while True:
        try:
            api.get(f"/api/v1/trees/{name}/commits/{head}")
            return
        except ApiError as error:
            if error.status != 404:
                raise
        tree = api.get(f"/api/v1/trees/{name}")
        tree = tree.get("tree", tree)
        if tree.get("refresh_error"):
            raise SystemExit(f"the server cannot fetch the tree {name}: {tree['refresh_error']}")
        if time.monotonic() > until:
            raise SystemExit(f"the server has not fetched the tree {name} within {REFRESH_LIMIT_S} s")
        time.sleep(WATCH_GAP_S / 4)


def tree_know(api, state, head, name=TREE, family="linux"):
    """The demo's tree is known to the server, by this name, and fetched."""
    try:
        api.post("/api/v1/trees", {"name": name, "url": f"file://{state / 'tree'}", "branch": "main", "family": family})
    except ApiError as error:
        if error.status != 409:
            raise
    api.post(f"/api/v1/trees/{name}/refresh")
    tree_wait(api, head, name)


def tree_add(api, state):
    """The demo's tree is made, known to the server and fetched; answers what its history should give."""
    subprocess.run([CI / "demo-tree.sh", state / "tree"], check=True)
    expected = expectations(state)
    tree_know(api, state, expected[-1]["sha"])
    return expected


def site(parser, times):
    """What a script that measures a site is told, with the demo's tree there: (words, Api, what its history should give)."""
    parser.add_argument("--url", required=True)
    parser.add_argument("--token-file", required=True, type=pathlib.Path)
    parser.add_argument("--state", required=True, type=pathlib.Path)
    parser.add_argument("--arches", required=True)
    parser.add_argument("--times", type=int, default=times)
    words = parser.parse_args()
    api = Api(words.url, words.token_file.read_text().strip())
    return words, api, tree_add(api, words.state)


def order_tree(api, state, arches):
    expected = tree_add(api, state)
    head, root = expected[-1]["sha"], expected[0]["sha"]
    runs = [api.post("/api/v1/runs", {
        "tree": TREE, "range": f"{root}..{head}", "profiles": [p["name"] for p in profiles_of(arches[0], "xfs")],
        "priority": 50, "title": "every commit of the demo tree"}, {"Idempotency-Key": f"demo-{head}"})["run"]]
    for commit in chosen(expected):
        rest = [p["name"] for arch, fs in cells_of(expected, commit, arches) if (arch, fs) != (arches[0], "xfs")
                for p in profiles_at(expected, commit, arches, arch, fs)]
        runs.append(api.post("/api/v1/runs", {
            "tree": TREE, "commit": commit["sha"], "profiles": rest, "priority": 40,
            "title": f"commit {commit['position']} of the demo tree beside xfs on {arches[0]}"},
            {"Idempotency-Key": f"demo-{commit['sha']}-{' '.join(arches)}"})["run"])
    return runs


def sides(expected, defect):
    """Hashes of the commits on both sides of where a defect (`bug` or `counter`) comes or goes."""
    steps = {f"{defect}-plant", f"{defect}-fix"}
    return {commit["sha"] for commit, after in zip(expected[1:], expected[2:] + [{"kind": "end"}])
            if commit["kind"] in steps or after["kind"] in steps}


def chosen(expected):
    """The commits that are tested beside xfs on the first architecture: every fourth, and both sides of each plant and fix."""
    at_steps = sides(expected, "bug") | sides(expected, "counter")
    return [commit for commit in expected[1:] if commit["position"] % EVERY == 0 or commit["sha"] in at_steps]


def cells_of(expected, commit, arches):
    """The pairs of architecture and file system that a commit is tested on."""
    is_chosen = commit in chosen(expected)
    return [(arch, fs) for arch in arches for fs in ("xfs", GOOD_FS) if is_chosen or (arch, fs) == (arches[0], "xfs")]


def profiles_at(expected, commit, arches, arch, fs):
    """On other architectures than the first the counters are looked at only where they move."""
    is_looked_at = arch == arches[0] or commit["sha"] in sides(expected, "counter")
    return [p for p in profiles_of(arch, fs) if is_looked_at or p["workload"] == PRESETS["hot"][0]]


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


def order(api, state, arches):
    for arch in arches:
        for fs in ("xfs", GOOD_FS):
            for profile in profiles_of(arch, fs):
                profile_add(api, profile)
    # stress-ng is there for this machine's own architecture, as the distribution packages it.
    is_own = arches[0] == platform.machine().replace("aarch64", "arm64")
    first = [profile_of(arches[0], "xfs", preset) for preset in PRESETS if is_own or preset != "stress-ng"]
    profile_add(api, first[-1])
    runs = [order_distribution(api, state, first)]
    say(f"ordered run {runs[0]['id']}: the distribution's kernel; look at {api.address.geturl()}/runs/{runs[0]['id']}")
    runs += order_tree(api, state, arches)
    say(f"ordered runs {runs[1]['id']} to {runs[-1]['id']}: {sum(run['jobs']['total'] for run in runs[1:])} jobs of the demo tree "
        f"on {', '.join(arches)}")
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


def fail_ratios(api, arch):
    """hash → median share of failed migrations, from the series that the trend page draws."""
    profile = profile_of(arch, "xfs", "reader")["name"]
    series = api.get(f"/api/v1/series?tree={TREE}&profile={profile}&metric=fail_ratio")["series"]
    if not series:
        return {}
    medians = api.get(f"/api/v1/series/{series[0]['id']}")["series"]["medians"]
    return dict(zip(medians["sha"], medians["value"]))


def is_good(attempt):
    return attempt["result"] == "clean" and not attempt["occurrences"]


def told(attempts):
    return f"{sorted({a['result'] or a['state'] for a in attempts})} {sorted({o['title'] for a in attempts for o in a['occurrences']})}"


def check_cell(commit, arch, fs, attempts):
    """The planted BUG at every commit that has it, caught by the preset for races, and no report anywhere else."""
    hot = [a for a in attempts if a["profile"] == profile_of(arch, fs, "hot")["name"]]
    of_cell = [a for a in attempts if a["profile"] in [p["name"] for p in profiles_of(arch, fs)]]
    if not hot:
        return "was not tested"
    if commit["bug"] and fs != GOOD_FS:
        return None if any(a["result"] == "crash" and a["occurrences"] for a in hot) else f"has the planted BUG, and no attempt of {len(hot)} caught it"
    return None if all(is_good(a) for a in of_cell) else f"is good, and its attempts say {told(of_cell)}"


def check_counter(commit, ratio):
    if commit["counter"] is None:
        return None
    if ratio is None:
        return "has no fail ratio on its trend"
    if (ratio >= FAIL_RATIO_HIGH) != (commit["counter"] == "high"):
        return f"has a fail ratio of {ratio:.4f}, which should be {commit['counter']}"
    return None


def check(api, state, arches):
    """Compares what the dashboard's own data say with the history that was planted, for each architecture and file system."""
    expected = expectations(state)
    ratios = {arch: fail_ratios(api, arch) for arch in arches}
    wrong, titles, cells = [], set(), collections.Counter()
    for commit in expected[1:]:
        attempts = attempts_of(api, commit["sha"])
        for arch, fs in cells_of(expected, commit, arches):
            faults = [check_cell(commit, arch, fs, attempts)]
            is_counted = profile_of(arch, fs, "reader") in profiles_at(expected, commit, arches, arch, fs)
            if is_counted:
                faults.append(check_counter(commit, ratios[arch].get(commit["sha"])))
            wrong += [f"{arch} {fs}: {commit['sha'][:12]} ({commit['kind']}, \"{commit['subject']}\") {fault}" for fault in faults if fault]
            cells[arch, fs, "bug" if commit["bug"] and fs != GOOD_FS else "high" if is_counted and commit["counter"] == "high" else "other"] += 1
        titles |= {o["title"] for a in attempts for o in a["occurrences"]}
    for text in wrong:
        say(text)
    for arch in arches:
        say(f"{arch}: on xfs {cells[arch, 'xfs', 'bug']} commits with the planted BUG, {cells[arch, 'xfs', 'high']} whose fail ratio is above "
            f"{FAIL_RATIO_HIGH}, {cells[arch, 'xfs', 'other']} others; on {GOOD_FS} {cells[arch, GOOD_FS, 'other']}")
    say(f"{'WRONG' if wrong else 'right'}: the planted BUG ({', '.join(sorted(titles)) or 'no report'}) on xfs and never on {GOOD_FS}; "
        f"{len(wrong)} contradictions in {sum(cells.values())} cells of commit, architecture and file system")
    if wrong:
        raise SystemExit(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["order", "watch", "check"])
    parser.add_argument("--url", required=True)
    parser.add_argument("--token-file")
    parser.add_argument("--state", required=True, type=pathlib.Path)
    parser.add_argument("--arches", default="x86_64", help="architectures; every commit is tested on the first")
    words = parser.parse_args()
    token = pathlib.Path(words.token_file).read_text().strip() if words.token_file else None
    arches, api = words.arches.split(), Api(words.url, token)
    unknown = set(arches) - set(GUESTS)
    if unknown or not arches:
        raise SystemExit(f"demo: the architectures are {', '.join(GUESTS)}, not '{' '.join(sorted(unknown))}'")
    if words.command == "watch":
        watch(api, words.state)
    else:
        {"order": order, "check": check}[words.command](api, words.state, arches)


if __name__ == "__main__":
    script(main, "demo")
