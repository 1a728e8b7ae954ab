// What is looked at stands in the address, so that any view can be pasted in a mail: `with` (series), `view` (each: small
// multiples), `scale` (log), `x` (date), `from` and `to` (places on the line), `focus` (a series), `at` and `base` (commits).

const asked = new URLSearchParams(location.search);
const place = (key) => (/^\d{1,15}$/.test(asked.get(key) ?? "") ? Number(asked.get(key)) : null);

export const view = {
	isEach: asked.get("view") === "each",
	isLog: asked.get("scale") === "log",
	isFree: !asked.has("scale"), // the data say which scale suits them
	isDate: asked.get("x") === "date",
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
		for (const key of ["view", "scale", "x", "from", "to", "at", "base"]) {
			url.searchParams.delete(key);
			if (keep.has(key)) {
				url.searchParams.set(key, keep.get(key));
			}
		}
		link.href = url.pathname + url.search;
	}
}

export function remember(isWhole) {
	const keep = new URLSearchParams(location.search);
	const set = (key, value) => (value === null || value === false ? keep.delete(key) : keep.set(key, value));
	set("view", view.isEach && "each");
	set("scale", view.isFree ? null : view.isLog ? "log" : "linear");
	set("x", view.isDate && "date");
	set("from", isWhole ? null : Math.max(0, Math.ceil(view.from)));
	set("to", isWhole ? null : Math.floor(view.to));
	set("focus", view.focus);
	set("at", view.at);
	set("base", view.base);
	const query = String(keep).replaceAll("%2C", ",");
	history.replaceState(null, "", location.pathname + (query ? `?${query}` : "") + location.hash);
	linksFollow(keep);
}
