// What people come for, done in a browser as they do it, on the seeded database: each path is a function of { browser, url, token,
// told }, and leaves the data changed. pages.mjs runs them when it has looked at everything. What holds for every page is there,
// what the trend page promises in trend.mjs.
import { randomUUID } from "node:crypto";
import { LIMIT_MS, LOOKS } from "./window.mjs";

const TABS_MAX = 120;
const JOBS_BEFORE = 12;

// Somebody who is signed in, on a page of their own.
export async function somebody({ browser, url, token }, options = {}) {
	const context = await browser.newContext({ ...LOOKS[0], ...options, baseURL: url });
	context.setDefaultTimeout(LIMIT_MS);
	const page = await context.newPage();
	await page.goto("/signin");
	await page.getByLabel("token").fill(token);
	await page.getByRole("button", { name: "Sign in" }).click();
	await page.waitForURL(`${url}/`);
	return page;
}

const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
const shown = (page, text) => page.locator("main").getByText(text).filter({ visible: true }).first().waitFor();
const unfold = (page, text) => page.locator("summary", { hasText: text }).click();

// Tab after Tab until what has the focus reads so.
async function tabTo(page, text) {
	for (let i = 0; i < TABS_MAX; i++) {
		await page.keyboard.press("Tab");
		if (await page.evaluate((want) => (document.activeElement.textContent || document.activeElement.name) === want, text)) {
			return;
		}
	}
	throw new Error(`no Tab leads to '${text}'`);
}

// A runner by hand: what faultline-runner would say.
function runner({ url, token }, name) {
	const call = async (path, body) => {
		const answer = await fetch(`${url}/api/v1/runner/${path}`, { method: "POST", headers: { authorization: `Bearer ${token}`, "content-type": "application/json" }, body: JSON.stringify(body) });
		if (!answer.ok) {
			throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
		}
		return answer.status === 204 ? null : answer.json();
	};
	const step = (now, done, of, unit) => ({ step: now, done, of, unit, steps: [] });
	let attempt = null;
	const end = () => call(`attempts/${attempt}/result`, { result: "clean", step: "collect", detail: null, steps: [{ name: "boot", started_at: "2026-01-01T00:00:00Z", seconds: 1.5 }], kernel_release: "6.9.0-x", page_size: 4096, accel: "tcg",
		build_seconds: null, is_built_from_cache: null, load_before: 0.1, load_during: 0.1, reproduce: "qemu", artifacts: [], streams: [] });
	return {
		register: () => call("register", { machine: { name, arch: "x86_64", cpus: 2, memory_mb: 4096, tags: ["arch:x86_64", "workload:migrate-hot", "workload:migrate-reader", "sandbox"], runner_version: "0.1.0",
			kernel_release: "6.1.0", cpu_model: "by hand", qemu_version: "7.2.22", compiler_version: null, disk_free_bytes: null } }),
		// What waited for an hour goes first, whatever its priority.
		async begin(run) {
			for (let i = 0; i < JOBS_BEFORE; i++) {
				const claim_id = randomUUID();
				const { job } = await call("claim", { machine: name, claim_id, wait_s: 20 });
				attempt = (await call("confirm", { machine: name, claim_id })).attempt_id;
				if (job.run_id === run) {
					return attempt;
				}
				await end();
			}
			throw new Error("the run's job is never given");
		},
		build: () => call(`attempts/${attempt}/heartbeat`, step("build", 412, 731, "files")),
		end,
	};
}

async function orderFill(page, commit, priority) {
	await page.goto("/runs");
	await unfold(page, "Order a run");
	await page.getByLabel("tree").selectOption("mm-next");
	await page.getByLabel("commit, branch or tag").fill(commit);
	await page.getByLabel("priority, 0 to 100").fill(priority);
	await page.getByLabel("profiles").selectOption("x86_64-xfs1k-hot");
	await press(page, "Order it");
}

// Ordered, queued, running, done: on one page that nobody loads again.
async function aRunIsOrderedAndSeenToItsEnd(site) {
	const page = await somebody(site);
	const machine = runner(site, "by-hand");
	await machine.register();
	await orderFill(page, "v6.9-rc3", "100");
	await page.waitForURL(/\/runs\/\d+/);
	await page.evaluate(() => { window.isSame = true; });
	await shown(page, "queued");
	const attempt = await machine.begin(Number(page.url().match(/runs\/(\d+)/)[1]));
	await page.getByRole("link", { name: String(attempt), exact: true }).first().waitFor();
	await machine.build();
	await shown(page, "build");
	await machine.end();
	await page.locator("main .lead").getByText("done").waitFor();
	await shown(page, "clean");
	if (!await page.evaluate(() => window.isSame)) {
		site.told("the page was loaded again");
	}
	await page.context().close();
}

async function anAlertIsTakenUpAndMuted(site) {
	const page = await somebody(site);
	await page.goto("/alerts");
	await page.locator("td.subject a", { hasText: "stall" }).first().click();
	await page.getByLabel("note for the history").fill("looking at it");
	await press(page, "Acknowledge");
	await shown(page, "looking at it");
	await page.getByLabel("who sees to it").fill("Jane Doe");
	await press(page, "Assign");
	await shown(page, "Jane Doe sees to it");
	await page.getByLabel("days (empty: for ever)").fill("3");
	await press(page, "Mute");
	await press(page, "Tell again");
	await page.getByRole("button", { name: "Tell again" }).waitFor({ state: "detached" });
	await page.context().close();
}

