import { topicOf } from "../topics.js";
import type { Action } from "./action.js";
import { missing } from "./chain.js";
import { type Gap, watch } from "./gaps.js";
import type { FollowOptions } from "./options.js";
import { type EpochState, type GatewayState, isUnlimited } from "./state.js";

/** Requests of one step: a gateway on a slow link is not to be flooded with them. */
const MOST_REQUESTS = 4;
/** A range that does not come is asked for ever more rarely: at most this often the first pause. */
const LONGEST = 64;
const REQUEST_GOOD_MS = 300_000;

/** What is overdue at `now`, and what is asked for. */
export function review(
  state: GatewayState,
  gateway: string,
  now: number,
  options: FollowOptions,
): { readonly state: GatewayState; readonly actions: readonly Action[] } {
  const actions: Action[] = [];
  let { requests } = state;
  const limit = isUnlimited(state, now) ? {} : { expires: new Date(now + REQUEST_GOOD_MS).toISOString() };
  let left = MOST_REQUESTS;
  const epochs = state.epochs.map((own): EpochState => {
    const { chain, epoch, pendingFrom } = own;
    const overdue = missing(chain).filter(({ to }) => to < pendingFrom);
    if (overdue.length === 0 && own.gaps.length === 0) return own;
    const { closed, gaps, opened } = watch(own.gaps, overdue, chain, now, options.graceMs);
    for (const range of closed) actions.push({ do: "gap_closed", epoch, ...range });
    for (const { from, to } of opened) {
      actions.push({ do: "gap", epoch, from, to, obtainable: obtainable(own, { from, to }) });
    }
    const asked = gaps.map((gap): Gap => {
      if (!isDue(gap, own, now, options) || left <= 0) return gap;
      left--;
      actions.push(request({ gateway, own, gap, now, id: ++requests, limit }));
      const pause = options.requestMs * Math.min(2 ** gap.asked, LONGEST);
      return { ...gap, asked: gap.asked + 1, again: now + pause };
    });
    return { ...own, gaps: asked };
  });
  return { state: { ...state, epochs, requests }, actions };
}

function obtainable(
  { keptFrom }: EpochState,
  { from, to }: Pick<Gap, "from" | "to">,
): "yes" | "in part" | "no" {
  if (to < keptFrom) return "no";
  return from < keptFrom ? "in part" : "yes";
}

function isDue(gap: Gap, own: EpochState, now: number, { requestMs }: FollowOptions): boolean {
  if (!gap.told || obtainable(own, gap) === "no") return false;
  // A clock that was set back by more than the longest pause makes nobody wait.
  return gap.again <= now || gap.again > now + requestMs * LONGEST;
}

interface Asked {
  readonly gateway: string;
  readonly own: EpochState;
  readonly gap: Gap;
  readonly now: number;
  readonly id: number;
  readonly limit: { readonly expires?: string };
}

function request({ gateway, own, gap, now, id, limit }: Asked): Action {
  const payload = {
    id: `resend-${now.toString(36)}-${id}`,
    request: "resend",
    epoch: own.epoch,
    from: Math.max(gap.from, own.keptFrom),
    to: gap.to,
    ...limit,
  };
  return { do: "request", topic: topicOf(gateway, "command"), payload: JSON.stringify(payload) };
}
