// Keeps an open page true: when something happened that a region names in data-on, the page is fetched
// again and its data-live regions are exchanged. Without JavaScript or stream the page is what it was when loaded.
// The page comes by XMLHttpRequest as a document, since that parses HTML without any Trusted Types sink.
import { streamOpen } from "./stream.js";

const REST_MS = 1000; // at most one fetch a second, however much happens
const RETRY_MS = 5000; // as error.html says
const regions = () => [...document.querySelectorAll("[data-live]")];
const wanted = () => new Set(["resync", ...regions().flatMap((region) => region.dataset.on.split(" "))]);

let timer = null;
let isBusy = false;
let isStale = false;

function fetchPage() {
	return new Promise((resolve, reject) => {
		const request = new XMLHttpRequest();
		request.open("GET", location.pathname + location.search);
		request.responseType = "document";
		request.timeout = 20000;
		request.onload = () => (request.status === 200 && request.response ? resolve(request.response) : reject(new Error(`status ${request.status}`)));
		request.onerror = request.ontimeout = () => reject(new Error("no answer"));
		request.send();
	});
}

// What a person has done to a region outlives its exchange: focus and scrolling. A data-once region is only ever filled:
// what a chart has drawn there stays the chart's.
function exchange(old, fresh) {
	if (old.isEqualNode(fresh) || ("once" in old.dataset && old.firstElementChild)) {
		return false;
	}
	const next = document.importNode(fresh, true);
	const path = "a, button, summary, [tabindex]";
	const focus = old.contains(document.activeElement) ? [...old.querySelectorAll(path)].indexOf(document.activeElement) : -1;
	const href = focus >= 0 ? document.activeElement.getAttribute("href") : null;
	const boxes = [...old.querySelectorAll(".scroll, pre")].map((box) => [box.scrollLeft, box.scrollTop]);
	old.replaceWith(next);
	[...next.querySelectorAll(".scroll, pre")].forEach((box, i) => boxes[i] && box.scrollTo(...boxes[i]));
	if (focus >= 0) {
		const targets = [...next.querySelectorAll(path)];
		(targets.find((target) => href !== null && target.getAttribute("href") === href) ?? targets[focus])?.focus({ preventScroll: true });
	}
	return true;
}

async function refresh() {
	timer = null;
	if (isBusy || document.hidden) {
		isStale = true;
		return false;
	}
	isBusy = true;
	isStale = false;
	try {
		const page = await fetchPage();
		for (const region of regions()) {
			const fresh = page.querySelector(`[data-live="${region.dataset.live}"]`);
			if (fresh && exchange(region, fresh)) {
				document.dispatchEvent(new CustomEvent("faultline:exchanged", { detail: region.dataset.live }));
			}
		}
		enliven(document);
		say("");
	} catch (error) {
		say(`Not up to date: ${error.message}`);
	} finally {
		isBusy = false;
		if (isStale && !document.hidden) {
			plan();
		}
	}
	return true;
}

function plan() {
	timer ??= setTimeout(() => refresh().then((isDone) => isDone && document.dispatchEvent(new CustomEvent("faultline:news"))), REST_MS);
}

function say(text) {
	const state = document.getElementById("live-state");
	if (state && state.textContent !== text) {
		state.textContent = text;
	}
}

// A page of one attempt minds that one only.
function heard(kind, data) {
	const attempt = document.querySelector("[data-attempt]")?.dataset.attempt;
	if (attempt && kind !== "resync" && String(data.attempt) !== attempt) {
		return;
	}
	if (kind === "stream") {
		document.dispatchEvent(new CustomEvent("faultline:stream", { detail: data }));
	}
	if (wanted().has(kind)) {
		plan();
	}
}

function listen() {
	streamOpen(heard, say);
	addEventListener("pageshow", (event) => event.persisted && location.reload());
	document.addEventListener("visibilitychange", () => !document.hidden && isStale && plan());
	document.addEventListener("faultline:stale", () => { // the page's address says something else now
		clearTimeout(timer);
		refresh();
	});
}

// The words of page_ago() in db/migrations/0002_page.sql, for pages that stay open.
function ago(seconds) {
	if (seconds < 10) {
		return "just now";
	}
	const [size, unit] = seconds < 60 ? [1, "s"] : seconds < 3600 ? [60, "min"] : seconds < 172800 ? [3600, "h"] : [86400, "d"];
	return `${Math.floor(seconds / size)} ${unit} ago`;
}

function tick() {
	for (const time of document.querySelectorAll("time[datetime]")) {
		const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
		if (seconds >= 0 && seconds < 60 * 86400) {
			const text = ago(seconds);
			if (time.textContent !== text) {
				time.textContent = text;
			}
		}
	}
}

// navigator.clipboard exists on https and localhost only; a lab's plain http gets the old way.
export async function copy(button, text) {
	const label = button.textContent;
	if (navigator.clipboard) {
		await navigator.clipboard.writeText(text);
	} else {
		const box = document.createElement("textarea");
		box.value = text;
		document.body.append(box);
		box.select();
		document.execCommand("copy");
		box.remove();
	}
	button.textContent = "Copied";
	setTimeout(() => (button.textContent = label), 1500);
}

function enliven(root) {
	for (const button of root.querySelectorAll("button[data-copy][hidden]")) {
		button.hidden = false;
		button.addEventListener("click", () => copy(button, button.dataset.copy));
	}
}

// What cannot be answered now is asked for again until it can.
function retry(note) {
	note.hidden = false;
	setTimeout(async () => {
		const answer = await fetch(location.href, { method: "HEAD", cache: "no-store" }).catch(() => null);
		if (answer !== null && answer.status < 500) {
			location.reload();
		} else {
			retry(note);
		}
	}, RETRY_MS);
}

enliven(document);
document.querySelectorAll("[data-retry]").forEach(retry);
if (regions().length > 0) {
	listen();
	setInterval(tick, 10000);
}
