import { Button, NativeSelect, Popover } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ChevronDown } from "lucide-react";
import { useState } from "react";
import { accountQuery, accountSearchQuery } from "@/api/queries/accounts";
import { useCan } from "@/api/queries/session";
import type { Delivery } from "@/api/types";
import { deliveries } from "@/i18n/en/deliveries";
import { m } from "@/i18n/messages.en";
import { ChoiceList } from "@/ui/ChoiceList";
import { systemName } from "@/ui/crm";
import styles from "./DeliveriesPage.module.css";
import { type DeliveriesSearch, isFiltered, PERIODS, STATES, SYSTEMS, TYPES } from "./search";

const t = deliveries.filters;

interface DeliveryFiltersProps {
  search: DeliveriesSearch;
  records: Delivery[];
  onChange(search: DeliveriesSearch): void;
}

export function DeliveryFilters({ search, records, onChange }: DeliveryFiltersProps) {
  return (
    <search className={styles.filters} aria-label={m.filters.label}>
      <Choice
        label={t.state}
        value={search.state}
        words={STATES.map((value) => ({ value, label: deliveries.states[value] }))}
        onChange={(state) => onChange({ ...search, state })}
      />
      <Choice
        label={t.system}
        value={search.system}
        words={SYSTEMS.map((value) => ({ value, label: systemName(value) }))}
        onChange={(system) => onChange({ ...search, system })}
      />
      <Choice
        label={t.type}
        value={search.type}
        words={TYPES.map((value) => ({ value, label: deliveries.types[value] }))}
        onChange={(type) => onChange({ ...search, type })}
      />
      <Choice
        label={t.since}
        value={search.since}
        words={PERIODS.map((value) => ({ value, label: deliveries.periods[value] }))}
        onChange={(since) => onChange({ ...search, since })}
      />
      {useCan("accounts:read") && (
        <AccountFilter
          chosen={search.account}
          known={records.find(({ account }) => account?.id === search.account)?.account?.name}
          onChoose={(account) => onChange({ ...search, account })}
        />
      )}
      {isFiltered(search) && (
        <Button size="sm" variant="subtle" onClick={() => onChange({})}>
          {t.clear}
        </Button>
      )}
    </search>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T | undefined;
  words: { value: T; label: string }[];
  onChange(value: T | undefined): void;
}

/** One filter of a few words; what is chosen stands behind its name. */
function Choice<T extends string>({ label, value, words, onChange }: ChoiceProps<T>) {
  return (
    <NativeSelect
      aria-label={label}
      value={value ?? ""}
      data={[
        { value: "", label: `${label}: ${t.any}` },
        ...words.map((word) => ({
          value: word.value,
          label: word.value === value ? `${label}: ${word.label}` : word.label,
        })),
      ]}
      onChange={(event) => onChange(words.find((word) => word.value === event.currentTarget.value)?.value)}
    />
  );
}

interface AccountFilterProps {
  chosen: string | undefined;
  known: string | undefined;
  onChoose(account: string | undefined): void;
}

function AccountFilter({ chosen, known, onChoose }: AccountFilterProps) {
  const [opened, setOpened] = useState(false);
  const [query, setQuery] = useState("");
  const found = useQuery({ ...accountSearchQuery(query.trim()), enabled: opened });
  const account = useQuery({ ...accountQuery(chosen ?? ""), enabled: chosen !== undefined && !known });
  const name = known ?? account.data?.name ?? chosen;
  const choices = (found.data ?? []).map(({ id, name: label }) => ({ id, label, selected: id === chosen }));
  const choose = (id: string) => {
    setOpened(false);
    setQuery("");
    onChoose(id === ANY || id === chosen ? undefined : id);
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" width={280} trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className={styles.account}
          data-active={chosen !== undefined || undefined}
          onClick={() => setOpened(!opened)}
        >
          <span>{`${t.account}: ${name ?? t.any}`}</span>
          <ChevronDown size={14} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t.account} p={8}>
        <ChoiceList
          autoFocus
          label={t.findAccount}
          query={query}
          onQuery={setQuery}
          choices={chosen && !query ? [{ id: ANY, label: t.clearAccount }, ...choices] : choices}
          empty={found.isSuccess ? t.noAccount : ""}
          onChoose={choose}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

const ANY = "any";
