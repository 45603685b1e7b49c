import styles from "./ProgressBar.module.css";

/** How far something is, 0 to 100, with a sentence that says what. */
export function ProgressBar({
  label,
  value,
  hideLabel,
}: {
  label: string;
  value: number;
  hideLabel?: boolean;
}) {
  return (
    <div className={styles.box}>
      {!hideLabel && <span className="meta">{label}</span>}
      <div
        className={styles.track}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(value)}
      >
        <div className={styles.fill} style={{ width: `${value}%` }} />
      </div>
    </div>
  );
}
