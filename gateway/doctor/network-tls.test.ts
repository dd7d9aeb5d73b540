import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { authority } from "../forward/testing/authority.js";
import { Mosquitto } from "../forward/testing/mosquitto.js";
import type { DoctorContext, Finding } from "./check.js";
import { networkCheck } from "./network-check.js";
import { codesOf, contextOf, findingsOf } from "./testing/doctor-bench.js";

const ROUTED = { command: async () => ({ outcome: "missing", stdout: "", stderr: "" }) as const };

async function diagnose(
  folder: string,
  uplink: string,
  replaced: Partial<DoctorContext> = {},
): Promise<readonly Finding[]> {
  const context = contextOf(folder, `gateway: {id: gw-a}\nuplinks:\n  centre: ${uplink}\n`, {
    ...ROUTED,
    ...replaced,
  });
  if (!context.config) throw new Error(JSON.stringify(context.problems));
  return findingsOf(networkCheck, context);
}

async function startTls(folder: string, owner: string, more: readonly string[] = []): Promise<Mosquitto> {
  execFileSync("chmod", ["-R", "a+rX", folder]);
  const at = (name: string): string => join(folder, name);
  const files = [`certfile ${at(`${owner}.pem`)}`, `keyfile ${at(`${owner}.key`)}`];
  return Mosquitto.start(folder, [...files, "allow_anonymous true", ...more]);
}

t.test("a good certificate, with its names, its authority and its end", async (t) => {
  const folder = t.testdir();
  const { sign } = authority(folder);
  sign("server", 35);
  const broker = await startTls(folder, "server");
  t.teardown(() => broker.stop());
  const url = `mqtts://127.0.0.1:${broker.port}`;
  const findings = await diagnose(folder, `{url: "${url}", tls: {ca: ca.pem}}`);
  t.same(codesOf(findings), [
    "ok tcp_good",
    "ok tls_good",
    "ok login_good",
    "ok echo_good",
    "note no_status",
  ]);
  t.match(findings[1]?.facts, { names: "IP Address:127.0.0.1", issuer: "ca", days: 34, version: "TLSv1.3" });

  t.same(codesOf(await diagnose(folder, `{url: "${url}"}`)), [
    "ok tcp_good",
    "problem tls_unknown_authority",
  ]);
  authority(folder, "other");
  t.same(codesOf(await diagnose(folder, `{url: "${url}", tls: {ca: other.pem}}`)), [
    "ok tcp_good",
    "problem tls_other_authority",
  ]);
  // By name, which the certificate does not have.
  const named = await diagnose(folder, `{url: "mqtts://localhost:${broker.port}", tls: {ca: ca.pem}}`, {
    lookup: async () => ["127.0.0.1"],
  });
  t.same(codesOf(named), ["ok name_known", "ok tcp_good", "problem tls_other_name"]);
  t.match(named[2]?.said.params, { names: "IP Address:127.0.0.1", host: "localhost" });
});

t.test("a certificate of other dates: the broker's fault, or our clock's", async (t) => {
  const folder = t.testdir();
  const { sign, signBetween } = authority(folder);
  sign("soon", 5);
  sign("over", -1);
  signBetween("ahead", "491231000000Z", "491231235959Z");
  for (const [owner, codes, unknownClock] of [
    [
      "soon",
      ["ok tls_good", "warning tls_ends", "ok login_good", "ok echo_good", "note no_status"],
      "ok tls_good",
    ],
    ["over", ["problem tls_expired"], "problem tls_dates_or_clock"],
    ["ahead", ["problem tls_not_yet"], "problem tls_dates_or_clock"],
  ] as const) {
    const broker = await startTls(folder, owner);
    const uplink = `{url: "mqtts://127.0.0.1:${broker.port}", tls: {ca: ca.pem}}`;
    t.same(codesOf(await diagnose(folder, uplink)).slice(1), codes, owner);
    const doubtful = await diagnose(folder, uplink, { clockState: async () => ({ trusted: false }) });
    t.equal(codesOf(doubtful)[1], unknownClock, `${owner}, with a clock that nobody keeps`);
    await broker.stop();
  }
});

t.test("a port that speaks no TLS", async (t) => {
  const folder = t.testdir();
  const broker = await Mosquitto.start(folder);
  t.teardown(() => broker.stop());
  const findings = await diagnose(folder, `{url: "mqtts://127.0.0.1:${broker.port}"}`);
  // mosquitto closes the connection when what comes is no MQTT.
  t.match(codesOf(findings)[1], /^problem tls_(?:not_spoken|failed)$/);
});

t.test("certificates of our own", async (t) => {
  const folder = t.testdir();
  const { sign } = authority(folder);
  for (const [owner, days] of [
    ["server", 35],
    ["gw-a", 90],
    ["ending", 5],
    ["ended", -1],
  ] as const)
    sign(owner, days);
  const broker = await startTls(folder, "server", [
    `cafile ${join(folder, "ca.pem")}`,
    "require_certificate true",
  ]);
  t.teardown(() => broker.stop());
  const uplink = (tls: string) => `{url: "mqtts://127.0.0.1:${broker.port}", tls: {ca: ca.pem${tls}}}`;
  const own = (name: string) => `, cert: ${name}.pem, key: ${name}.key`;
  const good = ["ok tcp_good", "ok tls_good", "ok login_good", "ok echo_good", "note no_status"];
  t.same(codesOf(await diagnose(folder, uplink(own("gw-a")))), good);
  t.same(codesOf(await diagnose(folder, uplink(""))), [
    "ok tcp_good",
    "ok tls_good",
    "problem login_client_certificate",
  ]);
  const ending = await diagnose(folder, uplink(own("ending")));
  t.same(codesOf(ending), ["ok tcp_good", "warning own_certificate_ends", ...good.slice(1)]);
  t.match(ending[1]?.said.params, { days: 4, file: join(folder, "ending.pem") });
  const ended = await diagnose(folder, uplink(own("ended")));
  t.same(codesOf(ended).slice(0, 3), ["ok tcp_good", "problem own_certificate_over", "ok tls_good"]);
  t.match(codesOf(ended)[3], /^problem login_client_certificate$/);
  t.same(codesOf(await diagnose(folder, uplink(", cert: gw-a.pem, key: ending.key"))), [
    "ok tcp_good",
    "problem tls_key_of_another",
  ]);
  writeFileSync(join(folder, "torn.pem"), "-----BEGIN CERTIFICATE-----\nMIIB");
  t.same(codesOf(await diagnose(folder, `{url: "mqtts://127.0.0.1:${broker.port}", tls: {ca: torn.pem}}`)), [
    "ok tcp_good",
    "problem tls_no_certificate",
  ]);
});
