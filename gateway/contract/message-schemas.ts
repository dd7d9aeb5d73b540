import { BirthMessageSchema, DeviceBirthMessageSchema } from "./birth.js";
import { DataMessageSchema, SnapshotMessageSchema } from "./data.js";
import { EventMessageSchema } from "./event.js";
import { StatusMessageSchema } from "./status.js";

/** The schema of every message that a gateway publishes. */
export const MESSAGE_SCHEMAS = {
  status: StatusMessageSchema,
  birth: BirthMessageSchema,
  "birth-device": DeviceBirthMessageSchema,
  data: DataMessageSchema,
  snapshot: SnapshotMessageSchema,
  event: EventMessageSchema,
} as const;

export type MessageName = keyof typeof MESSAGE_SCHEMAS;

/** Which schema a parsed payload of a topic kind is held against. */
export function messageName(
  kind: string,
  device: string | undefined,
  payload: unknown,
): MessageName | undefined {
  switch (kind) {
    case "birth":
      return device === undefined ? "birth" : "birth-device";
    case "data":
      return typeof payload === "object" && payload !== null && "snapshot" in payload ? "snapshot" : "data";
    case "status":
    case "event":
      return kind;
    default:
      return undefined;
  }
}
