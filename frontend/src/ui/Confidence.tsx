import { percent } from "@/i18n/format";
import { m } from "@/i18n/messages.en";
import styles from "./Confidence.module.css";

/** A confidence of 0 to 100 as a bar and a number; the reasons are shown beside it by whoever has them. */
export function Confidence({ value }: { value: number }) {
  return (
    <span className={styles.confidence} title={m.signals.confidenceOf(value)}>
      <span className={styles.track} aria-hidden>
        <span className={styles.fill} style={{ width: `${value}%` }} />
      </span>
      <span className={styles.number}>
        <span className="sr-only">{m.signals.confidence} </span>
        {percent(value)}
      </span>
    </span>
  );
}
