// Looks at every page of a running server in Chromium: pages.mjs URL [FOLDER]. The list is found, not kept: the rows of the
// route table, each by the first link that leads to it from the front page on, and once more for each of its
// arguments. A row that no link leads to is a fault, so that a new page can be neither left out here nor hidden there.
// Fails on a console error, a policy violation, a page wider than its window, an axe-core finding in any look, a page that
// moves while it loads, a dead link, a form that a stranger sees. Pictures go to FOLDER (build/screens). Then it walks the paths of
// paths.mjs and through the states of states.mjs. TOKEN is an admin's: what is looked at has all forms. ONLY=WORD looks only at addresses that hold it, and walks only
// paths whose name does. Prints TAP; each page and each path is one test.
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { looked, nameOf } from "./look.mjs";
import { PATHS, somebody } from "./paths.mjs";
import { STATES } from "./states.mjs";
import { LIMIT_MS, open, overhang, shift, visit } from "./window.mjs";

const base = process.argv[2];
const repo = join(dirname(fileURLToPath(import.meta.url)), "../..");
const folder = process.argv[3] ?? join(repo, "build/screens");
const AT_ONCE = 2;
const LINKS_MAX = 400;
const SHIFT_MAX = 0.02; // of 0.1, from which on people are disturbed

const routes = [...readFileSync(join(repo, "server/http/routes.c"), "utf8").matchAll(/\{(?:PAGE\(|\.method = "GET", \.path = (?=.*\.template = ))"([^"]+)"/g)].map(([, path]) => ({ path,
	fits: new RegExp(`^${path.replaceAll(".", "\\.").replace(/\{[^}]+\}/g, "[^/?]+")}(\\?|$)`) }));

// The row that a link leads to, and its argument, or that it has several; null: to no page.
function kindOf(link) {
	const row = routes.find(({ fits }) => fits.test(link));
	const names = [...new URL(link, base).searchParams.keys()];
	return row && !names.includes("format") ? `${row.path}?${names.length > 1 ? "several" : names[0] ?? ""}` : null;
}

