import t from "tap";
import { displayWidth } from "../table.js";
import { heldOutput } from "../testing/held-output.js";
import { siteOf } from "../testing/site-fixture.js";

const fits = (lines: readonly string[], columns = 80): boolean =>
  lines.every((line) => displayWidth(line) <= columns);

for (const running of ["gateway", "direct"] as const) {
  t.test(`points and registers, ${running}`, async (t) => {
    const site = await siteOf(t);
    await site.startDevices();
    if (running === "gateway") await site.startGateway();
    const one = await site.run("read", ["meter", "voltage.l1"], { language: "vi" });
    t.equal(one.code, 0);
    const [title, value, place, words, took] = one.out.lines;
    t.equal(title, "meter.voltage.l1  Điện áp pha L1");
    t.match(value, /^ {2}2[23]\d(,\d+)? V {3}Tốt {3}\d\d:\d\d:\d\d$/);
    t.equal(place, "  input 0-1, hàm 4, địa chỉ Modbus 1");
    t.match(words, /^ {2}0x43[0-9A-F]{2} 0x[0-9A-F]{4}$/);
    t.match(took, running === "gateway" ? /qua gateway đang chạy$/ : /đọc trực tiếp$/);

    const json = await site.run("read", ["station.level", "drive.frequency.set", "--json"]);
    const readings = json.out.lines.map((line) => heldOutput("read", line) as Record<string, unknown>);
    t.match(readings, [
      { device: "drive", point: "frequency.set", unit: "Hz", quality: "good", makers_number: "3001H" },
      {
        device: "station",
        point: "level",
        unit: "m",
        quality: "good",
        wire: { table: "input", address: 6, count: 2 },
      },
    ]);
    const { value: level, words: registers } = readings[1] as { value: number; words: readonly number[] };
    const bytes = new DataView(Uint8Array.from(registers.flatMap((word) => [word >> 8, word & 255])).buffer);
    t.equal(Math.fround(level), bytes.getFloat32(0), "the registers are those of the value");

    for (const language of ["vi", "en"] as const) {
      const all = await site.run("read", ["*"], { language });
      t.equal(all.code, 0);
      t.ok(fits(all.out.lines), all.out.lines.find((line) => displayWidth(line) > 80) ?? "fits 80 columns");
      t.ok(all.out.text.includes("voltage.l1"));
      const raw = await site.run("read", ["meter", "--raw", "input", "0", "6", "--expect", "200..250 V"], {
        language,
      });
      t.equal(raw.code, 0);
      t.ok(fits(raw.out.lines), raw.out.text);
      t.match(raw.out.text, /0-1 f32 ABCD = 2\d\d\.\d+/);
      t.match(raw.out.text, / {2}0-1 {2}f32 +2\d\d\.\d+=/);
    }
    const unit = await site.run("read", [
      "rs485",
      "--unit",
      "3",
      "--raw",
      "3",
      "0x3001",
      "1",
      "--once",
      "--json",
    ]);
    t.match(heldOutput("read", unit.out.text), {
      connection: "rs485",
      unit: 3,
      table: "holding",
      address: 0x3001,
      reads: [{ words: [4500] }],
    });
    const coil = await site.run("read", ["station", "--raw", "coil", "0", "1", "--once"]);
    t.match(coil.out.lines.slice(-2), [/ADDRESS {2}\+0/, /^ +0 +[01]$/]);
  });
}
