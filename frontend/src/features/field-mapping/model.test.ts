import { describe, expect, it } from "vitest";
import type { CrmField, FieldKind, FieldMapping, MappedField } from "@/api/types";
import { changeCount, choices, faults, offer, readPercent, withDraft } from "./model";

const theirs = (name: string, kind: FieldKind, change: Partial<CrmField> = {}): CrmField => ({
  name,
  label: name,
  kind,
  options: [],
  is_writable: true,
  is_custom: false,
  ...change,
});
const ours = (
  momentum_field: MappedField["momentum_field"],
  change: Partial<MappedField> = {},
): MappedField => ({
  momentum_field,
  label: momentum_field,
  kind: "number",
  direction: "write",
  crm_field: null,
  wins: "crm",
  warning: null,
  ...change,
});
const CRM = [
  theirs("Seats", "number"),
  theirs("Revenue", "currency"),
  theirs("Formula", "number", { is_writable: false }),
  theirs("Notes", "text"),
  theirs("Renewal", "date"),
];

describe("which fields of the CRM are offered", () => {
  it.each<[FieldKind, "read" | "write", string[]]>([
    ["number", "write", ["Notes", "Seats"]],
    ["currency", "read", ["Formula", "Revenue", "Seats"]],
    ["date", "read", ["Renewal"]],
    ["date_time", "write", ["Notes", "Renewal"]],
    ["boolean", "write", []],
  ])("a %s to %s may use %j", (kind, direction, names) => {
    const { fits, unfit } = offer(ours("health_score", { kind, direction }), CRM);
    expect(fits.map(({ name }) => name)).toEqual(names);
    expect(fits.length + unfit.length).toBe(CRM.length);
  });

  it("says why a field is not offered", () => {
    const { unfit } = offer(ours("health_score"), CRM);
    expect(unfit.map(({ why }) => why)).toEqual([
      "Formula: nobody may write it",
      "Renewal: is date, needs number",
      "Revenue: is amount, needs number",
    ]);
  });
});

describe("what keeps a mapping from being saved", () => {
  const fault = (...fields: MappedField[]) => Object.fromEntries(faults(fields, CRM));

  it("is nothing while every field fits or is not used", () => {
    expect(fault(ours("arr", { crm_field: "Seats" }), ours("renewal_on"))).toEqual({});
  });

  it.each([
    ["Gone__c", "no longer in the CRM"],
    ["Renewal", "This field is date"],
    ["Formula", "Nobody may write"],
  ])("%s: %s", (crm_field, words) => {
    expect(fault(ours("arr", { crm_field })).arr).toContain(words);
  });

  it("is nothing before the CRM was asked for its fields", () => {
    expect(faults([ours("arr", { crm_field: "Seats" })], []).size).toBe(0);
  });

  it("is one field for two values of which one is written", () => {
    const both = fault(
      ours("arr", { crm_field: "Seats" }),
      ours("renewal_on", { crm_field: "Seats", direction: "read" }),
    );
    expect(Object.keys(both)).toEqual(["arr", "renewal_on"]);
    const read = { crm_field: "Seats", direction: "read" } as const;
    expect(fault(ours("arr", read), ours("renewal_on", read))).toEqual({});
  });
});

describe("a draft", () => {
  const mapping: FieldMapping = {
    connection_id: "con_1",
    system: "salesforce",
    crm_fields: CRM,
    fields: [ours("arr", { crm_field: "Seats" }), ours("renewal_on")],
  };

  it("counts what differs from what is saved, and nothing that was changed back", () => {
    expect(changeCount(mapping, withDraft(mapping, {}))).toBe(0);
    expect(
      changeCount(mapping, withDraft(mapping, { arr: { crm_field: "Seats" }, renewal_on: { wins: "crm" } })),
    ).toBe(0);
    expect(
      changeCount(
        mapping,
        withDraft(mapping, { arr: { crm_field: null }, renewal_on: { wins: "momentum" } }),
      ),
    ).toBe(2);
  });

  it("sends every field, changed or not", () => {
    expect(choices(withDraft(mapping, { renewal_on: { crm_field: "Revenue" } }))).toEqual([
      { momentum_field: "arr", crm_field: "Seats", wins: "crm" },
      { momentum_field: "renewal_on", crm_field: "Revenue", wins: "crm" },
    ]);
  });
});

describe("a share in percent", () => {
  it.each([
    ["20", 20],
    [" 150 % ", 150],
    ["", null],
    ["0", undefined],
    ["501", undefined],
    ["12.5", undefined],
    ["a lot", undefined],
  ])("%j is %j", (typed, percent) => expect(readPercent(typed)).toBe(percent));
});
