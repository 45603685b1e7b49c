/**
 * The English sentences of the page, by the place they appear in. Components never hold text of their own. Pages that few
 * people open import theirs from `en/` themselves, so that the first load does not carry them.
 */
import { accounts } from "./en/accounts";
import { common, nav, shortcuts } from "./en/common";
import { feed, filters } from "./en/feed";
import { session } from "./en/session";
import { signals } from "./en/signals";
import { triage } from "./en/triage";

export const m = {
  accounts,
  common,
  feed,
  filters,
  nav,
  session,
  shortcuts,
  signals,
  triage,
} as const;
