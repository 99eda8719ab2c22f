// Asking for a page and showing it in the place of this one. Whatever goes wrong, the page that is there stays, with all
// that was typed.

/** What the house says where it took nothing at all: too often, too much, broken. It stands beside what was typed. */
class Refused extends Error {}

/** How an attempt to send a form ended: the page where there was one. */
async function asked(address, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", accept: "text/html" },
    body,
  });
  const kind = answer.headers.get("content-type") ?? "";
  if (!kind.startsWith("text/html")) throw new TypeError("not a page");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const refused = page.querySelector("[data-refused]");
  if (refused) throw new Refused([...refused.children].map((part) => part.textContent.trim()).join(". "));
  return { page, address: answer.redirected ? answer.url : null };
}

/** The fields of a form as it stands, with the button that was pressed last, as the server counts them. */
export function fieldsOf(form, button) {
  const fields = new URLSearchParams(new FormData(form));
  if (button?.name) fields.append(button.name, button.value);
  return fields;
}

/** Shows a page. `near` is the button pressed on a page that only changed a part of itself: there the eye stays. */
function show(next, near) {
  const root = document.documentElement;
  for (const name of root.getAttributeNames()) root.removeAttribute(name);
  for (const { name, value } of next.documentElement.attributes) root.setAttribute(name, value);
  document.title = next.title;
  const place = near && { name: near.name, value: near.value, top: near.getBoundingClientRect().top };
  document.body.replaceWith(document.adoptNode(next.body));
  const again = place && [...document.getElementsByName(place.name)].find((one) => one.value === place.value);
  const wrongs = document.querySelector(".wrongs, .taken");
  if (again && !wrongs) {
    again.focus({ preventScroll: true });
    scrollBy(0, again.getBoundingClientRect().top - place.top);
  } else {
    const goal = wrongs ?? document.getElementById("content");
    if (!goal.hasAttribute("tabindex")) goal.tabIndex = -1;
    scrollTo(0, 0);
    goal.focus({ preventScroll: !wrongs });
  }
  document.dispatchEvent(new Event("shown"));
}

/** Sends fields to an address and shows the answer; whether there was one. */
export async function send(address, fields, near) {
  const offline = document.getElementById("offline");
  near?.setAttribute("aria-busy", "true");
  try {
    const answer = await asked(address, fields);
    show(answer.page, near);
    if (answer.address) history.replaceState(history.state, "", answer.address);
    return true;
  } catch (error) {
    near?.removeAttribute("aria-busy");
    if (offline) {
      offline.dataset.says ??= offline.textContent;
      offline.textContent = error instanceof Refused ? error.message : offline.dataset.says;
      offline.hidden = false;
      offline.scrollIntoView({ block: "center" });
    }
    return false;
  }
}
