import { Button } from "@mantine/core";
import { Copy } from "lucide-react";
import { toast } from "./toast";

/** Browsers give the clipboard only to secure pages. */
const canCopy = typeof navigator !== "undefined" && navigator.clipboard !== undefined;

/** Puts a text on the clipboard and says so. Whoever has no clipboard still sees the text beside it. */
export function CopyButton({ text, label, done }: { text: string; label: string; done: string }) {
  if (!canCopy) return null;
  return (
    <Button
      variant="default"
      leftSection={<Copy size={14} aria-hidden />}
      onClick={() => void navigator.clipboard.writeText(text).then(() => toast(done))}
    >
      {label}
    </Button>
  );
}
