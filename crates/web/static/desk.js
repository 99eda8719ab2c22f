// The desk is whole without this file: every link leads to a page and every button posts a form. With it the board is run
// by keys, cards are carried by the mouse, what others do is seen within a second, and nothing is loaded twice.
//
// What is agreed with the server
//
// Everywhere
//   body[data-sign-in]       the sign-in page; an answer of 401, or one that came from there, leads to it
//   [data-key="KeyB"]        pressed (a field: focused) by that physical key, so the Russian layout is the same; "Help" is "?"
//   input[data-letters]      switches keys of a single letter off on this computer (WCAG 2.1.4)
//   form[data-at-once]       is sent when a field of it changes; its [data-go] button is for those without scripts
//   form[data-part]          is posted by fetch, and the answer is laid into the page (see "Fragments")
//   [data-asks="/address"]   a field, or a group of them: when changed, its form's fields are posted there, and the answer laid
//   [data-passkey]           see desk-passkey.js
//   form[data-sends-itself]  is sent at once
//   [data-print]             prints the page
//   #toasts (role=status)    what was done; #words[data-…] the words that this file says
//
// The board
//   body[data-day]           the day shown, 2026-11-24
//   body[data-card]          "/desk/appointments/": GET {card}{id} with X-Medok-Part: card is one <li>; 404 or 410 when it is not
//                            on this board any more. With X-Medok-Part: panel it is <section id="panel">
//   body[data-renew]         what happens on the day shown loads the page anew: it has no cards to lay
//   body[data-waiting]       GET is <section id="waiting">, whose entries are li#w-{id} with a form that accepts
//   body[data-live]          server-sent events: "appointment" with {"appointment": id, "day": "2026-11-24"}; "column" with
//                            {"days": ["2026-11-24"]} when time was kept free or given free (no days: any); "ended" when the session is over;
//                            "reload" when what was missed cannot be told one by one
//   #board[data-from][data-to][data-grain][data-zone][data-clock]  hours shown, minutes of a step, the branch's time zone, and
//                            the server's clock in milliseconds when the page was made
//   ol[data-column][data-name]  the time of one practitioner or room; in it li.card, .free, .pause, .block, .off, each with
//                            data-from and data-to, "10:35"; in order of time
//   [data-filled]            in the head of a column: the hours that its cards take, "2:40"
//   li.card#a-{id}[data-version][data-can="accept arrive no-show complete move cancel"]  what may be done with it now;
//                            in a fragment also data-of="{column}"
//   [data-now]               is kept at the present minute through data-from
//   #panel[data-appointment] the chosen appointment; its buttons, links and details with data-do="{verb}"; a[data-close]
//   Acts: POST {card}{id}/{verb} with X-Medok-Part: 1 and `version`; "move" also `day`, `column`, `at` (10:35). Cancelling asks
//   for `reason` in the panel. A refusal is an answer of 4xx with the same kind of fragment: a toast that says why, the card as
//   it is now.
//
// Fragments
//   An answer is a row of elements. li.card goes to its column, at its time; .toast takes the place of the last one; any other
//   takes the place of the element with its id (#panel comes first in #beside where there was none).

import "./desk-passkey.js";

document.querySelector("form[data-sends-itself]")?.requestSubmit();

const VERBS = { KeyA: "accept", KeyP: "arrive", KeyC: "complete", KeyN: "no-show", KeyX: "cancel", KeyM: "move" };
const { signIn, live, card: CARD, waiting: WAITING, day: DAY } = document.body.dataset;
const words = document.getElementById("words")?.dataset ?? {};
const board = document.getElementById("board");
const toasts = document.getElementById("toasts");

