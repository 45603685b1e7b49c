import { TrendingDown, TrendingUp } from "lucide-react";
import type { Evidence } from "@/api/types";
import { m } from "@/i18n/messages.en";
import styles from "./EvidenceList.module.css";

/** The reasons behind a confidence, the heaviest first: a bar for the weight, a word for the direction, the quoted words. */
export function EvidenceList({ evidence, most = evidence.length }: { evidence: Evidence[]; most?: number }) {
  if (evidence.length === 0) return <p className="meta">{m.signals.drawer.noEvidence}</p>;
  const sorted = evidence.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).slice(0, most);
  const heaviest = Math.max(...sorted.map(({ weight }) => Math.abs(weight)), Number.EPSILON);
  return (
    <ul className={styles.list}>
      {sorted.map(({ quote, reason, weight, term }, index) => {
        const raises = weight >= 0;
        const Icon = raises ? TrendingUp : TrendingDown;
        return (
          // Two pieces of evidence may read the same; their order never changes.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <li key={`${term}-${index}`} className={styles.row} data-raises={raises}>
            <span className={styles.weight}>
              <Icon size={14} aria-hidden />
              <span className={styles.word}>
                {raises ? m.signals.drawer.raises : m.signals.drawer.lowers}
              </span>
              <span className={styles.track} aria-hidden>
                <span
                  className={styles.fill}
                  style={{ width: `${Math.max(6, (100 * Math.abs(weight)) / heaviest)}%` }}
                />
              </span>
            </span>
            <span>
              {reason}
              {quote && <q className={styles.quote}>{quote}</q>}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
