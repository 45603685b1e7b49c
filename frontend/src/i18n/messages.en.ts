/**
 * The English sentences of the page, by the place they appear in. Components never hold text of their own. Pages that few
 * people open import theirs from `en/` themselves, so that the first load does not carry them.
 */
import { accounts } from "./en/accounts";
import { common, nav, shortcuts } from "./en/common";
import { connections, imports } from "./en/connections";
import { deadLetters } from "./en/deadLetters";
import { deliveries, preview } from "./en/deliveries";
import { feed, filters } from "./en/feed";
import { fieldMapping } from "./en/fieldMapping";
import { session } from "./en/session";
import { signals } from "./en/signals";
import { triage } from "./en/triage";

export const m = {
  accounts,
  common,
  connections,
  deadLetters,
  deliveries,
  feed,
  fieldMapping,
  filters,
  imports,
  nav,
  preview,
  session,
  shortcuts,
  signals,
  triage,
} as const;
