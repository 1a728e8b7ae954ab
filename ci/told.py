"""Whether people were told what the demo's history planted: the crash and the counter change once each, with the right
range of commits, and that each was fixed. Waits until it is so, since attempts of both sides confirm a change before
anybody is told; when the time is up it says in a line each what is wrong, and exits 1.

  told.py --url URL --state DIR [--limit SECONDS]
"""
import argparse
import collections
import json
import pathlib
import time

from client import Api, script

TREE = "demo"
METRIC = "fail_ratio"
GAP_S = 2.0
# Bugs that are no crash of a kernel under test.
NO_CRASH = {"BUILD", "BUILD_WARNING", "BOOT"}


class History:
    """What demo-tree.sh planted, by position on the line of commits."""

    def __init__(self, state):
        self.commits = json.loads((state / "demo-expect.json").read_text())["commits"]
        self.positions = {commit["sha"]: commit["position"] for commit in self.commits}

    def one(self, kind):
        return next(commit for commit in self.commits if commit["kind"] == kind)

    def holds(self, before, behind, kind):
        """The step lies in `before..behind`, two hashes; None: one of them is unknown."""
        low, high = self.positions.get(before), self.positions.get(behind)
        return low is not None and high is not None and low < self.one(kind)["position"] <= high

    def name(self, kind):
        commit = self.one(kind)
        return f"{commit['sha'][:12]} ({kind}, \"{commit['subject']}\")"

    def range_text(self, before, behind):
        return f"{self.positions.get(before, '?')}..{self.positions.get(behind, '?')}"


def moved(alert):
    """The rows of an alert about the share of failed migrations in the demo's tree."""
    return [c for c in alert.get("changes", []) if c["tree"] == TREE and c["metric"] == METRIC]


def told_of(alerts, kind, is_it):
    return [a for a in alerts if a["kind"] == kind and is_it(a)]


def once(what, found):
    """One fault, or none, of what people should hear exactly once."""
    if len(found) == 1:
        return []
    return [f"{what} was told {len(found)} times: {', '.join(a['url'] for a in found)}" if found else f"{what} was not told"]


def counter_faults(history, alerts, changes):
    """The share of failed migrations: every commit is tried in one profile, so that the range is one commit."""
    faults = []
    for alert_kind, kind in (("change_confirmed", "counter-plant"), ("change_fixed", "counter-fix")):
        found = told_of(alerts, alert_kind, lambda a, k=kind: any(history.holds(c["last_good"], c["first_bad"], k) for c in moved(a)))
        faults += once(f"that the counter moved at {history.name(kind)}", found)
        step = history.one(kind)["position"]
        ranges = [(history.positions[c["last_good"]], history.positions[c["first_bad"]]) for a in found for c in moved(a)
                  if history.holds(c["last_good"], c["first_bad"], kind)]
        if ranges and (step - 1, step) not in ranges:
            faults.append(f"that the counter moved at {history.name(kind)} was told of {', '.join(f'{a}..{b}' for a, b in ranges)}, and not of {step - 1}..{step}")
    if faults:
        faults += [f"  there is change {c['id']} of {c['profile']}: {c['state']}{' (not seen any more)' if c.get('gone_at') else ''}, "
                   f"{history.range_text(c['last_good'], c['first_bad'])}, {(c.get('trial') or {}).get('pairs', 0)} pairs"
                   for c in changes if c["tree"] == TREE and c["metric"] == METRIC]
    return faults


def crash_faults(history, new, gone):
    """One defect has several faces, and each is a bug that is told once; of the last one seen it is told that it is fixed."""
    planted = [a for a in new if history.one("bug-plant")["position"] <= history.positions[a["report"]["commit"]] < history.one("bug-fix")["position"]]
    faults = [] if planted else [f"the crash planted at {history.name('bug-plant')} was not told"]
    for alerts, what in ((planted, "new"), (gone, "fixed")):
        faults += [f"bug {bug} was told as {what} {count} times" for bug, count in collections.Counter(a["bug"]["id"] for a in alerts).items() if count > 1]
    for alert in planted:
        report = alert["report"]
        good = report.get("last_good")
        if good is None or not history.holds(good["commit"], report["commit"], "bug-plant"):
            faults.append(f"{alert['url']} ({alert['title']}) tells of {history.range_text((good or {}).get('commit'), report['commit'])}, "
                          f"where {history.name('bug-plant')} is not")
    ours = [a for a in gone if a["bug"]["id"] in [p["bug"]["id"] for p in planted]]
    if not any(history.holds(a["gone"]["last_bad"], a["gone"]["first_good"], "bug-fix") for a in ours):
        faults.append(f"that the crash is fixed at {history.name('bug-fix')} was not told" + "".join(
            f"; {a['url']} tells of {history.range_text(a['gone']['last_bad'], a['gone']['first_good'])}" for a in ours))
    return faults


def look(api, history):
    """What is wrong, and what was told."""
    alerts = api.get("/api/v1/alerts?state=all&limit=1000")["alerts"]
    changes = api.get(f"/api/v1/changes?tree={TREE}&state=all")["changes"]
    new = [api.get(f"/api/v1/alerts/{a['id']}")["alert"] for a in told_of(alerts, "bug_new", lambda a: True)]
    new = [a for a in new if a["bug"].get("type") not in NO_CRASH and a.get("report", {}).get("tree") == TREE and a["report"]["commit"] in history.positions]
    gone = told_of(alerts, "bug_fixed", lambda a: a.get("gone", {}).get("tree") == TREE)
    faults = counter_faults(history, alerts, changes) + crash_faults(history, new, gone)
    others = [a for a in alerts if a["kind"].startswith("change_") and not moved(a)]
    return faults, (f"{len(new)} alerts of crashes ({', '.join(sorted(a['title'] for a in new)) or 'none'}), {len(gone)} of fixes; "
                    f"{len(told_of(alerts, 'change_confirmed', moved))} and {len(told_of(alerts, 'change_fixed', moved))} of the fail ratio; "
                    f"{len(others)} of other counters alone")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True)
    parser.add_argument("--state", required=True, type=pathlib.Path)
    parser.add_argument("--limit", type=float, default=0, help="seconds to wait for it; 0: as it is now")
    words = parser.parse_args()
    api, history = Api(words.url), History(words.state)
    until = time.monotonic() + words.limit
    faults, summary = look(api, history)
    while faults and time.monotonic() < until:
        time.sleep(GAP_S)
        faults, summary = look(api, history)
    for fault in faults:
        print(fault)
    print(f"{'WRONG' if faults else 'right'}: {summary}")
    return 1 if faults else 0


if __name__ == "__main__":
    script(main, "told")
