import type { Action } from "./action.js";

/** What a step makes of a saved state. */
export interface SavedStep {
  readonly saved: string;
  readonly actions: readonly Action[];
}

/**
 * Where a receiver keeps states and records. MQTT may give the messages of one gateway to several workers, in any
 * order: the state of a gateway lies in one store that all of them share, never in a worker.
 */
export interface SubscriberStore {
  /**
   * One step of one gateway, wholly or not at all: reads the text that was saved for it, calls `step`, and keeps
   * what that returns together with whatever the actions ask for (records of `store`, births, corrected times) in
   * ONE transaction. Two steps of the same gateway come one after the other: by a lock on its row (`SELECT ... FOR
   * UPDATE`), by comparing the saved text when writing (then `step` is called again: it is pure), or because there
   * is one process. Rejects when nothing was kept; the message is not acknowledged then and comes again.
   */
  transact(gateway: string, step: (saved: string | undefined) => SavedStep): Promise<readonly Action[]>;

  /** Every gateway that has a state. Called every few seconds. */
  gateways(): Promise<readonly string[]>;
}

/** For programs that keep nothing: after a restart everything is new to them. */
export class MemoryStore implements SubscriberStore {
  readonly #saved = new Map<string, string>();
  readonly #keep: (gateway: string, actions: readonly Action[]) => void;

  /** `keep` is called within the step: when it throws, nothing happened. */
  constructor(keep: (gateway: string, actions: readonly Action[]) => void = () => {}) {
    this.#keep = keep;
  }

  async transact(
    gateway: string,
    step: (saved: string | undefined) => SavedStep,
  ): Promise<readonly Action[]> {
    const { actions, saved } = step(this.#saved.get(gateway));
    this.#keep(gateway, actions);
    this.#saved.set(gateway, saved);
    return actions;
  }

  async gateways(): Promise<readonly string[]> {
    return [...this.#saved.keys()];
  }
}
