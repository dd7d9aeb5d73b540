import { type Chain, NEW_CHAIN } from "./chain.js";
import type { Gap } from "./gaps.js";

/**
 * Everything that must be remembered of one gateway. Plain JSON, of bounded size, never changed in place: keep it
 * where the records are kept, and change both in one transaction.
 */
export interface GatewayState {
  readonly v: 1;
  /** The last ones that were heard of, the latest last. */
  readonly epochs: readonly EpochState[];
  /** Wall time minus monotonic time of boots whose clock became trusted, ms; the latest last. */
  readonly boots: readonly (readonly [boot: string, offsetMs: number])[];
  /** Revisions (`epoch/rev`) whose births came, and those that were missed already. */
  readonly births: readonly string[];
  readonly unexplained: readonly string[];
  /** How many requests were made: part of their ids. */
  readonly requests: number;
  /** Until then, ms, it is asked without a time limit: it could not tell, or told otherwise, what time it is. */
  readonly unlimitedUntil?: number;
}

export interface EpochState {
  readonly epoch: string;
  readonly chain: Chain;
  /** The highest `pending_from` that was heard, and `kept_from` of the latest status. */
  readonly pendingFrom: number;
  readonly keptFrom: number;
  readonly gaps: readonly Gap[];
  /** Content of the records that came last, by number. */
  readonly recent: readonly (readonly [seq: number, fingerprint: string])[];
}

export const NEW_GATEWAY: GatewayState = {
  v: 1,
  epochs: [],
  boots: [],
  births: [],
  unexplained: [],
  requests: 0,
};

export function newEpoch(epoch: string): EpochState {
  return { epoch, chain: NEW_CHAIN, pendingFrom: 1, keptFrom: 0, gaps: [], recent: [] };
}

/** So long a gateway that does not know the time is asked without a time limit. */
export const UNLIMITED_MS = 3_600_000;

export function isUnlimited({ unlimitedUntil: until }: GatewayState, now: number): boolean {
  // A clock of ours that was set back does not make it last longer.
  return until !== undefined && now < until && until <= now + UNLIMITED_MS;
}

export function saveState(state: GatewayState): string {
  return JSON.stringify(state);
}

/** Throws where the text is none of ours: a state that is guessed would hide what is missing. */
export function restoreState(text: string | undefined): GatewayState {
  if (text === undefined) return NEW_GATEWAY;
  const state = JSON.parse(text) as Partial<GatewayState> | null;
  if (state?.v !== 1 || !Array.isArray(state.epochs)) throw new TypeError("not a subscriber's state");
  return state as GatewayState;
}
