import { BusyError, PermanentPointError, TransientError } from "../core/errors.js";
import type { Ask } from "./ask.js";
import { MODBUS_MESSAGES } from "./messages.js";

/** What every sentence about a failed exchange says: which device, where, which addresses. */
export interface Where {
  readonly device: string;
  readonly unit: number;
  readonly connection: string;
  readonly table: string;
  readonly span: string;
  readonly [more: string]: string | number;
}

export function whereOf(span: Ask, connection: string): Where {
  const { device, unit, table, address, count } = span;
  const last = address + count - 1;
  return { device, unit, connection, table, span: count === 1 ? `${address}` : `${address}-${last}` };
}

/** 5: it works on it and will take long; 6: it works on something else (Application Protocol V1.1b3, clause 7). */
export const BUSY_CODES: readonly number[] = [5, 6];
const BUSY_AGAIN_MS = 500;

/** The device has no such function, address or quantity (Application Protocol V1.1b3, clause 7). */
export function isRefusal(exception: number): boolean {
  return exception >= 1 && exception <= 3;
}

/** Refusals that may concern a part of the request only: an address that is not there, or too many at once. */
export const SPLITTABLE: ReadonlySet<string> = new Set([
  MODBUS_MESSAGES.exception_address.code,
  MODBUS_MESSAGES.exception_value.code,
]);

/**
 * The error of an exception reply (Application Protocol V1.1b3, clause 7). 1, 2 and 3 are faults of the
 * configuration and stay; 5 and 6 pass; 10 and 11 come from a gateway about this one device.
 */
export function exceptionError(
  exception: number,
  span: Ask,
  connection: string,
): PermanentPointError | TransientError {
  const where = whereOf(span, connection);
  switch (exception) {
    case 1:
      return new PermanentPointError(MODBUS_MESSAGES.exception_function, where);
    case 2:
      return new PermanentPointError(MODBUS_MESSAGES.exception_address, where);
    case 3:
      return new PermanentPointError(MODBUS_MESSAGES.exception_value, { ...where, count: span.count });
    case 5:
    case 6:
      return new BusyError(BUSY_AGAIN_MS, MODBUS_MESSAGES.exception_busy, { ...where, exception });
    case 10:
    case 11:
      return new TransientError("no_answer", MODBUS_MESSAGES.exception_gateway, { ...where, exception });
    default:
      return new TransientError("device_error", MODBUS_MESSAGES.exception_failure, { ...where, exception });
  }
}
