// Keys that open the door (WebAuthn Level 3). Codes do all of it without this file.
//
//   button[data-passkey="get|create"][data-options="/address"]  POST there gives the options as JSON; what the authenticator
//     answers goes as JSON into the form's field "credential", and the form is sent. Shown where the browser knows passkeys.
//   input[data-or-passkey]     need not be filled in when a passkey is shown; every other field is looked at first
//   [data-passkey-refused]     in the form: shown when the authenticator gave nothing
//   [data-passkey-absent]      shown where the browser knows no passkeys, or the site is not reached by https

const able = Boolean(globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON && navigator.credentials);

async function options(address) {
  const answer = await fetch(address, { method: "POST", headers: { accept: "application/json" }, body: new URLSearchParams(), cache: "no-store" });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()).publicKey;
}

async function ask({ passkey, options: address }) {
  const publicKey = await options(address);
  return passkey === "create"
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
    : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
}

for (const button of document.querySelectorAll("[data-passkey]")) {
  button.hidden = !able;
  button.addEventListener("click", async () => {
    const { form } = button;
    const refused = form.querySelector("[data-passkey-refused]");
    const needed = [...form.elements].filter((field) => !("orPasskey" in field.dataset));
    if (!needed.every((field) => field.checkValidity())) {
      needed.find((field) => !field.checkValidity()).reportValidity();
      return;
    }
    refused.hidden = true;
    button.disabled = true;
    try {
      form.elements.credential.value = JSON.stringify(await ask(button.dataset));
      form.noValidate = true;
      form.requestSubmit();
    } catch {
      refused.hidden = false;
      button.disabled = false;
      button.focus();
    }
  });
}

for (const word of document.querySelectorAll("[data-passkey-absent]")) word.hidden = able;
