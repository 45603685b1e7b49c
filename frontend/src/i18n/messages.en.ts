/**
 * The English sentences of the page, by the place they appear in. Components never hold text of their own. Pages that few
 * people open import theirs from `en/` themselves, so that the first load does not carry them.
 */
import { common, nav } from "./en/common";
import { feed, filters } from "./en/feed";
import { signals } from "./en/signals";

export const m = {
  common,
  feed,
  filters,
  nav,
  signals,
} as const;
