import { createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { type Language, render } from "../../drivers/core/message.js";
import { CONTROL_MESSAGES as M } from "./control-messages.js";
import type { FaultDesk } from "./fault-desk.js";

/** Where orders come from. */
export interface ControlPort {
  /** Rejects with ConfigurationError where that place cannot be had. */
  open(desk: FaultDesk): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

const MAX_CLIENTS = 8;
/** An order is short; who sends more without an end of line is cut off. */
const MOST_BYTES = 4096;

/** Orders from a stream, a line each; what they did goes to `write`. */
export class StreamControl implements ControlPort {
  readonly #input: NodeJS.ReadableStream;
  readonly #write: (text: string) => void;
  readonly #language: Language;
  #close = (): void => {};

  constructor(input: NodeJS.ReadableStream, write: (text: string) => void, language: Language) {
    this.#input = input;
    this.#write = write;
    this.#language = language;
  }

  async open(desk: FaultDesk): Promise<void> {
    const lines = createInterface({ input: this.#input, terminal: false });
    this.#close = () => lines.close();
    lines.on("line", (line) => {
      for (const said of desk.do(line)) this.#write(`${render(said, this.#language)}\n`);
    });
  }

  async close(): Promise<void> {
    this.#close();
    this.#input.pause();
  }
}

/** Orders through a Unix socket that only its owner may open: `nc -U`, a script. */
export class SocketControl implements ControlPort {
  readonly #path: string;
  readonly #language: Language;
  readonly #clients = new Set<Socket>();
  #server: Server | undefined;

  constructor(path: string, language: Language) {
    this.#path = path;
    this.#language = language;
  }

  open(desk: FaultDesk): Promise<void> {
    const server = createServer((socket) => this.#serve(socket, desk));
    server.maxConnections = MAX_CLIENTS;
    return new Promise((resolve, reject) => {
      server.once("error", (error: NodeJS.ErrnoException) => {
        const about = { path: this.#path, problem: error.code ?? error.message };
        reject(new ConfigurationError(M.socket_taken, about, { cause: error }));
      });
      const mask = process.umask(0o177);
      server.listen(this.#path, () => {
        this.#server = server;
        resolve();
      });
      process.umask(mask);
    });
  }

  close(): Promise<void> {
    for (const socket of this.#clients) socket.destroy();
    const server = this.#server;
    this.#server = undefined;
    // The path goes with the server.
    return new Promise((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  #serve(socket: Socket, desk: FaultDesk): void {
    this.#clients.add(socket);
    let heard = "";
    socket.setEncoding("utf8");
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#clients.delete(socket));
    socket.on("data", (text) => {
      const lines = `${heard}${text}`.split("\n");
      heard = lines.pop() ?? "";
      for (const line of lines) {
        for (const said of desk.do(line)) socket.write(`${render(said, this.#language)}\n`);
      }
      if (heard.length > MOST_BYTES || socket.writableLength > MOST_BYTES * 16) socket.destroy();
    });
  }
}
