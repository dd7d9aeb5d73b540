import { Buffer as Bytes } from "node:buffer";
import { gzipSync } from "node:zlib";
import { readingCount } from "../../drivers/core/reading.js";
import type { Outbound } from "../core/forwarder.js";
import type { GatewayRecord } from "../core/record.js";
import type { JsonFormat, Marking } from "./json-format.js";

/** No message is larger, whatever the other side allows: a slow link must get through with one. */
export const MAX_MESSAGE_BYTES = 128_000;
/** Smaller payloads do not gain by compression. */
const GZIP_FROM_BYTES = 1_000;
/** Level 1: on these texts it gives most of the gain for a third of the time. */
const GZIP = { level: 1 };

export interface PackOptions {
  readonly format: JsonFormat;
  readonly sending: Marking;
  /** Of an epoch: a message speaks of its own. */
  readonly pendingFrom: (epoch: string) => number;
  readonly compress: "none" | "gzip";
  /** What the other side allows, in bytes. */
  readonly maxPayload: number;
  /** A message of several records is no larger; `MAX_MESSAGE_BYTES` by default. */
  readonly messageBytes?: number;
}

/** A message with the records that it carries. */
export interface Packed {
  readonly outbound: Outbound;
  readonly records: readonly GatewayRecord[];
  readonly readings: number;
}

export interface PackResult {
  readonly messages: readonly Packed[];
  /** Records that are larger than the other side allows even when they travel alone. */
  readonly tooLarge: readonly GatewayRecord[];
}

/**
 * Packs records in their order into messages: each holds records of one kind, epoch and rev. A record that is
 * larger than `MAX_MESSAGE_BYTES` travels alone where the other side allows it.
 */
export function pack(records: readonly GatewayRecord[], options: PackOptions): PackResult {
  const messages: Packed[] = [];
  const tooLarge: GatewayRecord[] = [];
  const limit = Math.min(options.messageBytes ?? MAX_MESSAGE_BYTES, options.maxPayload);
  let first: GatewayRecord | undefined;
  let open: GatewayRecord[] = [];
  let text = "";
  let bytes = 0;
  const flush = (): void => {
    if (first === undefined || open.length === 0) return;
    const message = seal(first, open, `${text}]}`, options);
    if (message) messages.push(message);
    else tooLarge.push(...open);
    open = [];
    first = undefined;
  };
  for (const record of records) {
    const json = options.format.record(record, options.sending);
    const size = Bytes.byteLength(json);
    const fits = first !== undefined && alike(first, record) && bytes + size + 3 <= limit;
    if (!fits) {
      flush();
      first = record;
      text = headText(record, options.pendingFrom(record.epoch)) + json;
      bytes = text.length - json.length + size;
    } else {
      text += `,${json}`;
      bytes += size + 1;
    }
    open.push(record);
  }
  flush();
  return { messages, tooLarge };
}

function alike(a: GatewayRecord, b: GatewayRecord): boolean {
  return a.kind === b.kind && a.rev === b.rev && a.epoch === b.epoch;
}

function headText({ epoch, rev }: GatewayRecord, pendingFrom: number): string {
  return `{"epoch":${JSON.stringify(epoch)},"rev":${rev},"pending_from":${pendingFrom},"records":[`;
}

function seal(
  first: GatewayRecord,
  records: readonly GatewayRecord[],
  text: string,
  { compress, maxPayload }: PackOptions,
): Packed | undefined {
  const topic = first.kind === "data" ? "data" : "event";
  const outbound = outboundOf(topic, text, compress, maxPayload);
  if (!outbound) return undefined;
  let readings = 0;
  for (const record of records) if (record.kind === "data") readings += readingCount(record.batch);
  return { outbound, records, readings };
}

/** A message that is not retained, compressed where that is configured; undefined where it is too large. */
export function outboundOf(
  topic: Outbound["topic"],
  text: string,
  compress: "none" | "gzip",
  maxPayload: number,
): Outbound | undefined {
  const outbound = squeeze({ topic, retain: false, payload: text }, compress);
  return Bytes.byteLength(outbound.payload) <= maxPayload ? outbound : undefined;
}

/** The same message compressed, where that is configured and gains. A reader tells it by the first bytes. */
export function squeeze(outbound: Outbound, compress: "none" | "gzip"): Outbound {
  const { payload } = outbound;
  if (compress === "none" || typeof payload !== "string" || payload.length < GZIP_FROM_BYTES) return outbound;
  return { ...outbound, payload: gzipSync(payload, GZIP), contentType: "application/gzip" };
}

/** The texts of snapshot records as messages, split like data; what is too large alone is left out. */
export function packSnapshot(
  head: { readonly epoch: string; readonly rev: number; readonly asOf: number },
  records: readonly string[],
  compress: "none" | "gzip",
  maxPayload: number,
): readonly Outbound[] {
  const limit = Math.min(MAX_MESSAGE_BYTES, maxPayload);
  const start = `{"epoch":${JSON.stringify(head.epoch)},"rev":${head.rev},"snapshot":true,"as_of":${head.asOf},"records":[`;
  const messages: Outbound[] = [];
  let open: string[] = [];
  let bytes = 0;
  const flush = (): void => {
    if (open.length === 0) return;
    const outbound = outboundOf("data", `${start}${open.join(",")}]}`, compress, maxPayload);
    if (outbound) messages.push(outbound);
    open = [];
  };
  for (const record of records) {
    const size = Bytes.byteLength(record) + 1;
    if (open.length > 0 && bytes + size > limit) flush();
    if (open.length === 0) bytes = start.length + 2;
    open.push(record);
    bytes += size;
  }
  flush();
  return messages;
}
