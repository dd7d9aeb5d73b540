import type { TSchema } from "@sinclair/typebox";
import { exampleOf, MESSAGE_SCHEMAS, type MessageName } from "./message-schemas.js";

/** How a message travels. */
export interface Channel {
  readonly name: string;
  readonly address: string;
  readonly messages: readonly MessageName[];
  readonly retain: boolean;
  /** As the gateway sees it. */
  readonly action: "send" | "receive";
  readonly title: string;
  readonly description: string;
}

/** The topics of the contract. QoS is 1 everywhere. */
export const CHANNELS: readonly Channel[] = [
  {
    name: "status",
    address: "tram/v1/{gateway}/status",
    messages: ["status"],
    retain: true,
    action: "send",
    title: "Status",
    description:
      "On connecting, when the backlog becomes empty, every status_every (60 s), and at an orderly stop; by the " +
      "broker (Last Will) when the connection breaks.",
  },
  {
    name: "birth",
    address: "tram/v1/{gateway}/birth",
    messages: ["birth"],
    retain: true,
    action: "send",
    title: "Birth of the station",
    description:
      "On connecting where this revision's was not acknowledged yet, once a day, and on request. Retained for the " +
      "running revision; sent without retain ahead of records of another one.",
  },
  {
    name: "birthDevice",
    address: "tram/v1/{gateway}/birth/{device}",
    messages: ["birth-device"],
    retain: true,
    action: "send",
    title: "Birth of a device",
    description: "With the birth of the station. An empty payload clears that of a removed device.",
  },
  {
    name: "data",
    address: "tram/v1/{gateway}/data",
    messages: ["data", "snapshot"],
    retain: false,
    action: "send",
    title: "Readings",
    description: "Records of readings, live and from the backlog; snapshots of current values.",
  },
  {
    name: "event",
    address: "tram/v1/{gateway}/event",
    messages: ["event"],
    retain: false,
    action: "send",
    title: "Events",
    description: "Records of events, in the same chain as the readings. Every event goes to every uplink.",
  },
  {
    name: "reply",
    address: "tram/v1/{gateway}/reply",
    messages: ["reply"],
    retain: false,
    action: "send",
    title: "Replies",
    description: "What became of a request.",
  },
  {
    name: "command",
    address: "tram/v1/{gateway}/command",
    messages: ["command"],
    retain: false,
    action: "receive",
    title: "Requests",
    description: "Requests of the centre. No gateway can write here.",
  },
];

const PARAMETERS: Readonly<Record<string, string>> = {
  gateway: "id of the gateway, unique in the province: letters, digits, - _ .",
  device: "id of a device, unique in its gateway: letters, digits, - _ .",
};

/** A literal message by the name of its file in `examples`, without `.json`. */
export type Examples = ReadonlyMap<string, unknown>;

/** The contract as an AsyncAPI 3.0 document. Pure. */
export function asyncApiDocument(examples: Examples): unknown {
  const names = Object.keys(MESSAGE_SCHEMAS) as MessageName[];
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Trạm, contract between gateway and data centre",
      version: "1.0.0",
      description:
        "MQTT, QoS 1, JSON. Readers ignore keys, events and reasons that they do not know. The rules of the chain " +
        "stand in docs/en/contract.md. Payloads may be compressed with gzip: the first bytes are 1f 8b then.",
      license: { name: "MIT" },
    },
    defaultContentType: "application/json",
    channels: Object.fromEntries(CHANNELS.map((channel) => [channel.name, channelObject(channel)])),
    operations: Object.fromEntries(CHANNELS.map((channel) => [operationName(channel), operation(channel)])),
    components: {
      parameters: Object.fromEntries(
        Object.entries(PARAMETERS).map(([name, description]) => [name, { description }]),
      ),
      messages: Object.fromEntries(names.map((name) => [keyOf(name), message(name, examples)])),
      schemas: Object.fromEntries(names.map((name) => [keyOf(name), inlined(MESSAGE_SCHEMAS[name])])),
    },
  };
}

/** One message as a JSON Schema of its own. */
export function messageSchema(name: MessageName): unknown {
  const { $id: _, ...schema } = MESSAGE_SCHEMAS[name];
  return { $schema: "http://json-schema.org/draft-07/schema#", title: `tram/v1: ${name}`, ...schema };
}

function channelObject({ address, description, messages, title }: Channel): unknown {
  const parameters = [...address.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => [
    name,
    { $ref: `#/components/parameters/${name}` },
  ]);
  return {
    address,
    title,
    description,
    parameters: Object.fromEntries(parameters),
    messages: Object.fromEntries(
      messages.map((name) => [keyOf(name), { $ref: `#/components/messages/${keyOf(name)}` }]),
    ),
  };
}

function operation({ action, description, messages, name, retain, title }: Channel): unknown {
  return {
    action,
    channel: { $ref: `#/channels/${name}` },
    title,
    summary: description,
    messages: messages.map((message) => ({ $ref: `#/channels/${name}/messages/${keyOf(message)}` })),
    // A receiver subscribes with QoS 1; retain is a matter of who publishes.
    bindings: { mqtt: { qos: 1, ...(action === "send" && { retain }), bindingVersion: "0.2.0" } },
  };
}

function message(name: MessageName, examples: Examples): unknown {
  return {
    name: keyOf(name),
    title: name,
    summary: MESSAGE_SCHEMAS[name].description,
    contentType: "application/json",
    payload: { $ref: `#/components/schemas/${keyOf(name)}` },
    examples: [...examples]
      .filter(([file]) => exampleOf(file) === name)
      .map(([file, payload]) => ({ name: file, payload })),
  };
}

function operationName({ action, name }: Channel): string {
  return `${action === "send" ? "publish" : "receive"}${name[0]?.toUpperCase()}${name.slice(1)}`;
}

/** `birth-device` is `birthDevice`. */
function keyOf(name: MessageName): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** `$id` would make the document's own references relative to it. */
function inlined({ $id: _, ...schema }: TSchema): unknown {
  return schema;
}
