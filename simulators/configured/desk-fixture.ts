import type { Test } from "tap";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { render } from "../../drivers/core/message.js";
import { crcHolds, rtuFrame } from "../modbus/rtu-frame.js";
import { type ByteWire, PACKET_MANNER, SERIAL_MANNER } from "../modbus/wire.js";
import { configured } from "./configured-fixture.js";
import { CountingLedger } from "./device-count.js";
import { FaultDesk } from "./fault-desk.js";
import { StandIn, type StandInBus } from "./stand-in.js";

/** A station on a clock that is stepped, asked in raw bytes; and the desk at which its faults are ordered. */

/** Values that stand still, so that answers can be compared; `course` and `total` move, `lonely` is alone there. */
export const STATION = `connections:
  rs485: {driver: modbus-rtu, port: ./bus}
  fast: {driver: modbus-rtu, port: ./fast, baud: 115200}
  slow: {driver: modbus-rtu, port: ./slow, baud: 1200}
  plc: {driver: modbus-tcp, host: 127.0.0.1}
  server: {driver: modbus-rtu-over-tcp, host: 127.0.0.1, port: 503}
devices:
  meter:
    connection: rs485
    unit_id: 1
    points:
      - {id: level, address: 0, type: s16, scale: 0.01, unit: m, simulate: {start: 2.5}, sentinels: [{raw: 32767, reason: overrange}, {raw: -32768, reason: open_circuit}]}
      - {id: total, address: 1, type: u32, scale: 0.1, kind: counter, unit: m³, simulate: {start: 1000, rate: 0}}
      - {id: course, address: 3, type: s16, unit: m, range: [0, 1000]}
      - {id: run, address: 4, bit: 0, simulate: {start: true}}
      - {id: flow, address: 5, type: f32, simulate: {start: 12.5}}
      - {id: name, address: 7, type: string, length: 2, simulate: {start: AB}}
      - {id: power, address: 9, type: f32, kind: counter, unit: kWh, simulate: {start: 5, rate: 0}}
  drive:
    connection: rs485
    unit_id: 3
    points:
      - {id: set, address: 0, access: read-write, write: {range: [0, 50], rest: 0}}
      - {id: kept, address: 1, access: read-write, simulate: {start: 7}, write: {range: [0, 50], keeps: nvram, ram_address: 100}}
      - {id: start, address: 2, access: write, write: {values: [1]}}
  well: {connection: rs485, unit_id: 7, points: [{id: level, address: 0, simulate: {start: 41}}]}
  quick: {connection: fast, unit_id: 1, points: [{id: a, address: 0, simulate: {start: 5}}]}
  old: {connection: slow, unit_id: 1, points: [{id: a, address: 0, simulate: {start: 5}}]}
  pump: {connection: plc, unit_id: 1, points: [{id: run, address: 0, simulate: {start: 77}}]}
  far: {connection: server, unit_id: 1, points: [{id: a, address: 0, simulate: {start: 6}}]}
`;

export interface DeskBench {
  readonly desk: FaultDesk;
  readonly standIn: StandIn;
  readonly clock: ManualClock;
  readonly ledger: CountingLedger;
  /** What the desk says to a line, in English. */
  say(line: string): string;
  /** All bytes that came within 3 s of asking the unit for so many holding registers, in hex. */
  ask(connection: string, unit: number, address?: number, count?: number): Promise<string>;
  /** The same for any PDU. */
  send(connection: string, unit: number, pdu: string): Promise<string>;
}

class BenchWire implements ByteWire {
  said: number[] = [];
  cuts = 0;
  #hear: (bytes: Uint8Array) => void = () => {};

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#hear = listener;
  }

  write(bytes: Uint8Array): void {
    this.said.push(...bytes);
  }

  cut(): void {
    this.cuts++;
  }

  hear(bytes: Uint8Array): void {
    this.#hear(bytes);
  }
}

const ANSWERED_MS = 3000;

/** Its ports are not open unless somebody opens them: it is asked on wires of its own. */
export function deskBench(t: Test, seed = 1): DeskBench {
  const { wanted } = configured(t.testdir(), STATION);
  const clock = new ManualClock();
  const ledger = new CountingLedger();
  const standIn = StandIn.of(wanted, { clock, ledger, seed, ports: { plc: "0", server: "0" } });
  const desk = new FaultDesk(standIn);
  t.teardown(async () => {
    desk.close();
    await standIn.stop();
  });
  const busOf = (connection: string): StandInBus =>
    standIn.buses.find(({ connections }) => connections.includes(connection)) as StandInBus;
  const send = async (connection: string, unit: number, pdu: string): Promise<string> => {
    const { bus } = busOf(connection);
    const wire = new BenchWire();
    const conversation = bus.attach(wire, bus.framing.serial ? SERIAL_MANNER : PACKET_MANNER);
    const bytes = Buffer.from(pdu.replaceAll(" ", ""), "hex");
    wire.hear(bus.framing.serial ? rtuFrame(unit, bytes) : bus.framing.encode(unit, bytes, 0x1234));
    await clock.advance(ANSWERED_MS);
    conversation.stop();
    return Buffer.from(wire.said).toString("hex") + (wire.cuts > 0 ? " cut" : "");
  };
  const ask = (connection: string, unit: number, address = 0, count = 1): Promise<string> =>
    send(connection, unit, `03${word(address)}${word(count)}`);
  const say = (line: string): string =>
    desk
      .do(line)
      .map((said) => render(said, "en"))
      .join("\n");
  return { desk, standIn, clock, ledger, say, ask, send };
}

/** The registers of an answer in RTU; throws where it is none, or damaged. */
export function registersOf(frame: string): readonly number[] {
  const bytes = Buffer.from(frame, "hex");
  if (!crcHolds(bytes) || bytes[1] !== 3) throw new RangeError(`no answer to a read: "${frame}"`);
  return Array.from({ length: (bytes[2] ?? 0) / 2 }, (_, at) => bytes.readUInt16BE(3 + 2 * at));
}

function word(value: number): string {
  return value.toString(16).padStart(4, "0");
}
