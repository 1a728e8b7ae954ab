// node webhook_check.mjs MODULES SECRET HEADERS-FILE BODY-FILE: a message is what its signature says, by the library of Standard
// Webhooks; a changed one is not. Prints the message's id.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [modules, secret, headersFile, bodyFile] = process.argv.slice(2);
const { Webhook } = createRequire(`${modules}/`)("standardwebhooks");
const given = Object.entries(JSON.parse(readFileSync(headersFile, "utf8")));
const headers = Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), [value].flat()[0]]));
const body = readFileSync(bodyFile, "utf8");
new Webhook(secret).verify(body, headers);
let isCaught = false;
try {
	new Webhook(secret).verify(body.replace("{", "{ "), headers);
} catch {
	isCaught = true;
}
if (!isCaught) {
	throw new Error("a changed body was taken");
}
console.log(headers["webhook-id"]);
