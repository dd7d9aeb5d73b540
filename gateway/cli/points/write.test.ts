import t from "tap";
import { auditReader } from "../../buffer/audit-reader.js";
import { displayWidth } from "../table.js";
import { heldOutput } from "../testing/held-output.js";
import { type Site, siteOf } from "../testing/site-fixture.js";

/** What stands in the audit of writes: who, code, target and state. */
async function audited(site: Site): Promise<readonly string[]> {
  const entries: string[] = [];
  for await (const { code, kind, params, who } of auditReader(site.config.audit.path).entries()) {
    if (kind !== "command") continue;
    const { reason = "", state = "", target, value = "" } = params;
    entries.push(`${who}: ${code} ${target} ${value}${state} ${reason}`.trim());
  }
  return entries;
}

const fits = (lines: readonly string[]): boolean => lines.every((line) => displayWidth(line) <= 80);

for (const running of ["gateway", "direct"] as const) {
  t.test(`a write is shown, done, read back and audited, ${running}`, async (t) => {
    const site = await siteOf(t);
    await site.startDevices();
    const gateway = running === "gateway" ? await site.startGateway() : undefined;
    const first = await site.run("write", ["station", "gate.setpoint", "40 %", "--yes", "--reason", "thử"], {
      language: "vi",
    });
    t.equal(first.code, 0, first.err.text);
    t.match(first.out.lines, [
      "station.gate.setpoint  PLC  Độ mở cửa đặt",
      /^ {2}hiện tại +\S+ %$/,
      /^ {2}giá trị mới +40 %$/,
      /^ {2}cho phép +0 … 100 %$/,
      /holding 0, hàm 6, địa chỉ Modbus 1: 0x0190$/,
      /đọc lại ngay sau khi ghi$/,
      /làm máy móc chuyển động/,
      "Đã ghi station.gate.setpoint, đọc lại đúng: 40 %.",
    ]);
    const back = await site.run("read", ["station", "gate.setpoint", "--json"]);
    t.match(heldOutput("read", back.out.text), { value: 40, words: [400] });

    const json = await site.run("write", [
      "station",
      "pump.run",
      "bật",
      "--yes",
      "--json",
      "--by",
      "Nguyễn Văn An",
    ]);
    t.match(heldOutput("write", json.out.text), {
      state: "verified",
      confirmed: true,
      readBack: true,
      readBackWords: [1],
    });

    const elsewhere = await site.run("write", ["drive", "setpoint.frequency", "30Hz", "--yes-i-know"]);
    t.equal(elsewhere.code, 0, elsewhere.out.text);
    t.match(elsewhere.out.text, /seen at the point frequency\.set/);
    const blind = await site.run("write", ["drive", "command", "stop", "--yes-i-know"]);
    t.equal(blind.code, 0);
    t.match(
      blind.out.text,
      /The device confirmed drive\.command = 5 \(Decelerate to stop\)|The device confirmed drive\.command = 5/,
    );
    const raw = await site.run("write", ["station", "--raw", "holding", "0", "0x00FA", "--yes-i-know"]);
    t.equal(raw.code, 0, raw.out.text);
    t.match(raw.out.text, /Raw words pass no bounds/);
    for (const { out } of [first, elsewhere, blind, raw]) t.ok(fits(out.lines), out.text);
    const dry = await site.run("write", ["station", "gate.setpoint", "1", "--dry-run"]);
    t.equal(dry.code, 0);
    t.match(dry.out.text, /now +25 %/, "what was written raw");
    await gateway?.stop(2000);
    t.same(await audited(site), [
      "local kythuat: audit.write_asked station.gate.setpoint 40 thử",
      "local kythuat: audit.write_done station.gate.setpoint verified",
      "local Nguyễn Văn An: audit.write_asked station.pump.run true -",
      "local Nguyễn Văn An: audit.write_done station.pump.run verified",
      "local kythuat: audit.write_asked drive.setpoint.frequency 30 -",
      "local kythuat: audit.write_done drive.setpoint.frequency verified",
      "local kythuat: audit.write_asked drive.command 5 -",
      "local kythuat: audit.write_done drive.command confirmed",
      "local kythuat: audit.write_asked station holding 0 250 -",
      "local kythuat: audit.write_done station holding 0 verified",
    ]);
  });
}
