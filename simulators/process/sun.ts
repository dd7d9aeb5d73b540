/** Where on earth; degrees, north and east. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** Sóc Trăng, between the Hậu river and the sea. */
export const SOC_TRANG: Place = { latitude: 9.6, longitude: 105.97 };

/** What moves with the year: radians north of the equator, and minutes that the sun is ahead of the clock. */
export interface Sun {
  readonly declination: number;
  readonly equationMin: number;
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
/** Vietnam keeps UTC+7 all year. */
const LOCAL_MS = 7 * HOUR_MS;
const RADIANS = Math.PI / 180;
/** The sun's upper edge on the horizon, refraction included. */
const HORIZON_DEGREES = -0.833;

/** Hours since local midnight, 0 to 24. */
export function localHour(now: number): number {
  return ((((now + LOCAL_MS) % DAY_MS) + DAY_MS) % DAY_MS) / HOUR_MS;
}

/** Days since 1970-01-01 by the local calendar. */
export function localDay(now: number): number {
  return Math.floor((now + LOCAL_MS) / DAY_MS);
}

/** Share of the year since 1 January, 0 to 1. */
export function yearShare(now: number): number {
  const year = new Date(now).getUTCFullYear();
  return (now - Date.UTC(year, 0, 1)) / DAY_MS / 365.2425;
}

/** 0 is Sunday. */
export function weekday(now: number): number {
  return (((localDay(now) + 4) % 7) + 7) % 7;
}

/** From a table of 24 values, each of the middle of its hour, gliding from one to the next. */
export function byHour(table: readonly number[], hour: number): number {
  const place = hour - 0.5 + 24;
  const share = place - Math.floor(place);
  const [before = 0, after = 0] = [table[Math.floor(place) % 24], table[Math.ceil(place) % 24]];
  return before + (after - before) * share;
}

/**
 * The sun by Spencer's series (Search 2 (1971) 172; also in NOAA's solar equations), with G = 2 pi (day - 1 + (h - 12) / 24) / 365:
 * declination within 0.05 degrees, equation of time within half a minute.
 */
export function sunOf(now: number): Sun {
  const year = new Date(now).getUTCFullYear();
  const g = ((2 * Math.PI) / 365) * ((now - Date.UTC(year, 0, 1)) / DAY_MS - 0.5);
  return {
    declination:
      0.006918 -
      0.399912 * Math.cos(g) +
      0.070257 * Math.sin(g) -
      0.006758 * Math.cos(2 * g) +
      0.000907 * Math.sin(2 * g) -
      0.002697 * Math.cos(3 * g) +
      0.00148 * Math.sin(3 * g),
    equationMin:
      229.18 *
      (0.000075 +
        0.001868 * Math.cos(g) -
        0.032077 * Math.sin(g) -
        0.014615 * Math.cos(2 * g) -
        0.040849 * Math.sin(2 * g)),
  };
}

/** Sine of the sun's elevation: sin a = sin phi sin delta + cos phi cos delta cos H. An hour does not change `sun`. */
export function sunSine(now: number, place: Place, sun = sunOf(now)): number {
  const { declination, equationMin } = sun;
  const solarHours = (now % DAY_MS) / HOUR_MS + place.longitude / 15 + equationMin / 60;
  const hourAngle = (solarHours - 12) * 15 * RADIANS;
  const latitude = place.latitude * RADIANS;
  return (
    Math.sin(latitude) * Math.sin(declination) +
    Math.cos(latitude) * Math.cos(declination) * Math.cos(hourAngle)
  );
}

/** Sunrise and sunset of the local day of `now`, hours since local midnight; for places below the polar circles. */
export function sunHours(now: number, place: Place): { readonly rise: number; readonly set: number } {
  const noon = localDay(now) * DAY_MS - LOCAL_MS + DAY_MS / 2;
  const { declination, equationMin } = sunOf(noon);
  const latitude = place.latitude * RADIANS;
  const cosine =
    (Math.sin(HORIZON_DEGREES * RADIANS) - Math.sin(latitude) * Math.sin(declination)) /
    (Math.cos(latitude) * Math.cos(declination));
  const half = Math.acos(Math.max(-1, Math.min(1, cosine))) / RADIANS / 15;
  const middle = 12 - place.longitude / 15 - equationMin / 60 + LOCAL_MS / HOUR_MS;
  return { rise: middle - half, set: middle + half };
}
