import { request } from "node:http";
import { join } from "node:path";
import t, { type Test } from "tap";
import { say } from "../../drivers/core/message.js";
import { PAGE_MESSAGES } from "./messages.js";
import { PageServer } from "./page-server.js";
import type { SceneJson } from "./world-json.js";

const HTML = join(import.meta.dirname, "../../../simulators/page/index.html");
const SCENE: SceneJson = { now: "2026-03-20T23:00:00.000Z", speed: 60, parts: {}, devices: [] };

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

function ask(
  url: string,
  method = "GET",
  headers: Record<string, string> = {},
  body?: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, body: text, headers: response.headers }),
      );
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

async function pageOf(t: Test, orders: string[] = []): Promise<string> {
  const desk = {
    do: (line: string) => {
      orders.push(line);
      return [say(PAGE_MESSAGES.title)];
    },
  };
  const page = new PageServer({ port: 0, language: "en", html: HTML, scene: () => SCENE, desk });
  await page.start();
  t.teardown(() => page.stop());
  return page.url;
}

t.test("the page in its language, the scene, an order and what was said", async (t) => {
  const orders: string[] = [];
  const url = await pageOf(t, orders);
  const page = await ask(url);
  t.equal(page.status, 200);
  t.match(page.body, /<html lang="en">/);
  t.match(page.body, /"send":"Send"/);
  t.match(page.headers["content-security-policy"], /default-src 'none'/);
  t.same(JSON.parse((await ask(`${url}v1/scene`)).body), SCENE);
  const line = JSON.stringify({ line: "drop 20 % of meter" });
  const said = await ask(`${url}v1/order`, "POST", { "content-type": "application/json" }, line);
  t.same(JSON.parse(said.body), { said: [{ code: "page.title", text: "Simulation" }] });
  t.same(orders, ["drop 20 % of meter"]);
});

t.test("pages of elsewhere, and whatever is no order, do nothing", async (t) => {
  const orders: string[] = [];
  const url = await pageOf(t, orders);
  const json = { "content-type": "application/json" };
  const body = '{"line":"x"}';
  for (const [what, status, method, headers, sent] of [
    ["another name that leads here", 403, "GET", { host: "evil.example" }, undefined],
    ["a form", 403, "POST", { "content-type": "text/plain" }, body],
    ["a page of elsewhere", 403, "POST", { ...json, origin: "https://evil.example" }, body],
    ["a page of a file", 403, "POST", { ...json, origin: "null" }, body],
    ["no JSON", 400, "POST", json, "{"],
    ["nothing", 400, "POST", json, "null"],
    ["another shape", 400, "POST", json, '{"line": 3}'],
    ["two lines", 400, "POST", json, '{"line": "a\\nb"}'],
    ["too much", 400, "POST", json, JSON.stringify({ line: "x".repeat(5000) })],
    ["another path", 404, "POST", json, body],
  ] as const) {
    const to = what === "another path" ? `${url}v1/world` : method === "GET" ? url : `${url}v1/order`;
    t.equal((await ask(to, method, { ...headers }, sent)).status, status, what);
  }
  t.same(orders, []);
});

t.test("a port that is taken is told; what stops twice stops once", async (t) => {
  const url = await pageOf(t);
  const port = Number(new URL(url).port);
  const desk = { do: () => [] };
  const second = new PageServer({ port, language: "vi", html: HTML, scene: () => SCENE, desk });
  await t.rejects(second.start(), { code: "page.port_taken", class: "configuration" });
  await second.stop();
  await second.stop();
});
