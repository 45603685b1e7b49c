import { EventParser } from "./sse";

/** What the server tells about a change; which fields are there depends on the type. */
export interface LiveEvent {
  type:
    | "signal.created"
    | "signal.updated"
    | "connection.updated"
    | "import.updated"
    | "dead_letters.changed"
    /** The server cannot say what was missed: ask for everything again. */
    | "reset"
    /** No stream at the moment: time to look for news by asking. */
    | "poll";
  signal_id?: string;
  kind?: string;
  account_id?: string | null;
  import_id?: string;
}

export type StreamStatus = "connecting" | "live" | "polling" | "offline";

/** Everything the stream needs from its surroundings, so that a test can play the network and the clock. */
export interface StreamPorts {
  open(lastEventId: string | null, signal: AbortSignal): Promise<Response>;
  after(milliseconds: number, run: () => void): () => void;
  onEvent(event: LiveEvent): void;
  onStatus(status: StreamStatus): void;
}

/** The server sends a heartbeat each 15 s; after this long without a byte the connection is taken for dead. */
const SILENCE_MS = 40_000;
const POLL_MS = 15_000;
const LONGEST_WAIT_MS = 30_000;
/** A short interruption is not worth a word; from this many failures on the page says so and polls. */
const FAILURES_BEFORE_POLLING = 2;

/** Keeps one event stream open: resumes after the last seen id, waits longer after each failure, polls meanwhile. */
export class LiveStream {
  private readonly ports: StreamPorts;
  private lastEventId: string | null = null;
  private failures = 0;
  private running: AbortController | null = null;
  private cancelTimers: (() => void)[] = [];

  constructor(ports: StreamPorts) {
    this.ports = ports;
  }

  start() {
    if (this.running) return;
    this.running = new AbortController();
    if (this.failures === 0) this.ports.onStatus("connecting");
    void this.connect(this.running);
  }

  /** Closes the connection and remembers where it was; `start` goes on from there. */
  stop() {
    this.running?.abort();
    this.running = null;
    this.clearTimers();
  }

  offline() {
    this.stop();
    this.ports.onStatus("offline");
  }

  private async connect(run: AbortController) {
    try {
      const response = await this.ports.open(this.lastEventId, run.signal);
      if (!response.ok || !response.body) throw new Error(`the stream answered ${response.status}`);
      this.clearTimers();
      this.failures = 0;
      this.ports.onStatus("live");
      await this.read(response.body, run);
    } catch {
      // Whatever ended it, the answer is the same: connect again.
    }
    if (this.running === run) this.reconnect();
  }

  private async read(stream: ReadableStream<Uint8Array>, run: AbortController) {
    const reader = stream.getReader();
    const parser = new EventParser();
    const decoder = new TextDecoder();
    let cancelWatch = () => {};
    try {
      for (;;) {
        cancelWatch = this.ports.after(SILENCE_MS, () => void reader.cancel().catch(() => {}));
        const { done, value } = await reader.read();
        cancelWatch();
        if (done || run.signal.aborted) return;
        for (const event of parser.push(decoder.decode(value, { stream: true }))) {
          if (event.id) this.lastEventId = event.id;
          this.ports.onEvent({ ...fields(event.data), type: event.type as LiveEvent["type"] });
        }
      }
    } finally {
      cancelWatch();
    }
  }

  private reconnect() {
    this.running = null;
    this.failures += 1;
    const wait = Math.min(LONGEST_WAIT_MS, 500 * 2 ** (this.failures - 1));
    if (this.failures === FAILURES_BEFORE_POLLING) {
      this.ports.onStatus("polling");
      this.poll();
    }
    this.cancelTimers.push(this.ports.after(wait, () => this.start()));
  }

  private poll() {
    this.ports.onEvent({ type: "poll" });
    this.cancelTimers.push(this.ports.after(POLL_MS, () => this.poll()));
  }

  private clearTimers() {
    for (const cancel of this.cancelTimers) cancel();
    this.cancelTimers = [];
  }
}

function fields(data: string): Partial<LiveEvent> {
  try {
    const parsed: unknown = JSON.parse(data);
    return typeof parsed === "object" && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}
