import { readdirSync, readFileSync } from "node:fs";
import { asyncApiDocument, CHANNELS, messageSchema } from "../gateway/contract/asyncapi.js";
import { fieldTable, kindTables } from "../gateway/contract/field-table.js";
import { exampleOf, MESSAGE_SCHEMAS, type MessageName } from "../gateway/contract/message-schemas.js";

/** Everything that is generated from the types of the contract, as file (from the root) and text. */
export function contractFiles(root: string): ReadonlyMap<string, string> {
  const examples = readExamples(root);
  const files = new Map<string, string>();
  const parsed = new Map([...examples].map(([name, text]) => [name, JSON.parse(text) as unknown]));
  files.set("config/schema/contract/asyncapi.json", json(asyncApiDocument(parsed)));
  for (const name of Object.keys(MESSAGE_SCHEMAS) as MessageName[]) {
    files.set(`config/schema/contract/${name}.schema.json`, json(messageSchema(name)));
  }
  for (const page of ["docs/en/contract.md", "docs/vi/hop-dong-du-lieu.md"]) {
    files.set(page, filled(readFileSync(`${root}${page}`, "utf8"), examples));
  }
  return files;
}

const BLOCK = /<!-- generated: (\w+) ?([\w-]*) -->\n(?:[\s\S]*?\n)??<!-- end -->/g;

/** A page is written by hand around blocks `<!-- generated: WHAT NAME --> ... <!-- end -->`. */
function filled(page: string, examples: ReadonlyMap<string, string>): string {
  return page.replace(BLOCK, (_, what: string, name: string) => {
    const head = `<!-- generated: ${name === "" ? what : `${what} ${name}`} -->`;
    return `${head}\n${block(what, name, examples)}\n<!-- end -->`;
  });
}

function block(what: string, name: string, examples: ReadonlyMap<string, string>): string {
  if (what === "topics") return topicTable();
  const schema = MESSAGE_SCHEMAS[name as MessageName];
  if (!schema) throw new RangeError(`no message ${name}`);
  if (what === "fields") return fieldTable(schema);
  if (what === "kinds") return kindTables(schema, "event");
  if (what === "examples") {
    return [...examples]
      .filter(([file]) => exampleOf(file) === name)
      .map(([file, text]) => `\`${file}\`:\n\n\`\`\`json\n${text.trim()}\n\`\`\``)
      .join("\n\n");
  }
  throw new RangeError(`no block ${what}`);
}

function topicTable(): string {
  const rows = CHANNELS.map(
    ({ action, address, description, retain }) =>
      `| \`${address}\` | ${action === "send" ? "gateway" : "centre"} | 1${retain ? ", retained" : ""} | ${description} |`,
  );
  return ["| topic | from | QoS | what |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function readExamples(root: string): ReadonlyMap<string, string> {
  const folder = `${root}gateway/contract/examples/`;
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort();
  return new Map(files.map((file) => [file.replace(/\.json$/, ""), readFileSync(folder + file, "utf8")]));
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
