import { expect, it } from "vitest";
import { EventParser } from "./sse";
import { type LiveEvent, LiveStream, type StreamStatus } from "./stream";

it.each([
  ["one event", ['id: 7\nevent: signal.created\ndata: {"a":1}\n\n'], [["7", "signal.created", '{"a":1}']]],
  ["an event cut in the middle", ["id: 7\neve", "nt: x\ndata: 1\n", "\n"], [["7", "x", "1"]]],
  ["a heartbeat", [": beat\n\n"], []],
  ["carriage returns", ["id: 7\r\nevent: x\r\ndata: 1\r\n\r\n"], [["7", "x", "1"]]],
  ["data in two lines", ["data: 1\ndata: 2\n\n"], [[null, "message", "1\n2"]]],
  [
    "an id that holds for what follows",
    ["id: 7\ndata: 1\n\ndata: 2\n\n"],
    [
      ["7", "message", "1"],
      ["7", "message", "2"],
    ],
  ],
])("the stream's format: %s", (_, chunks, expected) => {
  const parser = new EventParser();
  const events = chunks.flatMap((chunk) => parser.push(chunk));
  expect(events.map(({ id, type, data }) => [id, type, data])).toEqual(expected);
});

/** A network and a clock that the test plays. */
function harness() {
  const opened: (string | null)[] = [];
  const events: LiveEvent[] = [];
  const statuses: StreamStatus[] = [];
  const timers: { due: number; run: () => void }[] = [];
  const answers: (() => Promise<Response>)[] = [];
  let clock = 0;
  const stream = new LiveStream({
    open: (lastEventId) => {
      opened.push(lastEventId);
      return answers.shift()?.() ?? new Promise(() => {});
    },
    after(milliseconds, run) {
      const timer = { due: clock + milliseconds, run };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer) >>> 0, 1);
    },
    onEvent: (event) => events.push(event),
    onStatus: (status) => statuses.push(status),
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const pass = async (milliseconds: number) => {
    clock += milliseconds;
    for (const timer of timers.filter(({ due }) => due <= clock)) {
      timers.splice(timers.indexOf(timer), 1);
      timer.run();
    }
    await settle();
  };
  return { stream, answers, opened, events, statuses, settle, pass };
}

const body = (text: string) => async () => new Response(text);
const down = () => Promise.reject(new Error("down"));

it("resumes after the last event it has seen", async () => {
  const { stream, answers, opened, events, statuses, settle, pass } = harness();
  answers.push(
    body('id: 41\nevent: signal.created\ndata: {"signal_id":"sig_1"}\n\nid: 42\nevent: reset\ndata: {}\n\n'),
  );
  stream.start();
  await settle();
  expect(events).toEqual([{ type: "signal.created", signal_id: "sig_1" }, { type: "reset" }]);
  await pass(500);
  expect(opened).toEqual([null, "42"]);
  expect(statuses[1]).toBe("live");
});

it("resumes at the same place after it was stopped for a while", async () => {
  const { stream, answers, opened, settle } = harness();
  let send = (_: string) => {};
  answers.push(async () => {
    const source = new ReadableStream<Uint8Array>({
      start: (controller) => {
        send = (text) => controller.enqueue(new TextEncoder().encode(text));
      },
    });
    return new Response(source);
  });
  stream.start();
  await settle();
  send("id: 5\ndata: {}\n\n");
  await settle();
  stream.stop();
  stream.start();
  expect(opened).toEqual([null, "5"]);
});

it("looks for news by asking while the stream is down, and stops when it is back", async () => {
  const { stream, answers, events, statuses, settle, pass } = harness();
  answers.push(down, down, body(""));
  stream.start();
  await settle();
  expect(statuses).toEqual(["connecting"]);
  await pass(500);
  expect(statuses).toEqual(["connecting", "polling"]);
  expect(events).toEqual([{ type: "poll" }]);
  await pass(1_000);
  expect(statuses.at(-1)).toBe("live");
  await pass(20_000);
  expect(events.filter(({ type }) => type === "poll")).toHaveLength(1);
});

it("takes forty seconds without a byte for a dead connection", async () => {
  const { stream, answers, opened, settle, pass } = harness();
  answers.push(async () => new Response(new ReadableStream()));
  stream.start();
  await settle();
  await pass(40_000);
  await pass(500);
  expect(opened).toHaveLength(2);
});
