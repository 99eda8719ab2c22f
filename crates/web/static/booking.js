// A booking that survives "back", "reload" and a wrong turn. What is typed is kept by this tab alone (sessionStorage),
// for an hour, until the booking is done; ticks under a consent are kept by nobody.
import { send } from "./page.js";

const KEPT = "booking";
const HOUR = 3_600_000;

/** What this tab keeps: the form of each step, and what was typed into fields by their names. */
function kept() {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEPT));
    if (found && Date.now() - found.at < HOUR) return found;
  } catch {
    // Nothing that can be read is nothing kept.
  }
  return { steps: [], typed: {} };
}

function keep(change) {
  const all = kept();
  change(all);
  all.at = Date.now();
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(all));
  } catch {
    // A full or forbidden storage costs the draft and nothing else.
  }
}

const form = () => document.getElementById("booking");
const at = () => form()?.elements.at?.value;
/** For whom the visit is: what was typed of a child is no draft for oneself. */
const whom = () => form()?.elements.for?.value;
const here = () => history.state?.step ?? 0;

/** The step as it stands: its form, asking for itself. */
function asItStands() {
  const fields = new URLSearchParams(new FormData(form()));
  for (const name of [...fields.keys()]) if (name.startsWith("given.")) fields.delete(name);
  fields.append("go", at());
  return fields.toString();
}

function note() {
  if (form()) keep((all) => (all.steps[here()] = asItStands()));
}

/** Fields that the server left empty and this person filled before. */
function refill() {
  const { typed, of } = kept();
  if (of !== whom()) return;
  for (const field of form()?.querySelectorAll("input:not([type=hidden], [type=checkbox], [type=radio]), textarea") ?? [])
    if (!field.value && typed[field.name]) field.value = typed[field.name];
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.form !== form() || !field.name) return;
  if (field.name.endsWith("birth_date")) dotted(field, event);
  if (field.type !== "checkbox" && field.type !== "radio")
    keep((all) => {
      if (all.of !== whom()) Object.assign(all, { of: whom(), typed: {} });
      all.typed[field.name] = field.value;
    });
  note();
});

/** «24111986» becomes «24.11.1986» while it is typed; whoever types dots, or takes something back, is left alone. */
function dotted(field, event) {
  if (event.inputType !== "insertText" || field.selectionEnd !== field.value.length) return;
  const digits = field.value.replaceAll(".", "");
  if (!/^\d{2,8}$/.test(digits) || field.value.endsWith(".")) return;
  const parts = [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4)].filter(Boolean);
  const ended = digits.length === 2 || digits.length === 4;
  if (/^[\d.]*$/.test(field.value)) field.value = parts.join(".") + (ended ? "." : "");
}

let before;
document.addEventListener("sending", () => {
  before = at();
  note();
});

document.addEventListener("shown", () => {
  if (document.querySelector("[data-done]")) sessionStorage.removeItem(KEPT);
  if (!form()) return;
  refill();
  if (at() !== before && before !== undefined) {
    const step = here() + 1;
    keep((all) => (all.steps.length = step));
    history.pushState({ step }, "");
  }
  before = undefined;
  note();
  count();
});

addEventListener("popstate", async () => {
  const body = kept().steps[here()];
  if (body) await send("/book", new URLSearchParams(body));
});

/** Counts down how long the time is held. The page came with the seconds left, so that no clock but ours is asked. */
let ticking;
function count() {
  clearInterval(ticking);
  const hold = document.querySelector(".hold[data-seconds]");
  if (!hold) return;
  const end = performance.now() + hold.dataset.seconds * 1000;
  const left = hold.querySelector(".left");
  const says = hold.querySelector("[role=status]");
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    hold.classList.toggle("soon", seconds <= 120);
    if (seconds === 120) says.textContent = hold.dataset.soon;
    if (seconds > 0) return;
    clearInterval(ticking);
    says.textContent = hold.dataset.over;
    left.textContent = "";
  };
  tick();
  ticking = setInterval(tick, 1000);
}

const body = kept().steps[here()];
if (form() && here() > 0 && body) await send("/book", new URLSearchParams(body));
else if (form()) {
  refill();
  note();
  count();
}
