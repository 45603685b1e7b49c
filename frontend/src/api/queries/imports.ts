import { queryOptions } from "@tanstack/react-query";
import { api, body, writeHeaders } from "../client";
import { ApiError } from "../problem";
import type { Import } from "../types";

const RUNNING_POLL_MS = 2_000;

export const importsQuery = queryOptions({
  queryKey: ["imports"],
  queryFn: async ({ signal }) => body(await api.GET("/api/v1/imports", { signal })).items,
  // The stream tells about progress too; asking as well keeps the bar moving when it is interrupted.
  refetchInterval: ({ state }) => (state.data?.some(isRunning) ? RUNNING_POLL_MS : false),
});

export function isRunning(item: Import): boolean {
  return item.state === "queued" || item.state === "running";
}

/** Uploads a Slack export. XMLHttpRequest, because fetch cannot tell how much has been sent. */
export function uploadExport(file: File, onProgress: (percent: number) => void): Promise<Import> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/v1/imports");
    request.responseType = "json";
    request.setRequestHeader("Content-Type", "application/zip");
    request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
    for (const [name, value] of Object.entries(writeHeaders())) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(Math.round((100 * event.loaded) / event.total));
    };
    request.onload = () => {
      if (request.status < 300) resolve(request.response as Import);
      else reject(new ApiError(request.status, request.response ?? {}));
    };
    request.onerror = () => reject(new ApiError(0));
    request.send(file);
  });
}
