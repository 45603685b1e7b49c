import { describe, expect, it } from "vitest";
import { parseSearch, stringifySearch } from "@/ui/search";
import {
  activeFilters,
  confidenceLabel,
  feedQuery,
  feedSearch,
  highPriorityQuery,
  keepsStatus,
} from "./filters";

const read = (address: string) => feedSearch(parseSearch(address));
const defined = (value: object) => JSON.parse(JSON.stringify(value));

describe("filters live in the address", () => {
  it.each([
    [
      "?kind=risk,churn&account=acc_1&confidence=80&rep=mem_1&channel=chn_1&status=open,snoozed&sentiment=urgent&q=sso",
    ],
    ["?confidence=70-90&period=30d"],
    ["?q=123"],
    [""],
  ])("%s survives being read and written", (address) => expect(stringifySearch(read(address))).toBe(address));

  it.each([
    ["?kind=risk,unicorn", { kind: ["risk"] }],
    ["?kind=unicorn&sentiment=bored&period=1y&confidence=lots", {}],
    ["?q=", {}],
    ["?status=", {}],
  ])("%s opens without what nobody knows", (address, expected) =>
    expect(defined(read(address))).toEqual(expected),
  );

  it("counts filters, not the period", () => {
    expect(activeFilters(read("?kind=risk&q=sso&period=30d"))).toEqual(["kind", "q"]);
  });
});

describe("what the server is asked", () => {
  it("is the last seven days unless a period is chosen", () => {
    expect(feedQuery(read(""))).toEqual({ days: 7 });
    expect(feedQuery(read("?period=all"))).toEqual({ days: null });
  });

  it("takes the bounds of the confidence filter", () => {
    expect(feedQuery(read("?confidence=70-90"))).toEqual({ days: 7, confidence_min: 70, confidence_max: 90 });
  });

  it("shows only one's own accounts on the page for that, whatever the address says", () => {
    expect(feedQuery(read("?rep=mem_2"), "mem_1")).toEqual({ days: 7, member_id: "mem_1" });
  });

  it.each([
    ["", 80],
    ["?confidence=50", 80],
    ["?confidence=90", 90],
  ])("%s makes high priority start at %d", (address, least) => {
    expect(highPriorityQuery(feedQuery(read(address)))).toMatchObject({ confidence_min: least, days: 1 });
  });
});

it.each([
  [undefined, "open", true],
  [undefined, "handled", false],
  ["open,handled", "handled", true],
  ["snoozed", "open", false],
])("a list of status %s holds a signal that is %s: %s", (status, now, holds) => {
  expect(keepsStatus({ days: 7, ...(status ? { status } : {}) }, now)).toBe(holds);
});

it.each([
  ["80", "80 % and above"],
  ["70-90", "70 to 90 %"],
])("the confidence filter %s reads %s", (value, label) => expect(confidenceLabel(value)).toBe(label));
