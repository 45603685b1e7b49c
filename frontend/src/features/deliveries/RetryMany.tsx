import { Button, NativeSelect } from "@mantine/core";
import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { explain } from "@/api/problem";
import { useRetryDeliveries } from "@/api/queries/deliveries";
import type { Delivery } from "@/api/types";
import { deliveries as t } from "@/i18n/en/deliveries";
import { ConfirmDialog } from "@/ui/ConfirmDialog";
import { systemName } from "@/ui/crm";
import { failToast, toast } from "@/ui/toast";
import { canRetry, errorCodes } from "./model";

/** Tries again what was refused: all of it, or what the filter and an error of the CRM narrow it to. */
export function RetryMany({ records, system }: { records: Delivery[]; system: string | null }) {
  const [asking, setAsking] = useState(false);
  const [code, setCode] = useState("");
  const retry = useRetryDeliveries();
  const codes = errorCodes(records);
  if (!records.some(canRetry)) return null;
  const confirm = () =>
    retry.mutate(
      { state: "dead_letter", ...(system ? { system } : {}), ...(code ? { error_code: code } : {}) },
      {
        onSuccess: (retried) => {
          setAsking(false);
          setCode("");
          toast(t.retriedMany(retried));
        },
        onError: (error) => failToast(t.retryFailed, explain(error)),
      },
    );
  return (
    <>
      <Button
        size="sm"
        variant="default"
        leftSection={<RotateCcw size={16} aria-hidden />}
        onClick={() => setAsking(true)}
      >
        {t.retryMany}
      </Button>
      <ConfirmDialog
        opened={asking}
        title={t.retryTitle}
        confirm={t.retry}
        busy={retry.isPending}
        onConfirm={confirm}
        onClose={() => setAsking(false)}
      >
        <p>{t.retryText}</p>
        {system && <p>{t.retrySystem(systemName(system))}</p>}
        {codes.length > 0 && (
          <NativeSelect
            label={t.retryOnly}
            value={code}
            data={[
              { value: "", label: t.retryAny },
              ...codes.map(({ code: value, count }) => ({ value, label: t.retryShown(value, count) })),
            ]}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
        )}
      </ConfirmDialog>
    </>
  );
}
