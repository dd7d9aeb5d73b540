import t from "tap";
import { InternalError } from "../../core/errors.js";
import { formatsInOrder, likelyUnits, nameOf, UNITS } from "./orders.js";
import { ASKING_FUNCTIONS, pduOf, type Question } from "./question.js";
import { format, PROFILES, ScanBench } from "./scan-fixture.js";

t.test("the most probable settings come first, all of them come", async (t) => {
  const formats = formatsInOrder(PROFILES);
  t.same(formats.slice(0, 3).map(nameOf), ["9600 8N1", "19200 8E1", "19200 8N1"]);
  t.ok(formats.slice(0, 6).map(nameOf).includes("4800 8N1"));
  t.equal(new Set(formats.map(nameOf)).size, 24);
  t.same(formatsInOrder([], { bauds: [4800], parities: ["even"] }).map(nameOf), ["4800 8E1"]);
  const units = likelyUnits(PROFILES);
  t.equal(units[0], 1);
  t.ok(units.length < 25 && units.includes(10), `${units}`);
  t.equal(units.at(-1), 255, "as a relay board comes");
});

t.test("six devices with unknown settings on one cable are found and recognised", async (t) => {
  const bench = new ScanBench();
  bench.add("eastron/sdm630", 1, format(9600));
  bench.add("xy/md02", 7, format(9600));
  bench.add("renke/rs-ws-n01-tr", 2, format(4800));
  bench.add("invt/gd20", 3, format(19200, "even"));
  bench.add("selec/mfm384", 31, format(9600));
  bench.add("lctech/relay-8ch", 255, format(9600));
  const { found, summary } = await bench.scan();
  const seen = found.map(({ candidates, line, unit }) => `${line.name} ${unit} ${candidates[0]?.profile}`);
  t.same(seen.sort(), [
    "19200 8E1 3 invt/gd20",
    "4800 8N1 2 renke/rs-ws-n01-tr",
    "9600 8N1 1 eastron/sdm630",
    "9600 8N1 255 lctech/relay-8ch",
    "9600 8N1 31 selec/mfm384",
    "9600 8N1 7 xy/md02",
  ]);
  t.equal(summary.found, 6);
  t.equal(bench.isOpen, false);
  // 1 to 247, and the 255 of a factory.
  const full = summary.tried.filter(({ units }) => units.length === UNITS.length + 1).map(({ line }) => line);
  t.same(full.sort(), ["19200 8E1", "4800 8N1", "9600 8N1"], "lines with devices are looked through in full");
  for (const { line, units } of summary.untried) {
    const tried = summary.tried.find((one) => one.line === line)?.units ?? [];
    t.same(new Set([...units, ...tried]).size, new Set([...UNITS, ...tried]).size, `${line}: tried or told`);
    t.notOk(
      units.some((unit) => tried.includes(unit)),
      `${line}: not both`,
    );
  }
});

t.test("nothing that is sent could change anything", async (t) => {
  const bench = new ScanBench();
  const devices = [
    bench.add("peacefair/pzem-016", 1, format(9600)),
    bench.add("waveshare/relay-8ch", 2, format(9600)),
  ];
  await bench.scan({ effort: "thorough", units: [1, 2, 3] }, [format(9600), format(4800)]);
  const functions = new Set(bench.sent.map((frame) => frame[1]));
  const asking: readonly number[] = ASKING_FUNCTIONS;
  t.same(
    [...functions].filter((code) => !asking.includes(code ?? 0)),
    [],
  );
  t.notOk(
    bench.sent.some((frame) => frame[0] === 0),
    "nothing is for all",
  );
  for (const device of devices) t.same(device.writes, []);
  for (const code of [5, 6, 15, 16, 22, 23, 8, 66]) {
    const question = { unit: 1, function: code, address: 0, count: 1 } as unknown as Question;
    t.throws(() => pduOf(question), InternalError, `function ${code}`);
  }
});

t.test("a device at another parity is found at its own", async (t) => {
  const bench = new ScanBench();
  bench.add("eastron/sdm630", 1, format(9600, "even"));
  const { found } = await bench.scan({ effort: "quick" });
  t.same(
    found.map(({ line, unit }) => [line.name, unit]),
    [["9600 8E1", 1]],
  );
});

