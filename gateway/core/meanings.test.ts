import t from "tap";
import { Meanings } from "./meanings.js";

const meaning = (key: string) => ({ key, vi: `${key} vi`, en: `${key} en` });

t.test("the word for a number, the names of set bits, and nothing where nothing is known", async (t) => {
  const meanings = new Meanings([
    { device: "pump", id: "state", enum: { 0: meaning("off"), 3: meaning("boost"), "-1": meaning("lost") } },
    { device: "pump", id: "alarms", flags: { 0: meaning("dry"), 15: meaning("hot"), 31: meaning("broken") } },
    { device: "pump", id: "level" },
  ]);
  const text = (point: string, value: Parameters<typeof meanings.textOf>[2], device = "pump") =>
    meanings.textOf(device, point, value, "en");
  t.equal(text("state", 3), "boost en");
  t.equal(meanings.textOf("pump", "state", 3, "vi"), "boost vi");
  t.equal(text("state", -1), "lost en");
  t.equal(text("state", 7), undefined, "a number without a word");
  t.equal(text("state", null), undefined);
  t.equal(text("alarms", 0), undefined, "no bit is set");
  t.equal(text("alarms", 0x8001), "dry en, hot en");
  t.equal(text("alarms", 0x80000002), "broken en", "a bit without a name is left out");
  t.equal(text("alarms", -32768), "hot en, broken en", "two's complement");
  t.equal(text("level", 3), undefined);
  t.equal(text("state", 3, "other"), undefined);
});
