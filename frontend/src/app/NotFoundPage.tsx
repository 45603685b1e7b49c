import { MapPinOff } from "lucide-react";
import { m } from "@/i18n/messages.en";
import { EmptyState } from "@/ui/Notice";
import styles from "./pages.module.css";

export function NotFoundPage() {
  return (
    <main>
      <EmptyState
        heading="h1"
        icon={MapPinOff}
        title={m.common.notFoundTitle}
        text={m.common.notFoundText}
        action={
          <a href="/" className={styles.button}>
            {m.common.toFeed}
          </a>
        }
      />
    </main>
  );
}
