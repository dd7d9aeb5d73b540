import { defaulted, flag, grammar, optional } from "../grammar/command.js";
import { BROKER, duration, FILE, type Kind, share, text, whole } from "../grammar/kinds.js";
import { SIMULATE_FLEET_MESSAGES as M } from "./simulate-fleet-messages.js";

const MOST_GATEWAYS = 60_000;
const MOST_SEED = 0xffff_ffff;

const PREFIX: Kind<string> = {
  ...text("sim-", M.word_prefix),
  wants: M.wants_prefix.text,
  read: (written) => (/^[A-Za-z0-9][A-Za-z0-9._-]{0,40}$/.test(written) ? written : undefined),
};

/** `tram simulate fleet` */
export const FLEET = grammar({
  name: "fleet",
  summary: M.summary,
  about: M.about,
  args: { url: optional(BROKER, M.url) },
  options: {
    gateways: defaulted(whole(1, MOST_GATEWAYS, "1000"), M.gateways, "100"),
    points: defaulted(whole(1, 5_000, "20"), M.points, "100"),
    every: defaulted(duration("100ms", "1d", "10s"), M.every, "60s"),
    gather: flag(M.gather),
    for: optional(duration("1s", "30d", "10min"), M.for),
    seed: defaulted(whole(0, MOST_SEED, "7"), M.seed, "1"),
    outages: defaulted(share("90%", "5%"), M.outages, "1%"),
    "outage-for": defaulted(duration("100ms", "1d", "5min"), M.outage_for, "60s"),
    "district-every": defaulted(duration("0", "1d", "10min"), M.district_every, "5min"),
    districts: defaulted(whole(1, 1_000, "8"), M.districts, "10"),
    storm: flag(M.storm),
    "storm-at": optional(duration("0", "1d", "3min"), M.storm_at),
    "storm-for": defaulted(duration("100ms", "1d", "2min"), M.storm_for, "30s"),
    spread: defaulted(duration("0", "1h", "2min"), M.spread, "30s"),
    events: defaulted(whole(0, 3_600, "6"), M.events, "2"),
    "ask-every": defaulted(duration("0", "1d", "30s"), M.ask, "10s"),
    "backlog-rate": defaulted(whole(1, 10_000, "50"), M.backlog_rate, "20"),
    history: defaulted(whole(16, 100_000, "256"), M.history, "64"),
    capacity: defaulted(whole(16, 1_000_000, "5000"), M.capacity, "2000"),
    ramp: optional(duration("0", "1h", "1min"), M.ramp),
    prefix: defaulted(PREFIX, M.prefix, "sim-"),
    user: optional(text("fleet", M.word_user), M.user),
    "password-file": optional({ ...FILE, example: "secrets/fleet" }, M.password_file),
    "centre-user": optional(text("centre", M.word_user), M.centre_user),
    "centre-password-file": optional({ ...FILE, example: "secrets/centre" }, M.centre_password_file),
    ca: optional({ ...FILE, example: "ca.pem" }, M.ca),
    json: flag(M.json),
  },
  notes: M.notes,
  examples: [
    "simulate fleet --gateways 1000 --for 10min --storm",
    {
      vi: "simulate fleet mqtts://mqtt.example.vn:8883 --ca ca.pem --gateways 200 --for 1h",
      en: "simulate fleet mqtts://mqtt.example.com:8883 --ca ca.pem --gateways 200 --for 1h",
    },
  ],
});
