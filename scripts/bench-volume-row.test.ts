import t from "tap";
import { bytesAReading } from "./bench-volume-row.js";

t.test("gathering and gzip save what the page about delivery says", async (t) => {
  const plain = await bytesAReading(0, "none");
  t.ok(plain > 20 && plain < 45, `${plain} bytes a reading`);
  const gathered = await bytesAReading(5_000, "none");
  t.ok(gathered < plain);
  const both = await bytesAReading(5_000, "gzip");
  t.ok(both < gathered / 3, `${both} bytes a reading`);
});
