import { request as httpRequest, type IncomingMessage } from "node:http";
import { createInterface } from "node:readline";
import { ConfigurationError, LinkError, RejectedError, type TramError } from "../../drivers/core/errors.js";
import type { Language } from "../../drivers/core/message.js";
import type { ScanReport } from "../core/scan-report.js";
import type { AlarmStatus } from "../core/status.js";
import type { ApiBusHead, ApiFrame, BusEvent } from "./bus-stream.js";
import { API_MESSAGES } from "./messages.js";
import type { ApiReading } from "./reading-json.js";

const ANSWER_MS = 5_000;

export type WatchEvent =
  | { readonly event: "values"; readonly readings: readonly ApiReading[] }
  | { readonly event: "alarms"; readonly alarms: readonly AlarmStatus[] };

/** Talks to the running gateway of one configuration. */
export class ApiClient {
  readonly #path: string;
  readonly #file: string;

  /** `file`: the configuration, for the error that nothing runs. */
  constructor(path: string, file: string) {
    this.#path = path;
    this.#file = file;
  }

  /** The JSON answer to a GET. Throws ConfigurationError when no gateway runs, LinkError when it is silent. */
  async get(path: string): Promise<unknown> {
    return readJson(await this.#open(path, ANSWER_MS));
  }

  /**
   * What became of a POST: the JSON answer. Throws RejectedError where it was refused, ConfigurationError where what
   * was asked for cannot be.
   */
  async post(
    path: string,
    body: unknown,
    { deadlineMs = ANSWER_MS, signal }: { readonly deadlineMs?: number; readonly signal?: AbortSignal } = {},
  ): Promise<unknown> {
    const response = await this.#open(path, deadlineMs, JSON.stringify(body), signal);
    const answer = await readJson(response);
    if (response.statusCode !== 200) throw refusalOf(answer);
    return answer;
  }

  /** The gateway's own counters as OpenMetrics text. */
  async metrics(): Promise<string> {
    return readText(await this.#open("/v1/metrics", ANSWER_MS));
  }

  /** Live values, and what is raised whenever that changes, until the signal is aborted or the gateway ends. */
  async *watch(language: Language, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    for await (const { event, data } of this.#events(`/v1/watch?lang=${language}`, signal)) {
      if (event === "values") yield { event, readings: data as ApiReading[] };
      else if (event === "alarms") yield { event, alarms: data as AlarmStatus[] };
    }
  }

  /**
   * The traffic of a connection until the signal is aborted or the gateway ends. Throws ConfigurationError where
   * there is no such connection.
   */
  async *bus(connection: string, language: Language, signal: AbortSignal): AsyncGenerator<BusEvent> {
    const query = new URLSearchParams({ connection, lang: language });
    for await (const { event, data } of this.#events(`/v1/bus?${query}`, signal)) {
      if (event === "head") yield { event, head: data as ApiBusHead };
      else if (event === "frame") yield { event, frame: data as ApiFrame };
      else if (event === "skipped") yield { event, frames: (data as { frames: number }).frames };
    }
  }

  /**
   * Looks for devices on a connection of the gateway. When the signal is aborted the gateway is told to stop, and what
   * it says last still comes, for a few seconds.
   */
  async *scan(body: unknown, language: Language, signal: AbortSignal): AsyncGenerator<ScanReport> {
    const over = new AbortController();
    const stop = (): void => {
      void this.post("/v1/scan/stop", {}).catch(() => over.abort());
      setTimeout(() => over.abort(), ANSWER_MS).unref();
    };
    signal.addEventListener("abort", stop, { once: true });
    try {
      const path = `/v1/scan?lang=${language}`;
      for await (const { data, event } of this.#events(path, over.signal, JSON.stringify(body))) {
        if (event === "failed") throw new RejectedError(API_MESSAGES.refused, { text: textOf(data) });
        if (event !== "skipped") yield data as ScanReport;
      }
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  async *#events(
    path: string,
    signal: AbortSignal,
    body?: string,
  ): AsyncGenerator<{ event: string; data: unknown }> {
    const response = await this.#open(path, ANSWER_MS, body);
    if (response.statusCode !== 200) throw refusalOf(await readJson(response));
    // A stream may be quiet for long once it runs.
    response.socket.setTimeout(0);
    const lines = createInterface({ input: response });
    // A destroyed input alone would leave the loop below waiting for ever.
    const stop = (): void => {
      lines.close();
      response.destroy();
    };
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    try {
      let event = "";
      for await (const line of lines) {
        if (line.startsWith("event: ")) event = line.slice(7);
        else if (line.startsWith("data: ")) yield { event, data: JSON.parse(line.slice(6)) as unknown };
      }
    } finally {
      signal.removeEventListener("abort", stop);
      response.destroy();
    }
  }

  #open(path: string, deadlineMs: number, body?: string, signal?: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const method = body === undefined ? "GET" : "POST";
      const options = { socketPath: this.#path, path, method };
      const request = httpRequest(signal ? { ...options, signal } : options, resolve);
      request.setTimeout(deadlineMs, () => {
        request.destroy(new LinkError(API_MESSAGES.no_answer, { seconds: deadlineMs / 1000 }));
      });
      request.on("error", (error) => {
        const code = "code" in error ? error.code : undefined;
        const gone = code === "ENOENT" || code === "ECONNREFUSED";
        const { not_running } = API_MESSAGES;
        reject(gone ? new ConfigurationError(not_running, { file: this.#file }, { cause: error }) : error);
      });
      request.end(body);
    });
  }
}

async function readText(response: IncomingMessage): Promise<string> {
  let text = "";
  response.setEncoding("utf8");
  for await (const chunk of response) text += String(chunk);
  return text;
}

async function readJson(response: IncomingMessage): Promise<unknown> {
  return JSON.parse(await readText(response)) as unknown;
}

function textOf(data: unknown): string {
  return typeof data === "object" && data !== null && "text" in data ? String(data.text) : "";
}

/** What a refusal of a stream means for the verb that asked for it. */
function refusalOf(body: unknown): TramError {
  const { class: policy, code, connection, connections, text } = body as Readonly<Record<string, unknown>>;
  if (code === API_MESSAGES.unknown_bus.code && Array.isArray(connections)) {
    const params = { connection: String(connection), connections: connections.join(", ") };
    return new ConfigurationError(API_MESSAGES.unknown_bus, params);
  }
  if (policy === "configuration") {
    return new ConfigurationError(API_MESSAGES.cannot_be, { text: String(text) });
  }
  return new RejectedError(API_MESSAGES.refused, { text: String(text) });
}
