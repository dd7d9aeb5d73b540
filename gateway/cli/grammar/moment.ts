import type { Kind } from "./kinds.js";
import { GRAMMAR_MESSAGES as M } from "./messages.js";

const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;
const MOMENT_TEXT = /^(\d{4})-(\d\d)-(\d\d)[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)?$/;

/** Wall ms of a day or a moment as a person writes it, local where no zone stands there. */
export const MOMENT: Kind<number> = {
  word: M.word_moment.text,
  wants: M.wants_moment.text,
  example: "2026-11-23",
  read: (text) => {
    const parts = DAY.exec(text) ?? MOMENT_TEXT.exec(text);
    const [, year, month, day] = (parts ?? []).map(Number);
    const t = Date.parse(DAY.test(text) ? `${text}T00:00` : text.replace(" ", "T"));
    // The 31st of a short month would otherwise become a day of the next one.
    const isDay = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day)).getUTCDate() === day;
    return !parts || !isDay || Number.isNaN(t) ? undefined : t;
  },
};
