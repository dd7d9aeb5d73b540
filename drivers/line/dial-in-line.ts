import type { Socket } from "node:net";
import type { Clock } from "../core/clock.js";
import type { Caller, DialIn, DialInPlace } from "../core/dial-in.js";
import { LinkError } from "../core/errors.js";
import type { Line, LineReceiver } from "./line.js";
import { LINE_MESSAGES } from "./messages.js";

export interface DialInSettings {
  readonly listen: string;
  /** Text, or `hex: 01 A2`. */
  readonly identity?: string;
  readonly heartbeat?: string;
}

/** A serial server dials again within seconds when its link is back; a longer wait says nothing new. */
const WAIT_MS = 10_000;
const MAX_UNSENT_BYTES = 64 * 1024;

/** Bytes of a text, or of what follows `hex:`. */
export function bytesOf(text: string): Buffer {
  const hex = /^hex:((?:\s*[0-9A-Fa-f]{2})+)\s*$/.exec(text)?.[1];
  return hex === undefined ? Buffer.from(text, "utf8") : Buffer.from(hex.replace(/\s/g, ""), "hex");
}

/** A TCP connection that the other side makes: a serial server behind 4G, which has no address of its own. */
export class DialInLine implements Line {
  readonly name: string;
  readonly characterMs = 0;
  readonly #settings: DialInSettings;
  readonly #clock: Clock;
  readonly #dialIn: DialIn;
  readonly #heartbeat: Buffer | undefined;
  #place: DialInPlace | undefined;
  #socket: Socket | undefined;
  #receiver: LineReceiver | undefined;

  constructor(settings: DialInSettings, clock: Clock, dialIn: DialIn) {
    const { heartbeat, identity, listen } = settings;
    this.name = identity === undefined ? `:${listen}` : `:${listen} (${identity})`;
    this.#settings = settings;
    this.#clock = clock;
    this.#dialIn = dialIn;
    this.#heartbeat = heartbeat === undefined ? undefined : bytesOf(heartbeat);
  }

  async open(receiver: LineReceiver, signal: AbortSignal): Promise<void> {
    await this.close();
    const { identity, listen } = this.#settings;
    this.#place ??= await this.#dialIn.claim({ listen, ...(identity && { identity: bytesOf(identity) }) });
    const place = this.#place;
    const caller = await this.#caller(place, signal);
    const { rest, socket } = caller;
    this.#socket = socket;
    this.#receiver = receiver;
    const closed = new LinkError(LINE_MESSAGES.tcp_closed, { name: this.name });
    socket.on("data", (bytes: Buffer) => this.#hear(socket, bytes));
    socket.on("error", (error) => {
      const params = { name: this.name, problem: error.message };
      this.#lost(socket, new LinkError(LINE_MESSAGES.tcp_lost, params, { cause: error }));
    });
    socket.on("end", () => this.#lost(socket, closed));
    socket.on("close", () => this.#lost(socket, closed));
    place.onNewer = () => this.#lost(socket, new LinkError(LINE_MESSAGES.dial_in_newer, { name: this.name }));
    if (rest.length > 0) this.#hear(socket, rest);
    socket.resume();
  }

  write(bytes: Uint8Array): void {
    const socket = this.#socket;
    if (!socket) return;
    if (socket.writableLength > MAX_UNSENT_BYTES) {
      this.#lost(socket, new LinkError(LINE_MESSAGES.tcp_stalled, { name: this.name }));
      return;
    }
    socket.write(bytes);
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#receiver = undefined;
    if (this.#place) this.#place.onNewer = undefined;
    socket?.destroy();
  }

  async #caller(place: DialInPlace, signal: AbortSignal): Promise<Caller> {
    const late = new AbortController();
    const cancel = this.#clock.after(WAIT_MS, () => late.abort());
    try {
      return await place.next(AbortSignal.any([signal, late.signal]));
    } catch {
      throw new LinkError(LINE_MESSAGES.dial_in_nobody, { name: this.name, ms: WAIT_MS });
    } finally {
      cancel();
    }
  }

  /** The packets by which a serial server keeps its link are no frames of the bus. */
  #hear(socket: Socket, bytes: Buffer): void {
    if (this.#socket !== socket) return;
    let rest = bytes;
    const beat = this.#heartbeat;
    while (beat && rest.length >= beat.length && rest.subarray(0, beat.length).equals(beat)) {
      rest = rest.subarray(beat.length);
    }
    if (rest.length > 0) this.#receiver?.onBytes(rest);
  }

  #lost(socket: Socket, error: LinkError): void {
    if (this.#socket !== socket) return;
    const receiver = this.#receiver;
    void this.close();
    receiver?.onLost(error);
  }
}
