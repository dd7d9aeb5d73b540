import { BirthMessageSchema, DeviceBirthMessageSchema } from "./birth.js";
import { CommandMessageSchema, ReplyMessageSchema } from "./command.js";
import { DataMessageSchema, SnapshotMessageSchema } from "./data.js";
import { EventMessageSchema } from "./event.js";
import { StatusMessageSchema } from "./status.js";

/** The schema of every message: those that a gateway publishes, and `command`, which it reads. */
export const MESSAGE_SCHEMAS = {
  status: StatusMessageSchema,
  birth: BirthMessageSchema,
  "birth-device": DeviceBirthMessageSchema,
  data: DataMessageSchema,
  snapshot: SnapshotMessageSchema,
  event: EventMessageSchema,
  command: CommandMessageSchema,
  reply: ReplyMessageSchema,
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
    case "command":
    case "reply":
      return kind;
    default:
      return undefined;
  }
}

/** Which message an example shows, from the name of its file: `event-void` is an `event`. */
export function exampleOf(file: string): MessageName | undefined {
  const names = Object.keys(MESSAGE_SCHEMAS) as MessageName[];
  return names
    .filter((name) => file === name || file.startsWith(`${name}-`))
    .sort((a, b) => b.length - a.length)[0];
}
