// A link to a line within the folded start opens it.
const unfold = () => {
	const line = /^#b\d+$/.test(location.hash) ? document.getElementById(location.hash.slice(1)) : null;
	const boot = line?.closest("details");
	if (boot && !boot.open) {
		boot.open = true;
		line.scrollIntoView();
	}
};
unfold();
addEventListener("hashchange", unfold);
