import { registersOf } from "../codec/format.js";
import { widthOf } from "../codec/sentinel.js";
import { type Said, say } from "../core/message.js";
import type { Point } from "../core/point.js";
import type { PointRemark } from "../profiles/family.js";
import { LINT_MESSAGES as L } from "../profiles/lint-messages.js";
import { holdsBits } from "./extent.js";
import type { ModbusAddress } from "./point-schema.js";

/** The largest finite f32. */
const MOST_F32 = 3.4028234663852886e38;
/** Raw values are whole numbers but for what division leaves. */
const ROUNDING = 1e-6;

/** What the write rules of a point promise that its registers and the protocol cannot hold. */
export function lintWrites(point: Point<ModbusAddress>): readonly PointRemark[] {
  if (point.access === "read") return [];
  const remarks: PointRemark[] = [];
  const wrong = (said: Said): void => {
    remarks.push({ point: point.id, key: "write", said, severity: "error" });
  };
  for (const value of new Set(writtenValues(point))) {
    const holds = typeof value === "number" ? holdsNumber(point, value) : holdsOther(point, value);
    if (!holds) wrong(say(L.write_does_not_fit, { value: String(value), type: point.type }));
  }
  const { function: code } = point.writeRules ?? {};
  const { date, length, table } = point.address;
  if (code === undefined) return remarks;
  const count = holdsBits(table) ? 1 : registersOf({ type: point.type, length, date });
  const suits = holdsBits(table) ? code === 5 || code === 15 : code === 16 || (code === 6 && count === 1);
  if (!suits) wrong(say(L.function_unfit, { code, table, count }));
  return remarks;
}

function writtenValues({ write, writeRules }: Point): readonly (number | string | boolean)[] {
  const { edge = [], forbid = [], rest } = writeRules ?? {};
  const bounds = !write ? [] : "range" in write ? [write.range.min, write.range.max] : write.values;
  return [...bounds, ...edge, ...forbid, ...(rest === undefined ? [] : [rest])];
}

/** Whether the raw number of a value lies in what its bits can hold. What is made of several registers may be anything. */
function holdsNumber(point: Point<ModbusAddress>, value: number): boolean {
  const { address, curve, offset, scale, type } = point;
  const { add, coding, scale_by, unit_from } = address;
  if (type === "bool" || type === "string") return false;
  if (curve || add || scale_by || unit_from) return true;
  const raw = (value - offset) / scale;
  if (type === "f64") return true;
  if (type === "f32") return Math.abs(raw) <= MOST_F32;
  const width = widthOf({ ...address, type });
  const [least, most] =
    coding === "bcd"
      ? [0, 10 ** (width / 4) - 1]
      : coding === "sign-magnitude"
        ? [1 - 2 ** (width - 1), 2 ** (width - 1) - 1]
        : type.startsWith("s")
          ? [-(2 ** (width - 1)), 2 ** (width - 1) - 1]
          : [0, 2 ** width - 1];
  const near = Math.abs(raw - Math.round(raw)) <= ROUNDING * Math.max(1, Math.abs(raw));
  return near && Math.round(raw) >= least && Math.round(raw) <= most;
}

function holdsOther({ address, type }: Point<ModbusAddress>, value: string | boolean): boolean {
  if (typeof value === "boolean") return type === "bool";
  const { chars, date, length = 0 } = address;
  return type === "string" && (date !== undefined || value.length <= (chars ? length : 2 * length));
}
