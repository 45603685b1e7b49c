import { Link } from "@tanstack/react-router";
import { useCan } from "@/api/queries/session";
import { channels as texts } from "@/i18n/en/channels";
import styles from "./ChannelTabs.module.css";

const t = texts.tabs;

/** The three pages about channels. */
export function ChannelTabs() {
  const mayWrite = useCan("channels:write");
  return (
    <nav className={styles.tabs} aria-label={t.label}>
      <Link to="/channels" className={styles.tab} activeOptions={{ exact: true, includeSearch: false }}>
        {t.all}
      </Link>
      <Link to="/channels/unmapped" className={styles.tab}>
        {t.unmapped}
      </Link>
      {mayWrite && (
        <Link to="/channels/import" className={styles.tab}>
          {t.import}
        </Link>
      )}
    </nav>
  );
}
