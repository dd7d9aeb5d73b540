import { InternalError } from "../../drivers/core/errors.js";
import { PRIORITIES } from "../../drivers/core/point.js";
import type { Flag, InstrumentState, Layout, Reason } from "../../drivers/core/reading.js";
import type { GatewayEvent } from "../core/event.js";
import type { DataRecord, EventRecord, GatewayRecord } from "../core/record.js";
import { ByteReader, ByteWriter } from "./bytes.js";
import { ColumnState } from "./columns.js";
import { BUFFER_MESSAGES } from "./messages.js";

/**
 * One row of the file: the records of one commit and one table. A key chunk stands by itself; others take their
 * first differences from the values of their key chunk. docs/buffer-format.md describes the bytes.
 */

/** Stored as their index: only ever append. */
const REASONS: readonly Reason[] = [
  "no_answer",
  "bad_answer",
  "device_error",
  "unsupported",
  "link_down",
  "out_of_range",
  "not_a_number",
  "unavailable",
  "stale",
  "overrange",
  "underrange",
  "open_circuit",
  "sensor_fault",
  "wrong_setting",
];
const STATES: readonly InstrumentState[] = ["measuring", "calibrating", "maintenance", "fault"];

/** Bits of a record's head. */
const HEAD = { event: 1, untrusted: 2, state: 4, sourceTime: 8, flags: 16 } as const;

/** The first values of each layout in a key chunk, by layout id. */
export type KeyStates = ReadonlyMap<number, ColumnState>;

/** One run of the program: what all records of a chunk share. */
export interface StoredRun {
  readonly id: number;
  readonly epoch: string;
  readonly boot: string;
}

/** Gives the stored ids of what many records share; new ones at first use. */
export interface Ids {
  layoutId(layout: Layout): number;
  runId(epoch: string, boot: string): number;
}

/** What the stored ids stand for; undefined where the file has none. */
export interface Meanings {
  layout(id: number): Layout | undefined;
  run(id: number): StoredRun | undefined;
  /** Where a stored uplink slot stands in `prevs`; -1: this uplink is not configured today. */
  place(slot: number): number;
  /** Length of `prevs`. */
  readonly places: number;
}

export interface Encoded {
  readonly body: Uint8Array<ArrayBuffer>;
  /** What a following chunk takes its differences from, when this one is a key. */
  readonly keys: KeyStates;
}

/**
 * All records share epoch, rev, boot and priority; they are in order of their numbers; there is at least one.
 * `slots`: the stored slot of each place in `prevs`.
 */
export function encodeChunk(
  records: readonly GatewayRecord[],
  slots: readonly number[],
  ids: Ids,
  keys: KeyStates,
): Encoded {
  const [first] = records;
  if (!first) throw new RangeError("a chunk without records");
  const out = new ByteWriter();
  out.byte(PRIORITIES.indexOf(first.priority));
  out.varint(ids.runId(first.epoch, timesOf(first).boot));
  out.varint(slots.length);
  for (const slot of slots) out.varint(slot);
  out.varint(records.length);
  const states = new Map<number, ColumnState>();
  const firstStates = new Map<number, ColumnState>();
  let seq = 0;
  let t = 0;
  let mono = 0;
  for (const record of records) {
    const times = timesOf(record);
    out.varint(record.seq - seq);
    out.signed(times.t - t);
    // Both clocks mostly go on by the same time.
    out.signed(times.mono - mono - (times.t - t));
    ({ seq } = record);
    ({ t, mono } = times);
    for (let place = 0; place < slots.length; place++) {
      const prev = record.prevs[place] ?? -1;
      // 0: not carried; 1: the first of the stream; else the distance to the record before, + 1.
      out.varint(prev === -1 ? 0 : prev === 0 ? 1 : seq - prev + 1);
    }
    if (record.kind === "event") {
      out.byte(HEAD.event | (record.clock === "untrusted" ? HEAD.untrusted : 0));
      out.text(JSON.stringify(record.event));
      continue;
    }
    writeDataHead(out, record, t);
    const { layout, values } = record.batch;
    const id = ids.layoutId(layout);
    out.varint(id);
    const state = states.get(id) ?? keys.get(id)?.copy() ?? new ColumnState(layout);
    states.set(id, state);
    state.write(out, values);
    if (!firstStates.has(id)) firstStates.set(id, state.copy());
  }
  return { body: out.take(), keys: firstStates };
}

