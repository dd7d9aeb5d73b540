import { SerialPort } from "serialport";
import type { Cancel, Clock } from "../core/clock.js";
import { asError, LinkError, TramError } from "../core/errors.js";
import type { Lock, Release } from "../core/lock.js";
import { readAndWriteAtOnce } from "./binding-io.js";
import type { Line, LineReceiver } from "./line.js";
import { LINE_MESSAGES } from "./messages.js";
import { portUsers } from "./port-users.js";
import { within } from "./within.js";

export interface SerialSettings {
  /** Path of the device, best one of /dev/serial/by-id. */
  readonly port: string;
  readonly baud: number;
  readonly data_bits: 7 | 8;
  readonly parity: "none" | "even" | "odd";
  readonly stop_bits: 1 | 2;
}

const OPEN_MS = 5000;
const WRITE_MS = 2000;
const CLOSE_MS = 400;
/** TIOCEXCL of another process gives EBUSY, its flock what serialport calls a lock (tty_ioctl(4), flock(2)). */
const LOCKED = /lock port|busy|temporarily unavailable/i;

/** What is open now; replaced as a whole with each connection. */
interface Session {
  readonly port: SerialPort;
  readonly receiver: LineReceiver;
  cancelWrite: Cancel | undefined;
}

/** A serial port by way of serialport 13, whose faults (noted where they are met) stay in this file. */
export class SerialLine implements Line {
  readonly name: string;
  readonly characterMs: number;
  readonly #settings: SerialSettings;
  readonly #clock: Clock;
  readonly #lock: Lock;
  #session: Session | undefined;
  #release: Release | undefined;
  #opening = 0;

  constructor(settings: SerialSettings, clock: Clock, lock: Lock) {
    const { port, baud, data_bits, parity, stop_bits } = settings;
    this.name = `${port} (${baud} ${data_bits}${(parity[0] ?? "n").toUpperCase()}${stop_bits})`;
    this.characterMs = ((1 + data_bits + (parity === "none" ? 0 : 1) + stop_bits) * 1000) / baud;
    this.#settings = settings;
    this.#clock = clock;
    this.#lock = lock;
  }

  async open(receiver: LineReceiver, signal: AbortSignal): Promise<void> {
    await this.close();
    const attempt = ++this.#opening;
    const { port: path, baud, data_bits, parity, stop_bits } = this.#settings;
    // Two processes on one wire mix up replies (thingsboard-gateway#905): the kernel's lock comes first.
    const release = await this.#lock.acquire(path, path);
    // A new object each time: after an unplug the old one keeps queued bytes and sends them when it is reopened.
    const port = new SerialPort({
      path,
      baudRate: baud,
      dataBits: data_bits,
      parity,
      stopBits: stop_bits,
      autoOpen: false,
      // Dropping DTR at every close would reset boards that wire it to their reset.
      hupcl: false,
    });
    // An error event without a listener would end the process.
    port.on("error", (error) => this.#lost(port, error));
    try {
      await this.#opened(port, signal);
      if (attempt !== this.#opening) throw new LinkError(LINE_MESSAGES.not_open, { name: this.name });
    } catch (error) {
      await this.#shut(port);
      await release();
      throw error instanceof TramError ? error : await this.#openError(asError(error));
    }
    this.#release = release;
    this.#session = { port, receiver, cancelWrite: undefined };
    // Unplugging shows only while something reads: this listener stays as long as the port.
    port.on("data", (bytes: Buffer) => {
      if (this.#session?.port === port) receiver.onBytes(bytes);
    });
    const closed = new LinkError(LINE_MESSAGES.serial_closed, { name: this.name });
    port.on("close", (error: Error | null) => this.#lost(port, error ?? closed));
    if (!port.isOpen) this.#lost(port, closed);
  }

  write(bytes: Uint8Array): void {
    const session = this.#session;
    if (!session) return;
    // A write to a closed port is not refused by the library but kept and sent after the next open.
    if (!session.port.isOpen) {
      this.#lost(session.port, new LinkError(LINE_MESSAGES.serial_closed, { name: this.name }));
      return;
    }
    session.cancelWrite?.();
    const cancel = this.#clock.after(WRITE_MS, () => {
      const error = new LinkError(LINE_MESSAGES.serial_write_stalled, { name: this.name, ms: WRITE_MS });
      this.#lost(session.port, error);
    });
    session.cancelWrite = cancel;
    // After an unplug the callback never comes: hence the deadline above.
    session.port.write(bytes, (error) => {
      cancel();
      if (error) this.#lost(session.port, error);
    });
  }

  async close(): Promise<void> {
    this.#opening++;
    const session = this.#session;
    const release = this.#release;
    this.#session = undefined;
    this.#release = undefined;
    session?.cancelWrite?.();
    if (session) await this.#shut(session.port);
    await release?.();
  }

  #lost(port: SerialPort, thrown: Error): void {
    const session = this.#session;
    if (session?.port !== port) return;
    const error =
      thrown instanceof LinkError
        ? thrown
        : new LinkError(
            LINE_MESSAGES.serial_lost,
            { name: this.name, problem: thrown.message.replace(/^Error:? /, "") },
            { cause: thrown },
          );
    void this.close();
    session.receiver.onLost(error);
  }

  async #opened(port: SerialPort, signal: AbortSignal): Promise<void> {
    const late = (): LinkError =>
      new LinkError(LINE_MESSAGES.serial_open_timeout, { name: this.name, ms: OPEN_MS });
    const opened = new Promise<void>((resolve, reject) =>
      port.open((error) => (error ? reject(error) : resolve())),
    );
    await within(this.#clock, OPEN_MS, late, opened, signal);
    // Before the first listener for data, hence before the first read.
    readAndWriteAtOnce(port.port);
    // FTDI adapters hold bytes for 16 ms unless told; others, and pseudo-terminals, refuse: that is fine.
    await within(
      this.#clock,
      OPEN_MS,
      late,
      settled((done) => port.set(LOW_LATENCY, done)),
      signal,
    );
    // The kernel holds stale bytes from before.
    await within(
      this.#clock,
      OPEN_MS,
      late,
      settled((done) => port.flush(done)),
      signal,
    );
  }

  /** Who else holds a port that is locked is a better answer than that it is. */
  async #openError(cause: Error): Promise<LinkError> {
    const problem = cause.message.replace(/^Error:? /, "");
    const users = LOCKED.test(problem) ? await portUsers(this.#settings.port) : [];
    if (users.length === 0) {
      return new LinkError(LINE_MESSAGES.serial_open_failed, { name: this.name, problem }, { cause });
    }
    const named = users.map(({ pid, program }) => `${program || "?"} (${pid})`).join(", ");
    return new LinkError(LINE_MESSAGES.serial_in_use, { name: this.name, users: named }, { cause });
  }

  /** Closes a port that may be open, opening or gone. What is not yet sent is thrown away. */
  async #shut(port: SerialPort): Promise<void> {
    if (port.opening) {
      // The kernel may still be at it after our deadline: close it when it comes.
      port.once("open", () => port.close(() => {}));
      return;
    }
    if (!port.isOpen) return;
    const gone = settled((done) => port.flush(() => port.close(done)));
    await within(this.#clock, CLOSE_MS, () => new Error("slow"), gone).catch(() => {});
  }
}

/** serialport passes it on to the Linux binding, which knows it; its own types do not. */
const LOW_LATENCY: { dtr: boolean; rts: boolean; lowLatency: boolean } = {
  dtr: true,
  rts: true,
  lowLatency: true,
};

/** Resolves when the callback comes, with or without an error. */
function settled(start: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => start(() => resolve()));
}
