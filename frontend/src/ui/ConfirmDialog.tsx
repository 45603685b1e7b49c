import { Button, Modal } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import { m } from "@/i18n/messages.en";
import styles from "./ConfirmDialog.module.css";

interface ConfirmDialogProps {
  opened: boolean;
  title: string;
  children: ReactNode;
  confirm: string;
  busy?: boolean;
  danger?: boolean;
  /** `lg` where there is something to read. */
  size?: "md" | "lg";
  onConfirm(): void;
  onClose(): void;
}

/** Asks before something that cannot be taken back. The question stands in the title, the button repeats the verb. */
export function ConfirmDialog({
  opened,
  title,
  children,
  confirm,
  busy,
  danger,
  size,
  onConfirm,
  onClose,
}: ConfirmDialogProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onConfirm();
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      size={size}
      centered
      closeButtonProps={{ "aria-label": m.common.close }}
    >
      <form onSubmit={submit} className={styles.form} noValidate>
        {children}
        <div className={styles.buttons}>
          <Button size="sm" variant="default" onClick={onClose}>
            {m.common.cancel}
          </Button>
          <Button size="sm" type="submit" color={danger ? "red.8" : undefined} loading={busy}>
            {confirm}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
