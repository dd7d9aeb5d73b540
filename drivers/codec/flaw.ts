import type { Reason, Value } from "../core/reading.js";

/** What is decoded where there is no good value: why, and the value where it is only uncertain. */
export class Flaw {
  readonly quality: "uncertain" | "bad";
  readonly reason: Reason;
  /** Null when it is bad. */
  readonly value: Value;

  constructor(quality: "uncertain" | "bad", reason: Reason, value: Value) {
    this.quality = quality;
    this.reason = reason;
    this.value = value;
  }
}

const BAD = new Map<Reason, Flaw>();

/** The same object for the same reason: a device that is unwell gives many of them. */
export function bad(reason: Reason): Flaw {
  let flaw = BAD.get(reason);
  if (!flaw) {
    flaw = new Flaw("bad", reason, null);
    BAD.set(reason, flaw);
  }
  return flaw;
}
