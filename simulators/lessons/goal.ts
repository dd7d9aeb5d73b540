import type { Clock } from "../../drivers/core/clock.js";
import type { ReadLedger } from "../modbus/ledger.js";
import type { World } from "../process/world.js";
import { parseFormula } from "../scenario/formula.js";

/** A formula over the world that must hold for a while without a break. */
export class Lasting {
  readonly #holds: () => boolean;
  readonly #forMs: number;
  #sinceMs: number | undefined;
  /** It held for so long at least once. */
  wasMet = false;

  /** `text` was checked when the file was read. */
  constructor(text: string, forMs: number, world: World) {
    const formula = parseFormula(text);
    const compute = typeof formula === "string" ? () => 0 : formula.compute;
    this.#holds = () => compute((name) => world.signal(name)?.read() ?? 0) >= 0.5;
    this.#forMs = forMs;
  }

  /** It holds now, and did so for long enough. Called at every look. */
  look(nowMs: number): boolean {
    if (!this.#holds()) {
      this.#sinceMs = undefined;
      return false;
    }
    this.#sinceMs ??= nowMs;
    const isMet = nowMs - this.#sinceMs >= this.#forMs;
    this.wasMet ||= isMet;
    return isMet;
  }
}

/** Whether somebody has read good values of a device since that moment, over a wire that spoiled nothing. */
export function wasReadWell(ledger: ReadLedger, device: string, sinceMono: number): boolean {
  for (const { faults, mono, truths } of ledger.entries(device)) {
    if (mono < sinceMono || faults !== undefined) continue;
    for (const { quality } of truths?.values() ?? []) if (quality === "good") return true;
  }
  return false;
}

/** How often goals are looked at, ms of the world. */
export const LOOK_MS = 1000;

/** Looks at all of them again and again until it is stopped. */
export function watchLasting(goals: readonly Lasting[], clock: Clock): () => void {
  let cancel = (): void => {};
  const look = (): void => {
    for (const goal of goals) goal.look(clock.mono());
    cancel = clock.after(LOOK_MS, look);
  };
  look();
  return () => cancel();
}
