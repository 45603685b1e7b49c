import { useEffect, useState } from "react";
import { patiently } from "./patiently";

/** Holds a part's code back until the page has been painted: nobody can press what they do not see yet. */
export function afterPaint<Part>(load: () => Promise<Part>): () => Promise<Part> {
  const loadPatiently = patiently(load);
  return async () => {
    await painted();
    return loadPatiently();
  };
}

let isPainted = false;

/** Whether the page has been painted: what nobody sees at once can be drawn after that. */
export function useIsPainted(): boolean {
  const [is, setIs] = useState(isPainted);
  useEffect(() => {
    if (!is) void painted().then(() => setIs(true));
  }, [is]);
  return is;
}

/** The first paint with something on it. */
function painted(): Promise<void> {
  return new Promise((resolve) => {
    new PerformanceObserver((list, observer) => {
      if (list.getEntriesByName("first-contentful-paint").length === 0) return;
      observer.disconnect();
      isPainted = true;
      resolve();
    }).observe({ type: "paint", buffered: true });
  });
}
