"""What the measurements share: arguments, percentiles, a process's memory and CPU time."""
import argparse
import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from client import Api, ApiError  # noqa: E402,F401

PROFILE = {"arch": "x86_64", "page_size": 4096, "config": "tiny", "fs": "xfs", "block_size": 1024, "memory_mb": 512,
           "cpus": 2, "numa_nodes": 2, "workload": "migrate-hot", "workload_args": []}


def words():
    parser = argparse.ArgumentParser()
    for name in ("--url", "--token-file", "--work", "--app", "--state"):
        parser.add_argument(name, required=True)
    given = parser.parse_args()
    given.api = Api(given.url, pathlib.Path(given.token_file).read_text().strip())
    return given


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def line(name, text, compared):
    print(f"{name:<44} {text:<44} {compared}", flush=True)


def milliseconds(seconds):
    return f"p50 {1000 * percentile(seconds, .5):.2f} ms, p99 {1000 * percentile(seconds, .99):.2f} ms (n={len(seconds)})"


def resident_mb(pid):
    for row in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if row.startswith("VmRSS:"):
            return int(row.split()[1]) / 1024
    return float("nan")


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def cpu_seconds_of_children(pid):
    """Of the processes that one has started: PostgreSQL's connections."""
    total = 0
    for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        try:
            total += cpu_seconds(child)
        except FileNotFoundError:
            pass
    return total


def rest(limit_s=60):
    """Until the machine has little to do: what was seeded is news to the server's stages, and to autovacuum."""
    def ticks():
        fields = [int(n) for n in pathlib.Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
        return sum(fields), fields[3] + fields[4]

    started = time.monotonic()
    while time.monotonic() - started < limit_s:
        (all_before, idle_before) = ticks()
        time.sleep(1)
        (all_after, idle_after) = ticks()
        if idle_after - idle_before > 0.9 * (all_after - all_before):
            break
    return time.monotonic() - started


def cpu_share(pid, seconds):
    """Share of one core over the next `seconds`."""
    before = cpu_seconds(pid)
    time.sleep(seconds)
    return (cpu_seconds(pid) - before) / seconds
