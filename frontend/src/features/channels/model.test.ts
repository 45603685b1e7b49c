import { describe, expect, it } from "vitest";
import type { Channel, MappingImportRow } from "@/api/types";
import { channelFilter, channelSearch } from "./filters";
import {
  backfillShare,
  csvCell,
  doneText,
  errorsCsv,
  isFiltered,
  type MappingChange,
  refusedOf,
  sourceText,
  suggestedOf,
  undoOf,
  wishesOf,
} from "./model";

const acme = { id: "acc_1", name: "Acme Corp" };
const globex = { id: "acc_2", name: "Globex" };
const channel = (id: string, account: Channel["account"] = null) => ({ id, name: `${id}-customer`, account });
const now = Date.parse("2026-08-31T12:00:00Z");

const changes: MappingChange[] = [
  { channel: channel("one"), account: acme },
  { channel: channel("two", globex), account: null },
  { channel: channel("three", globex), account: acme },
];

describe("mapping channels and taking it back", () => {
  it("asks for each channel's account, and for none where it is taken away", () => {
    expect(wishesOf(changes)).toEqual([
      { channel_id: "one", account_id: "acc_1" },
      { channel_id: "two", account_id: null },
      { channel_id: "three", account_id: "acc_1" },
    ]);
  });

  it("gives every channel back to whose it was", () => {
    const back = undoOf(changes, new Set());
    expect(back.map(({ channel, account }) => [channel.id, account?.id ?? null])).toEqual([
      ["one", null],
      ["two", "acc_2"],
      ["three", "acc_2"],
    ]);
    expect(undoOf(back, new Set()).map(({ account }) => account?.id ?? null)).toEqual([
      "acc_1",
      null,
      "acc_1",
    ]);
  });

  it("counts a refused position among those that were sent, not among all", () => {
    const refused = refusedOf(changes, [{ index: 1 }]);
    expect([...refused]).toEqual([2]);
    expect(undoOf(changes, refused).map(({ channel }) => channel.id)).toEqual(["one", "two"]);
  });

  it.each([
    [[changes[0]], 0, "#one-customer belongs to Acme Corp now."],
    [[changes[0]], 1, "#one-customer belongs to Acme Corp now. 1 waiting signal went there with it."],
    [[changes[1]], 0, "#two-customer belongs to no account now"],
    [[changes[0], changes[2]], 5, "2 channels got an account. 5 waiting signals went there with it."],
  ])("says what was done", (done, signals, expected) => {
    expect(doneText(done as MappingChange[], new Set(), signals)).toBe(expected);
  });

  it("accepts suggestions only where there is one and nobody has said otherwise", () => {
    const suggestion = { account: acme, confidence: 86, reason: "same name" };
    const all = [
      { ...channel("a"), suggestion },
      { ...channel("b", globex), suggestion },
      { ...channel("c"), suggestion: null },
    ] as Channel[];
    expect(suggestedOf(all).map(({ channel }) => channel.id)).toEqual(["a"]);
  });

  it("gives the reason of the matcher, and none for a person's choice", () => {
    const mapping = { channel: acme, account: acme, confidence: 92, reason: "same domain", mapped_at: "" };
    expect(sourceText({ ...mapping, source: "matcher" })).toBe("Found by Momentum, 92 % sure: same domain");
    expect(sourceText({ ...mapping, source: "manual" })).toBe("Chosen by a person");
  });
});

describe("how much of the history has been read", () => {
  it.each([
    ["queued", null, 30, 0],
    ["running", "2026-08-16T12:00:00Z", 30, 50],
    ["waiting", "2025-08-16T12:00:00Z", 30, 99],
    ["done", null, 30, 100],
  ] as const)("%s, back to %s", (state, oldest_reached, requested_days, expected) => {
    expect(backfillShare({ state, oldest_reached, requested_days }, now)).toBe(expected);
  });
});

describe("the file of errors", () => {
  const row = (change: Partial<MappingImportRow>): MappingImportRow => ({
    line: 2,
    channel: "acme",
    account: "Acme",
    outcome: "error",
    ...change,
  });

  it("holds the lines with an error and nothing else", () => {
    const rows = [
      row({ outcome: "map" }),
      row({ line: 3, account: "Acme, Inc.", message: 'No account is called "Acme, Inc."' }),
    ];
    expect(errorsCsv(rows)).toBe(
      'line,channel,account,error\r\n3,acme,"Acme, Inc.","No account is called ""Acme, Inc."""\r\n',
    );
  });

  it.each([
    ["plain", "plain"],
    ["a,b", '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ["two\nlines", '"two\nlines"'],
  ])("quotes a cell only where it must: %s", (text, expected) => expect(csvCell(text)).toBe(expected));
});

describe("the address holds the filters", () => {
  it("asks the server for what the address says", () => {
    const search = channelSearch({ q: "acme", mapped: "no", class: "support", account: "acc_1" });
    expect(channelFilter(search)).toEqual({
      q: "acme",
      mapped: false,
      class: "support",
      account_id: "acc_1",
    });
    expect(isFiltered(search)).toBe(true);
  });

  it("ignores what it does not know", () => {
    const search = channelSearch({ mapped: "maybe", class: "nonsense" });
    expect(channelFilter(search)).toEqual({});
    expect(isFiltered(search)).toBe(false);
  });
});
