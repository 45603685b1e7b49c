import { ActionIcon, Button, Switch } from "@mantine/core";
import { ChevronDown, History, Lock, Share2, Sparkles } from "lucide-react";
import { explain } from "@/api/problem";
import { useUpdateChannel } from "@/api/queries/channels";
import type { Channel, ChannelMapping } from "@/api/types";
import { channels as t } from "@/i18n/en/channels";
import { channelName } from "@/i18n/format";
import { QuietSelect } from "@/ui/QuietSelect";
import { Ago } from "@/ui/Time";
import { failToast } from "@/ui/toast";
import styles from "./ChannelsTable.module.css";
import { CHANNEL_CLASSES } from "./filters";
import { JoinCell } from "./JoinCell";
import { sourceText } from "./model";

const CLASS_OPTIONS = CHANNEL_CLASSES.map((value) => ({ value, label: t.classes[value] }));

export interface RowActions {
  onSelect(id: string, selected: boolean): void;
  onChoose(channel: Channel): void;
  onAccept(channel: Channel): void;
  /** Null for whoever may not have the history read. */
  onHistory: ((channel: Channel) => void) | null;
}

interface ChannelRowProps extends RowActions {
  channel: Channel;
  mapping: ChannelMapping | undefined;
  isSelected: boolean;
  mayWrite: boolean;
}

export function ChannelRow({
  channel,
  mapping,
  isSelected,
  mayWrite,
  onSelect,
  onHistory,
  ...account
}: ChannelRowProps) {
  const update = useUpdateChannel();
  const { id, name } = channel;
  const save = (change: { monitored?: boolean; class?: Channel["class"] }) =>
    update.mutate({ id, ...change }, { onError: (error) => failToast(t.saveFailed(name), explain(error)) });
  const shown = { ...channel, ...(update.isPending ? withoutEmpty(update.variables) : {}) };

  return (
    <tr data-selected={isSelected || undefined}>
      {mayWrite && (
        <td className={styles.check}>
          <label className={styles.checkbox}>
            <input
              type="checkbox"
              checked={isSelected}
              aria-label={t.select(name)}
              onChange={(event) => onSelect(id, event.currentTarget.checked)}
            />
          </label>
        </td>
      )}
      <th scope="row" className={styles.name}>
        <span className={styles.title}>{channelName(name)}</span>
        <Facts channel={channel} />
      </th>
      <td className={styles.account} data-label={t.columns.account}>
        <AccountCell channel={channel} mapping={mapping} mayWrite={mayWrite} {...account} />
      </td>
      <td data-label={t.columns.class}>
        {mayWrite ? (
          <QuietSelect
            label={t.classOf(name)}
            value={shown.class}
            options={CLASS_OPTIONS}
            disabled={update.isPending}
            onChange={(value) => save({ class: CHANNEL_CLASSES.find((one) => one === value) })}
          />
        ) : (
          t.classes[channel.class]
        )}
      </td>
      <td data-label={t.columns.monitored}>
        <Switch
          aria-label={t.watch(name)}
          checked={shown.monitored}
          disabled={!mayWrite || update.isPending}
          onChange={(event) => save({ monitored: event.currentTarget.checked })}
        />
      </td>
      <td data-label={t.columns.last}>
        {channel.last_message_at ? (
          <Ago iso={channel.last_message_at} />
        ) : (
          <span className="meta">{t.never}</span>
        )}
      </td>
      <td data-label={t.columns.slack}>
        <JoinCell channel={channel} mayWrite={mayWrite} />
      </td>
      {mayWrite && (
        <td className={styles.end}>
          {channel.is_member && onHistory && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size={32}
              aria-label={t.history.buttonFor(name)}
              title={t.history.button}
              onClick={() => onHistory(channel)}
            >
              <History size={16} aria-hidden />
            </ActionIcon>
          )}
        </td>
      )}
    </tr>
  );
}

/** What was asked for, without what was left out: that stays as it was. */
function withoutEmpty({ monitored, class: channelClass }: { monitored?: boolean; class?: Channel["class"] }) {
  return {
    ...(monitored === undefined ? {} : { monitored }),
    ...(channelClass === undefined ? {} : { class: channelClass }),
  };
}

function Facts({ channel }: { channel: Channel }) {
  return (
    <span className={`meta ${styles.facts}`}>
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
    </span>
  );
}

function AccountCell({
  channel,
  mapping,
  mayWrite,
  onChoose,
  onAccept,
}: Pick<ChannelRowProps, "channel" | "mapping" | "mayWrite" | "onChoose" | "onAccept">) {
  const { account, suggestion, name } = channel;
  return (
    <>
      {mayWrite ? (
        <button
          type="button"
          className={styles.picker}
          aria-label={account ? t.changeFor(name, account.name) : t.chooseFor(name)}
          onClick={() => onChoose(channel)}
        >
          <span data-empty={!account || undefined}>{account?.name ?? t.choose}</span>
          <ChevronDown size={14} aria-hidden />
        </button>
      ) : (
        (account?.name ?? <span className="meta">–</span>)
      )}
      {account && mapping && <span className={`meta ${styles.reason}`}>{sourceText(mapping)}</span>}
      {!account && suggestion && (
        <span className={styles.suggestion}>
          {mayWrite && (
            <Button
              variant="light"
              leftSection={<Sparkles size={14} aria-hidden />}
              onClick={() => onAccept(channel)}
            >
              {t.accept(suggestion.account.name)}
              <span className="sr-only">{t.forChannel(name)}</span>
            </Button>
          )}
          <span className="meta">{t.sureBecause(suggestion.confidence, suggestion.reason)}</span>
        </span>
      )}
    </>
  );
}
