import { EventEmitter } from "node:events";
import modbusSerial from "modbus-serial";
import { InternalError } from "../core/errors.js";
import type { Ask } from "./ask.js";
import { MODBUS_MESSAGES } from "./messages.js";

/** What a reply says. `bytes` is a view of the frame that was given and lives as long as that; empty for a write. */
export type Reply =
  | { readonly kind: "data"; readonly bytes: Uint8Array }
  | { readonly kind: "exception"; readonly exception: number }
  | { readonly kind: "refused"; readonly problem: string };

const NOTHING = new Uint8Array(0);

/** The port object that modbus-serial's client takes: it opens nothing and keeps what would be sent. */
class PduPort extends EventEmitter {
  readonly isOpen = true;
  sent: Buffer | undefined;

  open(callback: (error: Error | null) => void): void {
    callback(null);
  }

  close(callback: () => void): void {
    callback();
  }

  write(bytes: Buffer): void {
    this.sent = bytes;
  }
}

/** A read gives the data, a write what it repeats of the request, in other words. */
interface Result {
  readonly buffer?: Buffer;
}

type Next = (error: unknown, result?: Result) => void;

/** The writes of the library take a callback that its types leave out. */
interface Writes {
  writeFC5(unit: number, address: number, state: boolean, next: Next): void;
  writeFC6(unit: number, address: number, value: number, next: Next): void;
  writeFC15(unit: number, address: number, states: readonly boolean[], next: Next): void;
  writeFC16(unit: number, address: number, registers: Buffer, next: Next): void;
}

/**
 * modbus-serial's client as a maker and reader of protocol data units: it builds each request and takes each
 * reply apart, and both happen within the call. Framing, ids, deadlines and the choice of which reply belongs to
 * which request are the drivers': the library would take a late reply of the same shape as the answer, and its
 * transaction ids repeat after 256 (node-modbus-serial#573). It never sees a frame that the driver has not
 * matched, has no timers here, and one client serves one connection with one request at a time.
 */
export class PduClient {
  readonly #port = new PduPort();
  readonly #client = new modbusSerial.default(this.#port);
  #reply: Reply | undefined;

  constructor() {
    // An error event without a listener would end the process.
    (this.#client as unknown as EventEmitter).on("error", () => {});
    this.#client.open(() => {});
  }

  /** The request as it goes on a serial line: unit, PDU, CRC. It belongs to the caller. */
  request(ask: Ask): Buffer {
    this.#reply = undefined;
    this.#port.sent = undefined;
    this.#make(ask);
    const sent = this.#port.sent as Buffer | undefined;
    if (!sent) throw new InternalError(MODBUS_MESSAGES.library_silent);
    return sent;
  }

  /** Takes apart the reply to the last request: unit, PDU, CRC. */
  parse(frame: Buffer): Reply {
    this.#reply = undefined;
    this.#port.emit("data", frame);
    // It ignores a reply without a pending request, and only then says nothing.
    const reply = this.#reply as Reply | undefined;
    if (!reply) throw new InternalError(MODBUS_MESSAGES.library_silent);
    return reply;
  }

  #make({ unit, function: code, address, count, data = NOTHING }: Ask): void {
    const next = this.#onReply;
    const writes = this.#client as unknown as Writes;
    switch (code) {
      case 1:
        this.#client.writeFC1(unit, address, count, next);
        break;
      case 2:
        this.#client.writeFC2(unit, address, count, next);
        break;
      case 3:
        this.#client.writeFC3(unit, address, count, next);
        break;
      case 4:
        this.#client.writeFC4(unit, address, count, next);
        break;
      case 5:
        writes.writeFC5(unit, address, data[0] !== 0, next);
        break;
      case 6:
        writes.writeFC6(unit, address, ((data[0] as number) << 8) | (data[1] as number), next);
        break;
      case 15: {
        const states = Array.from({ length: count }, (_, at) => ((data[at >> 3] ?? 0) >> (at & 7)) % 2 === 1);
        writes.writeFC15(unit, address, states, next);
        break;
      }
      case 16:
        writes.writeFC16(unit, address, Buffer.from(data), next);
        break;
    }
  }

  readonly #onReply: Next = (error, result) => {
    if (result && !error) {
      this.#reply = { kind: "data", bytes: result.buffer ?? NOTHING };
      return;
    }
    // Its errors need not be instances of Error.
    const { modbusCode, message } = (error ?? {}) as { modbusCode?: unknown; message?: unknown };
    if (typeof modbusCode === "number") this.#reply = { kind: "exception", exception: modbusCode };
    else this.#reply = { kind: "refused", problem: String(message) };
  };
}
