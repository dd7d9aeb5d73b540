import t from "tap";
import { hexPairs, parseBusText } from "../../drivers/core/bus-text.js";
import { MBAP_FRAMING } from "../modbus/mbap-framing.js";
import { RTU_FRAMING } from "../modbus/rtu-framing.js";
import { type Exchanges, exchangesOf } from "./exchanges.js";
import { RecordedDevice } from "./recorded-device.js";
import { recording, rtu, tcp } from "./replay-fixture.js";

function exchanges(driver: "modbus-rtu" | "modbus-tcp", rows: readonly string[], wireMs = 0): Exchanges {
  const { frames, skipped } = parseBusText(recording(driver, "x", rows), "bus.txt");
  const framing = driver === "modbus-rtu" ? RTU_FRAMING : MBAP_FRAMING;
  return exchangesOf(frames, skipped, framing, (bytes) => bytes * wireMs);
}

/** `unit request answer after`; `-`: none. */
function shown({ all }: Exchanges): readonly string[] {
  return all.map(({ answer, pdu, unit }) =>
    [
      unit,
      hexPairs(pdu).replaceAll(" ", ""),
      answer ? hexPairs(answer.pdu).replaceAll(" ", "") : "-",
      answer ? Math.round(answer.afterMs) : "",
    ].join(" "),
  );
}

t.test("on a serial line a request has the answer that came before the next request", async (t) => {
  const found = exchanges("modbus-rtu", [
    `0 << ${rtu("07 03020001")}`,
    `10 >> ${rtu("01 0300000001")}`,
    `44 << ${rtu("01 0302002A")}`,
    `100 >> ${rtu("02 0300000001")}`,
    `600 >> ${rtu("01 0300000001")}`,
    `610 << ${rtu("02 03020007")} [late]`,
    `640 << ${rtu("01 8302")}`,
    `700 >> ${rtu("01 0300000001")}`,
    "720 << 01 03 02 00 [damaged]",
    `730 << ${rtu("09 0300000001")} [foreign]`,
    `740 << ${rtu("01 0300000001")} [echo]`,
    `1300 >> ${rtu("00 0600050001")}`,
    `1400 >> ${rtu("01 0300000001")}`,
  ]);
  t.same(shown(found), [
    "1 0300000001 0302002A 34",
    "2 0300000001 - ",
    "1 0300000001 8302 40",
    "1 0300000001 - ",
    "0 0600050001 - ",
  ]);
  t.match(found.leftOut, { late: 1, damaged: 1, foreign: 1, echo: 1, unclear: 0, skipped: 0 });
  t.equal(found.leftOut.cutOff, 2, "the answer at the beginning, the request at the end");
});

t.test("where frames were skipped nothing is known of what was under way", async (t) => {
  const found = exchanges("modbus-rtu", [
    `0 >> ${rtu("01 0300000001")}`,
    "# skipped 4",
    `50 << ${rtu("01 0302002A")}`,
    `100 >> ${rtu("01 0300000001")}`,
    `130 << ${rtu("01 0302002B")}`,
  ]);
  t.same(shown(found), ["1 0300000001 0302002B 30"], "no answer is taken for that of another request");
  t.match(found.leftOut, { cutOff: 2, skipped: 4, unclear: 0 });
});

t.test("frames that make no sense are told with their line", async (t) => {
  const found = exchanges("modbus-rtu", [
    `0 >> ${rtu("01 0300000001")}`,
    `30 << ${rtu("01 0402002A")}`,
    "40 >> 01 03 00 00 00 01 00 00",
    `70 << ${rtu("03 0302002A")}`,
    `90 >> ${rtu("01 0300000001")}`,
  ]);
  t.same(shown(found), ["1 0300000001 - "]);
  t.match(found.leftOut, { unclear: 3, unclearLine: 6 });
});

t.test("on TCP answers are told by their transaction, in whatever order", async (t) => {
  const found = exchanges("modbus-tcp", [
    `0 >> ${tcp(1, "01 0300000001")}`,
    `1 >> ${tcp(2, "01 0300050001")}`,
    `2 >> ${tcp(3, "02 0300000001")}`,
    `20 << ${tcp(2, "01 03020005")}`,
    `25 << ${tcp(1, "00 03020001")}`,
    `500 >> ${tcp(4, "01 0300000001")}`,
    `520 << ${tcp(4, "01 03020009")}`,
    `530 >> ${tcp(5, "01 0300000001")}`,
  ]);
  t.same(shown(found), [
    "1 0300000001 03020001 25",
    "1 0300050001 03020005 19",
    "2 0300000001 - ",
    "1 0300000001 03020009 20",
  ]);
  t.equal(found.all[0]?.answer?.unit, 0, "under the unit id that the device gave");
  t.equal(found.leftOut.cutOff, 1, "what was asked at the very end may have been answered");
});

t.test("what the bytes took on the wire is no turnaround", async (t) => {
  const rows = [`0 >> ${rtu("01 0300000001")}`, `40 << ${rtu("01 0302002A")}`];
  t.same(shown(exchanges("modbus-rtu", rows, 1)), ["1 0300000001 0302002A 25"]);
  t.same(shown(exchanges("modbus-rtu", rows, 10)), ["1 0300000001 0302002A 0"]);
});

