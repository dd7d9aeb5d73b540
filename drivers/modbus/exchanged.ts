import type { LinkError, TransientError } from "../core/errors.js";
import type { Reply } from "./pdu-client.js";

/** What became of a request that was put on the wire. `busyMs` as in `ExchangeAccount`. */
export type Exchanged =
  | { readonly reply: Reply; readonly roundTripMs: number; readonly busyMs: number }
  | { readonly error: TransientError | LinkError };
