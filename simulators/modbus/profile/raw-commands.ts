import type { PduAnswer } from "../pdu.js";
import type { CommandKeys } from "./keys.js";

/** Said where the profile names no code behind the function code of a bad reply. */
const DEVICE_FAILURE = 4;

/** Frames of a maker's own: answered as the profile says, and counted. */
export class RawCommands {
  readonly #commands: readonly { readonly name: string; readonly keys: NonNullable<CommandKeys["raw"]> }[];
  readonly #refused = new Set<string>();
  /** Names, in the order in which they came. */
  readonly carriedOut: string[] = [];

  constructor(commands: Readonly<Record<string, CommandKeys>>) {
    this.#commands = Object.entries(commands).flatMap(([name, { raw }]) =>
      raw ? [{ name, keys: raw }] : [],
    );
  }

  /** From now on the command is answered with its error. */
  refuse(name: string): void {
    this.#refused.add(name);
  }

  answer(pdu: Uint8Array, unit: number): PduAnswer | undefined {
    const found = this.#commands.find(({ keys }) => {
      const isOurs = keys.units === undefined || keys.units.includes(unit);
      return isOurs && bytesOf(keys.pdu).equals(pdu);
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
