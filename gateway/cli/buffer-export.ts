import { resolve } from "node:path";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { render, renderText, say } from "../../drivers/core/message.js";
import { readingCount } from "../../drivers/core/reading.js";
import { type BufferReader, openBufferReader } from "../buffer/reader.js";
import { asCareError, openForCare } from "../buffer/verify.js";
import { refuseToOverwrite, sha256Line, WholeFile, writeWhole } from "../buffer/whole-file.js";
import { type GatewayRecord, recordTime } from "../core/record.js";
import type { Carries } from "../forward/json-format.js";
import type { EXPORT } from "./buffer-grammar.js";
import { BUFFER_VERB_MESSAGES as M } from "./buffer-messages.js";
import { bufferPlace } from "./buffer-place.js";
import type { AskedOf } from "./grammar/command.js";
import { ProgressBar, runSteps, type Step } from "./progress-bar.js";
import { CsvRecordLines, JsonRecordLines, type RecordLines } from "./record-lines.js";
import { number } from "./table.js";
import type { ExitCode, Io } from "./verb.js";
import { writeOut } from "./write-out.js";

interface Wish {
  /** Wall ms; `to` is not included. */
  readonly from: number;
  readonly to: number;
  readonly format: "jsonl" | "csv";
  readonly carries: Carries;
  readonly uplink?: string;
  readonly out?: string;
  readonly force: boolean;
}

interface Account {
  records: number;
  readings: number;
  events: number;
}

export async function exportRecords(asked: AskedOf<typeof EXPORT>, io: Io): Promise<ExitCode> {
  const wish = wishOf(asked.options);
  const { path } = await bufferPlace("export", asked, io);
  const { out } = wish;
  if (out !== undefined) refuseToOverwrite([out, `${out}.sha256`], wish.force);
  openForCare(path).close();
  const reader = openBufferReader(path);
  const file = out === undefined ? undefined : await WholeFile.create(out);
  const bar = new ProgressBar(io);
  const account: Account = { records: 0, readings: 0, events: 0 };
  let sha256: string | undefined;
  // `tram buffer export | head`: who reads no more has what he wants.
  const isLeft = (): boolean => !file && !io.stdout.writable;
  try {
    const write = (text: string): Promise<void> =>
      file ? file.write(text) : writeOut(io.stdout, text, io.signal);
    await writeRecords(reader, wish, account, write, bar, io).catch((error: unknown) => {
      if (!isLeft()) throw asCareError(error, path);
    });
    if (file && out !== undefined) {
      sha256 = await file.finish();
      await writeWhole(`${out}.sha256`, sha256Line(sha256, out));
    }
  } finally {
    bar.end();
    await file?.discard();
    reader.close();
  }
  tell(wish, account, reader.damaged, sha256, asked.options.json, io);
  return reader.damaged > 0 ? 1 : 0;
}

async function writeRecords(
  reader: BufferReader,
  wish: Wish,
  account: Account,
  write: (text: string) => Promise<void>,
  bar: ProgressBar,
  io: Io,
): Promise<void> {
  const lines = linesOf(reader, wish);
  if (lines.head !== "") await write(lines.head);
  const run = reader.numbersBetween(wish.from, wish.to);
  if (!run) return;
  const [first, last] = run;
  const title = renderText(say(M.stage_export), io.language);
  await runSteps(reader.steps(first, last), io.signal, async (records) => {
    let text = "";
    for (const record of records) {
      const t = recordTime(record);
      if (t < wish.from || t >= wish.to) continue;
      const own = lines.lines(record);
      if (own === "") continue;
      text += own;
      add(account, record, wish.carries);
    }
    if (text !== "") await write(text);
    const step: Step = { done: (records.at(-1)?.seq ?? first) - first, total: last - first };
    bar.show(title, step);
  });
}

function add(account: Account, record: GatewayRecord, carries: Carries): void {
  account.records++;
  if (record.kind === "event") {
    account.events++;
    return;
  }
  const { device, points } = record.batch.layout;
  const isAll = points.every(({ id }) => carries(device, id));
  if (isAll) account.readings += readingCount(record.batch);
  else {
    for (const [at, value] of record.batch.values.entries()) {
      if (value !== undefined && carries(device, points[at]?.id ?? "")) account.readings++;
    }
  }
}

function linesOf(reader: BufferReader, { carries, format, uplink }: Wish): RecordLines {
  if (format === "csv") return new CsvRecordLines(carries);
  const slot = uplink === undefined ? 0 : reader.uplinks.indexOf(uplink);
  if (slot < 0) {
    const uplinks = reader.uplinks.join(", ");
    throw new ConfigurationError(M.export_uplink, { uplink: uplink ?? "", uplinks });
  }
  return new JsonRecordLines(slot, carries);
}

function wishOf(options: AskedOf<typeof EXPORT>["options"]): Wish {
  const { device, force, format, from, out, point, to, uplink } = options;
  return {
    from: from ?? Number.NEGATIVE_INFINITY,
    to: to ?? Number.POSITIVE_INFINITY,
    format,
    // An event of a device has no point: it goes with any of them.
    carries: (ownDevice, ownPoint) =>
      (device === undefined || device === ownDevice) &&
      (point === undefined || ownPoint === "" || point === ownPoint),
    force,
    ...(uplink !== undefined && { uplink }),
    ...(out !== undefined && out !== "-" && { out: resolve(out) }),
  };
}

function tell(
  { out }: Wish,
  account: Account,
  damaged: number,
  sha256: string | undefined,
  json: boolean,
  io: Io,
): void {
  const { events, readings, records } = account;
  // On standard output stand the records themselves.
  const stream = out === undefined ? io.stderr : io.stdout;
  if (json) {
    stream.write(
      `${JSON.stringify({ file: out ?? null, records, readings, events, damaged, sha256: sha256 ?? null })}\n`,
    );
    return;
  }
  const counts = {
    records: number(records, io.language),
    readings: number(readings, io.language),
    events: number(events, io.language),
  };
  const said = say(M.exported, { ...counts, file: out ?? "-" });
  stream.write(`${render(said, io.language)}\n`);
  if (damaged > 0) io.stderr.write(`${render(say(M.export_damaged, { count: damaged }), io.language)}\n`);
}
