import { Modal } from "@mantine/core";
import { channels as texts } from "@/i18n/en/channels";
import { m } from "@/i18n/messages.en";
import { CopyButton } from "@/ui/CopyButton";
import { useReturnFocus } from "@/ui/returnFocus";
import styles from "./dialogs.module.css";

const t = texts.invite;

/** The words that bring the bot into a channel it cannot join by itself. */
export default function InviteDialog({
  name,
  hint,
  onClose,
}: {
  name: string;
  hint: string | null;
  onClose(): void;
}) {
  useReturnFocus();
  return (
    <Modal opened onClose={onClose} title={t.title(name)} closeButtonProps={{ "aria-label": m.common.close }}>
      <div className={styles.stack}>
        <p>{hint ?? t.text}</p>
        <div className={styles.words}>
          <code>{t.command}</code>
          <CopyButton text={t.command} label={t.copyCommand} done={t.copied} />
        </div>
        <p>{t.ask}</p>
        <div className={styles.words}>
          <span>{t.message(name)}</span>
          <CopyButton text={t.message(name)} label={t.copyMessage} done={t.copied} />
        </div>
      </div>
    </Modal>
  );
}
