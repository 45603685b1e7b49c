import { describe, expect, it } from "vitest";
import { aConnection, anOffer } from "@/api/fixtures";
import { parseSearch } from "@/ui/search";
import {
  callsLeft,
  joiningPattern,
  matchesEverything,
  myDomainHost,
  readPatterns,
  renewalUrl,
  salesforceStart,
  slots,
  wrongPattern,
} from "./model";
import { connectorsSearch } from "./search";

describe("what the page shows", () => {
  it("puts each vendor's connections before the next vendor, and an offer where there is none", () => {
    const shown = slots(
      [aConnection({ id: "con_2", vendor: "hubspot" }), aConnection({ id: "con_1", vendor: "slack" })],
      [anOffer({ vendor: "hubspot" }), anOffer({ vendor: "salesforce" }), anOffer({ vendor: "slack" })],
    );
    expect(shown.map(({ vendor, connection }) => [vendor, connection?.id ?? null])).toEqual([
      ["slack", "con_1"],
      ["salesforce", null],
      ["hubspot", "con_2"],
    ]);
  });

  it("shows a connection though nobody knows any more how to make one", () => {
    expect(slots([aConnection({ vendor: "slack" })], [])).toHaveLength(1);
  });

  it("never says that fewer than no calls are left", () => {
    expect(callsLeft({ used: 120, limit: 100, window_seconds: 10 })).toBe(0);
    expect(callsLeft({ used: 12_400, limit: 100_000, window_seconds: 86_400 })).toBe(87_600);
  });
});

describe("coming back from a vendor", () => {
  it.each([
    ["?connected=slack", { connected: "slack" }],
    ["?connect_error=access_denied&vendor=hubspot", { connect_error: "access_denied", vendor: "hubspot" }],
    ["?connected=facebook&connect_error=<b>", {}],
  ])("%s is read", (address, expected) => {
    expect(JSON.parse(JSON.stringify(connectorsSearch(parseSearch(address))))).toEqual(expected);
  });
});

describe("where Salesforce signs in", () => {
  it.each([
    ["acme", "acme.my.salesforce.com"],
    ["https://acme.my.salesforce.com/lightning/page/home", "acme.my.salesforce.com"],
    ["ACME.lightning.force.com", "acme.my.salesforce.com"],
    ["acme--uat.sandbox.my.salesforce.com", "acme--uat.sandbox.my.salesforce.com"],
    ["acme--uat", "acme--uat.sandbox.my.salesforce.com"],
    ["acme-dev-ed.develop.my.salesforce.com", "acme-dev-ed.develop.my.salesforce.com"],
  ])("%s is %s", (typed, host) => expect(myDomainHost(typed)).toBe(host));

  it.each(["", "acme.example.com", "evil.com/.my.salesforce.com", "-acme", "a b"])(
    "%j is no My Domain",
    (typed) => expect(myDomainHost(typed)).toBeNull(),
  );

  it("renews a connection where it was allowed the last time", () => {
    expect(renewalUrl("/oauth/salesforce/start", "con_1")).toBe("/oauth/salesforce/start?connection=con_1");
  });

  it("goes to production, to a sandbox or to the company's own address", () => {
    expect(salesforceStart("/oauth/salesforce/start", "production", "")).toBe("/oauth/salesforce/start");
    expect(salesforceStart("/oauth/salesforce/start", "sandbox", "")).toBe(
      "/oauth/salesforce/start?sandbox=1",
    );
    expect(salesforceStart("/start?x=1", "my_domain", "acme")).toBe(
      "/start?x=1&my_domain=acme.my.salesforce.com",
    );
    expect(salesforceStart("/start", "my_domain", "")).toBeNull();
  });
});

describe("which channels are joined", () => {
  it("takes one pattern a line, however it was typed, each once", () => {
    expect(readPatterns(" #Customer-* \n\nsupport*, customer-*")).toEqual(["customer-*", "support*"]);
  });

  it.each([
    [["customer-*", "*-shared", "münchen_1"], null],
    [["customer-*", "two words"], "two words"],
    [["a.b"], "a.b"],
    [["x".repeat(81)], "x".repeat(81)],
  ])("%j holds a name that cannot be: %j", (patterns, wrong) => expect(wrongPattern(patterns)).toBe(wrong));

  it.each([
    ["customer-acme", "customer-*"],
    ["acme-customer", "*-customer"],
    ["support", "support*"],
    ["random", null],
    ["xcustomer-acme", null],
  ])("#%s is joined because of %j", (name, pattern) =>
    expect(joiningPattern(["customer-*", "*-customer", "support*"], name)).toBe(pattern),
  );

  it("warns of a pattern that joins everything", () => {
    expect(matchesEverything(["customer-*", "*"])).toBe(true);
    expect(matchesEverything(["customer-*"])).toBe(false);
  });
});
