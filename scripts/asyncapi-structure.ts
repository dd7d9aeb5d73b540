/**
 * Whether a document is built as AsyncAPI 3.0.0 says (www.asyncapi.com/docs/reference/specification/v3.0.0), as far
 * as the contract uses it, with the MQTT bindings 0.2.0. Objects that it does not use are refused.
 */
type Json = Readonly<Record<string, unknown>>;

interface Shape {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

const SHAPES = {
  // "AsyncAPI Object"
  document: {
    required: ["asyncapi", "info"],
    optional: ["id", "servers", "defaultContentType", "channels", "operations", "components"],
  },
  info: {
    required: ["title", "version"],
    optional: ["description", "termsOfService", "contact", "license", "tags", "externalDocs"],
  },
  license: { required: ["name"], optional: ["url"] },
  channel: {
    required: [],
    optional: [
      "address",
      "messages",
      "title",
      "summary",
      "description",
      "servers",
      "parameters",
      "tags",
      "bindings",
    ],
  },
  operation: {
    required: ["action", "channel"],
    optional: [
      "title",
      "summary",
      "description",
      "security",
      "tags",
      "bindings",
      "traits",
      "messages",
      "reply",
    ],
  },
  parameter: { required: [], optional: ["enum", "default", "description", "examples", "location"] },
  message: {
    required: [],
    optional: [
      "headers",
      "payload",
      "correlationId",
      "contentType",
      "name",
      "title",
      "summary",
      "description",
      "tags",
      "bindings",
      "examples",
      "traits",
    ],
  },
  example: { required: [], optional: ["headers", "payload", "name", "summary"] },
  components: {
    required: [],
    optional: ["schemas", "servers", "channels", "operations", "messages", "parameters", "messageTraits"],
  },
  mqttOperation: { required: [], optional: ["qos", "retain", "messageExpiryInterval", "bindingVersion"] },
} as const satisfies Record<string, Shape>;

/** "Components Object": keys of the maps below it. */
const KEY = /^[a-zA-Z0-9.\-_]+$/;

/** What is wrong, as `path: what`; empty when the structure is right. */
export function structureProblems(document: unknown): readonly string[] {
  const problems: string[] = [];
  const say = (path: string, what: string): void => void problems.push(`${path}: ${what}`);

  const object = (value: unknown, path: string): Json => {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
    say(path, "is no object");
    return {};
  };
  const shaped = (value: unknown, shape: keyof typeof SHAPES, path: string): Json => {
    const own = object(value, path);
    const { optional, required }: Shape = SHAPES[shape];
    for (const key of required) if (!(key in own)) say(path, `lacks ${key}`);
    for (const key of Object.keys(own)) {
      if (![...required, ...optional].includes(key) && !key.startsWith("x-")) say(path, `${key} is unknown`);
    }
    return own;
  };
  const entries = (value: unknown, path: string): [string, unknown][] =>
    Object.entries(object(value ?? {}, path)).map(([key, one]) => {
      if (!KEY.test(key)) say(path, `"${key}" is no key`);
      return [key, one];
    });
  const text = (value: unknown, path: string): void => {
    if (value !== undefined && typeof value !== "string") say(path, "is no string");
  };

  const root = shaped(document, "document", "#");
  if (root["asyncapi"] !== "3.0.0") say("#/asyncapi", "is not 3.0.0");
  const info = shaped(root["info"], "info", "#/info");
  for (const key of ["title", "version", "description"]) text(info[key], `#/info/${key}`);
  if (info["license"] !== undefined) shaped(info["license"], "license", "#/info/license");

  /** What a Reference Object leads to, with its pointer; refuses any other. */
  const target = (value: unknown, path: string, under: string): [pointer: string, found: unknown] => {
    const pointer = object(value, path)["$ref"];
    if (typeof pointer !== "string" || !pointer.startsWith(under)) {
      say(path, `is no reference to ${under}`);
      return ["", undefined];
    }
    let found: unknown = root;
    for (const part of pointer.slice(2).split("/")) found = object(found, pointer)[part];
    if (found === undefined) say(path, `${pointer} is not there`);
    return [pointer, found];
  };

  const channelMessages = new Map<string, readonly string[]>();
  const addresses = new Set<unknown>();
  for (const [name, value] of entries(root["channels"], "#/channels")) {
    const path = `#/channels/${name}`;
    const channel = shaped(value, "channel", path);
    const { address } = channel;
    if (typeof address !== "string" || /[?#]/.test(address)) say(path, "has no proper address");
    if (addresses.has(address)) say(path, `${String(address)} is there twice`);
    addresses.add(address);
    const named = [...String(address).matchAll(/\{([^}]*)\}/g)].map(([, one]) => one).sort();
    const given = entries(channel["parameters"], `${path}/parameters`);
    for (const [parameter, one] of given) {
      target(one, `${path}/parameters/${parameter}`, "#/components/parameters/");
    }
    if (
      given
        .map(([one]) => one)
        .sort()
        .join() !== named.join()
    )
      say(path, "parameters are not those of the address");
    const messages = entries(channel["messages"], `${path}/messages`);
    for (const [message, one] of messages)
      target(one, `${path}/messages/${message}`, "#/components/messages/");
    channelMessages.set(
      path,
      messages.map(([message]) => `${path}/messages/${message}`),
    );
  }

  for (const [name, value] of entries(root["operations"], "#/operations")) {
    const path = `#/operations/${name}`;
    const operation = shaped(value, "operation", path);
    if (operation["action"] !== "send" && operation["action"] !== "receive") say(path, "action is unknown");
    const [channel] = target(operation["channel"], `${path}/channel`, "#/channels/");
    // "MUST be a subset of the messages defined in the channel", and lead there, not to the components.
    for (const message of (operation["messages"] ?? []) as unknown[]) {
      const [pointer] = target(message, `${path}/messages`, "#/channels/");
      if (!channelMessages.get(channel)?.includes(pointer)) say(path, `${pointer} is none of its channel's`);
    }
    for (const [protocol, binding] of entries(operation["bindings"], `${path}/bindings`)) {
      if (protocol !== "mqtt") say(path, `binding ${protocol} is unknown`);
      const mqtt = shaped(binding, "mqttOperation", `${path}/bindings/mqtt`);
      if (![0, 1, 2].includes(mqtt["qos"] as number)) say(path, "qos is none");
      if (mqtt["retain"] !== undefined && typeof mqtt["retain"] !== "boolean")
        say(path, "retain is no boolean");
      if (mqtt["bindingVersion"] !== "0.2.0") say(path, "bindingVersion is not 0.2.0");
    }
  }

  const components = shaped(root["components"] ?? {}, "components", "#/components");
  for (const [name, value] of entries(components["parameters"], "#/components/parameters")) {
    text(shaped(value, "parameter", `#/components/parameters/${name}`)["description"], name);
  }
  for (const [name, value] of entries(components["messages"], "#/components/messages")) {
    const path = `#/components/messages/${name}`;
    const message = shaped(value, "message", path);
    for (const key of ["name", "title", "summary", "description", "contentType"])
      text(message[key], `${path}/${key}`);
    target(message["payload"], `${path}/payload`, "#/components/schemas/");
    const examples = (message["examples"] ?? []) as unknown[];
    if (examples.length === 0) say(path, "has no example");
    for (const example of examples) {
      const { headers, payload } = shaped(example, "example", `${path}/examples`);
      if (headers === undefined && payload === undefined) say(path, "an example shows nothing");
    }
  }
  for (const [name, value] of entries(components["schemas"], "#/components/schemas")) {
    const schema = object(value, `#/components/schemas/${name}`);
    if (schema["$id"] !== undefined) say(name, "$id would move the base of references");
    if (!("type" in schema || "anyOf" in schema)) say(name, "says nothing");
  }
  return problems;
}
