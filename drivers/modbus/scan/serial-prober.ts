import type { Clock } from "../../core/clock.js";
import type { Lock } from "../../core/lock.js";
import { say } from "../../core/message.js";
import type { Prober, ScanEvent, ScanWish } from "../../core/prober.js";
import type { Line } from "../../line/line.js";
import { SerialLine } from "../../line/serial-line.js";
import type { Profile } from "../../profiles/profile.js";
import { silenceMs } from "../silence.js";
import { SCAN_MESSAGES as M } from "./messages.js";
import { formatsInOrder, type LineFormat, likelyUnits, nameOf } from "./orders.js";
import type { ScanPlace } from "./place.js";
import { Recogniser } from "./recogniser.js";
import { RtuWire } from "./rtu-wire.js";
import { type HeardInAll, scanPlaces } from "./scan-places.js";

export interface SerialProberOptions {
  readonly port: string;
  readonly clock: Clock;
  readonly lock: Lock;
  /** Else all that are known. */
  readonly bauds?: readonly number[];
  readonly parities?: readonly LineFormat["parity"][];
  /** Exactly these, in this order, instead of speeds and parities. */
  readonly formats?: readonly LineFormat[];
  /** Else the port itself. */
  readonly lineOf?: (format: LineFormat) => Line;
}

const REOPEN_MS = 30;
/** Characters of a question for one register and of its answer. */
const QUESTION = 8;
const ANSWER = 7;

/** Looks for devices on a serial port that it opens itself, under one setting after the other. */
export class SerialProber implements Prober {
  readonly #options: SerialProberOptions;

  constructor(options: SerialProberOptions) {
    this.#options = options;
  }

  scan(wish: ScanWish, signal: AbortSignal): AsyncGenerator<ScanEvent, void> {
    const profiles = wish.profiles as readonly Profile[];
    const recogniser = new Recogniser(profiles, this.#options.clock, wish.effort);
    const formats = this.#options.formats ?? formatsInOrder(profiles, this.#options);
    return scanPlaces(
      {
        places: formats.map((format) => serialPlace(this.#options, format)),
        likely: likelyUnits(profiles),
        wish,
        clock: this.#options.clock,
        recogniser,
        nobody: (heard) => nobodyOn(this.#options.port, heard),
      },
      signal,
    );
  }
}

export function serialPlace(
  { clock, lineOf, lock, port }: Pick<SerialProberOptions, "clock" | "lineOf" | "lock" | "port">,
  format: LineFormat,
): ScanPlace {
  const { baud, parity, stop_bits } = format;
  const silence = silenceMs(baud);
  const line =
    lineOf?.(format) ?? new SerialLine({ port, baud, data_bits: 8, parity, stop_bits }, clock, lock);
  const settings = {
    port,
    baud,
    ...(parity !== "none" && { parity }),
    ...(stop_bits !== 1 && { stop_bits }),
  };
  return {
    line: { name: nameOf(format), driver: "modbus-rtu", settings },
    isSerial: true,
    exchangeMs: (QUESTION + ANSWER) * line.characterMs + 2 * silence,
    open: async (signal) => {
      // A port that was closed just now is not always free at once.
      await clock.sleep(REOPEN_MS);
      const wire = new RtuWire({ line, clock, silenceMs: silence });
      await wire.open(signal);
      return wire;
    },
  };
}

/** Why that may be, by what was heard. */
function nobodyOn(port: string, { damaged, echoes, questions }: HeardInAll) {
  const params = { port, count: questions };
  if (damaged > 0) return [say(M.only_garbled, params)];
  return [say(echoes > 0 ? M.only_echo : M.all_silent, params)];
}
