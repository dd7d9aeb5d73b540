/** How a subscriber follows the chain. The same for all workers that share a state. */
export interface FollowOptions {
  /** What the broker may still hold: so long a number may be missing below `pending_from`. */
  readonly graceMs: number;
  /** How long a request for a re-send is good, and when the first is followed by another; later ones wait longer. */
  readonly requestMs: number;
  /**
   * What of a gateway that was never heard before is missed: everything since the `first` number of its epoch, or
   * what it numbers from `now` on.
   */
  readonly begin: "first" | "now";
  /** Records whose content is remembered, to tell a duplicate from another content under the same number. */
  readonly remember: number;
  /** Epochs, pieces of a chain, and told ranges that are remembered of one gateway. */
  readonly epochs: number;
  readonly segments: number;
  readonly holes: number;
}

export const FOLLOW_DEFAULTS: FollowOptions = {
  graceMs: 10_000,
  requestMs: 60_000,
  begin: "first",
  remember: 256,
  epochs: 8,
  segments: 1_000,
  holes: 2_000,
};
