import { readingCount } from "../../drivers/core/reading.js";
import { type GatewayRecord, recordTime } from "../core/record.js";
import type { Book } from "./book.js";
import { encodeChunk, type KeyStates } from "./chunk.js";
import type { Table } from "./file-format.js";
import type { ChunkRow } from "./protocol.js";
import type { UplinkTrack } from "./uplink-track.js";

/** Chunks that build on one key chunk: more make damage and eviction coarser, fewer make chunks larger. */
const CHUNKS_A_KEY = 60;
/** Readings of one chunk: whoever wants one of its records unpacks them all. */
const MOST_READINGS = 10_000;
const NO_KEYS: KeyStates = new Map();

interface Key {
  readonly first: number;
  readonly states: KeyStates;
  used: number;
}

export interface Made {
  readonly chunks: readonly ChunkRow[];
  /** By uplink: the highest number of its stream among these records; undefined for none. */
  readonly lasts: readonly (number | undefined)[];
}

/** Turns what waits into rows, each table's in differences to its last key chunk. */
export class ChunkMaker {
  readonly #book: Book;
  readonly #slots: readonly number[];
  readonly #tracks: readonly UplinkTrack[];
  #keys = new Map<Table, Key>();
  /** Keys that are on their way to the disk. */
  #newKeys = new Map<Table, Key>();

  constructor(book: Book, slots: readonly number[], tracks: readonly UplinkTrack[]) {
    this.#book = book;
    this.#slots = slots;
    this.#tracks = tracks;
  }

  make(waiting: readonly { readonly table: Table; readonly records: readonly GatewayRecord[] }[]): Made {
    const chunks: ChunkRow[] = [];
    const lasts: (number | undefined)[] = this.#tracks.map(() => undefined);
    for (const { records, table } of waiting) {
      for (const piece of split(records)) chunks.push(this.#chunk(table, piece));
      for (const { prevs, seq } of records) {
        for (let place = 0; place < lasts.length; place++) {
          if ((prevs[place] ?? -1) !== -1) lasts[place] = Math.max(lasts[place] ?? 0, seq);
        }
      }
    }
    return { chunks, lasts };
  }

  /** What was made is on the disk: others may build on it. */
  committed(): void {
    for (const [table, key] of this.#newKeys) this.#keys.set(table, key);
    this.#newKeys.clear();
  }

  /** Nobody knows what is on the disk: begin with new keys. */
  reset(): void {
    this.#keys.clear();
    this.#newKeys.clear();
  }

  #chunk(table: Table, records: readonly GatewayRecord[]): ChunkRow {
    const first = records[0] as GatewayRecord;
    const last = records.at(-1) as GatewayRecord;
    const known = this.#newKeys.get(table) ?? this.#keys.get(table);
    const key = known && known.used < CHUNKS_A_KEY && table !== "event" ? known : undefined;
    const { body, keys } = encodeChunk(records, this.#slots, this.#book, key?.states ?? NO_KEYS);
    if (key) key.used++;
    else this.#newKeys.set(table, { first: first.seq, states: keys, used: 0 });
    return {
      table,
      first: first.seq,
      last: last.seq,
      key: key?.first ?? first.seq,
      count: records.length,
      rev: first.rev,
      t: last.clock === "trusted" ? Math.round(recordTime(last)) : null,
      body,
    };
  }
}

/** Pieces of one run of the program and revision, none too large. */
function split(records: readonly GatewayRecord[]): GatewayRecord[][] {
  const pieces: GatewayRecord[][] = [];
  let piece: GatewayRecord[] = [];
  let readings = 0;
  for (const record of records) {
    const before = piece[0];
    const own = record.kind === "data" ? readingCount(record.batch) : 1;
    const fits =
      before &&
      readings + own <= MOST_READINGS &&
      before.epoch === record.epoch &&
      before.rev === record.rev &&
      before.priority === record.priority &&
      bootOf(before) === bootOf(record);
    if (!fits) {
      piece = [];
      pieces.push(piece);
      readings = 0;
    }
    piece.push(record);
    readings += own;
  }
  return pieces;
}

const bootOf = (record: GatewayRecord): string => (record.kind === "data" ? record.batch.boot : record.boot);
