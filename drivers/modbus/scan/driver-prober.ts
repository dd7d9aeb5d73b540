import type { Clock } from "../../core/clock.js";
import { say } from "../../core/message.js";
import type { ScanEvent, ScanLine, ScanWish } from "../../core/prober.js";
import type { Profile } from "../../profiles/profile.js";
import { SCAN_MESSAGES as M } from "./messages.js";
import { likelyUnits, UNITS } from "./orders.js";
import type { Asker } from "./question.js";
import { Recogniser } from "./recogniser.js";
import { scanPlaces } from "./scan-places.js";

export interface DriverWire {
  /** Goes through the driver's queue: polls go between two questions. */
  readonly asker: Asker;
  readonly line: ScanLine;
  readonly clock: Clock;
  readonly isSerial: boolean;
  /** Of one question and its answer on the wire. */
  readonly exchangeMs: number;
}

/** Looks for devices on the wire of a running driver, as that wire is set: other settings would silence its devices. */
export function scanDriver(
  { asker, clock, exchangeMs, isSerial, line }: DriverWire,
  wish: ScanWish,
  signal: AbortSignal,
): AsyncGenerator<ScanEvent, void> {
  const profiles = wish.profiles as readonly Profile[];
  const isShort = wish.units !== undefined || wish.effort === "quick" || !isSerial;
  const place = {
    line,
    isSerial,
    exchangeMs,
    open: async () => ({
      ask: asker.ask.bind(asker),
      close: async () => {},
    }),
  };
  return scanPlaces(
    {
      places: [place],
      likely: likelyUnits(profiles),
      wish: isShort ? wish : { ...wish, units: UNITS },
      clock,
      recogniser: new Recogniser(profiles, clock, wish.effort),
      nobody: ({ questions }) => [say(M.nobody_else, { line: line.name, count: questions })],
    },
    signal,
  );
}
