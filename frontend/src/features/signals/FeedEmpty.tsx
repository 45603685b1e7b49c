import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { CircleCheckBig, FilterX } from "lucide-react";
import { m } from "@/i18n/messages.en";
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
          <Button size="sm" renderRoot={(props) => <Link to="/" {...props} />}>
            {m.feed.emptyMineAction}
          </Button>
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
        <Button size="sm" renderRoot={(props) => <Link to="/connectors" {...props} />}>
          {m.feed.emptyAllAction}
        </Button>
      }
    />
  );
}
