// The status page: what the event stream says, drawn.

import { countFrom, setClock } from "./clock.js";
import { follow } from "./connection.js";
import { askForKey, storedKey } from "./key.js";
import { Table } from "./table.js";

const STATUS_TONES = { available: "good", offline: "" };
const STATE_TONES = { offered: "calm", ringing: "calm", talking: "busy", held: "busy", wrap_up: "calm" };
const CALL_TONES = { waiting: "busy", ringing: "calm", talking: "good", held: "calm", playing: "good" };
const RUN_TONES = { running: "good", paused: "calm" };
const CONNECTION = { live: "Live", lost: "Connection lost, trying again" };

const words = (name) => name.replaceAll("_", " ");
const share = (value) => (value === null ? "–" : `${Math.round(100 * value)} %`);

let heardAt = 0;

const queues = new Table("queues", {
  order: (queue) => queue.name,
  draw(cells, queue) {
    title(cells[0], queue.name, queue.name === queue.id ? "" : queue.id);
    cells[1].textContent = queue.waiting;
    cells[1].classList.toggle("late", queue.waiting > 0 && queue.agents_available === 0);
    countFrom(cells[2], queue.waiting ? heardAt - 1000 * queue.longest_wait_s : null);
    cells[3].textContent = queue.agents_available;
    cells[4].textContent = queue.agents_busy;
    cells[5].textContent = queue.offered;
    cells[6].textContent = queue.answered;
    cells[7].textContent = queue.abandoned;
    cells[8].textContent = share(queue.service_level);
  },
});

const agents = new Table("agents", {
  order: (agent) => agent.extension,
  draw(cells, agent) {
    const away = agent.status === "offline";
    cells[0].parentElement.classList.toggle("away", away);
    title(cells[0], agent.name, agent.reason);
    title(cells[1], agent.extension, agent.phone === agent.extension ? "" : `at ${agent.phone}`);
    mark(cells[2], words(agent.status), agent.overdue ? "bad" : (STATUS_TONES[agent.status] ?? "calm"));
    mark(cells[3], words(agent.state), STATE_TONES[agent.state] ?? STATUS_TONES[agent.status] ?? "");
    countFrom(cells[4], Date.parse(agent.since));
    mark(cells[5], agent.reachable ? "registered" : "not registered", agent.reachable ? "good" : away ? "" : "bad");
  },
});

const campaigns = new Table("campaigns", {
  order: (campaign) => campaign.name,
  draw(cells, campaign) {
    const dry = campaign.run === "running" && campaign.out_of_leads;
    title(cells[0], campaign.name, campaign.reason);
    mark(cells[1], dry ? "out of leads" : campaign.run, RUN_TONES[campaign.run] ?? "");
    cells[2].textContent = campaign.dialling + campaign.judging;
    cells[3].textContent = campaign.waiting;
    cells[4].textContent = campaign.talking;
    cells[5].textContent = campaign.agents_idle;
    cells[6].textContent = campaign.conversions;
    cells[7].textContent = `${(100 * campaign.abandon_rate).toFixed(1)} %`;
  },
});

const calls = new Table("calls", {
  order: (call) => call.started_at,
  draw(cells, call) {
    title(cells[0], call.caller, call.caller_name);
    cells[1].textContent = call.number;
    cells[2].textContent = call.queue ?? "";
    cells[3].textContent = call.agent ?? "";
    mark(cells[4], words(call.state), CALL_TONES[call.state] ?? "");
    countFrom(cells[5], Date.parse(call.since));
    countFrom(cells[6], Date.parse(call.started_at));
  },
});

const tables = { queue: queues, agent: agents, campaign: campaigns, call: calls };

function title(cell, text, aside) {
  cell.textContent = text;
  if (aside) {
    const small = document.createElement("small");
    small.textContent = aside;
    cell.append(small);
  }
}

function mark(cell, text, tone) {
  const span = document.createElement("span");
  span.className = "mark";
  span.dataset.tone = tone;
  span.textContent = text;
  cell.replaceChildren(span);
}

function hear(message) {
  setClock(message.at);
  heardAt = Date.parse(message.at);
  if (message.type === "snapshot") {
    queues.replace(message.queues);
    agents.replace(message.agents);
    campaigns.replace(message.campaigns);
    calls.replace(message.calls);
  } else {
    tables[message.kind]?.set(message.id, message.value);
  }
  sumUpSoon();
}

let summing = false;

/** Add the figures up once a frame, however many messages came. */
function sumUpSoon() {
  if (summing) return;
  summing = true;
  requestAnimationFrame(() => {
    summing = false;
    const everyone = [...agents.things.values()];
    const free = (agent) => agent.status === "available" && agent.state === "idle" && agent.reachable;
    figure("calls", calls.things.size);
    figure("waiting", [...queues.things.values()].reduce((sum, queue) => sum + queue.waiting, 0));
    figure("available", everyone.filter(free).length);
    figure("busy", everyone.filter((agent) => agent.state !== "idle").length);
  });
}

function figure(name, value) {
  document.getElementById(`figure-${name}`).textContent = value;
}

function tell(state) {
  const shown = document.getElementById("connection");
  shown.dataset.state = state;
  shown.textContent = CONNECTION[state];
}

follow({ key: storedKey(), askKey: askForKey, hear, tell });
