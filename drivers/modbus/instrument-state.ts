import type { Settings } from "../codec/decode.js";
import { Flaw } from "../codec/flaw.js";
import type { ReadOperand } from "../codec/operand.js";
import type { InstrumentState } from "../core/reading.js";
import type { Operand, WrittenInstrumentState } from "./point-schema.js";

/** How old a state may be that is not in the reply with the readings and is asked by itself, ms. */
export const STATE_AGE_MS = 1000;

/** From the data of a reply and the settings asked before it. A flaw: the device does not say. */
export type ReadState = (bytes: Uint8Array, settings: Settings) => InstrumentState | Flaw;

/** The first that holds counts. Undefined where the device has no word for it: it measures. */
export function stateReaderOf(
  states: readonly WrittenInstrumentState[] | undefined,
  locate: (operand: Operand) => ReadOperand,
): ReadState | undefined {
  if (!states || states.length === 0) return undefined;
  const said = states.map((one) => ({
    state: one.state,
    wanted: [one.is].flat(),
    read: locate(one),
  }));
  return (bytes, settings) => {
    let unknown: Flaw | undefined;
    for (const { read, state, wanted } of said) {
      const number = read(bytes, 0, settings);
      if (number instanceof Flaw) unknown ??= number;
      else if (wanted.includes(number)) return state;
    }
    return unknown ?? "measuring";
  };
}