const minutes = (time) => time.slice(0, 2) * 60 + Number(time.slice(3));
const clock = (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
const span = (thing) => [minutes(thing.dataset.from), minutes(thing.dataset.to)];
const cardOf = (id) => document.getElementById(`a-${id}`);
const idOf = (card) => card.id.slice(2);
const panel = () => document.getElementById("panel");

// ── Asking and laying

/** Asks the server for a part of a page. Whoever is signed out meanwhile is led to the sign-in page. */
async function ask(address, part, body) {
  const answer = await fetch(address, { method: body ? "POST" : "GET", headers: { accept: "text/html", "x-medok-part": part }, body, cache: "no-store" });
  if (answer.status === 401 || (answer.redirected && new URL(answer.url).pathname === signIn)) {
    location.assign(signIn);
    return new Promise(() => {});
  }
  return { status: answer.status, text: await answer.text() };
}

/** Says something that no answer of the server said. */
function say(text, bad = false) {
  if (!text) return;
  const toast = document.createElement("div");
  toast.className = bad ? "toast bad" : "toast";
  toast.append(Object.assign(document.createElement("p"), { textContent: text }));
  toasts.replaceChildren(toast);
}

/** Lays an answer into the page: every element in its place, the focus where it was. */
function lay(text) {
  const held = document.activeElement;
  const place = held?.closest("#board li") && { list: held.closest("ol"), from: minutes(held.parentElement.dataset.from) };
  const row = document.createElement("template");
  row.innerHTML = text;
  for (const one of [...row.content.children]) {
    if (one.matches(".card")) layCard(one);
    else if (one.matches(".toast")) toasts.replaceChildren(one);
    else if (document.getElementById(one.id)) exchange(document.getElementById(one.id), one);
    else if (one.id === "panel") document.getElementById("beside")?.prepend(one);
  }
  mark();
  if (document.activeElement === document.body && held !== document.body) keep(place);
}

/** What had the focus is gone: its neighbour takes it, or whatever the keys are about. */
function keep(place) {
  const far = (one) => Math.abs(minutes(one.parentElement.dataset.from) - place.from);
  const links = place ? [...place.list.querySelectorAll(":scope > li > a")] : [];
  const near = links.reduce((best, one) => (!best || far(one) < far(best) ? one : best), null);
  (near ?? board?.querySelector('li > a[tabindex="0"]'))?.focus({ preventScroll: true });
}

/** Puts the new in the place of the old. Where the focus was, it is: on what is called the same there. */
function exchange(old, fresh) {
  const held = old.contains(document.activeElement) ? document.activeElement : null;
  const scrolled = old.scrollTop;
  old.replaceWith(fresh);
  fresh.scrollTop = scrolled;
  if (!held) return;
  const same = [...fresh.querySelectorAll("a, button, input, select, summary, [tabindex]")].find((one) =>
    held.id ? one.id === held.id : held.dataset.do ? one.dataset.do === held.dataset.do : one.tagName === held.tagName && one.getAttribute("href") === held.getAttribute("href"),
  );
  (same ?? fresh.querySelector("[tabindex], a, button"))?.focus({ preventScroll: true });
}

function layCard(fresh) {
  const old = document.getElementById(fresh.id);
  const goal = board?.querySelector(`[data-column="${CSS.escape(fresh.dataset.of ?? "")}"]`) ?? old?.parentElement;
  if (!goal) return;
  const [from, to] = span(fresh);
  const left = old && { list: old.parentElement, span: span(old), freed: !old.matches(".cancelled") };
  const held = old?.contains(document.activeElement);
  old?.remove();
  const next = [...goal.children].find((one) => one.dataset.from && minutes(one.dataset.from) >= from);
  goal.insertBefore(fresh, next ?? null);
  if (held) fresh.firstElementChild.focus({ preventScroll: true });
  fresh.classList.toggle("fresh", !old);
  if (left?.freed) release(left.list, ...left.span);
  if (!fresh.matches(".cancelled")) occupy(goal, from, to);
  for (const list of new Set([left?.list ?? goal, goal])) count(list);
}

function drop(id) {
  const old = cardOf(id);
  if (!old) return;
  const list = old.parentElement;
  const held = old.contains(document.activeElement);
  const near = old.nextElementSibling ?? old.previousElementSibling;
  old.remove();
  if (!old.matches(".cancelled")) release(list, ...span(old));
  count(list);
  mark();
  if (held) near?.querySelector("a")?.focus();
}

// ── Free time, as cards come and go. The server counts it for the whole day; here only what one card changes.

function makeFree(list, from, to, like) {
  const free = like ? like.cloneNode(true) : document.createElement("li");
  if (!like) {
    free.className = "free";
    free.innerHTML = "<a><time></time> <span></span></a>";
    free.querySelector("span").textContent = words.book ?? "";
  }
  const link = free.firstElementChild;
  const address = new URL(link.getAttribute("href") ?? words.bookAt ?? "/desk/book", location.href);
  address.searchParams.set("column", list.dataset.column);
  if (DAY) address.searchParams.set("day", DAY);
  address.searchParams.set("at", clock(from));
  link.href = address.pathname + address.search;
  link.querySelector("time").textContent = clock(from);
  Object.assign(free.dataset, { from: clock(from), to: clock(to) });
  const next = [...list.children].find((one) => one.dataset.from && minutes(one.dataset.from) >= from);
  list.insertBefore(free, next ?? null);
}

function occupy(list, from, to) {
  for (const free of list.querySelectorAll(".free")) {
    const [begins, ends] = span(free);
    if (begins >= to || ends <= from) continue;
    free.remove();
    if (begins < from) makeFree(list, begins, from, free);
    if (ends > to) makeFree(list, to, ends, free);
  }
}

function release(list, from, to) {
  for (const one of list.querySelectorAll(".card:not(.cancelled), .off, .pause, .block")) {
    const [begins, ends] = span(one);
    if (begins < to && ends > from) return;
  }
  for (const free of list.querySelectorAll(".free")) {
    const [begins, ends] = span(free);
    if (ends !== from && begins !== to) continue;
    from = Math.min(from, begins);
    to = Math.max(to, ends);
    free.remove();
  }
  makeFree(list, from, to, board.querySelector(".free"));
}

/** «2:40 / 5:20» in the head of a column: the hours that its cards take. */
function count(list) {
  const filled = list.parentElement.querySelector("[data-filled]");
  if (!filled) return;
  const spans = [...list.querySelectorAll(".card:not(.cancelled)")].map(span);
  const taken = spans.reduce((sum, [from, to]) => sum + to - from, 0);
  filled.textContent = `${Math.floor(taken / 60)}:${String(taken % 60).padStart(2, "0")}`;
  list.parentElement.querySelector(".load rect")?.setAttribute("width", taken);
}

// ── Choosing

/** One stop of the Tab key for the whole board; the arrows do the rest. */
function mark(goal) {
  if (!board) return;
  const all = [...board.querySelectorAll(".card > a, .free > a")];
  const now = board.querySelector("[data-now]")?.dataset.from ?? "";
  const stop = goal ?? (all.includes(document.activeElement) ? document.activeElement : null) ?? board.querySelector(".chosen > a") ?? all.find((one) => one.getAttribute("tabindex") === "0") ?? all.find((one) => one.parentElement.dataset.to > now) ?? all[0];
  for (const one of all) {
    const index = one === stop ? "0" : "-1";
    if (one.getAttribute("tabindex") !== index) one.setAttribute("tabindex", index);
  }
  const chosen = panel()?.dataset.appointment;
  for (const one of board.querySelectorAll(".chosen")) if (idOf(one) !== chosen) one.classList.remove("chosen");
  if (chosen) cardOf(chosen)?.classList.add("chosen");
}

async function choose(id, byKeyboard) {
  if (panel()?.dataset.appointment !== id) {
    const { status, text } = await ask(CARD + id, "panel");
    if (status !== 200) return say(words.gone, true);
    panel()?.remove();
    lay(text);
    const address = new URL(location.href);
    address.searchParams.set("appointment", id);
    history.replaceState(null, "", address);
    document.getElementById("beside").scrollTop = 0;
  }
  if (byKeyboard) panel().querySelector("h2").focus({ preventScroll: true });
}

function close() {
  const id = panel()?.dataset.appointment;
  if (!id) return;
  panel().remove();
  const address = new URL(location.href);
  address.searchParams.delete("appointment");
  history.replaceState(null, "", address);
  mark();
  (cardOf(id)?.firstElementChild ?? board).focus({ preventScroll: true });
}

function beside(link, key) {
  const list = link.closest("ol");
  const here = link.parentElement;
  const links = (one) => [...one.querySelectorAll(":scope > li > a")];
  const mine = links(list);
  const at = mine.indexOf(link);
  if (key === "ArrowDown") return mine[at + 1];
  if (key === "ArrowUp") return mine[at - 1];
  if (key === "Home") return mine[0];
  if (key === "End") return mine.at(-1);
  const lists = [...board.querySelectorAll("[data-column]")];
  const step = key === "ArrowRight" ? 1 : -1;
  const from = minutes(here.dataset.from);
  const far = (one) => Math.abs(minutes(one.parentElement.dataset.from) - from);
  for (let next = lists.indexOf(list) + step; lists[next]; next += step) {
    const found = links(lists[next]).reduce((best, one) => (!best || far(one) < far(best) ? one : best), null);
    if (found) return found;
  }
}

// ── Acting

/** Posts an act, lays its answer, and says what went wrong when there is none. */
async function act(address, fields, near) {
  if (near?.ariaBusy === "true") return;
  near?.setAttribute("aria-busy", "true");
  try {
    lay((await ask(address, "1", fields)).text);
  } catch {
    say(words.offline, true);
  } finally {
    near?.removeAttribute("aria-busy");
  }
}

/** What a key is about: the card or entry under the focus, else the chosen one, else, for acceptance, the first that waits. */
function meant(verb) {
  const held = document.activeElement?.closest?.(".card, .waiting li");
  if (held) return idOf(held);
  if (panel()) return panel().dataset.appointment;
  const first = verb === "accept" && document.querySelector(".waiting li");
  return first ? idOf(first) : null;
}

async function does(verb) {
  const id = meant(verb);
  if (!id) return say(words.chooseFirst);
  const card = cardOf(id);
  if (verb === "accept") {
    const form = document.querySelector(`#w-${CSS.escape(id)} form`);
    if (form) return act(form.action, new URLSearchParams(new FormData(form)), form);
  }
  if (card && !(card.dataset.can ?? "").split(" ").includes(verb)) return say(words.cannot, true);
  if (verb === "move" && card) return carry(card);
  if (card && verb !== "cancel") return act(`${CARD}${id}/${verb}`, new URLSearchParams({ version: card.dataset.version ?? "" }), card);
  await choose(id);
  const goal = panel()?.querySelector(`[data-do="${verb}"]`);
  if (!goal) return say(words.cannot, true);
  if (!goal.matches("details")) return goal.click();
  goal.open = true;
  goal.querySelector("input:not([type=hidden]), button")?.focus();
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter: button } = event;
  if (!form.matches("[data-part]") || event.defaultPrevented) return;
  event.preventDefault();
  const fields = new URLSearchParams(new FormData(form));
  if (button?.name) fields.append(button.name, button.value);
  act(button?.hasAttribute("formaction") ? button.formAction : form.action, fields, button ?? form);
});

