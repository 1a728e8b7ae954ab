// The end of a running attempt's console: what is there is fetched once, the rest as the event stream announces it.

const TAIL_BYTES = 65536; // what is fetched at first
const KEPT_CHARACTERS = 1000000; // what stays in the page

const box = document.querySelector("[data-tail]");
const decoder = new TextDecoder();
let offset = 0;
let isBusy = false;
let isStale = false;
let isEmpty = true;

// Escape sequences and control characters mean nothing here.
const clean = (text) => text.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, "").replace(/[\x00-\x08\x0b-\x1f]/g, "");

async function more() {
	if (isBusy) {
		isStale = true;
		return;
	}
	isBusy = true;
	do {
		isStale = false;
		const answer = await fetch(`/api/v1/attempts/${box.dataset.tail}/streams/console?offset=${offset}`).catch(() => null);
		if (!answer?.ok) {
			break;
		}
		const bytes = await answer.arrayBuffer();
		offset += bytes.byteLength;
		add(clean(decoder.decode(bytes, { stream: true })));
	} while (isStale);
	isBusy = false;
}

function add(text) {
	if (text === "") {
		return;
	}
	if (isEmpty) {
		box.textContent = "";
		isEmpty = false;
	}
	const isAtEnd = box.scrollTop + box.clientHeight >= box.scrollHeight - 20;
	box.append(text);
	while (box.childNodes.length > 1 && box.textContent.length > KEPT_CHARACTERS) {
		box.firstChild.remove();
	}
	if (isAtEnd) {
		box.scrollTop = box.scrollHeight;
	}
}

if (box) {
	offset = Math.max(0, Number(box.dataset.size ?? 0) - TAIL_BYTES);
	box.textContent = "Nothing yet.";
	if (box.dataset.size !== undefined) {
		more();
	}
	document.addEventListener("faultline:stream", (event) => {
		if (event.detail.name === undefined || event.detail.name === "console") {
			more();
		}
	});
}
