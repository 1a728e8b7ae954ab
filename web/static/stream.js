// One event stream for all tabs of a browser: it has six connections to a server, and a stream keeps one. The tab that holds the
// lock listens and passes on what it hears; when it goes, another inherits, and asks all to look anew. Browsers give locks to
// secure contexts only; without them each tab listens for itself. A SharedWorker would need a Trusted Types policy.

const NAME = "faultline-events";
const KINDS = ["alert", "attempt", "bisection", "bug", "change", "job", "machine", "resync", "run", "series", "stream", "tree"];

// hear(kind, data) is called for each event, say(text) when the stream's state changes.
export function streamOpen(hear, say) {
	const channel = navigator.locks ? new BroadcastChannel(NAME) : null;
	const receive = ({ kind, data }) => (kind === "state" ? say(data) : hear(kind, data));
	const pass = (message) => {
		receive(message);
		channel?.postMessage(message);
	};
	const listen = (isHeir) => {
		const source = new EventSource("/api/v1/events");
		KINDS.forEach((kind) => source.addEventListener(kind, (event) => pass({ kind, data: JSON.parse(event.data) })));
		source.onerror = () => pass({ kind: "state", data: source.readyState === EventSource.CLOSED ? "Not live: reload to see news" : "Reconnecting…" });
		source.onopen = () => {
			pass({ kind: "state", data: "" });
			if (isHeir) {
				isHeir = false;
				pass({ kind: "resync", data: {} });
			}
		};
		return new Promise((release) => addEventListener("pagehide", () => {
			source.close();
			release();
		}));
	};
	if (!channel) {
		listen(false);
		return;
	}
	channel.onmessage = (event) => receive(event.data);
	navigator.locks.request(NAME, { ifAvailable: true }, (lock) => (lock ? listen(false) : null))
		.then((held) => held === null && navigator.locks.request(NAME, () => listen(true)));
}
