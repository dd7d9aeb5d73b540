import { EventEmitter } from "node:events";
import modbusSerial from "modbus-serial";
import { InternalError } from "../core/errors.js";
import { MODBUS_MESSAGES } from "./messages.js";
import type { Span } from "./planner.js";

/** What a reply says. `bytes` is a view of the frame that was given and lives as long as that. */
export type Reply =
  | { readonly kind: "data"; readonly bytes: Uint8Array }
  | { readonly kind: "exception"; readonly exception: number }
  | { readonly kind: "refused"; readonly problem: string };

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

interface ReadResult {
  readonly buffer: Buffer;
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
  request({ unit, function: code, address, count }: Span): Buffer {
    this.#reply = undefined;
    this.#port.sent = undefined;
    const next = this.#onReply;
    if (code === 1) this.#client.writeFC1(unit, address, count, next);
    else if (code === 2) this.#client.writeFC2(unit, address, count, next);
    else if (code === 3) this.#client.writeFC3(unit, address, count, next);
    else this.#client.writeFC4(unit, address, count, next);
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

  readonly #onReply = (error: unknown, result?: ReadResult): void => {
    if (result && !error) {
      this.#reply = { kind: "data", bytes: result.buffer };
      return;
    }
    // Its errors need not be instances of Error.
    const { modbusCode, message } = (error ?? {}) as { modbusCode?: unknown; message?: unknown };
    if (typeof modbusCode === "number") this.#reply = { kind: "exception", exception: modbusCode };
    else this.#reply = { kind: "refused", problem: String(message) };
  };
}
