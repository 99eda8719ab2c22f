// What every page is quicker with: forms answered in place, pages fetched while the finger is on its way.
import { fieldsOf, send } from "./page.js";

/** Buttons that change a part of their page; the rest lead to another one. */
const PARTS = ["view", "speak", "day", "from"];
/** Pages that nobody asks for ahead: about somebody, or not pages at all. Nor a page in the other language: to ask for it is to choose it. */
const ALONE = /^\/(a|appointment|api|journal|upload|static|photos)(\/|\.|$)/;

let busy = false;
/** What was pressed meanwhile: pressed again on the page that comes. The same button twice is meant once. */
let waiting;

document.addEventListener("submit", async (event) => {
  const { target: form, submitter: button } = event;
  if (form.method !== "post" || event.defaultPrevented) return;
  event.preventDefault();
  if (busy) {
    if (button?.name && button !== busy) waiting = button;
    return;
  }
  busy = button ?? form;
  const near = PARTS.includes(button?.name) ? button : undefined;
  const fields = fieldsOf(form, button);
  document.dispatchEvent(new CustomEvent("sending", { detail: { form, button } }));
  await send(form.action, fields, near);
  busy = false;
  const next = waiting;
  waiting = undefined;
  if (next) [...document.getElementsByName(next.name)].find((one) => one.value === next.value)?.click();
});

// A leap within the page is no step of its own: "back" leads to where one was before the page.
function leap(hash) {
  const goal = document.getElementById(hash.slice(1));
  if (!goal) return;
  history.replaceState(history.state, "", hash);
  for (const open of document.querySelectorAll(".view.open")) open.classList.remove("open");
  goal.classList.toggle("open", goal.classList.contains("view"));
  goal.scrollIntoView();
  goal.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='#']");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  leap(link.hash);
});

// The panel that was open stays open on the page that it changed.
document.addEventListener("shown", () => {
  if (location.hash === "#view") leap("#view");
});

// A choice of doctor or branch is shown at once.
document.addEventListener("change", (event) => {
  const select = event.target.closest(".filters select");
  select?.form?.requestSubmit(select.closest(".filters").querySelector("button"));
});

const ahead = new Set();
document.addEventListener("pointerover", (event) => {
  const link = event.target.closest?.("a[href^='/']");
  if (!link || ALONE.test(link.pathname) || link.hreflang || ahead.has(link.href)) return;
  ahead.add(link.href);
  const hint = document.createElement("link");
  hint.rel = "prefetch";
  hint.href = link.href;
  document.head.append(hint);
});
