// Times that tick: elements that carry the moment they count from, in the server's time.

let ahead = 0;

/** Learn the server's clock from a message's time, so that a wrong clock here shows no wrong durations. */
export function setClock(iso) {
  ahead = Date.parse(iso) - Date.now();
}

/** Let an element show the time since a moment (milliseconds since the epoch); null shows a dash. */
export function countFrom(element, moment) {
  element.dataset.since = moment ?? "";
  show(element);
}

/** A duration as `m:ss` or `h:mm:ss`. */
export function duration(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

function show(element) {
  const since = element.dataset.since;
  element.textContent = since === "" ? "–" : duration(Date.now() + ahead - Number(since));
}

setInterval(() => document.querySelectorAll("[data-since]").forEach(show), 1000);
