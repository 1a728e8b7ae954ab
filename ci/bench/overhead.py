"""A whole job (checkout, build, boot, stress) through Faultline and as a bare shell script: interleaved pairs, the same
ccache, and before each pair both work trees stand at the commit before."""
import json
import os
import pathlib
import statistics
import subprocess
import time

from bare import prepare, run_job, shell
from common import PROFILE, line, words

SECONDS = 5
# As nice as the runner's builds are, so that whatever else the machine does weighs on both alike.
MAKE = "nice -n 5 make -s -j2 O=out-x86_64 ARCH=x86 CC='ccache gcc' bzImage"
ENVIRONMENT = {"CCACHE_NOHASHDIR": "1", "CCACHE_DEPEND": "1", "KBUILD_BUILD_TIMESTAMP": "2023-01-01", "KBUILD_BUILD_USER": "faultline",
               "KBUILD_BUILD_HOST": "faultline", "KBUILD_BUILD_VERSION": "1", "LOCALVERSION": ""}


def main():
    given = words()
    state = pathlib.Path(given.state)
    tree = state / "demo" / "tree"
    subprocess.run([pathlib.Path(__file__).parent.parent / "demo-tree.sh", tree], check=True)
    commits = [c["sha"] for c in json.loads((state / "demo" / "demo-expect.json").read_text())["commits"]]
    pairs = commits[1:2 + int(os.environ["PAIRS"])]
    given.api.post("/api/v1/profiles", {**PROFILE, "name": "bench-overhead", "duration_s": SECONDS})
    given.api.post("/api/v1/trees", {"name": "bench", "url": f"file://{tree}", "branch": "main"})
    while given.api.get("/api/v1/trees/bench")["tree"]["refreshed_at"] is None:
        time.sleep(0.1)
    runner = state / "bench-runner"
    worktree = state / "bench-bare"

    def forget():
        """Kernels that the runner has built and kept: it would boot them, and build nothing."""
        for key in (runner / "keys").glob("kernel-*.json"):
            key.unlink()

    forget()
    _, attempt = run_job(given.api, {"tree": "bench", "commit": pairs[0], "profiles": ["bench-overhead"]})
    boot = prepare(attempt, pathlib.Path(given.work) / "overhead")
    env = " ".join(f"{k}={v}" for k, v in {**ENVIRONMENT, "CCACHE_DIR": f"{runner}/ccache", "CCACHE_BASEDIR": worktree}.items())
    if not (worktree / ".git").exists():
        subprocess.run(["git", "clone", "-q", "--shared", "--no-checkout", tree, worktree], check=True)
    (worktree / "out-x86_64").mkdir(exist_ok=True)
    config = given.api.raw("GET", next(a["url"] for a in attempt["artifacts"] if a["name"] == "config"))[2]

    def bare(commit):
        return shell(f"set -e; git checkout -q --detach {commit}; {env} {MAKE}; "
                     f"cp out-x86_64/arch/x86/boot/bzImage {given.work}/overhead/image; cd {given.work}/overhead; {boot}",
                     worktree)

    subprocess.run(["git", "checkout", "-q", "--detach", pairs[0]], cwd=worktree, check=True)
    (worktree / "out-x86_64" / ".config").write_bytes(config)

    def job(commit):
        forget()
        return run_job(given.api, {"tree": "bench", "commit": commit, "profiles": ["bench-overhead"]})[0]

    # Warms the cache for every commit on both sides (what one work tree compiled the other does not hit), then goes back.
    for commit in [*pairs, pairs[0]]:
        bare(commit)
        job(commit)
    through, naked = [], []
    for number, commit in enumerate(pairs[1:]):  # who goes first finds the disk's cache colder: by turns
        turns = [lambda: through.append(job(commit)), lambda: naked.append(bare(commit))]
        for turn in turns if number % 2 == 0 else reversed(turns):
            turn()
    ratio = statistics.median(t / b for t, b in zip(through, naked))
    line("a job with a build through Faultline", f"{statistics.median(through):.1f} s (median of {len(through)})",
         f"bare script {statistics.median(naked):.1f} s")
    line("  … divided by bare", f"{ratio:.3f}", "asked: ≤ 1.05")


main()