// ── Moving: by arrows, by a finger's tap, or carried by the mouse. A ghost shows where, and says whether it is free.

let moving;

/** The free stretches of a column, the carried card's own time among them. */
function stretches(list) {
  const found = [...list.querySelectorAll(".free")].map(span);
  if (list === moving.card.parentElement) found.push(span(moving.card));
  found.sort((a, b) => a[0] - b[0]);
  return found.reduce((joined, [from, to]) => {
    if (joined.length && joined.at(-1)[1] >= from) joined.at(-1)[1] = Math.max(to, joined.at(-1)[1]);
    else joined.push([from, to]);
    return joined;
  }, []);
}

/** Every start at which it fits, one length after another. */
function starts(list) {
  const found = [];
  for (const [from, to] of stretches(list)) for (let at = from; at + moving.length <= to; at += moving.length) found.push(at);
  return found;
}

function carry(card, dragged = false) {
  leave();
  const [from, to] = span(card);
  moving = { card, length: to - from, list: card.parentElement, at: from, ghost: document.createElement("li"), dragged };
  moving.ghost.className = "ghost";
  moving.ghost.ariaHidden = "true";
  card.classList.add("carried");
  document.body.classList.add("carrying");
  const strip = document.createElement("div");
  strip.className = "moving";
  strip.innerHTML = '<p><span></span><small></small></p><button class="button" type="button"></button><button class="second" type="button"></button>';
  strip.querySelector("small").textContent = (matchMedia("(pointer: coarse)").matches ? words.movingTouch : words.movingKeys) ?? "";
  const [go, stop] = strip.querySelectorAll("button");
  go.textContent = words.move ?? "";
  stop.textContent = words.leave ?? "";
  for (const one of [go, stop, strip.querySelector("small")]) one.hidden = dragged;
  go.addEventListener("click", arrive);
  stop.addEventListener("click", leave);
  moving.strip = strip;
  toasts.replaceChildren(strip);
  if (!dragged) card.firstElementChild.focus({ preventScroll: true });
  place(moving.list, from);
}

