import { Type } from "@sinclair/typebox";
import { ILLS } from "../fleet/fleet-board.js";
import { count, oneOf, text, time, yes } from "./words.js";

export const FleetOutput = Type.Object({
  url: text("of the broker, without credentials"),
  at: time("when this was printed"),
  gateways: count("that were asked for"),
  online: count("of them"),
  ill: count("of them; with any the exit code is 1"),
  unreadable: count("messages that were left aside"),
  beyond: count("messages of gateways beyond the most that are kept"),
  rows: Type.Array(
    Type.Object({
      id: text("of the gateway"),
      site: Type.Optional(text("its name")),
      online: yes("whether it is"),
      since: Type.Optional(time("since when it is so")),
      backlog: Type.Optional(count("records that wait, at most")),
      oldest: Type.Optional(time("of the reading that is being sent late")),
      version: Type.Optional(text("of tram")),
      rev: Type.Optional(count("of the configuration")),
      lostDevices: Type.Optional(Type.Array(Type.String())),
      alarms: Type.Optional(Type.Array(Type.String())),
      ills: Type.Array(oneOf(ILLS, "what is wrong with it")),
    }),
  ),
});
