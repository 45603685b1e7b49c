// Events, as the simulated Slack sends them, into Slack's own framework for apps.
import { createRequire } from "node:module";
import { once } from "node:events";
import { assert, certify, control, signingSecret, sim } from "./certificate.mjs";

const { App, HTTPReceiver, LogLevel } = createRequire(import.meta.url)("@slack/bolt");
const receiver = new HTTPReceiver({
  signingSecret,
  endpoints: ["/slack/events"],
  logLevel: LogLevel.ERROR,
  // A throw leads to a 500, which Slack takes as a failed attempt.
  processBeforeResponse: true,
});
const app = new App({
  token: process.env.SLACK_BOT_TOKEN,
  receiver,
  clientOptions: { slackApiUrl: `${sim}/slack/api/` },
  logLevel: LogLevel.ERROR,
});
const heard = [];
let refuse = 0;
const waiting = [];
app.use(async ({ payload, body, context, next }) => {
  if (refuse > 0) {
    refuse -= 1;
    throw new Error("not now");
  }
  heard.push({ payload, body, context });
  for (const wake of waiting.splice(0)) wake();
  await next();
});
app.message(/hello bolt/, async ({ message, say }) => {
  await say({ text: `you said ${message.text}`, thread_ts: message.ts });
});
const server = await app.start(0);
const { port } = server.address();

/** The first thing heard that `fits`. */
async function hear(fits) {
  const late = AbortSignal.timeout(10_000);
  for (;;) {
    const found = heard.find(fits);
    if (found) return found;
    const { promise, resolve } = withResolvers();
    waiting.push(resolve);
    await Promise.race([promise, once(late, "abort").then(() => assert.fail("nothing was heard"))]);
  }
}

function withResolvers() {
  let resolve;
  const promise = new Promise((wake) => {
    resolve = wake;
  });
  return { promise, resolve };
}

await control("events-url", { url: `http://127.0.0.1:${port}/slack/events` });
const { slack } = await control("state");
const team = process.env.SLACK_TEAM_ID;
const { bot_user_id } = slack.teams.find(({ id }) => id === team);
const room = slack.channels.find(({ _team, members }) => _team === team && members?.includes(bot_user_id));
const person = slack.users.find(({ _team, is_bot, deleted }) => _team === team && !is_bot && !deleted);
const saying = { team, channel: room.id, user: person.id };

await certify("slack", "@slack/bolt", {
  "a signed message": async () => {
    await control("slack/messages", { ...saying, text: "hello bolt" });
    const { payload, body } = await hear(({ payload }) => payload.text === "hello bolt");
    assert.equal(payload.channel, room.id);
    assert.equal(body.authorizations[0].team_id, team);
  },
  "what the app answers is said once, for the app does not hear itself": async () => {
    const { payload } = await hear(({ payload }) => payload.text === "hello bolt");
    const answers = async () => {
      const { messages } = await app.client.conversations.replies({ channel: room.id, ts: payload.ts });
      return messages.slice(1).map(({ text }) => text);
    };
    while ((await answers()).length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(await answers(), ["you said hello bolt"]);
  },
  "an edit": async () => {
    const { payload } = await hear(({ payload }) => payload.text === "hello bolt");
    await control("slack/edit", { team, channel: room.id, ts: payload.ts, text: "edited" });
    const edit = await hear(({ payload }) => payload.subtype === "message_changed" && payload.message.text === "edited");
    assert.equal(edit.payload.previous_message.text, "hello bolt");
  },
  "a delete": async () => {
    const { ts } = await control("slack/messages", { ...saying, text: "never mind" });
    await control("slack/delete", { team, channel: room.id, ts });
    const gone = await hear(({ payload }) => payload.subtype === "message_deleted");
    assert.equal(gone.payload.deleted_ts, ts);
    assert.equal(gone.payload.previous_message.text, "never mind");
  },
  "the first message of a thread leaves a tombstone": async () => {
    const { payload } = await hear(({ payload }) => payload.text === "hello bolt");
    await control("slack/delete", { team, channel: room.id, ts: payload.ts });
    await hear(({ payload: change }) => change.message?.subtype === "tombstone" && change.message.ts === payload.ts);
  },
  "what the vendor did not acknowledge comes again, and says so": async () => {
    refuse = 1;
    await control("slack/messages", { ...saying, text: "say it twice" });
    const again = await hear(({ payload, context }) => payload.text === "say it twice" && context.retryNum === 1);
    assert.equal(again.context.retryReason, "http_error");
  },
  "a request with another secret is refused": async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/slack/events`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-slack-request-timestamp": String(Math.floor(Date.now() / 1000)),
        "x-slack-signature": `v0=${"0".repeat(64)}`,
      },
      body: JSON.stringify({ type: "event_callback" }),
    });
    assert.equal(answer.status, 401);
  },
});
