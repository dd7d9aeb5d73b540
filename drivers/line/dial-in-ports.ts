import { createServer, type Server, type Socket } from "node:net";
import type { Clock } from "../core/clock.js";
import type { Caller, DialIn, DialInClaim, DialInPlace } from "../core/dial-in.js";
import { asError, ConfigurationError } from "../core/errors.js";
import type { Log } from "../core/log.js";
import { say } from "../core/message.js";
import { LINE_MESSAGES } from "./messages.js";

/** Anybody may reach an open port: callers who have not said who they are, and how long they may take. */
const MOST_UNKNOWN = 32;
const IDENTIFY_MS = 10_000;
const LONGEST_IDENTITY = 256;
/** First probe on an idle link; a 4G network forgets a silent one within minutes. */
const KEEPALIVE_MS = 30_000;

/** A connection's place on a port. */
class Place implements DialInPlace {
  onNewer: (() => void) | undefined;
  readonly identity: Uint8Array | undefined;
  #caller: Caller | undefined;
  #onCaller: (() => void) | undefined;

  constructor(identity: Uint8Array | undefined) {
    this.identity = identity;
  }

  /** The newest caller counts: the one before has lost its link, or is a stranger either way. */
  give(caller: Caller): void {
    this.#caller?.socket.destroy();
    this.#caller = caller;
    caller.socket.once("close", () => {
      if (this.#caller === caller) this.#caller = undefined;
    });
    if (this.#onCaller) this.#onCaller();
    else this.onNewer?.();
  }

  next(signal: AbortSignal): Promise<Caller> {
    return new Promise((resolve, reject) => {
      const take = (): void => {
        const caller = this.#caller;
        if (!caller) return;
        this.#caller = undefined;
        this.#onCaller = undefined;
        signal.removeEventListener("abort", onAbort);
        resolve(caller);
      };
      const onAbort = (): void => {
        this.#onCaller = undefined;
        reject(signal.reason);
      };
      if (signal.aborted) {
        onAbort();
        return;
      }
      signal.addEventListener("abort", onAbort, { once: true });
      this.#onCaller = take;
      take();
    });
  }

  close(): void {
    this.#caller?.socket.destroy();
    this.#caller = undefined;
  }
}

/** One listening port and the connections that wait on it. */
class Port {
  readonly places: Place[] = [];
  readonly #server: Server;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #listen: string;
  readonly #unknown = new Set<Socket>();

  constructor(listen: string, clock: Clock, log: Log) {
    this.#listen = listen;
    this.#clock = clock;
    this.#log = log;
    this.#server = createServer(
      { noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEPALIVE_MS },
      (socket) => this.#accept(socket),
    );
  }

  open(): Promise<void> {
    const split = this.#listen.lastIndexOf(":");
    const port = Number(this.#listen.slice(split + 1));
    const host = split < 0 ? undefined : this.#listen.slice(0, split);
    return new Promise((resolve, reject) => {
      this.#server.once("error", (error) => {
        const params = { listen: this.#listen, problem: asError(error).message };
        reject(new ConfigurationError(LINE_MESSAGES.dial_in_port, params, { cause: error }));
      });
      this.#server.listen({ port, ...(host === undefined ? {} : { host }) }, resolve);
    });
  }

  /** The port that was taken, where any was asked for. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  async close(): Promise<void> {
    for (const socket of this.#unknown) socket.destroy();
    for (const place of this.places) place.close();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(socket: Socket): void {
    socket.on("error", () => socket.destroy());
    const open = this.places.find(({ identity }) => identity === undefined);
    if (open) {
      socket.pause();
      open.give({ socket, rest: Buffer.alloc(0) });
      return;
    }
    if (this.#unknown.size >= MOST_UNKNOWN) {
      socket.destroy();
      return;
    }
    this.#unknown.add(socket);
    let said: Buffer = Buffer.alloc(0);
    const done = (): void => {
      cancel();
      this.#unknown.delete(socket);
      socket.off("data", onData);
      socket.off("close", done);
    };
    const refuse = (): void => {
      done();
      const params = { listen: this.#listen, address: socket.remoteAddress ?? "?" };
      this.#log.warn(say(LINE_MESSAGES.dial_in_stranger, params));
      socket.destroy();
    };
    const onData = (bytes: Buffer): void => {
      said = Buffer.concat([said, bytes]);
      const place = this.places.find(({ identity }) => identity && startsWith(said, identity));
      if (place) {
        done();
        socket.pause();
        place.give({ socket, rest: said.subarray((place.identity as Uint8Array).length) });
      } else if (said.length > LONGEST_IDENTITY || !this.#mayBecome(said)) refuse();
    };
    const cancel = this.#clock.after(IDENTIFY_MS, refuse);
    socket.on("data", onData);
    socket.once("close", done);
  }

  #mayBecome(said: Buffer): boolean {
    return this.places.some(({ identity }) => identity && startsWith(identity, said));
  }
}

function startsWith(bytes: Uint8Array, head: Uint8Array): boolean {
  return bytes.length >= head.length && head.every((byte, at) => bytes[at] === byte);
}

/** The listening ports of one gateway. */
export class DialInPorts implements DialIn {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #ports = new Map<string, Promise<Port>>();

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  async claim({ identity, listen }: DialInClaim): Promise<DialInPlace> {
    let opening = this.#ports.get(listen);
    if (!opening) {
      const port = new Port(listen, this.#clock, this.#log);
      opening = port.open().then(() => port);
      this.#ports.set(listen, opening);
    }
    let port: Port;
    try {
      port = await opening;
    } catch (error) {
      this.#ports.delete(listen);
      throw error;
    }
    const taken = port.places.some(
      (other) =>
        !identity ||
        !other.identity ||
        startsWith(other.identity, identity) ||
        startsWith(identity, other.identity),
    );
    if (taken) throw new ConfigurationError(LINE_MESSAGES.dial_in_taken, { listen });
    const place = new Place(identity);
    port.places.push(place);
    return place;
  }

  /** The port that was given where 0 was asked for; undefined before a claim. */
  async portOf(listen: string): Promise<number | undefined> {
    return (await this.#ports.get(listen))?.port;
  }

  /** Closes all ports and hangs up on whoever waits. Idempotent, never throws. */
  async close(): Promise<void> {
    const ports = await Promise.allSettled(this.#ports.values());
    this.#ports.clear();
    await Promise.all(ports.map((port) => (port.status === "fulfilled" ? port.value.close() : undefined)));
  }
}