/** A device of unit 1; `ask` gives the answer in hex, `-` for none. */
function deviceOf(rows: readonly string[], after: "again" | "stay" = "again") {
  const unknown: string[] = [];
  const device = new RecordedDevice({
    unit: 1,
    exchanges: exchanges("modbus-rtu", rows).all,
    after,
    onUnknown: (unit, pdu, exception) => unknown.push(`${unit} ${hexPairs(pdu)} ${exception}`),
  });
  const ask = (hex: string, broadcast = false): string => {
    const pdu = Uint8Array.from(Buffer.from(hex, "hex"));
    const answer = device.answer(pdu, { unit: 1, broadcast, mono: 0 });
    return answer ? Buffer.from(answer.reply).toString("hex") : "-";
  };
  return { ask, device, unknown };
}

const ROUNDS = [
  `0 >> ${rtu("01 0300000002")}`,
  `10 << ${rtu("01 030400010002")}`,
  `20 >> ${rtu("01 0300020001")}`,
  `40 << ${rtu("01 03020003")}`,
  `1000 >> ${rtu("01 0300000002")}`,
  `1010 << ${rtu("01 030400110012")}`,
  `1020 >> ${rtu("01 0300020001")}`,
  `1040 << ${rtu("01 03020013")}`,
  `2000 >> ${rtu("01 0300000002")}`,
  `2500 >> ${rtu("01 0300020001")}`,
  `2540 << ${rtu("01 8304")}`,
  `3000 >> ${rtu("01 060005ABCD")}`,
  `3010 << ${rtu("01 060005ABCD")}`,
  `3020 >> ${rtu("01 0100080009")}`,
  `3030 << ${rtu("01 01020501")}`,
  `4000 >> ${rtu("01 2B0E0100")}`,
  `4010 << ${rtu("01 2B0E01010000010001 41")}`,
];

t.test("a recorded request gets its answers one after the other, then around again", async (t) => {
  const { ask, device } = deviceOf(ROUNDS);
  const first = "0300000002";
  const second = "0300020001";
  t.same(
    [ask(first), ask(first), ask(first), ask(first)],
    ["030400010002", "030400110012", "-", "030400010002"],
  );
  t.same([ask(second), ask(second), ask(second), ask(second)], ["03020003", "03020013", "8304", "03020003"]);
  t.equal(ask("2b0e0100"), "2b0e0101000001000141", "whatever was asked");
  t.match(device.counts, { requests: 9, played: 8, silent: 1, exceptions: 1, composed: 0, refused: 0 });
  const stay = deviceOf(ROUNDS, "stay");
  t.same(
    [1, 2, 3, 4].map(() => stay.ask(second)),
    ["03020003", "03020013", "8304", "8304"],
  );
});

t.test("its turnaround is the recorded one of the answer that comes next, within reason", async (t) => {
  const { ask, device } = deviceOf([
    ...ROUNDS,
    `5000 >> ${rtu("01 0300090001")}`,
    `9000 << ${rtu("01 03020003")}`,
  ]);
  const pdu = Uint8Array.from([3, 0, 2, 0, 1]);
  t.equal(device.turnaroundOf(pdu), 20);
  ask("0300020001");
  ask("0300020001");
  t.equal(device.turnaroundOf(pdu), 40);
  t.equal(device.turnaroundOf(Uint8Array.from([3, 0, 9, 0, 1])), 1000, "nobody waits for four seconds");
  t.equal(device.turnaroundOf(Uint8Array.from([3, 0, 0, 0, 3])), 10, "as usual where it was not recorded");
});

t.test("registers that were seen can be read in other ways", async (t) => {
  const { ask, device, unknown } = deviceOf(ROUNDS);
  t.equal(ask("0300000003"), "0306000100020003", "two reads in one");
  t.equal(ask("0300000003"), "0306001100120013", "the next time as they were next");
  t.equal(ask("0300000003"), "0306000100020003", "and around again");
  t.equal(ask("0300010001"), "03020002", "a part of one, of the same time");
  ask("0300000002");
  ask("0300000002");
  t.equal(ask("0300000003"), "0306001100120003", "as it was when the newest answer was given");
  t.equal(ask("01000a0003"), "010101", "bits too");
  t.same(unknown, []);
  t.match(device.counts, { composed: 6, refused: 0 });
});

t.test("what was not seen is refused, and told", async (t) => {
  const { ask, device, unknown } = deviceOf(ROUNDS);
  t.equal(ask("0300000004"), "8302", "a register that was never seen");
  t.equal(ask("0400000001"), "8402", "another table");
  t.equal(ask("0300000000"), "8303");
  t.equal(ask("060005abcd"), "060005abcd", "a write as recorded");
  t.equal(ask("060005abce"), "8602", "another value was never taken");
  t.equal(ask("1000050001020001"), "9002");
  t.equal(ask("11"), "9101");
  t.equal(ask("66"), "e601");
  t.equal(ask("0600050001", true), "-", "meant for all");
  t.same(unknown[0], "1 03 00 00 00 04 2");
  t.equal(unknown.length, 7);
  t.match(device.counts, { refused: 7, played: 1, broadcasts: 1 });
});

t.test("who never answered does not answer", async (t) => {
  const { ask, device } = deviceOf([`0 >> ${rtu("01 0300000001")}`, `500 >> ${rtu("01 0300000001")}`]);
  t.same([ask("0300000001"), ask("0300000009")], ["-", "-"]);
  t.match(device.counts, { silent: 2, refused: 0 });
});

t.test("answers that are not what was asked for are played, and nothing is learnt of them", async (t) => {
  const { ask } = deviceOf([`0 >> ${rtu("01 0300000002")}`, `10 << ${rtu("01 03020001")}`]);
  t.equal(ask("0300000002"), "03020001");
  t.equal(ask("0300000001"), "8302");
});
