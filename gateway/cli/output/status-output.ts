import { type Static, Type } from "@sinclair/typebox";
import type { GatewayStatus } from "../../core/status.js";
import { count, number, oneOf, text, time, yes } from "./words.js";

const Exchanges = {
  requests: count("since the driver was made, as all counters here"),
  good: count("that were answered"),
  timeouts: count("that were not"),
  damaged: count("frames that failed their checksum or were cut short"),
  foreign: count("whole frames that answered nothing that was asked now"),
  late: count("answers that came after their deadline and were thrown away"),
  exceptions: count("answers that were refusals"),
  exceptionCodes: Type.Record(Type.String(), Type.Integer(), { description: "how often each code came" }),
  roundTrip: Type.Optional(Type.Object({ medianMs: Type.Number(), p99Ms: Type.Number() })),
  busyShare: number("of the last minutes in which the wire was busy, 0 to 1"),
  lastGoodT: Type.Optional(number("wall ms of the last good answer")),
};

export const AlarmOutput = {
  device: text("id"),
  point: text("id within the device"),
  alarm: text("id within the point"),
  kind: oneOf(["high", "low", "rate", "stale"], "which limit"),
  severity: oneOf(["info", "warning", "critical"], "as configured"),
  since: time("when it was raised"),
  value: number("what was compared with the limit then"),
  meaning: Type.Optional(text("what the value stands for")),
  limit: number("as configured"),
  text: Type.Optional(text("as configured, in the language of --lang")),
};

const Mark = Type.Object({
  state: oneOf(["maintenance", "calibrating"], "what is done to it"),
  by: text("who"),
  since: time("since when"),
  until: time("until when"),
  reason: Type.Optional(text("what for")),
});

const link = (what: string) => oneOf(["connecting", "up", "down"], what);

