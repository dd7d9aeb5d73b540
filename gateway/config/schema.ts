// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in gateway.yaml look like this
import { type TObject, Type } from "@sinclair/typebox";
import { type DriverSchema, Duration, Percent, Size, Word } from "../../drivers/core/schema.js";
import { MapOf, propertiesOf } from "../../drivers/profiles/check.js";
import { Id } from "../../drivers/profiles/common-schema.js";
import type { DriverFamily } from "../../drivers/profiles/family.js";
import { PROFILE_MESSAGES as M } from "../../drivers/profiles/messages.js";
import { Period, pointSchema } from "../../drivers/profiles/point-schema.js";
import { ProfileId } from "../../drivers/profiles/profile-schema.js";

const text = (description: string) => Type.String({ minLength: 1, description });

const LocationSchema = Type.Object(
  {
    latitude: Type.Number({ minimum: -90, maximum: 90 }),
    longitude: Type.Number({ minimum: -180, maximum: 180 }),
  },
  { description: "WGS 84, decimal degrees" },
);

export const GatewaySection = Type.Object(
  {
    id: Id("unique in the province; topic level and MQTT user"),
    name: Type.Optional(text("name for people; the id by default")),
    location: Type.Optional(LocationSchema),
    timezone: Type.String({ default: "Asia/Ho_Chi_Minh", description: "IANA name" }),
    site: Type.Optional(
      Type.Object(
        {
          kind: Type.Optional(text("pump-station, sluice, rain-gauge ...")),
          owner: Type.Optional(text("who runs it")),
          codes: Type.Optional(MapOf(text("a code"), { description: "codes by registry: {national: ...}" })),
        },
        { description: "what the place is; published in birth" },
      ),
    ),
    clock: Word(["auto", "trusted"], {
      description: "auto: trusted when the system says that it is synchronised",
      default: "auto",
    }),
    status_every: Duration({ description: "how often status is published", default: "60s" }),
    health_every: Duration({
      description: "how often the health of each bus is recorded, as devices health.<connection>; 0s: never",
      default: "5min",
    }),
  },
  { description: "who this gateway is" },
);

/** The keys of every connection, besides its driver's. */
const CONNECTION_KEYS = {
  retry_within: Duration({
    description: "a device that fell silent, or a link that is gone, is looked for again within this time",
    default: "60s",
  }),
} as const;

/** The keys of every device, besides its driver's and `points`. */
export const DEVICE_KEYS = {
  name: Type.Optional(text("name for people; the id by default")),
  variant: Type.Optional(text("which of the devices that its profile describes")),
  options: Type.Optional(
    MapOf(text("one of its values"), { description: "what is fitted, as its profile names it" }),
  ),
  connection: Type.String({ minLength: 1, description: "a key of connections" }),
  profile: Type.Optional(ProfileId("<maker>/<model> in config/profiles")),
  every: Type.Optional(Period({ description: "how often points are asked; 10s by default" })),
  location: Type.Optional(LocationSchema),
  serial: Type.Optional(text("serial number")),
  asset: Type.Optional(text("number in the owner's register")),
  behind: Type.Optional(text("the device through which this one is reached")),
} as const;

