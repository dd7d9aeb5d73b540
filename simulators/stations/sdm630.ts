import type { SimulatedPoint, Span } from "../modbus/device.js";
import { apparentOf, type Phase, reactiveOf, type ThreePhaseMeter } from "../process/meter.js";

/**
 * Eastron SDM630 Modbus V2, input registers (FC04), every value an f32 in order ABCD; the manual's 3xxxx number
 * less 30001 is the address on the wire. Written from the maker's map, not from our profile.
 */
export function sdm630Points(meter: ThreePhaseMeter): readonly SimulatedPoint[] {
  const point = (id: string, address: number, read: () => number): SimulatedPoint => ({
    id,
    table: "input",
    address,
    type: "f32",
    read,
  });
  const perPhase = (id: string, address: number, of: (phase: Phase) => number): SimulatedPoint[] =>
    meter.phases.map((phase, at) => point(`${id}.l${at + 1}`, address + 2 * at, () => of(phase)));
  const mean = (of: (phase: Phase) => number): number =>
    meter.phases.reduce((sum, phase) => sum + of(phase), 0) / 3;
  const lineVoltage = (a: number, b: number): number => {
    // Phases 120 degrees apart.
    const [u, v] = [meter.phases[a]?.voltage ?? 0, meter.phases[b]?.voltage ?? 0];
    return Math.sqrt(u * u + v * v + u * v);
  };
  const angle = (powerFactor: number): number => (Math.acos(Math.min(1, powerFactor)) * 180) / Math.PI;
  return [
    ...perPhase("voltage", 0x00, (phase) => phase.voltage),
    ...perPhase("current", 0x06, (phase) => phase.current),
    ...perPhase("power.active", 0x0c, (phase) => phase.power),
    ...perPhase("power.apparent", 0x12, apparentOf),
    ...perPhase("power.reactive", 0x18, reactiveOf),
    ...perPhase("power.factor", 0x1e, (phase) => phase.powerFactor),
    ...perPhase("angle", 0x24, (phase) => angle(phase.powerFactor)),
    point("voltage.mean", 0x2a, () => mean((phase) => phase.voltage)),
    point("current.mean", 0x2e, () => mean((phase) => phase.current)),
    point("current.sum", 0x30, () => 3 * mean((phase) => phase.current)),
    point("power.active.total", 0x34, () => meter.power),
    point("power.apparent.total", 0x38, () => meter.apparent),
    point("power.reactive.total", 0x3c, () => meter.reactive),
    point("power.factor.total", 0x3e, () => meter.powerFactor),
    point("angle.total", 0x42, () => angle(meter.powerFactor)),
    point("frequency", 0x46, () => meter.frequency),
    point("energy.active.import", 0x48, () => meter.importKwh),
    point("energy.active.export", 0x4a, () => 0),
    point("energy.reactive.import", 0x4c, () => meter.importKvarh),
    point("energy.reactive.export", 0x4e, () => 0),
    point("voltage.l1-l2", 0xc8, () => lineVoltage(0, 1)),
    point("voltage.l2-l3", 0xca, () => lineVoltage(1, 2)),
    point("voltage.l3-l1", 0xcc, () => lineVoltage(2, 0)),
    point("voltage.line.mean", 0xce, () => (lineVoltage(0, 1) + lineVoltage(1, 2) + lineVoltage(2, 0)) / 3),
    point("current.neutral", 0xe0, () =>
      Math.abs((meter.phases[0]?.current ?? 0) - (meter.phases[1]?.current ?? 0)),
    ),
    point("energy.active.total", 0x156, () => meter.importKwh),
    point("energy.reactive.total", 0x158, () => meter.importKvarh),
  ];
}

/** The meter answers reserved registers inside its map with 0. */
export const SDM630_SPANS: readonly Span[] = [
  { table: "input", from: 0x00, to: 0x10d },
  { table: "input", from: 0x14e, to: 0x17f },
];
