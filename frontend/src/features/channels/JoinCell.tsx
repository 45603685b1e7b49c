import { Button } from "@mantine/core";
import { Archive, CircleCheck, Clock, type LucideIcon } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { ApiError, explain } from "@/api/problem";
import { useJoinChannel } from "@/api/queries/channels";
import type { Channel } from "@/api/types";
import { channels as t } from "@/i18n/en/channels";
import { patiently } from "@/ui/patiently";
import { StatusWord, type Tone } from "@/ui/StatusWord";
import { failToast, toast } from "@/ui/toast";

const InviteDialog = lazy(patiently(() => import("./InviteDialog")));

const SETTLED: Record<"member" | "joining" | "archived", { icon: LucideIcon; tone: Tone }> = {
  member: { icon: CircleCheck, tone: "good" },
  joining: { icon: Clock, tone: "plain" },
  archived: { icon: Archive, tone: "plain" },
};

/** Whether the bot reads along; if not, what brings it in. */
export function JoinCell({ channel, mayWrite }: { channel: Channel; mayWrite: boolean }) {
  const [inviting, setInviting] = useState(false);
  const [hint, setHint] = useState<string | null>(null);
  const join = useJoinChannel();
  const { name, join_state: state } = channel;
  if (state === "member" || state === "joining" || state === "archived") {
    return <StatusWord {...SETTLED[state]}>{t.states[state]}</StatusWord>;
  }
  const run = () =>
    join.mutate(channel.id, {
      onSuccess: () => toast(t.joined(name)),
      onError: (error) => {
        // Slack may refuse what it offered: then only an invitation helps, and the answer says so.
        if (error instanceof ApiError && error.code === "needs_invite") {
          setHint(error.message);
          setInviting(true);
        } else failToast(t.joinFailed(name), explain(error));
      },
    });
  return (
    <>
      {state === "can_join" && mayWrite ? (
        <Button variant="default" loading={join.isPending} aria-label={t.joinThis(name)} onClick={run}>
          {t.join}
        </Button>
      ) : (
        <Button variant="default" aria-label={t.invite.buttonFor(name)} onClick={() => setInviting(true)}>
          {t.invite.button}
        </Button>
      )}
      <Suspense fallback={null}>
        {inviting && <InviteDialog name={name} hint={hint} onClose={() => setInviting(false)} />}
      </Suspense>
    </>
  );
}
