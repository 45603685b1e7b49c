import { Link } from "@tanstack/react-router";
import { useCan } from "@/api/queries/session";
import { channels as texts } from "@/i18n/en/channels";
import { PageTabs, tab } from "@/ui/PageTabs";

const t = texts.tabs;

/** The three pages about channels. */
export function ChannelTabs() {
  const mayWrite = useCan("channels:write");
  return (
    <PageTabs label={t.label}>
      <Link to="/channels" className={tab} activeOptions={{ exact: true, includeSearch: false }}>
        {t.all}
      </Link>
      <Link to="/channels/unmapped" className={tab}>
        {t.unmapped}
      </Link>
      {mayWrite && (
        <Link to="/channels/import" className={tab}>
          {t.import}
        </Link>
      )}
    </PageTabs>
  );
}
