import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import { aRep, aSignal } from "@/api/fixtures";
import { patchSignal, prependSignals, removeSignal } from "@/api/queries/signalCache";
import { signalListQuery } from "@/api/queries/signals";
import type { Signal, SignalAction } from "@/api/types";
import { highlight } from "./highlight";
import { authorLine, callBrief, cardLabel, newSince } from "./model";
import { foresee, isOptimistic, snoozePresets } from "./triage";

describe("a triage action is shown at once as the server will answer it", () => {
  const me = { id: "mem_1", name: "Jordan Lee" };
  it.each<[SignalAction, Partial<Signal>]>([
    [{ action: "handle" }, { status: "handled", owner: me }],
    [
      { action: "snooze", until: "2026-08-06T07:00:00Z" },
      { status: "snoozed", snoozed_until: "2026-08-06T07:00:00Z" },
    ],
    [
      { action: "dismiss", reason: "duplicate" },
      { status: "dismissed", confirmed: false },
    ],
    [{ action: "confirm" }, { status: "open", confirmed: true }],
    [{ action: "assign", member_id: "mem_2" }, { owner: { id: "mem_2", name: "Priya" } }],
    [{ action: "create_task" }, { delivery_state: "none", crm_records: [] }],
  ])("%o", (action, expected) => {
    expect(foresee(aSignal(), action, aRep, { id: "mem_2", name: "Priya" })).toMatchObject(expected);
  });

  it("but a CRM task never is: only the CRM can say that it is there", () => {
    expect(isOptimistic("create_task")).toBe(false);
    expect(isOptimistic("handle")).toBe(true);
  });
});

describe("rows in the held lists", () => {
  const key = signalListQuery({ days: 7 }).queryKey;
  const held = (client: QueryClient) =>
    client.getQueryData(key)?.pages.map(({ items }) => items.map(({ id }) => id));
  const clientWith = (...pages: string[][]) => {
    const client = new QueryClient();
    const cursors = pages.map((_, index) => (index === 0 ? null : String(index)));
    client.setQueryData(key, {
      pages: pages.map((ids, index) => ({
        items: ids.map((id) => aSignal({ id })),
        next_cursor: null,
        cursor: cursors[index] ?? null,
        trail: cursors.slice(0, index),
      })),
      pageParams: [],
    });
    return client;
  };

  it("leave and come back to the same place when the server refuses", () => {
    const client = clientWith(["a", "b"], ["c", "d"]);
    const putBack = removeSignal(client, "c", () => true);
    expect(held(client)).toEqual([["a", "b"], ["d"]]);
    putBack(aSignal({ id: "c" }));
    expect(held(client)).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
  });

  it("stay in lists that still show their status", () => {
    const client = clientWith(["a", "b"]);
    removeSignal(client, "a", () => false);
    expect(held(client)).toEqual([["a", "b"]]);
  });

  it("come back once, however often that is asked", () => {
    const client = clientWith(["a", "b"]);
    const putBack = removeSignal(client, "a", () => true);
    putBack(aSignal({ id: "a" }));
    putBack(aSignal({ id: "a" }));
    expect(held(client)).toEqual([["a", "b"]]);
  });

  it("change in place", () => {
    const client = clientWith(["a", "b"]);
    patchSignal(client, "b", (signal) => ({ ...signal, status: "handled" }));
    expect(client.getQueryData(key)?.pages[0]?.items.map(({ status }) => status)).toEqual([
      "open",
      "handled",
    ]);
  });

  it("are put on top once when they are new", () => {
    const client = clientWith(["a", "b"], ["c"]);
    prependSignals(client, key, [aSignal({ id: "n" }), aSignal({ id: "b" })]);
    expect(held(client)).toEqual([["n", "a", "b"], ["c"]]);
  });
});

describe("what is new in a freshly read first page", () => {
  const ids = (...names: string[]) => names.map((id) => aSignal({ id }));
  it.each([
    ["all of it, when nothing is held", ids("a", "b"), ids(), ["a", "b"]],
    ["what stands above the held rows", ids("n", "a", "b"), ids("a", "b"), ["n"]],
    ["what stands between them, as a woken signal does", ids("a", "n", "b"), ids("a", "b"), ["n"]],
    ["not what moved up from the next page", ids("b", "c", "d"), ids("a", "b"), []],
    ["everything, when a whole page came", ids("x", "y"), ids("a", "b"), ["x", "y"]],
  ])("%s", (_, head, held, expected) => expect(newSince(head, held).map(({ id }) => id)).toEqual(expected));
});

describe("words about a signal", () => {
  it("reads a card out as kind, account, quote and confidence", () => {
    expect(cardLabel(aSignal())).toBe("[Expansion] Acme Corp: ‘Need more capacity’ 89 %");
    expect(cardLabel(aSignal({ account: null }))).toBe(
      "[Expansion] Unknown account: ‘Need more capacity’ 89 %",
    );
  });

  it.each([
    [{ name: "Jane Doe", email: "jane@acme.com", company: "Acme" }, "Jane Doe (jane@acme.com)"],
    [{ name: "Jane Doe", email: null, company: "Acme" }, "Jane Doe (Acme)"],
    [{ name: "Jane Doe", email: null, company: null }, "Jane Doe"],
    [{ name: "support@acme.com", email: "support@acme.com", company: null }, "support@acme.com"],
  ])("%o is written by %s", (author, line) => {
    expect(authorLine({ ...author, kind: "customer", role: null })).toBe(line);
  });

  it("gives the call brief quote, person, date, place and next step", () => {
    const brief = callBrief(aSignal({ permalink: "https://example.slack.com/archives/C1/p1" }));
    for (const part of [
      "Acme Corp: Expansion (89 %)",
      "Jane Doe (jane@acme.com) on Monday",
      "#acme-customer",
      "“Need more capacity”",
      "Next step: Schedule",
      "https://",
    ]) {
      expect(brief).toContain(part);
    }
  });

  it.each([
    [
      "Hi.\nWe need  more\ncapacity now.",
      "need more capacity",
      ["Hi.\nWe ", "*need  more\ncapacity", " now."],
    ],
    ["Need it (soon)?", "it (soon)?", ["Need ", "*it (soon)?"]],
    ["Something else", "need more", ["Something else"]],
    ["Something else", "", ["Something else"]],
  ])("marks the quote in %o", (text, quote, expected) => {
    expect(highlight(text, quote).map((piece) => (piece.marked ? `*${piece.text}` : piece.text))).toEqual(
      expected,
    );
  });
});

it.each([
  ["2026-08-05T12:00:00Z", ["In 3 hours", "Tomorrow morning", "Monday morning", "In a week", "In a month"]],
  ["2026-08-09T12:00:00Z", ["In 3 hours", "Tomorrow morning", "In a week", "In a month"]],
  ["2026-08-03T12:00:00Z", ["In 3 hours", "Tomorrow morning", "Monday morning", "In a month"]],
])("on %s the snooze offers %o", (now, labels) => {
  expect(snoozePresets(new Date(now)).map(({ label }) => label)).toEqual(labels);
});
