import type { SimulatedBus } from "./bus.js";
import type { Conversation } from "./conversation.js";
import { heardBetween, type LineFormat } from "./uart.js";
import { type ByteWire, SERIAL_MANNER } from "./wire.js";

/**
 * One pair of wires on which devices speak at different settings: each hears what a client sends only at its own, and
 * the client hears garbage of whoever speaks at another than its own.
 */
export class Cable {
  /** How the client's port is set now. */
  client: LineFormat = { baud: 9600, parity: "none", stopBits: 1 };
  /** What the client hears. */
  onBytes: (bytes: Uint8Array) => void = () => {};
  readonly #ends: { readonly format: LineFormat; readonly hear: (bytes: Uint8Array) => void }[] = [];
  readonly #conversations: Conversation[] = [];

  /** Devices of one setting. The bus is made with the baud of `format` and the bits of its characters. */
  attach(bus: SimulatedBus, format: LineFormat): void {
    let hear = (_bytes: Uint8Array): void => {};
    const wire: ByteWire = {
      onData: (listener) => {
        hear = listener;
      },
      write: (bytes) => this.onBytes(heardBetween(bytes, format, this.client).bytes),
    };
    this.#conversations.push(bus.attach(wire, SERIAL_MANNER));
    this.#ends.push({ format, hear: (bytes) => hear(bytes) });
  }

  /** The client sends. */
  send(sent: Uint8Array): void {
    for (const { format, hear } of this.#ends) {
      const { bytes, errors } = heardBetween(sent, this.client, format);
      // A receiver that sees a wrong parity or stop bit drops the frame.
      if (errors === 0 && bytes.length > 0) hear(bytes);
    }
  }

  stop(): void {
    for (const conversation of this.#conversations) conversation.stop();
  }
}
