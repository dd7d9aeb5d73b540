import type { ServerResponse } from "node:http";
import type { ReadingBatch } from "../../drivers/core/reading.js";
import type { LiveValues } from "../core/live-values.js";
import { EventStream } from "./event-stream.js";
import { apiReadings } from "./reading-json.js";

/** Live values as server-sent events: `values` with a list of readings, `skipped` with how many were left out. */
export class WatchStream {
  readonly #stream: EventStream;
  readonly #leave: () => void;

  constructor(response: ServerResponse, live: LiveValues, onEnd: () => void) {
    const stream = new EventStream(response, "batches", () => {
      leave();
      onEnd();
    });
    const send = (batch: ReadingBatch): void => stream.send("values", () => apiReadings(batch));
    for (const batch of live.batches()) send(batch);
    const leave = live.subscribe(send);
    this.#stream = stream;
    this.#leave = leave;
  }

  end(): void {
    this.#leave();
    this.#stream.end();
  }
}
