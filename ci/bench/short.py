"""The shortest job, a prebuilt kernel from boot to power-off, through Faultline and bare, in interleaved pairs."""
import os
import pathlib
import statistics

from bare import prepare, run_job, shell
from common import PROFILE, cpu_share, line, resident_mb, words

SECONDS = 1


def kernel(given):
    """An own small kernel when there is one (the demo's first build), else the distribution's."""
    for folder in sorted(pathlib.Path(given.state).glob("*runner/kernels/*")):
        image = folder / "image"
        if image.is_file():
            return {"release": "6.1.0-own", "image": {"sha256": given.api.blob_put(image)}}
    folder = pathlib.Path(given.state) / "demo" / "kernel"
    subprocess_demo_kernel(folder)
    return {"release": (folder / "release").read_text().strip(), "image": {"sha256": given.api.blob_put(folder / "image")},
            "modules": {"sha256": given.api.blob_put(folder / "modules.tar")}}


def subprocess_demo_kernel(folder):
    import subprocess
    subprocess.run([pathlib.Path(__file__).parent.parent / "demo-kernel.sh", folder], check=True)


def main():
    given = words()
    prebuilt = kernel(given)
    given.api.post("/api/v1/profiles", {**PROFILE, "name": "bench-short", "duration_s": SECONDS})
    order = {"prebuilt": prebuilt, "profiles": ["bench-short"]}
    _, attempt = run_job(given.api, order)
    folder = pathlib.Path(given.work) / "short"
    script = prepare(attempt, folder)
    through, bare = [], []
    for _ in range(int(os.environ["PAIRS"])):
        through.append(run_job(given.api, order)[0])
        bare.append(shell(script, folder))
    line("shortest job through Faultline", f"{statistics.median(through):.2f} s (median of {len(through)})",
         f"bare script {statistics.median(bare):.2f} s ({prebuilt['release']}, {SECONDS} s of workload)")
    line("  … more than bare", f"{statistics.median(t - b for t, b in zip(through, bare)):.2f} s", "asked: at most 0.3 s")
    pid = int(os.environ["RUNNER_PID"])
    line("runner's memory after that", f"{resident_mb(pid):.1f} MB resident", "asked: ≤ 15 MB")
    line("runner idle", f"{100 * cpu_share(pid, 10):.2f} % of a core", "asked: < 1 %")


main()