function place(list, at) {
  const begins = minutes(board.dataset.from);
  const ends = minutes(board.dataset.to);
  moving.list = list;
  moving.at = Math.max(begins, Math.min(at, ends - moving.length));
  const to = moving.at + moving.length;
  moving.fits = stretches(list).some(([from, until]) => from <= moving.at && until >= to);
  const says = `${clock(moving.at)}–${clock(to)} ${moving.fits ? words.free ?? "" : words.taken ?? ""}`;
  Object.assign(moving.ghost.dataset, { from: clock(moving.at), to: clock(to) });
  moving.ghost.classList.toggle("taken", !moving.fits);
  moving.strip.classList.toggle("taken", !moving.fits);
  moving.ghost.textContent = says;
  if (moving.ghost.parentElement !== list) list.append(moving.ghost);
  if (!moving.dragged) moving.ghost.scrollIntoView({ block: "nearest", inline: "nearest" });
  const name = moving.card.querySelector("b")?.textContent ?? "";
  moving.strip.querySelector("span").textContent = `${words.moving ?? ""} ${name} → ${says}, ${list.dataset.name}`;
}

function leave() {
  if (!moving) return;
  const { card, ghost, strip } = moving;
  moving = undefined;
  card.classList.remove("carried");
  ghost.remove();
  strip.remove();
  document.body.classList.remove("dragging", "carrying");
}

