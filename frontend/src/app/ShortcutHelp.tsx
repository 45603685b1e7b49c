import { Kbd, Modal, Switch } from "@mantine/core";
import { Fragment } from "react";
import { useMe, useUpdateMe } from "@/api/queries/session";
import { shortcuts as t } from "@/i18n/en/shortcuts";
import { m } from "@/i18n/messages.en";
import { useReturnFocus } from "@/ui/returnFocus";
import styles from "./ShortcutHelp.module.css";

const GROUPS: { title: string; rows: [keys: string[], what: string][] }[] = [
  {
    title: t.groups.move,
    rows: [
      [["j"], t.next],
      [["k"], t.previous],
      [["o"], t.open],
      [["/"], t.filter],
      [["n"], t.showNew],
    ],
  },
  {
    title: t.groups.act,
    rows: [
      [["e"], t.handle],
      [["s"], t.snooze],
      [["x"], t.dismiss],
      [["a"], t.assign],
      [["c"], t.createTask],
      [["z"], t.undo],
    ],
  },
  {
    title: t.groups.go,
    rows: [
      [["g", "f"], m.nav.feed],
      [["g", "m"], m.nav.mine],
      [["g", "a"], m.nav.accounts],
      [["g", "c"], m.nav.connections],
      [["g", "d"], m.nav.deadLetters],
    ],
  },
  {
    title: t.groups.other,
    rows: [
      [["Ctrl", "K"], t.palette],
      [["?"], t.help],
    ],
  },
];

export default function ShortcutHelp({ onClose }: { onClose: () => void }) {
  useReturnFocus();
  const { preferences } = useMe();
  const update = useUpdateMe();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t.title}
      size="lg"
      closeButtonProps={{ "aria-label": m.common.close }}
    >
      <Switch
        label={t.enabled}
        description={t.enabledHint}
        checked={update.isPending ? update.variables.keyboard_shortcuts : preferences.keyboard_shortcuts}
        onChange={(event) => update.mutate({ keyboard_shortcuts: event.currentTarget.checked })}
        error={update.isError ? t.saveFailed : undefined}
      />
      <p className={`meta ${styles.intro}`}>{t.intro}</p>
      <div className={styles.groups}>
        {GROUPS.map(({ title, rows }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl className={styles.list}>
              {rows.map(([keys, what]) => (
                <Fragment key={what}>
                  <dt>
                    {keys.map((key) => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </dt>
                  <dd>{what}</dd>
                </Fragment>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
