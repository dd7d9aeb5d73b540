import { ConfigurationError } from "../../drivers/core/errors.js";
import { BUFFER_VERB_MESSAGES as M } from "./buffer-messages.js";

const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;
const MOMENT = /^(\d{4})-(\d\d)-(\d\d)[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)?$/;

/** Wall ms of a day or a moment as a person writes it, local where no zone stands there. Throws ConfigurationError. */
export function timeOf(option: string, text: string): number {
  const parts = DAY.exec(text) ?? MOMENT.exec(text);
  const [, year, month, day] = (parts ?? []).map(Number);
  const t = Date.parse(DAY.test(text) ? `${text}T00:00` : text.replace(" ", "T"));
  // The 31st of a short month would otherwise become a day of the next one.
  const isDay = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day)).getUTCDate() === day;
  if (!parts || !isDay || Number.isNaN(t)) throw new ConfigurationError(M.wrong_time, { option, text });
  return t;
}
