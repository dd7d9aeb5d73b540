import type { Signal, SimulatedPoint, Span } from "../modbus/device.js";
import type { PumpingStation } from "../process/pumping-station.js";
import { TIP_MM } from "../process/rain.js";

/** Above 2^53: a counter that a JavaScript number cannot hold exactly. */
const PULSES_AT_START = 9_007_199_254_741_017n;
/** Litres of one pulse of the water meter. */
const LITRES_A_PULSE = 10;
const PROGRAM = "BMX 2.14";

/**
 * The station's PLC on Modbus TCP: bits, and numbers of every width in every byte order, as they are found when
 * three contractors have written one program.
 */
export function pumpPlcPoints(station: PumpingStation): readonly SimulatedPoint[] {
  return [...bits(station), ...inputs(station), ...settings(station)];
}

/** The PLC's whole memory block answers, used or not. */
export const PUMP_PLC_SPANS: readonly Span[] = [
  { table: "coil", from: 0, to: 15 },
  { table: "discrete", from: 0, to: 15 },
  { table: "input", from: 0, to: 63 },
  { table: "holding", from: 0, to: 31 },
];

function bits(station: PumpingStation): SimulatedPoint[] {
  const bit = (
    id: string,
    table: "coil" | "discrete",
    address: number,
    read: () => boolean,
  ): SimulatedPoint => ({
    id,
    table,
    address,
    type: "bool",
    read,
  });
  return [
    bit("pump.1.run", "coil", 0, () => station.drive.frequency > 0),
    bit("pump.1.fault", "coil", 1, () => station.drive.faultCode !== 0),
    bit("pump.2.run", "coil", 2, () => station.secondPumpRunning),
    bit("pump.2.fault", "coil", 3, () => station.second.faultCode !== 0),
    bit("door.open", "discrete", 0, () => station.doorOpen),
    bit("float.high", "discrete", 1, () => station.floatHigh),
    bit("float.low", "discrete", 2, () => station.floatLow),
    bit("mains.present", "discrete", 3, () => station.mains.voltage > 0),
  ];
}

function inputs(station: PumpingStation): SimulatedPoint[] {
  const { meter, cabinet, fields, river } = station;
  const input = (
    id: string,
    address: number,
    form: Pick<SimulatedPoint, "type" | "order" | "scale">,
    read: () => Signal,
  ): SimulatedPoint => ({ id, table: "input", address, ...form, read });
  const pulses = (): bigint =>
    PULSES_AT_START + BigInt(Math.floor((station.pumpedVolume * 1000) / LITRES_A_PULSE));
  return [
    input("gate.opening", 0, { type: "u16", scale: 0.1 }, () => station.gateOpening),
    input("cabinet.temperature", 1, { type: "s16", scale: 0.1 }, () => cabinet.state.temperature),
    input("rain.total", 2, { type: "u32", order: "CDAB", scale: 0.1 }, () => station.rain.tips * TIP_MM),
    input("power.net", 4, { type: "s32", order: "BADC" }, () => meter.power),
    input("river.level", 6, { type: "f32", order: "ABCD" }, () => station.riverLevel),
    input("field.level", 8, { type: "f32", order: "CDAB" }, () => fields.surfaceM),
    input("flow", 10, { type: "f32", order: "BADC" }, () => station.pumpFlow * 3600),
    input("salinity", 12, { type: "f32", order: "DCBA" }, () => river.salinity),
    input("energy.import", 14, { type: "u64", order: "ABCD", scale: 0.001 }, () => meter.importKwh),
    input("pulse.total", 18, { type: "u64", order: "CDAB" }, pulses),
    // More came in than was pumped: the gate let out the rest. So this one is negative.
    input(
      "volume.net",
      22,
      { type: "s64", order: "DCBA", scale: 0.001 },
      () => station.pumpedVolume - station.inflowVolume,
    ),
    input("volume.total", 26, { type: "f64", order: "ABCD" }, () => station.pumpedVolume),
    input(
      "energy.balance",
      30,
      { type: "f64", order: "BADC" },
      () => meter.importKwh - station.drive.energyKwh,
    ),
  ];
}

function settings(station: PumpingStation): SimulatedPoint[] {
  const holding = (
    id: string,
    address: number,
    form: Pick<SimulatedPoint, "type" | "order" | "scale" | "bit" | "length" | "write">,
    read: () => Signal,
  ): SimulatedPoint => ({ id, table: "holding", address, ...form, read });
  const setGate = (percent: number): void => {
    station.gateSetpoint = percent;
  };
  const setOffset = (metres: number): void => {
    station.levelOffset = metres;
  };
  return [
    holding("gate.setpoint", 0, { type: "u16", scale: 0.1, write: setGate }, () => station.gateSetpoint),
    holding("level.offset", 1, { type: "s16", scale: 0.001, write: setOffset }, () => station.levelOffset),
    holding("pump.1.starts", 2, { type: "u32", order: "ABCD" }, () => station.pumpStarts),
    holding("pump.1.hours", 4, { type: "u32", order: "DCBA", scale: 0.1 }, () => station.drive.runHours),
    holding(
      "balance.week",
      6,
      { type: "s32", order: "CDAB", scale: 0.1 },
      () => (station.inflow - station.pumpFlow) * 3600,
    ),
    holding("mode.remote", 8, { type: "bool", bit: 0 }, () => true),
    holding("mode.auto", 8, { type: "bool", bit: 3 }, () => true),
    holding("program.version", 10, { type: "string", length: 4 }, () => PROGRAM),
  ];
}
