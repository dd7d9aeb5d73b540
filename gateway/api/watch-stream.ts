import type { ServerResponse } from "node:http";
import type { ReadingBatch } from "../../drivers/core/reading.js";
import type { LiveValues } from "../core/live-values.js";
import { apiReadings } from "./reading-json.js";

/** Bytes that may wait for a slow client; beyond it batches are skipped, counted and told. */
const MOST_WAITING = 1_000_000;

/** Live values as server-sent events: `values` with a list of readings, `skipped` with how many were left out. */
export class WatchStream {
  readonly #response: ServerResponse;
  readonly #leave: () => void;
  #skipped = 0;

  constructor(response: ServerResponse, live: LiveValues, onEnd: () => void) {
    this.#response = response;
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    for (const batch of live.batches()) this.#send(batch);
    const leave = live.subscribe((batch) => this.#send(batch));
    this.#leave = leave;
    response.on("close", () => {
      leave();
      onEnd();
    });
    response.on("error", () => {});
  }

  end(): void {
    this.#leave();
    this.#response.end();
  }

  #send(batch: ReadingBatch): void {
    if (this.#response.writableLength > MOST_WAITING) {
      this.#skipped++;
      return;
    }
    if (this.#skipped > 0) {
      this.#response.write(`event: skipped\ndata: {"batches":${this.#skipped}}\n\n`);
      this.#skipped = 0;
    }
    this.#response.write(`event: values\ndata: ${JSON.stringify(apiReadings(batch))}\n\n`);
  }
}
