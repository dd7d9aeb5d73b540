import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import t from "tap";
import { PseudoTerminal } from "../../simulators/pty.js";
import { SystemClock } from "../core/clock.js";
import { ConfigurationError, LinkError } from "../core/errors.js";
import { SocketLock } from "../core/lock.js";
import { ManualClock } from "../core/manual-clock.js";
import type { LineReceiver } from "./line.js";
import { SerialLine, type SerialSettings } from "./serial-line.js";
import { TcpLine } from "./tcp-line.js";
import { within } from "./within.js";

const CLOCK = new SystemClock("boot");
const NEVER = new AbortController().signal;
const DEADLINE_MS = 10_000;

function settingsOf(port: string): SerialSettings {
  return { port, baud: 9600, data_bits: 8, parity: "even", stop_bits: 1 };
}

/** Keeps what a line says, and lets a test wait for it. */
class Heard implements LineReceiver {
  bytes = Buffer.alloc(0);
  lost: LinkError | undefined;
  #wake = (): void => {};

  onBytes(bytes: Buffer): void {
    this.bytes = Buffer.concat([this.bytes, bytes]);
    this.#wake();
  }

  onLost(error: LinkError): void {
    this.lost = error;
    this.#wake();
  }

  until(what: () => boolean): Promise<void> {
    return within(
      CLOCK,
      DEADLINE_MS,
      () => new Error(`waited in vain; heard ${this.bytes.toString("hex")}`),
      new Promise<void>((resolve) => {
        this.#wake = (): void => {
          if (what()) resolve();
        };
        this.#wake();
      }),
    );
  }
}

/** What arrives at the far end of a pseudo-terminal. */
function farEnd(pty: PseudoTerminal): Heard {
  const heard = new Heard();
  pty.onData((bytes) => heard.onBytes(Buffer.from(bytes)));
  return heard;
}

t.test("serial: bytes pass both ways, and the lock is given back", async (t) => {
  const pty = await PseudoTerminal.open();
  t.teardown(() => pty.close());
  const far = farEnd(pty);
  const line = new SerialLine(settingsOf(pty.path), CLOCK, new SocketLock());
  t.equal(line.name, `${pty.path} (9600 8E1)`);
  t.equal(line.characterMs, 11_000 / 9600);
  const heard = new Heard();
  await line.open(heard, NEVER);
  line.write(Buffer.from("010300000001840a", "hex"));
  await far.until(() => far.bytes.length === 8);
  t.equal(far.bytes.toString("hex"), "010300000001840a");
  // All values: nothing is translated on the way.
  const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  pty.write(all);
  await heard.until(() => heard.bytes.length >= 256);
  t.ok(heard.bytes.equals(all));

  const second = new SerialLine(settingsOf(pty.path), CLOCK, new SocketLock());
  const refused = await second.open(new Heard(), NEVER).catch((error: unknown) => error);
  t.ok(refused instanceof ConfigurationError);
  t.match(refused, { code: "core.held_by_process", params: { pid: String(process.pid) } });
  await line.close();
  await line.close();
  await second.open(new Heard(), NEVER);
  await second.close();
});

t.test("serial: what came before the port was opened is not heard", async (t) => {
  const pty = await PseudoTerminal.open();
  t.teardown(() => pty.close());
  pty.write(Buffer.from("stale"));
  const line = new SerialLine(settingsOf(pty.path), CLOCK, new SocketLock());
  const heard = new Heard();
  await line.open(heard, NEVER);
  pty.write(Buffer.from("fresh"));
  await heard.until(() => heard.bytes.includes("fresh"));
  t.equal(heard.bytes.toString(), "fresh");
  await line.close();
});

t.test("serial: unplugged, and plugged in again", async (t) => {
  const link = join(t.testdir({}), "port");
  const first = await PseudoTerminal.open(link);
  const line = new SerialLine(settingsOf(link), CLOCK, new SocketLock());
  const heard = new Heard();
  await line.open(heard, NEVER);
  await first.close();
  await heard.until(() => heard.lost !== undefined);
  t.ok(heard.lost instanceof LinkError);
  t.match(heard.lost?.message, link);
  line.write(Buffer.from("a stale command"));
  await t.rejects(line.open(new Heard(), NEVER), { class: "link", code: "line.serial_open_failed" });

  const second = await PseudoTerminal.open(link);
  t.teardown(() => second.close());
  const far = farEnd(second);
  const again = new Heard();
  await line.open(again, NEVER);
  line.write(Buffer.from("fresh"));
  await far.until(() => far.bytes.includes("fresh"));
  t.equal(far.bytes.toString(), "fresh", "nothing of the old connection is sent on the new one");
  await line.close();
});

