import { Type } from "@sinclair/typebox";
import { oneOf, text, time, yes } from "./words.js";

const part = Type.Record(Type.String(), oneOf(["keep", "restart", "start", "stop"], "by id"));

const Change = Type.Object({
  connections: part,
  uplinks: part,
  new_revision: yes("rev counts up, and uplinks connect anew"),
  needs_restart: Type.Array(text("key that a running gateway cannot change")),
});

/** `tram config show --json`: sections as in gateway.yaml, complete; units in the names, secrets are `***`. */
export const ConfigShowOutput = Type.Record(Type.String(), Type.Unknown());

/** `tram config diff --json`. */
export const ConfigDiffOutput = Type.Object({
  changes: Type.Array(
    Type.Object({
      path: Type.Array(text("key")),
      before: Type.Optional(Type.Unknown({ description: "absent: it is new" })),
      after: Type.Optional(Type.Unknown({ description: "absent: it is gone" })),
    }),
  ),
  change: Change,
});

/** `tram config apply --json`. */
export const ConfigApplyOutput = Type.Object({
  pending: Type.Object({
    by: text("who"),
    since: time("since when"),
    until: time("when it is taken back unless it is confirmed"),
    missing: Type.Array(text("id of what was reached before and is not now")),
  }),
  change: Change,
});

/** `tram config confirm --json` and `revert --json`. */
export const ConfigEndedOutput = Type.Object({
  by: text("who"),
  ended: time("when"),
  end: oneOf(["confirmed", "reverted"], "how"),
  why: Type.Optional(text("why it was taken back")),
});
