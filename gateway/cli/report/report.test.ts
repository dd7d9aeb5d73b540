import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import t from "tap";
import { ApiClient } from "../../api/client.js";
import { socketPath } from "../../api/socket-path.js";
import type { GatewayStatus } from "../../core/status.js";
import { Mosquitto } from "../../forward/testing/mosquitto.js";
import { heldOutput } from "../testing/held-output.js";
import { ROOT, ran, type Site, siteOf } from "../testing/site-fixture.js";
import { report } from "./report.js";

/* The report of a running gateway with simulated devices and a broker that is not ours. */

const HOSTILE = `Trạm "<script>alert(1)</script>" & 'bờ' \u202etest`;

function runReport(site: Site, args: readonly string[], more: Parameters<typeof ran>[2] = {}) {
  return ran(report, ["-c", site.config.file, ...args], { env: site.env, ...more });
}

t.test("a station from its devices to the signatures, with a real cut of the uplink", async (t) => {
  const broker = await Mosquitto.start(t.testdir());
  t.teardown(() => broker.stop());
  const site = await siteOf(t, {
    name: JSON.stringify(HOSTILE),
    uplinks: `{centre: {url: "${broker.url}", reconnect_spread: 0s}}`,
  });
  await site.startDevices();
  const gateway = await site.startGateway();
  await untilUp(site);

  await t.test("passed: page, data and sha256 fit together", async (t) => {
    const file = join(site.folder, "thu.html");
    const names = ["--installer", "Nguyễn Văn A", "--recipient", "Trần <b>Thị</b> B", "--place", "Sóc Trăng"];
    const { code, err, out } = await runReport(
      site,
      [...names, "--outage", "2s", "--yes", "--json", "-o", file],
      {
        language: "vi",
      },
    );
    const told = heldOutput("report", out.text);
    t.match(
      told.buffer_test,
      { result: "passed", uplink: "centre", left_records: 0, lost_records: 0 },
      err.text,
    );
    t.ok(
      told.buffer_test.kept_records > 0 && told.buffer_test.kept_readings > 0,
      JSON.stringify(told.buffer_test),
    );
    t.ok(told.buffer_test.cut_ms >= 1900 && told.buffer_test.cut_ms < 30_000);
    t.equal(code, 1, "serial numbers are open at least");
    const whole = heldOutput("report-file", readFileSync(told.data, "utf8"));
    t.equal(execFileSync("sha256sum", [told.data], { encoding: "utf8" }).split(" ")[0], told.sha256);
    t.match(whole.station, { id: site.config.gateway.id, name: HOSTILE });
    t.same(
      whole.devices.map(({ id, state }: { id: string; state: string }) => [id, state]),
      [
        ["meter", "answering"],
        ["drive", "answering"],
        ["station", "answering"],
      ],
    );
    const voltage = whole.readings.find(({ point }: { point: string }) => point === "voltage.l1");
    t.match(voltage, { name: "Điện áp pha L1", unit: "V", quality: "good", value: Number });
    t.ok(
      whole.open.some(({ text }: { text: string }) => text.includes("meter, drive, station")),
      "serial numbers",
    );
    t.ok(whole.connections.every(({ requests }: { requests: number }) => requests > 0));

    const page = readFileSync(file, "utf8");
    t.match(page, told.sha256);
    t.notMatch(page, "<script>");
    t.notMatch(page, "<b>Thị");
    t.match(page, "&lt;script&gt;alert(1)&lt;/script&gt;&quot; &amp; &#39;bờ&#39;");
    t.notMatch(page, "\u202e");
    for (const word of [
      "Biên bản nghiệm thu lắp đặt",
      "Đại diện lắp đặt",
      "Nguyễn Văn A",
      "ĐẠT",
      "Mục còn mở",
    ])
      t.match(page, word);
    t.ok(page.indexOf("Mục còn mở") < page.indexOf("<h2>Trạm"), "what is open comes first");
    t.notMatch(page, /src=|href=|@import|url\(/, "nothing from elsewhere");
  });

  // Where there is a browser: the tests do not install one.
  if (existsSync("/usr/bin/chromium")) {
    await t.test("Chromium prints it", async (t) => {
      const pdf = join(site.folder, "thu.pdf");
      const browser = spawn(
        "/usr/bin/chromium",
        [
          ...[
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--no-first-run",
          ],
          ...[
            `--user-data-dir=${site.folder}/browser`,
            `--print-to-pdf=${pdf}`,
            join(site.folder, "thu.html"),
          ],
        ],
        { stdio: "ignore", timeout: 60_000 },
      );
      await once(browser, "exit");
      t.match(readFileSync(pdf).subarray(0, 5).toString(), "%PDF-");
    });
  }

  await t.test("who is killed in the middle leaves an uplink that goes on by itself", async (t) => {
    const args = [
      "dist/gateway/cli/main.js",
      "report",
      "-c",
      site.config.file,
      "--outage",
      "3s",
      "--yes",
      "-o",
    ];
    const child = spawn(process.execPath, [...args, join(site.folder, "killed.html")], {
      cwd: ROOT,
      env: { ...process.env, ...site.env },
      stdio: "ignore",
    });
    await until(site, ({ pause }) => pause !== undefined && pause.ended === undefined);
    child.kill("SIGKILL");
    await once(child, "exit");
    const { pause } = await until(site, ({ pause, state }) => pause?.ended !== undefined && state === "up");
    t.equal(pause?.end, "time");
    t.notOk(existsSync(join(site.folder, "killed.html")));
  });

  await t.test("wrong use, said in both languages", async (t) => {
    const taken = join(site.folder, "taken.html");
    writeFileSync(taken, "");
    for (const language of ["vi", "en"] as const) {
      const said = async (args: readonly string[], code: number, text: RegExp): Promise<void> => {
        const result = await runReport(site, args, { language });
        t.equal(result.code, code, args.join(" "));
        t.match(result.err.text, text);
      };
      await said(["--uplink", "center", "--yes"], 2, /center.*centre/s);
      await said(["--outage", "2h"], 2, /2h/);
      await said(["--no-outage", "-o", taken], 2, /taken\.html/);
      await said(["--no-outage", "-o", "/nowhere/r.html"], 2, /\/nowhere\/r/);
      await said(["-o", join(site.folder, "x.html")], 2, /--yes/);
    }
    t.equal(readFileSync(taken, "utf8"), "");
  });

  await t.test("a second test while one runs is an open item, and no fault", async (t) => {
    const client = clientOf(site);
    await client.post("/v1/uplinks/centre/pause", { seconds: 30, by: "B" });
    const args = ["--outage", "1s", "--yes", "-o", join(site.folder, "second.html")];
    const { code, err, out } = await runReport(site, args);
    t.equal(code, 1);
    t.match(err.text, /could not be tested/);
    t.match(out.text, /was not tested/);
    await client.post("/v1/uplinks/centre/resume", { by: "B" });
  });
  await gateway.stop(2000);
});

t.test("no uplink at all is one open item", async (t) => {
  const site = await siteOf(t, { uplinks: "{}" });
  await site.startDevices();
  const gateway = await site.startGateway();
  const args = ["--no-outage", "--json", "-o", join(site.folder, "none.html")];
  const { code, err, out } = await runReport(site, args, { language: "en" });
  t.equal(code, 1, err.text);
  const whole = heldOutput("report-file", readFileSync(heldOutput("report", out.text).data, "utf8"));
  const open = whole.open.filter(({ text }: { text: string }) => /uplink/i.test(text));
  t.match(open, [{ where: "network", text: /no uplink/ }]);
  t.equal(open.length, 1, JSON.stringify(open));
  await gateway.stop(2000);
});

t.test("without a running gateway it says how to start one", async (t) => {
  const site = await siteOf(t);
  for (const [language, words] of [
    ["vi", /Không có gateway nào đang chạy/],
    ["en", /No gateway runs/],
  ] as const) {
    const { code, err } = await runReport(site, ["--no-outage"], { language });
    t.equal(code, 2);
    t.match(err.text, words);
    t.match(err.text, basename(site.config.file));
  }
});

function clientOf({ config, env }: Site): ApiClient {
  return new ApiClient(socketPath(config.buffer.path, env), config.file);
}

type Uplink = GatewayStatus["uplinks"][number];

async function until(site: Site, wanted: (uplink: Uplink) => boolean): Promise<Uplink> {
  const client = clientOf(site);
  for (;;) {
    const { uplinks } = (await client.get("/v1/status")) as GatewayStatus;
    const [uplink] = uplinks;
    if (uplink && wanted(uplink)) return uplink;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const untilUp = (site: Site) =>
  until(site, ({ acknowledgedReadings, state }) => state === "up" && acknowledgedReadings > 0);
