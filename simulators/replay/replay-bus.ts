import { parseBusText } from "../../drivers/core/bus-text.js";
import type { Clock } from "../../drivers/core/clock.js";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { ASCII_FRAMING } from "../modbus/ascii-framing.js";
import { SimulatedBus } from "../modbus/bus.js";
import { readBusFile } from "../modbus/bus-file.js";
import type { Framing } from "../modbus/framing.js";
import { ReadLedger } from "../modbus/ledger.js";
import { MBAP_FRAMING } from "../modbus/mbap-framing.js";
import { RTU_FRAMING } from "../modbus/rtu-framing.js";
import { type Exchange, type Exchanges, exchangesOf } from "./exchanges.js";
import { framingOfRecording, isOverTcp } from "./framing-of-recording.js";
import { bitsPerCharacter, type LineSettings, lineSettingsOf, USUAL_LINE } from "./line-settings.js";
import { REPLAY_DEVICE_MESSAGES as M } from "./messages.js";
import { RecordedDevice } from "./recorded-device.js";

/** Where the devices are met. */
export type ReplayPlace =
  | { readonly kind: "tcp"; readonly port: number }
  | { readonly kind: "serial"; readonly path: string; readonly isReal: boolean };

/** Where nothing is chosen: as it was recorded. */
export type WantedPlace = ReplayPlace | { readonly kind: "as-recorded"; readonly path: string };

export interface ReplayBusOptions {
  readonly file: string;
  readonly place: WantedPlace;
  readonly clock: Clock;
  readonly after: "again" | "stay";
  readonly onUnknown: (unit: number, pdu: Uint8Array, exception: number) => void;
}

/** The devices of a recording, on a bus that is not yet carried by anything. */
export interface ReplayBus {
  readonly bus: SimulatedBus;
  readonly devices: readonly RecordedDevice[];
  readonly place: ReplayPlace;
  readonly line: LineSettings;
  readonly exchanges: Exchanges;
  /** Requests for a unit that cannot be asked there. */
  readonly unitZero: number;
}

/** A serial line means all devices by it. */
const BROADCAST = 0;

/** Throws ConfigurationError for a file that cannot be read, is no recording, or has nobody who could answer. */
export async function replayBusOf(options: ReplayBusOptions): Promise<ReplayBus> {
  const { after, clock, file, onUnknown } = options;
  const { frames, head, skipped } = parseBusText(await readBusFile(file), file);
  const recorded = framingOfRecording(head.driver, frames, file);
  const isCarriedByTcp = !recorded.serial || isOverTcp(head.driver);
  const place = placeOf(options.place, isCarriedByTcp);
  const framing = framingAt(place, recorded, isOverTcp(head.driver));
  const found = isCarriedByTcp ? undefined : lineSettingsOf(head.line);
  const line = found ?? USUAL_LINE;
  // Where characters take time again, what they took is no part of the turnaround.
  const characterMs = found && place.kind === "serial" ? (bitsPerCharacter(found) * 1000) / found.baud : 0;
  const exchanges = exchangesOf(frames, skipped, recorded, (bytes) => bytes * characterMs);
  const byUnit = grouped(exchanges.all);
  const unitZero = framing.serial ? (byUnit.get(BROADCAST)?.length ?? 0) : 0;
  if (framing.serial) byUnit.delete(BROADCAST);
  if (byUnit.size === 0) {
    if (unitZero > 0) throw new ConfigurationError(M.only_unit_zero, { file });
    const { line: first = 1 } = frames.find(({ direction }) => direction === "sent") ?? {};
    throw new ConfigurationError(M.nothing, { file, framing: recorded.name, line: first });
  }
  const devices = [...byUnit]
    .sort(([a], [b]) => a - b)
    .map(([unit, own]) => new RecordedDevice({ unit, exchanges: own, after, onUnknown }));
  const bus = new SimulatedBus({
    devices,
    clock,
    ledger: new ReadLedger(1),
    framing,
    baud: line.baud,
    bitsPerCharacter: bitsPerCharacter(line),
    pace: place.kind === "serial" && !place.isReal ? "bus" : "none",
  });
  return { bus, devices, place, line, exchanges, unitZero };
}

function placeOf(wanted: WantedPlace, isCarriedByTcp: boolean): ReplayPlace {
  if (wanted.kind !== "as-recorded") return wanted;
  return isCarriedByTcp ? { kind: "tcp", port: 0 } : { kind: "serial", path: wanted.path, isReal: false };
}

/** On TCP it is Modbus TCP, unless frames of a serial line were carried there; on a serial line ASCII or RTU. */
function framingAt(place: ReplayPlace, recorded: Framing, wasOverTcp: boolean): Framing {
  if (place.kind === "tcp") return wasOverTcp ? recorded : MBAP_FRAMING;
  return recorded === ASCII_FRAMING ? ASCII_FRAMING : RTU_FRAMING;
}

function grouped(exchanges: readonly Exchange[]): Map<number, Exchange[]> {
  const byUnit = new Map<number, Exchange[]>();
  for (const exchange of exchanges) {
    const own = byUnit.get(exchange.unit);
    if (own) own.push(exchange);
    else byUnit.set(exchange.unit, [exchange]);
  }
  return byUnit;
}
