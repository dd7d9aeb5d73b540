import type { IncomingMessage, ServerResponse } from "node:http";
import { asError, TramError } from "../../drivers/core/errors.js";
import { type Language, render, type Said, say } from "../../drivers/core/message.js";
import type { ScanEvent } from "../../drivers/core/prober.js";
import type { GatewayHandle } from "../core/gateway-handle.js";
import { scanReport } from "../core/scan-report.js";
import { readBody } from "./device-state.js";
import { EventStream } from "./event-stream.js";
import { API_MESSAGES } from "./messages.js";
import { parseScanRequest } from "./scan-request.js";

export type Refuse = (status: number, said: Said) => void;

/** `POST /v1/scan` and `/v1/scan/stop`: one scan at a time, since each costs the polls something. */
export class ScanDesk {
  readonly #handle: GatewayHandle;
  #running: AbortController | undefined;

  constructor(handle: GatewayHandle) {
    this.#handle = handle;
  }

  /** What is under way ends with a summary soon. */
  stop(): void {
    this.#running?.abort();
  }

  async scan(
    request: IncomingMessage,
    response: ServerResponse,
    language: Language,
    refuse: Refuse,
  ): Promise<void> {
    const text = await readBody(request);
    const wanted = text === undefined ? undefined : parseScanRequest(text);
    if (!wanted) {
      refuse(400, say(API_MESSAGES.bad_scan));
      return;
    }
    if (this.#running) {
      refuse(503, say(API_MESSAGES.scan_runs));
      return;
    }
    const abort = new AbortController();
    const { connection, wish } = wanted;
    const events = this.#handle.scan(connection, wish, abort.signal);
    if (!events) {
      const connections = this.#handle.buses().map((bus) => bus.connection);
      refuse(404, say(API_MESSAGES.unknown_bus, { connection, connections: connections.join(", ") }));
      return;
    }
    this.#running = abort;
    const stream = new EventStream(response, "steps", () => abort.abort());
    try {
      await tell(events, stream, language);
    } finally {
      this.#running = undefined;
      stream.end();
    }
  }
}

async function tell(
  events: AsyncGenerator<ScanEvent, void>,
  stream: EventStream,
  language: Language,
): Promise<void> {
  try {
    for await (const event of events) {
      const report = scanReport(event, language);
      stream.send(report.event, () => report);
    }
  } catch (error) {
    const failure = asError(error);
    const said =
      failure instanceof TramError
        ? failure.said
        : say(API_MESSAGES.scan_failed, { problem: failure.message });
    stream.send("failed", () => ({ code: said.message.code, text: render(said, language) }));
  }
}
