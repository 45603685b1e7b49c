import { useRef } from "react";
import type { NamedRef, UnmappedChannel } from "@/api/types";
import { useShortcuts } from "@/ui/shortcuts";

interface InboxActions {
  map(item: UnmappedChannel, account: NamedRef): void;
  ignore(item: UnmappedChannel): void;
  choose(item: UnmappedChannel): void;
}

/** Keyboard for the inbox: the focus is the selection, and when its card goes it moves to the next one. */
export function useInboxKeys(
  items: UnmappedChannel[],
  active: boolean,
  { map, ignore, choose }: InboxActions,
) {
  const last = useRef<string | null>(null);
  const go = (id: string) => {
    last.current = id;
    requestAnimationFrame(() => {
      const card = document.querySelector<HTMLElement>(`[data-channel-id="${CSS.escape(id)}"]`);
      card?.focus({ preventScroll: true });
      card?.scrollIntoView({ block: "nearest" });
    });
  };
  const at = () => {
    const id = focusedId() ?? last.current;
    return items.findIndex(({ channel }) => channel.id === id);
  };
  const move = (step: 1 | -1) => {
    const index = at();
    const next = index === -1 ? items[0] : items[index + step];
    if (next) go(next.channel.id);
  };
  const on = (act: (item: UnmappedChannel) => void) => () => {
    const item = items[at()];
    if (!item) return;
    last.current = item.channel.id;
    act(item);
  };
  const accept = (rank: number) =>
    on((item) => {
      const suggestion = item.suggestions[rank];
      if (suggestion) map(item, suggestion.account);
    });

  useShortcuts(
    {
      j: () => move(1),
      k: () => move(-1),
      "1": accept(0),
      "2": accept(1),
      "3": accept(2),
      m: on(choose),
      x: on(ignore),
    },
    active,
  );

  /** Called before a card goes: the focus would be lost with it. */
  const leave = (id: string) => {
    const index = items.findIndex(({ channel }) => channel.id === id);
    const neighbour = items[index + 1] ?? items[index - 1];
    if (index >= 0 && neighbour) go(neighbour.channel.id);
  };
  return { leave };
}

function focusedId(): string | null {
  return document.activeElement?.closest<HTMLElement>("[data-channel-id]")?.dataset.channelId ?? null;
}
