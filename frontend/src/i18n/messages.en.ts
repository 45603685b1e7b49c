/** Every English sentence of the page, by the place it appears in. Components never hold text of their own. */
import { accounts } from "./en/accounts";
import { common, nav, shortcuts } from "./en/common";
import { connections, imports } from "./en/connections";
import { deadLetters } from "./en/deadLetters";
import { feed, filters } from "./en/feed";
import { session } from "./en/session";
import { signals } from "./en/signals";
import { triage } from "./en/triage";

export const m = {
  accounts,
  common,
  connections,
  deadLetters,
  feed,
  filters,
  imports,
  nav,
  session,
  shortcuts,
  signals,
  triage,
} as const;
