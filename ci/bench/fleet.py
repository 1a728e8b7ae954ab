"""A fleet against one server: a thousand runners that wait, claims per second with 100,000 jobs queued, and a queue from npm."""
import hashlib
import json
import os
import subprocess
import time
import uuid

from common import PROFILE, Api, cpu_share, line, milliseconds, percentile, resident_mb, words

RUNNERS, ROUNDS, TAKERS = 1000, 200, 16
CLAIMS, QUEUED = 10000, 100000
JOBS_MAX = 1000  # repeats of a run
USERS = 4


def setup(given):
    image = b"bench"
    sha = hashlib.sha256(image).hexdigest()
    given.api.raw("PUT", f"/api/v1/blobs/{sha}?offset=0&size={len(image)}", image)
    given.api.post("/api/v1/profiles", {**PROFILE, "name": "bench-fleet", "arch": "fleet", "duration_s": 1})
    for i in range(RUNNERS):
        given.api.post("/api/v1/runner/register", {"machine": {
            "name": f"bench-{i}", "arch": "fleet", "cpus": 2, "memory_mb": 1024, "tags": ["arch:fleet", "workload:migrate-hot"],
            "runner_version": "bench", "kernel_release": "6.1.0", "cpu_model": "bench", "qemu_version": None,
            "compiler_version": None, "disk_free_bytes": 1 << 30}})
    return {"prebuilt": {"release": "6.1.0-bench", "image": {"sha256": sha}}, "profiles": ["bench-fleet"], "repeats": 1}


def fleet(given, *arguments, **more):
    return subprocess.Popen([os.environ["FLEET"], given.url.rsplit(":", 1)[1], given.api.token, *map(str, arguments)],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **more)


def waiting(given, order, pid):
    with fleet(given, "park", RUNNERS, ROUNDS, json.dumps(order)) as process:
        seen = json.loads(process.stdout.readline())
        line(f"order → one of {RUNNERS} waiting runners has the job", milliseconds([v / 1000 for v in seen["ms"]]), "asked: p99 ≤ 50 ms")
        time.sleep(1)
        line(f"server idle, {RUNNERS} runners waiting", f"{100 * cpu_share(pid, 20):.2f} % of a core", "asked: < 3 %")
        line("its memory", f"{resident_mb(pid):.1f} MB resident", "asked: < 100 MB")
        process.stdin.write("\n")


def queue(users, order, jobs):
    for i in range(0, jobs, JOBS_MAX):
        users[i // JOBS_MAX % USERS].post("/api/v1/runs", {**order, "repeats": min(JOBS_MAX, jobs - i)})


def claims(given, text, compared):
    with fleet(given, "take", TAKERS, CLAIMS) as process:
        seen = json.loads(process.stdout.read())
    rate = len(seen["ms"]) / seen["s"]
    line(text, f"{rate:,.0f} per second, p99 {percentile(seen['ms'], .99):.1f} ms", f"{compared}; load generator: {seen['cpu_s'] / seen['s']:.0%} of a core")
    return rate


def npm(jobs):
    """graphile-worker on the same PostgreSQL, without HTTP."""
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "npm")
    out = subprocess.run(["node", os.path.join(folder, "worker.mjs"), str(jobs)], stdout=subprocess.PIPE, text=True, check=True)
    return float(out.stdout)


def claim(given):
    body = {"machine": "bench-0", "claim_id": str(uuid.uuid4()), "wait_s": 0}
    return given.api.post("/api/v1/runner/claim", body)["job"]["run_id"]


def turn(given, users, order):
    """One user has the queue full, the other's single job is the next."""
    for _ in range(3):
        claim(given)
    wanted = users[1].post("/api/v1/runs", order)["run"]["id"]
    line("the other user's single job", "is next" if claim(given) == wanted else "waits", "asked: next, before 10,000 of one user")


def main():
    given = words()
    pid = int(os.environ["SERVER_PID"])
    order = setup(given)
    waiting(given, order, pid)
    users = [Api(given.url, token) for token in os.environ["TOKENS"].split()]
    queue([users[0]] * USERS, order, 10000 + CLAIMS)
    turn(given, users, order)
    few = claims(given, "claims, 10,000 jobs queued", "asked: 3,000 per second")
    theirs = npm(CLAIMS)
    line("graphile-worker 0.18 from npm, no HTTP", f"{theirs:,.0f} jobs per second", f"claims: {few / theirs:.2f} of it, asked: no fewer")
    queue(users, order, QUEUED + CLAIMS)
    many = claims(given, "claims, 100,000 jobs of four users queued", "asked: no slower than half")
    line("… against 10,000 queued", f"{many / few:.2f} of the rate", "asked: ≥ 0.5")


main()
