import { inflateRawSync } from "node:zlib";
import Database from "better-sqlite3";
import { PRIORITIES } from "../../drivers/core/point.js";
import type { Layout } from "../../drivers/core/reading.js";
import type { GatewayRecord } from "../core/record.js";
import { RowDecoder } from "./backlog-reader.js";
import { tableOf } from "./file-format.js";
import type { ChunkRow } from "./protocol.js";

/**
 * All records of a buffer file, by priority and then by number, while a gateway may be writing it: one short
 * read a row. Opens the file for reading only.
 */
export function* readBuffer(path: string): Generator<GatewayRecord> {
  const db = new Database(path, { readonly: true, fileMustExist: true });
  try {
    const layouts = new Map<number, Layout>();
    const decoder = new RowDecoder({ byId: (id) => layouts.get(id) ?? layoutOf(db, layouts, id) });
    for (const priority of PRIORITIES) {
      const table = tableOf(priority);
      const next = db.prepare(`SELECT * FROM ${table} WHERE first > ? ORDER BY first LIMIT 1`);
      let after = -1;
      for (;;) {
        const stored = next.get(after) as Omit<ChunkRow, "priority"> | undefined;
        if (!stored) break;
        after = stored.first;
        const row = { ...stored, priority, body: inflateRawSync(stored.body) };
        yield* decoder.decode({ rows: [row], keys: [], upTo: Number.MAX_SAFE_INTEGER });
      }
    }
  } finally {
    db.close();
  }
}

function layoutOf(db: Database.Database, known: Map<number, Layout>, id: number): Layout | undefined {
  const row = db.prepare("SELECT layout FROM layout WHERE id = ?").get(id) as { layout: string } | undefined;
  if (!row) return undefined;
  const layout = JSON.parse(row.layout) as Layout;
  known.set(id, layout);
  return layout;
}
