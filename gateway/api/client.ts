import { request as httpRequest, type IncomingMessage } from "node:http";
import { createInterface } from "node:readline";
import { ConfigurationError, LinkError } from "../../drivers/core/errors.js";
import { API_MESSAGES } from "./messages.js";
import type { ApiReading } from "./reading-json.js";

const ANSWER_MS = 5_000;

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
    const response = await this.#open(path, ANSWER_MS);
    let text = "";
    for await (const chunk of response) text += String(chunk);
    return JSON.parse(text) as unknown;
  }

  /** Live values until the signal is aborted or the gateway ends. */
  async *watch(signal: AbortSignal): AsyncGenerator<readonly ApiReading[]> {
    const response = await this.#open("/v1/watch", ANSWER_MS);
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
        else if (line.startsWith("data: ") && event === "values") {
          yield JSON.parse(line.slice(6)) as ApiReading[];
        }
      }
    } finally {
      signal.removeEventListener("abort", stop);
      response.destroy();
    }
  }

  #open(path: string, deadlineMs: number): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const request = httpRequest({ socketPath: this.#path, path, method: "GET" }, (response) => {
        // A stream may be quiet for long once it runs.
        request.setTimeout(0);
        resolve(response);
      });
      request.setTimeout(deadlineMs, () => {
        request.destroy(new LinkError(API_MESSAGES.no_answer, { seconds: deadlineMs / 1000 }));
      });
      request.on("error", (error) => {
        const code = "code" in error ? error.code : undefined;
        const gone = code === "ENOENT" || code === "ECONNREFUSED";
        const { not_running } = API_MESSAGES;
        reject(gone ? new ConfigurationError(not_running, { file: this.#file }, { cause: error }) : error);
      });
      request.end();
    });
  }
}
