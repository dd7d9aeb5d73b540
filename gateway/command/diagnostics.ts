import { Buffer as Bytes } from "node:buffer";
import type { GatewayStatus } from "../core/status.js";

type Cut = (status: GatewayStatus) => object;

/** What is left out, step by step, until it fits. */
const CUTS: readonly Cut[] = [
  (status) => status,
  (status) => ({
    ...status,
    connections: status.connections.map(({ stats, ...rest }) => ({
      ...rest,
      stats: { ...stats, devices: {} },
    })),
  }),
  ({ devices: _, connections, ...rest }) => ({
    ...rest,
    connections: connections.map(({ id, driver, state }) => ({ id, driver, state })),
  }),
  ({ id, version, epoch, rev, started, now, clock, memory }) => ({
    id,
    version,
    epoch,
    rev,
    started,
    now,
    clock,
    memory,
  }),
];

/** The status with as much of it as fits into `limit` bytes of JSON. Pure. */
export function boundedStatus(
  status: GatewayStatus,
  limit: number,
): { readonly diagnostics: object; readonly cut?: true } {
  for (const [at, cut] of CUTS.entries()) {
    const diagnostics = cut(status);
    if (Bytes.byteLength(JSON.stringify(diagnostics)) > limit) continue;
    return at === 0 ? { diagnostics } : { diagnostics, cut: true };
  }
  return { diagnostics: {}, cut: true };
}
