// Fills the demo's company with as many signals as wanted, through the door that a customer has: a Slack export.
import { check } from "./support.mjs";
import { exportOf } from "./zip.mjs";

/** Ten sentences with ten key phrases, so that none of a day joins another of the same channel. */
const SAID = [
  "We need more seats: 40 more people join us next month.",
  "Can we upgrade our plan to get single sign-on?",
  "How much would the enterprise plan cost for 300 users?",
  "We are very frustrated, the dashboard has been down again since this morning.",
  "We are considering alternatives because the export keeps failing.",
  "Please cancel our subscription at the end of the term.",
  "We rolled it out to the whole finance team last week and adoption is great.",
  "Our VP of Operations is leaving the company in March.",
  "Could you send us a quote for the premium add-on?",
  "We are blocked: the integration is broken and our release waits for it.",
];
const DAYS = [3, 40, 80, 120];

/** Imports an export with at least `wanted` messages that are signals, and waits until they are there. */
export async function fill(demo, wanted) {
  const ask = async (path, options = {}) => {
    const answer = await fetch(`${demo.base_url}/api/v1${path}`, {
      ...options,
      headers: { authorization: `Bearer ${demo.api_key}`, ...options.headers },
    });
    check(answer.ok, `${path} answered ${answer.status}: ${await answer.clone().text()}`);
    return answer.json();
  };
  const before = (await ask("/signals/counts?status=open")).total;
  const perChannel = SAID.length * DAYS.length;
  const count = Math.ceil(Math.max(0, wanted - before) / perChannel);
  const messages = SAID.map((text) => ["U02", text]);
  const days = DAYS.map((ago) => ({ ago, messages }));
  const channels = Array.from({ length: count }, (_, index) => ({
    name: `customer-firm-${String(index + 1).padStart(4, "0")}`,
    days,
  }));
  const started = Date.now();
  let job = await ask("/imports", {
    method: "POST",
    headers: { "content-type": "application/zip", "x-file-name": "firms.zip" },
    body: exportOf(channels, demo.slack_team_id, new Date()),
  });
  while (job.state === "queued" || job.state === "running") {
    await new Promise((resolve) => setTimeout(resolve, 500));
    job = await ask(`/imports/${job.id}`);
  }
  check(job.state === "done", `the import ended as ${job.state}: ${job.error}`);
  const { total } = await ask("/signals/counts?status=open");
  console.log(
    `${job.messages_done} messages imported in ${Math.round((Date.now() - started) / 1000)} s: ${before} open signals became ${total}`,
  );
  check(total >= wanted, `${total} signals are open, ${wanted} were wanted`);
}
