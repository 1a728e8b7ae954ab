#!/usr/bin/python3
"""The console reader: a quiet console beside grep -cF with the same markers, consoles of nothing but reports at growing
lengths, what a hostile guest may print, and how often memory is asked for. CPU time, best of several, all in one run."""
import pathlib
import re
import resource
import subprocess
import sys
import tempfile

REPO = pathlib.Path(__file__).resolve().parent.parent.parent
SAMPLES = REPO / "server/console/samples"
BENCH = REPO / "build/console-bench"
SERVER = REPO / "build/faultline-server"
QUIET_BYTES = 256 << 20
HOSTILE_BYTES = 16 << 20
REPORTS = (500, 1000, 2000, 4000)
COMMAND_REPORTS = 20000  # in one call, so that its start does not count; that is told apart
STAMP = re.compile(rb"^\[ *\d+\.\d+\] ?", re.M)
MARKED = re.compile(rb"Linux version|INFO:|WARNING:|BUG:")


def line(what, text, compared):
    print(f"{'console: ' + what:<48} {text:<52} {compared}", flush=True)


def cpu_s(command):
    """Least user and system seconds of three. Only for what takes a tenth of a second and more: the clock is coarse."""
    def once():
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, stdout=subprocess.DEVNULL, env={"LC_ALL": "C"}, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return min(once() for _ in range(3))


class Reading:
    def __init__(self, folder, body):
        file = folder / "console"
        file.write_bytes(body)
        words = subprocess.run([BENCH, file], capture_output=True, check=True, text=True).stdout.split()
        self.reports, self.lines, self.allocations, self.rate = *map(int, words[:3]), float(words[3])


def sample(name):
    return (SAMPLES / f"{name}.log").read_bytes()


def quiet(folder):
    body = MARKED.sub(b"quiet", sample("arm64-clean"))
    body *= QUIET_BYTES // len(body)
    rate, half = Reading(folder, body), Reading(folder, body[:len(body) // 2])
    (folder / "console").write_bytes(body)
    (folder / "markers").write_bytes(subprocess.run([BENCH, "--markers"], capture_output=True, check=True).stdout)
    grep = len(body) / 1e6 / cpu_s(["grep", "-cF", "-f", folder / "markers", folder / "console"])
    line("quiet", f"{rate.rate:.0f} MB/s", f"grep -cF, same markers: {grep:.0f} MB/s; asked: half of it")
    command = len(body) / 1e6 / cpu_s([SERVER, "console", folder / "console"])
    line("  … by `faultline-server console`", f"{command:.0f} MB/s", "")
    line("  … memory asked for", f"{half.allocations} times in {half.lines:,} lines, {rate.allocations} in {rate.lines:,}",
         "asked: not once a line")


def command(folder, body, n):
    """MB/s of the whole command: reading, and a line of JSON for each report."""
    file = folder / "console"
    file.write_bytes(body)
    times = COMMAND_REPORTS // n
    return len(body) * times / 1e6 / cpu_s([SERVER, "console"] + [file] * times)


def reports(folder):
    start = cpu_s([SERVER, "console", "/dev/null"])
    power = sample("thread-power")
    for what, body in (("POWER, page dumps", power), ("POWER, no stamps", STAMP.sub(b"", power)),
                       ("x86-64, two by two", sample("x86_64-two-bugs"))):
        each = Reading(folder, body).reports
        rates = [(n, Reading(folder, body * (n // each)).rate) for n in REPORTS]
        line(f"reports ({what})", " · ".join(f"{n:,}: {rate:.0f}" for n, rate in rates) + " MB/s",
             "asked: ≥ 100, all alike; behind 2,000 they are only counted")
        line("  … by `faultline-server console`, JSON", " · ".join(f"{n:,}: {command(folder, body * (n // each), n):.0f}" for n in REPORTS[:3]) + " MB/s",
             f"{len(body) // each:,} bytes a report; the start of the program, {start * 1000:.1f} ms, apart")
    few, many = Reading(folder, power * 1000), Reading(folder, longer(power) * 1000)
    line("  … memory asked for, in each report", f"{few.allocations / few.reports:.1f} times in {few.lines // 1000} lines, "
         f"{many.allocations / many.reports:.1f} in {many.lines // 1000}", "asked: not once a line")


def longer(body):
    """The same report with ten times as many lines that are no frames."""
    lines = body.splitlines(keepends=True)
    words = [row for row in lines if b"GPR" in row] or lines[-1:]
    return b"".join(lines[:-1] + words * (9 * len(lines) // len(words)) + lines[-1:])


def hostile():
    frames = b"".join(b"[    9.%06d]  f%d+0x10/0x20\n" % (i, i) for i in range(5000))
    callers = b"".join(b"[    1.000000][ T%d] BUG: bad page state in process p%d\n" % (i, i) for i in range(40))
    yield "lines that only look like reports", b"[    1.000000] lab01 TINFO: BUG x INFO: kernel bug at WARNINGs panic int3\n"
    yield "markers that are vetoed", b"[    1.000000] WARNING: eBPF DEBUG: x INFO: NMI handler took too long\n"
    yield "no newline at all", b"BUG: INFO: WARNING: "
    yield "lines of 16 KiB full of markers", b"BUG: " * 3276 + b"\n"
    yield "zero bytes and escape codes", b"\0\x1b[31m[    1.0]\x1b[0m a\rb\0 c\x1b]0;t\x07\n"
    yield "a report that never ends", sample("thread-power")[:-1] + b"\n" + frames * 80
    yield "40 callers at once", callers
    yield "half of a page dump, again and again", b"[    2.000000] page:f000000000a0 count:0 mapcount:0 index:0x1\n"


def main():
    with tempfile.TemporaryDirectory(prefix="faultline-console.") as name:
        folder = pathlib.Path(name)
        quiet(folder)
        reports(folder)
        for what, body in hostile():
            reading = Reading(folder, body * max(1, HOSTILE_BYTES // len(body)))
            line(what, f"{reading.rate:.0f} MB/s", f"{reading.reports:,} reports in {reading.lines:,} lines")


sys.exit(main())
