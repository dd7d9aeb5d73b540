import type { ReportedDevice } from "../../core/scan-report.js";
import { command } from "../grammar/command.js";
import { verbOf } from "../grammar/verb.js";
import type { Io } from "../io.js";
import { tellSaid } from "../tell-said.js";
import { writeOut } from "../write-out.js";
import { SCAN, scanOrder } from "./scan-order.js";
import { ScanScreen } from "./scan-screen.js";
import { type ScanSource, scanSource } from "./scan-source.js";

/** `tram scan`: what hangs on a bus or behind a host; 1 where nothing does. */
export const scan = verbOf(
  command(SCAN, async (asked, io) => {
    const order = scanOrder(asked);
    if (order.setAddress !== undefined) {
      const { setAddress } = await import("./scan-set-address.js");
      return setAddress(order, order.setAddress, io);
    }
    const { offerToAdd, requireConfig } = await import("./scan-add.js");
    // What cannot be written later is told before minutes have passed.
    if (order.add) await requireConfig(order, io);
    const source = await scanSource(order, io);
    const found = order.json ? await asLines(source, io) : await onScreen(source, io);
    const added = await offerToAdd(found, source, order, io);
    return found.length > 0 && added !== "failed" ? 0 : 1;
  }),
);

async function asLines(source: ScanSource, io: Io): Promise<readonly ReportedDevice[]> {
  const found: ReportedDevice[] = [];
  for await (const report of source.reports(io.signal)) {
    if (report.event === "step") continue;
    if (report.event === "recognised") found.push(report.device);
    await writeOut(io.stdout, `${JSON.stringify(report)}\n`, AbortSignal.any([]));
  }
  return found;
}

async function onScreen(source: ScanSource, io: Io): Promise<readonly ReportedDevice[]> {
  const screen = new ScanScreen(io);
  const found: ReportedDevice[] = [];
  tellSaid(io, source.begins, { to: "stderr" });
  try {
    for await (const report of source.reports(io.signal)) {
      if (report.event === "recognised") found.push(report.device);
      screen.show(report);
    }
  } finally {
    screen.end();
  }
  return found;
}
