"""How often unattended searches name the right commits of the demo's history (`make soak`, part searches): a tree of its own
for each time, with a family of its own, so that none knows anything of another; of each only both ends and one commit that has
the planted crash are tried beforehand, three times each. The tree's policy has minutes for searches, and nobody asks for any:
that the crash was brought and taken away has to be noticed, and each search has to name the commit that was planted.

  searches.py --url URL --token-file FILE --state DIR --arches "x86_64 …" [--times 20]
Stopped at any instant and begun again, it goes on where it was. The first architecture is used.
"""
import argparse
import json
import time

import demo
from client import script

REPEATS = 3  # a search begins by itself after two attempts with the crash, and three clean ones behind
BUDGET_MINUTES = 600
LIMIT_S = 3600
KINDS = {"broken": "bug-plant", "fixed": "bug-fix"}


def tree_add(api, state, name, profile, head):
    """No commit has a tag: nothing is tested of it by itself but what searches want."""
    demo.tree_know(api, state, head, name, family=name)
    api.call("PUT", f"/api/v1/trees/{name}/policy", {"commits": "tags", "profiles": [profile], "bisect_minutes": BUDGET_MINUTES})


def order(api, state, name, profile, commits):
    runs = [api.post("/api/v1/runs", {
        "tree": name, "commit": commit["sha"], "profiles": [profile], "repeats": REPEATS, "priority": 60,
        "title": f"known of {name} beforehand"}, {"Idempotency-Key": f"{name}-{commit['sha']}"})["run"]["id"] for commit in commits]
    (state / "runs.json").write_text(json.dumps(runs))
    demo.watch(api, state)


def searches_of(api, name):
    return [b for b in api.get("/api/v1/bisections?limit=1000")["bisections"] if b["tree"] == name]


def wait(api, name):
    """Until a search of each kind has ended and none runs; whatever is there when the time is up."""
    meter, started = demo.Meter(), time.monotonic()
    while True:
        searches = searches_of(api, name)
        is_over = {b["kind"] for b in searches} >= set(KINDS) and all(b["state"] != "running" for b in searches if b["kind"] in KINDS)
        elapsed = time.monotonic() - started
        meter.show(f"{name}: {demo.clock(elapsed)} elapsed · " + ("; ".join(
            f"search {b['id']} ({b['kind']}) {b['state']}, {b['attempts']} attempts"
            for b in searches) or "no search has begun"), is_over)
        if is_over or elapsed > LIMIT_S:
            return searches
        time.sleep(demo.WATCH_GAP_S)


def right(searches, history):
    """kind → whether a search named the planted commit, and none another."""
    ended = {kind: [b for b in searches if b["kind"] == kind and b["state"] != "running"] for kind in KINDS}
    return {kind: bool(ended[kind]) and all(b["state"] == "found" and b["culprit"] == history[KINDS[kind]] for b in ended[kind]) for kind in KINDS}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words, api, expected = demo.site(parser, times=20)
    history = {commit["kind"]: commit["sha"] for commit in expected}
    bad = [commit for commit in expected if commit["bug"]]
    known = [expected[1], bad[len(bad) // 2], expected[-1]]
    profile = demo.profile_of(words.arches.split()[0], "xfs", "hot")
    demo.profile_add(api, profile)
    named = dict.fromkeys(KINDS, 0)
    for n in range(1, words.times + 1):
        name = f"searched-{n}"
        tree_add(api, words.state, name, profile["name"], expected[-1]["sha"])
        order(api, words.state, name, profile["name"], known)
        searches = wait(api, name)
        answer = right(searches, history)
        for kind in KINDS:
            named[kind] += answer[kind]
        demo.say(f"{name}: " + "; ".join(f"{b['kind']}: {b['state']} {(b['culprit'] or '')[:12]} after {b['used_minutes']:.1f} minutes" for b in searches)
                 + ("" if all(answer.values()) else f": WRONG, planted were {', '.join(history[kind][:12] for kind in KINDS.values())}"))
    demo.say(f"the commit that brought the planted BUG was named right {named['broken']} times of {words.times}, "
             f"the one that fixed it {named['fixed']} times of {words.times}")
    if min(named.values()) < words.times:
        raise SystemExit(1)


if __name__ == "__main__":
    script(main, "searches")
