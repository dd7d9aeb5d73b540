import { type ChildProcess, fork, spawn, spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, connect as netConnect, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Counts } from "./bench-account.js";
import { Bus, type BusOptions } from "./bench-bus.js";
import { gatewayYaml, type Load } from "./bench-config.js";
import { ledgerNumbers, Program } from "./bench-program.js";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Nothing here takes nearly so long unless something is wrong. */
const PATIENCE_MS = 60_000;

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Asks until the answer is yes. Throws when it is not after `withinMs`. */
export async function until(
  what: string,
  ask: () => boolean | Promise<boolean>,
  withinMs = PATIENCE_MS,
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await ask())) {
    if (performance.now() > end) throw new Error(`${what}: not within ${withinMs / 1000} s`);
    await pause(50);
  }
}

async function end(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const gone = new Promise<number | null>((resolve) => {
    child.once("exit", resolve);
  });
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  const code = await gone;
  clearTimeout(timer);
  return code;
}

/** The polled server, and what it has counted. */
export interface PolledServer {
  readonly ports: readonly number[];
  ledger(): {
    readonly replies: number;
    readonly registers: number;
    readonly refused: number;
    readonly unanswered: number;
  };
  /** `dead 8`, `alive 8`; resolves when it is done. */
  tell(command: string): Promise<void>;
}

/** The process that is measured. */
export interface Measured {
  readonly pid: number;
  readonly startedAt: number;
  stop(): Promise<void>;
}

export class Subscriber {
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
  }

  #ask(what: "counts" | "mark"): Promise<Counts> {
    return new Promise((resolve, reject) => {
      this.#child.once("message", (counts) => resolve(counts as Counts));
      this.#child.send(what, (error) => error && reject(error));
    });
  }

  counts(): Promise<Counts> {
    return this.#ask("counts");
  }

  /** Latency is measured anew from here. */
  mark(): Promise<Counts> {
    return this.#ask("mark");
  }
}

/** A way to the broker that can be cut, as a 4G link is. */
export class CuttableLink {
  readonly #server: Server;
  readonly #to: number;
  readonly #sockets = new Set<Socket>();
  #cut = false;

  constructor(to: number) {
    this.#to = to;
    this.#server = createServer((near) => this.#join(near));
  }

