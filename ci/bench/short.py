"""The shortest job, a prebuilt kernel from boot to power-off, through Faultline and bare, in interleaved pairs."""
import json
import os
import pathlib
import statistics
import subprocess

from bare import prepare, run_job, shell
from common import PROFILE, cpu_share, line, resident_mb, words

SECONDS = 1


def own_kernels(state):
    """Images that a runner here has built for x86-64 and kept."""
    for key in sorted(state.glob("*runner/keys/kernel-*.json")):
        image = key.parent.parent / "blobs" / json.loads(key.read_text())["image"]
        if image.is_file() and image.read_bytes()[0x202:0x206] == b"HdrS":  # Linux' x86 boot protocol
            yield image


def kernel(given):
    """An own small kernel when there is one (the demo's, or that of `overhead`), else the distribution's."""
    state = pathlib.Path(given.state)
    for image in own_kernels(state):
        return {"release": "6.1.0-own", "image": {"sha256": given.api.blob_put(image)}}
    folder = state / "demo" / "kernel"
    subprocess.run([pathlib.Path(__file__).parent.parent / "demo-kernel.sh", folder], check=True)
    return {"release": (folder / "release").read_text().strip(), "image": {"sha256": given.api.blob_put(folder / "image")},
            "modules": {"sha256": given.api.blob_put(folder / "modules.tar")}}


def main():
    given = words()
    prebuilt = kernel(given)
    given.api.post("/api/v1/profiles", {**PROFILE, "name": "bench-short", "duration_s": SECONDS})
    order = {"prebuilt": prebuilt, "profiles": ["bench-short"]}
    _, attempt = run_job(given.api, order)
    folder = pathlib.Path(given.work) / "short"
    script = prepare(attempt, folder)
    shell(script, folder)
    through, bare = [], []
    for number in range(int(os.environ["PAIRS"])):  # by turns, as in overhead.py
        turns = [lambda: through.append(run_job(given.api, order)[0]), lambda: bare.append(shell(script, folder))]
        for turn in turns if number % 2 == 0 else reversed(turns):
            turn()
    line("shortest job through Faultline", f"{statistics.median(through):.2f} s (median of {len(through)})",
         f"bare script {statistics.median(bare):.2f} s ({prebuilt['release']}, {SECONDS} s of workload)")
    line("  … more than bare", f"{statistics.median(t - b for t, b in zip(through, bare)):.2f} s", "asked: at most 0.3 s")
    pid = int(os.environ["RUNNER_PID"])
    line("runner's memory after that", f"{resident_mb(pid):.1f} MB resident", "asked: ≤ 15 MB")
    line("runner idle", f"{100 * cpu_share(pid, 10):.2f} % of a core", "asked: < 1 %")


main()
