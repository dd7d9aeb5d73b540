import { type TSchema, Type } from "@sinclair/typebox";
import { BOTH_LANGUAGES, count, number, oneOf, TOLD, text, time, yes } from "./words.js";

const counted = (description: string) => Type.Record(Type.String(), Type.Integer(), { description });
const event = <const W extends string>(word: W) => Type.Literal(word);
const counts = <const W extends string>(...words: readonly W[]) =>
  Object.fromEntries(words.map((word) => [word, count(word)])) as Record<W, ReturnType<typeof count>>;
const numbers = <const W extends string>(...words: readonly W[]) =>
  Object.fromEntries(words.map((word) => [word, number(word)])) as Record<W, ReturnType<typeof number>>;
const SAID = { text: Type.Array(Type.String(), { description: "the sentences for people" }) };

const SiteAccount = {
  ...counts("requests", "answers", "exceptions"),
  foreign: count("requests for unit ids that nobody here has"),
  damaged: count("bytes that made no frame"),
  echoed: count("bytes that real adapters heard of what they sent themselves"),
  devices: Type.Array(
    Type.Object({
      device: text("id"),
      ...counts("reads", "writes"),
      breaches: count("requests that its profile forbids"),
      kinds: counted("of the breaches"),
    }),
  ),
  faults: counted("faults that were made, by kind"),
};

const SITE_EVENTS = [
  Type.Object(
    {
      event: event("scenario"),
      name: BOTH_LANGUAGES,
      about: Type.Optional(BOTH_LANGUAGES),
      start: time("when the world begins"),
      speed: number("how much faster it runs"),
      seed: count("the same gives the same course"),
    },
    { description: "of a site" },
  ),
  Type.Object({
    event: event("begun"),
    devices: Type.Array(
      Type.Object({
        connection: text("id"),
        driver: text("of the connection"),
        where: text("path, or address and port"),
        device: text("id"),
        profile: Type.Optional(text("absent: points of the configuration")),
        unit: count("Modbus unit id"),
      }),
    ),
    seed: count("the same gives the same values"),
  }),
  Type.Object({ event: event("said"), ...TOLD }),
  Type.Object(
    {
      event: event("breach"),
      device: text("id"),
      fault: text("in which way"),
      mono: number("monotonic ms"),
      table: Type.Optional(text("coil, discrete, holding or input")),
      address: Type.Optional(count("on the wire, from 0")),
      count: Type.Optional(count("of registers or bits")),
      pausedMs: Type.Optional(number("pause before it, ms")),
    },
    { description: "a device was asked in a way that its profile forbids" },
  ),
  Type.Object({ event: event("activity"), ...SiteAccount }),
  Type.Object({ event: event("ended"), ...SiteAccount }),
] as const;

const RecordedCounts = {
  requests: count("requests"),
  played: count("answered as recorded"),
  exceptions: count("of these, with an exception"),
  silent: count("left without an answer, as recorded"),
  composed: count("reads of words that were seen in others"),
  refused: count("not in the recording"),
  broadcasts: count("meant for all: nobody answers"),
};

const LeftOut = Type.Record(Type.String(), Type.Integer(), { description: "of the recording, by reason" });

const REPLAY_EVENTS = [
  Type.Object({
    event: event("begun"),
    where: text("path, or address and port"),
    framing: text("of Modbus: rtu, ascii or mbap"),
    units: Type.Array(Type.Object({ unit: count("Modbus unit id"), known: count("different requests") })),
    exchanges: count("recorded requests"),
    leftOut: LeftOut,
    ...SAID,
  }),
  Type.Object(
    {
      event: event("unknown"),
      unit: count("Modbus unit id"),
      pdu: text("the request, hexadecimal"),
      exception: count("what it was answered"),
      ...SAID,
    },
    { description: "a request that is not in the recording" },
  ),
  Type.Object({ event: event("adapter"), state: oneOf(["lost", "back"], "of the real adapter"), ...SAID }),
  Type.Object({
    event: event("ended"),
    ...RecordedCounts,
    foreign: count("requests for unit ids that the recording has not"),
    damagedBytes: count("that made no frame"),
    collidedBytes: count("that came while an answer was on its way"),
    echoedBytes: count("that a real adapter heard of what it sent itself"),
    devices: Type.Array(Type.Object({ unit: count("Modbus unit id"), ...RecordedCounts })),
    ...SAID,
  }),
] as const;

/** `tram simulate --json` of a site, of `--from` and of `--replay`, each line. */
export const SimulateOutput = Type.Union([...SITE_EVENTS, ...REPLAY_EVENTS] as TSchema[]);

const Load = Type.Object(numbers("cpu", "memoryMb"), { description: "percent of one core, MB" });

const Moment = Type.Object(
  {
    url: text("of the broker, without credentials"),
    broker: text("kind of it"),
    phase: oneOf(["connecting", "running", "storm", "finishing"], "of the run"),
    seconds: number("since everybody was connected"),
    forSeconds: Type.Optional(number("that were asked for")),
    state: Type.Object({
      ...counts("gateways", "connected"),
      out: count("without power or network"),
      draining: count("that send what they could not send in time"),
      waiting: count("records"),
      storm: oneOf(["none", "raging", "over"], "power cut of the province"),
      problem: Type.Optional(text("the last of a connection")),
      counts: counted("since the start"),
      wire: Type.Object(counts("sent", "received"), { description: "bytes of MQTT" }),
    }),
    rates: Type.Object(numbers("messages", "bytes", "readings"), { description: "a second" }),
    checked: Type.Optional(counted("what the subscriber counted")),
    own: Load,
    checkerLoad: Type.Optional(Load),
    brokerLoad: Type.Optional(Load),
  },
  { description: "every ten seconds" },
);

const Account = Type.Object({
  ...counts("gateways", "numbered", "received", "waiting", "missing", "unheard", "open_gaps", "conflicts"),
  ...counts("unreadable", "duplicates", "sent_again_on_request", "sent_late", "gaps_told", "gaps_closed"),
  ...counts("asked", "answered"),
  told_lost: count("told as lost, and never handed to a broker"),
  told_void: count("told as void, and never handed to a broker"),
  uncertain: count("handed over and then gone without a receipt"),
  surplus: count("received without having been numbered"),
  complete: yes("nothing is missing"),
});

const Measured = Type.Object({
  ...counts("gateways", "retainedMessages", "retainedBytes"),
  ...numbers("seconds", "messagesPerSecond", "peakMessagesPerSecond", "sentBytesPerSecond"),
  ...numbers("receivedBytesPerSecond", "spreadMs"),
  brokerCores: Type.Optional(number("of one core")),
  brokerRssBytes: Type.Optional(count("memory")),
  brokerEmptyBytes: Type.Optional(count("memory before the first gateway came")),
});

const Forecast = Type.Object({
  ...counts("gateways", "connections", "messages_per_second", "peak_messages_per_second"),
  ...numbers("mbit_in", "mbit_out", "retained_messages", "retained_mb", "connections_per_second"),
  ...numbers("mb_a_month_each"),
  broker_cores: Type.Optional(number("scaled")),
  broker_mb: Type.Optional(number("scaled")),
});

/** `tram simulate fleet --json`: moments, and the account as the last line. */
export const SimulateFleetOutput = Type.Union([
  Moment,
  Type.Object(
    {
      account: Account,
      checked: yes("the subscriber answered at the end"),
      measured: Type.Optional(Measured),
      forecast: Type.Optional(Forecast),
      machine: text("cores and their name"),
      load: number("of the machine over the last minute"),
    },
    { description: "the last line" },
  ),
]);
