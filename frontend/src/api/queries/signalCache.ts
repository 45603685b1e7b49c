import type { InfiniteData, QueryClient, QueryKey } from "@tanstack/react-query";
import type { Signal, SignalDetail } from "../types";
import { type HeldPage, signalQuery } from "./signals";

type ListData = InfiniteData<HeldPage, unknown>;
const LISTS = ["signals", "list"];

/** Changes one signal wherever it is held, without moving it: what is being read stays where it is. */
export function patchSignal(client: QueryClient, id: string, change: (signal: Signal) => Signal) {
  client.setQueriesData<ListData>({ queryKey: LISTS }, (data) => {
    if (!data?.pages.some((page) => page.items.some((item) => item.id === id))) return data;
    return eachPage(data, (items) => items.map((item) => (item.id === id ? change(item) : item)));
  });
  client.setQueryData<SignalDetail>(signalQuery(id).queryKey, (detail) =>
    detail ? { ...detail, ...change(detail) } : detail,
  );
}

/** Takes a signal out of the held lists that `leaves` names. The answer puts it back where it was, as it is given then. */
export function removeSignal(client: QueryClient, id: string, leaves: (key: QueryKey) => boolean) {
  const places: { key: QueryKey; cursor: string | null; index: number }[] = [];
  for (const [key, data] of client.getQueriesData<ListData>({ queryKey: LISTS })) {
    const page = data?.pages.find(({ items }) => items.some((item) => item.id === id));
    if (!data || !page || !leaves(key)) continue;
    places.push({ key, cursor: page.cursor, index: page.items.findIndex((item) => item.id === id) });
    client.setQueryData<ListData>(
      key,
      eachPage(data, (items) => items.filter((item) => item.id !== id)),
    );
  }
  return function putBack(signal: Signal) {
    for (const { key, cursor, index } of places) {
      client.setQueryData<ListData>(key, (data) => {
        if (!data || data.pages.some(({ items }) => items.some((item) => item.id === id))) return data;
        return eachPage(data, (items, page) =>
          page.cursor === cursor ? items.toSpliced(index, 0, signal) : items,
        );
      });
    }
  };
}

/** Puts new signals at the top of one list; those already in it are left out. */
export function prependSignals(client: QueryClient, key: QueryKey, fresh: Signal[]) {
  client.setQueryData<ListData>(key, (data) => {
    if (!data) return data;
    const held = new Set(data.pages.flatMap(({ items }) => items.map((item) => item.id)));
    const added = fresh.filter(({ id }) => !held.has(id));
    return eachPage(data, (items, page) => (page.cursor === null ? [...added, ...items] : items));
  });
}

function eachPage(data: ListData, change: (items: Signal[], page: HeldPage) => Signal[]): ListData {
  return { ...data, pages: data.pages.map((page) => ({ ...page, items: change(page.items, page) })) };
}
