import { Button, CloseButton } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { CircleAlert, CircleCheck } from "lucide-react";
import { useCan } from "@/api/queries/session";
import type { VendorOffer } from "@/api/types";
import { connections } from "@/i18n/en/connections";
import { systemName } from "@/ui/crm";
import styles from "./CallbackNotice.module.css";
import { ConnectButton } from "./ConnectButton";
import type { ConnectorsSearch } from "./search";

const t = connections.callback;

/** What became of a sign-in at a vendor, and what to do next. It stands until it is dismissed or the page is left. */
export function CallbackNotice({ search, offers }: { search: ConnectorsSearch; offers: VendorOffer[] }) {
  const navigate = useNavigate();
  const mayChannels = useCan("channels:write");
  const mayFields = useCan("field_mappings:read");
  const vendor = search.connected ?? search.vendor;
  if (!search.connected && !search.connect_error) return null;
  const name = vendor ? systemName(vendor) : t.anyVendor;
  const offer = offers.find((each) => each.vendor === vendor);
  const Icon = search.connected ? CircleCheck : CircleAlert;
  return (
    <div
      className={styles.notice}
      role={search.connected ? "status" : "alert"}
      data-tone={search.connected ? "good" : "bad"}
    >
      <Icon size={20} aria-hidden className={styles.icon} />
      <div className={styles.words}>
        <h2>{search.connected ? t.connected(name) : t.failed(name)}</h2>
        <p>
          {search.connected
            ? t.connectedText[search.connected]
            : (t.errors[search.connect_error ?? ""] ?? t.unknown)}
        </p>
        <div className={styles.actions}>
          {search.connected === "slack" && mayChannels && (
            <Button
              size="sm"
              variant="default"
              renderRoot={(props) => <Link to="/channels/unmapped" {...props} />}
            >
              {t.channels}
            </Button>
          )}
          {search.connected && search.connected !== "slack" && mayFields && (
            <Button
              size="sm"
              variant="default"
              renderRoot={(props) => <Link to="/settings/fields" {...props} />}
            >
              {t.fields}
            </Button>
          )}
          {!search.connected && offer?.is_configured && (
            <ConnectButton primary offer={offer} label={t.again} />
          )}
          {!search.connected && offer && (
            <a href={offer.guide_url} target="_blank" rel="noreferrer">
              {connections.guide}
            </a>
          )}
        </div>
      </div>
      <CloseButton
        aria-label={t.dismiss}
        onClick={() => void navigate({ to: "/connectors", replace: true, resetScroll: false })}
      />
    </div>
  );
}