export const UplinkSchema = Type.Object({
  url: Type.Unsafe<string>({
    type: "string",
    form: "url",
    description: "mqtts://host:8883, mqtt://host:1883 or file:folder",
  }),
  format: Word(["json"], { description: "form of the messages", default: "json" }),
  compress: Word(["none", "gzip"], { description: "compression of data messages", default: "none" }),
  protocol: Word(["auto", "5", "3.1.1"], { description: "auto: MQTT 5, then 3.1.1", default: "auto" }),
  user: Type.Optional(text("user name; the gateway's id by default")),
  password: Type.Optional(
    Type.Unsafe<string>({
      type: "string",
      minLength: 1,
      form: "secret",
      description: "best as ${file:secrets/mqtt}",
    }),
  ),
  tls: Type.Optional(
    Type.Object(
      {
        ca: Type.Optional(text("PEM file of the authority; the system's by default")),
        cert: Type.Optional(text("PEM file of the client's certificate")),
        key: Type.Optional(text("PEM file of the client's private key")),
      },
      { description: "for mqtts" },
    ),
  ),
  keepalive: Duration({ description: "MQTT keep-alive", default: "30s" }),
  gather: Duration({
    description: "live records wait at most so long to share a message; more on metered links",
    default: "0ms",
  }),
  backlog: Type.Optional(
    Type.Object(
      {
        share: Percent({ description: "of the time that it may take of the link", default: "100%" }),
        a_day: Type.Optional(
          Size({ description: "when so much was sent today, it waits for tomorrow; live records go on" }),
        ),
      },
      { description: "what was not sent at once, on metered or slow links" },
    ),
  ),
  reconnect_spread: Duration({
    description: "connections return spread over so long after a loss or when the box was just switched on",
    default: "10s",
  }),
  window: Type.Integer({ minimum: 1, maximum: 65535, default: 16, description: "messages in flight" }),
  points: Type.Union(
    [
      Word(["all"], { description: "every point" }),
      Type.Array(text("device.point, * for any part"), { minItems: 1 }),
    ],
    {
      default: "all",
      description: "all, or a list of patterns: [meter.*, well.level]",
      wrong: M.expected_list,
    },
  ),
  required: Type.Boolean({
    default: true,
    description: "records wait for it as long as there is room; false: only for keep_for",
  }),
  keep_for: Duration({
    description: "of an uplink that is not required: what is older does not wait for it",
    default: "30d",
  }),
  renamed_from: Type.Optional(text("its former id: it goes on where that one stood")),
  file_every: Duration({ description: "file: only: one file for each such interval", default: "1h" }),
});

export const BufferSection = Type.Object(
  {
    path: Type.Optional(text("SQLite file; ./data/<gateway id>.db by default")),
    identity: Type.Optional(
      text("second place that remembers epoch and numbers; <gateway id>.identity by default"),
    ),
    keep_at_least: Duration({ description: "a promise, also after delivery", default: "60d" }),
    max_size: Size({ description: "a limit", default: "2GB" }),
    commit_every: Duration({ description: "the window of loss", default: "1s" }),
    card: Type.Optional(
      Type.Object(
        {
          endurance: Type.Optional(
            Size({ description: "total bytes that it may be written (TBW), as its maker says: 30TB" }),
          ),
        },
        { description: "the memory card that holds the buffer; status then tells how long it will last" },
      ),
    ),
  },
  { description: "the store on this box" },
);

export const AuditSection = Type.Object(
  {
    path: Type.Optional(text("file; beside the buffer, <buffer>.audit.jsonl, by default")),
    keep: Duration({ description: "older entries leave, nothing else makes them", default: "365d" }),
    max_size: Size({
      description: "a limit: beyond it new entries are counted, and told when there is room",
      default: "64MB",
    }),
  },
  { description: "what was done to this gateway and what befell it, as a chain of hashes" },
);

/** The sections; what is in connections, devices and uplinks depends on drivers and is checked entry by entry. */
export const FileSchema = Type.Object({
  gateway: Type.Unknown(),
  connections: Type.Optional(MapOf(Type.Unknown(), { description: "serial lines and TCP links, by id" })),
  devices: Type.Optional(MapOf(Type.Unknown(), { description: "devices, by id" })),
  uplinks: Type.Optional(MapOf(Type.Unknown(), { description: "places records are forwarded to, by id" })),
  buffer: Type.Optional(Type.Unknown()),
  audit: Type.Optional(Type.Unknown()),
});

export function connectionSchema(driver: DriverSchema): TObject {
  return Type.Object({
    driver: Word([driver.name], { description: "the protocol" }),
    ...CONNECTION_KEYS,
    ...propertiesOf(driver.connection),
  });
}

export function deviceSchema(family: DriverFamily): TObject {
  return Type.Object({
    ...DEVICE_KEYS,
    ...propertiesOf(family.device),
    points: Type.Optional(
      Type.Array(
        Type.Union([text("id of a point of the profile"), pointSchema(family.address)], {
          wrong: M.expected_point,
        }),
        { minItems: 1, description: "which of the profile's points, and overrides; or points in place" },
      ),
    ),
  });
}
