import {
  type Conversion,
  composedDecoderOf,
  type Gate,
  gatedDecoderOf,
  type Parts,
} from "../codec/compose.js";
import { bitDecoderOf, type Decode, decoderOf } from "../codec/decode.js";
import { bad } from "../codec/flaw.js";
import type { ByteOrder, Format } from "../codec/format.js";
import type { ReadOperand } from "../codec/operand.js";
import type { Sentinel } from "../codec/sentinel.js";
import type { Point } from "../core/point.js";
import { conversionBetween } from "../profiles/unit-conversion.js";
import { holdsBits } from "./extent.js";
import type { ModbusAddress, Operand, WrittenGate, WrittenInstrumentState } from "./point-schema.js";
import type { ModbusDevice } from "./schema.js";

/** Finds the number of an operand for a decoder: in the same reply, or among the settings. */
export type Locate = (operand: Operand) => ReadOperand;

/** The operands on which the value of a point depends; those of the device's setup are always asked by themselves. */
export function operandsOf({ address }: Point<ModbusAddress>): readonly Operand[] {
  const { add, order_from, scale_by, sentinels, unit_from, valid_when } = address;
  const kept = sentinels === undefined || sentinels === "none" ? [] : sentinels;
  return [
    ...(add ?? []),
    ...(scale_by ?? []),
    ...(valid_when ?? []),
    ...(order_from ? [order_from] : []),
    ...(unit_from ? [unit_from] : []),
    ...kept.flatMap((sentinel) => (typeof sentinel === "object" && sentinel.from ? [sentinel.from] : [])),
  ];
}

/** Registers that the profile says must hold a value. */
export function setupOf(settings: ModbusDevice): readonly WrittenGate[] {
  const { setup = [] } = settings as { readonly setup?: readonly WrittenGate[] };
  return setup.map((gate) => ({ ...gate, reason: "wrong_setting" as const }));
}

/** The numbers by which the instrument says what it is doing, each with its table. */
export function statesOf({ states = [] }: ModbusDevice): readonly WrittenInstrumentState[] {
  return states.map((state) => ({ table: "holding", ...state }));
}

/** The form in which an operand lies in its registers. */
export function formatOf({ type, bit, bits, byte, coding, order }: Operand): Format {
  return {
    type: type ?? (bit === undefined ? "u16" : "bool"),
    order: order ?? "ABCD",
    bit,
    bits,
    byte,
    coding,
    scale: 1,
    offset: 0,
  };
}

/** The decoder of a point; for a coil or a discrete input that of its bit. */
export function decoderOfPoint(
  point: Point<ModbusAddress>,
  settings: ModbusDevice,
  coilBit: number,
  locate: Locate,
): Decode {
  const { address } = point;
  const format: Format = { ...point, ...address };
  const gates = [...(address.valid_when ?? []), ...setupOf(settings)].map((gate) => gateOf(gate, locate));
  if (holdsBits(address.table)) return gatedDecoderOf(gates, bitDecoderOf(coilBit));
  const parts = partsOf(point, gates, locate);
  const isPlain =
    gates.length === 0 &&
    parts.sentinels.length === 0 &&
    parts.terms.length === 0 &&
    parts.factors.length === 0 &&
    !parts.order &&
    !parts.unit;
  return isPlain ? decoderOf(format) : composedDecoderOf(format, parts);
}

function partsOf(point: Point<ModbusAddress>, gates: readonly Gate[], locate: Locate): Parts {
  const { add, order_from, scale_by, sentinels, unit_from } = point.address;
  return {
    gates,
    sentinels: sentinelsOf(sentinels, locate),
    terms: (add ?? []).map((term) => ({ read: locate(term), scale: term.scale ?? 1 })),
    factors: (scale_by ?? []).map((factor) => factorOf(factor, locate)),
    ...(order_from && {
      order: {
        read: locate(order_from),
        map: new Map(Object.entries(order_from.map).map(([n, order]) => [Number(n), order as ByteOrder])),
      },
    }),
    ...(unit_from && {
      unit: { read: locate(unit_from), map: conversionsOf(unit_from.map, point.unit ?? "") },
    }),
  };
}

function sentinelsOf(written: ModbusAddress["sentinels"], locate: Locate): readonly Sentinel[] {
  if (written === undefined || written === "none") return [];
  return written.flatMap((sentinel): readonly Sentinel[] => {
    if (typeof sentinel !== "object") return [{ raw: sentinel, reason: "unavailable" }];
    const { from, raw, reason = "unavailable" } = sentinel;
    if (from) return [{ raw: locate(from), reason }];
    return raw === undefined ? [] : [{ raw, reason }];
  });
}

function gateOf(gate: WrittenGate, locate: Locate): Gate {
  const { at_least, at_most, quality = "bad", reason = "unavailable" } = gate;
  const wanted = gate.is === undefined ? undefined : [gate.is].flat();
  const unwanted = gate.not === undefined ? undefined : [gate.not].flat();
  return {
    read: locate(gate),
    quality,
    reason,
    holds: (n) =>
      (wanted === undefined || wanted.includes(n)) &&
      !unwanted?.includes(n) &&
      (at_least === undefined || n >= at_least) &&
      (at_most === undefined || n <= at_most),
  };
}

type Factor = NonNullable<ModbusAddress["scale_by"]>[number];

function factorOf(factor: Factor, locate: Locate): ReadOperand {
  const read = locate(factor);
  const { map, over, plus = 0, power_of_ten, times = 1 } = factor;
  const byNumber = map && new Map(Object.entries(map).map(([n, value]) => [Number(n), value]));
  return (bytes, at, settings) => {
    const n = read(bytes, at, settings);
    if (typeof n !== "number") return n;
    if (byNumber) return byNumber.get(n) ?? bad("wrong_setting");
    if (over !== undefined) return n === 0 ? bad("wrong_setting") : over / n;
    if (power_of_ten === undefined) return n * times;
    const power = power_of_ten * n + plus;
    // Beyond that no instrument measures: the register holds something else.
    return Math.abs(power) <= MOST_POWER ? Number(`1e${power}`) : bad("wrong_setting");
  };
}

const MOST_POWER = 30;

type WrittenConversions = NonNullable<ModbusAddress["unit_from"]>["map"];

function conversionsOf(map: WrittenConversions, unit: string): ReadonlyMap<number, Conversion> {
  return new Map(
    Object.entries(map).flatMap(([n, from]) => {
      const conversion =
        typeof from === "string"
          ? conversionBetween(from, unit)
          : { scale: from.scale, offset: from.offset ?? 0 };
      return conversion ? [[Number(n), conversion] as const] : [];
    }),
  );
}
