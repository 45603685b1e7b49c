import styles from "./QuietSelect.module.css";

export interface QuietOption {
  value: string;
  label: string;
}

/** A choice inside a table: reads as text until somebody points at it. */
export function QuietSelect({
  label,
  value,
  options,
  disabled,
  onChange,
}: {
  label: string;
  value: string;
  options: QuietOption[];
  disabled?: boolean;
  onChange(value: string): void;
}) {
  return (
    <select
      className={styles.select}
      aria-label={label}
      value={value}
      disabled={disabled}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}
