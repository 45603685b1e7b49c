import { ActionIcon, Drawer, Skeleton } from "@mantine/core";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ChevronLeft, ChevronRight, SearchX } from "lucide-react";
import { useState } from "react";
import { useLiveEvents } from "@/api/live";
import { ApiError, explain } from "@/api/problem";
import { useMe } from "@/api/queries/session";
import { signalListQuery, signalQuery } from "@/api/queries/signals";
import { m } from "@/i18n/messages.en";
import { ErrorState } from "@/ui/ErrorState";
import { EmptyState } from "@/ui/Notice";
import { useShortcuts } from "@/ui/shortcuts";
import { HIGH_PAGE } from "./feed";
import { feedQuery, highPriorityQuery } from "./filters";
import styles from "./SignalDrawer.module.css";
import { SignalView } from "./SignalView";
import { LIST_PATH, type ListPlace, SIGNAL_PATH } from "./scope";
import { TriageProvider, useTriage } from "./useTriage";

/** One signal in full, over the list it was opened from; j and k go through that list without closing it. */
export default function SignalDrawer(props: ListPlace & { id: string }) {
  return (
    <TriageProvider>
      <OpenSignal {...props} />
    </TriageProvider>
  );
}

function OpenSignal({ id, search, scope }: ListPlace & { id: string }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [opened, setOpened] = useState(true);
  const { data: signal, error, isError, refetch } = useQuery(signalQuery(id));
  const { previous, next } = useNeighbours(id, { search, scope });
  const { allowed, run, ask } = useTriage();

  const go = (to: string | undefined) => {
    if (!to) return;
    const path = SIGNAL_PATH[scope];
    void navigate({ to: path, params: { id: to }, search, replace: true, resetScroll: false });
  };
  const leave = () => void navigate({ to: LIST_PATH[scope], search, resetScroll: false });
  const act = (run: () => void) => (allowed && signal ? run : undefined);

  useLiveEvents((event) => {
    const mine = event.type === "signal.updated" && event.signal_id === id;
    if (mine || event.type === "poll") void client.invalidateQueries({ queryKey: signalQuery(id).queryKey });
  });
  useShortcuts({
    j: () => go(next),
    k: () => go(previous),
    e: act(() => signal && void run(signal, { action: "handle" })),
    s: act(() => signal && ask("snooze", signal)),
    x: act(() => signal && ask("dismiss", signal)),
    a: act(() => signal && ask("assign", signal)),
    c: act(() => signal && void run(signal, { action: "create_task" })),
  });

  return (
    <Drawer.Root
      opened={opened}
      onClose={() => setOpened(false)}
      onExitTransitionEnd={leave}
      position="right"
      size={640}
      classNames={{ content: styles.content }}
    >
      <Drawer.Overlay backgroundOpacity={0.35} />
      <Drawer.Content data-shortcuts aria-label={m.signals.drawer.what}>
        <Drawer.Header className={styles.header}>
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={!previous}
            onClick={() => go(previous)}
            aria-label={m.signals.drawer.previous}
            title={m.signals.drawer.previous}
          >
            <ChevronLeft size={18} aria-hidden />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={!next}
            onClick={() => go(next)}
            aria-label={m.signals.drawer.next}
            title={m.signals.drawer.next}
          >
            <ChevronRight size={18} aria-hidden />
          </ActionIcon>
          <Drawer.CloseButton aria-label={m.signals.drawer.closed} />
        </Drawer.Header>
        <Drawer.Body className={styles.body}>
          {signal ? (
            <SignalView key={signal.id} signal={signal} />
          ) : isError ? (
            <Failure error={error} retry={() => void refetch()} />
          ) : (
            <DrawerSkeleton />
          )}
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}

interface Neighbours {
  previous?: string;
  next?: string;
}

/** The signals before and after this one in the lists below the drawer. */
function useNeighbours(id: string, { search, scope }: ListPlace): Neighbours {
  const me = useMe();
  const query = feedQuery(search, scope === "mine" ? me.member.id : undefined);
  const high = useInfiniteQuery(signalListQuery(highPriorityQuery(query), HIGH_PAGE));
  const list = useInfiniteQuery(signalListQuery(query));
  const pages = [...(high.data?.pages ?? []), ...(list.data?.pages ?? [])];
  const order = [...new Set(pages.flatMap(({ items }) => items.map((item) => item.id)))];
  const at = order.indexOf(id);
  const [known, setKnown] = useState<Neighbours & { id: string }>({ id: "" });
  // A signal that was just handled has left the list: its neighbours are those it had before.
  if (at !== -1 && (known.id !== id || known.previous !== order[at - 1] || known.next !== order[at + 1])) {
    setKnown({ id, previous: order[at - 1], next: order[at + 1] });
  }
  return known.id === id ? known : { next: at === -1 ? order[0] : order[at + 1] };
}

function Failure({ error, retry }: { error: unknown; retry: () => void }) {
  if (error instanceof ApiError && error.status === 404) {
    return (
      <EmptyState
        icon={SearchX}
        title={m.signals.drawer.notFoundTitle}
        text={m.signals.drawer.notFoundText}
      />
    );
  }
  return (
    <ErrorState
      what={m.signals.drawer.what}
      message={explain(error)}
      reference={error instanceof ApiError ? error.requestId : null}
      retry={retry}
    />
  );
}

function DrawerSkeleton() {
  return (
    <div className={styles.skeleton} role="status" aria-label={m.signals.drawer.loading}>
      <Skeleton height={24} width="55%" />
      <Skeleton height={16} width="75%" />
      <Skeleton height={36} width="90%" />
      <Skeleton height={88} />
      <Skeleton height={64} />
      <Skeleton height={120} />
    </div>
  );
}