async function arrive() {
  const { card, list, at, fits } = moving;
  if (!fits) return say(words.takenThere, true), leave();
  const [from] = span(card);
  const still = list === card.parentElement && at === from;
  leave();
  if (still) return;
  const fields = new URLSearchParams({ version: card.dataset.version ?? "", day: DAY, column: list.dataset.column, at: clock(at) });
  await act(`${CARD}${idOf(card)}/move`, fields, card);
}

function steer(event) {
  const { key, shiftKey } = event;
  if (key === "Escape") return leave();
  if (key === "Enter") return arrive();
  const lists = [...board.querySelectorAll("[data-column]")];
  if (key === "ArrowUp" || key === "ArrowDown") {
    const way = key === "ArrowDown" ? 1 : -1;
    if (shiftKey) return place(moving.list, moving.at + way * Number(board.dataset.grain ?? 5));
    const found = starts(moving.list).filter((at) => (at - moving.at) * way > 0);
    const next = way > 0 ? found[0] : found.at(-1);
    return next === undefined ? undefined : place(moving.list, next);
  }
  if (key === "ArrowLeft" || key === "ArrowRight") {
    const list = lists[lists.indexOf(moving.list) + (key === "ArrowRight" ? 1 : -1)];
    if (!list) return;
    const near = starts(list).reduce((best, at) => (best === undefined || Math.abs(at - moving.at) < Math.abs(best - moving.at) ? at : best), undefined);
    return place(list, near ?? moving.at);
  }
}

/** The column and the minute under a point. */
function under(x, y) {
  const list = document.elementFromPoint(x, y)?.closest(".column")?.querySelector("[data-column]");
  if (!list) return null;
  const { top, height } = list.getBoundingClientRect();
  const begins = minutes(board.dataset.from);
  return { list, at: begins + ((y - top) / height) * (minutes(board.dataset.to) - begins) };
}
const grained = (at) => Math.round(at / (board.dataset.grain ?? 5)) * (board.dataset.grain ?? 5);

