import { CircleCheckBig, FilterX } from "lucide-react";
import { m } from "@/i18n/messages.en";
import { Button, ButtonLink } from "@/ui/Button";
import { EmptyState } from "@/ui/Notice";
import { activeFilters, type FeedSearch, periodOf } from "./filters";
import type { Scope } from "./scope";

/** Why the feed is empty, and the one thing that most likely helps. */
export function FeedEmpty({
  scope,
  search,
  change,
}: {
  scope: Scope;
  search: FeedSearch;
  change(search: FeedSearch): void;
}) {
  const filters = activeFilters(search).length;
  if (filters > 0) {
    return (
      <EmptyState
        icon={FilterX}
        title={m.feed.emptyFilteredTitle}
        text={m.feed.emptyFilteredText(filters)}
        action={
          <Button size="sm" onClick={() => change({ period: search.period })}>
            {m.feed.clear}
          </Button>
        }
      />
    );
  }
  if (scope === "mine") {
    return (
      <EmptyState
        icon={CircleCheckBig}
        title={m.feed.emptyMineTitle}
        text={m.feed.emptyMineText}
        action={
          <ButtonLink size="sm" to="/">
            {m.feed.emptyMineAction}
          </ButtonLink>
        }
      />
    );
  }
  if (periodOf(search) === "7d") {
    return (
      <EmptyState
        icon={CircleCheckBig}
        title={m.feed.emptyTitle}
        text={m.feed.emptyText}
        action={
          <Button size="sm" onClick={() => change({ period: "30d" })}>
            {m.feed.emptyAction}
          </Button>
        }
      />
    );
  }
  return (
    <EmptyState
      title={m.feed.emptyAllTitle}
      text={m.feed.emptyAllText}
      action={
        <ButtonLink size="sm" to="/connectors">
          {m.feed.emptyAllAction}
        </ButtonLink>
      }
    />
  );
}
