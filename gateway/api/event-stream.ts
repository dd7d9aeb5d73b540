import type { ServerResponse } from "node:http";

/** Bytes that may wait for a slow client; beyond it events are skipped, counted and told. */
const MOST_WAITING = 1_000_000;

/** Server-sent events to one client that may be slow, and then holds nobody up. */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #counted: string;
  #skipped = 0;
  #ended = false;

  /** `counted`: what `skipped` events count, as the name of their field. `onEnd` is called once, when the client is gone. */
  constructor(response: ServerResponse, counted: string, onEnd: () => void) {
    this.#response = response;
    this.#counted = counted;
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.flushHeaders();
    response.on("drain", () => this.#tellSkipped());
    response.on("error", () => {});
    response.on("close", () => {
      this.#ended = true;
      onEnd();
    });
  }

  /** `data` is asked for only when there is room. */
  send(event: string, data: () => unknown): void {
    if (this.#ended) return;
    if (this.#response.writableLength > MOST_WAITING) {
      this.#skipped++;
      return;
    }
    this.#tellSkipped();
    this.#write(event, data());
  }

  end(): void {
    if (this.#ended) return;
    this.#tellSkipped();
    this.#ended = true;
    this.#response.end();
  }

  #tellSkipped(): void {
    if (this.#skipped === 0 || this.#ended) return;
    this.#write("skipped", { [this.#counted]: this.#skipped });
    this.#skipped = 0;
  }

  #write(event: string, data: unknown): void {
    this.#response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }
}
