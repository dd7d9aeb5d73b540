import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { type Language, render } from "../../drivers/core/message.js";
import type { OrderDesk } from "../configured/control-port.js";
import { PAGE_MESSAGES as M } from "./messages.js";
import { pageWords } from "./page-words.js";
import type { SceneJson } from "./world-json.js";

export interface PageOptions {
  /** 0: any free one. Always of loopback: whoever reaches it may do everything to the simulation. */
  readonly port: number;
  readonly language: Language;
  /** The file of the page itself. */
  readonly html: string;
  readonly scene: () => SceneJson;
  readonly desk: OrderDesk;
}

const MOST_BYTES = 4096;
const REQUEST_MS = 5000;
const MOST_SOCKETS = 32;
const HEADERS = {
  "cache-control": "no-store",
  // Nothing from elsewhere, and nobody shows it inside another page.
  "content-security-policy":
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
} as const;

/**
 * A page of this machine and its API: `GET /v1/scene` shows the world and the devices, `POST /v1/order` with
 * `{"line": "drop 20 % of meter for 60 s"}` carries an order out and answers with what was said.
 */
export class PageServer {
  readonly #options: PageOptions;
  readonly #server: Server;
  #port = 0;

  constructor(options: PageOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
    this.#server.maxConnections = MOST_SOCKETS;
    this.#server.requestTimeout = REQUEST_MS;
    this.#server.headersTimeout = REQUEST_MS;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  /** Rejects with ConfigurationError where the port is taken. */
  async start(): Promise<void> {
    const { port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, "127.0.0.1", resolve);
    }).catch((error: NodeJS.ErrnoException) => {
      const problem = error.code ?? error.message;
      throw new ConfigurationError(M.port_taken, { port, problem }, { cause: error });
    });
    const address = this.#server.address();
    if (typeof address === "object" && address) this.#port = address.port;
  }

  /** Idempotent. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = (status: number, type: string, body: string): void => {
      response.writeHead(status, { ...HEADERS, "content-type": `${type}; charset=utf-8` }).end(body);
    };
    const json = (status: number, body: unknown): void =>
      answer(status, "application/json", JSON.stringify(body));
    // Another site's page may know a name that leads here: it is answered to this machine's own names only.
    if (!isOwn(request.headers.host)) return json(403, { error: "host" });
    const { method, url = "/" } = request;
    const { pathname } = new URL(url, "http://localhost");
    if (method === "GET" && pathname === "/") return answer(200, "text/html", this.#page());
    if (method === "GET" && pathname === "/v1/scene") return json(200, this.#options.scene());
    if (method !== "POST" || pathname !== "/v1/order") return json(404, { error: "path" });
    // A form of another site can be sent from any browser, JSON cannot.
    const { origin } = request.headers;
    const isJson = request.headers["content-type"]?.split(";")[0] === "application/json";
    if (!isJson || (origin !== undefined && !isOwn(origin.replace(/^http:\/\//, "")))) {
      return json(403, { error: "origin" });
    }
    const line = await lineOf(request);
    if (line === undefined) return json(400, { error: "line" });
    const said = this.#options.desk.do(line).map((one) => ({
      code: one.message.code,
      text: render(one, this.#options.language),
    }));
    return json(200, { said });
  }

  #page(): string {
    const { html, language } = this.#options;
    const words = JSON.stringify(pageWords(language)).replaceAll("<", "\\u003c");
    return readFileSync(html, "utf8")
      .replace("/*words*/{}", () => words)
      .replace('lang="vi"', `lang="${language}"`);
  }
}

/** `127.0.0.1:8080`, `localhost:8080`, `[::1]:8080`. */
function isOwn(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host ?? "");
}

/** The order in a request's body; undefined where there is none, or too much. */
async function lineOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) return undefined;
    chunks.push(chunk);
  }
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    const { line } = (body ?? {}) as { readonly line?: unknown };
    return typeof line === "string" && !/[\r\n]/.test(line) ? line : undefined;
  } catch {
    return undefined;
  }
}
