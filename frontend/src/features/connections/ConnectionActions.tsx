import { Button } from "@mantine/core";
import { KeyRound, RefreshCw, Stethoscope, Unplug } from "lucide-react";
import { useState } from "react";
import { explain } from "@/api/problem";
import { useCheckConnection, useDisconnect, useSyncConnection } from "@/api/queries/connections";
import type { Connection, VendorOffer } from "@/api/types";
import { connections as t } from "@/i18n/en/connections";
import { ConfirmDialog } from "@/ui/ConfirmDialog";
import { systemName } from "@/ui/crm";
import { failToast, toast } from "@/ui/toast";
import { ConnectButton } from "./ConnectButton";
import styles from "./ConnectionCard.module.css";
import { renewalUrl } from "./model";

/** What somebody who may change connections can do with this one. */
export function ConnectionActions({
  connection,
  offer,
}: {
  connection: Connection;
  offer: VendorOffer | null;
}) {
  const vendor = systemName(connection.vendor);
  const check = useCheckConnection();
  const sync = useSyncConnection();
  const isOff = connection.status === "disconnected";
  const isTroubled = isOff || connection.missing_scopes.length > 0 || connection.token.state !== "ok";
  const runCheck = () =>
    check.mutate(connection.id, {
      onSuccess: ({ status, status_reason, last_error }) =>
        status === "connected"
          ? toast(t.checked(vendor))
          : failToast(t.checkedBad(vendor), status_reason ?? last_error?.message ?? t.statuses[status]),
      onError: (error) => failToast(t.checkFailed(vendor), explain(error)),
    });
  const runSync = () =>
    sync.mutate(connection.id, {
      onSuccess: () => toast(t.synced(vendor)),
      onError: (error) => failToast(t.syncFailed(vendor), explain(error)),
    });
  return (
    <footer className={styles.actions}>
      {offer?.is_configured && (
        <Button
          size="sm"
          component="a"
          href={renewalUrl(offer.connect_url, connection.id)}
          variant={isTroubled ? "filled" : "default"}
          leftSection={<KeyRound size={16} aria-hidden />}
        >
          {t.reauthorise}
        </Button>
      )}
      {offer?.is_configured && isOff && <ConnectButton offer={offer} label={t.another} />}
      <Button
        size="sm"
        variant="default"
        loading={check.isPending}
        leftSection={<Stethoscope size={16} aria-hidden />}
        onClick={runCheck}
      >
        {t.check}
      </Button>
      {!isOff && (
        <>
          <Button
            size="sm"
            variant="default"
            loading={sync.isPending}
            leftSection={<RefreshCw size={16} aria-hidden />}
            onClick={runSync}
          >
            {t.sync}
          </Button>
          <Disconnect connection={connection} vendor={vendor} />
        </>
      )}
    </footer>
  );
}

function Disconnect({ connection, vendor }: { connection: Connection; vendor: string }) {
  const [asking, setAsking] = useState(false);
  const disconnect = useDisconnect();
  const confirm = () =>
    disconnect.mutate(connection.id, {
      onSuccess: () => {
        setAsking(false);
        toast(t.disconnected(vendor));
      },
      onError: (error) => failToast(t.disconnectFailed(vendor), explain(error)),
    });
  return (
    <>
      <Button
        size="sm"
        variant="subtle"
        color="gray"
        className={styles.quiet}
        leftSection={<Unplug size={16} aria-hidden />}
        onClick={() => setAsking(true)}
      >
        {t.disconnect}
      </Button>
      <ConfirmDialog
        danger
        opened={asking}
        title={t.disconnectTitle(vendor)}
        confirm={t.disconnect}
        busy={disconnect.isPending}
        onConfirm={confirm}
        onClose={() => setAsking(false)}
      >
        <p>
          <strong>{connection.name}</strong> <span className="meta">{connection.external_id}</span>
        </p>
        <ul className={styles.consequences}>
          {t.disconnectText[connection.vendor].map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </ConfirmDialog>
    </>
  );
}
