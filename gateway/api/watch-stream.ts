import type { ServerResponse } from "node:http";
import type { Language } from "../../drivers/core/message.js";
import type { ReadingBatch } from "../../drivers/core/reading.js";
import type { GatewayHandle } from "../core/gateway-handle.js";
import { EventStream } from "./event-stream.js";
import { apiReadings } from "./reading-json.js";
import { alarmStatus } from "./status-json.js";

export interface WatchParts {
  readonly handle: Pick<GatewayHandle, "alarms" | "live" | "meanings">;
  readonly language: Language;
}

/**
 * Live values as server-sent events: `values` with a list of readings, `alarms` with all that are raised (first, and
 * after each change), `skipped` with how many were left out.
 */
export class WatchStream {
  readonly #stream: EventStream;
  readonly #leave: () => void;

  constructor(response: ServerResponse, { handle, language }: WatchParts, onEnd: () => void) {
    const { alarms, live, meanings } = handle;
    const stream = new EventStream(response, "batches", () => {
      leave();
      onEnd();
    });
    const sendAlarms = (): void =>
      stream.send("alarms", () => alarmStatus(alarms.active(), language, meanings));
    const send = (batch: ReadingBatch): void =>
      stream.send("values", () => apiReadings(batch, meanings, language));
    sendAlarms();
    for (const batch of live.batches()) send(batch);
    const leaves = [live.subscribe(send), alarms.subscribe(sendAlarms)];
    const leave = (): void => {
      for (const end of leaves) end();
    };
    this.#stream = stream;
    this.#leave = leave;
  }

  end(): void {
    this.#leave();
    this.#stream.end();
  }
}
