/** The messages about a day to meet: as they stand in the campaign's texts, with the blanks filled. */
import { flushPromises, mount } from "@vue/test-utils";
import { beforeEach, describe, expect, test, vi } from "vitest";
import AppointmentSheet from "#pwa/components/AppointmentSheet.vue";
import { appointmentWords, whenWords, type AppointmentWords } from "#pwa/components/appointment.ts";
import { daysAfter } from "#pwa/components/dates.ts";
import { today } from "#worker/ids.ts";
import { appointmentsOf, keepAppointment } from "#worker/store/appointments.ts";
import { inApp, makeSignedInApp } from "./app.ts";

vi.mock(import("vue-router"), async (load) => ({ ...(await load()), useRoute: () => ({ path: "/" }) as never }));

const ME = "01900000-0000-7000-8000-000000000001";
const SAID: AppointmentWords = {
  greeting: "张爸爸",
  school: "第一中学",
  teacher: "周老师",
  along: "李老师",
  day: `${new Date().getFullYear()}-10-15`,
  time: "晚上7点",
  place: "home",
  box: "https://x/box/s",
};
const WHEN = whenWords(SAID.day, SAID.time);

describe("the words", () => {
  test("asking for a day says who comes, what about, that any place will do, and where to complain", () => {
    expect(WHEN).toMatch(/^10月15日（星期.）晚上7点$/);
    expect(appointmentWords("ask", SAID)).toBe(
      `张爸爸您好，我是第一中学周老师。想和李老师在${WHEN}跟您聊聊孩子的进步和您的想法，约半小时。在家、小区、学校、电话都行，不访也可以。不用接送、备礼、留饭，家里随意就好。监督：https://x/box/s`,
    );
  });

  test("with nobody along, no name and no school it is still a sentence", () => {
    const words = appointmentWords("ask", { ...SAID, greeting: " ", along: "", box: "" });
    expect(words).toContain("家长您好");
    expect(words).toContain(`想在${WHEN}跟您聊聊`);
    expect(words).not.toContain("监督");
  });

  test("a change and the day before", () => {
    expect(appointmentWords("moved", SAID)).toBe(`张爸爸，好的，改到${WHEN}。如果又有变化，随时告诉我。`);
    expect(appointmentWords("tomorrow", SAID)).toBe("张爸爸，明天晚上7点我们在您家见。临时不方便，说一声就好。");
    expect(appointmentWords("tomorrow", { ...SAID, place: "" })).toContain("明天晚上7点我们见。");
    expect(appointmentWords("tomorrow", { ...SAID, place: "phone", time: "" })).toContain("明天我们电话里聊");
  });
});

describe("the sheet", () => {
  const copied: string[] = [];
  beforeEach(() => {
    copied.length = 0;
    vi.stubGlobal("navigator", {
      clipboard: {
        writeText: (words: string) => {
          copied.push(words);
          return Promise.resolve();
        },
      },
    });
  });

  test("what is copied is what is read, and the day stands on this phone from then on", async () => {
    const app = await makeSignedInApp(ME, { school: "第一中学" });
    const sheet = mount(AppointmentSheet, {
      props: { kind: "ask", studentId: "st1", show: true },
      global: inApp(app),
    });
    await sheet.get("input[value=晚上]").trigger("change");
    await sheet.get("input[aria-label^=几点]").setValue("7点半");
    const shown = sheet.get(".message").text();
    expect(shown).toContain("我是第一中学周老师");
    expect(shown).toContain("晚上7点半");
    await sheet.get("button.primary").trigger("click");
    await flushPromises();
    expect(copied).toEqual([shown]);
    await vi.waitFor(async () => {
      expect(await appointmentsOf(ME)).toMatchObject([
        { studentId: "st1", day: daysAfter(today(), 2), time: "晚上7点半" },
      ]);
    });
  });

  test("a reminder knows the name typed before, of this family alone, and no place that nobody named", async () => {
    await keepAppointment(ME, { studentId: "st1", day: SAID.day, time: "晚上7点", greeting: "张爸爸" });
    const sheet = mount(AppointmentSheet, {
      props: { kind: "tomorrow", studentId: "st1", show: true, on: SAID.day, at: "晚上7点" },
      global: inApp(await makeSignedInApp(ME)),
    });
    await vi.waitFor(() => {
      expect(sheet.get(".message").text()).toContain("张爸爸，明天晚上7点我们见。");
    });
    await sheet.get("input[value=home]").trigger("change");
    expect(sheet.get(".message").text()).toContain("明天晚上7点我们在您家见。");
    await sheet.get("button.primary").trigger("click");
    await vi.waitFor(async () => {
      expect(await appointmentsOf(ME)).toMatchObject([{ greeting: "张爸爸", madeOn: today() }]);
    });
    await sheet.setProps({ studentId: "st2" });
    await flushPromises();
    expect(sheet.get(".message").text()).toContain("家长，明天晚上7点我们见。");
  });

  test("early in the morning it is said to be early, not late", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-10-15T05:35:00") });
    const global = inApp(await makeSignedInApp(ME));
    const sheet = mount(AppointmentSheet, { props: { kind: "ask", studentId: "st1", show: true }, global });
    expect(sheet.text()).toContain("现在还早");
    expect(sheet.text()).not.toContain("现在晚了");
    vi.useRealTimers();
  });

  test("a known day and time are filled in; without a day there is nothing to send", async () => {
    const sheet = mount(AppointmentSheet, {
      props: { kind: "moved", studentId: "st1", show: true, on: SAID.day, at: "傍晚6点" },
      global: inApp(await makeSignedInApp(ME)),
    });
    expect(sheet.get(".message").text()).toContain(`改到${whenWords(SAID.day, "傍晚6点")}`);
    await sheet.get("input[type=date]").setValue("");
    expect(sheet.find(".message").exists()).toBe(false);
    expect(sheet.text()).toContain("先选一个日子");
  });
});
