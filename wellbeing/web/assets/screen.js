// What Streamlit's page lacks: number keys that answer a question, a way with Tab into
// an opened panel, what is typed kept when the page goes out of sight, sight of what a
// press led to, the way to the sign-in page when a session has ended, and a new start
// when the server had one.
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

// Streamlit puts an opened panel at the end of the page: with Tab one would have to
// walk through all that follows its button first.
const REACHABLE = "a[href], button, input, select, textarea, [tabindex]";

function isReachable(one) {
  // While the focus is elsewhere a panel keeps its true order in data-tabindex.
  const order = Number(one.dataset.tabindex ?? one.tabIndex);
  return order >= 0 && !one.disabled && one.getClientRects().length > 0;
}

document.addEventListener(
  "keydown",
  (event) => {
    const panel = document.querySelector('[data-testid="stPopoverBody"]');
    const opener = document.querySelector(
      '[data-testid="stPopoverButton"][aria-expanded="true"]',
    );
    if (event.key !== "Tab" || !panel || !opener) {
      return;
    }
    const inside = [...panel.querySelectorAll(REACHABLE)].filter(isReachable);
    const at = document.activeElement;
    if (at === opener && !event.shiftKey && inside.length) {
      event.preventDefault();
      inside[0].focus();
    } else if (at === inside[0] && event.shiftKey) {
      event.preventDefault();
      opener.focus();
    } else if (at === inside.at(-1) && !event.shiftKey) {
      // The browser moves on from here by itself, to what follows the button.
      opener.focus();
      opener.click();
    }
  },
  true,
);

// What is being typed is kept when its field is left; a phone may end a page that is out
// of sight, and somebody may sign out in another tab.
let beingTyped = null;

document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    const at = document.activeElement;
    beingTyped = at?.matches("textarea") ? at : null;
    beingTyped?.blur();
  } else {
    beingTyped?.focus({ preventScroll: true });
    beingTyped = null;
  }
});

// What a press led to is said above the fields, and whoever pressed Save at the foot of
// a phone would see the foot of the page only. A tap on an answer moves nothing.
const PRESSED = '[data-testid="stButton"], [data-testid="stFormSubmitButton"]';
const HEARD_MS = 10_000;
let listening = null;

function messages() {
  return [...document.querySelectorAll('[data-testid="stAlert"]')];
}

function bringIntoSight(message) {
  const { top, bottom } = message.getBoundingClientRect();
  if (top < 0 || bottom > window.innerHeight) {
    message.scrollIntoView({ block: "center" });
  }
}

document.addEventListener(
  "click",
  (event) => {
    if (!event.target.closest?.(PRESSED)) {
      return;
    }
    const before = new Set(messages().map((one) => one.textContent));
    listening?.disconnect();
    const watch = new MutationObserver(() => {
      const said = messages().find((one) => !before.has(one.textContent));
      if (said) {
        watch.disconnect();
        bringIntoSight(said);
      }
    });
    listening = watch;
    watch.observe(document.body, { childList: true, characterData: true, subtree: true });
    setTimeout(() => watch.disconnect(), HEARD_MS);
  },
  true,
);

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
const LOST = document.querySelector('meta[name="wellbeing-lost"]')?.content;
let lostAt = null;

// Streamlit says it in words for whoever runs it, and not that nothing is lost.
function sayLost() {
  for (const words of document.querySelectorAll('[role="dialog"] div')) {
    const theirs = !words.firstElementChild && words.textContent;
    if (LOST && theirs && theirs.startsWith("Streamlit server")) {
      words.textContent = LOST;
    }
  }
}

new MutationObserver(async () => {
  const app = document.querySelector("[data-test-connection-state]");
  if (!app) {
    return;
  }
  if (app.dataset.testConnectionState !== "CONNECTED") {
    lostAt ??= Date.now();
    sayLost();
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
