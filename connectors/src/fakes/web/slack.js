"use strict";

/** What an app's blocks look like, and what happens when somebody uses them. */

function plainText(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** Slack's mark-up as elements: links, people and times. Text is never read as HTML. */
function markup(text, team) {
  const line = document.createElement("p");
  for (const part of (text ?? "").split(/(<[^<>]+>)/)) {
    if (!part.startsWith("<")) {
      line.append(plainText(part).replaceAll("*", ""));
      continue;
    }
    const [target, label] = part.slice(1, -1).split("|");
    if (target.startsWith("http")) {
      const link = element("a", plainText(label ?? target));
      link.href = target;
      line.append(link);
    } else if (target.startsWith("@")) {
      const who = person(team, target.slice(1));
      line.append(element("strong", `@${who ? nameOf(who) : target.slice(1)}`));
    } else {
      line.append(plainText(label ?? target));
    }
  }
  return line;
}

async function ask(path, body) {
  const answer = await fetch(`/control/slack/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return answer.json();
}

/** Tells Slack's app that somebody used an element. `place` says where it is and who uses it. */
async function use(place, block, part, value) {
  const said = await ask("press", { ...place, block_id: block.block_id, action_id: part.action_id, value });
  trouble(said.error ?? (said.status === 200 ? "" : `The app answered ${said.status ?? "nothing"}.`));
  await look();
}

function menu(label, options, choose) {
  const select = document.createElement("select");
  select.setAttribute("aria-label", label);
  fill(select, [["", label], ...options]);
  select.addEventListener("change", () => select.value && choose(select.value));
  return select;
}

/** A menu whose options the app gives: what is typed is asked for, and the answer can be chosen. */
function search(place, block, part) {
  const label = part.placeholder?.text ?? "Search…";
  const found = menu(label, [], (value) => use(place, block, part, value));
  const typed = document.createElement("input");
  typed.setAttribute("aria-label", label);
  typed.placeholder = label;
  const load = async () => {
    const asked = { ...place, block_id: block.block_id, action_id: part.action_id, typed: typed.value };
    const { body } = await ask("suggestions", asked);
    fill(found, [["", label], ...(body?.options ?? []).map((option) => [option.value, option.text.text])]);
  };
  typed.addEventListener("input", load);
  typed.addEventListener("focus", load);
  return element("span", "", "search", typed, found);
}

function interactive(place, block, part) {
  if (part.type === "button" && part.url) {
    const link = element("a", part.text.text, "button");
    link.href = part.url;
    return link;
  }
  if (part.type === "button") {
    const button = element("button", part.text.text, part.style === "primary" ? "" : "quiet");
    button.type = "button";
    button.addEventListener("click", () => use(place, block, part));
    return button;
  }
  const choose = (value) => use(place, block, part, value);
  const label = part.placeholder?.text ?? "Choose…";
  if (part.type === "users_select") {
    const people = world.slack.users.filter((user) => user._team === place.team && !user.is_bot);
    return menu(label, people.map((user) => [user.id, nameOf(user)]), choose);
  }
  if (part.type === "external_select") return search(place, block, part);
  return menu(label, (part.options ?? []).map((option) => [option.value, option.text.text]), choose);
}

/** Blocks as Slack shows them; `place` is `{team, user, channel?, ts?}`. */
function blocksOf(blocks, place) {
  return blocks.map((block) => {
    if (block.type === "header") return element("h3", block.text.text);
    if (block.type === "divider") return document.createElement("hr");
    if (block.type === "section") return markup(block.text.text, place.team);
    const parts = block.elements ?? [];
    if (block.type === "context") {
      return element("div", "", "hint", ...parts.map((part) => markup(part.text, place.team)));
    }
    return element("div", "", "row", ...parts.map((part) => interactive(place, block, part)));
  });
}

/** What only the chosen person sees: whispers, newest first, and the App Home. */
function showOwn(team, user) {
  const whispers = world.slack.ephemerals.filter((shown) => shown._team === team && shown.user === user).reverse();
  const view = world.slack.views.find((shown) => shown._team === team && shown.user === user);
  // Drawing anew would close a menu that somebody is choosing from.
  const drawn = JSON.stringify([team, whispers, view]);
  if (at("home").dataset.drawn === drawn) return;
  at("home").dataset.drawn = drawn;
  at("whispers").replaceChildren(...whispers.slice(0, 5).map((shown) => element("li", "", "", markup(shown.text, team))));
  at("home").replaceChildren(...(view ? blocksOf(view.blocks, { team, user }) : []));
}

async function typeCommand(event) {
  event.preventDefault();
  const channel = chosenChannel();
  const [command, ...words] = at("command").value.trim().split(" ");
  const place = { team: channel._team, channel: channel.id, user: at("user").value };
  const said = await ask("commands", { ...place, command, text: words.join(" ") });
  const answer = said.body?.text ?? said.error ?? `The app answered ${said.status ?? "nothing"}.`;
  at("command-answer").replaceChildren(markup(answer, channel._team));
}

async function openHome() {
  const channel = chosenChannel();
  await ask("home?wait=true", { team: channel._team, user: at("user").value });
  await look();
}
