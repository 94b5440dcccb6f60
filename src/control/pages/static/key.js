// The visitor's API key: from the address's fragment (which never travels), kept for this tab alone.

const STORED = "centrala-key";

/** The key there is, or null. A key in the fragment is taken and removed from the address bar and its history. */
export function storedKey() {
  const given = new URLSearchParams(location.hash.slice(1)).get("key");
  if (given !== null) {
    sessionStorage.setItem(STORED, given);
    history.replaceState(null, "", location.pathname + location.search);
  }
  return sessionStorage.getItem(STORED);
}

/** Ask the visitor; resolves with a key. `refused` says that the last one was not accepted. */
export function askForKey(refused) {
  sessionStorage.removeItem(STORED);
  const prompt = document.getElementById("key-prompt");
  const form = prompt.querySelector("form");
  const input = document.getElementById("key");
  if (refused) {
    const reason = document.getElementById("key-reason");
    reason.textContent = "That key is not known here. Please try another one.";
    reason.className = "refused";
  }
  input.value = "";
  prompt.showModal();
  return new Promise((resolve) => {
    // Without a key there is nothing to see: Escape does not close the prompt.
    prompt.oncancel = (event) => event.preventDefault();
    form.onsubmit = (event) => {
      event.preventDefault();
      sessionStorage.setItem(STORED, input.value);
      prompt.close();
      resolve(input.value);
    };
  });
}
