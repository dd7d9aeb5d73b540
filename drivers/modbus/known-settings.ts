import { bad, type Flaw } from "../codec/flaw.js";
import type { SettingRead } from "./setting-read.js";

const DEFAULT_AGE_MS = 60_000;

/**
 * The numbers by which a device says how its values are meant, as they were read on the present connection: whoever
 * changes a setting of an instrument mostly takes it off the line.
 */
export class KnownSettings {
  readonly #known = new Map<string, { readonly value: number | Flaw; readonly readMs: number }>();

  forget(): void {
    this.#known.clear();
  }

  /** Whether it must be asked (again). */
  isStale({ ageMs, ask, key }: SettingRead, nowMs: number): boolean {
    const known = this.#known.get(`${ask.device} ${key}`);
    const most = ageMs ?? ask.settings.settings_age ?? DEFAULT_AGE_MS;
    return !known || nowMs - known.readMs >= most;
  }

  set({ ask, key }: SettingRead, value: number | Flaw, nowMs: number): void {
    this.#known.set(`${ask.device} ${key}`, { value, readMs: nowMs });
  }

  get({ ask, key }: SettingRead): number | Flaw {
    return this.#known.get(`${ask.device} ${key}`)?.value ?? bad("unavailable");
  }
}
