import { useEffect, useEffectEvent, useSyncExternalStore } from "react";
import { type LiveEvent, LiveStream, type StreamStatus } from "./stream";

/** A hidden tab gives its connection back after this long: browsers allow only six to one server. It resumes when seen. */
const HIDDEN_MS = 60_000;

const listeners = new Set<(event: LiveEvent) => void>();
const statusListeners = new Set<() => void>();
let status: StreamStatus = "connecting";

const stream = new LiveStream({
  open: (lastEventId, signal) =>
    fetch("/api/v1/stream", {
      signal,
      cache: "no-store",
      headers: { Accept: "text/event-stream", ...(lastEventId ? { "Last-Event-ID": lastEventId } : {}) },
    }),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
  onEvent: (event) => {
    for (const listener of listeners) listener(event);
  },
  onStatus: (next) => {
    status = next;
    for (const listener of statusListeners) listener();
  },
});

/** Holds the stream open while the caller is mounted and the tab is seen. Mounted once, by the shell. */
export function useLiveStream() {
  useEffect(() => {
    let hidden: ReturnType<typeof setTimeout> | undefined;
    const onVisibility = () => {
      clearTimeout(hidden);
      if (document.hidden) hidden = setTimeout(() => stream.stop(), HIDDEN_MS);
      else if (navigator.onLine) stream.start();
    };
    const online = () => stream.start();
    const offline = () => stream.offline();
    if (navigator.onLine) stream.start();
    else stream.offline();
    document.addEventListener("visibilitychange", onVisibility);
    window.addEventListener("online", online);
    window.addEventListener("offline", offline);
    return () => {
      clearTimeout(hidden);
      stream.stop();
      document.removeEventListener("visibilitychange", onVisibility);
      window.removeEventListener("online", online);
      window.removeEventListener("offline", offline);
    };
  }, []);
}

/** Calls the handler for each event while the component is mounted. */
export function useLiveEvents(handler: (event: LiveEvent) => void) {
  const onEvent = useEffectEvent(handler);
  useEffect(() => {
    const listener = (event: LiveEvent) => onEvent(event);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, []);
}

export function useStreamStatus(): StreamStatus {
  return useSyncExternalStore(
    (listener) => {
      statusListeners.add(listener);
      return () => statusListeners.delete(listener);
    },
    () => status,
  );
}
