import { Button } from "@mantine/core";
import { MapPinOff } from "lucide-react";
import { m } from "@/i18n/messages.en";
import { EmptyState } from "@/ui/Notice";

export function NotFoundPage() {
  return (
    <main>
      <EmptyState
        icon={MapPinOff}
        title={m.common.notFoundTitle}
        text={m.common.notFoundText}
        action={
          <Button component="a" href="/" size="sm">
            {m.common.toFeed}
          </Button>
        }
      />
    </main>
  );
}