let pressed;
/** The click that ends a drag opens nothing. */
let swallow = false;
board?.addEventListener("dragstart", (event) => event.preventDefault());
board?.addEventListener("pointerdown", (event) => {
  const card = event.target.closest('.card[data-can~="move"]');
  if (!card || event.button || event.pointerType === "touch" || moving) return;
  const at = under(event.clientX, event.clientY);
  pressed = { card, x: event.clientX, y: event.clientY, held: at ? at.at - span(card)[0] : 0 };
});
addEventListener("pointermove", (event) => {
  if (!pressed) return;
  const { clientX: x, clientY: y } = event;
  if (!moving) {
    if (Math.hypot(x - pressed.x, y - pressed.y) < 6) return;
    carry(pressed.card, true);
    document.body.classList.add("dragging");
  }
  const { left, right, top, bottom } = board.getBoundingClientRect();
  board.scrollBy(x > right - 40 ? 16 : x < left + 80 ? -16 : 0, y > bottom - 40 ? 16 : y < top + 90 ? -16 : 0);
  const at = under(x, y);
  if (at) place(at.list, grained(at.at - pressed.held));
});
addEventListener("pointerup", () => {
  if (pressed && moving?.dragged) {
    swallow = true;
    setTimeout(() => (swallow = false));
    arrive();
  }
  pressed = undefined;
});
addEventListener("pointercancel", () => {
  pressed = undefined;
  leave();
});

// ── Clicks and keys

document.addEventListener(
  "click",
  (event) => {
    if (swallow) return event.preventDefault(), event.stopPropagation();
    if (moving && board.contains(event.target)) {
      event.preventDefault();
      const at = under(event.clientX, event.clientY);
      if (at && event.detail) place(at.list, starts(at.list).find((start) => start <= at.at && at.at < start + moving.length) ?? grained(at.at - moving.length / 2));
      return;
    }
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest?.("[data-print]")) return print();
    if (!board) return;
    const move = event.target.closest?.('a[data-do="move"]');
    const card = move && cardOf(panel().dataset.appointment);
    const link = event.target.closest?.(".card > a, .waiting li > a");
    if (card) carry(card);
    else if (link) choose(idOf(link.parentElement), event.detail === 0).catch(() => say(words.offline, true));
    else if (event.target.closest?.("[data-close]")) close();
    else return;
    event.preventDefault();
  },
  true,
);

const typing = (target) => target.matches?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
const letters = () => localStorage.getItem("medok-letters") !== "off";

document.addEventListener("keydown", (event) => {
  const { target, code, key } = event;
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented) return;
  if (moving) {
    if (!/^(Arrow|Enter|Escape)/.test(key) || (key === "Enter" && target.matches("button"))) return;
    event.preventDefault();
    return steer(event);
  }
  if (key === "Escape" && !document.querySelector(":popover-open")) {
    if (typing(target)) return target.blur();
    if (toasts.childElementCount) return toasts.replaceChildren();
    return close();
  }
  const link = target.closest?.("#board li > a");
  if (link && /^(Arrow|Home|End)/.test(key)) {
    const next = beside(link, key);
    event.preventDefault();
    if (!next) return;
    mark(next);
    next.focus();
    return next.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  if (typing(target) || event.repeat || !letters() || document.querySelector(":popover-open")) return;
  const name = key === "?" || (code === "Slash" && event.shiftKey) ? "Help" : key === "/" ? "Slash" : code;
  if (event.shiftKey && name !== "Help") return;
  if (board && VERBS[name]) {
    event.preventDefault();
    does(VERBS[name]).catch(() => say(words.offline, true));
    return;
  }
  if (name === "KeyB" && link?.matches(".free > a")) return link.click();
  const goal = document.querySelector(`[data-key="${CSS.escape(name)}"]`) ?? (name === "KeyU" ? panel()?.querySelector('[data-do="undo"]') : null);
  if (!goal && board && name === "KeyU") return say(words.cannot, true);
  if (!goal) return;
  event.preventDefault();
  if (typing(goal)) goal.focus();
  else goal.click();
});
document.addEventListener("focusin", (event) => {
  if (event.target.matches?.("#board li > a")) mark(event.target);
});

const box = document.querySelector("[data-letters]");
if (box) box.checked = letters();
document.addEventListener("change", (event) => {
  if (event.target === box) localStorage.setItem("medok-letters", box.checked ? "on" : "off");
  event.target.closest("[data-at-once]")?.requestSubmit();
});

// ── Fields that ask the server while they are filled

let asking;
document.addEventListener("input", (event) => {
  const field = event.target.closest("[data-asks]");
  if (!field) return;
  const { form } = event.target;
  clearTimeout(asking);
  asking = setTimeout(
    async () => {
      const fields = new URLSearchParams(new FormData(form));
      try {
        const { text } = await ask(field.dataset.asks, "1", fields);
        // Only the answer to what stands there now is of use.
        if (fields.toString() === new URLSearchParams(new FormData(form)).toString()) lay(text);
      } catch {
        say(words.offline, true);
      }
    },
    typing(event.target) ? 250 : 0,
  );
});

