"""A job through Faultline, and the same as a bare shell script: the lines that its attempt offers to reproduce it."""
import subprocess
import time


def run_job(api, order):
    """Orders one job; answers (seconds from the order until the API says it is done, its attempt). Waits as a page does, for
    events: asking all the time would take a good part of a core from the build and the guest that are measured."""
    events = api.events()
    started = time.perf_counter()
    run = api.post("/api/v1/runs", order)["run"]
    while run["state"] not in ("done", "failed", "cancelled"):
        next(kind for kind, _ in events if kind in ("job", "resync"))
        run = api.get(f"/api/v1/runs/{run['id']}")["run"]
    wall = time.perf_counter() - started
    attempt = api.get(f"/api/v1/attempts/{run['attempts'][-1]['id']}")["attempt"]
    assert attempt["result"] in ("clean", "crash"), attempt["detail"]
    return wall, attempt


def prepare(attempt, folder):
    """Fetches image and initrd once; answers the shell line that makes the disk and boots."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = attempt["reproduce"].split(" && ")
    for part in parts:
        if part.startswith("curl "):
            subprocess.run(part, shell=True, cwd=folder, check=True)
    return "rm -f disk.img && " + " && ".join(p for p in parts if not p.startswith(("mkdir ", "cd ", "curl ")))


def shell(script, folder):
    """Wall seconds of a shell script."""
    started = time.perf_counter()
    subprocess.run(script, shell=True, cwd=folder, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    return time.perf_counter() - started
