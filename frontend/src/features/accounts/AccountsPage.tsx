import { Button, NativeSelect, SegmentedControl } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Building2 } from "lucide-react";
import { ApiError, explain } from "@/api/problem";
import { accountsQuery } from "@/api/queries/accounts";
import { accounts as t } from "@/i18n/en/accounts";
import { m } from "@/i18n/messages.en";
import { ErrorState } from "@/ui/ErrorState";
import { EmptyState } from "@/ui/Notice";
import { SearchField } from "@/ui/SearchField";
import styles from "./AccountsPage.module.css";
import { AccountsTable, AccountsTableSkeleton } from "./AccountsTable";
import { ACCOUNT_SORTS, ACCOUNT_STATUSES, type AccountSearch, accountFilter } from "./filters";

export default function AccountsPage({ search }: { search: AccountSearch }) {
  const navigate = useNavigate();
  const query = useInfiniteQuery(accountsQuery(accountFilter(search)));
  const accounts = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const filtered = search.q !== undefined || search.status !== undefined;
  const change = (next: AccountSearch, typing = false) =>
    void navigate({ to: "/accounts", search: next, replace: typing, resetScroll: false });

  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <h1>{t.title}</h1>
        <span className="meta" role="status">
          {query.isSuccess && (query.hasNextPage ? t.shown(accounts.length) : t.count(accounts.length))}
        </span>
      </header>
      <search className={styles.filters} aria-label={m.filters.label}>
        <SearchField
          className={styles.search}
          label={t.search}
          q={search.q}
          onChange={(q) => change({ ...search, q }, true)}
        />
        <SegmentedControl
          aria-label={t.status}
          value={search.status ?? "all"}
          onChange={(value) =>
            change({ ...search, status: ACCOUNT_STATUSES.find((status) => status === value) })
          }
          data={[
            { value: "all", label: t.allStatuses },
            ...ACCOUNT_STATUSES.map((value) => ({ value, label: t.statuses[value] })),
          ]}
        />
        <NativeSelect
          className={styles.sort}
          aria-label={t.sort}
          value={search.sort ?? "last_signal"}
          data={ACCOUNT_SORTS.map((value) => ({
            value,
            label: `${t.sort}: ${t.sorts[value].toLowerCase()}`,
          }))}
          onChange={(event) =>
            change({ ...search, sort: ACCOUNT_SORTS.find((sort) => sort === event.currentTarget.value) })
          }
        />
      </search>
      {query.isError ? (
        <ErrorState
          what={t.what}
          message={explain(query.error)}
          reference={query.error instanceof ApiError ? query.error.requestId : null}
          retry={() => void query.refetch()}
        />
      ) : query.isPending ? (
        <AccountsTableSkeleton />
      ) : accounts.length === 0 ? (
        <EmptyState
          icon={Building2}
          title={filtered ? t.emptyFilteredTitle : t.emptyTitle}
          text={filtered ? t.emptyFilteredText : t.emptyText}
          action={
            <Button
              size="sm"
              onClick={() =>
                filtered ? change({ sort: search.sort }) : void navigate({ to: "/connectors" })
              }
            >
              {filtered ? t.clear : t.emptyAction}
            </Button>
          }
        />
      ) : (
        <>
          <AccountsTable
            accounts={accounts}
            sort={search.sort ?? "last_signal"}
            onSort={(sort) => change({ ...search, sort })}
          />
          {query.hasNextPage && (
            <Button
              variant="default"
              size="sm"
              className={styles.more}
              loading={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              {m.common.loadMore}
            </Button>
          )}
        </>
      )}
    </div>
  );
}
