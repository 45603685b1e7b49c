import { Button } from "@mantine/core";
import { channels as texts } from "@/i18n/en/channels";
import styles from "./SelectionBar.module.css";

const t = texts.selection;

interface SelectionBarProps {
  chosen: number;
  suggestions: number;
  busy: boolean;
  onMap(): void;
  onAccept(): void;
  onClear(): void;
}

/** What can be done with all the chosen channels at once. */
export function SelectionBar({ chosen, suggestions, busy, onMap, onAccept, onClear }: SelectionBarProps) {
  return (
    <section className={styles.bar} aria-label={t.label}>
      <strong role="status">{t.count(chosen)}</strong>
      <span className={styles.actions}>
        <Button disabled={busy} onClick={onMap}>
          {t.map}
        </Button>
        {suggestions > 0 && (
          <Button variant="default" disabled={busy} onClick={onAccept}>
            {t.accept(suggestions)}
          </Button>
        )}
        <Button variant="default" onClick={onClear}>
          {t.clear}
        </Button>
      </span>
    </section>
  );
}
