import { type Language, type Message, renderText, say } from "../../drivers/core/message.js";
import type { DeviceStatus } from "../core/status.js";
import { MAINTAIN_MESSAGES as M } from "./maintain-messages.js";

const STATES: Readonly<Record<"maintenance" | "calibrating" | "fault", Message<never>>> = {
  maintenance: M.maintenance,
  calibrating: M.calibrating,
  fault: M.fault,
};

/** What an instrument does that does not measure. */
export function stateWord(state: "maintenance" | "calibrating" | "fault", language: Language): string {
  return renderText(say(STATES[state]), language);
}

/** Who works on a device, until when and what for. */
export function markText(
  { by, reason, state, until }: NonNullable<DeviceStatus["mark"]>,
  language: Language,
): string {
  const facts = { state: stateWord(state, language), by, until: new Date(until).toLocaleString("sv-SE") };
  const text = renderText(say(M.marked_by, facts), language);
  return reason === undefined ? text : `${text} (${reason})`;
}
