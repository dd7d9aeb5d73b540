import t from "tap";
import { familyOf } from "../registry.js";
import { check } from "./check.js";
import { pointSchema } from "./point-schema.js";
import { resolvePoint } from "./resolve-point.js";
import { YamlSource } from "./yaml-source.js";

const family = familyOf("modbus-tcp");
if (!family) throw new Error("no family for modbus-tcp");
const modbus = family;

/** A point as it stands in a file: its alarms, and what was said against it. */
function read(yaml: string) {
  const source = new YamlSource("p.yaml", yaml);
  const { ok, value } = check(source, [], pointSchema(modbus.address), { defaults: false });
  const said = source.problems.map(({ said: { message } }) => message.code.replace("profiles.", ""));
  if (!ok) return { said };
  const layers = [value as Record<string, unknown>];
  const point = resolvePoint(
    { device: "d", family: modbus, defaults: {}, layers, devicePeriodMs: undefined },
    (_, { message }) => said.push(message.code.replace("profiles.", "")),
  );
  return { alarms: point?.alarms, said };
}

t.test("one alarm or a list of them, completed", async (t) => {
  t.same(read("{id: p, address: 0}"), { alarms: undefined, said: [] });
  t.same(
    read("{id: p, address: 0, alarm: {high: 4, delay: 30s, hysteresis: 0.2, severity: critical, text: Cao}}"),
    {
      alarms: [
        {
          id: "high",
          kind: "high",
          limit: 4,
          delayMs: 30_000,
          hysteresis: 0.2,
          severity: "critical",
          text: { vi: "Cao", en: "Cao" },
        },
      ],
      said: [],
    },
  );
  const several = `
id: p
address: 0
alarm:
  - {low: -1.5, text: {vi: Thấp, en: Low}}
  - {rate: 0.5}
  - {stale: 10min}
  - {high: 4}
  - {high: 4.5, id: high.critical, severity: critical}
`;
  t.match(read(several), {
    alarms: [
      {
        id: "low",
        limit: -1.5,
        severity: "warning",
        delayMs: 0,
        hysteresis: 0,
        text: { vi: "Thấp", en: "Low" },
      },
      { id: "rate", limit: 0.5 },
      { id: "stale", limit: 600 },
      { id: "high", limit: 4 },
      { id: "high.critical", limit: 4.5, severity: "critical" },
    ],
    said: [],
  });
});

t.test("what makes no alarm is said", async (t) => {
  const wrong: [string, string][] = [
    ["alarm: {high: 4, low: 1}", "alarm_one_limit"],
    ["alarm: {delay: 3s}", "alarm_one_limit"],
    ["alarm: [{high: 4}, {high: 5}]", "alarm_twice"],
    ["alarm: {stale: 0s}", "too_small"],
    ["alarm: {stale: 10s, hysteresis: 1}", "alarm_no_hysteresis"],
    ["alarm: {rate: 1, hysteresis: 2}", "alarm_never_clears"],
    ["alarm: {rate: -1}", "too_small"],
    ["alarm: {high: 4, hysteresis: -1}", "too_small"],
    ["alarm: {high: 4, severity: bad}", "unknown_word"],
    ["alarm: {hihg: 4}", "unknown_key"],
    ["alarm: 4", "expected_alarm"],
    ["alarm: []", "wrong_length"],
    ["alarm: {high: 4, text: 5}", "expected_name"],
    ["type: string, alarm: {high: 4}", "not_for_type"],
    ["table: coil, alarm: {low: 1}", "not_for_type"],
  ];
  for (const [keys, code] of wrong) {
    const { said } = read(`{id: p, address: 0, ${keys}}`);
    t.ok(said.includes(code), `${keys}: ${said.join(", ")}`);
  }
  t.match(read("{id: p, address: 0, table: coil, alarm: {stale: 1min}}"), {
    alarms: [{ kind: "stale" }],
    said: [],
  });
});
