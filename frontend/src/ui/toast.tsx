import { lazy } from "react";
import { m } from "@/i18n/messages.en";
import { afterPaint } from "./afterPaint";
import { patiently } from "./patiently";
import styles from "./toast.module.css";

/** Long enough to read two lines and reach the button; the keyboard's undo works as long. */
const UNDO_MS = 8_000;
const SHORT_MS = 4_000;

/** The container is part of no first paint, so its code is not either. */
const load = patiently(() => import("@mantine/notifications"));

/** Where toasts appear; mounted once. */
export const Toasts = lazy(
  afterPaint(async () => {
    const { Notifications } = await load();
    return { default: () => <Notifications position="bottom-center" containerWidth={420} limit={3} /> };
  }),
);

let pendingUndo: { id: string; run: () => void } | null = null;

/** Tells that something was done. */
export function toast(message: string) {
  void load().then(({ notifications }) =>
    notifications.show({ message, autoClose: SHORT_MS, withCloseButton: false }),
  );
}

/** Tells that something was done and offers to take it back. Saying it again under the same id replaces the text. */
export function undoToast(id: string, message: string, undo: () => void) {
  const run = () => {
    void load().then(({ notifications }) => notifications.hide(id));
    pendingUndo = null;
    undo();
  };
  const notice = {
    id,
    autoClose: UNDO_MS,
    withCloseButton: false,
    message: (
      <span className={styles.row}>
        <span>{message}</span>
        <button type="button" className={styles.undo} onClick={run}>
          {m.common.undo}
        </button>
      </span>
    ),
    onClose: () => {
      if (pendingUndo?.id === id) pendingUndo = null;
    },
  };
  const isShown = pendingUndo?.id === id;
  void load().then(({ notifications }) =>
    isShown ? notifications.update(notice) : notifications.show(notice),
  );
  pendingUndo = { id, run };
}

/** Takes back what the newest undo toast is about, if it is still shown. */
export function undoLatest() {
  pendingUndo?.run();
}

/** Tells that something failed; stays until it is closed, because what failed may need the reader. */
export function failToast(title: string, message: string, id?: string) {
  void load().then(({ notifications }) => {
    if (id) notifications.hide(id);
    notifications.show({
      title,
      message,
      color: "red",
      autoClose: false,
      closeButtonProps: { "aria-label": m.common.close },
    });
  });
}
