"""Stand-in runners against several servers that are killed under them: `TOKEN=… fleet.py RUNNERS URL…`, one thread for each runner.
Each does job after job as the protocol has it, repeats what was not answered, at whichever server, sends some of it twice, and now
and then falls silent for good. Prints a line of JSON for each attempt whose result a server has acknowledged; ends on SIGTERM."""
import hashlib
import http.client
import json
import os
import random
import signal
import sys
import threading
import time
import urllib.parse
import uuid

SILENT, TWICE, LINES, SAMPLES = 0.04, 0.2, 40, 30
over = threading.Event()
said = threading.Lock()


class Runner(threading.Thread):
    def __init__(self, name, urls, token):
        super().__init__(daemon=True)
        self.name, self.urls, self.token = name, urls, token
        self.random = random.Random(name)
        self.connection = None

    def once(self, method, path, body):
        if self.connection is None:
            at = urllib.parse.urlsplit(self.random.choice(self.urls))
            self.connection = http.client.HTTPConnection(at.hostname, at.port, timeout=20)
        self.connection.request(method, path, body, {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"})
        answer = self.connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None

    def ask(self, method, path, body):
        """Until somebody answers; a server that goes leaves us to the other."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        again = self.random.random() < TWICE
        while not over.is_set():
            try:
                status, answer = self.once(method, path, data)
                if status < 500 and not again:
                    return status, answer
                again = False
            except (OSError, http.client.HTTPException, ValueError):
                self.connection = None
            over.wait(0.05)
        raise SystemExit

    def stream(self, attempt, name, data):
        cut = self.random.randrange(1, len(data))
        for start, piece in ((0, data[:cut]), (cut, data[cut:])):
            status, answer = self.ask("PUT", f"/api/v1/runner/attempts/{attempt}/streams/{name}?offset={start}", piece)
            assert status == 200, (status, answer)
        return {"name": name, "size": len(data)}

    def samples(self):
        rows = [{"type": "hello", "version": 1, "release": "6.1.0", "machine": "x86_64", "page_size": 4096, "boot_id": str(uuid.uuid4()),
                 "cpus": 2, "nodes": 2, "memory_bytes": 1 << 29}, {"type": "keys", "keys": ["pgmigrate_success", "pgmigrate_fail"]},
                {"type": "phase", "t": 10**9, "phase": "workload"}]
        rows += [{"type": "sample", "t": 10**9 + i * 10**8, "v": [i * 100, i]} for i in range(SAMPLES)]
        rows.append({"type": "phase", "t": 10**9 + SAMPLES * 10**8, "phase": "finish"})
        rows.append({"type": "result", "t": 10**9 + SAMPLES * 10**8, "status": "done", "detail": ""})
        return "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows).encode()

    def job(self):
        mine = {"machine": self.name, "claim_id": str(uuid.uuid4())}
        status, _ = self.ask("POST", "/api/v1/runner/claim", {**mine, "wait_s": 2})
        if status != 200:
            return
        status, begun = self.ask("POST", "/api/v1/runner/confirm", mine)
        if status != 200:
            return
        attempt = begun["attempt_id"]
        if self.random.random() < SILENT:
            return
        console = "".join(f"[{i:5}.000000] line {i} of attempt {attempt}\n" for i in range(LINES)).encode()
        streams = [self.stream(attempt, "console", console), self.stream(attempt, "samples", self.samples())]
        self.ask("POST", f"/api/v1/runner/attempts/{attempt}/heartbeat", {"step": "workload", "steps": []})
        status, answer = self.ask("POST", f"/api/v1/runner/attempts/{attempt}/result", {
            "result": "clean", "step": "collect", "detail": None, "kernel_release": "6.1.0", "page_size": 4096, "accel": "tcg", "steps": [], "artifacts": [], "streams": streams})
        assert status == 200, (status, answer)
        with said:
            print(json.dumps({"attempt": attempt, "console": hashlib.sha256(console).hexdigest()}), flush=True)

    def run(self):
        self.ask("POST", "/api/v1/runner/register", {"machine": {
            "name": self.name, "arch": "x86_64", "cpus": 2, "memory_mb": 1024, "tags": ["arch:x86_64", "workload:migrate-hot"],
            "runner_version": "fleet", "kernel_release": "6.1.0", "cpu_model": "stand-in", "qemu_version": None, "compiler_version": None,
            "disk_free_bytes": None}})
        while not over.is_set():
            self.job()


def main():
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    token = os.environ["TOKEN"]
    runners = [Runner(f"fleet-{i}", sys.argv[2:], token) for i in range(int(sys.argv[1]))]
    for runner in runners:
        runner.start()
    over.wait()
    until = time.monotonic() + 10
    for runner in runners:
        runner.join(max(0, until - time.monotonic()))


main()
