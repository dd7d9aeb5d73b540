import type { UplinkProgress } from "../core/buffer.js";

/**
 * Whether records flow, seen from their end and not from the state of the connection: how long something has been
 * pending although nothing at all was acknowledged. Pure; times are monotonic ms.
 */
export class FlowWatch {
  #since: number | undefined;

  /** What stands at `now`. */
  observe({ pending }: Pick<UplinkProgress, "pending">, now: number): void {
    if (pending === 0) this.#since = undefined;
    else this.#since ??= now;
  }

  /** Something was acknowledged. */
  passed(now: number): void {
    if (this.#since !== undefined) this.#since = now;
  }

  /** 0 while it flows, or while there is nothing to do. */
  standsMs(now: number): number {
    return this.#since === undefined ? 0 : now - this.#since;
  }
}
