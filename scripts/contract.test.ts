import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import t from "tap";
import { MESSAGE_SCHEMAS } from "../gateway/contract/message-schemas.js";
import { contractProblems } from "../gateway/contract/strict.js";
import { structureProblems } from "./asyncapi-structure.js";
import { contractFiles } from "./contract-files.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Document {
  readonly channels: Record<
    string,
    { address: string; parameters?: unknown; messages: Record<string, { $ref: string }> }
  >;
  readonly operations: Record<string, { action: string; messages: { $ref: string }[]; bindings: unknown }>;
  readonly components: {
    readonly messages: Record<string, { examples: { name: string; payload: unknown }[] }>;
  };
}

const read = (file: string): string => readFileSync(root + file, "utf8");
const asyncApi = (): Document => JSON.parse(read("config/schema/contract/asyncapi.json"));

t.test("the files and pages of the contract are current", async (t) => {
  const files = contractFiles(root);
  t.equal(files.size, Object.keys(MESSAGE_SCHEMAS).length + 3, "AsyncAPI, schemas, two pages");
  for (const [file, text] of files)
    t.ok(read(file) === text, `${file}: run node dist/scripts/generate-schemas.js`);
});

t.test("the AsyncAPI document is built as AsyncAPI 3.0 says", async (t) => {
  const document = asyncApi();
  t.same(structureProblems(document), []);
  const spoil = (change: (document: Document) => void): readonly string[] => {
    const spoiled = asyncApi();
    change(spoiled);
    return structureProblems(spoiled);
  };
  const data = "#/channels/data";
  t.match(
    spoil((one) => Object.assign(one, { asyncapi: "2.6.0" })),
    ["#/asyncapi: is not 3.0.0"],
  );
  t.match(
    spoil((one) => Object.assign(one.channels["data"] ?? {}, { publish: {} })),
    [`${data}: publish is unknown`],
  );
  t.match(
    spoil((one) => Object.assign(one.channels["data"] ?? {}, { parameters: {} })),
    [/not those of the address/],
  );
  t.match(
    spoil((one) =>
      Object.assign(one.channels["data"]?.messages ?? {}, { data: { $ref: "#/components/messages/x" } }),
    ),
    [/is not there/],
  );
  t.match(
    spoil((one) => one.operations["publishData"]?.messages.push({ $ref: "#/channels/event/messages/event" })),
    [/is none of its channel's/],
  );
  t.match(
    spoil((one) => Object.assign(one.operations["publishData"] ?? {}, { bindings: { mqtt: { qos: 3 } } })),
    [/qos is none/, /bindingVersion/],
  );
});

t.test("topics, directions, QoS and retain are those of the contract", async (t) => {
  const { channels, operations } = asyncApi();
  t.same(
    Object.values(channels).map(({ address }) => address),
    ["status", "birth", "birth/{device}", "data", "event", "reply", "command"].map(
      (name) => `tram/v1/{gateway}/${name}`,
    ),
  );
  t.same(
    Object.entries(operations).map(([name, { bindings }]) => [name, JSON.stringify(bindings)]),
    [
      ...["publishStatus", "publishBirth", "publishBirthDevice"].map((name) => [
        name,
        binding(',"retain":true'),
      ]),
      ...["publishData", "publishEvent", "publishReply"].map((name) => [name, binding(',"retain":false')]),
      ["receiveCommand", binding("")],
    ],
  );
});

function binding(retain: string): string {
  return `{"mqtt":{"qos":1${retain},"bindingVersion":"0.2.0"}}`;
}

t.test("its examples are the literal ones, and hold strictly", async (t) => {
  const { channels, components } = asyncApi();
  let count = 0;
  for (const { address, messages } of Object.values(channels)) {
    for (const { $ref } of Object.values(messages)) {
      for (const { name, payload } of components.messages[$ref.split("/").at(-1) ?? ""]?.examples ?? []) {
        count++;
        t.same(payload, JSON.parse(read(`gateway/contract/examples/${name}.json`)));
        const topic = address.replace("{gateway}", "gw").replace("{device}", "well");
        t.same(contractProblems(topic, JSON.stringify(payload)), [], name);
        const more = JSON.stringify({ ...(payload as object), later: 1 });
        t.not(contractProblems(topic, more).length, 0, "an unknown key is refused in tests");
      }
    }
  }
  t.equal(count, readdirSync(`${root}gateway/contract/examples`).length, "each example is shown");
  const deep = JSON.parse(read("gateway/contract/examples/data.json"));
  deep.records[0].later = 1;
  t.not(contractProblems("tram/v1/gw/data", JSON.stringify(deep)).length, 0);
  t.not(
    contractProblems("tram/v1/gw/birth/meter", read("gateway/contract/examples/birth-device.json")).length,
    0,
  );
  for (const [topic, payload] of [
    ["tram/v1/gw/status", ""],
    ["tram/v1/gw/data", "{"],
    ["tram/v1/gw/data", Uint8Array.of(0x1f, 0x8b, 0)],
    ["else", "{}"],
  ] as const) {
    t.equal(contractProblems(topic, payload).length, 1);
  }
  t.same(contractProblems("tram/v1/gw/birth/meter", ""), []);
});
