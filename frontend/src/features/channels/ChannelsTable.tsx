import { Skeleton } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useCan } from "@/api/queries/session";
import type { Channel, ChannelMapping } from "@/api/types";
import { channels as t } from "@/i18n/en/channels";
import { m } from "@/i18n/messages.en";
import { ChannelRow, type RowActions } from "./ChannelRow";
import styles from "./ChannelsTable.module.css";

interface ChannelsTableProps extends RowActions {
  channels: Channel[];
  mappings: ReadonlyMap<string, ChannelMapping> | undefined;
  selected: ReadonlySet<string>;
  onSelectAll(all: boolean): void;
}

/** One row a channel; on a narrow window each row becomes a small card. */
export function ChannelsTable({ channels, mappings, selected, onSelectAll, ...actions }: ChannelsTableProps) {
  const mayWrite = useCan("channels:write");
  const chosen = channels.filter(({ id }) => selected.has(id)).length;
  return (
    <div className={styles.frame}>
      <table className={styles.table}>
        <thead>
          <tr>
            {mayWrite && (
              <th scope="col" className={styles.check}>
                <SelectAll checked={chosen === channels.length} some={chosen > 0} onChange={onSelectAll} />
              </th>
            )}
            <th scope="col" data-column="channel">
              {t.columns.channel}
            </th>
            <th scope="col" data-column="account">
              {t.columns.account}
            </th>
            <th scope="col" data-column="class">
              {t.columns.class}
            </th>
            <th scope="col" data-column="monitored">
              {t.columns.monitored}
            </th>
            <th scope="col" data-column="last">
              {t.columns.last}
            </th>
            <th scope="col" data-column="slack">
              {t.columns.slack}
            </th>
            {mayWrite && (
              <th scope="col" className={styles.end}>
                <span className="sr-only">{t.columns.history}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {channels.map((channel) => (
            <ChannelRow
              key={channel.id}
              channel={channel}
              mapping={mappings?.get(channel.id)}
              isSelected={selected.has(channel.id)}
              mayWrite={mayWrite}
              {...actions}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function SelectAll({
  checked,
  some,
  onChange,
}: {
  checked: boolean;
  some: boolean;
  onChange(all: boolean): void;
}) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = some && !checked;
  }, [some, checked]);
  return (
    <label className={styles.checkbox}>
      <input
        ref={box}
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span className={styles.allLabel}>{t.selectAll}</span>
    </label>
  );
}

export function ChannelsTableSkeleton() {
  return (
    <div className={styles.frame} role="status" aria-label={m.common.loading}>
      {Array.from({ length: 10 }, (_, index) => (
        <div key={String(index)} className={styles.bone}>
          <Skeleton height={16} width={16} />
          <Skeleton height={16} width="20%" />
          <Skeleton height={16} width="22%" />
          <Skeleton height={16} width="10%" />
          <Skeleton height={16} width="12%" ml="auto" />
        </div>
      ))}
    </div>
  );
}
