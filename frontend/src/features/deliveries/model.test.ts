import { describe, expect, it } from "vitest";
import { aReconciliation, aWrittenRecord } from "@/api/fixtures";
import { recordName } from "@/ui/recordName";
import { parseSearch, stringifySearch } from "@/ui/search";
import { canDiscard, canRetry, errorCodes, latestPerConnection, undoneCount } from "./model";
import { deliveriesSearch, deliveryFilter, isFiltered } from "./search";

const read = (address: string) => deliveriesSearch(parseSearch(address));

describe("filters live in the address", () => {
  it("survive being read and written", () => {
    const address = "?state=dead_letter&system=hubspot&type=opportunity&account=acc_1&since=7d";
    expect(stringifySearch(read(address))).toBe(address);
    expect(deliveryFilter(read(address))).toEqual({
      state: "dead_letter",
      system: "hubspot",
      record_type: "opportunity",
      account_id: "acc_1",
      hours: 168,
    });
  });

  it.each(["", "?state=lost&system=pipedrive&type=lead&since=1y&account="])(
    "%j asks for everything",
    (address) => {
      expect(deliveryFilter(read(address))).toEqual({});
      expect(isFiltered(read(address))).toBe(false);
    },
  );
});

describe("what can be done about a write", () => {
  it.each([
    ["delivered", false, false],
    ["dead_letter", true, true],
    ["pending", false, true],
    ["waiting_for_mapping", false, true],
    ["discarded", false, false],
  ] as const)("%s: retry %s, discard %s", (state, retry, discard) => {
    expect([canRetry({ state }), canDiscard({ state })]).toEqual([retry, discard]);
  });

  it("names the errors of what was refused, the most frequent first", () => {
    const refused = (code: string) =>
      aWrittenRecord({ state: "dead_letter", error: { code, field: null, message: "No" } });
    expect(
      errorCodes([
        refused("B"),
        refused("A"),
        refused("C"),
        refused("C"),
        aWrittenRecord({ state: "pending", error: { code: "D", field: null, message: "Slow" } }),
      ]),
    ).toEqual([
      { code: "C", count: 2 },
      { code: "A", count: 1 },
      { code: "B", count: 1 },
    ]);
  });

  it("counts what an undo deletes and what it closes", () => {
    const record = aWrittenRecord();
    const refused = [{ delivery: record, reason: "Touched" }];
    expect(undoneCount({ undone: [record], closed: [record, record], refused, has_more: false })).toBe(3);
  });
});

describe("what is said about a CRM", () => {
  it("shows the newest comparison of each connection", () => {
    const of = (id: string, name: string, at: string) =>
      aReconciliation({ id: at, at, connection: { id, name } });
    const shown = latestPerConnection([
      of("con_1", "Production", "2026-08-01T02:00:00Z"),
      of("con_2", "Europe", "2026-08-02T02:00:00Z"),
      of("con_1", "Production", "2026-08-03T02:00:00Z"),
    ]);
    expect(shown.map(({ id }) => id)).toEqual(["2026-08-02T02:00:00Z", "2026-08-03T02:00:00Z"]);
  });

  it.each([
    ["salesforce", "opportunity", "Opportunity"],
    ["hubspot", "opportunity", "Deal"],
    ["hubspot", "account_fields", "Company properties"],
    ["other", "thing", "thing"],
  ])("%s calls %s %s", (system, type, word) => expect(recordName(system, type)).toBe(word));
});
