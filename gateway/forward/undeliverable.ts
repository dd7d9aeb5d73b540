import { Buffer as Bytes } from "node:buffer";
import { RejectedError } from "../../drivers/core/errors.js";
import type { LostRecords } from "../core/event.js";
import type { ForwarderLimits } from "../core/forwarder.js";
import { type GatewayRecord, prevInSlot } from "../core/record.js";
import type { JsonFormat } from "./json-format.js";
import { FORWARD_MESSAGES as M } from "./messages.js";

/** Names of points in one `lost` event, in characters: they must not make it undeliverable too. */
const MOST_NAMES = 16_000;

/**
 * What tells the centre that this record will not come. Undefined for a `lost` event that is itself refused:
 * telling about it would be refused as well, for ever. `maxPayload` is what the other side takes, in bytes.
 */
export function lostEvent(record: GatewayRecord, slot: number, maxPayload: number): LostRecords | undefined {
  if (record.kind === "event" && record.event.event === "lost") return undefined;
  const { seq } = record;
  return {
    event: "lost",
    runs: [{ from: seq, to: seq, prev: prevInSlot(record, slot) ?? null, count: 1 }],
    points: record.kind === "data" ? pointsOf(record.batch, Math.min(MOST_NAMES, maxPayload / 2)) : [],
    reason: "undeliverable",
  };
}

/** The line that is kept of it, for a person to look at. */
export function deadLetter(record: GatewayRecord, format: JsonFormat, error: RejectedError): string {
  const { code, message } = error;
  const why = JSON.stringify({ code, reason: message, epoch: record.epoch, rev: record.rev });
  return `${why.slice(0, -1)},"record":${format.record(record, "backlog")}}`;
}

/** Why a record that does not fit even alone is not sent at all. */
export function tooLarge(
  record: GatewayRecord,
  format: JsonFormat,
  url: string,
  { maxPayload }: ForwarderLimits,
): RejectedError {
  const topic = record.kind === "data" ? "data" : "event";
  const bytes = Bytes.byteLength(format.record(record, "backlog"));
  return new RejectedError(M.message_too_large, { url, topic, bytes, limit: maxPayload });
}

function pointsOf(batch: Extract<GatewayRecord, { kind: "data" }>["batch"], most: number): string[] {
  const { device, points } = batch.layout;
  const names: string[] = [];
  let length = 0;
  for (const [at, { id }] of points.entries()) {
    if (batch.values[at] === undefined) continue;
    const name = `${device}.${id}`;
    length += name.length + 3;
    if (length > most) break;
    names.push(name);
  }
  return names;
}
