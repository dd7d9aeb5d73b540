/** A part of a date; `skip` is something else that stands between. `millisecond_of_minute` counts from 0 to 59999. */
export const DATE_FIELDS = [
  "year",
  "month",
  "day",
  "hour",
  "minute",
  "second",
  "millisecond",
  "millisecond_of_minute",
  "skip",
] as const;
export type DateField = (typeof DATE_FIELDS)[number];

/** Which bits of its byte or register a part fills; all of them by default. */
export interface DatePart {
  readonly field: DateField;
  readonly bits?: readonly number[];
}

export type DateItem = DateField | DatePart | readonly DatePart[];

/** How a date lies in registers: a byte or a register for each item, or seconds since a day in a u32. */
export interface DateFormat {
  readonly bytes?: readonly DateItem[] | undefined;
  readonly words?: readonly DateItem[] | undefined;
  readonly coding?: "bcd" | "binary" | undefined;
  /** Added to years below 100. */
  readonly century?: number | undefined;
  /** `1970-01-01`. */
  readonly seconds_since?: string | undefined;
}

export function registersOfDate(date: DateFormat): number {
  if (date.bytes) return Math.ceil(date.bytes.length / 2);
  return date.words ? date.words.length : 2;
}

/**
 * `2026-11-26T07:05:09` in the device's own time, only the date or the time where it has no more, with
 * milliseconds where it has them; null for a date that does not exist. `byteAt` gives the i-th byte on the wire.
 */
export function decodeDate(date: DateFormat, byteAt: (i: number) => number): string | null {
  if (date.seconds_since !== undefined) {
    const word = (i: number): number => 256 * byteAt(i) + byteAt(i + 1);
    const seconds = 65536 * word(0) + word(2);
    // All bits set is no moment but the word of devices that have none.
    if (seconds === 0xffff_ffff) return null;
    return new Date(Date.parse(`${date.seconds_since}T00:00:00Z`) + 1000 * seconds)
      .toISOString()
      .slice(0, 19);
  }
  const found: Partial<Record<DateField, number>> = {};
  const wide = date.words !== undefined;
  for (const [i, item] of (date.words ?? date.bytes ?? []).entries()) {
    const raw = wide ? 256 * byteAt(2 * i) + byteAt(2 * i + 1) : byteAt(i);
    for (const { field, bits } of partsOf(item)) {
      const [low = 0, high = wide ? 15 : 7] = bits ?? [];
      const part = (raw >>> low) & (2 ** (high - low + 1) - 1);
      const value = date.coding === "bcd" ? fromBcd(part) : part;
      if (value === undefined) return null;
      found[field] = value;
    }
  }
  return textOf(found, date.century ?? 2000);
}

function partsOf(item: DateItem): readonly DatePart[] {
  if (typeof item === "string") return [{ field: item }];
  return "field" in item ? [item] : item;
}

/** Two digits a byte; undefined where a digit is none. */
export function fromBcd(raw: number): number | undefined {
  let value = 0;
  for (let rest = raw, unit = 1; rest > 0; rest = Math.floor(rest / 16), unit *= 10) {
    const digit = rest % 16;
    if (digit > 9) return undefined;
    value += digit * unit;
  }
  return value;
}

function textOf(found: Partial<Record<DateField, number>>, century: number): string | null {
  const minuteMs = found.millisecond_of_minute;
  const second = minuteMs === undefined ? found.second : Math.floor(minuteMs / 1000);
  const millisecond = minuteMs === undefined ? found.millisecond : minuteMs % 1000;
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = found;
  const fullYear = year < 100 ? century + year : year;
  const given = [month - 1, day, hour, minute, second ?? 0, millisecond ?? 0] as const;
  const when = new Date(Date.UTC(fullYear, ...given));
  const kept =
    when.getUTCMonth() === given[0] &&
    when.getUTCDate() === day &&
    when.getUTCHours() === hour &&
    when.getUTCMinutes() === minute &&
    when.getUTCSeconds() === given[4] &&
    when.getUTCMilliseconds() === given[5];
  if (!kept || fullYear > 9999) return null;
  const iso = when.toISOString();
  const time = iso.slice(11, millisecond === undefined ? 19 : 23);
  if (found.day === undefined) return time;
  return found.hour === undefined ? iso.slice(0, 10) : `${iso.slice(0, 10)}T${time}`;
}
