import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";

/** A real mosquitto on a free port of loopback, with the lines of `config` added to its configuration. */
export class Mosquitto {
  readonly port: number;
  readonly #process: ChildProcess;

  private constructor(port: number, child: ChildProcess) {
    this.port = port;
    this.#process = child;
  }

  /** Rejects when it does not listen within 10 s. */
  static async start(
    folder: string,
    config: readonly string[] = ["allow_anonymous true"],
    samePort?: number,
  ): Promise<Mosquitto> {
    const port = samePort ?? (await freePort());
    const file = join(folder, `mosquitto-${port}.conf`);
    // Started by root it would become another user, who may not look into a folder that is root's alone.
    const user = process.getuid?.() === 0 ? ["user root"] : [];
    writeFileSync(file, [`listener ${port} 127.0.0.1`, ...user, ...config, ""].join("\n"));
    const child = spawn("mosquitto", ["-c", file], { stdio: "ignore" });
    const deadline = Date.now() + 10_000;
    while (!(await listens(port))) {
      if (Date.now() > deadline || child.exitCode !== null) {
        child.kill("SIGKILL");
        throw new Error(`mosquitto does not listen on ${port} (exit code ${child.exitCode})`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return new Mosquitto(port, child);
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** It stands still: sockets stay open and nothing is answered, as over a link that fails silently. */
  pause(): void {
    this.#process.kill("SIGSTOP");
  }

  resume(): void {
    this.#process.kill("SIGCONT");
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGKILL");
    await ended;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const end = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}