  async open(): Promise<number> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, "127.0.0.1", resolve);
    });
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  #join(near: Socket): void {
    if (this.#cut) {
      near.destroy();
      return;
    }
    const far = netConnect(this.#to, "127.0.0.1");
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }

  cut(): void {
    this.#cut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#cut = false;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}

/** Everything around the process that is measured; all of it ends with `close`. */
export class Rig {
  readonly folder = mkdtempSync(join(tmpdir(), "tram-bench-"));
  readonly #closers: (() => unknown)[] = [() => rmSync(this.folder, { recursive: true, force: true })];

  async close(): Promise<void> {
    for (const closer of this.#closers.reverse()) await closer();
    this.#closers.length = 0;
  }

  /** Where a measured process keeps what it stores. */
  get database(): string {
    return join(this.folder, "bench.db");
  }

  #keep(child: ChildProcess): void {
    this.#closers.push(() => end(child));
  }

  /** Compiles `scripts/<name>.c`; returns the program. */
  compile(name: string, ...libraries: readonly string[]): string {
    const program = join(this.folder, basename(name));
    const source = join(ROOT, `scripts/${name}.c`);
    const { status, stderr } = spawnSync("gcc", ["-O2", "-o", program, source, ...libraries]);
    if (status !== 0) throw new Error(`gcc: ${stderr}`);
    return program;
  }

  /** One that says lines; ended with the rig. */
  program(path: string, args: readonly string[]): Program {
    const program = new Program(path, args);
    this.#keep(program.child);
    return program;
  }

  /** `delayUs`: every reply takes so long, side by side with others. */
  async server(ports: number, delayUs = 0): Promise<PolledServer> {
    const ledger = join(this.folder, "ledger");
    const program = this.program(this.compile("bench-server"), [String(ports), ledger, String(delayUs)]);
    const found: number[] = [];
    while (found.length < ports) found.push(Number(await program.line()));
    return {
      ports: found,
      ledger: () => {
        const [replies = 0, registers = 0, refused = 0, unanswered = 0] = ledgerNumbers(ledger);
        return { replies, registers, refused, unanswered };
      },
      tell: (command) => program.tell(command),
    };
  }

  async bus(options: BusOptions): Promise<Bus> {
    const bus = new Bus(this.compile("bench-bus"), join(this.folder, "bus"), options);
    this.#keep(bus.program.child);
    await bus.program.line();
    return bus;
  }

  /** A mosquitto of its own; resolves with its port. */
  async broker(): Promise<number> {
    const port = await freePort();
    const file = join(this.folder, "mosquitto.conf");
    // The defaults of the queue would drop messages to a subscriber that is slower than a drain.
    const lines = [`listener ${port} 127.0.0.1`, "allow_anonymous true", "max_queued_messages 0"];
    writeFileSync(file, `${lines.join("\n")}\nmax_inflight_messages 100\nset_tcp_nodelay true\n`);
    const child = spawn("mosquitto", ["-c", file], { stdio: ["ignore", "ignore", "ignore"] });
    this.#keep(child);
    await until("mosquitto listens", () => answers(port), 10_000);
    return port;
  }

  async subscriber(mqttPort: number): Promise<Subscriber> {
    const child = fork(join(HERE, "bench-subscriber.js"), [String(mqttPort)]);
    this.#keep(child);
    await new Promise<void>((resolve, reject) => {
      child.once("message", () => resolve());
      child.once("exit", (code) => reject(new Error(`the subscriber ended with ${code}`)));
    });
    return new Subscriber(child);
  }

  async link(to: number): Promise<{ readonly link: CuttableLink; readonly port: number }> {
    const link = new CuttableLink(to);
    this.#closers.push(() => link.close());
    return { link, port: await link.open() };
  }

  /** `env`: what its environment has beside ours. */
  gateway(load: Load, mqttPort: number | undefined, env: Readonly<Record<string, string>> = {}): Measured {
    const file = join(this.folder, "gateway.yaml");
    writeFileSync(file, gatewayYaml(load, mqttPort));
    const words = (name: string): string[] =>
      readFileSync(join(ROOT, "scripts", name), "utf8")
        .trim()
        .split(/\s+/);
    // As scripts/tram starts it.
    const environment = words("environment").map((setting) => setting.split("=", 2) as [string, string]);
    const args = [...words("node-options"), join(ROOT, "dist/gateway/cli/main.js"), "run", file];
    return this.#measured(args, { ...Object.fromEntries(environment), ...env });
  }

  bareLoop(load: Load, mqttPort: number | undefined): Measured {
    const options = { ...load, database: this.database, ...(mqttPort && { mqttPort }) };
    return this.#measured([join(HERE, "bench-bare-loop.js"), JSON.stringify(options)]);
  }

  #measured(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Measured {
    const startedAt = Date.now();
    const log = join(this.folder, "log");
    const out = openSync(log, "w");
    const env = { ...process.env, ...environment };
    const child = spawn(process.execPath, args, { stdio: ["ignore", out, out], env });
    closeSync(out);
    this.#keep(child);
    child.once("exit", (code, signal) => {
      if (code === 0) return;
      console.error(
        `${args.join(" ")} ended with ${code ?? signal}:\n${readFileSync(log, "utf8").slice(-4000)}`,
      );
    });
    return {
      pid: child.pid ?? 0,
      startedAt,
      stop: async () => {
        if ((await end(child)) !== 0) throw new Error("what is measured did not stop in order");
      },
    };
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = netConnect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  return typeof address === "object" && address !== null ? address.port : 0;
}
