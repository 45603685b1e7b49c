import type { ReactNode } from "react";
import { m } from "@/i18n/messages.en";
import styles from "./AuthPage.module.css";

/** The frame of the pages before sign-in. */
export function AuthPage({ title, intro, children }: { title: string; intro?: string; children: ReactNode }) {
  return (
    <main className={styles.page}>
      <div className={styles.box}>
        <p className={styles.brand}>{m.common.product}</p>
        <h1>{title}</h1>
        {intro && <p className={styles.intro}>{intro}</p>}
        {children}
      </div>
    </main>
  );
}

export function FormError({ children }: { children: string | null }) {
  return <div role="alert">{children && <p className={styles.error}>{children}</p>}</div>;
}
