import { type Static, Type } from "@sinclair/typebox";
import { EpochSchema, oneOf, PendingFromSchema, RevSchema, TimeSchema } from "./vocabulary.js";

export const FullStatusSchema = Type.Object({
  state: oneOf(["online", "offline"], "offline here: stopped in an orderly way"),
  since: { ...TimeSchema, description: "since when it is online or offline, ISO 8601 UTC" },
  epoch: EpochSchema,
  rev: RevSchema,
  pending_from: PendingFromSchema,
  last: Type.Integer({ minimum: 0, description: "last number in this uplink's stream, 0 for none" }),
  kept_from: Type.Integer({ minimum: 0, description: "lowest number that can still be sent again" }),
  durable: Type.Boolean({
    description: "false while the disk takes nothing and numbers are held in memory only",
  }),
  backlog_waits: Type.Optional(
    Type.Literal("day", {
      description:
        "the budget of bytes of this uplink is spent for today: what is pending waits for tomorrow, live records go on",
    }),
  ),
  version: Type.String({ description: "version of the gateway's software" }),
  config: Type.String({ description: "hash of the configuration in use" }),
});

export const LastWillSchema = Type.Object({
  state: Type.Literal("offline", { description: "the broker says so: the connection is gone" }),
  epoch: EpochSchema,
});

/** Topic `status`, retained: on connecting, when the backlog becomes empty, every `status_every`, at the end. */
export const StatusMessageSchema = Type.Union([FullStatusSchema, LastWillSchema], {
  $id: "tram/v1/status",
  description: "whether the gateway is online, and how far its numbers have come",
});

export type FullStatus = Static<typeof FullStatusSchema>;
export type LastWill = Static<typeof LastWillSchema>;
export type StatusMessage = Static<typeof StatusMessageSchema>;
