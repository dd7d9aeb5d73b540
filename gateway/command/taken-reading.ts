import type { TramError } from "../../drivers/core/errors.js";
import type { Inspector, RawPlace, WirePlace } from "../../drivers/core/inspector.js";
import { type Language, render, type Said, say } from "../../drivers/core/message.js";
import type { Point } from "../../drivers/core/point.js";
import type { Reason, Value } from "../../drivers/core/reading.js";
import type { Meanings } from "../core/meanings.js";
import { plainValue } from "../core/plain-value.js";
import type { TakenReading, Told } from "../core/point-access.js";
import { ACCESS_MESSAGES as M } from "./access-messages.js";
import type { Asked } from "./asking.js";

/** What an error of a driver means for the readings that it took the place of. */
export function reasonOf(error: TramError): Reason {
  return "reason" in error ? (error.reason as Reason) : "no_answer";
}

export function told(said: Said, language: Language): Told {
  return { code: said.message.code, text: render(said, language) };
}

const REASONS: Readonly<Partial<Record<Reason, (typeof M)["unavailable"]>>> = {
  not_a_number: M.not_a_number,
  unavailable: M.unavailable,
  overrange: M.overrange,
  underrange: M.underrange,
  open_circuit: M.open_circuit,
  sensor_fault: M.sensor_fault,
  wrong_setting: M.wrong_setting,
  device_error: M.device_error,
};

function ofReason(reason: Reason): Said {
  const known = REASONS[reason];
  return known ? say(known) : say(M.other_reason, { reason });
}

/** The points of one request as people see them, answered or not. */
export function takenReadings(
  asked: Asked,
  inspector: Inspector | undefined,
  meanings: Meanings,
  language: Language,
): readonly TakenReading[] {
  const { nowMs, request } = asked;
  const places = inspector?.pointPlaces(request);
  const whole = inspector?.placeOf(request);
  return request.points.map((point, at): TakenReading => {
    const place = places?.[at];
    const words = place && whole && wordsAt(asked, place, whole);
    const head = {
      device: point.device,
      point: point.id,
      ...(point.name && { name: point.name[language] }),
      ...(point.unit !== undefined && { unit: point.unit }),
    };
    const foot = {
      t: new Date(nowMs).toISOString(),
      ...(place && whole && { wire: { ...whole, ...place }, request: whole }),
      ...(words && { words }),
    };
    if ("error" in asked) {
      const { error } = asked;
      const problem = told(error.said, language);
      return { ...head, value: null, quality: "bad", reason: reasonOf(error), problem, ...foot };
    }
    const { batch } = asked.inspected;
    const value = batch.values[at] ?? null;
    const flag = batch.flags?.find((one) => one.at === at);
    const outside = beyondRange(point, value);
    if (outside) {
      const problem = told(outside, language);
      return { ...head, value: null, quality: "bad", reason: "out_of_range", problem, ...foot };
    }
    const meaning = meanings.textOf(point.device, point.id, value, language);
    const known = {
      ...head,
      value: plainValue(value, point.decimals ?? 0),
      ...(meaning !== undefined && { meaning }),
    };
    if (!flag) return { ...known, quality: "good", ...foot };
    const { quality, reason } = flag;
    return { ...known, quality, reason, problem: told(ofReason(reason), language), ...foot };
  });
}

/** A number that `process` would not let pass either. */
function beyondRange({ decimals = 0, range }: Point, value: Value): Said | undefined {
  const number = typeof value === "bigint" ? Number(value) / 10 ** decimals : value;
  if (!range || typeof number !== "number" || (number >= range.min && number <= range.max)) return undefined;
  return say(M.out_of_range, { value: number, min: range.min, max: range.max });
}

function wordsAt(
  asked: Asked,
  { address, count }: RawPlace,
  whole: WirePlace,
): readonly number[] | undefined {
  if ("error" in asked || asked.inspected.words.length === 0) return undefined;
  const from = address - whole.address;
  return asked.inspected.words.slice(from, from + count);
}
