// What is looked at stands in the address, so that any view can be pasted in a mail: `with` (series), `view` (each: small
// multiples), `scale` (log), `x` (date), `from` and `to` (places on the line), `focus` (a series), `at` and `base` (commits), `show`
// (data: the table is open).

const asked = new URLSearchParams(location.search);
const place = (key) => (/^\d{1,15}$/.test(asked.get(key) ?? "") ? Number(asked.get(key)) : null);

export const view = {
	isEach: asked.get("view") === "each",
	isLog: asked.get("scale") === "log",
	isFree: !asked.has("scale"), // the data say which scale suits them
	isDate: asked.get("x") === "date",
	isTable: asked.get("show") === "data" || asked.has("before"),
	from: place("from"),
	to: place("to"),
	focus: place("focus"),
	at: place("at"),
	base: place("base"),
};

// Links that lead to the same view of other series carry it along.
function linksFollow(keep) {
	for (const link of document.querySelectorAll("a.keep")) {
		const url = new URL(link.href);
		for (const key of ["view", "scale", "x", "from", "to", "at", "base", "show"]) {
			url.searchParams.delete(key);
			if (keep.has(key)) {
				url.searchParams.set(key, keep.get(key));
			}
		}
		link.href = url.pathname + url.search;
	}
}

// The address of what is looked at; while it is the newest commits, it is that of the newest ones whenever it is opened.
function addressOf(keep) {
	const query = String(keep).replaceAll("%2C", ",");
	return location.pathname + (query ? `?${query}` : "");
}

function wordsOf(isNewest) {
	const keep = new URLSearchParams(location.search);
	const set = (key, value) => (value === null || value === false ? keep.delete(key) : keep.set(key, value));
	set("view", view.isEach && "each");
	set("scale", view.isFree ? null : view.isLog ? "log" : "linear");
	set("x", view.isDate && "date");
	set("from", isNewest ? null : Math.max(0, Math.ceil(view.from)));
	set("to", isNewest ? null : Math.floor(view.to));
	set("focus", view.focus);
	set("at", view.at);
	set("base", view.base);
	set("show", view.isTable && "data");
	return keep;
}

// Answers whether the address is another one now.
export function remember(isNewest) {
	const before = location.search;
	const keep = wordsOf(isNewest);
	const old = new URLSearchParams(before);
	if (!view.isTable || ["from", "to"].some((key) => keep.get(key) !== old.get(key))) {
		keep.delete("before"); // the table's page is of other commits now
	}
	history.replaceState(null, "", addressOf(keep) + location.hash);
	linksFollow(keep);
	return location.search !== before;
}

// For a mail: these commits, whatever comes after them.
export const pinned = () => location.origin + addressOf(wordsOf(false));
