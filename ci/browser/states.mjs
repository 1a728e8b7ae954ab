// What pages say when there is nothing yet, when something is wrong, and while they wait: each is looked at like every page and has
// to say what to do. Functions of a site as paths.mjs has them, with `folder` for the pictures and `bare`: { url, database }, a
// server of its own that trusts X-Remote-User, on a database in which nobody has done anything; it is broken and taken down here.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { looked } from "./look.mjs";
import { LIMIT_MS, LOOKS, visit } from "./window.mjs";

const EMPTY = ["/", "/alerts", "/bisections", "/bugs", "/changes", "/deliveries", "/machines", "/queue", "/rules", "/runs", "/search", "/subscriptions",
	"/trees/fresh", "/trees/fresh/matrix", "/trees/fresh/series"];

// psql finds its way by the environment.
const sql = (database, statement) => execFileSync("psql", ["-XqAt", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement]);
const word = (path) => path.replace(/[^a-z]+/g, "-").replace(/^-|-$/g, "") || "overview";

// A context for one of these, and what is left of it is closed.
async function within({ browser }, options, work) {
	const context = await browser.newContext({ ...LOOKS[0], ...options });
	context.setDefaultTimeout(LIMIT_MS);
	try {
		await work(context);
	} finally {
		await context.close();
	}
}

// Opens a page that has to answer with this status and to say this, and looks at it.
async function said({ bare, folder, told }, context, { name, path, status, text }) {
	const page = await visit(context, bare.url, path, (what) => told(`${name}: ${what}`), status);
	await page.locator("main").getByText(text).filter({ visible: true }).first().waitFor().catch(() => told(`${name}: it does not say ${text}`));
	(await looked(page, folder, name)).forEach(told);
	return page;
}

async function emptyPagesSayWhatToDo(site) {
	sql(site.bare.database, "insert into tree (name, kind, url, branch, created_at) values ('fresh', 'git', 'file:///srv/git/fresh.git', 'master', now())");
	await within(site, {}, async (context) => {
		for (const path of EMPTY) {
			const page = await visit(context, site.bare.url, path, (what) => site.told(`${path}: ${what}`));
			if (await page.locator("main .empty").filter({ visible: true }).count() === 0) {
				site.told(`${path} does not say that it is empty`);
			}
			(await looked(page, site.folder, `empty-${word(path)}`)).forEach(site.told);
			await page.close();
		}
	});
}

// The page comes by itself when the database does.
async function theDatabaseGoesAndComes(site, context) {
	sql("faultline", "alter database bare with allow_connections false");
	sql("faultline", "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'bare'");
	const page = await said(site, context, { name: "error-503", path: "/", status: 503, text: "every five seconds" });
	sql("faultline", "alter database bare with allow_connections true");
	await page.locator("h1").getByText("What broke").waitFor().catch(() => site.told("error-503: the page does not come by itself"));
	await page.close();
}

async function errorsSayWhatToDo(site) {
	await within(site, {}, async (context) => {
		await said(site, context, { name: "error-404", path: "/machines/no-such-machine", status: 404, text: "Search for “no-such-machine”" });
		sql(site.bare.database, "alter table bug rename to bug_away");
		await said(site, context, { name: "error-500", path: "/bugs", status: 500, text: "tell whoever runs this site" });
		sql(site.bare.database, "alter table bug_away rename to bug");
		await theDatabaseGoesAndComes(site, context);
	});
	await within(site, { extraHTTPHeaders: { "X-Remote-User": "lab-runner" } }, (context) => said(site, context, { name: "error-403", path: "/signin", status: 403, text: "with a token that may" }));
}

const TREND = "/trees/mm-next/series/x86_64-xfs1k-hot/fail_ratio?with=x86_64-xfs1k-reader&from=500&to=999";
const VALUES = /\/trend\?/;

// The values are on their way, do not come, and come when they are asked for again.
async function aChartWaitsAndFails(site) {
	await within(site, { baseURL: site.url }, async (context) => {
		const page = await context.newPage();
		let release = null;
		const held = new Promise((resolve) => { release = resolve; });
		await page.route(VALUES, async (route) => {
			await held;
			await route.fulfill({ status: 503, contentType: "application/json", body: "{}" });
		});
		await page.goto(TREND);
		await page.getByText("on their way").waitFor();
		(await looked(page, site.folder, "trend-waits")).forEach(site.told);
		release();
		await page.getByText("Only the still picture").waitFor();
		(await looked(page, site.folder, "trend-fails")).forEach(site.told);
		await page.unroute(VALUES);
		await page.getByRole("button", { name: "Try again" }).click();
		await page.locator("#trend canvas").first().waitFor();
	});
}

// Without scripts a trend is the server's picture, which flags what the chart does.
async function aTrendIsAPictureWithoutScripts(site) {
	await within(site, { baseURL: site.url, javaScriptEnabled: false }, async (context) => {
		const page = await context.newPage();
		await page.goto(TREND);
		const picture = await page.locator("#trend img").getAttribute("src");
		await page.screenshot({ path: join(site.folder, "trend-plain-desk-light.png"), fullPage: true });
		const drawn = await (await page.request.get(picture)).text();
		for (const text of ["another kernel config", "another machine", "moved, behind the last good commit", "BUG"]) {
			if (!drawn.includes(`${text}</text>`)) {
				site.told(`the picture does not explain '${text}'`);
			}
		}
	});
}

// One after the other: it is the same site.
async function aBareSiteSaysWhatToDo(site) {
	await emptyPagesSayWhatToDo(site);
	await errorsSayWhatToDo(site);
}

export const STATES = [
	["a site that is empty, refuses, fails or is away says what to do", aBareSiteSaysWhatToDo],
	["a chart that waits or fails says so", aChartWaitsAndFails],
	["a trend without scripts is a picture", aTrendIsAPictureWithoutScripts],
];
