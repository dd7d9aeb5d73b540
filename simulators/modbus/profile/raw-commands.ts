import type { PduAnswer } from "../pdu.js";
import type { CommandKeys } from "./keys.js";

/** Said where the profile names no code behind the function code of a bad reply. */
const DEVICE_FAILURE = 4;

interface Command {
  readonly name: string;
  readonly keys: NonNullable<CommandKeys["raw"]>;
  readonly pdu: Buffer;
}

/** Frames of a maker's own: answered as the profile says, and counted. */
export class RawCommands {
  readonly #commands: readonly Command[];
  readonly #refused = new Set<string>();
  /** Names, in the order in which they came. */
  readonly carriedOut: string[] = [];

  constructor(commands: Readonly<Record<string, CommandKeys>>) {
    this.#commands = Object.entries(commands).flatMap(([name, { raw }]) =>
      raw ? [{ name, keys: raw, pdu: bytesOf(raw.pdu) }] : [],
    );
  }

  /** From now on the command is answered with its error. */
  refuse(name: string): void {
    this.#refused.add(name);
  }

  answer(pdu: Uint8Array, unit: number): PduAnswer | undefined {
    const found = this.#commands.find((command) => {
      const { units } = command.keys;
      return (units === undefined || units.includes(unit)) && command.pdu.equals(pdu);
    });
    if (!found) return undefined;
    const { name, keys } = found;
    if (this.#refused.has(name) && keys.error !== undefined) {
      const reply = Buffer.concat([bytesOf(keys.error), Buffer.of(DEVICE_FAILURE)]).subarray(0, 2);
      return { reply, exception: reply[1] ?? DEVICE_FAILURE };
    }
    if (this.carriedOut.length < 10_000) this.carriedOut.push(name);
    return { reply: bytesOf(keys.reply ?? keys.pdu) };
  }
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.replace(/\s/g, ""), "hex");
}
