import { Menu, useMantineColorScheme } from "@mantine/core";
import { Keyboard, LogOut, Monitor, Moon, Sun } from "lucide-react";
import { useMe, useSignOut } from "@/api/queries/session";
import { initials } from "@/i18n/format";
import { m } from "@/i18n/messages.en";
import styles from "./AccountMenu.module.css";

const SCHEMES = [
  { value: "auto", icon: Monitor },
  { value: "light", icon: Sun },
  { value: "dark", icon: Moon },
] as const;

export default function AccountMenu({ onHelp }: { onHelp: () => void }) {
  const { user, member } = useMe();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = useSignOut();
  // A full load, so that nothing of the last member's data stays in memory.
  const toLogin = () => location.assign("/login");
  const leave = () => signOut.mutate(undefined, { onSuccess: toLogin, onError: toLogin });

  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <button
          type="button"
          className={styles.avatar}
          data-initials={initials(user.name)}
          aria-label={m.nav.account(user.name)}
        />
      </Menu.Target>
      <Menu.Dropdown>
        <div className={styles.who}>
          <strong>{user.name}</strong>
          <span className="meta">{user.email}</span>
          <span className="meta">{m.common.roles[member.role]}</span>
        </div>
        <Menu.Divider />
        <Menu.Label>{m.nav.theme}</Menu.Label>
        <Menu.RadioGroup
          value={colorScheme}
          onChange={(value) => setColorScheme(value as typeof colorScheme)}
        >
          {SCHEMES.map(({ value, icon: Icon }) => (
            <Menu.RadioItem key={value} value={value} rightSection={<Icon size={16} aria-hidden />}>
              {m.nav.themes[value]}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<Keyboard size={16} aria-hidden />} onClick={onHelp}>
          {m.nav.keyboard}
        </Menu.Item>
        <Menu.Item leftSection={<LogOut size={16} aria-hidden />} onClick={leave}>
          {m.nav.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
