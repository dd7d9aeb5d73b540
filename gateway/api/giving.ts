import type { ServerResponse } from "node:http";
import { type Language, render, type Said } from "../../drivers/core/message.js";

export function give(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(`${JSON.stringify(body)}\n`);
}

export function refusal(said: Said, language: Language): { readonly code: string; readonly text: string } {
  return { code: said.message.code, text: render(said, language) };
}

export function refuse(response: ServerResponse, status: number, said: Said, language: Language): void {
  give(response, refusal(said, language), status);
}
