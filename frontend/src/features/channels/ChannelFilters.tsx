import { Button, NativeSelect, SegmentedControl } from "@mantine/core";
import { X } from "lucide-react";
import { channels as t } from "@/i18n/en/channels";
import { m } from "@/i18n/messages.en";
import { SearchField } from "@/ui/SearchField";
import styles from "./ChannelsPage.module.css";
import { CHANNEL_CLASSES, type ChannelSearch } from "./filters";

/** Search and filters; they live in the address. */
export function ChannelFilters({
  search,
  onChange,
}: {
  search: ChannelSearch;
  onChange(next: ChannelSearch, typing?: boolean): void;
}) {
  return (
    <search className={styles.filters} aria-label={m.filters.label}>
      <SearchField
        className={styles.search}
        label={t.search}
        q={search.q}
        onChange={(q) => onChange({ ...search, q }, true)}
      />
      <SegmentedControl
        aria-label={t.mapped}
        value={search.mapped ?? "all"}
        onChange={(value) =>
          onChange({ ...search, mapped: value === "yes" || value === "no" ? value : undefined })
        }
        data={(["all", "yes", "no"] as const).map((value) => ({ value, label: t.mappings[value] }))}
      />
      <NativeSelect
        aria-label={t.classFilter}
        value={search.class ?? ""}
        data={[
          { value: "", label: t.anyClass },
          ...CHANNEL_CLASSES.map((value) => ({ value, label: t.classes[value] })),
        ]}
        onChange={({ currentTarget }) =>
          onChange({ ...search, class: CHANNEL_CLASSES.find((one) => one === currentTarget.value) })
        }
      />
      {search.account && (
        <Button
          size="sm"
          variant="default"
          rightSection={<X size={14} aria-hidden />}
          onClick={() => onChange({ ...search, account: undefined })}
        >
          {t.onlyAccount}
        </Button>
      )}
    </search>
  );
}
