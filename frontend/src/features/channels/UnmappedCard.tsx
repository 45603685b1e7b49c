import { Button, Kbd } from "@mantine/core";
import { Inbox, Lock, Share2 } from "lucide-react";
import { useMe } from "@/api/queries/session";
import type { NamedRef, UnmappedChannel } from "@/api/types";
import { channels as t } from "@/i18n/en/channels";
import { channelName, percent } from "@/i18n/format";
import { CopyButton } from "@/ui/CopyButton";
import { StatusWord } from "@/ui/StatusWord";
import { Ago } from "@/ui/Time";
import styles from "./UnmappedCard.module.css";

/** As many as there are keys for. */
export const SUGGESTIONS = 3;

interface UnmappedCardProps {
  item: UnmappedChannel;
  mayWrite: boolean;
  onAccept(account: NamedRef): void;
  onChoose(): void;
  onIgnore(): void;
}

/** One channel without an account: what waits there, whose it may be and why. */
export function UnmappedCard({ item, mayWrite, onAccept, onChoose, onIgnore }: UnmappedCardProps) {
  const { keyboard_shortcuts: keys } = useMe().preferences;
  const { channel, waiting_signals: waiting, suggestions, invite_hint: hint } = item;
  const { id, name } = channel;
  return (
    <article className={styles.card} data-channel-id={id} aria-labelledby={id} tabIndex={-1}>
      <header className={styles.head}>
        <div>
          <h2 id={id} className={styles.title}>
            {channelName(name)}
          </h2>
          <Facts item={item} />
        </div>
        <StatusWord icon={Inbox} tone={waiting > 0 ? "warn" : "plain"}>
          {waiting > 0 ? t.inbox.waiting(waiting) : t.inbox.nothingWaits}
        </StatusWord>
      </header>
      {suggestions.length === 0 ? (
        <p className="meta">{t.inbox.noSuggestion}</p>
      ) : (
        <ol className={styles.suggestions}>
          {suggestions.slice(0, SUGGESTIONS).map(({ account, confidence, reason }, index) => (
            <li key={account.id} className={styles.suggestion}>
              {mayWrite ? (
                <Button
                  variant="light"
                  leftSection={keys && <Kbd size="xs">{index + 1}</Kbd>}
                  onClick={() => onAccept(account)}
                >
                  {account.name}
                  <span className="sr-only">{t.forChannel(name)}</span>
                </Button>
              ) : (
                <strong>{account.name}</strong>
              )}
              <span className={styles.sure}>{percent(confidence)}</span>
              <span className={`meta ${styles.reason}`}>{reason}</span>
            </li>
          ))}
        </ol>
      )}
      {hint && (
        <p className={styles.hint}>
          <span>{hint}</span>
          <CopyButton text={t.invite.command} label={t.invite.copyCommand} done={t.invite.copied} />
        </p>
      )}
      {mayWrite && (
        <footer className={styles.actions}>
          <Button variant="default" leftSection={keys && <Kbd size="xs">m</Kbd>} onClick={onChoose}>
            {t.inbox.other}
            <span className="sr-only">{t.forChannel(name)}</span>
          </Button>
          <Button variant="default" leftSection={keys && <Kbd size="xs">x</Kbd>} onClick={onIgnore}>
            {t.inbox.notCustomer}
            <span className="sr-only">{t.forChannel(name)}</span>
          </Button>
        </footer>
      )}
    </article>
  );
}

function Facts({ item: { channel, messages_30d } }: { item: UnmappedChannel }) {
  return (
    <p className={`meta ${styles.facts}`}>
      <span>{t.inbox.messages(messages_30d)}</span>
      {channel.last_message_at && (
        <span>
          {t.columns.last} <Ago iso={channel.last_message_at} />
        </span>
      )}
      {channel.num_members != null && <span>{t.members(channel.num_members)}</span>}
      {channel.is_private && (
        <span>
          <Lock size={12} aria-hidden /> {t.private}
        </span>
      )}
      {channel.is_external && (
        <span>
          <Share2 size={12} aria-hidden /> {t.external}
        </span>
      )}
    </p>
  );
}
