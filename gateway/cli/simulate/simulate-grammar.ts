import { flag, grammar, optional, repeated } from "../grammar/command.js";
import { FILE, type Kind, NEW_FILE, PROFILE, pair, SERIAL_PORT, text, whole } from "../grammar/kinds.js";
import { ZONED_MOMENT } from "../grammar/moment.js";
import { SIMULATE_MESSAGES as M } from "./simulate-messages.js";

const MAX_PORT = 65_535;
const MOST_SPEED = 3600;

const SITE: Kind<string> = {
  ...text("pump-station", M.word_site),
  wants: M.wants_site.text,
  completes: "site",
};

const PLACE: Kind<string> = {
  ...text("rs485=/dev/ttyUSB0", M.word_place),
  wants: M.wants_place.text,
  completes: "serial-port",
  read: (written) => (written === "" || written.endsWith("=") ? undefined : written),
};

const CONTROL: Kind<string> = {
  ...text("-", M.word_place),
  wants: M.wants_control.text,
  completes: "file",
};

const SPEED: Kind<number> = {
  ...whole(0, MOST_SPEED, "60"),
  wants: M.wants_speed.text,
  read: (text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    return value >= 0 && value <= MOST_SPEED ? value : undefined;
  },
};

const START = { ...ZONED_MOMENT, example: "2026-03-20T05:00" };
const TCP_PORT = whole(0, MAX_PORT, "1502");
const LISTEN_PORT = whole(0, MAX_PORT, "8080");
const BROKER_PORT = whole(0, MAX_PORT, "1883");
const SEED = whole(0, Number.MAX_SAFE_INTEGER, "7");

/** `tram simulate`; simulate.ts says which options go together. */
export const SIMULATE = grammar({
  name: "simulate",
  summary: M.summary,
  about: M.about,
  args: { site: optional(SITE, M.site) },
  options: {
    from: optional(FILE, M.from),
    scenario: optional({ ...FILE, example: "my.scenario.yaml" }, M.scenario),
    profile: optional(PROFILE, M.profile),
    variant: optional(text("direct", M.word_variant), M.variant),
    option: repeated(pair("ct=100"), M.option),
    unit: optional(whole(0, 255, "7"), M.unit),
    replay: optional({ ...FILE, example: "bus.txt" }, M.replay),
    once: flag(M.once),
    exact: flag(M.exact),
    loop: flag(M.loop),
    port: repeated(PLACE, M.port),
    tcp: optional(TCP_PORT, M.tcp),
    speed: optional(SPEED, M.speed),
    start: optional(START, M.start),
    seed: optional(SEED, M.seed),
    state: optional({ ...NEW_FILE, example: "world.json" }, M.state),
    broker: flag(M.broker),
    "broker-port": optional(BROKER_PORT, M.broker_port),
    control: optional(CONTROL, M.control),
    page: optional(LISTEN_PORT, M.page),
    json: flag(M.json),
  },
  forms: [
    ["site", "..."],
    ["from", "scenario?", "..."],
    ["profile", "port?", "tcp?", "..."],
    ["replay", "port?", "tcp?", "..."],
  ],
  notes: M.notes,
  examples: [
    "simulate pump-station --broker",
    "simulate pump-station --speed 60 --control -",
    "simulate --profile eastron/sdm630 --tcp 1502",
    "simulate --from gateway.yaml --port rs485=/dev/ttyUSB0",
    "simulate --replay bus.txt --tcp 1502",
  ],
});

const LESSON_NUMBER: Kind<number> = { ...whole(1, 999, "3"), completes: "lesson" };

/** `tram simulate lesson 3` */
export const LESSON = grammar({
  name: "lesson",
  summary: M.lesson_summary,
  about: M.lesson_about,
  args: { lesson: optional(LESSON_NUMBER, M.lesson) },
  options: {
    speed: optional(SPEED, M.speed),
    seed: optional(SEED, M.seed),
    "broker-port": optional(BROKER_PORT, M.lesson_broker_port),
    control: optional({ ...CONTROL, example: "/tmp/lesson" }, M.lesson_control),
  },
  examples: ["simulate lesson", "simulate lesson 3"],
});

/** `tram simulate unknown-bus` */
export const UNKNOWN_BUS = grammar({
  name: "unknown-bus",
  summary: M.unknown_bus_summary,
  about: M.unknown_bus_about,
  args: {},
  options: {
    link: optional({ ...SERIAL_PORT, example: "/tmp/tram-simulate/unknown-bus" }, M.link),
    seed: optional(SEED, M.unknown_seed),
    mixed: flag(M.mixed),
  },
  examples: ["simulate unknown-bus", "simulate unknown-bus --seed 4 --mixed"],
});
