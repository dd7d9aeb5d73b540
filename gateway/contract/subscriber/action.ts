import type { Place } from "./chain.js";
import type { Closed } from "./gaps.js";
import type { Birth, Reply, SentRecord, Snapshot, Status } from "./message.js";
import type { Range } from "./segments.js";

/** What a receiver has to do, or to know. */
export type Action =
  | StoreRecord
  | Duplicate
  | { readonly do: "conflict"; readonly epoch: string; readonly seq: number; readonly record: SentRecord }
  | GapOpened
  | ({ readonly do: "gap_closed"; readonly epoch: string } & Closed)
  | ({ readonly do: "given_up"; readonly epoch: string } & Range)
  | { readonly do: "forgotten"; readonly epoch: string }
  | ({ readonly do: "void"; readonly epoch: string; readonly reason: string } & Range)
  | ({ readonly do: "lost"; readonly epoch: string; readonly reason: string; readonly count: number } & Range)
  | { readonly do: "clock"; readonly boot: string; readonly offsetMs: number }
  | { readonly do: "request"; readonly topic: string; readonly payload: string }
  | { readonly do: "reply"; readonly message: Reply }
  | { readonly do: "status"; readonly message: Status }
  | { readonly do: "snapshot"; readonly message: Snapshot }
  | { readonly do: "birth"; readonly device?: string; readonly message?: Birth }
  | { readonly do: "unexplained"; readonly epoch: string; readonly rev: number }
  | { readonly do: "unreadable"; readonly problem: string };

/** A record that did not come before: store it, under gateway, epoch and seq. */
export interface StoreRecord {
  readonly do: "store";
  readonly topic: "data" | "event";
  readonly epoch: string;
  readonly rev: number;
  readonly seq: number;
  /** `void` and `lost`: it came all the same, and is as good as any. */
  readonly place: Place;
  /** When it was taken, corrected where that is possible. */
  readonly t: string;
  /** `untrusted`: t is what an unset clock said; a later `clock` action for its boot corrects it. */
  readonly clock: "trusted" | "corrected" | "untrusted";
  readonly record: SentRecord;
}

/** A record that came before: `unknown` where its content is not remembered any more. */
export interface Duplicate {
  readonly do: "duplicate";
  readonly topic: "data" | "event";
  readonly epoch: string;
  readonly seq: number;
  readonly content: "same" | "unknown";
  readonly record: SentRecord;
}

/** Something between `from` and `to` (which itself is surely missing) is overdue. */
export interface GapOpened extends Range {
  readonly do: "gap";
  readonly epoch: string;
  /** No: the gateway does not keep it any more. */
  readonly obtainable: "yes" | "in part" | "no";
}
