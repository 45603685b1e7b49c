import { CircleDashed, Settings2 } from "lucide-react";
import { useCan } from "@/api/queries/session";
import type { VendorOffer } from "@/api/types";
import { connections as t } from "@/i18n/en/connections";
import { systemName } from "@/ui/crm";
import { StatusWord } from "@/ui/StatusWord";
import { ConnectButton } from "./ConnectButton";
import styles from "./ConnectionCard.module.css";
import { Scopes } from "./Scopes";

/** A vendor that is not connected: what it is for, what it asks for, and how to connect it or what keeps it from that. */
export function OfferCard({ offer }: { offer: VendorOffer }) {
  const mayWrite = useCan("connections:write");
  const vendor = systemName(offer.vendor);
  const id = `offer-${offer.vendor}`;
  return (
    <section className={styles.card} aria-labelledby={id}>
      <div>
        <header className={styles.head}>
          <h2 id={id}>{vendor}</h2>
          <StatusWord icon={offer.is_configured ? CircleDashed : Settings2} tone="plain">
            {offer.is_configured ? t.notConnected : t.notConfigured}
          </StatusWord>
        </header>
        <p className="meta">{t.purposes[offer.vendor]}</p>
      </div>
      {!offer.is_configured && (
        <div className={styles.reason}>
          <p>{t.notConfiguredText(vendor, offer.missing_settings.length)}</p>
          <ul className={styles.missing}>
            {offer.missing_settings.map((setting) => (
              <li key={setting}>
                <code>{setting}</code>
              </li>
            ))}
          </ul>
        </div>
      )}
      {offer.scopes.length > 0 && <Scopes title={t.scopesAsked(offer.scopes.length)} scopes={offer.scopes} />}
      <footer className={styles.actions}>
        {offer.is_configured && mayWrite && <ConnectButton primary offer={offer} label={t.connect(vendor)} />}
        {!mayWrite && <p className="meta">{t.askAdmin}</p>}
        <a href={offer.guide_url} target="_blank" rel="noreferrer" aria-label={`${t.guide}: ${vendor}`}>
          {t.guide}
        </a>
      </footer>
    </section>
  );
}