/** `tram status --json`, and `GET /v1/status` of the local API. */
export const StatusOutput = Type.Object({
  id: text("of the gateway"),
  name: text("of the gateway"),
  version: text("of tram"),
  pid: Type.Integer(),
  config: text("path of the configuration in use"),
  hash: text("of the configuration"),
  epoch: text("identity of the buffer"),
  rev: count("revision of the readings"),
  started: time("when it was started"),
  now: time("when this was answered"),
  clock: oneOf(["trusted", "untrusted"], "whether its time can be relied on"),
  connections: Type.Array(
    Type.Object({
      id: text("of the connection"),
      driver: text("its name"),
      state: link("of the connection"),
      problem: Type.Optional(text("why it is down")),
      stats: Type.Object({
        ...Exchanges,
        devices: Type.Record(Type.String(), Type.Object(Exchanges), { description: "by id of the device" }),
      }),
      findings: Type.Array(Type.String(), { description: "what the faults point to, with what to do" }),
    }),
  ),
  devices: Type.Array(
    Type.Object({
      id: text("of the device"),
      name: text("of the device"),
      connection: text("id"),
      state: oneOf(["unknown", "answering", "lost"], "whether it answers"),
      lastGood: Type.Optional(time("its last good answer")),
      failures: count("failed requests one after the other"),
      points: count("that are configured"),
      badPoints: count("of them now bad"),
      problem: Type.Optional(text("what is wrong with it")),
      mark: Type.Optional(Mark),
    }),
  ),
  uplinks: Type.Array(
    Type.Object({
      id: text("of the uplink"),
      url: text("without credentials"),
      state: link("of its connection"),
      problem: Type.Optional(text("why it is down")),
      pendingFrom: count("lowest number not acknowledged"),
      last: count("last number of its stream"),
      keptFrom: count("lowest number that can still be sent"),
      pending: count("numbers not acknowledged: an upper bound of the backlog"),
      pause: Type.Optional(
        Type.Object(
          {
            by: text("who"),
            since: time("since when"),
            until: time("when it ends by itself"),
            ended: Type.Optional(time("when it ended; absent while it goes on")),
            end: Type.Optional(
              oneOf(["time", "asked", "alarm", "stopped"], "why it ended; alarm: one was raised or cleared"),
            ),
          },
          { description: "it was cut on purpose, for the test of the buffer" },
        ),
      ),
      roundTrip: Type.Optional(Type.Object({ medianMs: Type.Number(), p99Ms: Type.Number() })),
      inFlight: count("messages not acknowledged yet"),
      oldestInFlightMs: number("age of the oldest of them"),
      sentMessages: count("since start"),
      sentBytes: count("since start, payloads"),
      sentTodayBytes: count("today, in the gateway's timezone"),
      backlogWaits: Type.Optional(Type.Literal("day", { description: "the budget of the day is spent" })),
      acknowledgedRecords: count("since start"),
      acknowledgedReadings: count("since start"),
      rejectedMessages: count("since start"),
      deadLetters: Type.Optional(
        Type.Object({
          path: text("where they lie"),
          records: count("in it"),
          dropped: count("no room for them"),
        }),
      ),
      certificates: Type.Optional(
        Type.Array(
          Type.Object({
            file: text("or the URL of the broker"),
            of: oneOf(["ca", "cert", "broker"], "whose"),
            until: time("when it ends"),
            daysLeft: Type.Optional(Type.Number()),
          }),
        ),
      ),
    }),
  ),
  buffer: Type.Object({
    path: text("of the file"),
    durable: yes("false while numbers are held in memory only"),
    last: count("last number given"),
    durableSeq: count("last number on the disk"),
    keptFrom: count("lowest number kept"),
    keptSince: Type.Optional(number("wall ms of the oldest record kept")),
    belowKeepAtLeastUntil: number(
      "wall ms until which less is kept than promised; 0: never; -1: nobody knows",
    ),
    uncommittedMs: number("age of the oldest record not on the disk: the window of loss"),
    uncommittedBytes: count("that wait for the disk"),
    fileBytes: count("size of the file"),
    usedBytes: count("of it in use"),
    limitBytes: count("what it may become"),
    disk: oneOf(["writable", "full"], "full: others have filled it"),
    bytesWritten: count("to the disk since start"),
    card: Type.Object({
      ownBytes: count("written by the buffer, over all runs"),
      ownBytesADay: Type.Optional(Type.Number()),
      deviceBytes: Type.Optional(number("written by everybody")),
      deviceBytesADay: Type.Optional(Type.Number()),
      enduranceBytes: Type.Optional(number("as configured")),
      yearsLeft: Type.Optional(Type.Number()),
    }),
    commits: count("since start"),
    lastCommitMs: number("how long it took"),
    worstCommitMs: number("since start"),
    readings: count("since start"),
    records: count("since start"),
    dropped: count("from memory, since start, because the disk did not keep up"),
  }),
  audit: Type.Object({
    path: text("of the file"),
    bytes: count("size of it"),
    last: count("number of the last entry on the disk"),
    hash: text("of the last entry"),
    waiting: count("entries for the disk"),
    missing: count("entries that found no room in memory"),
    problem: Type.Optional(text("why it cannot be written")),
  }),
  alarms: Type.Array(Type.Object(AlarmOutput), { description: "raised now" }),
  memory: Type.Object({ rssBytes: Type.Number() }),
  pendingChange: Type.Optional(
    Type.Object({
      by: text("who applied it"),
      since: time("since when"),
      until: time("when it is taken back unless it is confirmed"),
      missing: Type.Array(text("id of what was reached before and is not now")),
    }),
  ),
});

/** Both ways, so that neither has a key that the other does not know. */
type Agrees<A extends B, B> = A;
export type StatusAgrees = [
  Agrees<Static<typeof StatusOutput>, GatewayStatus>,
  Agrees<keyof GatewayStatus, keyof Static<typeof StatusOutput>>,
];

/** `tram maintain --json`. */
export const MaintainOutput = Type.Object({
  device: text("id"),
  state: oneOf(["maintenance", "calibrating", "measuring"], "what it is now in; measuring: it was ended"),
  by: Type.Optional(text("who")),
  since: Type.Optional(time("since when")),
  until: Type.Optional(time("until when")),
  reason: Type.Optional(text("what for")),
});
