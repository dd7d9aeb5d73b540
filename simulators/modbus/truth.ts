import type { Exact } from "./exact.js";

/** A number in its exact form, a switch or a text. */
export type TruthValue = Exact | boolean | string;

/** What a perfect reader of a device's memory says of a point at one moment. */
export type Truth =
  | { readonly quality: "good"; readonly value: TruthValue }
  | { readonly quality: "uncertain"; readonly reason: string; readonly value: TruthValue }
  | { readonly quality: "bad"; readonly reason: string };
