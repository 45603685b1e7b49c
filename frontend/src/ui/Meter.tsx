import styles from "./ProgressBar.module.css";

/** Below a fifth the colour says what the number says: there is little left. */
const LOW = 0.2;

/** How much of something is left, as a bar beside the sentence that says it in numbers. */
export function Meter({ label, left, limit }: { label: string; left: number; limit: number }) {
  const share = limit > 0 ? Math.min(1, Math.max(0, left / limit)) : 0;
  return (
    <div className={styles.box}>
      <span>{label}</span>
      {/* biome-ignore lint/a11y/useSemanticElements: each browser draws its own meter element in its own way */}
      <div
        className={styles.track}
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={limit}
        aria-valuenow={left}
        data-low={share < LOW || undefined}
      >
        <div className={styles.fill} style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  );
}
