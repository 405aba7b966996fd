// Debian's Chromium on the pages of a running server. Standard input says where it is, which keys there are and what waits:
// pages.py has prepared it, and looks afterwards at AWS. One line a check; the last line is JSON: {passed, failed}.
import fs from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const stage = JSON.parse(fs.readFileSync(0, "utf8"));
const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const browser = await chromium.launch({ executablePath: stage.chromium, headless: true, args: flags });
const faults = [];
const elsewhere = [];
let passed = 0;
let failed = 0;

function check(what, holds, more = "") {
  if (holds) { passed += 1; } else { failed += 1; }
  console.log(`${holds ? "ok  " : "FAIL"} ${what}${holds ? "" : ` ${more}`}`);
}

async function person(viewport = { width: 1000, height: 900 }) {
  const page = await (await browser.newContext({ viewport })).newPage();
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (line) => { if (line.type() === "error" && !/status of 4\d\d/.test(line.text())) { faults.push(line.text()); } });
  page.on("request", (request) => { if (!request.url().startsWith(`${stage.origin}/page`)) { elsewhere.push(request.url()); } });
  return page;
}

async function logIn(key, to, viewport) {
  const page = await person(viewport);
  await page.goto(stage.origin + to);
  await page.fill("#key", key);
  await page.click("button.primary");
  return page;
}

const of = (id) => `/page/executions/${id}`;
const until = (page, headline) => page.waitForFunction((text) => document.querySelector("h1")?.textContent.includes(text), headline, { timeout: 30_000 });
const buttons = (page) => page.$$eval("main button", (all) => all.map((one) => one.textContent.trim()));

async function accessible(page, what) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(axe);
    const found = await page.evaluate(() => globalThis.axe.run());
    const bad = found.violations.filter((one) => ["serious", "critical"].includes(one.impact));
    check(`axe, ${what}, ${colorScheme}: nothing serious`, bad.length === 0, JSON.stringify(bad.map((one) => [one.id, one.nodes[0].html, one.nodes[0].failureSummary])));
  }
  await page.emulateMedia({ colorScheme: "light" });
}

async function shoot(page, name, options = {}) {
  if (stage.shots) {
    await page.emulateMedia({ colorScheme: options.dark ? "dark" : "light" });
    await page.screenshot({ path: `${stage.shots}/${name}.png` });
    await page.emulateMedia({ colorScheme: "light" });
  }
}

// Approve, while another browser watches and loads nothing anew.
const watcher = await logIn(stage.keys.watcher, of(stage.approve.id));
await watcher.evaluate(() => {
  globalThis.stays = true;
  globalThis.seen = [];
  setInterval(() => { globalThis.seen.push([document.querySelector("h1").textContent, ...[...document.querySelectorAll(".step .chip")].map((one) => one.textContent)].join("|")); }, 100);
});
check("who may not decide has no button", (await buttons(watcher)).length === 0, JSON.stringify(await buttons(watcher)));
const approver = await person({ width: 390, height: 844 });
const asked = await approver.goto(stage.origin + stage.approve.link);
check("the link asks who it is", asked.status() === 401 && !(await approver.content()).includes("10.20.0.0"));
await accessible(approver, "the login");
await approver.fill("#key", stage.keys.approver);
await approver.click("button.primary");
check("after the login it leads to the question", approver.url().endsWith(stage.approve.link) && (await buttons(approver)).includes("Approve"));
await accessible(approver, "a question on a phone");
await shoot(approver, "approval-phone");
await approver.click('button:has-text("Approve")');
await until(watcher, "Succeeded");
await watcher.waitForFunction(() => globalThis.seen.at(-1).startsWith("Succeeded"));
const seen = await watcher.evaluate(() => [...new Set(globalThis.seen)]);
check("the watcher saw it wait, run and end without loading anew", await watcher.evaluate(() => globalThis.stays === true) && seen[0].startsWith("Waits") && seen.some((one) => one.startsWith("Running")), JSON.stringify(seen));
check("and each step begin and end", seen[0].includes("not begun|not begun") && seen.some((one) => /\|done\|(not begun|intended|waiting|settling)/.test(one)) && seen.at(-1).endsWith("done|done"), JSON.stringify(seen));
await until(approver, "Succeeded");
await accessible(watcher, "an ended execution");
await watcher.setViewportSize({ width: 1000, height: 720 });
await shoot(watcher, "approval-wide", { dark: true });

