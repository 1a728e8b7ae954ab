"""Figures over all architectures, measured with a site's own server and runner (`make soak`, parts tries and minutes):

  matrix.py tries …      how often the planted BUG is caught by the first attempt: --times tries on xfs on each architecture
  matrix.py minutes …    how long one commit takes on each architecture and file system with 60 s of stress each, from the order on

  each with --url URL --token-file FILE --state DIR --arches "x86_64 arm64 ppc64le" [--times 100]
Tries are ordered once: stopped at any instant and begun again, it goes on where it was.
"""
import argparse
import collections
import datetime
import json
import statistics
import time

import demo
from client import script

TRIES_SHARE = 0.95  # of a hundred; fewer are not enough
STRESS_S = 60
MINUTES_LIMIT_S = 12 * 60


def commit_of(expected, kind):
    return [commit for commit in expected if commit["kind"] == kind][-1]


def ordered(api, state, commit, profiles, times, key):
    """The run's ended attempts, when all have ended; only the first of each job is a try."""
    for profile in profiles:
        demo.profile_add(api, profile)
    run = api.post("/api/v1/runs", {
        "tree": demo.TREE, "commit": commit["sha"], "profiles": [p["name"] for p in profiles], "repeats": times,
        "priority": 30, "title": key.replace("-", " ")}, {"Idempotency-Key": f"{key}-{commit['sha']}"})["run"]
    (state / "runs.json").write_text(json.dumps([run["id"]]))
    demo.watch(api, state)
    listed = api.get(f"/api/v1/runs/{run['id']}")["run"]["attempts"]
    return [api.get(f"/api/v1/attempts/{a['id']}")["attempt"] for a in listed]


def is_caught(attempt):
    return attempt["result"] == "crash" and attempt["occurrences"]


def tries(api, words, expected):
    profiles = [demo.profile_of(arch, "xfs", "hot") for arch in words.arches.split()]
    key = f"{words.times}-tries-on-{words.arches.replace(' ', '-')}"
    attempts = [a for a in ordered(api, words.state, commit_of(expected, "bug-plant"), profiles, words.times, key) if a["number"] == 1]
    is_enough = True
    for profile in profiles:
        of_arch = [a for a in attempts if a["profile"] == profile["name"]]
        caught = [a for a in of_arch if is_caught(a)]
        others = collections.Counter(a["result"] or a["state"] for a in of_arch if not is_caught(a))
        seconds = sorted(a["workload_seconds"] or 0 for a in caught) or [float("nan")]
        demo.say(f"{profile['arch']}: the planted BUG caught by {len(caught)} of {len(of_arch)} first attempts of {profile['duration_s']} s on xfs, "
                 f"after {statistics.median(seconds):.2f} s of stress in the middle and {seconds[-1]:.2f} s at most"
                 + "".join(f"; {n} {word}" for word, n in sorted(others.items())))
        is_enough &= len(of_arch) > 0 and len(caught) >= TRIES_SHARE * len(of_arch)
    return is_enough


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def minutes(api, words, expected):
    profiles = [{**p, "name": f"{p['name']}-{STRESS_S}s", "duration_s": STRESS_S}
                for arch in words.arches.split() for fs in ("xfs", demo.GOOD_FS) for p in [demo.profile_of(arch, fs, "hot")]]
    attempts = ordered(api, words.state, expected[-1], profiles, 1, f"minutes-{int(time.time())}")
    for a in attempts:
        built = "kept" if a["is_built_from_cache"] else f"built in {a['build_seconds']:.0f} s"
        demo.say(f"{a['profile']}: {a['result']}, kernel {built}, {a['workload_seconds'] or 0:.0f} s of stress")
    took = max(instant(a["ended_at"]) for a in attempts) - min(instant(a["started_at"]) for a in attempts)
    demo.say(f"one commit on {len(profiles)} pairs of architecture and file system: {demo.clock(took.total_seconds())} min "
             f"(asked: {demo.clock(MINUTES_LIMIT_S)})")
    return took.total_seconds() <= MINUTES_LIMIT_S and all(a["result"] == "clean" for a in attempts)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["tries", "minutes"])
    words, api, expected = demo.site(parser, times=100)
    if not {"tries": tries, "minutes": minutes}[words.command](api, words, expected):
        raise SystemExit(1)


if __name__ == "__main__":
    script(main, "matrix")
