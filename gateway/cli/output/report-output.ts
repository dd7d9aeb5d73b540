import { type Static, Type } from "@sinclair/typebox";
import type { StationReport } from "../report/report-data.js";
import { count, number, oneOf, text, time, yes } from "./words.js";

const link = oneOf(["connecting", "up", "down"], "as it is now");

const Open = Type.Array(
  Type.Object({
    level: oneOf(["problem", "warning", "todo"], "hurts now, will hurt one day, is not done yet"),
    where: Type.Optional(text("an id of gateway.yaml, or a check of tram doctor")),
    text: text("what it is and what to do, in the language of the report"),
  }),
  { description: "what is not well or not done; empty where nothing is open" },
);

const BufferTest = Type.Union(
  [
    Type.Object({ result: Type.Literal("not_done") }),
    Type.Object({
      result: oneOf(["passed", "failed"], "whether all that was made meanwhile arrived"),
      uplink: text("id"),
      url: text("without credentials"),
      cut_at: time("when it was cut"),
      cut_ms: count("how long"),
      kept_records: count("that waited at the end of the cut"),
      kept_readings: count("that were stored meanwhile"),
      first: count("number of the first record after the cut"),
      last: count("number of the last one of the cut"),
      drained_ms: Type.Optional(count("from the end of the cut until all were acknowledged")),
      left_records: count("not acknowledged when the test ended"),
      lost_records: count("given up meanwhile"),
      ended_by: Type.Optional(oneOf(["asked", "alarm", "stopped"], "why the cut ended before its time")),
    }),
  ],
  { description: "the uplink was cut on purpose" },
);

/** The JSON file of `tram report`. */
export const ReportFile = Type.Object(
  {
    format: Type.Literal("tram-report/1"),
    made: time("when it was made"),
    language: oneOf(["vi", "en"], "of its sentences"),
    open: Open,
    station: Type.Object({
      id: text("of the gateway"),
      name: text("of the station"),
      kind: Type.Optional(text("as configured")),
      owner: Type.Optional(text("as configured")),
      codes: Type.Optional(Type.Record(Type.String(), Type.String())),
      location: Type.Optional(Type.Object({ latitude: Type.Number(), longitude: Type.Number() })),
      timezone: text("IANA name"),
      version: text("of tram"),
      config: text("path"),
      hash: text("of the configuration"),
      epoch: text("identity of the buffer"),
      rev: count("revision of the readings"),
      started: time("when the gateway was started"),
      clock: oneOf(["trusted", "untrusted"], "whether its time can be relied on"),
    }),
    box: Type.Array(text("what the box says of itself")),
    connections: Type.Array(
      Type.Object({
        id: text("of the connection"),
        driver: text("its name"),
        line: text("port and setting, or address"),
        state: link,
        requests: count("since the gateway was started, as all counters here"),
        good: count("that were answered"),
        timeouts: count("that were not"),
        damaged: count("frames that failed their checksum"),
        late: count("answers after their deadline"),
        foreign: count("frames that answered nothing"),
        exceptions: count("refusals"),
        median_ms: Type.Optional(number("from question to answer")),
        p99_ms: Type.Optional(number("of 99 in a hundred")),
        busy_share: number("0 to 1"),
        findings: Type.Array(text("what the pattern of faults says")),
      }),
    ),
    devices: Type.Array(
      Type.Object({
        id: text("of the device"),
        name: text("of the device"),
        model: Type.Optional(text("of its profile")),
        profile: Type.Optional(text("id")),
        profile_version: Type.Optional(count("of the profile")),
        serial: Type.Optional(text("as configured")),
        serial_read: Type.Optional(text("as the device says")),
        asset: Type.Optional(text("as configured")),
        connection: text("id"),
        address: Type.Optional(text("on the wire")),
        state: oneOf(["unknown", "answering", "lost"], "as it is now"),
        last_good: Type.Optional(time("of the last answer")),
        points: count("that it has"),
        bad_points: count("that are bad now"),
      }),
    ),
    readings: Type.Array(
      Type.Object({
        device: text("id"),
        point: text("id within the device"),
        name: Type.Optional(text("of the point")),
        value: Type.Union([Type.Number(), Type.String(), Type.Boolean(), Type.Null()]),
        unit: Type.Optional(text("engineering unit")),
        meaning: Type.Optional(text("what the number stands for")),
        quality: oneOf(["good", "uncertain", "bad", "none"], "none: never read"),
        reason: Type.Optional(text("why it is not good")),
        state: Type.Optional(oneOf(["calibrating", "maintenance", "fault"], "of the instrument")),
        t: Type.Optional(time("of the answer")),
        is_signal_strength: Type.Optional(Type.Literal(true)),
      }),
    ),
    uplinks: Type.Array(
      Type.Object({
        id: text("of the uplink"),
        url: text("without credentials"),
        state: link,
        pending: count("records that wait"),
        acknowledged_readings: count("since the gateway was started"),
        round_trip_ms: Type.Optional(number("median, from sending to the receipt")),
        certificate_until: Type.Optional(time("of the first that ends")),
      }),
    ),
    buffer: Type.Object({
      path: text("of the file"),
      durable: yes("it stores"),
      max_bytes: count("as configured"),
      used_bytes: count("of the file"),
      commit_every_ms: count("as configured"),
      keep_at_least_days: number("as configured"),
      days_that_fit: count("when every reading is stored"),
    }),
    buffer_test: BufferTest,
    people: Type.Object({
      installer: Type.Optional(Type.String()),
      recipient: Type.Optional(Type.String()),
      place: Type.Optional(Type.String()),
    }),
  },
  { description: "the commissioning report of a station" },
);

/** `tram report --json`. */
export const ReportOutput = Type.Object({
  file: text("the page"),
  data: text("the same as JSON"),
  sha256: text("of the JSON file"),
  open: Open,
  buffer_test: BufferTest,
});

/** Neither may say what the other does not; checked by the compiler. */
type Agrees<A extends B, B> = [A, B];
export type ReportSchemaCheck = [
  Agrees<Static<typeof ReportFile>, StationReport>,
  Agrees<keyof StationReport, keyof Static<typeof ReportFile>>,
];
