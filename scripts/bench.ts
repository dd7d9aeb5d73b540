import { cpus } from "node:os";
import { parseArgs } from "node:util";
import type { Figure } from "./bench-figure.js";
import { ROWS } from "./bench-rows.js";

const HELP = `Measures the gateway and, in the same run, a bare loop that only polls, stores and publishes.

Usage: ./scripts/bench [--seconds N] [--json] [row ...]

  --seconds N   how long each row is measured (20)
  --json        one line of JSON instead of the table

Rows (all, when none is named):
${ROWS.map(({ name, about }) => `  ${name.padEnd(10)} ${about}`).join("\n")}

Example: ./scripts/bench --seconds 10 steady fast`;

/** CPU seconds or bytes, against the bare loop's. */
function ratioOf({ gateway, bare }: Figure): number | undefined {
  return gateway === undefined || bare === undefined || bare === 0 ? undefined : gateway / bare;
}

function isReached(figure: Figure): boolean | undefined {
  if (!figure.reach) return undefined;
  const { least, most, ofRatio } = figure.reach;
  const value = ofRatio ? ratioOf(figure) : figure.gateway;
  if (value === undefined) return undefined;
  return (most === undefined || value <= most) && (least === undefined || value >= least);
}

function goalOf({ reach, digits }: Figure): string {
  if (!reach) return "";
  const { least, most, ofRatio } = reach;
  const number = (value: number): string =>
    ofRatio ? `x ${value}` : value.toLocaleString("en", { maximumFractionDigits: digits });
  return most === undefined ? `>= ${number(least ?? 0)}` : `<= ${number(most)}`;
}

/** A line of at most 80 columns. */
function lineOf(figure: Figure): string {
  const number = (value: number | undefined, digits: number): string =>
    value === undefined
      ? ""
      : value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const reached = isReached(figure);
  return [
    `  ${figure.what}`.padEnd(34),
    number(figure.gateway, figure.digits).padStart(11),
    number(figure.bare, figure.digits).padStart(10),
    number(ratioOf(figure), figure.reach?.ofRatio ? 3 : 2).padStart(7),
    goalOf(figure).padStart(12),
    reached === undefined ? "" : reached ? "  ok" : "  NO",
  ].join("");
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: "boolean", short: "h", default: false },
    json: { type: "boolean", default: false },
    seconds: { type: "string", default: "20" },
  },
});
const seconds = Number(options.seconds);
const unknown = positionals.filter((name) => !ROWS.some((row) => row.name === name));
if (options.help) {
  console.log(HELP);
} else if (unknown.length > 0 || !(seconds > 0)) {
  console.error(unknown.length > 0 ? `There is no row ${unknown.join(", ")}.\n\n${HELP}` : HELP);
  process.exitCode = 2;
} else {
  const rows = ROWS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const machine = { cpu: cpus()[0]?.model ?? "", cores: cpus().length, node: process.version };
  if (!options.json) {
    console.log(`${machine.cores} x ${machine.cpu}, Node ${machine.node}, ${seconds} s a row`);
    console.log(
      `${" ".repeat(34)}${"gateway".padStart(11)}${"bare".padStart(10)}${"ratio".padStart(7)}${"reach".padStart(12)}`,
    );
  }
  const results: object[] = [];
  for (const row of rows) {
    if (!options.json) console.log(`${row.name}: ${row.about}`);
    const figures = await row.measure(seconds);
    results.push({
      row: row.name,
      about: row.about,
      figures: figures.map((figure) => ({ ...figure, ratio: ratioOf(figure), reached: isReached(figure) })),
    });
    if (!options.json) for (const figure of figures) console.log(lineOf(figure));
    if (figures.some((figure) => figure.reach?.must && isReached(figure) === false)) process.exitCode = 1;
  }
  if (options.json) console.log(JSON.stringify({ machine, seconds, rows: results }));
}
