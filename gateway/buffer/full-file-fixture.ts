import { SILENT_LOG } from "../../drivers/core/log.js";
import { openBuffer } from "./open-buffer.js";
import { noise } from "./small-disk-fixture.js";
import { optionsIn } from "./testbed.js";

/**
 * Appends more than its file may hold, until it has to drop some and is then let on by whoever started it (who
 * raises the limit). Prints one line of JSON for each step.
 */
const [, , folder = ""] = process.argv;
const buffer = await openBuffer(optionsIn(folder, { log: SILENT_LOG }));
const print = (step: string): boolean =>
  process.stdout.write(`${JSON.stringify({ step, ...buffer.stats() })}\n`);
for (let n = 0; buffer.stats().dropped < 50; n++) {
  buffer.append(noise(n), "normal");
  if (n % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
}
print("dropping");
await buffer.durable(buffer.stats().last);
const { seq } = buffer.append(noise(0), "normal");
await buffer.durable(seq);
print("durable");
await buffer.close();
