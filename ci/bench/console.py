#!/usr/bin/python3
"""The console reader against grep -cF with the same markers: on a quiet console, on one of nothing but reports, on ten times
as many, and on lines that look like reports and are none. User and system time, best of several, all in one run."""
import pathlib
import re
import resource
import subprocess
import sys
import tempfile

REPO = pathlib.Path(__file__).resolve().parent.parent.parent
SAMPLES = REPO / "server/console/samples"
BENCH = REPO / "build/console-bench"
QUIET_BYTES = 256 << 20
STAMP = re.compile(rb"^\[ *\d+\.\d+\] ?", re.M)
MARKED = re.compile(rb"Linux version|INFO:|WARNING:|BUG:")


def cpu_s(command):
    """Least user and system seconds of three."""
    def once():
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, stdout=subprocess.DEVNULL, env={"LC_ALL": "C"}, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return min(once() for _ in range(3))


def consoles(folder):
    """Writes what is measured: name, file."""
    quiet = MARKED.sub(b"quiet", (SAMPLES / "arm64-clean.log").read_bytes())
    power = (SAMPLES / "thread-power.log").read_bytes()
    x86 = (SAMPLES / "x86_64-two-bugs.log").read_bytes()
    bait = b"[    1.000000] lab01 TINFO: BUG x INFO: kernel bug at WARNINGs panic int3\n"
    for name, body, times in (("quiet console", quiet, QUIET_BYTES // len(quiet)),
                              ("1,000 reports (POWER, page dumps)", power, 1000),
                              ("10,000 of these", power, 10000),
                              ("1,000 without stamps", STAMP.sub(b"", power), 1000),
                              ("1,000 on x86", x86, 500),
                              ("lines that only look like reports", bait, 200000)):
        file = folder / f"{len(name)}.log"
        file.write_bytes(body * times)
        yield name, file


def main():
    with tempfile.TemporaryDirectory(prefix="faultline-console.") as name:
        folder = pathlib.Path(name)
        markers = folder / "markers"
        markers.write_bytes(subprocess.run([BENCH, "--markers"], capture_output=True, check=True).stdout)
        for what, file in consoles(folder):
            rate = float(subprocess.run([BENCH, file], capture_output=True, check=True, text=True).stdout.split()[-1])
            grep = file.stat().st_size / 1e6 / cpu_s(["grep", "-cF", "-f", markers, file])
            print(f"{'console: ' + what:<44} {rate:>6.0f} MB/s{'':<33} grep -cF, same markers: {grep:.0f} MB/s", flush=True)
            file.unlink()


sys.exit(main())
