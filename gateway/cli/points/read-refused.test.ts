import t from "tap";
import { displayWidth } from "../table.js";
import { siteOf } from "../testing/site-fixture.js";

const fits = (lines: readonly string[]): boolean => lines.every((line) => displayWidth(line) <= 80);

for (const running of ["gateway", "direct"] as const) {
  t.test(`what a device refuses or does not say, ${running}`, async (t) => {
    const site = await siteOf(t);
    const devices = await site.startDevices();
    if (running === "gateway") await site.startGateway();
    const refused = await site.run("read", ["station", "--raw", "holding", "5000", "2", "--once"], {
      language: "vi",
    });
    t.equal(refused.code, 1);
    t.match(refused.out.text, /mã lỗi 2/);
    t.ok(fits(refused.out.lines));
    const silent = await site.run("read", ["rs485", "--unit", "44", "--raw", "holding", "0", "2"]);
    t.equal(silent.code, 1);
    t.match(
      silent.out.text.replace(/\s+/g, " "),
      /did not answer within 1000 ms .* Check the device's power/,
    );
    for (const [args, near] of [
      [["meter", "voltage.l9"], /no point voltage\.l9 .*Nearest: voltage\.l\d/],
      [["metr"], /no device metr .*There are: meter/],
      [["drive", "command"], /can only be written/],
      [["rs48", "--unit", "1", "--raw", "holding", "0"], /no connection rs48 .*rs485/],
    ] as const) {
      const wrong = await site.run("read", args);
      t.equal(wrong.code, 2, args.join(" "));
      t.match(wrong.err.text, near);
    }
    await devices.stop();
    const gone = await site.run("read", ["station", "level"]);
    t.equal(gone.code, 1);
    t.match(gone.out.text + gone.err.text, /Cannot connect to|closed the connection|is gone|did not answer/);
  });
}
