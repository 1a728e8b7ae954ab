"""Turns a source archive (tar on standard input, BYTES long) into a stream for git fast-import that puts its tree on
refs/heads/import. No work tree is written: 15 s where unpacking and `git add` take 34 s.

  xz -dc linux-source-6.1.tar.xz | import.py BYTES | git fast-import
"""
import shutil
import sys
import tarfile
import time

REPORT_GAP_S = 0.5 if sys.stderr.isatty() else 5.0
COPY_BYTES = 1 << 20


class Meter:
    """A line that is drawn over on a terminal, and now and then a line of its own elsewhere."""

    def __init__(self, total):
        self.total = max(total, 1)
        self.start = self.shown = time.monotonic()

    def show(self, done, is_last=False):
        now = time.monotonic()
        if not is_last and now - self.shown < REPORT_GAP_S:
            return
        self.shown = now
        text = f"  {100 * done // self.total} % of {self.total >> 20} MiB imported, {now - self.start:.0f} s"
        sys.stderr.write(f"\r\033[K{text}" + ("\n" if is_last else "") if sys.stderr.isatty() else text + "\n")
        sys.stderr.flush()


def put(out, text):
    out.write(text.encode("utf-8", "surrogateescape"))


def member_put(out, tar, member):
    path = member.name.partition("/")[2].replace("\\", "\\\\").replace('"', '\\"')
    if member.isfile():
        mode = "100755" if member.mode & 0o100 else "100644"
        put(out, f'M {mode} inline "{path}"\ndata {member.size}\n')
        shutil.copyfileobj(tar.extractfile(member), out, COPY_BYTES)
        put(out, "\n")
    elif member.issym():
        put(out, f'M 120000 inline "{path}"\ndata {len(member.linkname.encode())}\n{member.linkname}\n')
    elif not member.isdir():
        raise SystemExit(f"import.py: {member.name}: neither file, link nor folder")


def main():
    meter = Meter(int(sys.argv[1]))
    out = sys.stdout.buffer
    put(out, "commit refs/heads/import\ncommitter Import <import@example.org> 0 +0000\ndata 0\n")
    with tarfile.open(fileobj=sys.stdin.buffer, mode="r|") as tar:
        for member in tar:
            member_put(out, tar, member)
            tar.members = []  # else the list of all members grows
            meter.show(member.offset)
    meter.show(meter.total, is_last=True)


main()
