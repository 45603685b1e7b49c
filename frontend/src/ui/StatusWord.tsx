import type { LucideIcon } from "lucide-react";
import styles from "./StatusWord.module.css";

export type Tone = "good" | "warn" | "bad" | "plain";

/** A state as icon and word; the colour only repeats what they say. */
export function StatusWord({
  icon: Icon,
  tone,
  title,
  children,
}: {
  icon: LucideIcon;
  tone: Tone;
  title?: string;
  children: string;
}) {
  return (
    <span className={styles.status} data-tone={tone} title={title}>
      <Icon size={14} aria-hidden />
      {children}
    </span>
  );
}
