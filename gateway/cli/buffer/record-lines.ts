import type { Value } from "../../../drivers/core/reading.js";
import type { GatewayRecord } from "../../core/record.js";
import { prevInSlot } from "../../core/record.js";
import { type Carries, JsonFormat } from "../../forward/json-format.js";
import { isoTime, reasonOf, scaledText } from "../../forward/json-text.js";

/** Records as lines of a file. */
export interface RecordLines {
  /** Stands before the first line. */
  readonly head: string;
  /** All lines of a record, each with its end; empty where none of it is wanted. */
  lines(record: GatewayRecord): string;
}

/**
 * A record a line, as the centre receives it in a message, with `epoch` and `rev` of that message before it.
 * `prev` is that of one uplink, left out where it does not carry the record.
 */
export class JsonRecordLines implements RecordLines {
  readonly head = "";
  readonly #slot: number;
  readonly #format: JsonFormat;
  readonly #isWanted: (record: GatewayRecord) => boolean;

  constructor(slot: number, carries: Carries) {
    this.#slot = slot;
    this.#format = new JsonFormat(slot, carries);
    this.#isWanted = (record) => wants(record, carries);
  }

  lines(record: GatewayRecord): string {
    if (!this.#isWanted(record)) return "";
    const { epoch, rev } = record;
    const text = this.#format.record(record, "live");
    const own = prevInSlot(record, this.#slot) === undefined ? text.replace('"prev":null,', "") : text;
    return `{"epoch":${JSON.stringify(epoch)},"rev":${rev},${own.slice(1)}\n`;
  }
}

/** A reading or an event a line, RFC 4180, for programs: decimal points, ISO times. */
export class CsvRecordLines implements RecordLines {
  readonly head = "t,device,point,value,quality,reason,state,source_t,clock,epoch,rev,seq,event\r\n";
  readonly #carries: Carries;

  constructor(carries: Carries) {
    this.#carries = carries;
  }

  lines(record: GatewayRecord): string {
    if (!wants(record, this.#carries)) return "";
    const { clock, epoch, rev, seq } = record;
    const tail = (event: string): string => `,${clock},${epoch},${rev},${seq},${event}\r\n`;
    if (record.kind === "event")
      return `${isoTime(record.t)},,,,,,,${tail(quoted(JSON.stringify(record.event)))}`;
    const { flags, layout, sourceT, state, t, values } = record.batch;
    const time = isoTime(t);
    const end = `,${state},${sourceT === undefined ? "" : isoTime(sourceT)}${tail("")}`;
    let text = "";
    for (const [at, value] of values.entries()) {
      const point = layout.points[at];
      if (value === undefined || !point || !this.#carries(layout.device, point.id)) continue;
      const flag = flags?.find((one) => one.at === at);
      const shown = flag?.quality === "bad" ? undefined : plain(value, point.decimals ?? 0);
      const quality = shown === undefined ? "bad" : (flag?.quality ?? "good");
      const reason = shown === undefined ? reasonOf(flag, value) : (flag?.reason ?? "");
      text += `${time},${quoted(layout.device)},${quoted(point.id)},${shown ?? ""},${quality},${reason}${end}`;
    }
    return text;
  }
}

/** A record of readings with one of the points; an event of a device with one, or of no device: it tells of gaps. */
function wants(record: GatewayRecord, carries: Carries): boolean {
  if (record.kind === "event") {
    return !("device" in record.event) || carries(record.event.device, "");
  }
  const { layout, values } = record.batch;
  return values.some(
    (value, at) => value !== undefined && carries(layout.device, layout.points[at]?.id ?? ""),
  );
}

/** Undefined where there is no value that could be written. */
function plain(value: Value, decimals: number): string | undefined {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? `${value}` : undefined;
    case "bigint":
      return scaledText(value, decimals).replaceAll('"', "");
    case "boolean":
      return `${value}`;
    case "string":
      return quoted(value);
    default:
      return undefined;
  }
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