t.test("two devices with one unit id are told", async (t) => {
  const bench = new ScanBench();
  const [one, two] = [new ScanBench(), new ScanBench()].map((other) => other.add("xy/md02", 1, format(9600)));
  if (one && two) bench.addBus([one, two], format(9600));
  const { heard } = await bench.scan({ units: [1] }, [format(9600)]);
  t.ok(heard.includes("scan.twins") || heard.includes("scan.garbled"), heard.join(" "));
});

t.test("a device that answers to an address of all its kind too is one, at its own", async (t) => {
  for (const units of [
    [8, 255],
    [255, 8],
  ]) {
    const bench = new ScanBench();
    bench.add("renke/rs-ecthnpkph", 8, format(4800));
    const { found, heard, summary } = await bench.scan({ units }, [format(4800)]);
    t.same(
      found.map(({ candidates, unit }) => [unit, candidates[0]?.profile]),
      [[8, "renke/rs-ecthnpkph"]],
      `asked in the order ${units}`,
    );
    t.equal(summary.found, 1);
    t.ok(heard.includes("scan.any_address"), `${heard}`);
  }
});

t.test("a dead bus, and an adapter that only hears itself", async (t) => {
  const dead = await new ScanBench().scan({ effort: "quick" });
  t.same(
    dead.summary.findings.map(({ message }) => message.code),
    ["scan.all_silent"],
  );
  const bench = new ScanBench();
  bench.add("xy/md02", 200, format(9600), [{ id: "f", spec: { kind: "echo" } }]);
  const echo = await bench.scan({ units: [1, 2] }, [format(9600)]);
  t.same(
    echo.summary.findings.map(({ message }) => message.code),
    ["scan.only_echo"],
  );
  t.equal(echo.summary.found, 0);
});

t.test("answers are told from the echo of the question", async (t) => {
  const bench = new ScanBench();
  bench.add("xy/md02", 5, format(9600), [{ id: "f", spec: { kind: "echo" } }]);
  const { found } = await bench.scan({ units: UNITS.slice(0, 8) }, [format(9600)]);
  t.same(
    found.map(({ candidates, unit }) => [unit, candidates[0]?.profile]),
    [[5, "xy/md02"]],
  );
});

t.test("broken answers are told, and lead on to other settings first", async (t) => {
  const bench = new ScanBench();
  bench.add("xy/md02", 9, format(9600), [{ id: "f", spec: { kind: "bad_checksum" } }]);
  const { found, heard, summary } = await bench.scan({ units: [9] }, [format(9600), format(4800)]);
  t.same(found, []);
  t.ok(
    heard.some((code) => code.startsWith("scan.garbled")),
    heard.join(" "),
  );
  t.ok(summary.findings.some(({ message }) => message.code === "scan.only_garbled"));
});

t.test("a slow device is found by its late answer, and waited for from then on", async (t) => {
  const bench = new ScanBench();
  bench.add("xy/md02", 3, format(9600), [{ id: "f", spec: { kind: "late", after: 150 } }]);
  const { found } = await bench.scan({ effort: "quick", units: [2, 3, 4, 5] }, [format(9600)]);
  t.same(
    found.map(({ unit }) => unit),
    [3],
  );
});

t.test("stopped in the middle, it says what is left", async (t) => {
  const bench = new ScanBench();
  const stop = new AbortController();
  let steps = 0;
  const { events, summary } = await bench.scan(
    { units: UNITS.slice(0, 10) },
    [format(9600), format(4800)],
    (event) => {
      if (event.kind === "step" && ++steps === 4) stop.abort();
    },
    stop.signal,
  );
  t.equal(events.at(-1)?.kind, "end");
  t.equal(bench.isOpen, false);
  t.same(summary.tried, [{ line: "9600 8N1", units: [1, 2, 3] }]);
  t.same(summary.untried, [
    { line: "9600 8N1", units: [4, 5, 6, 7, 8, 9, 10] },
    { line: "4800 8N1", units: UNITS.slice(0, 10) },
  ]);
  t.same(summary.findings, [], "of an unfinished search nothing is concluded");
});

t.test("the estimate is what it takes", async (t) => {
  const bench = new ScanBench();
  const before = bench.clock.mono();
  const { events } = await bench.scan({ effort: "quick", units: UNITS }, [format(9600)]);
  const [first] = events.flatMap((event) => (event.kind === "step" ? [event] : []));
  const took = bench.clock.mono() - before;
  const estimate = first?.leftMs ?? 0;
  t.ok(Math.abs(estimate - took) < 0.15 * took, `estimated ${estimate} ms, took ${took} ms`);
  t.equal(first?.total, 247);
});
