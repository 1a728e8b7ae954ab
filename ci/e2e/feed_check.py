"""An Atom feed on standard input, read by Debian's feedparser: what RFC 4287 demands of it is there, or it says what is missing
and fails. Prints {"id", "updated", "self", "entries": [{"id", "title", "updated", "link", "summary"}]}."""
import json
import sys

import feedparser

body = sys.stdin.buffer.read()
feed = feedparser.parse(body, response_headers={"content-type": "application/atom+xml; charset=utf-8"})
wrong = []
if feed.bozo:
    wrong.append(f"not well formed: {feed.bozo_exception}")
if feed.version != "atom10":
    wrong.append(f"version {feed.version!r}")


def link(of, rel):
    return next((one.href for one in of.get("links", []) if one.rel == rel), None)


for what, of in [("feed", feed.feed), *((f"entry {i}", entry) for i, entry in enumerate(feed.entries))]:
    wrong += [f"{what} has no {name}" for name in ("id", "title", "updated_parsed") if not of.get(name)]
    if not str(of.get("id", "")).startswith("urn:uuid:"):
        wrong.append(f"{what}: {of.get('id')} is no permanent id")
    if not link(of, "alternate"):
        wrong.append(f"{what} leads nowhere")
if not link(feed.feed, "self") or not feed.feed.get("author"):
    wrong.append("feed has no address of its own, or no author")
ids = [entry.id for entry in feed.entries]
if len(set(ids)) != len(ids):
    wrong.append("two entries have one id")
if wrong:
    sys.exit("\n".join(wrong))
print(json.dumps({"id": feed.feed.id, "updated": feed.feed.updated, "self": link(feed.feed, "self"), "entries": [
    {"id": e.id, "title": e.title, "updated": e.updated, "link": link(e, "alternate"), "summary": e.summary} for e in feed.entries]}))
