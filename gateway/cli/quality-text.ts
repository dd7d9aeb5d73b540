import { type Language, type Message, renderText, say } from "../../drivers/core/message.js";
import type { Reason } from "../../drivers/core/reading.js";
import { stateWord } from "./mark-text.js";
import { CLI_MESSAGES as M } from "./messages.js";
import { REASON_MESSAGES as R } from "./reason-messages.js";

type Quality = "good" | "uncertain" | "bad";

const QUALITIES: Readonly<Record<Quality, Message<never>>> = {
  good: M.quality_good,
  uncertain: M.quality_uncertain,
  bad: M.quality_bad,
};

/** Of a reading that is not good the reason too: never colour alone. A reason of a newer gateway is shown as it is. */
export function qualityText(
  {
    quality,
    reason,
    state,
  }: {
    readonly quality: Quality;
    readonly reason?: string;
    readonly state?: Parameters<typeof stateWord>[0];
  },
  language: Language,
): string {
  const word = qualityWord(quality, language);
  const text = reason === undefined ? word : `${word} (${reasonText(reason, language)})`;
  return state === undefined ? text : `${text}, ${stateWord(state, language)}`;
}

const REASONS: Readonly<Record<Reason, Message<never>>> = {
  no_answer: R.no_answer,
  bad_answer: R.bad_answer,
  device_error: R.device_error,
  unsupported: R.unsupported,
  link_down: R.link_down,
  out_of_range: R.out_of_range,
  not_a_number: R.not_a_number,
  unavailable: R.unavailable,
  stale: R.stale,
  overrange: R.overrange,
  underrange: R.underrange,
  open_circuit: R.open_circuit,
  sensor_fault: R.sensor_fault,
  wrong_setting: R.wrong_setting,
};

export function qualityWord(quality: Quality, language: Language): string {
  return renderText(say(QUALITIES[quality]), language);
}

export function reasonText(reason: string, language: Language): string {
  const message = Object.hasOwn(REASONS, reason) ? REASONS[reason as Reason] : undefined;
  return message ? renderText(say(message), language) : reason;
}
