import { ChevronsUpDown } from "lucide-react";
import styles from "./Select.module.css";

interface SelectProps<Value extends string> {
  label: string;
  value: Value;
  options: { value: Value; label: string }[];
  className?: string;
  onChange(value: Value): void;
}

/** One of a few options, as the browser's own list: on the first screen, where the library's field would cost time. */
export function Select<Value extends string>({
  label,
  value,
  options,
  className = "",
  onChange,
}: SelectProps<Value>) {
  return (
    <div className={`${styles.box} ${className}`}>
      <select
        className={styles.select}
        aria-label={label}
        value={value}
        onChange={({ currentTarget }) => {
          const chosen = options.find((option) => option.value === currentTarget.value);
          if (chosen) onChange(chosen.value);
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronsUpDown size={14} className={styles.arrow} aria-hidden />
    </div>
  );
}
