import { useWindowVirtualizer } from "@tanstack/react-virtual";
import {
  type ReactNode,
  useEffect,
  useEffectEvent,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import type { Signal } from "@/api/types";
import { useIsPainted } from "@/ui/afterPaint";
import { CardSkeleton } from "./CardSkeleton";
import styles from "./FeedList.module.css";

/** A card without "why" opened, on a wide window; real heights are measured as rows come into view. */
const ESTIMATED_ROW = 134;
/** Rows drawn above and below the window, so that scrolling does not uncover empty places. */
const OVERSCAN = 3;

export interface FeedListHandle {
  /** Brings a row into view, also one that is not rendered at the moment. */
  reveal(index: number): void;
}

interface FeedListProps {
  labelledBy: string;
  signals: Signal[];
  /** Rows above `signals` that were dropped from memory; their places are kept so that nothing moves. */
  dropped: number;
  hasNext: boolean;
  busy: boolean;
  onNext(): void;
  onPrevious(): void;
  row(signal: Signal, position: number): ReactNode;
  ref?: React.Ref<FeedListHandle>;
}

/** The long list: only the rows near the window are in the document, at most 500 in memory. */
export function FeedList({
  labelledBy,
  signals,
  dropped,
  hasNext,
  busy,
  onNext,
  onPrevious,
  row,
  ref,
}: FeedListProps) {
  const list = useRef<HTMLDivElement>(null);
  const scrollMargin = useTopOf(list);
  const isPainted = useIsPainted();
  const count = dropped + signals.length + (hasNext ? 1 : 0);
  const virtualizer = useWindowVirtualizer({
    count,
    estimateSize: () => ESTIMATED_ROW,
    overscan: isPainted ? OVERSCAN : 0,
    scrollMargin,
    gap: 8,
    // Keyboard moves keep the row clear of the bars at the top and the bottom of the window.
    scrollPaddingStart: 72,
    scrollPaddingEnd: 72,
    getItemKey: (index) => signals[index - dropped]?.id ?? index,
  });
  const items = virtualizer.getVirtualItems();
  useImperativeHandle(ref, () => ({ reveal: (index) => virtualizer.scrollToIndex(index + dropped) }), [
    virtualizer,
    dropped,
  ]);

  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  const loadAround = useEffectEvent(() => {
    if (busy) return;
    if (hasNext && last >= count - 8) onNext();
    else if (dropped > 0 && first < dropped) onPrevious();
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: these are the moments to look again
  useEffect(() => loadAround(), [first, last, count, busy]);

  return (
    <div
      ref={list}
      // A feed without an article is none: the rows come once the list has been measured.
      {...(items.length > 0 && { role: "feed", "aria-labelledby": labelledBy, "aria-busy": busy })}
      className={styles.list}
      style={{ height: virtualizer.getTotalSize() }}
    >
      {items.map(({ key, index, start }) => {
        const signal = signals[index - dropped];
        return (
          <div
            key={key}
            ref={virtualizer.measureElement}
            data-index={index}
            className={styles.row}
            style={{ transform: `translateY(${start - scrollMargin}px)` }}
          >
            {signal ? row(signal, index + 1) : <CardSkeleton />}
          </div>
        );
      })}
    </div>
  );
}

/** Where an element begins in the document, kept right while things above it grow and shrink. */
function useTopOf(element: React.RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const measure = () => {
      if (element.current) setTop(Math.round(element.current.getBoundingClientRect().top + window.scrollY));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [element]);
  return top;
}
