import { explain } from "@/api/problem";
import { useMapChannels } from "@/api/queries/channels";
import { channels as t } from "@/i18n/en/channels";
import { failToast, toast, undoToast } from "@/ui/toast";
import { doneText, type MappingChange, refusedOf, undoOf, wishesOf } from "./model";

const UNDO = "channel-mapping";

/** Says whose channels are, tells what that did, and offers to take it back. Answers whether all of it was taken. */
export function useMapping() {
  const map = useMapChannels();
  const run = async (changes: MappingChange[], onUndo?: () => void): Promise<boolean> => {
    try {
      const answer = await map.mutateAsync(wishesOf(changes));
      const refused = refusedOf(changes, answer.errors);
      if (refused.size > 0) {
        failToast(t.mapFailed(refused.size), answer.errors.map(({ message }) => message).join(" "));
      }
      const back = undoOf(changes, refused);
      if (back.length > 0) {
        undoToast(UNDO, doneText(changes, refused, answer.signals_released), () => {
          void map.mutateAsync(wishesOf(back)).then(
            () => {
              onUndo?.();
              toast(answer.signals_released > 0 ? t.undoneKept : t.undone);
            },
            (error) => failToast(t.mapFailed(back.length), explain(error)),
          );
        });
      }
      return refused.size === 0;
    } catch (error) {
      failToast(t.mapFailed(changes.length), explain(error));
      return false;
    }
  };
  return { run, isPending: map.isPending };
}