// Deny, by the keyboard alone.
await approver.goto(stage.origin + stage.deny.link);
await approver.focus("button[value=approve]");
await approver.keyboard.press("Tab");
check("Tab goes from yes to no", await approver.evaluate(() => document.activeElement.value) === "deny");
await approver.keyboard.press("Enter");
await until(approver, "Rejected");
check("a no rejects it", (await approver.textContent("main")).includes("denied"));

// A changed link.
await approver.goto(stage.origin + stage.own.link.replace(/s=./, "s=_"));
check("a changed link decides nothing", (await buttons(approver)).length === 0 && (await approver.textContent("main")).includes("not genuine"));

// Own key: no button, and a press all the same is refused.
const both = await logIn(stage.keys.both, of(stage.own.id));
check("who asked has no Approve", !(await buttons(both)).includes("Approve"), JSON.stringify(await buttons(both)));
const refused = await both.evaluate(async ([path, hash]) => {
  const token = document.querySelector("input[name=t]").value;
  const answer = await fetch(`${path}/decision`, { method: "POST", body: new URLSearchParams({ t: token, hash, gate: "1", decision: "approve" }) });
  return [answer.status, await answer.text()];
}, [of(stage.own.id), stage.own.hash]);
check("and is refused by a stable code", refused[0] === 403 && refused[1].includes("may_not_decide"), refused[0]);
const unsigned = await both.evaluate(async (path) => (await fetch(`${path}/cancel`, { method: "POST", body: new URLSearchParams({}) })).status, of(stage.own.id));
check("a form without its token is refused", unsigned === 403, unsigned);

// Cancel, by who asked.
await both.fill("#reason", "not today");
await both.click('button:has-text("Cancel the execution")');
await until(both, "Cancelled");
check("a cancel ends it", (await both.textContent("#p-head")).includes("Cancelled by"));

// A key that only reads.
const reader = await logIn(stage.keys.reader, "/page");
const hidden = await reader.goto(stage.origin + of(stage.own.id));
check("a reader gets 404 of another's, and no button", hidden.status() === 404 && (await buttons(reader)).length === 0);
await accessible(reader, "a refusal");

// Roll back: the plan first, then its start; and a conflict.
const agent = await logIn(stage.keys.agent, of(stage.undo.id));
await agent.click('button:has-text("Roll back")');
check("rolling back shows a plan and has done nothing", agent.url().includes("/page/plans/pl_") && (await agent.textContent("h1")).includes("nothing has happened"));
check("the plan says what it deletes", (await agent.textContent(".steps")).includes("DeleteTopic"));
await accessible(agent, "a plan");
await agent.click('button:has-text("Yes, start it")');
await until(agent, "Succeeded");
await agent.goto(stage.origin + of(stage.undo.id));
check("the first says what took it back", (await agent.textContent("#p-actions")).includes("Taken back by"));
await agent.goto(stage.origin + of(stage.conflict.id));
await agent.click('button:has-text("Roll back")');
const told = await agent.textContent("main");
check("a conflict is shown and leads no further", told.includes("conflict") && told.includes("somebody-elses") && (await buttons(agent)).length === 0, told);
check("only what differs is in it, and the way back", !told.includes("SNS:Publish") && await agent.getAttribute("text=Back", "href") === of(stage.conflict.id), told);

// What a caller wrote.
await agent.goto(stage.origin + of(stage.hostile.id));
check("a hostile title is text", (await agent.textContent("#p-head q")).includes("<script>alert(1)</script>") && (await agent.$$("main script, main img")).length === 0);
check("and no hidden character of it is left", !/[\u202e\u001b]/.test(await agent.content()));
await agent.goto(`${stage.origin}/page`);
check("what waits is in the list", (await agent.textContent("main")).includes(stage.hostile.id));
await accessible(agent, "the list");

// The operator's own link.
const operator = await person();
await operator.goto(stage.operator);
check("smcp page logs in", operator.url() === `${stage.origin}/page` && (await operator.textContent("header")).includes("operator"));
await operator.click('button:has-text("Log out")');
const again = await operator.goto(stage.operator);
check("once", again.status() === 401);

check("no CSP violation and no error in any page", faults.length === 0, JSON.stringify(faults.slice(0, 5)));
check("no request left the server's pages", elsewhere.length === 0, JSON.stringify(elsewhere.slice(0, 5)));
await browser.close();
console.log(JSON.stringify({ passed, failed }));
