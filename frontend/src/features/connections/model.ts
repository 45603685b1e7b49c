import type { Connection, Quota, Vendor, VendorOffer } from "@/api/types";
import { VENDORS } from "./search";

export const PROFILES = ["marketplace", "throttled", "internal"] as const;
export const ORG_KINDS = ["production", "sandbox", "my_domain"] as const;
export type OrgKind = (typeof ORG_KINDS)[number];

/** One place on the page: a connection, or the offer to make one where there is none. */
export interface Slot {
  vendor: Vendor;
  connection: Connection | null;
  offer: VendorOffer | null;
}

export function slots(connections: Connection[], offers: VendorOffer[]): Slot[] {
  return VENDORS.flatMap((vendor): Slot[] => {
    const offer = offers.find((each) => each.vendor === vendor) ?? null;
    const own = connections.filter((connection) => connection.vendor === vendor);
    if (own.length > 0) return own.map((connection) => ({ vendor, connection, offer }));
    return offer ? [{ vendor, connection: null, offer }] : [];
  });
}

/** Calls left before the vendor refuses; never below nothing, whatever other tools of the customer used up. */
export function callsLeft({ used, limit }: Quota): number {
  return Math.max(0, limit - used);
}

/** What people copy from their address bar, as the host that Salesforce signs in at; null when it is none. */
export function myDomainHost(text: string): string | null {
  const host = text
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/[/?#].*$/, "")
    .replace(/(\.lightning\.force\.com|\.my\.salesforce\.com)$/, "");
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(host)) {
    // A sandbox's name is the org's, two dashes and its own: it lives below a part of its own.
    return host.includes("--") ? `${host}.sandbox.my.salesforce.com` : `${host}.my.salesforce.com`;
  }
  const developed = /^[a-z0-9-]+\.(sandbox|develop|scratch|demo|trailblaze)$/;
  return developed.test(host) ? `${host}.my.salesforce.com` : null;
}

/** Where a connection is renewed: at the address where it was allowed the last time. */
export function renewalUrl(connectUrl: string, id: string): string {
  return withParameter(connectUrl, "connection", id);
}

/** Where the sign-in at Salesforce begins; null while the My Domain is not an address. */
export function salesforceStart(connectUrl: string, kind: OrgKind, domain: string): string | null {
  if (kind === "production") return connectUrl;
  if (kind === "sandbox") return withParameter(connectUrl, "sandbox", "1");
  const host = myDomainHost(domain);
  return host && withParameter(connectUrl, "my_domain", host);
}

function withParameter(url: string, name: string, value: string): string {
  return `${url}${url.includes("?") ? "&" : "?"}${name}=${encodeURIComponent(value)}`;
}

/** One pattern a line, as Slack would write the name: no #, small letters; each once. */
export function readPatterns(text: string): string[] {
  const lines = text.split(/[\n,]/).map((line) => line.trim().replace(/^#/, "").toLowerCase());
  return [...new Set(lines.filter(Boolean))];
}

/** The first pattern that no channel can have; Slack's names hold letters, digits, - and _ and at most 80 of them. */
export function wrongPattern(patterns: string[]): string | null {
  return patterns.find((pattern) => !/^[\p{L}\p{N}*_-]{1,80}$/u.test(pattern)) ?? null;
}

export function matchesEverything(patterns: string[]): boolean {
  return patterns.some((pattern) => /^\*+$/.test(pattern));
}

/** Which pattern, if any, has a channel of this name joined. */
export function joiningPattern(patterns: string[], name: string): string | null {
  return patterns.find((pattern) => globOf(pattern).test(name)) ?? null;
}

function globOf(pattern: string): RegExp {
  const escaped = pattern.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("\\*", ".*")}$`, "u");
}
