/** One event of a `text/event-stream`. */
export interface StreamEvent {
  id: string | null;
  type: string;
  data: string;
}

/** Splits a text stream into events as the HTML standard describes; feed it chunks as they come. */
export class EventParser {
  private rest = "";
  private id: string | null = null;
  private type = "";
  private data: string[] = [];

  /** Events completed by this chunk. Comments (heartbeats) complete none. */
  push(chunk: string): StreamEvent[] {
    const events: StreamEvent[] = [];
    const lines = (this.rest + chunk).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") {
        if (this.data.length > 0 || this.type !== "") {
          events.push({ id: this.id, type: this.type || "message", data: this.data.join("\n") });
        }
        this.type = "";
        this.data = [];
      } else {
        this.field(line);
      }
    }
    return events;
  }

  private field(line: string) {
    if (line.startsWith(":")) return;
    const colon = line.indexOf(":");
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "id" && !value.includes("\0")) this.id = value;
    else if (name === "event") this.type = value;
    else if (name === "data") this.data.push(value);
  }
}
