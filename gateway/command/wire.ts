import type { Driver } from "../../drivers/core/driver.js";
import type { TramError } from "../../drivers/core/errors.js";
import type { Inspector } from "../../drivers/core/inspector.js";
import type { Writer } from "../../drivers/core/writer.js";

/** A connection as whoever reads or writes by hand finds it: open, or down with a reason. */
export interface Wire {
  readonly driver: Driver;
  /** Why it is down now. */
  readonly problem?: TramError;
}

export function inspectorOf(driver: Driver): (Driver & Inspector) | undefined {
  return "inspect" in driver && "planRawRead" in driver ? (driver as Driver & Inspector) : undefined;
}

export function writerOf(driver: Driver): (Driver & Inspector & Writer) | undefined {
  const inspector = inspectorOf(driver);
  return inspector && "planWrite" in inspector ? (inspector as Driver & Inspector & Writer) : undefined;
}
