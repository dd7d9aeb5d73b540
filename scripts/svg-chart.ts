/** One line of a chart; `values` lie at equal distances over the chart's time. */
export interface Line {
  readonly label: string;
  readonly values: readonly number[];
}

/** Lines with one unit and one scale. */
export interface Panel {
  readonly unit: string;
  readonly lines: readonly Line[];
  /** Ends of the scale; of the values by default. */
  readonly range?: readonly [number, number];
}

/** Panels above each other with one time below them. */
export interface Chart {
  readonly title: string;
  readonly panels: readonly Panel[];
  /** Marks of the time axis at equal distances, the first and the last at its ends. */
  readonly marks: readonly string[];
}

const WIDTH = 760;
const PLOT = { left: 58, right: 14, top: 34, height: 108, gap: 30, bottom: 30 } as const;
/** Told apart by people who see red and green alike (Okabe and Ito). */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#8a5a9e"] as const;

/** A small picture without scripts, fonts or styles of others. */
export function drawChart(chart: Chart): string {
  const height = PLOT.top + chart.panels.length * (PLOT.height + PLOT.gap) + PLOT.bottom - 10;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(chart.title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    text(PLOT.left, 16, chart.title, 'font-weight="bold"'),
    ...chart.panels.flatMap((panel, at) =>
      drawPanel(panel, PLOT.top + at * (PLOT.height + PLOT.gap), chart.marks.length),
    ),
    ...chart.marks.map((mark, at) =>
      text(
        across(at, chart.marks.length),
        height - 10,
        mark,
        `text-anchor="${at === chart.marks.length - 1 ? "end" : "middle"}" fill="#555"`,
      ),
    ),
    "</svg>",
  ];
  return `${parts.join("\n")}\n`;
}

function drawPanel(panel: Panel, top: number, marks: number): string[] {
  const [least, most, step] = scaleOf(panel);
  const y = (value: number): number => top + 14 + PLOT.height * (1 - (value - least) / (most - least));
  const out: string[] = [];
  for (let at = 0; at < marks; at++) {
    const x = across(at, marks);
    out.push(`<path d="M${x} ${y(most)}V${y(least)}" stroke="#eee"/>`);
  }
  for (let value = least; value <= most + step / 2; value += step) {
    out.push(`<path d="M${PLOT.left} ${short(y(value))}H${WIDTH - PLOT.right}" stroke="#ddd"/>`);
    out.push(
      text(
        PLOT.left - 6,
        y(value) + 4,
        String(Number(value.toPrecision(6))),
        'text-anchor="end" fill="#555"',
      ),
    );
  }
  let x = PLOT.left;
  for (const [at, { label, values }] of panel.lines.entries()) {
    const colour = COLOURS[at % COLOURS.length];
    const shown = at === 0 && panel.unit !== "" ? `${label} (${panel.unit})` : label;
    out.push(text(x, top + 8, shown, `fill="${colour}"`));
    x += shown.length * 6.6 + 22;
    out.push(
      `<path d="${curve(values, y)}" transform="scale(.1)" fill="none" stroke="${colour}" stroke-width="14"/>`,
    );
  }
  return out;
}

/** In tenths, each point from the one before: a third of the bytes. */
function curve(values: readonly number[], y: (value: number) => number): string {
  let [lastX, lastY] = [0, 0];
  return values
    .map((value, at) => {
      const [nextX, nextY] = [Math.round(10 * across(at, values.length)), Math.round(10 * y(value))];
      const [dx, dy] = [nextX - lastX, nextY - lastY];
      [lastX, lastY] = [nextX, nextY];
      return `${at === 0 ? "M" : "l"}${dx} ${dy}`;
    })
    .join("");
}

function across(at: number, of: number): number {
  return PLOT.left + ((WIDTH - PLOT.left - PLOT.right) * at) / Math.max(1, of - 1);
}

/** Round ends around all values, and the distance of the marks between them. */
function scaleOf(panel: Panel): readonly [least: number, most: number, step: number] {
  const all = panel.lines.flatMap(({ values }) => values);
  const [low, high] = panel.range ?? [Math.min(...all), Math.max(...all)];
  const rough = Math.max(high - low, 1e-6) / 4;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const step = ten * ([1, 2, 5, 10].find((one) => one * ten >= rough) ?? 10);
  const least = Math.floor(low / step + 1e-9) * step;
  return [least, Math.max(least + step, Math.ceil(high / step - 1e-9) * step), step];
}

function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function text(x: number, y: number, what: string, attributes: string): string {
  return `<text x="${short(x)}" y="${short(y)}" ${attributes}>${escaped(what)}</text>`;
}

function escaped(what: string): string {
  return what.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
