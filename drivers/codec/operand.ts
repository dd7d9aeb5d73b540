import { type DecodeValue, decoderOf, type Settings } from "./decode.js";
import { bad, type Flaw } from "./flaw.js";
import type { Format } from "./format.js";

/** Where a number stands that says how a value is meant: beside the value in the same reply, or read before. */
export type OperandPlace =
  /** Bytes from the first byte of the value. */
  | { readonly near: number }
  /** Index among the settings. */
  | { readonly far: number };

/** The number itself, or why it is not known. */
export type ReadOperand = (bytes: Uint8Array, at: number, settings: Settings) => number | Flaw;

export function operandAt(format: Format, place: OperandPlace): ReadOperand {
  if ("far" in place) return (_bytes, _at, settings) => settings[place.far] ?? bad("unavailable");
  const read = rawNumberOf(format);
  return (bytes, at) => read(bytes, at + place.near);
}

/** The raw number of a format, without scale; a flaw where it is none. */
export function rawNumberOf(format: Format): (bytes: Uint8Array, at: number) => number | Flaw {
  const decode: DecodeValue = decoderOf({ ...format, scale: 1, offset: 0, decimals: undefined });
  return (bytes, at) => {
    const value = decode(bytes, at);
    return typeof value === "string" || value === null ? bad("not_a_number") : Number(value);
  };
}
