import { type Static, Type } from "@sinclair/typebox";
import {
  ALARM_KINDS,
  EpochSchema,
  IdSchema,
  LocationSchema,
  oneOf,
  PointIdSchema,
  RevSchema,
  SEVERITIES,
  TextSchema,
} from "./vocabulary.js";

export const SiteSchema = Type.Object(
  {
    name: Type.String({ description: "name of the station" }),
    timezone: Type.String({ description: "IANA name; times in messages are UTC all the same" }),
    location: Type.Optional(LocationSchema),
    kind: Type.Optional(Type.String({ description: "what the station is: pump-station, sluice ..." })),
    owner: Type.Optional(Type.String({ description: "who owns it" })),
    codes: Type.Optional(
      Type.Record(Type.String(), Type.String(), { description: "codes by who gave them" }),
    ),
  },
  { description: "the station" },
);

/** Topic `birth`, retained: the station and which devices it has for this uplink. */
export const BirthMessageSchema = Type.Object(
  {
    epoch: EpochSchema,
    rev: RevSchema,
    site: SiteSchema,
    devices: Type.Array(IdSchema, { description: "each has a message on birth/<device>" }),
  },
  { $id: "tram/v1/birth", description: "what the station is, as of one revision" },
);

const MeaningsSchema = (description: string) =>
  Type.Record(
    Type.String(),
    Type.Object({
      key: Type.String({ description: "stable word for programs" }),
      vi: Type.String({ description: "Vietnamese" }),
      en: Type.String({ description: "English" }),
    }),
    { description },
  );

const RangeSchema = Type.Object(
  {
    min: Type.Number({ "x-unit": "of the point", description: "lowest" }),
    max: Type.Number({ "x-unit": "of the point", description: "highest" }),
  },
  { description: "closed interval in the point's unit" },
);

export const PointBirthSchema = Type.Object(
  {
    id: PointIdSchema,
    name: Type.Optional({ ...TextSchema, description: "name of the point" }),
    type: oneOf(
      ["bool", "u16", "s16", "u32", "s32", "u64", "s64", "f32", "f64", "string"],
      "what the device holds; u64 and s64 without decimals are published as decimal strings",
    ),
    unit: Type.Optional(Type.String({ description: "as people write it: °C" })),
    ucum: Type.Optional(Type.String({ description: "the same unit as a UCUM code: Cel" })),
    quantity: Type.Optional(Type.String({ description: "what is measured, from a fixed vocabulary" })),
    kind: oneOf(
      ["instant", "mean", "min", "max", "sum", "count", "counter"],
      "of an instant, a statistic over interval_ms, or a running counter",
    ),
    interval_ms: Type.Optional(
      Type.Number({ "x-unit": "ms", description: "over which a statistic was taken" }),
    ),
    decimals: Type.Optional(Type.Integer({ minimum: 0, description: "places after the decimal point" })),
    scale: Type.Number({
      "x-unit": "of the point, by raw count",
      description: "published values are already raw * scale + offset",
    }),
    offset: Type.Number({
      "x-unit": "of the point",
      description: "published values are already raw * scale + offset",
    }),
    curve: Type.Optional(
      Type.Array(Type.Array(Type.Number()), {
        description: "pairs of raw and published value by which it is computed, instead of scale and offset",
      }),
    ),
    enum: Type.Optional(
      MeaningsSchema("what the numbers stand for, by number; others may come and are published as they are"),
    ),
    flags: Type.Optional(MeaningsSchema("what the bits of the number stand for, by bit; 0 is the lowest")),
    address: Type.Unknown({ description: "where the driver reads it" }),
    range: Type.Optional(RangeSchema),
    period_ms: Type.Optional(
      Type.Number({
        minimum: 0,
        "x-unit": "ms",
        description: "between two requests; 0: as fast as possible; absent: only on demand",
      }),
    ),
    deadband: Type.Number({
      minimum: 0,
      "x-unit": "of the point",
      description: "smallest change that is reported; 0 reports every reading",
    }),
    heartbeat_ms: Type.Number({ minimum: 0, "x-unit": "ms", description: "reported at least so often" }),
    priority: oneOf(["low", "normal", "high", "alarm"], "order of sending and of keeping"),
    alarms: Type.Optional(
      Type.Array(
        Type.Object({
          id: Type.String({ description: "as alarm events name it" }),
          kind: oneOf(ALARM_KINDS, "what is compared with the limit"),
          limit: Type.Number({ description: "in the point's unit; rate: a minute; stale: seconds" }),
          delay_ms: Type.Number({ minimum: 0, description: "raised when it has been so for this long" }),
          hysteresis: Type.Number({ minimum: 0, description: "cleared when it is so far on the good side" }),
          severity: oneOf(SEVERITIES, "how much it matters"),
          text: Type.Optional(TextSchema),
        }),
        { description: "alarms of this point; one that is not named in the present revision is not raised" },
      ),
    ),
    writable: Type.Boolean({ description: "whether commands may write it" }),
    write: Type.Optional(
      Type.Union(
        [
          Type.Object({ range: RangeSchema }),
          Type.Object({
            values: Type.Array(Type.Union([Type.Number(), Type.String(), Type.Boolean()]), {
              description: "the only values",
            }),
          }),
        ],
        { description: "what may be written" },
      ),
    ),
    safety: Type.Optional(
      oneOf(["read-only", "benign", "actuator", "dangerous"], "what writing it can do, where it is known"),
    ),
  },
  { description: "a point that this uplink carries" },
);

/** Topic `birth/<device>`, retained: what a platform needs to show a value that it never saw before. */
export const DeviceBirthMessageSchema = Type.Object(
  {
    epoch: EpochSchema,
    rev: RevSchema,
    device: { ...IdSchema, description: "id of the device, as in records" },
    name: Type.String({ description: "name of the device" }),
    connection: { ...IdSchema, description: "the line or link on which it is reached" },
    profile: Type.Optional(
      Type.Object(
        {
          id: Type.String({ description: "maker/model" }),
          version: Type.Integer({ description: "counts up with its changes" }),
          title: { ...TextSchema, description: "what the device is" },
        },
        { description: "device profile" },
      ),
    ),
    location: Type.Optional(LocationSchema),
    serial: Type.Optional(Type.String({ description: "serial number" })),
    asset: Type.Optional(Type.String({ description: "asset number" })),
    behind: Type.Optional({ ...IdSchema, description: "the device through which this one is reached" }),
    points: Type.Array(PointBirthSchema, { description: "its points that this uplink carries" }),
  },
  { $id: "tram/v1/birth-device", description: "a device and its points, as of one revision" },
);

export type SiteJson = Static<typeof SiteSchema>;
export type BirthMessage = Static<typeof BirthMessageSchema>;
export type PointBirth = Static<typeof PointBirthSchema>;
export type DeviceBirthMessage = Static<typeof DeviceBirthMessageSchema>;
