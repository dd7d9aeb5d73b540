import t from "tap";
import { deskBench } from "./desk-fixture.js";

/* Each order about answers, lines and devices: what is seen in bytes, and that it is gone when it is healed. */

/** Of unit 1 on rs485 (`meter`), register 0: 2.50. */
const LEVEL = "01030200fa3807";
/** Of unit 7 (`well`): 41. */
const WELL = "0703020029";
const PUMP = "123400000005010302004d";

interface Row {
  readonly order: string;
  readonly gives: string | RegExp;
  /** Who is asked: the meter unless it says otherwise. */
  readonly of?: "pump" | "well" | "far" | "quick";
}

const ASKED = {
  meter: ["rs485", 1, LEVEL],
  well: ["rs485", 7, new RegExp(`^${WELL}`)],
  pump: ["plc", 1, PUMP],
  far: ["server", 1, /^0103020006/],
  quick: ["fast", 1, /^0103020005/],
} as const;

const ROWS: readonly Row[] = [
  { order: "silent of meter", gives: "" },
  { order: "silent on rs485", gives: "", of: "well" },
  { order: "silent of meter", gives: ASKED.well[2], of: "well" },
  { order: "silent of pump", gives: "", of: "pump" },
  { order: "drop of meter", gives: "" },
  { order: "drop every 1 of meter", gives: "" },
  { order: "drop every 2 of meter", gives: LEVEL },
  { order: "drop 0% of meter", gives: LEVEL },
  { order: "late 2s of meter", gives: LEVEL },
  { order: "late 3s of meter", gives: "" },
  { order: "garble of meter", gives: /^01030200fa38(?!07)/ },
  { order: "garble of far", gives: /^0103020006(?!3846)/, of: "far" },
  { order: "noise of meter", gives: /^.{16}01030200fa3807$/ },
  { order: "noise after 3 of meter", gives: /^01030200fa3807.{6}$/ },
  { order: "noise instead 20 of pump", gives: /^(?!1234).{40}$/, of: "pump" },
  { order: "truncate 5 of meter", gives: "01030200fa" },
  { order: "truncate 5 of pump", gives: PUMP.slice(0, 10), of: "pump" },
  { order: "trickle 100ms of meter", gives: LEVEL },
  { order: "trickle 1s of meter", gives: "010302" },
  { order: "double of meter", gives: LEVEL.repeat(2) },
  { order: "double 5s of meter", gives: LEVEL },
  { order: "echo of meter", gives: `010300000001840a${LEVEL}` },
  { order: "exception 4 of meter", gives: /^018304/ },
  { order: "exception 4 of pump", gives: "123400000003018304", of: "pump" },
  { order: "busy 3 of meter", gives: /^018306/ },
  { order: "wrong-unit of meter", gives: /^02030200fa/ },
  { order: "wrong-unit 9 of meter", gives: /^09030200fa/ },
  { order: "wrong-function of meter", gives: /^01040200fa/ },
  { order: "wrong-function 1 of meter", gives: /^01010200fa/ },
  { order: "wrong-length 2 of meter", gives: /^01030400fa.{8}$/ },
  { order: "wrong-length -2 of meter", gives: /^010300.{4}$/ },
  { order: "wrong-transaction of pump", gives: /^1235/, of: "pump" },
  { order: "wrong-transaction -1 of pump", gives: /^1233/, of: "pump" },
  { order: "close of pump", gives: /^1234.{0,18} cut$/, of: "pump" },
  { order: "close after-reply of pump", gives: `${PUMP} cut`, of: "pump" },
  { order: "twin of meter", gives: /^0(?!1030200fa3807$)/ },
  { order: "half-open plc", gives: "", of: "pump" },
  { order: "half-open deaf on plc", gives: "", of: "pump" },
  { order: "half-open server", gives: "", of: "far" },
  { order: "wrong-baud 4800 on rs485", gives: "" },
  // What says nothing at all is not what was sent, and not its length.
  { order: "wrong-baud 19200 sent on rs485", gives: /^(?!01030200fa)..+/ },
  { order: "swap rs485", gives: "" },
  { order: "swap server", gives: "", of: "far" },
  { order: "break rs485 after drive", gives: LEVEL },
  { order: "break rs485 after drive", gives: "", of: "well" },
  { order: "break rs485", gives: "" },
  { order: "unterminated fast", gives: "", of: "quick" },
  { order: "weak 100% on rs485", gives: "" },
  { order: "weak 0% on rs485", gives: LEVEL },
  { order: "loose 2s every 1 on rs485", gives: "" },
  { order: "power-cycle meter", gives: "" },
  { order: "power-cycle meter", gives: ASKED.well[2], of: "well" },
  { order: "address meter 9", gives: "" },
];

t.test("one after the other at one station, and each leaves it as it was", async (t) => {
  const { ask, clock, say, standIn } = deskBench(t);
  for (const { gives, of = "meter", order } of ROWS) {
    const [connection, unit, honest] = ASKED[of];
    const what = `${order}, asked of ${of}`;
    const isHonest = async (when: string): Promise<void> => {
      const answer = await ask(connection, unit);
      if (typeof honest === "string") t.equal(answer, honest, `${what}: ${when}`);
      else t.match(answer, honest, `${what}: ${when}`);
    };
    await isHonest("before");
    t.match(say(`${order} for 3s`), /^Fault \d+: /, what);
    // Within the three seconds of one answer it ends by itself, but for what is under way.
    const during = await ask(connection, unit);
    if (typeof gives === "string") t.equal(during, gives, what);
    else t.match(during, gives, what);
    await clock.advance(10_000);
    await isHonest("it has ended by itself");
    say(order);
    await clock.advance(100);
    t.equal(say("heal"), "Faults ended: 1.", what);
    await isHonest("it is healed");
    t.same(
      standIn.buses.flatMap(({ bus }) => bus.faults.all),
      [],
    );
  }
});

t.test("by chance, and each n-th", async (t) => {
  const { ask, say } = deskBench(t);
  const answered = async (count: number): Promise<string> => {
    let all = "";
    for (let n = 0; n < count; n++) all += (await ask("rs485", 7)) === "" ? "-" : "+";
    return all;
  };
  say("drop every 3 of well");
  t.equal(await answered(9), "++-++-++-");
  say("heal");
  say("drop 50 % of well");
  const by = await answered(40);
  t.ok(by.split("-").length > 10 && by.split("+").length > 10, by);
});

t.test(
  "the cable is cut: a broadcast does not pass, and twins behind are silent, those before are not",
  async (t) => {
    const { ask, say, send, standIn } = deskBench(t);
    say("break rs485 after meter");
    await send("rs485", 0, "06 0000 0005");
    say("heal");
    t.match(await ask("rs485", 3), /^0303020000/, "the drive did not hear it");
    await send("rs485", 0, "06 0000 0005");
    t.match(await ask("rs485", 3), /^0303020005/, "and now it did");
    say("break rs485 after drive");
    say("silent drive");
    t.equal(await ask("rs485", 7), "");
    say("heal 3");
    t.equal(await ask("rs485", 7), "", "the other one is still there");
    t.equal(say("heal rs485"), "Faults ended: 1.");
    t.equal(standIn.buses[0]?.bus.faults.made().off, 4);
  },
);
