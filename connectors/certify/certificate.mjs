// What every client's run has in common: named calls, each passed or failed, and one line of JSON at the end.
import { createRequire } from "node:module";
import assert from "node:assert/strict";

export { assert };

/** Where the simulated vendors are. */
export const sim = process.env.SIM_URL.replace(/\/$/, "");

/** What the simulated Slack signs with. */
export const signingSecret = process.env.SLACK_SIGNING_SECRET;

/** Has something go wrong at the simulated vendor: a body of `POST /control/faults`. */
export async function fault(body) {
  await control("faults", body);
}

/** Asks the simulators' control API. */
export async function control(path, body) {
  const answer = await fetch(`${sim}/control/${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  assert.ok(answer.ok, `/control/${path} answered ${answer.status}`);
  return answer.json();
}

/** The code that the vendor's consent page gives when somebody allows the app. */
export async function consent(address) {
  const answer = await fetch(`${address}&allow=1`, { redirect: "manual" });
  const code = new URL(answer.headers.get("location")).searchParams.get("code");
  assert.ok(code, "the consent page gave no code");
  return code;
}

/** Runs the calls one after the other and tells how each went. */
export async function certify(vendor, client, calls) {
  const require = createRequire(import.meta.url);
  const { version } = require(`${client}/package.json`);
  const failed = [];
  for (const [name, call] of Object.entries(calls)) {
    try {
      await call();
    } catch (error) {
      failed.push({ name, error: String(error?.stack ?? error) });
    }
  }
  const total = Object.keys(calls).length;
  console.log(JSON.stringify({ vendor, client, version, calls: total, passed: total - failed.length, failed }));
  process.exit(failed.length === 0 ? 0 : 1);
}
