import { type Static, Type } from "@sinclair/typebox";
import { EpochSchema, oneOf, SeqSchema, TimeSchema } from "./vocabulary.js";

const RequestIdSchema = Type.String({
  minLength: 1,
  maxLength: 64,
  description: "chosen by who asks, unique; the reply names it",
});

/** Topic `command`: what the centre asks for. Changes nothing in the field. */
export const ResendRequestSchema = Type.Object(
  {
    id: RequestIdSchema,
    request: Type.Literal("resend", { description: "send records again that were numbered from..to" }),
    epoch: { ...EpochSchema, description: "epoch in which they were numbered" },
    from: { ...SeqSchema, description: "first number that is asked for" },
    to: { ...SeqSchema, description: "last number that is asked for" },
    expires: { ...TimeSchema, description: "after this it is not executed any more, ISO 8601 UTC" },
  },
  { $id: "tram/v1/command", description: "a request from the centre" },
);

/** Topic `reply`: what became of a request. */
export const ReplyMessageSchema = Type.Object(
  {
    id: RequestIdSchema,
    state: oneOf(
      ["done", "rejected", "expired"],
      "done: everything that could be sent was sent; rejected: see reason; expired: it came too late",
    ),
    reason: Type.Optional(Type.String({ description: "why it was rejected" })),
    sent: Type.Optional(Type.Integer({ minimum: 0, description: "records that were sent again" })),
  },
  { $id: "tram/v1/reply", description: "what became of a request" },
);

export type ResendRequest = Static<typeof ResendRequestSchema>;
export type ReplyMessage = Static<typeof ReplyMessageSchema>;
