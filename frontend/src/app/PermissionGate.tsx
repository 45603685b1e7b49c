import { Link } from "@tanstack/react-router";
import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import { useCan, useMe } from "@/api/queries/session";
import type { Permission } from "@/api/types";
import { m } from "@/i18n/messages.en";
import { EmptyState } from "@/ui/Notice";
import styles from "./pages.module.css";

/** Shows a page only to members who may see it, and tells the others whom to ask. The server decides again on each call. */
export function PermissionGate({ permission, children }: { permission: Permission; children: ReactNode }) {
  const allowed = useCan(permission);
  const { member } = useMe();
  if (allowed) return children;
  return (
    <EmptyState
      heading="h1"
      icon={Lock}
      title={m.common.forbiddenTitle}
      text={m.common.forbiddenText(m.common.roles[member.role])}
      action={
        <Link to="/" className={styles.button}>
          {m.common.toFeed}
        </Link>
      }
    />
  );
}
