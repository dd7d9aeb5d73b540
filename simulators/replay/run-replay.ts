import { statSync } from "node:fs";
import { basename } from "node:path";
import { hexPairs } from "../../drivers/core/bus-text.js";
import type { Clock } from "../../drivers/core/clock.js";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { type Said, say } from "../../drivers/core/message.js";
import { adapterSaid } from "../adapter-said.js";
import { SIMULATOR_MESSAGES } from "../messages.js";
import { AdapterPort } from "../modbus/adapter-port.js";
import type { Carrier } from "../modbus/carrier.js";
import { SimulatedSerialPort } from "../modbus/serial-port.js";
import { TcpListener } from "../modbus/tcp-listener.js";
import { untilAborted } from "../until-aborted.js";
import type { LeftOut } from "./exchanges.js";
import { lineText } from "./line-settings.js";
import { REPLAY_DEVICE_MESSAGES as M } from "./messages.js";
import type { RecordedCounts } from "./recorded-device.js";
import { type ReplayBus, replayBusOf, type WantedPlace } from "./replay-bus.js";

export interface RunReplayOptions {
  readonly file: string;
  /** A simulated serial port, or a real one. */
  readonly port?: string;
  /** 0: any free port. */
  readonly tcpPort?: number;
  /** After the last of its answers a request is given the first again, or the last one for good. */
  readonly after: "again" | "stay";
}

/** Of all devices, with what the bus itself counts. */
export interface ReplayAccount extends RecordedCounts {
  readonly foreign: number;
  readonly damagedBytes: number;
  readonly collidedBytes: number;
  /** What a real adapter heard of what it sent itself. */
  readonly echoedBytes: number;
  readonly devices: readonly ({ readonly unit: number } & Readonly<RecordedCounts>)[];
}

/** What is told while it runs. */
export type ReplayEvent =
  | {
      readonly kind: "begun";
      readonly where: string;
      readonly framing: string;
      readonly units: readonly { readonly unit: number; readonly known: number }[];
      readonly exchanges: number;
      readonly leftOut: Readonly<LeftOut>;
      readonly said: readonly Said[];
    }
  | {
      readonly kind: "unknown";
      readonly unit: number;
      readonly pdu: string;
      readonly exception: number;
      readonly said: readonly Said[];
    }
  | { readonly kind: "adapter"; readonly state: "lost" | "back"; readonly said: readonly Said[] }
  | { readonly kind: "ended"; readonly account: ReplayAccount; readonly said: readonly Said[] };

const OWN_PATH = "/tmp/tram-simulate/replay";
/** Beyond it, what is not in the recording is counted and no longer told one by one. */
const MOST_TOLD = 20;

/**
 * Makes devices of a recording that answer whoever asks, until the signal is aborted. Throws ConfigurationError for a file
 * that is of no use and for a place that is taken.
 */
