import type { ReactNode } from "react";
import styles from "./PageTabs.module.css";

/** The class of a link among the tabs. */
export const tab = styles.tab;

/** Links between pages that belong together; the one that is open is marked. */
export function PageTabs({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav className={styles.tabs} aria-label={label}>
      {children}
    </nav>
  );
}
