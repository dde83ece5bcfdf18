// Number keys answer the question that has the focus, and an ended session leads to
// the sign-in page. No data is read, kept or sent.
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

document.addEventListener("visibilitychange", async () => {
  if (document.visibilityState !== "visible") {
    return;
  }
  try {
    const answer = await fetch("/session", { cache: "no-store" });
    if (answer.status === 401) {
      window.location.assign("/sign-in?next=" + encodeURIComponent(location.pathname));
    }
  } catch {
    // No connection: Streamlit says so itself and goes on when there is one.
  }
});
