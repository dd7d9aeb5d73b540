import type { Action } from "./action.js";
import { bound, type Chain, takeLast } from "./chain.js";
import type { Incoming, Reply, Status } from "./message.js";
import type { FollowOptions } from "./options.js";
import { takeRecords } from "./records.js";
import { review } from "./review.js";
import { type EpochState, type GatewayState, isUnlimited, newEpoch, UNLIMITED_MS } from "./state.js";

export interface Step {
  readonly state: GatewayState;
  readonly actions: readonly Action[];
}

/** Revisions whose births are remembered. */
const MOST_REVISIONS = 64;

/**
 * The whole of a subscriber, pure: what is known of a gateway, one message of it, the time in ms; what is known
 * then, and what is to be done. Messages of one gateway may come in any order and any number of times.
 */
export function follow(state: GatewayState, incoming: Incoming, now: number, options: FollowOptions): Step {
  const { state: taken, actions } = take(state, incoming, now, options);
  const reviewed = review(taken, incoming.gateway, now, options);
  return { state: reviewed.state, actions: [...actions, ...reviewed.actions] };
}

/** Time passed and no message came: call it every few seconds, for every gateway. */
export function tick(state: GatewayState, gateway: string, now: number, options: FollowOptions): Step {
  return review(state, gateway, now, options);
}

function take(state: GatewayState, incoming: Incoming, now: number, options: FollowOptions): Step {
  switch (incoming.kind) {
    case "data":
    case "event": {
      const { message, kind } = incoming;
      const { epoch, rev } = message;
      const explained = explain(state, epoch, rev);
      const own = epochOf(explained.state, epoch, options, () => message.records[0]?.prev ?? 0);
      const taken = takeRecords({
        own,
        boots: state.boots,
        topic: kind,
        message,
        remember: options.remember,
      });
      const kept = keep({ ...explained.state, boots: taken.boots }, taken.own, options);
      return { state: kept.state, actions: [...explained.actions, ...taken.actions, ...kept.actions] };
    }
    case "status":
      return takeStatus(state, incoming.message, options);
    case "snapshot": {
      const { message } = incoming;
      const explained = explain(state, message.epoch, message.rev);
      return { state: explained.state, actions: [...explained.actions, { do: "snapshot", message }] };
    }
    case "birth": {
      const { device, message } = incoming;
      const key = message && device === undefined ? revisionKey(message.epoch, message.rev) : undefined;
      const births = key === undefined || state.births.includes(key) ? state.births : [...state.births, key];
      const action: Action = {
        do: "birth",
        ...(device !== undefined && { device }),
        ...(message && { message }),
      };
      return { state: { ...state, births: births.slice(-MOST_REVISIONS) }, actions: [action] };
    }
    case "reply":
      return {
        state: withReply(state, incoming.message, now),
        actions: [{ do: "reply", message: incoming.message }],
      };
    case "unreadable":
      return { state, actions: [{ do: "unreadable", problem: incoming.problem }] };
  }
}

/**
 * A gateway with an unset clock rejects whatever has a time limit, and one whose clock differs from ours finds
 * everything expired: what was asked for is asked for again at once, without a limit. A re-send that comes late does
 * no harm.
 */
function withReply(state: GatewayState, { reason, state: outcome }: Reply, now: number): GatewayState {
  if (reason !== "clock_untrusted" && outcome !== "expired") return state;
  // The others that were on their way then are answered in the same way.
  if (isUnlimited(state, now)) return state;
  const epochs = state.epochs.map((own): EpochState => {
    const gaps = own.gaps.map((gap) => (gap.asked > 0 ? { ...gap, again: Math.min(gap.again, now) } : gap));
    return { ...own, gaps };
  });
  return { ...state, epochs, unlimitedUntil: now + UNLIMITED_MS };
}

function takeStatus(state: GatewayState, message: Status, options: FollowOptions): Step {
  const { epoch, last, pending_from: pendingFrom = 1, kept_from: keptFrom } = message;
  const action: Action = { do: "status", message };
  // The broker's own word (Last Will) says nothing of numbers.
  if (last === undefined) return { state, actions: [action] };
  const own = epochOf(state, epoch, options, () => last);
  const kept = keep(
    state,
    {
      ...own,
      chain: takeLast(own.chain, last),
      pendingFrom: Math.max(own.pendingFrom, pendingFrom),
      keptFrom: keptFrom ?? own.keptFrom,
    },
    options,
  );
  return { state: kept.state, actions: [action, ...kept.actions] };
}

function epochOf(
  state: GatewayState,
  epoch: string,
  options: FollowOptions,
  before: () => number,
): EpochState {
  const known = state.epochs.find((one) => one.epoch === epoch);
  if (known) return known;
  const own = newEpoch(epoch);
  if (options.begin === "first" || state.epochs.length > 0) return own;
  const chain: Chain = { ...own.chain, floor: before() };
  return { ...own, chain };
}

/** With the epoch as the one that was heard last, and everything within its bounds. */
function keep(state: GatewayState, own: EpochState, options: FollowOptions): Step {
  const { chain, given } = bound(own.chain, options);
  const epochs = [...state.epochs.filter(({ epoch }) => epoch !== own.epoch), { ...own, chain }];
  const gone = epochs.slice(0, Math.max(0, epochs.length - options.epochs));
  return {
    state: { ...state, epochs: epochs.slice(gone.length) },
    actions: [
      ...given.map((range): Action => ({ do: "given_up", epoch: own.epoch, ...range })),
      ...gone.map(({ epoch }): Action => ({ do: "forgotten", epoch })),
    ],
  };
}

/** Says once that a revision is read whose births did not come. */
function explain(state: GatewayState, epoch: string, rev: number): Step {
  const key = revisionKey(epoch, rev);
  if (state.births.includes(key) || state.unexplained.includes(key)) return { state, actions: [] };
  return {
    state: { ...state, unexplained: [...state.unexplained, key].slice(-MOST_REVISIONS) },
    actions: [{ do: "unexplained", epoch, rev }],
  };
}

function revisionKey(epoch: string, rev: number): string {
  return `${epoch}/${rev}`;
}
