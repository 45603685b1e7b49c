import type { LinkProps } from "@tanstack/react-router";
import {
  ArrowLeftRight,
  Bell,
  Building2,
  Cable,
  Hash,
  Inbox,
  type LucideIcon,
  MailX,
  Send,
  UserRound,
} from "lucide-react";
import { useMe } from "@/api/queries/session";
import type { Permission } from "@/api/types";
import { m } from "@/i18n/messages.en";

export interface Place {
  to: NonNullable<LinkProps["to"]>;
  label: string;
  icon: LucideIcon;
  permission: Permission;
  /** A narrow window has room for a few tabs; what is not one of them is behind "More". */
  tab?: { label: string };
  exact?: boolean;
}

/** Every page that the navigation and the palette lead to, in the order in which both show them. */
const PLACES: Place[] = [
  {
    to: "/",
    label: m.nav.feed,
    icon: Inbox,
    permission: "signals:read",
    tab: { label: m.nav.feed },
    exact: true,
  },
  {
    to: "/mine",
    label: m.nav.mine,
    icon: UserRound,
    permission: "signals:read",
    tab: { label: m.nav.mineShort },
  },
  {
    to: "/accounts",
    label: m.nav.accounts,
    icon: Building2,
    permission: "accounts:read",
    tab: { label: m.nav.accounts },
  },
  { to: "/channels", label: m.nav.channels, icon: Hash, permission: "channels:read" },
  { to: "/connectors", label: m.nav.connections, icon: Cable, permission: "connections:read" },
  { to: "/deliveries", label: m.nav.deliveries, icon: Send, permission: "deliveries:read" },
  { to: "/dead-letters", label: m.nav.deadLetters, icon: MailX, permission: "dead_letters:read" },
  { to: "/settings/fields", label: m.nav.fields, icon: ArrowLeftRight, permission: "field_mappings:read" },
  {
    to: "/settings/notifications",
    label: m.nav.notifications,
    icon: Bell,
    permission: "notifications:read",
  },
];

/** The pages that whoever is signed in may open. */
export function usePlaces(): Place[] {
  const permissions: Permission[] = useMe().permissions;
  return PLACES.filter(({ permission }) => permissions.includes(permission));
}
