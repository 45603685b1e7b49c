import {
  ChartNoAxesColumn,
  CircleDollarSign,
  LogOut,
  type LucideIcon,
  TrendingUp,
  TriangleAlert,
  Users,
} from "lucide-react";
import { m } from "@/i18n/messages.en";
import styles from "./category.module.css";

export type Kind = keyof typeof m.signals.kinds;

/** Each kind has its own icon besides its colour and its word: colour alone says nothing to many people. */
const ICONS: Record<Kind, LucideIcon> = {
  expansion: TrendingUp,
  risk: TriangleAlert,
  buying_intent: CircleDollarSign,
  usage: ChartNoAxesColumn,
  relationship: Users,
  churn: LogOut,
};

export function KindBadge({ kind }: { kind: Kind }) {
  const Icon = ICONS[kind];
  return (
    <span className={styles.badge} data-kind={kind}>
      <Icon size={14} aria-hidden />
      {m.signals.kinds[kind]}
    </span>
  );
}

export function KindIcon({ kind, size = 14 }: { kind: Kind; size?: number }) {
  const Icon = ICONS[kind];
  return (
    <span className={styles.icon} data-kind={kind}>
      <Icon size={size} aria-hidden />
    </span>
  );
}
