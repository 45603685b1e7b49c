import { type UseMutationOptions, useMutation } from "@tanstack/react-query";
import { useCallback } from "react";

/** What is done once the server has answered. */
interface Outcome<Data> {
  onSuccess?(data: Data): void;
  onError?(error: Error): void;
}

/**
 * As `useMutation`, except that every call's outcome is told, always: also when whoever asked has left the page, when
 * the answer took the row away that was pressed, and when the same was asked again before. `useMutation` forgets these.
 */
export function useWrite<Data, Variables = void>(options: UseMutationOptions<Data, Error, Variables>) {
  const mutation = useMutation(options);
  const { mutateAsync } = mutation;
  const mutate = useCallback(
    (variables: Variables, { onSuccess, onError }: Outcome<Data> = {}) =>
      void mutateAsync(variables).then(onSuccess, onError ?? shown),
    [mutateAsync],
  );
  return { ...mutation, mutate };
}

/** Whoever says nothing about failures shows the mutation's `error`. */
function shown() {}
