import { renderText, type Said } from "../../../drivers/core/message.js";
import { type BufferReader, openBufferReader } from "../../buffer/reader.js";
import { asCareError, openForCare } from "../../buffer/verify.js";
import { type GatewayRecord, recordTime } from "../../core/record.js";
import type { RecordLines } from "../buffer/record-lines.js";
import type { Io } from "../io.js";
import { ProgressBar, runSteps } from "../progress-bar.js";
import { ExportSink } from "./export-sink.js";

export interface WalkWish {
  /** The buffer file. */
  readonly path: string;
  /** Wall ms; `to` is not included. */
  readonly from: number;
  readonly to: number;
  /** Absent: standard output. */
  readonly out?: string;
  readonly force: boolean;
  readonly title: Said;
  /** Made when the file is open. May throw. */
  readonly lines: (reader: BufferReader) => RecordLines;
  /** For each record that gave lines. */
  readonly onRecord?: (record: GatewayRecord) => void;
  /** Whether what was found is worth a file. */
  readonly isWanted?: () => boolean;
}

export interface WalkResult {
  /** Chunks that could not be read. */
  readonly damaged: number;
  readonly sha256?: string;
  /** Nobody read to the end: there is nobody to be told anything. */
  readonly isLeft: boolean;
}

/**
 * All records of a time, as lines of a file or of standard output, step by step: memory does not grow with them. A gateway
 * may write the buffer meanwhile. Throws ConfigurationError and RejectedError; then no file is left.
 */
export async function walkRecords(wish: WalkWish, io: Io): Promise<WalkResult> {
  const sink = await ExportSink.open(wish.out, wish.force, io);
  const bar = new ProgressBar(io);
  try {
    openForCare(wish.path).close();
    const reader = openBufferReader(wish.path);
    try {
      await writeRecords(reader, wish, sink, bar, io).catch((error: unknown) => {
        if (!sink.isLeft) throw asCareError(error, wish.path);
      });
      const sha256 = wish.isWanted?.() === false ? undefined : await sink.finish();
      return { damaged: reader.damaged, isLeft: sink.isLeft, ...(sha256 !== undefined && { sha256 }) };
    } finally {
      reader.close();
    }
  } finally {
    bar.end();
    await sink.discard();
  }
}

async function writeRecords(
  reader: BufferReader,
  { from, lines: make, onRecord, title, to }: WalkWish,
  sink: ExportSink,
  bar: ProgressBar,
  io: Io,
): Promise<void> {
  const lines = make(reader);
  await sink.write(lines.head);
  const run = reader.numbersBetween(from, to);
  if (!run) return;
  const [first, last] = run;
  const shown = renderText(title, io.language);
  await runSteps(reader.steps(first, last), io.signal, async (records) => {
    let text = "";
    for (const record of records) {
      const t = recordTime(record);
      if (t < from || t >= to) continue;
      const own = lines.lines(record);
      if (own === "") continue;
      text += own;
      onRecord?.(record);
    }
    await sink.write(text);
    bar.show(shown, { done: (records.at(-1)?.seq ?? first) - first, total: last - first });
  });
}