export async function runReplay(
  { after, file, port, tcpPort }: RunReplayOptions,
  clock: Clock,
  tell: (event: ReplayEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const onUnknown = unknownTeller(tell);
  const place = wantedPlace(port, tcpPort);
  const replay = await replayBusOf({ file, place, clock, after, onUnknown });
  const carrier = carrierOf(replay);
  if (carrier instanceof AdapterPort) {
    carrier.onChange = (state) => {
      tell({ kind: "adapter", state, said: [adapterSaid(carrier, state)] });
    };
  }
  try {
    await carrier.start().catch((error: unknown) => {
      throw cannotStart(error, replay);
    });
    tell(begun(file, carrier, replay));
    await untilAborted(signal);
  } finally {
    await carrier.stop();
  }
  const account = accountOf(replay, carrier);
  const { collidedBytes, damagedBytes, echoedBytes } = account;
  const said = [say(M.ended, { ...numbersOf(account) })];
  if (collidedBytes + damagedBytes > 0) {
    said.push(say(M.ended_bytes, { damaged: damagedBytes, collided: collidedBytes }));
  }
  if (echoedBytes > 0) {
    said.push(say(SIMULATOR_MESSAGES.adapter_echoes, { path: carrier.where, bytes: echoedBytes }));
  }
  tell({ kind: "ended", account, said });
}

function wantedPlace(path: string | undefined, tcpPort: number | undefined): WantedPlace {
  if (tcpPort !== undefined) return { kind: "tcp", port: tcpPort };
  if (path === undefined) return { kind: "as-recorded", path: OWN_PATH };
  return {
    kind: "serial",
    path,
    isReal: statSync(path, { throwIfNoEntry: false })?.isCharacterDevice() ?? false,
  };
}

function carrierOf({ bus, line, place }: ReplayBus): Carrier {
  if (place.kind === "tcp") return new TcpListener({ bus, port: place.port });
  const { isReal, path } = place;
  return isReal ? new AdapterPort(bus, { ...line, path }) : new SimulatedSerialPort(bus, path);
}

function cannotStart(error: unknown, { place }: ReplayBus): ConfigurationError {
  const { code, message } = error as NodeJS.ErrnoException;
  const cause = { cause: error };
  if (place.kind === "tcp") {
    const about = { port: place.port, option: "--tcp" };
    if (code === "EADDRINUSE") return new ConfigurationError(SIMULATOR_MESSAGES.port_taken, about, cause);
    if (code === "EACCES") return new ConfigurationError(SIMULATOR_MESSAGES.port_forbidden, about, cause);
    return new ConfigurationError(M.not_opened, { path: `:${place.port}`, problem: message }, cause);
  }
  const { path } = place;
  if (code === "EEXIST") return new ConfigurationError(SIMULATOR_MESSAGES.path_taken, { path }, cause);
  // What opens serial ports says the system's words, without its codes.
  const problem = message.replace(/^Error:? /, "");
  if (/cannot lock/i.test(problem)) return new ConfigurationError(M.port_busy, { path }, cause);
  return new ConfigurationError(M.not_opened, { path, problem }, cause);
}

function begun(file: string, carrier: Carrier, replay: ReplayBus): ReplayEvent {
  const { bus, devices, exchanges, line, place, unitZero } = replay;
  const { all, leftOut } = exchanges;
  const known = devices.reduce((sum, device) => sum + device.known, 0);
  const framing = bus.framing.name;
  const said = [
    say(M.running, {
      file: basename(file),
      where: carrier.where,
      framing: framing.toUpperCase(),
      line: place.kind === "serial" ? ` ${lineText(line)}` : "",
      units: devices.map(({ unit }) => unit).join(", "),
      known,
      exchanges: all.length,
    }),
  ];
  const { damaged, echo, foreign, late } = leftOut;
  if (damaged + echo + foreign + late > 0) said.push(say(M.left_out, { damaged, echo, foreign, late }));
  const { cutOff, skipped, unclear, unclearLine } = leftOut;
  if (unclear > 0) said.push(say(M.unclear, { unclear, unclearLine }));
  if (skipped > 0) said.push(say(M.cut_off, { cutOff, skipped }));
  if (unitZero > 0) said.push(say(M.unit_zero, { requests: unitZero }));
  const units = devices.map((device) => ({ unit: device.unit, known: device.known }));
  return { kind: "begun", where: carrier.where, framing, units, exchanges: all.length, leftOut, said };
}

/** Each request that the recording does not know is told once. */
function unknownTeller(tell: (event: ReplayEvent) => void) {
  const told = new Set<string>();
  return (unit: number, bytes: Uint8Array, exception: number): void => {
    const pdu = hexPairs(bytes);
    const key = `${unit} ${pdu}`;
    if (told.size >= MOST_TOLD || told.has(key)) return;
    told.add(key);
    const said = [say(M.unknown, { unit, what: requestText(bytes), exception })];
    if (told.size === MOST_TOLD) said.push(say(M.unknown_more));
    tell({ kind: "unknown", unit, pdu, exception, said });
  };
}

/** `holding 100 +10`; the bytes of what is no read. */
function requestText(pdu: Uint8Array): string {
  const table = ["coil", "discrete", "holding", "input"][(pdu[0] ?? 0) - 1];
  if (!table || pdu.length !== 5) return hexPairs(pdu);
  const view = new DataView(pdu.buffer, pdu.byteOffset, pdu.byteLength);
  return `${table} ${view.getUint16(1)} +${view.getUint16(3)}`;
}

function accountOf({ bus, devices }: ReplayBus, carrier: Carrier): ReplayAccount {
  const sum = (key: keyof RecordedCounts): number =>
    devices.reduce((total, { counts }) => total + counts[key], 0);
  const { collidedBytes, damagedBytes, foreign } = bus.stats;
  return {
    requests: sum("requests") + foreign,
    played: sum("played"),
    exceptions: sum("exceptions"),
    silent: sum("silent"),
    composed: sum("composed"),
    refused: sum("refused"),
    broadcasts: sum("broadcasts"),
    foreign,
    damagedBytes,
    collidedBytes,
    echoedBytes: carrier instanceof AdapterPort ? carrier.echoed : 0,
    devices: devices.map(({ counts, unit }) => ({ unit, ...counts })),
  };
}

function numbersOf({ devices: _, ...numbers }: ReplayAccount) {
  return numbers;
}
