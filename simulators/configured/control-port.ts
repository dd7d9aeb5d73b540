import { statSync, unlinkSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { type Language, render, type Said } from "../../drivers/core/message.js";
import { CONTROL_MESSAGES as M } from "./control-messages.js";

/** Who carries orders out, a line each; says what was done, or why it was not. */
export interface OrderDesk {
  do(line: string): readonly Said[];
}

/** Where orders come from. */
export interface ControlPort {
  /** Rejects with ConfigurationError where that place cannot be had. */
  open(desk: OrderDesk): Promise<void>;
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

  async open(desk: OrderDesk): Promise<void> {
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

  async open(desk: OrderDesk): Promise<void> {
    try {
      await this.#listen(desk).catch(async (error: NodeJS.ErrnoException) => {
        // What a run left behind that was killed; whoever still listens there keeps it.
        if (error.code !== "EADDRINUSE" || (await isAnswered(this.#path))) throw error;
        unlinkSync(this.#path);
        await this.#listen(desk);
      });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const about = { path: this.#path, problem: code ?? message };
      throw new ConfigurationError(M.socket_taken, about, { cause: error });
    }
  }

  close(): Promise<void> {
    for (const socket of this.#clients) socket.destroy();
    const server = this.#server;
    this.#server = undefined;
    // The path goes with the server.
    return new Promise((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  #listen(desk: OrderDesk): Promise<void> {
    const server = createServer((socket) => this.#serve(socket, desk));
    server.maxConnections = MAX_CLIENTS;
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      // For its owner alone, from the first moment.
      const mask = process.umask(0o177);
      server.listen(this.#path, () => {
        this.#server = server;
        resolve();
      });
      process.umask(mask);
    });
  }

  #serve(socket: Socket, desk: OrderDesk): void {
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

/** False only where a socket lies there and nobody listens. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once("connect", () => {
      probe.destroy();
      resolve(true);
    });
    probe.once("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code !== "ECONNREFUSED" || !statSync(path, { throwIfNoEntry: false })?.isSocket());
    });
  });
}
