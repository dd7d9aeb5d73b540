import { ConfigurationError } from "../../../drivers/core/errors.js";
import { READ_MESSAGES as M } from "./read-messages.js";

/** What a value should be. */
export interface Expectation {
  readonly least: number;
  readonly most: number;
  /** As it was written. */
  readonly text: string;
}

const NUMBER = "[+-]?\\d+(?:\\.\\d+)?";
const FORM = new RegExp(`^(${NUMBER})(?:\\s*\\.\\.\\s*(${NUMBER}))?\\s*(\\D*)$`, "u");
/** A single number is what a display shows, of an instrument that goes on measuring. */
const SHARE = 0.05;

/** `230`, `220..240`, `220..240 V`: the unit is only repeated. Throws ConfigurationError. */
export function expectationOf(text: string): Expectation {
  const [, from, to] = FORM.exec(text.trim()) ?? [];
  if (from === undefined) throw new ConfigurationError(M.wrong_expect, { text });
  const a = Number(from);
  const b = to === undefined ? a : Number(to);
  if (b < a) throw new ConfigurationError(M.wrong_expect, { text });
  if (to !== undefined) return { least: a, most: b, text: text.trim() };
  const room = Math.abs(a) * SHARE;
  return { least: a - room, most: a + room, text: text.trim() };
}
