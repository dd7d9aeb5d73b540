import { registersOf } from "../codec/format.js";
import { widthOf } from "../codec/sentinel.js";
import { type Said, say } from "../core/message.js";
import type { Point } from "../core/point.js";
import type { PointRemark, StatedPoint } from "../profiles/family.js";
import { GRAMMAR_MESSAGES as G } from "../profiles/grammar-messages.js";
import { LINT_MESSAGES as L } from "../profiles/lint-messages.js";
import type { ModbusAddress } from "./point-schema.js";

/** What a careful author of a Modbus profile would not have written. */
export function lintModbusPoints(
  stated: readonly StatedPoint[],
  settings: Readonly<Record<string, unknown>>,
): readonly PointRemark[] {
  const remarks: PointRemark[] = [];
  const points = stated.map(({ point }) => point as Point<ModbusAddress>);
  for (const [n, point] of points.entries()) {
    const remark = (key: string, said: Said): void => {
      remarks.push({ point: point.id, key, said });
    };
    checkMeanings(point, remark);
    const numeric = point.type !== "bool" && point.type !== "string";
    if (numeric && point.access !== "write" && point.address.sentinels === undefined) {
      remark("sentinels", say(L.no_sentinel_decision));
    }
    const keys = stated[n]?.stated;
    const wide = point.type.endsWith("32") || point.type.endsWith("64");
    if (wide && !keys?.has("order") && !keys?.has("order_from")) remark("order", say(L.no_order));
    const { ram_address } = point.writeRules ?? {};
    const wears = point.writeRules?.keeps === "nvram";
    if (ram_address !== undefined && !wears) remark("write", say(L.ram_address_without_nvram));
  }
  remarks.push(...overlaps(points, settings));
  return remarks;
}

function checkMeanings(point: Point<ModbusAddress>, remark: (key: string, said: Said) => void): void {
  const width = widthOf({ ...point.address, type: point.type });
  for (const n of Object.keys(point.flags ?? {}).map(Number)) {
    if (n < 0 || n >= width) remark("flags", say(G.meaning_beyond_width, { key: "flags", n, width }));
  }
  const [least, most] = point.type.startsWith("s")
    ? [-(2 ** (width - 1)), 2 ** (width - 1)]
    : [0, 2 ** width];
  for (const n of Object.keys(point.enum ?? {}).map(Number)) {
    if (n < least || n >= most) remark("enum", say(G.meaning_beyond_width, { key: "enum", n, width }));
  }
}

/** Two points that read the same register in another way, without saying that they do so on purpose. */
function overlaps(
  points: readonly Point<ModbusAddress>[],
  settings: Readonly<Record<string, unknown>>,
): readonly PointRemark[] {
  const remarks: PointRemark[] = [];
  const owner = new Map<string, Point<ModbusAddress>>();
  const most = Number(settings["max_registers"] ?? 125);
  for (const point of points) {
    const { address, alias, date, length, table } = point.address;
    const isBit = table === "coil" || table === "discrete";
    const count = isBit ? 1 : registersOf({ type: point.type, length, date });
    if (!isBit && count > most) {
      remarks.push({ point: point.id, key: "length", said: say(L.wider_than_a_request, { count, most }) });
    }
    for (let at = address; at < address + count; at++) {
      const key = `${table} ${at}`;
      const other = owner.get(key);
      owner.set(key, point);
      if (!other || alias || isPartOfTheSame(point, other)) continue;
      const said = say(L.points_overlap, { other: other.id, table, address: at });
      remarks.push({ point: point.id, key: "address", said });
      break;
    }
  }
  return remarks;
}

/** Bits, bytes and parts of one register, and a register that is given whole besides its parts. */
function isPartOfTheSame(a: Point<ModbusAddress>, b: Point<ModbusAddress>): boolean {
  const isPart = ({ address: { bit, bits, byte } }: Point<ModbusAddress>): boolean =>
    bit !== undefined || bits !== undefined || byte !== undefined;
  return isPart(a) || isPart(b) || (a.type === b.type && a.address.address === b.address.address);
}