async function aChangeIsDecided(site) {
	const page = await somebody(site);
	await page.goto("/changes?state=confirmed");
	await page.locator("tbody th a").first().click();
	await page.getByLabel("note for the history").fill("the count is right now");
	await press(page, "It was expected");
	await shown(page, "the count is right now");
	await page.locator("main .lead").getByText("expected").waitFor();
	await page.context().close();
}

async function bugsAreSplitJoinedAndFixed(site) {
	const page = await somebody(site);
	await page.goto("/bugs/1");
	await unfold(page, "Change this bug");
	await page.getByLabel("kernel BUG in generic_file_buffered_read").check();
	await press(page, "Split");
	await page.waitForURL((to) => !to.pathname.endsWith("/bugs/1"));
	await page.getByRole("heading", { name: "kernel BUG in generic_file_buffered_read" }).waitFor();
	const part = page.url().match(/bugs\/(\d+)/)[1];
	await page.goto("/bugs/1");
	await unfold(page, "Change this bug");
	await page.getByLabel("Bug number").fill(part);
	await press(page, "Join it into this");
	await shown(page, "Duplicate:");
	await unfold(page, "Change this bug");
	await page.getByLabel("Title of the commit").fill("iomap: get/put the page in iomap_page_create/release");
	await press(page, "Name the fix");
	await page.getByRole("heading", { name: /^Fix / }).waitFor();
	await page.context().close();
}

async function aMachineRestsAndComesBack(site) {
	const page = await somebody(site);
	await page.goto("/machines?state=all");
	await page.goto("/machines/epyc-1");
	for (const state of ["maintenance", "active"]) {
		await unfold(page, "Change this machine");
		await page.getByLabel("state").selectOption(state);
		await page.getByLabel("note for the history").fill(`now ${state}`);
		await press(page, "Set the state");
		await shown(page, `now ${state}`);
		await page.locator("main .lead").getByText(state === "active" ? /active|silent/ : state).waitFor();
	}
	await page.context().close();
}

async function aDraftIsChangedAndApproved(site) {
	const page = await somebody(site);
	await page.goto("/deliveries?state=draft");
	await page.locator("tbody th a").first().click();
	await page.getByLabel("subject").fill("[faultline] looked over by a person");
	await press(page, "Keep the changes");
	await page.getByRole("heading", { name: "looked over by a person" }).first().waitFor();
	await press(page, "Approve and send");
	await page.getByRole("button", { name: "Approve and send" }).waitFor({ state: "detached" });
	await page.context().close();
}

async function aTokenIsMadeAndEnded(site) {
	const page = await somebody(site);
	await page.goto("/tokens");
	await page.getByLabel("name").fill("walker");
	await page.getByLabel("kind").selectOption("read");
	await press(page, "Make a token");
	if (!/^fl_read_\w{40,}$/.test((await page.locator("main pre").textContent()).trim())) {
		site.told("the token is not shown");
	}
	await press(page, "Revoke walker");
	await page.getByRole("row", { name: /walker/ }).getByText("revoked").waitFor();
	await page.context().close();
}

async function whatIsSearchedIsFound(site) {
	const page = await somebody(site);
	await page.getByRole("searchbox").fill("filemap_read");
	await page.keyboard.press("Enter");
	await page.locator("main").getByRole("link", { name: /kernel BUG in filemap_read/ }).first().click();
	await page.waitForURL(/\/bugs\/1$/);
	await page.goto("/compare");
	await page.getByLabel("before").fill("mm-next/v6.9-rc2");
	await page.getByLabel("after").fill("mm-next/v6.9-rc3");
	await press(page, "Compare");
	await page.getByRole("heading", { name: "By profile" }).waitFor();
	await page.context().close();
}

async function aCommitIsSearchedFor(site) {
	const page = await somebody(site);
	await page.goto("/bugs/1");
	await unfold(page, "Search for the commit");
	await page.getByLabel("older end").fill("no-such-commit");
	await press(page, "Which commit brought it?");
	await page.locator("label em").first().waitFor();
	await page.getByLabel("older end").fill("");
	await press(page, "Which commit brought it?");
	await page.waitForURL(/\/bisections\/\d+/);
	await press(page, "Cancel");
	await page.getByRole("button", { name: "Cancel" }).waitFor({ state: "detached" });
	await page.context().close();
}

