import { useEffect, useEffectEvent } from "react";

/** What to do for a key: a single letter as typed ("j", "?"), or "g f" for a letter after g. */
export type Shortcuts = Record<string, (() => void) | undefined>;

const SEQUENCE_MS = 1_200;
let enabled = true;

/** The off switch of WCAG 2.1.4: single-letter keys can disturb speech input and screen readers. */
export function enableShortcuts(on: boolean) {
  enabled = on;
}

/** Single-letter shortcuts while the component is mounted and `active`. They never fire while somebody types. */
export function useShortcuts(shortcuts: Shortcuts, active = true) {
  const run = useEffectEvent((keys: string) => {
    const action = shortcuts[keys];
    action?.();
    return action !== undefined;
  });
  useEffect(() => {
    if (!active) return;
    let prefix = "";
    let prefixAt = 0;
    const onKey = (event: KeyboardEvent) => {
      if (!enabled || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target) || !isHere(event.target)) return;
      const sequence =
        prefix && event.timeStamp - prefixAt < SEQUENCE_MS ? `${prefix} ${event.key}` : event.key;
      prefix = event.key === "g" ? "g" : "";
      prefixAt = event.timeStamp;
      if (run(sequence)) event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [active]);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null
  );
}

/** A dialog keeps its keys to itself, except one that says that it takes part, like the open signal. */
function isHere(target: EventTarget | null): boolean {
  const dialog =
    target instanceof HTMLElement ? target.closest("[role=dialog], [role=menu], [role=listbox]") : null;
  return dialog === null || dialog.hasAttribute("data-shortcuts");
}
