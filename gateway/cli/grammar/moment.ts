import type { Kind } from "./kinds.js";
import { GRAMMAR_MESSAGES as M } from "./messages.js";

const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;
const MOMENT_TEXT = /^(\d{4})-(\d\d)-(\d\d)[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)?$/;

const MOMENT_TEXTS = { word: M.word_moment.text, wants: M.wants_moment.text, example: "2026-11-23" };

/** A moment whose zone may be left open. */
export interface ZonedMoment {
  /** Wall ms; `timezone`, an IANA name, is that of a text without one. */
  in(timezone: string): number;
}

/** As MOMENT, in whatever zone the station is. */
export const ZONED_MOMENT: Kind<ZonedMoment> = {
  ...MOMENT_TEXTS,
  read: (text) => {
    if (MOMENT.read(text) === undefined) return undefined;
    const isOpen = !/(?:Z|[+-]\d\d:\d\d)$/.test(text) || DAY.test(text);
    if (!isOpen) return { in: () => Date.parse(text.replace(" ", "T")) };
    const asUtc = Date.parse(DAY.test(text) ? `${text}T00:00Z` : `${text.replace(" ", "T")}Z`);
    return { in: (timezone) => asUtc - offsetMs(asUtc, timezone) };
  },
};

/** What a zone is ahead of UTC at a wall time there; exact but for the hours around a change of summer time. */
function offsetMs(asUtc: number, timezone: string): number {
  const ahead = (t: number): number => {
    const shown = new Date(t).toLocaleString("sv-SE", { timeZone: timezone });
    return Date.parse(`${shown.replace(" ", "T")}Z`) - Math.floor(t / 1000) * 1000;
  };
  return ahead(asUtc - ahead(asUtc));
}

/** Wall ms of a day or a moment as a person writes it, local where no zone stands there. */
export const MOMENT: Kind<number> = {
  ...MOMENT_TEXTS,
  read: (text) => {
    const parts = DAY.exec(text) ?? MOMENT_TEXT.exec(text);
    const [, year, month, day] = (parts ?? []).map(Number);
    const t = Date.parse(DAY.test(text) ? `${text}T00:00` : text.replace(" ", "T"));
    // The 31st of a short month would otherwise become a day of the next one.
    const isDay = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day)).getUTCDate() === day;
    return !parts || !isDay || Number.isNaN(t) ? undefined : t;
  },
};
