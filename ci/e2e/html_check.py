"""Reads a page and ends with 1, naming the place, if its elements do not nest or an id stands twice."""
import html.parser
import sys

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# Their end tags may be left out; an opening one closes its kind.
LOOSE = {"li", "p", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "colgroup"}


class Check(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open = []
        self.ids = set()
        self.faults = []

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"line {self.getpos()[0]}: <{tag}> has an attribute twice")
        for name, value in attrs:
            if name == "id":
                if value in self.ids:
                    self.faults.append(f"line {self.getpos()[0]}: id '{value}' stands twice")
                self.ids.add(value)
        if tag not in VOID:
            self.open.append((tag, self.getpos()[0]))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        while self.open and self.open[-1][0] != tag and self.open[-1][0] in LOOSE:
            self.open.pop()
        if not self.open or self.open[-1][0] != tag:
            self.faults.append(f"line {self.getpos()[0]}: </{tag}> closes nothing; open: {self.open[-3:]}")
            return
        self.open.pop()


check = Check()
check.feed(sys.stdin.read())
check.close()
check.faults += [f"line {line}: <{tag}> is never closed" for tag, line in check.open if tag not in LOOSE]
print("\n".join(check.faults[:10]))
sys.exit(1 if check.faults else 0)
