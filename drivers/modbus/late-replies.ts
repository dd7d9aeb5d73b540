import { answers, beginsLike, type ReplyShape } from "./ask.js";

/** A request that was given up, and whose reply may still come. */
interface Unanswered {
  readonly shape: ReplyShape;
  readonly askedMs: number;
  readonly givenUpMs: number;
}

/** What a whole frame is that nobody waits for. */
export type LateKind =
  /** Not an answer to anything that was given up. */
  | { readonly kind: "foreign" }
  /** The late answer, so long after it was asked for; `freed` says that its unit may be asked again at once. */
  | { readonly kind: "late"; readonly freed: boolean; readonly elapsedMs: number }
  /** A late answer that came after its unit's hold had ended: from now on the hold lasts `worstMs`. */
  | { readonly kind: "later_than_worst"; readonly elapsedMs: number; readonly worstMs: number };

/** A lateness that was seen once is expected again, with so much on top. */
const MARGIN = 1.25;
/**
 * Whatever was seen, a hold is never learnt to be longer: what looks like a very late reply may be the answer to
 * another client, and a unit must be found again.
 */
const LONGEST_LEARNT_MS = 60_000;
/** How many holds an unanswered request is remembered for. */
const MEMORY = 2;
/** Given-up requests remembered for a unit; the oldest is forgotten first. */
const MAX_REMEMBERED = 16;

/**
 * On a serial line a reply says neither which request it answers nor which address it was read from: only unit,
 * function and byte count. So a unit that did not answer in time is not asked again until its late reply has
 * come, or until `worst_reply` has passed since the request was given up. Other units go on meanwhile: their
 * replies differ in the unit.
 *
 * What cannot be told apart, by anybody: a reply that comes later than `worst_reply` (as configured, or as learnt)
 * while the same unit is being asked for as many registers with the same function; and a unit that answers one
 * request twice, the second time after the silence that follows the first. `worst_reply` must be longer than the
 * slowest reply of the device, through all radio links and converters on the way.
 *
 * Pure bookkeeping on monotonic milliseconds.
 */
export class LateReplies {
  readonly #configuredMs: (unit: number) => number;
  readonly #learntMs = new Map<number, number>();
  readonly #unanswered = new Map<number, Unanswered[]>();
  readonly #heldUntil = new Map<number, number>();
  /** The last answer of each unit of which unanswered requests are remembered. */
  readonly #answered = new Map<number, Uint8Array>();

  constructor(configuredMs: (unit: number) => number) {
    this.#configuredMs = configuredMs;
  }

  worstMs(unit: number): number {
    return Math.max(this.#configuredMs(unit), this.#learntMs.get(unit) ?? 0);
  }

  /** Monotonic time until which the unit must not be asked; 0 when it may be. */
  heldUntil(unit: number): number {
    return this.#heldUntil.get(unit) ?? 0;
  }

  /** Whether any unit is held now: then a damaged frame may be the late one of that unit. */
  anyHeld(nowMs: number): boolean {
    for (const until of this.#heldUntil.values()) if (until > nowMs) return true;
    return false;
  }

  gaveUp(shape: ReplyShape, askedMs: number, nowMs: number): void {
    const { unit } = shape;
    const kept = this.#remembered(unit, nowMs);
    kept.push({ shape, askedMs, givenUpMs: nowMs });
    this.#unanswered.set(unit, kept.slice(-MAX_REMEMBERED));
    this.#heldUntil.set(unit, nowMs + this.worstMs(unit));
    this.#answered.delete(unit);
  }

  /** A request was answered in time. */
  answered(frame: Uint8Array): void {
    const unit = frame[0] as number;
    if (this.#unanswered.has(unit)) this.#answered.set(unit, frame.slice());
  }

  /** A whole frame came that answers nothing that is asked now. */
  heard(frame: Uint8Array, nowMs: number): LateKind {
    const unit = frame[0] as number;
    const requests = this.#remembered(unit, nowMs);
    const matching = requests.filter(({ shape }) => answers(frame, frame.length, shape));
    const last = matching.at(-1);
    if (!last) return { kind: "foreign" };
    const elapsedMs = nowMs - last.askedMs;
    if (this.heldUntil(unit) > nowMs) {
      // With an older request open it may be that one's answer, and the newest one's is still to come.
      if (matching.length > 1 || last !== requests.at(-1)) {
        const oldest = matching[0] as Unanswered;
        this.#forget(unit, oldest);
        return { kind: "late", freed: false, elapsedMs: nowMs - oldest.askedMs };
      }
      this.#unanswered.delete(unit);
      this.#heldUntil.delete(unit);
      return { kind: "late", freed: true, elapsedMs };
    }
    // The last answer once more, from a device that says everything twice, tells nothing of the older request.
    const answer = this.#answered.get(unit);
    if (answer && answer.length === frame.length && beginsLike(frame, answer)) return { kind: "foreign" };
    this.#forget(unit, last);
    const worst = Math.min(elapsedMs * MARGIN, LONGEST_LEARNT_MS);
    if (worst <= this.worstMs(unit)) return { kind: "late", freed: false, elapsedMs };
    this.#learntMs.set(unit, worst);
    return { kind: "later_than_worst", elapsedMs, worstMs: worst };
  }

  /** Older ones are forgotten: a stray frame an hour later is not a reply that took an hour. */
  #remembered(unit: number, nowMs: number): Unanswered[] {
    const memory = MEMORY * this.worstMs(unit);
    return (this.#unanswered.get(unit) ?? []).filter((one) => nowMs - one.givenUpMs < memory);
  }

  #forget(unit: number, request: Unanswered): void {
    const rest = (this.#unanswered.get(unit) ?? []).filter((one) => one !== request);
    if (rest.length > 0) this.#unanswered.set(unit, rest);
    else this.#unanswered.delete(unit);
  }
}
