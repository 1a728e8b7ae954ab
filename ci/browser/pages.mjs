// Visits every page of a running server in Chromium, at phone and desk width, light and dark: pages.mjs URL [FOLDER].
// Fails on a console error, a policy violation, a page wider than its window, an axe-core finding or a dead link to ourselves.
// Screenshots go to FOLDER (build/screens). Prints TAP; each page is one test.
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { inaccessible, LIMIT_MS, LOOKS, open, overhang, visit } from "./window.mjs";

const base = process.argv[2];
const folder = process.argv[3] ?? join(dirname(fileURLToPath(import.meta.url)), "../../build/screens");

const data = async (path) => (await fetch(`${base}${path}${path.includes("?") ? "&" : "?"}format=json`)).json();

// One address of each kind, found by following the pages' own data; what the database does not have is left out.
// ATTEMPTS="ID,ID" adds attempts of special interest.
async function pages() {
	const found = [["overview", "/"], ["bugs", "/bugs"], ["bugs-all", "/bugs?state=all"], ["machines", "/machines"], ["queue", "/queue"], ["rules", "/rules"], ["runs", "/runs"], ["missing", "/trees/no-such-tree"]];
	const overview = await data("/");
	for (const { name } of overview.trees ?? []) {
		found.push([`tree-${name}`, `/trees/${name}`], [`trends-${name}`, `/trees/${name}/series`]);
	}
	const tree = overview.trees?.[0] && (await data(`/trees/${overview.trees[0].name}`));
	if (tree?.older) {
		found.push(["tree-older", tree.older]);
	}
	const trend = tree && (await data(`/trees/${tree.tree}/series`)).rows?.[0];
	if (trend) {
		found.push(["series", trend.href]);
	}
	const bug = (await data("/bugs?state=all")).rows?.[0];
	if (bug) {
		const { rows, ranges } = await data(bug.href);
		const hit = ranges?.[0]?.profiles?.find((profile) => profile.has_it);
		found.push(["bug", bug.href], ["attempt-crash", rows[0].href], ["console", rows[0].console_href], ["commit", rows[0].commit_href], ...(hit ? [["series-bug", hit.href]] : []));
	}
	const rule = (await data("/rules?state=all")).rows?.[0];
	if (rule) {
		found.push(["rule", rule.href]);
	}
	const first = { machine: overview.machines?.[0] && `/machines/${overview.machines[0].name}`, "attempt-running": overview.running?.[0]?.href, "attempt-last": overview.latest?.[0]?.href };
	const runs = (await data("/runs")).rows ?? [];
	runs.slice(0, 2).forEach(({ id, href }) => (first[`run-${id}`] = href));
	found.push(...Object.entries(first).filter(([, path]) => path));
	for (const id of (process.env.ATTEMPTS ?? "").split(",").filter(Boolean)) {
		found.push([`attempt-${id}`, `/attempts/${id}`], [`console-${id}`, `/attempts/${id}/console`]);
	}
	return found;
}

const RULES = { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"] };

// Looks at one page in one look and answers what is wrong with it.
async function look(context, { name: looks }, name, path) {
	const wrong = [];
	const page = await visit(context, base, path, (what) => wrong.push(what), name === "missing" ? 404 : 200);
	if (await page.locator("figure.chart").count()) {
		await page.locator("figure.chart canvas").first().waitFor({ timeout: LIMIT_MS }).catch(() => wrong.push("the chart was not drawn"));
	}
	const wide = await overhang(page);
	if (wide > 0) {
		wrong.push(`${wide} px wider than the window`);
	}
	await page.screenshot({ path: join(folder, `${name}-${looks}.png`), fullPage: true });
	wrong.push(...(looks === "phone-dark" ? [] : (await inaccessible(page, RULES)).map(({ text }) => text)));
	await page.close();
	return wrong;
}

// The chart's own ways: keys move the cursor, the scale button writes the address, a click opens the attempt.
async function trendWorks(context, path) {
	const page = await context.newPage();
	await page.goto(base + path);
	await page.locator("#trend canvas").waitFor({ timeout: LIMIT_MS });
	const wrong = [];
	await page.locator("#trend .uplot").focus();
	await page.keyboard.press("End");
	await page.keyboard.press("ArrowLeft");
	if (!(await page.locator("#trend .readout").textContent())) {
		wrong.push("arrow keys say nothing");
	}
	await page.locator("#trend .tools button").first().click();
	if (!/scale=(log|linear)/.test(page.url())) {
		wrong.push("the scale is not in the address");
	}
	await page.locator("#trend .uplot").focus();
	await page.keyboard.press("End");
	for (let i = 0; i < 50 && !/\/attempts\//.test(page.url()); i++) {
		await page.keyboard.press("Enter");
		await page.waitForTimeout(50);
		await page.keyboard.press("ArrowLeft").catch(() => null);
	}
	if (!/\/attempts\/\d+$/.test(page.url())) {
		wrong.push("Enter opens no attempt");
	}
	await page.close();
	return wrong;
}

// Without JavaScript every page still says what it has to say.
async function plainWorks(browser, list) {
	const context = await browser.newContext({ javaScriptEnabled: false, viewport: LOOKS[0].viewport });
	const page = await context.newPage();
	const wrong = [];
	for (const [name, path] of list) {
		await page.goto(base + path);
		if (!(await page.locator("h1").textContent())?.trim()) {
			wrong.push(`${name}: no heading`);
		}
		await page.screenshot({ path: join(folder, `${name}-plain.png`) });
	}
	await context.close();
	return wrong;
}

// Every address of ours that the pages link to answers.
async function linksWork(context, list) {
	const page = await context.newPage();
	const links = new Set();
	for (const [, path] of list) {
		await page.goto(base + path);
		const hrefs = await page.locator("a[href]").evaluateAll((all) => all.map((a) => a.href.split("#")[0]));
		hrefs.filter((href) => href.startsWith(base)).forEach((href) => links.add(href));
	}
	await page.close();
	const wrong = [];
	for (const link of [...links].slice(0, 600)) {
		const answer = await fetch(link, { method: "GET" });
		if (!answer.ok) {
			wrong.push(`${link}: ${answer.status}`);
		}
		await answer.body?.cancel();
	}
	return wrong;
}

let tests = 0;
let failures = 0;
function report(name, wrong) {
	tests++;
	failures += wrong.length > 0 ? 1 : 0;
	console.log(`${wrong.length > 0 ? "not ok" : "ok"} ${tests} - ${name}`);
	[...new Set(wrong)].forEach((line) => console.log(`# ${line}`));
}

mkdirSync(folder, { recursive: true });
const browser = await open();
const list = await pages();
const contexts = await Promise.all(LOOKS.map((look) => browser.newContext(look)));
for (const [name, path] of list) {
	const wrong = [];
	for (const [i, one] of LOOKS.entries()) {
		wrong.push(...(await look(contexts[i], one, name, path)).map((line) => `${one.name}: ${line}`));
	}
	report(`${name} ${path}`, wrong);
}
const series = list.find(([name]) => name.startsWith("series"));
if (series) {
	report("the trend chart obeys keys and writes its address", await trendWorks(contexts[0], series[1]));
}
report("all pages speak without JavaScript", await plainWorks(browser, list.filter(([name]) => name !== "missing")));
report("all links to ourselves answer", await linksWork(contexts[0], list.filter(([name]) => name !== "missing")));
console.log(`1..${tests}`);
await browser.close();
process.exit(failures > 0 ? 1 : 0);
