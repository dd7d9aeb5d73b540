import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../drivers/core/clock.js";
import { startBroker } from "../broker.js";
import { within } from "./within.js";

/** A broker on loopback that lives as long as the simulation. */
export interface OwnBroker {
  readonly kind: "mosquitto" | "aedes";
  readonly url: string;
  readonly version: 4 | 5;
  /** Of mosquitto: what it uses can be seen. */
  readonly pid?: number | undefined;
  /** Idempotent. */
  stop(): Promise<void>;
}

const LISTENS_MS = 10_000;
const STOP_MS = 5_000;
const STEP_MS = 50;
/** mosquitto lies where only root's path leads. */
const MORE_PLACES = ["/usr/sbin", "/usr/local/sbin"];

/** mosquitto where it is installed, else the broker in process, which speaks 3.1.1 only. */
export async function startOwnBroker(path: string | undefined, clock: Clock): Promise<OwnBroker> {
  const places = [...(path ?? "").split(":").filter((place) => place !== ""), ...MORE_PLACES];
  const program = places.map((place) => join(place, "mosquitto")).find((file) => existsSync(file));
  const mosquitto = program === undefined ? undefined : await startMosquitto(program, clock);
  if (mosquitto) return mosquitto;
  const { url, ...broker } = await startBroker({ port: 0 }).then((one) => ({
    url: one.url,
    stop: () => one.stop(),
  }));
  return { kind: "aedes", url, version: 4, stop: broker.stop };
}

async function startMosquitto(program: string, clock: Clock): Promise<OwnBroker | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "tram-fleet-"));
  const port = await freePort();
  const file = join(folder, "mosquitto.conf");
  // The defaults of its queues would drop messages to a receiver that is slower than a storm.
  const lines = ["allow_anonymous true", "max_queued_messages 0", "max_inflight_messages 100"];
  writeFileSync(file, [`listener ${port} 127.0.0.1`, ...lines, "set_tcp_nodelay true", ""].join("\n"));
  // A group of its own: Ctrl-C in a terminal is for us, who have something to finish first.
  const child = spawn(program, ["-c", file], { stdio: "ignore", detached: true });
  const gone = new Promise<"gone">((resolve) => {
    child.once("exit", () => resolve("gone"));
    child.once("error", () => resolve("gone"));
  });
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const stop = async (): Promise<void> => {
    process.removeListener("exit", kill);
    child.kill("SIGTERM");
    if ((await within(clock, STOP_MS, gone)) === "late") kill();
    rmSync(folder, { recursive: true, force: true });
  };
  const until = clock.mono() + LISTENS_MS;
  while (!(await listens(port))) {
    const outcome = await within(clock, STEP_MS, gone);
    if (outcome === "gone" || clock.mono() > until) {
      await stop();
      return undefined;
    }
  }
  return { kind: "mosquitto", url: `mqtt://127.0.0.1:${port}`, version: 5, pid: child.pid, stop };
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