/** Whole milliseconds: that is what is published, live and later alike. */
function timesOf(record: GatewayRecord): { t: number; mono: number; boot: string } {
  const { t, mono, boot } = record.kind === "data" ? record.batch : record;
  return { t: Math.round(t), mono: Math.round(mono), boot };
}

function writeDataHead(out: ByteWriter, record: DataRecord, t: number): void {
  const { flags, sourceT, state } = record.batch;
  out.byte(
    (record.clock === "untrusted" ? HEAD.untrusted : 0) |
      (state === "measuring" ? 0 : HEAD.state) |
      (sourceT === undefined ? 0 : HEAD.sourceTime) |
      (flags && flags.length > 0 ? HEAD.flags : 0),
  );
  if (state !== "measuring") out.byte(STATES.indexOf(state));
  if (sourceT !== undefined) out.signed(Math.round(sourceT) - t);
  if (!flags || flags.length === 0) return;
  out.varint(flags.length);
  let last = -1;
  for (const { at, quality, reason } of flags) {
    out.varint(at - last - 1);
    out.byte((quality === "bad" ? 0 : 128) | REASONS.indexOf(reason));
    last = at;
  }
}

/**
 * The records of a chunk, and its first values by layout for chunks that build on it. `keys` are those of its
 * key chunk, empty for a key chunk itself. Throws InternalError `buffer.chunk_damaged`.
 */
export function decodeChunk(
  body: Uint8Array,
  rev: number,
  meanings: Meanings,
  keys: KeyStates,
): { readonly records: readonly GatewayRecord[]; readonly keys: KeyStates } {
  const input = new ByteReader(body);
  const priority = PRIORITIES[input.byte()];
  const run = meanings.run(input.varint());
  if (!run || !priority) throw damaged();
  const { boot, epoch } = run;
  const places: number[] = [];
  for (let left = input.varint(); left > 0; left--) places.push(meanings.place(input.varint()));
  const count = input.varint();
  const records: GatewayRecord[] = [];
  const states = new Map<number, ColumnState>();
  const firstStates = new Map<number, ColumnState>();
  let seq = 0;
  let t = 0;
  let mono = 0;
  for (let n = 0; n < count; n++) {
    seq += input.varint();
    const passed = input.signed();
    t += passed;
    mono += passed + input.signed();
    const prevs: number[] = new Array(meanings.places).fill(-1);
    for (const place of places) {
      const distance = input.varint();
      if (place >= 0) prevs[place] = distance === 0 ? -1 : distance === 1 ? 0 : seq - distance + 1;
    }
    const head = input.byte();
    const clock = (head & HEAD.untrusted) === 0 ? ("trusted" as const) : ("untrusted" as const);
    const common = { epoch, rev, seq, priority, clock, prevs };
    if ((head & HEAD.event) !== 0) {
      const record: EventRecord = { kind: "event", event: readEvent(input), t, mono, boot, ...common };
      records.push(record);
      continue;
    }
    const state = (head & HEAD.state) === 0 ? "measuring" : STATES[input.byte()];
    if (!state) throw damaged();
    const sourceT = (head & HEAD.sourceTime) === 0 ? undefined : t + input.signed();
    const flags = (head & HEAD.flags) === 0 ? undefined : readFlags(input);
    const id = input.varint();
    const layout = meanings.layout(id);
    if (!layout) throw damaged();
    const columns = states.get(id) ?? keys.get(id)?.copy() ?? new ColumnState(layout);
    states.set(id, columns);
    const values = columns.read(input);
    if (!firstStates.has(id)) firstStates.set(id, columns.copy());
    const batch = {
      layout,
      state,
      t,
      mono,
      boot,
      values,
      ...(sourceT === undefined ? {} : { sourceT }),
      ...(flags ? { flags } : {}),
    };
    records.push({ kind: "data", batch, ...common });
  }
  return { records, keys: firstStates };
}

const damaged = (): InternalError => new InternalError(BUFFER_MESSAGES.chunk_damaged);

function readEvent(input: ByteReader): GatewayEvent {
  const text = input.text();
  try {
    // Only this program writes the file, and a chunk carries a checksum: the shape is trusted.
    return JSON.parse(text) as GatewayEvent;
  } catch {
    throw damaged();
  }
}

function readFlags(input: ByteReader): Flag[] {
  const flags: Flag[] = [];
  const count = input.varint();
  let at = -1;
  for (let n = 0; n < count; n++) {
    at += 1 + input.varint();
    const code = input.byte();
    const reason = REASONS[code & 127];
    if (!reason) throw damaged();
    flags.push({ at, quality: code & 128 ? "uncertain" : "bad", reason });
  }
  return flags;
}
