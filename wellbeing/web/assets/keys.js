// What Streamlit's page lacks: number keys that answer a question, the way to the
// sign-in page when a session has ended, and a new start when the server had one.
// No data is read, kept or sent.
"use strict";

// 1 picks the first option, 0 the tenth; the focus moves on to the next question.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !/^[0-9]$/.test(event.key)) {
    return;
  }
  const group = document.activeElement?.closest('[role="radiogroup"]');
  if (!group) {
    return;
  }
  const options = [...group.querySelectorAll('[role="radio"]')];
  const option = options[(Number(event.key) + 9) % 10];
  if (!option) {
    return;
  }
  event.preventDefault();
  option.focus();
  if (option.getAttribute("aria-checked") !== "true") {
    option.click();
  }
  const groups = [...document.querySelectorAll('[role="radiogroup"]')];
  const next = groups[groups.indexOf(group) + 1];
  next?.querySelector('[role="radio"]')?.focus();
});

// Returns the server's process, or nothing when there is no answer; leaves for the
// sign-in page when the session has ended.
async function askSession() {
  try {
    const answer = await fetch("/session", { cache: "no-store" });
    if (answer.status === 401) {
      window.location.assign("/sign-in?next=" + encodeURIComponent(location.pathname));
    }
    return answer.headers.get("x-wellbeing-process");
  } catch {
    return null; // no connection: Streamlit says so itself
  }
}

const firstProcess = askSession();

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") {
    askSession();
  }
});

// Streamlit keeps a lost tab for two minutes. After that, or in a new process, it
// would ignore each tap without a word, so the page starts anew: answers are safe.
const KEPT_MS = 100_000;
let lostAt = null;

new MutationObserver(async () => {
  const app = document.querySelector("[data-test-connection-state]");
  if (!app) {
    return;
  }
  if (app.dataset.testConnectionState !== "CONNECTED") {
    lostAt ??= Date.now();
    return;
  }
  if (lostAt === null) {
    return;
  }
  const away = Date.now() - lostAt;
  lostAt = null;
  const process = await askSession();
  if (away > KEPT_MS || (process && process !== (await firstProcess))) {
    window.location.reload();
  }
}).observe(document.documentElement, {
  attributeFilter: ["data-test-connection-state"],
  childList: true,
  subtree: true,
});