// ── The present minute, by the server's clock and the branch's zone

function tick() {
  const ahead = tick.ahead ??= board.dataset.clock ? board.dataset.clock - Date.now() : 0;
  const [day, time] = new Intl.DateTimeFormat("sv", { timeZone: board.dataset.zone, dateStyle: "short", timeStyle: "short" }).format(Date.now() + ahead).split(" ");
  const shown = day === DAY && time >= board.dataset.from && time < board.dataset.to;
  for (const one of document.querySelectorAll("[data-now]")) {
    one.hidden = !shown;
    one.dataset.from = time;
    if (one.matches("li")) one.textContent = time;
  }
}

/** Shows the hours that matter: an hour before now, or the first appointment. */
function look() {
  const now = board.querySelector(".now:not([hidden])") ?? board.querySelector(".card");
  if (!now) return;
  const list = board.querySelector("[data-column]");
  const hour = list.offsetHeight / (minutes(board.dataset.to) - minutes(board.dataset.from)) * 60;
  board.scrollTop = (minutes(now.dataset.from) - minutes(board.dataset.from)) / 60 * hour - hour;
  board.querySelector(".chosen")?.scrollIntoView({ block: "center", inline: "center" });
}

// ── What others do. Messages carry ids alone; what is behind them is asked for, one card at a time.

const changed = new Set();
let stirred = false;
let patching = false;

async function patch() {
  if (patching) return;
  patching = true;
  try {
    while (changed.size || stirred) {
      for (const id of changed) {
        changed.delete(id);
        const { status, text } = await ask(CARD + id, "card");
        if (moving && idOf(moving.card) === id) leave();
        if (status === 200) lay(text);
        else if (status === 404 || status === 410) drop(id);
        // A panel in which something is being filled is left alone: the server refuses what has become impossible.
        const idle = () => panel()?.dataset.appointment === id && !panel().querySelector("details[open]");
        if (!idle()) continue;
        const { text: fresh } = await ask(CARD + id, "panel");
        if (idle()) lay(fresh);
      }
      if (stirred) {
        stirred = false;
        lay((await ask(WAITING, "1")).text);
      }
    }
  } catch {
    // The stream itself tells that the connection is lost.
  } finally {
    patching = false;
  }
}

/** Loads the page anew, once nothing on it is under way. */
function renew() {
  const busy = moving || pressed || document.querySelector("details[open], :popover-open") || document.activeElement?.matches("input, select, textarea");
  if (busy) return setTimeout(renew, 1000);
  location.reload();
}

function listen(again) {
  const lost = document.querySelector(".lost");
  const source = new EventSource(live);
  source.addEventListener("open", () => {
    if (again) location.reload();
    else lost.hidden = true;
  });
  source.addEventListener("appointment", (event) => {
    const { appointment, day } = JSON.parse(event.data);
    if (document.body.hasAttribute("data-renew")) return day === DAY ? renew() : undefined;
    if (day === DAY || cardOf(appointment)) changed.add(appointment);
    stirred = true;
    patch();
  });
  source.addEventListener("column", (event) => {
    const { days } = JSON.parse(event.data);
    if (!days.length || days.includes(DAY)) renew();
  });
  source.addEventListener("reload", renew);
  source.addEventListener("ended", () => {
    source.close();
    location.assign(signIn);
  });
  source.addEventListener("error", () => {
    lost.hidden = false;
    // A refused stream is not tried again by the browser; what was missed meanwhile comes with the whole page.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(true), 5000);
  });
}

// What was refused is read, and heard, first.
if (document.activeElement === document.body) document.querySelector("main .wrongs[tabindex]")?.focus();

if (board) {
  tick();
  setInterval(tick, 15_000);
  look();
  mark();
  // Keys act at once, where they will act can be seen: nobody tabs through the bar first.
  if (document.activeElement === document.body) board.querySelector('li > a[tabindex="0"]')?.focus({ preventScroll: true });
  if (live) listen(false);
  // «Ждёт 42 мин» grows old by itself.
  setInterval(() => {
    stirred = !document.hidden;
    if (stirred) patch();
  }, 60_000);
}
