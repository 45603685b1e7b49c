import { useQueryClient } from "@tanstack/react-query";
import { createContext, lazy, type ReactNode, Suspense, use, useRef, useState } from "react";
import { ApiError, explain } from "@/api/problem";
import { useCan, useMe } from "@/api/queries/session";
import { patchSignal, removeSignal } from "@/api/queries/signalCache";
import { actOnSignal, type SignalListQuery, signalQuery } from "@/api/queries/signals";
import type { NamedRef, Signal, SignalAction, SignalDetail } from "@/api/types";
import { triage as texts } from "@/i18n/en/triage";
import { shortDate } from "@/i18n/format";
import { patiently } from "@/ui/patiently";
import { failToast, toast, undoToast } from "@/ui/toast";
import { keepsStatus } from "./filters";
import { summary } from "./model";
import { foresee, isOptimistic, nameOf } from "./triage";

const TriageDialog = lazy(patiently(() => import("./TriageDialog")));

export type Question = "snooze" | "dismiss" | "assign";

interface Triage {
  allowed: boolean;
  /** Signals whose CRM task is being asked for: never foreseen, so the card says "Creating…". */
  creating: ReadonlySet<string>;
  run(signal: Signal, action: SignalAction, named?: NamedRef): Promise<boolean>;
  ask(question: Question, signal: Signal): void;
}

const Context = createContext<Triage | null>(null);

export function useTriage(): Triage {
  const triage = use(Context);
  if (!triage) throw new Error("useTriage needs a TriageProvider above it");
  return triage;
}

interface TriageProviderProps {
  children: ReactNode;
  /** Before a row leaves the list: the moment to choose where the focus goes. */
  onLeave?(id: string): void;
  /** After a row came back, by undo or because the server refused. */
  onReturn?(id: string): void;
}

export function TriageProvider({ children, onLeave, onReturn }: TriageProviderProps) {
  const client = useQueryClient();
  const me = useMe();
  const [creating, setCreating] = useState<ReadonlySet<string>>(new Set());
  const [question, setQuestion] = useState<{ kind: Question; signal: Signal } | null>(null);
  const inFlight = useRef(new Map<string, Promise<unknown>>());
  const allowed = useCan("signals:act");

  const accept = (detail: SignalDetail) => {
    client.setQueryData(signalQuery(detail.id).queryKey, detail);
    patchSignal(client, detail.id, () => summary(detail));
  };
  const refreshCounts = () => {
    void client.invalidateQueries({ queryKey: ["signals", "counts"] });
    void client.invalidateQueries({ queryKey: ["accounts"], refetchType: "none" });
  };

  /** Actions on one signal are sent one after the other, so that an undo never overtakes what it undoes. */
  const send = (id: string, action: SignalAction): Promise<SignalDetail> => {
    const before = inFlight.current.get(id) ?? Promise.resolve();
    const answer = before.catch(() => {}).then(() => actOnSignal(id, action));
    inFlight.current.set(id, answer);
    return answer.finally(() => {
      if (inFlight.current.get(id) === answer) inFlight.current.delete(id);
      refreshCounts();
    });
  };

  const runForeseen = async (signal: Signal, action: SignalAction, named?: NamedRef) => {
    const { id } = signal;
    const expected = foresee(signal, action, me, named);
    const leave = () => {
      if (expected.status !== signal.status) onLeave?.(id);
      return removeSignal(client, id, (key) => !keepsStatus(key[2] as SignalListQuery, expected.status));
    };
    let putBack = leave();
    patchSignal(client, id, () => expected);

    const undo = async () => {
      putBack(signal);
      patchSignal(client, id, () => signal);
      onReturn?.(id);
      try {
        accept(await send(id, { action: "undo" }));
      } catch (error) {
        putBack = leave();
        patchSignal(client, id, () => expected);
        const conflict = error instanceof ApiError && error.status === 409;
        failToast(title(signal, "undo"), conflict ? texts.undoConflict : explain(error));
      }
    };
    const toastId = `signal-${id}`;
    const done = doneText(signal, action, named);
    undoToast(toastId, done, undo);
    try {
      const detail = await send(id, action);
      accept(detail);
      const task = action.action === "handle" && texts.withTask[detail.delivery_state];
      if (task && detail.status === expected.status) undoToast(toastId, `${done} ${task}`, undo);
      return true;
    } catch (error) {
      patchSignal(client, id, () => signal);
      putBack(signal);
      onReturn?.(id);
      failToast(title(signal, action.action), `${explain(error)} ${texts.failedBack}`, toastId);
      return false;
    }
  };

  const runAnswered = async (signal: Signal, action: SignalAction, named?: NamedRef) => {
    const isTask = action.action === "create_task";
    if (isTask) setCreating((ids) => new Set(ids).add(signal.id));
    try {
      const detail = await send(signal.id, action);
      accept(detail);
      toast(
        isTask
          ? `${nameOf(signal)}: ${texts.done.create_task[detail.delivery_state]}`
          : doneText(signal, action, named),
      );
      return true;
    } catch (error) {
      failToast(title(signal, action.action), explain(error));
      return false;
    } finally {
      if (isTask) setCreating((ids) => new Set([...ids].filter((id) => id !== signal.id)));
    }
  };

  const triage: Triage = {
    allowed,
    creating,
    run: (signal, action, named) =>
      isOptimistic(action.action) ? runForeseen(signal, action, named) : runAnswered(signal, action, named),
    ask: (kind, signal) => setQuestion({ kind, signal }),
  };
  return (
    <Context value={triage}>
      {children}
      <Suspense fallback={null}>
        {question && (
          <TriageDialog question={question.kind} signal={question.signal} onClose={() => setQuestion(null)} />
        )}
      </Suspense>
    </Context>
  );
}

function doneText(signal: Signal, { action, until }: SignalAction, named?: NamedRef): string {
  const done = texts.done;
  const text = () => {
    if (action === "snooze") return done.snooze(shortDate(until ?? "", Date.now()));
    if (action === "assign") return done.assign(named?.name ?? "");
    if (action === "map_account") return done.map_account(named?.name ?? "");
    return action === "create_task" ? "" : done[action];
  };
  return `${nameOf(signal)}: ${text()}`;
}

function title(signal: Signal, action: SignalAction["action"]): string {
  return texts.failedTitle(nameOf(signal), texts.failed[action]);
}
