import { useNavigate } from "@tanstack/react-router";
import { useEffect, useEffectEvent } from "react";
import { useCan, useMe } from "@/api/queries/session";
import { enableShortcuts, useShortcuts } from "@/ui/shortcuts";
import { undoLatest } from "@/ui/toast";

/** Keys that work on every page. Ctrl+K and the help stay when single letters are switched off. */
export function useGlobalShortcuts({ onPalette, onHelp }: { onPalette(): void; onHelp(): void }) {
  const navigate = useNavigate();
  const { preferences } = useMe();
  const mayDeadLetters = useCan("dead_letters:read");
  const mayConnections = useCan("connections:read");

  useEffect(() => enableShortcuts(preferences.keyboard_shortcuts), [preferences.keyboard_shortcuts]);

  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    onPalette();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    document.addEventListener("keydown", listener);
    return () => document.removeEventListener("keydown", listener);
  }, []);

  useShortcuts({
    "?": onHelp,
    z: undoLatest,
    "g f": () => void navigate({ to: "/" }),
    "g m": () => void navigate({ to: "/mine" }),
    "g a": () => void navigate({ to: "/accounts" }),
    "g c": mayConnections ? () => void navigate({ to: "/connectors" }) : undefined,
    "g d": mayDeadLetters ? () => void navigate({ to: "/dead-letters" }) : undefined,
  });
}
