/** What a family's page sends once more goes as the same sending (server/static/kept.js), though the server draws each page a token of its own. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInThisContext } from "node:vm";
import { beforeEach, expect, test, vi } from "vitest";

const SCRIPT = readFileSync(join(import.meta.dirname, "../../server/static/kept.js"), "utf8");
const page = (token: string, more = ""): string => `<main class="paper"><h1>家访反馈</h1>
  <form method="post" action="/f/x" data-sends data-kept="f-1" ${more}><input type="hidden" name="token" value="${token}">
  <div data-note hidden><button type="button">清掉</button></div><textarea name="text"></textarea>
  <p data-failed="没有发出去" hidden></p><button class="send" data-again-words="再发一次">提交</button></form></main>`;

const sent: string[] = [];
let answers: { status: number; responseText: string }[] = [];

class Wire {
  status = 0;
  responseText = "";
  onload = (): void => undefined;
  onerror = (): void => undefined;
  open(): void {}
  setRequestHeader(): void {}
  send(body: string): void {
    sent.push(new URLSearchParams(body).get("token") ?? "");
    const answer = answers.shift();
    Object.assign(this, answer);
    if (answer) this.onload();
    else this.onerror();
  }
}

function press(): void {
  document.querySelector("form")?.dispatchEvent(new Event("submit", { cancelable: true }));
}

beforeEach(() => {
  sent.length = 0;
  localStorage.clear();
  sessionStorage.clear();
  vi.stubGlobal("XMLHttpRequest", Wire);
  vi.spyOn(window, "scrollTo").mockReturnValue(undefined);
  document.body.innerHTML = page("first", "data-fresh");
  runInThisContext(SCRIPT);
});

test.each([422, 429, 503])("after a %i the form goes on under the token that it was sent with", (status) => {
  answers = [{ status, responseText: page("fresh") }];
  press();
  press();
  expect(sent).toEqual(["first", "first"]);
});

test("a token that was no good gives way to the one that came with the page", () => {
  answers = [{ status: 400, responseText: page("fresh") }];
  press();
  press();
  expect(sent).toEqual(["first", "fresh"]);
});

test("what did not go is sent as it was", () => {
  answers = [];
  press();
  press();
  expect(sent).toEqual(["first", "first"]);
});
