import { Button, Modal, SegmentedControl, TextInput } from "@mantine/core";
import { ExternalLink, KeyRound } from "lucide-react";
import { type MouseEvent, useState } from "react";
import type { VendorOffer } from "@/api/types";
import { connections as t } from "@/i18n/en/connections";
import { m } from "@/i18n/messages.en";
import styles from "./ConnectionCard.module.css";
import { ORG_KINDS, type OrgKind, salesforceStart } from "./model";

interface ConnectButtonProps {
  offer: VendorOffer;
  label: string;
  primary?: boolean;
}

/** Leaves for the vendor's sign-in. A link and not a form: the vendor's page comes by a redirect. */
export function ConnectButton({ offer, label, primary }: ConnectButtonProps) {
  const [choosing, setChoosing] = useState(false);
  const look = {
    size: "sm",
    variant: primary ? "filled" : "default",
    leftSection: <KeyRound size={16} aria-hidden />,
  } as const;
  if (offer.vendor !== "salesforce") {
    return (
      <Button {...look} component="a" href={offer.connect_url}>
        {label}
      </Button>
    );
  }
  return (
    <>
      <Button {...look} onClick={() => setChoosing(true)}>
        {label}
      </Button>
      <Modal
        opened={choosing}
        onClose={() => setChoosing(false)}
        title={t.salesforce.title}
        centered
        closeButtonProps={{ "aria-label": m.common.close }}
      >
        <SalesforceChoice connectUrl={offer.connect_url} onClose={() => setChoosing(false)} />
      </Modal>
    </>
  );
}

interface SalesforceChoiceProps {
  connectUrl: string;
  onClose(): void;
}

/** Production, a sandbox and a My Domain sign in at different addresses. */
function SalesforceChoice({ connectUrl, onClose }: SalesforceChoiceProps) {
  const [kind, setKind] = useState<OrgKind>("production");
  const [domain, setDomain] = useState("");
  const [wrong, setWrong] = useState(false);
  const start = salesforceStart(connectUrl, kind, domain);
  const go = (event: MouseEvent) => {
    if (start) return;
    event.preventDefault();
    setWrong(true);
  };
  return (
    <div className={styles.choice}>
      <SegmentedControl
        fullWidth
        data-autofocus
        aria-label={t.salesforce.label}
        value={kind}
        onChange={(value) => setKind(ORG_KINDS.find((each) => each === value) ?? "production")}
        data={ORG_KINDS.map((value) => ({ value, label: t.salesforce.kinds[value] }))}
      />
      <p>{t.salesforce.hints[kind]}</p>
      {kind === "my_domain" && (
        <TextInput
          label={t.salesforce.domain}
          description={t.salesforce.domainHint}
          value={domain}
          error={wrong && !start ? t.salesforce.domainWrong : undefined}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setDomain(event.currentTarget.value)}
        />
      )}
      <div className={styles.choiceButtons}>
        <Button size="sm" variant="default" onClick={onClose}>
          {m.common.cancel}
        </Button>
        <Button
          size="sm"
          component="a"
          href={start ?? "#"}
          rightSection={<ExternalLink size={16} aria-hidden />}
          onClick={go}
        >
          {t.salesforce.go}
        </Button>
      </div>
    </div>
  );
}
