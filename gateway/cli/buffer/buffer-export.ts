import { resolve } from "node:path";
import { ConfigurationError } from "../../../drivers/core/errors.js";
import { say } from "../../../drivers/core/message.js";
import { readingCount } from "../../../drivers/core/reading.js";
import type { BufferReader } from "../../buffer/reader.js";
import type { GatewayRecord } from "../../core/record.js";
import type { Carries } from "../../forward/json-format.js";
import { walkRecords } from "../export/export-walk.js";
import type { AskedOf } from "../grammar/command.js";
import type { ExitCode, Io } from "../io.js";
import { number } from "../table.js";
import { tellSaid } from "../tell-said.js";
import type { EXPORT } from "./buffer-grammar.js";
import { BUFFER_VERB_MESSAGES as M } from "./buffer-messages.js";
import { bufferPlace } from "./buffer-place.js";
import { CsvRecordLines, JsonRecordLines, type RecordLines } from "./record-lines.js";

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
  const account: Account = { records: 0, readings: 0, events: 0 };
  const { damaged, isLeft, sha256 } = await walkRecords(
    {
      ...wish,
      path,
      title: say(M.stage_export),
      lines: (reader) => linesOf(reader, wish),
      onRecord: (record) => add(account, record, wish.carries),
    },
    io,
  );
  if (isLeft) return 0;
  tell(wish, account, damaged, sha256, asked.options.json, io);
  return damaged > 0 ? 1 : 0;
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
  tellSaid(io, said, { to: out === undefined ? "stderr" : "stdout" });
  if (damaged > 0) tellSaid(io, say(M.export_damaged, { count: damaged }), { to: "stderr" });
}
