import type { ScanOrder } from "./scan-order.js";
import type { ExitCode, Io } from "./verb.js";
export async function setAddress(_order: ScanOrder, _unit: number, _io: Io): Promise<ExitCode> {
  return 1;
}
