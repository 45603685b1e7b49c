import { useNavigate } from "@tanstack/react-router";
import { type RefObject, useEffect, useRef } from "react";
import type { Signal } from "@/api/types";
import { useShortcuts } from "@/ui/shortcuts";
import type { FeedListHandle } from "./FeedList";
import type { FeedSearch } from "./filters";
import { type Scope, SIGNAL_PATH } from "./scope";
import { useTriage } from "./useTriage";

/** A row outside the window is rendered a frame or two after it was asked for; after this many the wait is given up. */
const FRAMES = 30;

/** Moves the focus for others: away from a row that is about to go, or to one that came. */
export interface FeedFocus {
  leave(id: string): void;
  go(id: string): void;
}

interface FeedKeysOptions {
  scope: Scope;
  search: FeedSearch;
  highSignals: Signal[];
  signals: Signal[];
  list: RefObject<FeedListHandle | null>;
  focus: RefObject<FeedFocus>;
  /** Off while a signal is open above the feed: the keys then belong to it. */
  active: boolean;
  showNew: (() => void) | undefined;
}

/** Keyboard triage: the focus is the selection, j and k move it, and it never gets lost when its row goes. */
export function useFeedKeys({
  scope,
  search,
  highSignals,
  signals,
  list,
  focus,
  active,
  showNew,
}: FeedKeysOptions) {
  const navigate = useNavigate();
  const { allowed, run, ask } = useTriage();
  const lastId = useRef<string | null>(null);
  const rows = useRef(signals);
  const order = [...highSignals, ...signals];

  const go = (id: string) => {
    lastId.current = id;
    const attempt = (left: number) => {
      const card = cardOf(id);
      if (card) {
        card.focus({ preventScroll: true });
        card.scrollIntoView({ block: "nearest" });
        return;
      }
      const index = rows.current.findIndex((signal) => signal.id === id);
      if (index >= 0) list.current?.reveal(index);
      if (left > 0) requestAnimationFrame(() => attempt(left - 1));
    };
    requestAnimationFrame(() => attempt(FRAMES));
  };
  const leave = (id: string) => {
    const at = order.findIndex((signal) => signal.id === id);
    const neighbour = order[at + 1] ?? order[at - 1];
    if (at >= 0 && neighbour) go(neighbour.id);
  };
  useEffect(() => {
    rows.current = signals;
    focus.current = { leave, go };
  });

  const currentId = () => focusedId() ?? lastId.current;
  const move = (step: 1 | -1) => {
    const at = order.findIndex((signal) => signal.id === currentId());
    const next = at === -1 ? order[0] : order[at + step];
    if (next) go(next.id);
  };
  const on = (act: (signal: Signal) => void) => () => {
    const signal = order.find(({ id }) => id === currentId());
    if (signal) act(signal);
  };
  const onAct = (act: (signal: Signal) => void) => (allowed ? on(act) : undefined);

  useShortcuts(
    {
      j: () => move(1),
      k: () => move(-1),
      n: showNew,
      o: on(({ id }) => {
        const to = SIGNAL_PATH[scope];
        void navigate({ to, params: { id }, search, resetScroll: false });
      }),
      e: onAct((signal) => void run(signal, { action: "handle" })),
      s: onAct((signal) => ask("snooze", signal)),
      x: onAct((signal) => ask("dismiss", signal)),
      a: onAct((signal) => ask("assign", signal)),
      c: onAct((signal) => void run(signal, { action: "create_task" })),
    },
    active,
  );
}

function cardOf(id: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-signal-id="${CSS.escape(id)}"]`);
}

function focusedId(): string | null {
  return document.activeElement?.closest<HTMLElement>("[data-signal-id]")?.dataset.signalId ?? null;
}