// By keys: from a trend to an attempt; by mouse: what stands above the data.
async function aTrendLeadsToAnAttempt(site) {
	const page = await somebody(site);
	await page.goto("/trees/mm-next/series/x86_64-xfs1k-hot/fail_ratio?from=760&to=800");
	await page.waitForFunction(() => performance.getEntriesByName("trend-drawn").length > 0);
	const over = await page.locator(".u-over").boundingBox();
	const tip = page.locator(".tip:not([hidden])");
	for (let step = 0; step < 80 && !/another kernel config/.test(await tip.allInnerTexts()); step++) {
		await page.mouse.move(over.x + (over.width * step) / 80, over.y - 8);
	}
	if (!/another kernel config/.test(await tip.allInnerTexts())) {
		site.told("nothing tells of the other kernel config");
	}
	await page.locator("#trend .plot").focus();
	for (const key of ["+", "ArrowLeft", "Enter"]) {
		await page.keyboard.press(key);
	}
	await page.waitForURL(/\/attempts\/\d+$/);
	await page.context().close();
}

async function aConsoleIsSearched(site) {
	const page = await somebody(site);
	for (const id of process.env.ATTEMPTS.split(",")) { // of one of them there is a report
		await page.goto(`/attempts/${id}`);
		if (await page.getByRole("link", { name: "In the console" }).count() > 0) {
			break;
		}
	}
	await page.getByRole("link", { name: "In the console" }).first().click();
	await page.getByLabel("Lines with").fill("kernel BUG at");
	await press(page, "Find");
	await page.getByRole("region", { name: "Lines found" }).locator("a").first().click();
	await page.locator(".lines tr:target", { hasText: "kernel BUG at" }).waitFor();
	await page.context().close();
}

// With keys alone: in, where one was, something done, and out.
async function keysAloneAreEnough({ browser, url, token, told }) {
	const context = await browser.newContext({ ...LOOKS[0], baseURL: url });
	context.setDefaultTimeout(LIMIT_MS);
	const page = await context.newPage();
	await page.goto("/alerts/1?x=y");
	if (await page.locator("main form").count() > 0) {
		told("a stranger sees a form");
	}
	await tabTo(page, "Sign in");
	await page.keyboard.press("Enter");
	await page.waitForURL(/\/signin/);
	await page.getByLabel("token").and(page.locator(":focus")).waitFor();
	await page.keyboard.type(token);
	await page.keyboard.press("Enter");
	await page.waitForURL(`${url}/alerts/1?x=y`);
	await tabTo(page, "note");
	await page.keyboard.type("by keys");
	await tabTo(page, "to");
	await page.keyboard.type("Kim");
	await tabTo(page, "Assign");
	await page.keyboard.press("Enter");
	await shown(page, "by keys");
	await tabTo(page, "Sign out");
	await page.keyboard.press("Enter");
	await page.getByRole("link", { name: "Sign in", exact: true }).first().waitFor();
	await context.close();
}

// Without scripts: refused, said so beside the field with all that was typed, mended, done.
async function formsNeedNoScripts(site) {
	const page = await somebody(site, { javaScriptEnabled: false });
	await orderFill(page, "no-such-commit", "5");
	if (await page.getByLabel("commit, branch or tag").inputValue() !== "no-such-commit" || await page.getByLabel("priority, 0 to 100").inputValue() !== "5"
		|| await page.getByLabel("profiles").inputValue() !== "x86_64-xfs1k-hot") {
		site.told("what was typed is lost");
	}
	await page.locator("label", { hasText: "commit, branch or tag" }).locator("em").waitFor();
	await page.getByLabel("commit, branch or tag").fill("v6.9-rc2");
	await press(page, "Order it");
	await page.waitForURL(/\/runs\/\d+/);
	await page.goto("/trees/mm-next/series/x86_64-xfs1k-hot/fail_ratio");
	await page.getByRole("link", { name: /as a table/ }).click();
	await page.locator("#data tbody tr").first().waitFor();
	await page.goto("/subscriptions");
	await page.getByLabel("name").fill("nightly");
	await page.getByLabel("to", { exact: true }).fill("nobody");
	await page.getByLabel("at least").selectOption("high");
	await press(page, "Subscribe");
	await page.locator("label:has(em)").first().waitFor();
	if (await page.getByLabel("at least").inputValue() !== "high") {
		site.told("what was chosen is lost");
	}
	await page.goto("/machines/nuc-4");
	await unfold(page, "Change this machine");
	await page.getByLabel("attempts at once").fill("many");
	await press(page, "Set it");
	await page.locator("label", { hasText: "attempts at once" }).locator("em").waitFor();
	await page.context().close();
}

export const PATHS = [
	["a run is ordered on a page and seen to its end", aRunIsOrderedAndSeenToItsEnd],
	["an alert is acknowledged, assigned, muted", anAlertIsTakenUpAndMuted],
	["a change is decided", aChangeIsDecided],
	["bugs are split, joined and fixed", bugsAreSplitJoinedAndFixed],
	["a machine rests and comes back", aMachineRestsAndComesBack],
	["a draft is changed and approved", aDraftIsChangedAndApproved],
	["a token is made and ended", aTokenIsMadeAndEnded],
	["what is searched is found, and compared", whatIsSearchedIsFound],
	["a commit is searched for", aCommitIsSearchedFor],
	["a trend leads to an attempt", aTrendLeadsToAnAttempt],
	["a console is searched", aConsoleIsSearched],
	["keys alone are enough", keysAloneAreEnough],
	["forms need no scripts", formsNeedNoScripts],
];