t.test("serial: a port that takes nothing is lost within the write's deadline", async (t) => {
  const { path, child } = await silentPty();
  t.teardown(() => child.kill());
  const clock = new ManualClock();
  const line = new SerialLine(settingsOf(path), clock, new SocketLock());
  const heard = new Heard();
  await line.open(heard, NEVER);
  line.write(Buffer.alloc(64 * 1024));
  await clock.advance(2000);
  t.equal(heard.lost?.code, "line.serial_write_stalled");
  await clock.advance(1000);
  await line.close();
});

/** A pseudo-terminal whose other end nobody reads. */
async function silentPty(): Promise<{ path: string; child: ChildProcess }> {
  const code =
    "import os,pty,sys,tty\nm,s=pty.openpty()\ntty.setraw(s)\nprint(os.ttyname(s),flush=True)\nsys.stdin.read()";
  const child = spawn("/usr/bin/python3", ["-c", code], { stdio: ["pipe", "pipe", "inherit"] });
  const [text] = (await once(child.stdout, "data")) as [Buffer];
  return { path: text.toString().trim(), child };
}

t.test("serial: aborted, and closed while it opens", async (t) => {
  const pty = await PseudoTerminal.open();
  t.teardown(() => pty.close());
  const line = new SerialLine(settingsOf(pty.path), CLOCK, new SocketLock());
  const abort = new AbortController();
  const opening = line.open(new Heard(), abort.signal);
  abort.abort(new Error("stop"));
  await t.rejects(opening, LinkError);
  const closing = line.open(new Heard(), NEVER);
  await line.close();
  await closing.catch(() => {});
  await line.close();
  const heard = new Heard();
  await line.open(heard, NEVER);
  pty.write(Buffer.from("!"));
  await heard.until(() => heard.bytes.length === 1);
  await line.close();
});

function listen(onSocket: (socket: Socket) => void): Promise<Server> {
  const server = createServer(onSocket);
  t.teardown(() => server.close());
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

function tcpTo(server: Server): TcpLine {
  const { port } = server.address() as AddressInfo;
  return new TcpLine({ host: "127.0.0.1", port, connect_timeout: 2000 }, CLOCK);
}

t.test("tcp: bytes pass both ways; what the peer closes is lost, what we close is not", async (t) => {
  const sockets: Socket[] = [];
  const server = await listen((socket) => {
    sockets.push(socket);
    socket.pipe(socket);
  });
  const line = tcpTo(server);
  const heard = new Heard();
  await line.open(heard, NEVER);
  line.write(Buffer.from("hello"));
  await heard.until(() => heard.bytes.length === 5);
  sockets[0]?.end();
  await heard.until(() => heard.lost !== undefined);
  t.equal(heard.lost?.code, "line.tcp_closed");
  line.write(Buffer.from("nobody gets this"));

  const again = new Heard();
  await line.open(again, NEVER);
  line.write(Buffer.from("again"));
  await again.until(() => again.bytes.length === 5);
  t.equal(again.bytes.toString(), "again");
  await line.close();
  const third = new Heard();
  await line.open(third, NEVER);
  sockets.at(-1)?.resetAndDestroy();
  await third.until(() => third.lost !== undefined);
  t.match(third.lost?.code, /^line\.tcp_/);
  t.equal(again.lost, undefined);
  await line.close();
});

t.test("tcp: a peer that takes nothing is lost, and memory does not grow", async (t) => {
  const sockets: Socket[] = [];
  const server = await listen((socket) => {
    sockets.push(socket);
    socket.pause();
  });
  const line = tcpTo(server);
  const heard = new Heard();
  await line.open(heard, NEVER);
  for (let i = 0; i < 2000 && !heard.lost; i++) {
    line.write(Buffer.alloc(32 * 1024));
    await new Promise(setImmediate);
  }
  t.equal(heard.lost?.code, "line.tcp_stalled");
  for (const socket of sockets) socket.destroy();
});
