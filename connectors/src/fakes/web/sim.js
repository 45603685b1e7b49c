"use strict";

const at = (id) => document.getElementById(id);
const EVERY_MS = 1000;
let world = null;
let lastDrawn = "";

/** An element with text (never HTML) and children. */
function element(tag, text, className, ...children) {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function chosenChannel() {
  const [team, id] = at("channel").value.split("/");
  return world.slack.channels.find((channel) => channel._team === team && channel.id === id);
}

function person(team, id) {
  return world.slack.users.find((user) => user._team === team && user.id === id);
}

function nameOf(user) {
  return user.profile.real_name || user.name;
}

/** What a channel is called; a direct message by the person in it. */
function titleOf(channel) {
  if (channel.is_im) {
    const who = person(channel._team, channel.user);
    return `Momentum and ${who ? nameOf(who) : channel.user} (direct message)`;
  }
  return `#${channel.name}${channel.is_ext_shared ? " (shared with the customer)" : ""}`;
}

/** Replaces a menu's entries and keeps what was chosen. */
function fill(select, options) {
  const wanted = JSON.stringify(options);
  if (select.dataset.options === wanted) return;
  const before = select.value;
  select.dataset.options = wanted;
  select.replaceChildren(...options.map(([value, label]) => {
    const option = element("option", label);
    option.value = value;
    return option;
  }));
  if (options.some(([value]) => value === before)) select.value = before;
}

function showMenus() {
  const bots = new Set(world.slack.teams.map((team) => team.bot_user_id));
  const channels = world.slack.channels
    .filter((channel) => channel.members.some((member) => bots.has(member)))
    .sort((a, b) => Number(Boolean(b.is_ext_shared)) - Number(Boolean(a.is_ext_shared)) || titleOf(a).localeCompare(titleOf(b)));
  fill(at("channel"), channels.map((channel) => [`${channel._team}/${channel.id}`, titleOf(channel)]));
  const channel = chosenChannel();
  const people = channel ? channel.members.map((id) => person(channel._team, id)).filter((user) => user && !user.is_bot) : [];
  people.sort((a, b) => Number(Boolean(b.is_stranger)) - Number(Boolean(a.is_stranger)));
  fill(at("user"), people.map((user) => [user.id, `${nameOf(user)}${user.is_stranger ? " (customer)" : " (colleague)"}`]));
}

/** What became of Slack's delivery of a message. */
function deliveryLine(message) {
  const deliveries = world.slack.deliveries.filter((d) => d.channel === message._channel && d.ts === message.ts);
  const delivery = deliveries.at(-1);
  if (!delivery) return null;
  const last = delivery.attempts.at(-1);
  if (!last) return element("p", delivery.done ? "Not sent: no address for events is set" : "On its way…", "hint");
  const retries = last.retry > 0 ? `, retry ${last.retry}` : "";
  if (!last.reason) return element("p", `Delivered: ${last.status} in ${last.millis} ms${retries}`, "hint good");
  const next = delivery.done ? "given up" : "Slack will try again";
  return element("p", `${last.status ?? last.reason} after ${last.millis} ms${retries}: ${next}`, "hint bad");
}

function showMessages() {
  const channel = chosenChannel();
  const messages = channel
    ? world.slack.messages.filter((m) => m._channel === channel.id && m._team === channel._team).reverse().slice(0, 50)
    : [];
  at("channel-name").textContent = channel ? `in ${titleOf(channel)}` : "";
  at("no-messages").hidden = messages.length > 0;
  // Drawing anew would close a menu that somebody is choosing from.
  const drawn = JSON.stringify([messages, world.slack.deliveries, at("user").value]);
  if (drawn === lastDrawn) return;
  lastDrawn = drawn;
  at("messages").replaceChildren(...messages.map((message) => {
    const author = person(channel._team, message.user);
    const head = element("p", "", "", element("strong", author ? nameOf(author) : "Slack"));
    if (author?.is_stranger) head.append(element("span", "customer", "tag"));
    if (author?.is_bot) head.append(element("span", "app", "tag"));
    if (message.thread_ts && message.thread_ts !== message.ts) head.append(element("span", "in thread", "tag"));
    if (message.edited) head.append(element("span", "edited", "tag"));
    const place = { team: channel._team, channel: channel.id, ts: message.ts, user: at("user").value };
    const said = message.blocks ? blocksOf(message.blocks, place) : [markup(message.text, channel._team)];
    const item = element("li", "", "", head, ...said);
    const delivery = deliveryLine(message);
    if (delivery) item.append(delivery);
    return item;
  }));
}

function showTasks() {
  const records = world.salesforce.records;
  const accounts = new Map((records.Account ?? []).map((account) => [account.Id, account.Name]));
  const tasks = (records.Task ?? []).slice().reverse();
  at("task-count").textContent = tasks.length ? `(${tasks.length})` : "";
  at("no-tasks").hidden = tasks.length > 0;
  at("tasks").replaceChildren(...tasks.slice(0, 50).map((task) => {
    const link = element("a", task.Subject ?? "(no subject)");
    link.href = `/salesforce/lightning/r/Task/${task.Id}/view`;
    const facts = [accounts.get(task.WhatId), task.Status, task.Priority, task.ActivityDate].filter(Boolean).join(" · ");
    return element("li", "", "", element("p", "", "", link), element("p", facts, "hint"));
  }));
}

/** What arrived in HubSpot, each with its company. */
function showHubspot() {
  const { records, portal_id: portal } = world.hubspot;
  const companies = new Map(records.companies.map((company) => [company.id, company.properties.name]));
  const entry = (kind, title, facts) => (record) => {
    const link = element("a", record.properties[title] ?? "(no name)");
    link.href = `/hubspot/contacts/${portal}/record/${kind}/${record.id}`;
    const told = [...(record.companies ?? []).map((id) => companies.get(id)), ...facts.map((name) => record.properties[name])];
    return [Number(record.id), element("li", "", "", element("p", "", "", link), element("p", told.filter(Boolean).join(" · "), "hint"))];
  };
  const arrived = [
    ...records.tasks.map(entry("0-27", "hs_task_subject", ["hs_task_status", "hs_task_priority"])),
    ...records.deals.map(entry("0-3", "dealname", ["dealstage", "amount"])),
  ].sort(([a], [b]) => b - a);
  at("hubspot-count").textContent = arrived.length ? `(${arrived.length})` : "";
  at("no-hubspot").hidden = arrived.length > 0;
  at("hubspot").replaceChildren(...arrived.slice(0, 50).map(([, item]) => item));
  at("companies").replaceChildren(...records.companies.map(entry("0-2", "name", ["domain"])).map(([, item]) => item));
}

function show() {
  showMenus();
  showMessages();
  showTasks();
  showHubspot();
  if (chosenChannel()) showOwn(chosenChannel()._team, at("user").value);
  at("events-url").textContent = world.slack.events_url ?? "nowhere yet";
}

function trouble(words) {
  at("trouble").textContent = words;
  at("trouble").hidden = !words;
}

async function look() {
  try {
    const answer = await fetch("/control/state");
    world = await answer.json();
    show();
    trouble("");
  } catch {
    trouble("The simulator does not answer. Is it still running?");
  }
}

async function send(event) {
  event.preventDefault();
  const channel = chosenChannel();
  const button = event.target.querySelector("button");
  button.disabled = true;
  try {
    const answer = await fetch("/control/slack/messages", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ team: channel._team, channel: channel.id, user: at("user").value, text: at("text").value }),
    });
    const body = await answer.json();
    at("sent").textContent = answer.ok ? "Sent" : body.error;
    if (answer.ok) at("text").value = "";
    await look();
  } catch {
    trouble("The message could not be sent: the simulator does not answer.");
  } finally {
    button.disabled = false;
    at("text").focus();
  }
}

at("say").addEventListener("submit", send);
at("type-command").addEventListener("submit", typeCommand);
at("open-home").addEventListener("click", openHome);
at("channel").addEventListener("change", show);
at("user").addEventListener("change", show);
look();
setInterval(look, EVERY_MS);
