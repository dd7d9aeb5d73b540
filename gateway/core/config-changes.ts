import type { Said } from "../../drivers/core/message.js";
import type { ConfigChange } from "./config-change.js";
import type { Tree, TreeChange } from "./config-tree.js";

/** A configuration that was applied and is not confirmed yet: it is taken back by itself. Times are ISO 8601 UTC. */
export interface PendingChange {
  readonly by: string;
  readonly since: string;
  /** When it is taken back unless somebody confirms it. */
  readonly until: string;
  /** What was reached before and is not yet reached again. */
  readonly missing: readonly string[];
}

/** How the last change of this run ended. */
export interface EndedChange {
  readonly by: string;
  readonly ended: string;
  readonly end: "confirmed" | "reverted";
  /** Why it was taken back. */
  readonly why?: string;
}

export interface ApplyRequest {
  /** The whole text of the new gateway.yaml. */
  readonly text: string;
  readonly by: string;
  /** It is taken back after so long unless it is confirmed. */
  readonly confirmMs: number;
}

/** Shortest and longest time for a confirmation. */
export const SHORTEST_CONFIRM_MS = 10_000;
export const LONGEST_CONFIRM_MS = 3_600_000;

export type ChangeAnswer =
  | { readonly pending: PendingChange; readonly change: ConfigChange }
  | { readonly ended: EndedChange }
  | { readonly refused: Said };

export type PlanAnswer =
  | { readonly changes: readonly TreeChange[]; readonly change: ConfigChange }
  | { readonly refused: Said };

/** Changes the configuration of a running gateway, with a way back. One change at a time. */
export interface ConfigChanges {
  /** What the gateway runs with. */
  running(): { readonly tree: Tree; readonly hash: string; readonly rev: number };
  pending(): PendingChange | undefined;
  ended(): EndedChange | undefined;
  /** What another text would change; nothing is changed. */
  plan(text: string): PlanAnswer;
  apply(request: ApplyRequest): Promise<ChangeAnswer>;
  confirm(by: string): Promise<ChangeAnswer>;
  revert(by: string): Promise<ChangeAnswer>;
  /** The gateway stops: what is pending is taken back by the next start. Idempotent. */
  close(): void;
}
