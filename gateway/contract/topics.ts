import { ID_PATTERN } from "../../drivers/core/schema.js";

const PREFIX = "tram/v1/";
const ID = new RegExp(ID_PATTERN);

/** Below `tram/v1/<gateway>/`: what a gateway publishes, and `command`, which it reads. */
export type TopicName = "status" | "birth" | `birth/${string}` | "data" | "event" | "reply" | "command";

/** A topic of the contract, taken apart. */
export type ParsedTopic =
  | { readonly gateway: string; readonly kind: "status" | "birth" | "data" | "event" | "command" | "reply" }
  | { readonly gateway: string; readonly kind: "birth"; readonly device: string };

const KINDS: ReadonlySet<string> = new Set(["status", "birth", "data", "event", "command", "reply"]);

/** `tram/v1/<gateway>/<name>`. Throws RangeError for an id that is not one topic level. */
export function topicOf(gateway: string, name: TopicName): string {
  const device = name.startsWith("birth/") ? name.slice("birth/".length) : undefined;
  for (const id of device === undefined ? [gateway] : [gateway, device]) {
    if (!ID.test(id)) throw new RangeError(`"${id}" is not one topic level`);
  }
  return `${PREFIX}${gateway}/${name}`;
}

/** Undefined where the topic is none of the contract: a broker carries many others. */
export function parseTopic(topic: string): ParsedTopic | undefined {
  if (!topic.startsWith(PREFIX)) return undefined;
  const [gateway = "", kind = "", device, ...rest] = topic.slice(PREFIX.length).split("/");
  if (!ID.test(gateway) || !KINDS.has(kind) || rest.length > 0) return undefined;
  if (device === undefined) return { gateway, kind: kind as "status" };
  return kind === "birth" && ID.test(device) ? { gateway, kind, device } : undefined;
}
