// A page in every look: three widths, light and dark, with axe-core, each with a picture. Axe takes the longest: all rules are asked at
// desk width, what another scheme changes, colours, once more in the dark, and what another width changes at that of a phone.
// WIDE=1 adds pictures of a wide screen.
import { join } from "node:path";
import { inaccessible, LOOKS, overhang, turn } from "./window.mjs";

const ALL = { runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"] } };
const RULES = { "desk-light": ALL, "desk-dark": { runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] } }, "phone-light": { runOnly: { type: "rule", values: ["color-contrast", "scrollable-region-focusable", "target-size"] } } };
const SCREEN = { width: 1920, height: 1080 };
const WIDE = process.env.WIDE ? [{ name: "wide-light", viewport: SCREEN, colorScheme: "light" }, { name: "wide-dark", viewport: SCREEN, colorScheme: "dark" }] : [];

export const nameOf = (path) => path.replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "").slice(0, 80) || "overview";

// What is wrong with an open page, whatever it shows.
export async function looked(page, folder, name) {
	const wrong = [];
	for (const one of [...LOOKS, ...WIDE]) {
		await turn(page, one);
		const wide = await overhang(page);
		if (wide > 0) {
			wrong.push(`${name}, ${one.name}: ${wide} px wider than the window`);
		}
		if (RULES[one.name]) {
			wrong.push(...(await inaccessible(page, RULES[one.name])).map(({ text }) => `${name}, ${one.name}: ${text}`));
		}
		await page.screenshot({ path: join(folder, `${name}-${one.name}.png`), fullPage: true });
	}
	return wrong;
}
