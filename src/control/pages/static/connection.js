// The event stream: shows its key, follows the numbers, comes back where it left.

const UNAUTHENTICATED = 4401;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Follow the centre for ever.
 *
 * `hear(message)` gets each snapshot and delta; `tell(state)` gets "live" or "lost"; `askKey(refused)` resolves with a
 * key when there is none or it was refused.
 */
export async function follow({ key, askKey, hear, tell }) {
  let seq = null;
  let pause = FIRST_PAUSE_MS;
  key ??= await askKey(false);
  for (;;) {
    let live = false;
    const code = await listen(key, seq, (message) => {
      if (!live) tell("live");
      live = true;
      seq = message.seq;
      pause = FIRST_PAUSE_MS;
      hear(message);
    });
    if (code === UNAUTHENTICATED) {
      key = await askKey(true);
      continue;
    }
    tell("lost");
    await new Promise((wake) => setTimeout(wake, pause * (0.5 + Math.random())));
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
  }
}

/** One connection; resolves with its close code. */
function listen(key, since, hear) {
  const address = new URL("/api/v1/events", location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  if (since !== null) address.searchParams.set("since", since);
  return new Promise((resolve) => {
    const socket = new WebSocket(address);
    socket.onopen = () => socket.send(JSON.stringify({ token: key }));
    socket.onmessage = (event) => hear(JSON.parse(event.data));
    socket.onclose = (event) => resolve(event.code);
  });
}
