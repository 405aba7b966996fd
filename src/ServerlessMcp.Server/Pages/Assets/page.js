// Keeps a page as the server has it: asks every while, and puts in what has changed. Whatever is shown is the server's own markup.
"use strict";

const root = document.querySelector("[data-live]");
const stale = document.getElementById("stale");
let mark = null;
let failures = 0;
let lastSeen = new Date();

function put(fresh) {
  for (const part of fresh.querySelectorAll("[data-part]")) {
    const old = document.getElementById(part.id);
    if (!old || old.outerHTML === part.outerHTML || old.contains(document.activeElement) && old.querySelector("input:not([type=hidden])")?.value) {
      continue;
    }
    const open = [...old.querySelectorAll("details")].map((one) => one.open);
    const placed = document.importNode(part, true);
    placed.querySelectorAll("details").forEach((one, n) => { one.open = open[n] ?? one.open; });
    old.replaceWith(placed);
  }
  const title = fresh.querySelector("[data-title]");
  if (title) {
    document.title = title.dataset.title;
  }
}

async function look() {
  const answer = await fetch(root.dataset.live, { headers: mark ? { "If-None-Match": mark } : {}, cache: "no-store", redirect: "error" });
  if (answer.status === 401 || answer.status === 403 || answer.status === 404) {
    location.reload();
    return;
  }
  if (answer.status === 200) {
    mark = answer.headers.get("ETag");
    put(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } else if (answer.status !== 304) {
    throw new Error(String(answer.status));
  }
  failures = 0;
  lastSeen = new Date();
  stale.hidden = true;
}

function wait() {
  const every = document.querySelector("[data-every]");
  const usual = Number(every?.dataset.every ?? 2000);
  return document.hidden ? 10000 : Math.min(usual * 2 ** failures, 20000);
}

async function goOn() {
  try {
    await look();
  } catch {
    failures += 1;
    stale.textContent = `No answer from the server. What you see is of ${lastSeen.toLocaleTimeString()}; it is asked again.`;
    stale.hidden = false;
  }
  setTimeout(goOn, wait());
}

if (root) {
  setTimeout(goOn, wait());
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { look().catch(() => { failures += 1; }); } });
}
