import type { FeedSearch } from "./filters";

/** Whose signals a list shows: everyone's, or those of the accounts assigned to whoever looks. */
export type Scope = "all" | "mine";

/** A list and its filters: what a drawer needs to know about the page under it. */
export interface ListPlace {
  scope: Scope;
  search: FeedSearch;
}

export const LIST_PATH = { all: "/", mine: "/mine" } as const;
export const SIGNAL_PATH = { all: "/signals/$id", mine: "/mine/signals/$id" } as const;