function linksOf(html, path) {
	return [...html.matchAll(/\s(?:href|role="search" action)="([^"#]+)/g)].map(([, href]) => new URL(href.replaceAll("&amp;", "&"), base + path))
		.filter(({ origin }) => origin === new URL(base).origin).map(({ pathname, search }) => pathname + search);
}

// All pages that links lead to, one of each kind, and every address met on the way.
async function followed() {
	const pages = new Map([["/?", "/"]]);
	const links = new Set();
	for (const path of pages.values()) { // grows while it is walked
		const html = await (await fetch(base + path)).text();
		for (const link of linksOf(html, path)) {
			const kind = kindOf(link);
			links.add(link);
			if (kind && !pages.has(kind)) {
				pages.set(kind, link);
			}
		}
	}
	return { pages, links };
}

const POSTED = 'main form[method="post"]';
const withForms = new Set();

// What is wrong with one page, in all looks; it is loaded once.
async function look(context, path, status = 200) {
	const wrong = [];
	const page = await visit(context, base, path, (what) => wrong.push(what), status);
	if (await page.locator("figure.chart[data-drawn], #trend, #samples").count()) {
		await page.locator("figure.chart canvas").first().waitFor({ timeout: LIMIT_MS }).catch(() => wrong.push("the chart was not drawn"));
	}
	const moved = await shift(page);
	if (moved > SHIFT_MAX) {
		wrong.push(`moves while it loads: ${moved.toFixed(3)}`);
	}
	if (await page.locator(POSTED).count() > 0) {
		withForms.add(path);
	}
	wrong.push(...await looked(page, folder, nameOf(path)));
	await page.close();
	return wrong;
}

// With keys alone: the first stop leads past the head, and whatever has the focus shows it.
const TABS = 40;
async function keysWork(context, path) {
	const page = await context.newPage();
	const wrong = [];
	await page.goto(base + path, { timeout: LIMIT_MS });
	await page.keyboard.press("Tab");
	if (!await page.evaluate(() => document.activeElement.matches(".skip") && document.activeElement.getBoundingClientRect().left >= 0)) {
		wrong.push("the first stop is no visible way past the head");
	}
	await page.keyboard.press("Enter");
	await page.waitForFunction(() => document.activeElement.id === "main", null, { timeout: LIMIT_MS }).catch(() => wrong.push("it leads nowhere"));
	for (let i = 0; i < TABS; i++) {
		await page.keyboard.press("Tab");
		const bare = await page.evaluate(() => { const at = document.activeElement; return at !== document.body && getComputedStyle(at).outlineStyle === "none" ? at.outerHTML.slice(0, 120) : null; });
		if (bare) {
			wrong.push(`does not show its focus: ${bare}`);
		}
	}
	await page.close();
	return wrong;
}

// On paper there is what was found and nothing to press, light from a dark screen too, and no wider than the sheet.
const SHEET = { width: 718, height: 1046 }; // A4 at 96 dpi, within margins of a centimetre
async function paperWorks(context, path) {
	const page = await context.newPage();
	await page.setViewportSize(SHEET);
	await page.emulateMedia({ colorScheme: "dark" });
	await page.goto(base + path, { timeout: LIMIT_MS });
	if (await page.locator("figure.chart[data-chart]").count() > 0) {
		await page.locator("figure.chart canvas").first().waitFor({ timeout: LIMIT_MS });
	}
	await page.pdf({ path: join(folder, `${nameOf(path)}-print.pdf`), format: "A4", margin: { top: "1cm", bottom: "1cm", left: "1cm", right: "1cm" }, printBackground: true });
	await page.emulateMedia({ media: "print", colorScheme: "dark" });
	const wide = await overhang(page);
	const shown = await page.evaluate(() => [...document.querySelectorAll("nav, form, button, .skip")].filter((e) => e.checkVisibility() && !e.matches(".crumbs, .skip, .series-name")).map((e) => e.outerHTML.slice(0, 80)));
	const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
	await page.screenshot({ path: join(folder, `${nameOf(path)}-print.png`), fullPage: true });
	await page.close();
	return [...shown, ...(wide > 0 ? [`${wide} px wider than the sheet`] : []), ...(ground === "rgb(255, 255, 255)" ? [] : [`the ground is ${ground}`])].map((what) => `${path}: ${what}`);
}

// Without JavaScript every page still says what it has to say; a stranger is told what signing in gives where forms would be.
const OWN_FORMS = ["/signin", "/signin?to=/", "/tokens"];
async function plainWorks(browser, paths) {
	const context = await browser.newContext({ javaScriptEnabled: false });
	const page = await context.newPage();
	const wrong = [];
	for (const path of paths) {
		await page.goto(base + path, { timeout: LIMIT_MS });
		const [heading, text] = [await page.locator("h1").first().innerText(), await page.locator("main").innerText()];
		if (!heading.trim() || text.trim().length < 20) {
			wrong.push(`${path}: '${heading}', '${text}'`);
		}
		if (!OWN_FORMS.includes(path) && await page.locator(POSTED).count() > 0) {
			wrong.push(`${path}: a form for a stranger`);
		}
		if (!OWN_FORMS.includes(path) && withForms.has(path) && await page.locator(".join a").count() === 0) {
			wrong.push(`${path}: does not say what signing in gives`);
		}
	}
	await context.close();
	return wrong;
}

async function linksWork(links) {
	const wrong = [];
	for (const link of [...links].slice(0, LINKS_MAX)) {
		const answer = await fetch(base + link);
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
const { pages, links } = await followed();
const kinds = [...pages.keys()].map((kind) => kind.split("?")[0]);
report("a link leads to every page of the route table", routes.filter(({ path }) => !kinds.includes(path)).map(({ path }) => path));
report("every link leads somewhere", process.env.ONLY ? [] : await linksWork(links));
const SPECIAL = ["/search?q=iomap+get", "/trees/mm-next/matrix?commit=HEAD&last=50&rows=fs", "/trees/mm-next/matrix?commit=nowhere", "/search?q=nothing+has+this", "/bugs?state=invalid", "/deliveries?state=rejected"]; // found, and empty
// ATTEMPTS="ID,ID" adds attempts of special interest.
const crash = `/attempts/${process.env.CRASH}`; // has a console, and frames with their lines
const wanted = new Set([...pages.values(), ...SPECIAL, crash, `${crash}/console`, `${crash}/console?q=bug`, ...(process.env.ATTEMPTS ?? "").split(",").filter(Boolean).map((id) => `/attempts/${id}`)]);
const browser = await open();
try {
	const site = { browser, url: base, token: process.env.TOKEN, folder, bare: { url: process.env.BARE, database: "bare" } };
	const first = await somebody(site, { viewport: { width: 1280, height: 720 } }); // none of LOOKS: each of them is a change that is painted anew
	const context = first.context();
	await first.screenshot({ fullPage: true }); // Chromium's first one after a change of the window repeats a part of it
	await first.close();
	const waiting = [...wanted].map((path) => [path]).concat([["/trees/no-such-tree", 404]]).filter(([path]) => path.includes(process.env.ONLY ?? ""));
	const worker = async () => {
		for (let next = waiting.shift(); next; next = waiting.shift()) {
			report(next[0], await look(context, ...next).catch((error) => [error.message]));
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, worker));
	if (!process.env.ONLY) {
		report("keys alone reach everything, and show where they are", [...await keysWork(context, "/"), ...await keysWork(context, "/subscriptions")]);
		const printed = ["/", "/machines", "/bugs/1", "/trees/mm-next/series/x86_64-xfs1k-hot/fail_ratio", crash];
		const wrong = [];
		for (const path of printed) {
			wrong.push(...await paperWorks(context, path));
		}
		report("paper has what was found, and no buttons", wrong);
		report("every page speaks without JavaScript", await plainWorks(browser, wanted));
	}
	const paths = [...STATES, ...PATHS].filter(([name]) => name.includes(process.env.ONLY ?? ""));
	const walker = async () => {
		for (let next = paths.shift(); next; next = paths.shift()) {
			const wrong = [];
			await next[1]({ ...site, told: (what) => wrong.push(what) }).catch((error) => wrong.push(...error.message.split("\n").slice(0, 6)));
			report(next[0], wrong);
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, walker));
} finally {
	await browser.close();
}
console.log(`1..${tests}`);
process.exit(failures > 0 ? 1 : 0);
