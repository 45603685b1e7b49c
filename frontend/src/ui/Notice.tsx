import { Inbox, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import styles from "./Notice.module.css";

interface NoticeProps {
  title: string;
  text: ReactNode;
  icon?: LucideIcon;
  /** The one thing to do next: a button or a link. */
  action?: ReactNode;
  role?: "alert" | "status";
  /** The heading's level: the first where the notice is the whole page. */
  heading?: "h1" | "h2";
}

/** Says why there is nothing here, and offers one thing to do about it. */
export function EmptyState({
  icon: Icon = Inbox,
  title,
  text,
  action,
  role = "status",
  heading: Heading = "h2",
}: NoticeProps) {
  return (
    <div className={styles.notice} role={role}>
      <Icon size={28} aria-hidden className={styles.icon} />
      <Heading className={styles.title}>{title}</Heading>
      <div className={styles.text}>{text}</div>
      {action}
    </div>
  );
}
