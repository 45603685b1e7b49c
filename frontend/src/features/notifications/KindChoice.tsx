import { m } from "@/i18n/messages.en";
import { type Kind, KindIcon } from "@/ui/category";
import styles from "./KindChoice.module.css";
import { KINDS, toggleKind } from "./model";

/** The six kinds of signals to tick. */
export function KindChoice({
  label,
  kinds,
  onChange,
}: {
  label: string;
  kinds: Kind[];
  onChange(kinds: Kind[]): void;
}) {
  return (
    <fieldset className={styles.kinds}>
      <legend className={styles.legend}>{label}</legend>
      {KINDS.map((kind) => (
        <label key={kind} className={styles.kind}>
          <input
            type="checkbox"
            checked={kinds.includes(kind)}
            onChange={() => onChange(toggleKind(kinds, kind))}
          />
          <KindIcon kind={kind} />
          {m.signals.kinds[kind]}
        </label>
      ))}
    </fieldset>
  );
}
