import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { parse, stringify } from "yaml";
import { render, renderText } from "../drivers/core/message.js";
import { checkProfileFile } from "../drivers/profiles/check-profile.js";
import { ProfileLibrary } from "../drivers/profiles/library.js";
import type { Problem } from "../drivers/profiles/problem.js";
import type { Profile } from "../drivers/profiles/profile.js";
import { DRIVER_FAMILIES } from "../drivers/registry.js";
import { profileLines } from "../gateway/cli/profiles/profile-page.js";
import { displayWidth } from "../gateway/cli/table.js";
import { loadConfig } from "../gateway/config/load-config.js";
import { devicePages, isProven } from "./device-pages.js";
import { profilePages } from "./profile-pages.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const LIBRARY = new ProfileLibrary(join(ROOT, "config/profiles"), DRIVER_FAMILIES);
const PAGES = ["docs/en/profiles.md", "docs/vi/mau-thiet-bi.md"] as const;
const PLACE = { find: (id: string) => LIBRARY.get(id) };

const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");
const told = (problems: readonly Problem[]): readonly string[] =>
  problems.map(({ line, said }) => `${line}: ${render(said, "en")}`);

t.test(
  "every profile of the library passes without a remark, and the pages of them are current",
  async (t) => {
    const profiles: Profile[] = [];
    for (const id of LIBRARY.ids()) {
      const { problems, profile } = checkProfileFile(LIBRARY.fileOf(id), DRIVER_FAMILIES, {
        ...PLACE,
        expectedId: id,
      });
      t.same(
        problems.map(({ line, said }) => `${id}:${line} ${renderText(said, "en")}`),
        [],
      );
      if (profile) profiles.push(profile);
    }
    t.equal(profiles.length, LIBRARY.ids().length);
    t.ok(profiles.length >= 40);
    t.ok(profiles.filter(isProven).length >= 15, "carry a recorded or printed frame");
    for (const profile of profiles) {
      t.ok(profile.category, `${profile.id} is listed`);
      t.ok(profile.vectors.length > 0, `${profile.id} has a vector`);
      const wide = profileLines(profile, {}, "vi", 80).filter((line) => displayWidth(line) > 80);
      t.same(wide, [], `${profile.id} is shown in 80 columns`);
    }
    for (const [file, text] of [...devicePages(ROOT, profiles), ...profilePages(ROOT)]) {
      t.ok(read(file) === text, `${file}: run node dist/scripts/generate-schemas.js`);
    }
  },
);

interface Snippet {
  readonly kind: string;
  readonly text: string;
  readonly value: Readonly<Record<string, unknown>>;
}

function snippetsOf(file: string): readonly Snippet[] {
  return [...read(file).matchAll(/^```yaml(?: (\w+))?\n([\s\S]*?)^```$/gm)].map(
    ([, kind = "none", text = ""]) => ({
      kind,
      text,
      value: parse(text) as Snippet["value"],
    }),
  );
}

/** What a snippet needs around it to be a profile; it may say any of it itself. */
const AROUND = {
  profile: "mine/example",
  version: 1,
  title: { vi: "Ví dụ", en: "Example" },
  driver: "modbus",
  category: "io",
  confidence: "B",
  safety: "benign",
  sources: ["a manual"],
  wiring: { vi: "A với A", en: "A to A" },
  sentinels: "none",
  defaults: { table: "holding", type: "u16", order: "ABCD" },
  points: [{ id: "level", address: 0 }],
  no_vectors: { vi: "chỉ là ví dụ", en: "an example only" },
};

type Entry = Readonly<Record<string, unknown>>;

/** Snippets leave out names and quantities where these are not the matter. */
function named(points: readonly Entry[]): readonly Entry[] {
  return points.map((point) => ({ name: { vi: "Tên", en: "Name" }, quantity: "state", ...point }));
}

function wholeOf({ kind, text, value }: Snippet): string {
  if (kind === "profile") return text;
  const own = kind === "points" ? { points: value as unknown as readonly Entry[] } : value;
  const whole: typeof AROUND & Entry = { ...AROUND, ...own };
  return stringify({ ...whole, points: named(whole.points) });
}

t.test("each snippet of the pages is right, and is the same in both languages", async (t) => {
  const [en, vi] = PAGES.map(snippetsOf);
  t.same(
    vi?.map(({ kind, value }) => ({ kind, value })),
    en?.map(({ kind, value }) => ({ kind, value })),
  );
  const folder = t.testdir({ "p.yaml": "", "gateway.yaml": "" });
  const { writeFileSync } = await import("node:fs");
  let count = 0;
  for (const snippet of en ?? []) {
    count++;
    const name = snippet.text.slice(0, 120);
    if (snippet.kind === "gateway") {
      const around = "gateway: {id: gw}\nconnections: {rs485: {driver: modbus-rtu, port: /dev/ttyUSB0}}\n";
      const file = join(folder, "gateway.yaml");
      writeFileSync(file, `${around}${snippet.text}uplinks: {centre: {url: "mqtt://localhost"}}\n`);
      const { config, problems } = loadConfig(file, { profilesDir: join(ROOT, "config/profiles"), env: {} });
      t.same(told(problems), [], name);
      t.ok(config);
      continue;
    }
    t.ok(["profile", "points", "keys"].includes(snippet.kind), `${name}: says what it is`);
    writeFileSync(join(folder, "p.yaml"), wholeOf(snippet));
    const { problems, profile } = checkProfileFile(join(folder, "p.yaml"), DRIVER_FAMILIES, PLACE);
    t.same(told(problems), [], name);
    t.ok(profile);
  }
  t.ok(count >= 20, "the pages have snippets");
});

t.test("the pages name every key of the grammar", async (t) => {
  const schema = JSON.parse(read("config/schema/profile.schema.json"));
  const keys = new Set([
    ...Object.keys(schema.properties),
    ...Object.keys(schema.properties.points.items.properties),
    ...Object.keys(schema.properties.points.items.properties.write.properties),
    ...Object.keys(schema.properties.device.properties),
    ...Object.keys(schema.properties.commands.additionalProperties.properties),
    ...Object.keys(schema.properties.vectors.items.properties),
    ...Object.keys(schema.properties.addressing.properties),
    ...Object.keys(schema.properties.identify.items.properties),
  ]);
  t.ok(keys.size > 100);
  for (const page of PAGES) {
    const text = read(page);
    const missing = [...keys].filter((key) => !new RegExp(`\\b${key}\\b`).test(text));
    t.same(missing, [], page);
  }
});
