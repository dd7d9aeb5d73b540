import type { Clock } from "../../drivers/core/clock.js";
import { LoopbackBroker } from "../broker.js";
import { SimulatedDevice } from "../modbus/device.js";
import { ReadLedger } from "../modbus/ledger.js";
import { RtuServer, type RtuServerStats } from "../modbus/rtu-server.js";
import { ModbusTcpServer } from "../modbus/tcp-server.js";
import { PumpingStation } from "../process/pumping-station.js";
import { PseudoTerminal } from "../pty.js";
import { GOODRIVE_MOST_REGISTERS, GOODRIVE_SPANS, goodrivePoints } from "./goodrive.js";
import { levelTransmitterPoints } from "./level-transmitter.js";
import { PUMP_PLC_SPANS, pumpPlcPoints } from "./pump-plc.js";
import { SDM630_SPANS, sdm630Points } from "./sdm630.js";

/** Where config/examples/pump-station.yaml expects the station. */
export const PUMP_STATION_DEFAULTS = {
  link: "/tmp/tram-pump-station/rs485",
  tcpPort: 1502,
  brokerPort: 1883,
  baud: 19_200,
  seed: 1,
} as const;

export interface PumpStationOptions {
  readonly clock: Clock;
  /** Symbolic link that leads to the RS-485 port. */
  readonly link?: string;
  /** 0: any free port. */
  readonly tcpPort?: number;
  /** An MQTT broker beside it; absent: none; 0: any free port. */
  readonly brokerPort?: number;
  readonly baud?: number;
  readonly bitsPerCharacter?: number;
  readonly seed?: number;
}

/** A running simulated station. */
export interface RunningStation {
  readonly process: PumpingStation;
  readonly ledger: ReadLedger;
  readonly devices: readonly SimulatedDevice[];
  readonly ports: StationPorts;
  readonly rtu: RtuServerStats;
  readonly tcp: { readonly requests: number; readonly exceptions: number };
  /** Closes everything that was opened. Idempotent. */
  stop(): Promise<void>;
}

export interface StationPorts {
  /** What to write as `port:` of the RS-485 connection. */
  readonly rs485: string;
  readonly tcp: number;
  readonly broker?: number;
}

/** A pumping station: a meter, a level transmitter and a drive on one RS-485 bus, a PLC on TCP. */
export async function startPumpStation(options: PumpStationOptions): Promise<RunningStation> {
  const { clock, seed = PUMP_STATION_DEFAULTS.seed, baud = PUMP_STATION_DEFAULTS.baud } = options;
  const station = new PumpingStation(clock, seed);
  const ledger = new ReadLedger();
  const bus = busDevices(station);
  const plc = new SimulatedDevice({
    id: "station",
    unit: 1,
    points: pumpPlcPoints(station),
    spans: PUMP_PLC_SPANS,
    refresh: () => station.advance(),
  });
  const closers: (() => Promise<void> | void)[] = [];
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= closeAll(closers);
    return stopped;
  };
  try {
    // The TCP port first: while another station runs on it, its link is not touched.
    const tcp = new ModbusTcpServer({
      devices: [plc],
      clock,
      ledger,
      port: options.tcpPort ?? PUMP_STATION_DEFAULTS.tcpPort,
      seed,
    });
    const tcpPort = await tcp.start();
    closers.push(() => tcp.stop());
    const pty = await PseudoTerminal.open(options.link ?? PUMP_STATION_DEFAULTS.link);
    closers.push(() => pty.close());
    const { bitsPerCharacter = 11 } = options;
    const rtu = new RtuServer({ wire: pty, devices: bus, clock, ledger, baud, bitsPerCharacter, seed });
    closers.push(() => rtu.stop());
    let broker: LoopbackBroker | undefined;
    if (options.brokerPort !== undefined) {
      const started = await LoopbackBroker.start({ port: options.brokerPort });
      broker = started;
      closers.push(() => started.stop());
    }
    const ports = { rs485: pty.link ?? pty.path, tcp: tcpPort, ...(broker && { broker: broker.port }) };
    return { process: station, ledger, devices: [...bus, plc], ports, rtu: rtu.stats, tcp: tcp.stats, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Unit ids and turnarounds as they are found in cabinets. */
function busDevices(station: PumpingStation): readonly SimulatedDevice[] {
  const refresh = (): void => station.advance();
  return [
    new SimulatedDevice({
      id: "meter",
      unit: 1,
      points: sdm630Points(station.meter),
      spans: SDM630_SPANS,
      turnaroundMs: [18, 30],
      refresh,
    }),
    new SimulatedDevice({
      id: "well",
      unit: 7,
      points: levelTransmitterPoints(7, () => station.wellLevel),
      turnaroundMs: [25, 45],
      refresh,
    }),
    new SimulatedDevice({
      id: "drive",
      unit: 3,
      points: goodrivePoints(station.drive),
      spans: GOODRIVE_SPANS,
      mostRegisters: GOODRIVE_MOST_REGISTERS,
      turnaroundMs: [8, 15],
      refresh,
    }),
  ];
}

async function closeAll(closers: readonly (() => Promise<void> | void)[]): Promise<void> {
  for (const close of [...closers].reverse()) await close();
}
