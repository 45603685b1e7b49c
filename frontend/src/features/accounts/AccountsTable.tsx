import { Skeleton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { ArrowDown, ArrowUp, CircleCheck, type LucideIcon, MoonStar, TriangleAlert } from "lucide-react";
import type { AccountFilter } from "@/api/queries/accounts";
import { useCan } from "@/api/queries/session";
import type { Account, AccountStatus } from "@/api/types";
import { accounts as t } from "@/i18n/en/accounts";
import { count, daysSince } from "@/i18n/format";
import { m } from "@/i18n/messages.en";
import { useNow } from "@/ui/clock";
import { StatusWord, type Tone } from "@/ui/StatusWord";
import { Ago } from "@/ui/Time";
import table from "@/ui/table.module.css";
import styles from "./AccountsTable.module.css";
import { OwnerSelect } from "./OwnerSelect";

const STATUS: Record<AccountStatus, { icon: LucideIcon; tone: Tone }> = {
  active: { icon: CircleCheck, tone: "good" },
  quiet: { icon: MoonStar, tone: "warn" },
  at_risk: { icon: TriangleAlert, tone: "bad" },
};

interface AccountsTableProps {
  accounts: Account[];
  sort: AccountFilter["sort"];
  onSort(sort: AccountFilter["sort"]): void;
}

/** One row an account, leading to its signals; on a narrow window each row becomes a small card. */
export function AccountsTable({ accounts, sort, onSort }: AccountsTableProps) {
  const mayAssign = useCan("accounts:write");
  const heads: { label: string; sort?: AccountFilter["sort"]; number?: boolean }[] = [
    { label: t.columns.account, sort: "name" },
    { label: t.columns.owner },
    { label: t.columns.status },
    { label: t.columns.lastSignal, sort: "last_signal" },
    { label: t.columns.days, number: true },
    { label: t.columns.week, sort: "signals_7d", number: true },
    { label: t.columns.open, number: true },
  ];
  return (
    <div className={table.frame}>
      <table className={`${table.table} ${styles.table}`}>
        <thead>
          <tr>
            {heads.map((head) => (
              <Head key={head.label} {...head} current={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {accounts.map((account) => (
            <Row key={account.id} account={account} mayAssign={mayAssign} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface HeadProps {
  label: string;
  sort?: AccountFilter["sort"];
  number?: boolean;
  current: AccountFilter["sort"];
  onSort(sort: AccountFilter["sort"]): void;
}

function Head({ label, sort, number, current, onSort }: HeadProps) {
  if (!sort) {
    return (
      <th scope="col" data-number={number || undefined}>
        {label}
      </th>
    );
  }
  // Names go from A to Z, times and counts from the newest and the most.
  const direction = sort === "name" ? "ascending" : "descending";
  const Icon = sort === "name" ? ArrowUp : ArrowDown;
  return (
    <th scope="col" data-number={number || undefined} aria-sort={sort === current ? direction : "none"}>
      <button type="button" className={styles.sort} onClick={() => onSort(sort)}>
        {label}
        <Icon size={14} aria-hidden className={styles.arrow} data-shown={sort === current || undefined} />
      </button>
    </th>
  );
}

function Row({ account, mayAssign }: { account: Account; mayAssign: boolean }) {
  const now = useNow();
  const { icon, tone } = STATUS[account.status];
  return (
    <tr>
      <th scope="row" className={styles.name}>
        <Link to="/" search={{ account: account.id }} aria-label={t.openFeed(account.name)}>
          {account.name}
        </Link>
        {account.domain && <span className="meta">{account.domain}</span>}
      </th>
      <td data-label={t.columns.owner}>
        {mayAssign ? (
          <OwnerSelect account={account} />
        ) : (
          (account.owner?.name ?? <span className="meta">{t.noOwner}</span>)
        )}
      </td>
      <td data-label={t.columns.status}>
        <StatusWord icon={icon} tone={tone}>
          {t.statuses[account.status]}
        </StatusWord>
        <span className={`meta ${styles.reason}`}>{account.status_reason}</span>
      </td>
      <td data-label={t.columns.lastSignal}>
        {account.last_signal_at ? (
          <Ago iso={account.last_signal_at} />
        ) : (
          <span className="meta">{t.never}</span>
        )}
      </td>
      <td data-label={t.columns.days} data-number>
        {account.last_signal_at ? count(daysSince(account.last_signal_at, now)) : "–"}
      </td>
      <td data-label={t.columns.week} data-number>
        {count(account.signals_7d)}
      </td>
      <td data-label={t.columns.open} data-number>
        {count(account.open_signals)}
      </td>
    </tr>
  );
}

export function AccountsTableSkeleton() {
  return (
    <div className={table.frame} role="status" aria-label={m.common.loading}>
      {Array.from({ length: 10 }, (_, index) => (
        <div key={String(index)} className={table.bone}>
          <Skeleton height={16} width="22%" />
          <Skeleton height={16} width="14%" />
          <Skeleton height={16} width="10%" />
          <Skeleton height={16} width="12%" ml="auto" />
        </div>
      ))}
    </div>
  );
}
