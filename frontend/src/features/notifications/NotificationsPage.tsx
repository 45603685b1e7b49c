import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { membersQuery } from "@/api/queries/members";
import { useCan, useMe } from "@/api/queries/session";
import { notifications as t } from "@/i18n/en/notifications";
import { PageTabs, tab } from "@/ui/PageTabs";
import { CompanyRules } from "./CompanyRules";
import type { NotificationSearch } from "./filters";
import styles from "./NotificationsPage.module.css";
import { PreferencesView } from "./PreferencesView";
import { SentList } from "./SentList";

/** What somebody is told, when and where; what was sent; and for admins the company's rules. */
export default function NotificationsPage({ search }: { search: NotificationSearch }) {
  const isAdmin = useCan("notifications:admin");
  const { member } = useMe();
  const other = isAdmin && search.member && search.member !== member.id ? search.member : null;
  const view = search.view === "rules" && !isAdmin ? undefined : search.view;
  const keep = { member: search.member };
  const path = "/settings/notifications";
  const only = { exact: true, includeSearch: true };

  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <h1>{t.title}</h1>
        <div className={styles.aside}>
          {isAdmin && view !== "rules" && <MemberSelect search={search} />}
          <a href="/guides/notifications" target="_blank" rel="noreferrer">
            {t.guide}
          </a>
        </div>
      </header>
      <PageTabs label={t.tabs.label}>
        <Link to={path} search={{ ...keep, view: undefined }} className={tab} activeOptions={only}>
          {t.tabs.preferences}
        </Link>
        <Link to={path} search={{ ...keep, view: "sent" }} className={tab} activeOptions={only}>
          {t.tabs.sent}
        </Link>
        {isAdmin && (
          <Link to={path} search={{ ...keep, view: "rules" }} className={tab} activeOptions={only}>
            {t.tabs.rules}
          </Link>
        )}
      </PageTabs>
      {view === "rules" ? (
        <CompanyRules />
      ) : view === "sent" ? (
        <SentList memberId={other} />
      ) : (
        <PreferencesView key={other ?? ""} memberId={other} />
      )}
    </div>
  );
}

function MemberSelect({ search }: { search: NotificationSearch }) {
  const navigate = useNavigate();
  const { member, user } = useMe();
  const members = useQuery({ ...membersQuery, enabled: useCan("members:read") });
  const others = (members.data ?? []).filter(({ id }) => id !== member.id);
  if (others.length === 0) return null;
  return (
    <NativeSelect
      aria-label={t.whose}
      value={search.member ?? ""}
      data={[
        { value: "", label: t.mine(user.name) },
        ...others.map(({ id, name }) => ({ value: id, label: name })),
      ]}
      onChange={(event) =>
        void navigate({
          to: "/settings/notifications",
          search: { ...search, member: event.currentTarget.value || undefined },
        })
      }
    />
  );
}
