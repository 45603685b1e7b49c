// Slack's Web API through Slack's own client for Node.
import { ErrorCode, WebClient } from "@slack/web-api";
import { assert, certify, consent, fault, sim } from "./certificate.mjs";

const slackApiUrl = `${sim}/slack/api/`;
const token = process.env.SLACK_BOT_TOKEN;
const slack = new WebClient(token, { slackApiUrl, retryConfig: { retries: 1 } });
const app = { client_id: process.env.SLACK_CLIENT_ID, client_secret: process.env.SLACK_CLIENT_SECRET };
const redirect_uri = "https://app.example/slack/oauth/callback";
const kinds = "public_channel,private_channel";
let channel;
let posted;

await certify("slack", "@slack/web-api", {
  "auth.test": async () => assert.match((await slack.auth.test()).team_id, /^T/),
  "conversations.list, page by page": async () => {
    const found = [];
    for await (const page of slack.paginate("conversations.list", { limit: 5, types: kinds })) {
      assert.ok(page.channels.length <= 5);
      found.push(...page.channels);
    }
    assert.equal(new Set(found.map(({ id }) => id)).size, found.length);
    channel = found.find(({ is_member, is_archived }) => is_member && !is_archived).id;
  },
  "conversations.info": async () => assert.equal((await slack.conversations.info({ channel })).channel.id, channel),
  "conversations.members": async () => assert.ok((await slack.conversations.members({ channel })).members.length > 1),
  "conversations.join": async () => assert.ok((await slack.conversations.join({ channel })).channel.is_member),
  "conversations.open": async () => {
    const { members } = await slack.users.list({ limit: 50 });
    const person = members.find(({ is_bot, deleted, is_stranger }) => !is_bot && !deleted && !is_stranger);
    assert.match((await slack.conversations.open({ users: person.id })).channel.id, /^D/);
  },
  "users.list, page by page": async () => {
    let count = 0;
    for await (const { members } of slack.paginate("users.list", { limit: 3 })) count += members.length;
    assert.ok(count > 3);
  },
  "users.info": async () => {
    const { members } = await slack.users.list({ limit: 1 });
    assert.equal((await slack.users.info({ user: members[0].id })).user.id, members[0].id);
  },
  "team.info": async () => assert.ok((await slack.team.info()).team.name),
  "chat.postMessage with blocks": async () => {
    const blocks = [{ type: "section", text: { type: "mrkdwn", text: "*hello*" } }];
    posted = await slack.chat.postMessage({ channel, text: "hello", blocks });
    assert.equal(posted.message.text, "hello");
  },
  "chat.update": async () => {
    assert.equal((await slack.chat.update({ channel, ts: posted.ts, text: "hello again" })).ts, posted.ts);
  },
  "chat.postMessage in a thread": async () => {
    const reply = await slack.chat.postMessage({ channel, text: "reply", thread_ts: posted.ts });
    assert.equal(reply.message.thread_ts, posted.ts);
  },
  "chat.getPermalink": async () => {
    const { permalink } = await slack.chat.getPermalink({ channel, message_ts: posted.ts });
    assert.ok(new URL(permalink).pathname.includes(posted.ts.replace(".", "")));
  },
  "conversations.history": async () => {
    const { messages } = await slack.conversations.history({ channel, oldest: posted.ts, inclusive: true });
    assert.equal(messages.at(-1).text, "hello again");
  },
  "conversations.replies": async () => {
    const { messages } = await slack.conversations.replies({ channel, ts: posted.ts });
    assert.deepEqual(messages.map(({ text }) => text), ["hello again", "reply"]);
  },
  "an error keeps Slack's word": async () => {
    await assert.rejects(slack.conversations.info({ channel: "C0NOSUCH" }), ({ code, data }) => {
      return code === ErrorCode.PlatformError && data.error === "channel_not_found";
    });
  },
  "a wrong token": async () => {
    const stranger = new WebClient("xoxb-nobody", { slackApiUrl });
    await assert.rejects(stranger.auth.test(), ({ data }) => data.error === "invalid_auth");
  },
  "429 with Retry-After": async () => {
    await fault({ vendor: "slack", kind: "rate_limit", retry_after: 9 });
    const strict = new WebClient(token, { slackApiUrl, rejectRateLimitedCalls: true });
    await assert.rejects(strict.auth.test(), ({ code, retryAfter }) => {
      return code === ErrorCode.RateLimitedError && retryAfter === 9;
    });
  },
  "a 503 is tried again": async () => {
    await fault({ vendor: "slack", kind: "status", status: 503 });
    assert.ok((await slack.auth.test()).ok);
  },
  "oauth.v2.access": async () => {
    const query = new URLSearchParams({ client_id: app.client_id, redirect_uri, state: "s", scope: "chat:write" });
    const code = await consent(`${sim}/slack/oauth/v2/authorize?${query}`);
    const install = await new WebClient(undefined, { slackApiUrl }).oauth.v2.access({ ...app, code, redirect_uri });
    assert.equal(install.token_type, "bot");
    assert.match(install.access_token, /^xox/);
    const installed = new WebClient(install.access_token, { slackApiUrl });
    assert.equal((await installed.auth.test()).team_id, install.team.id);
  },
});
