/** What the measurements do on the phone's own engine, in a real page: handed to it as `globalThis.bench`. */
import { newId } from "#worker/ids.ts";
import { newDraft, putDraft } from "#worker/store/drafts.ts";
import { finishDraft } from "#worker/store/finish.ts";
import { homeCounts } from "#worker/store/mine.ts";
import { currentPerson } from "#worker/store/people.ts";
import { keepPhoto } from "#worker/store/photos.ts";
import { classes, students } from "#worker/store/records.ts";
import type { HomeCounts, Shrunk } from "#worker/store/types.ts";

const WORDS = "孩子在家愿意帮妈妈做饭，写作业时能坐得住，周末和弟弟一起读书。".repeat(6);

async function shrunk(bytes: ArrayBuffer): Promise<Shrunk> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const sha256 = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { bytes, thumb: bytes.slice(0, 1_000), type: "image/jpeg", width: 1600, height: 1200, sha256 };
}

const START = [0xff, 0xd8];
const TABLE = [0xff, 0xdb, 0x00, 0x43, 0x00, ...new Array<number>(64).fill(1)];
const FRAME = [0xff, 0xc0, 0x00, 0x0b, 0x08, 0x04, 0xb0, 0x06, 0x40, 0x01, 0x01, 0x11, 0x00];
const SCAN = [0xff, 0xda, 0x00, 0x08, 0x01, 0x01, 0x00, 0x00, 0x3f, 0x00];
const END = [0xff, 0xd9];

/** A JPEG as a server that decodes nothing sees it: every segment in its place, random bytes as the scan. */
function picture(size: number): ArrayBuffer {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, Math.min(size, at + 65_536)));
  const filled = bytes.map((byte) => (byte === 0xff ? 0xfe : byte));
  filled.set([...START, ...TABLE, ...FRAME, ...SCAN], 0);
  filled.set(END, size - END.length);
  return filled.buffer;
}

/**
 * Write and finish `count` visits with `photos` photos of `size` bytes each, with `pauseMs` before each, as a person
 * would; returns the milliseconds that each save took.
 */
async function fill(count: number, photos: number, size: number, pauseMs = 0): Promise<number[]> {
  const person = await currentPerson();
  const room = person ? (await classes(person.id))[0] : undefined;
  if (!person || !room) throw new Error("sign in first");
  const pupils = await students(person.id, room.id);
  const took: number[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    const pictures = await Promise.all(Array.from({ length: photos }, () => shrunk(picture(size))));
    const student = pupils[turn % pupils.length]?.id ?? newId();
    const facts = {
      student_id: student,
      visit_date: "2026-10-12",
      visit_form: "home",
      visit_result: "done",
      visitors: [person.id],
    };
    const names = pictures.map((each) => each.sha256);
    const draft = newDraft(person.id, room.id, { ...facts, strengths: WORDS, at_home: WORDS, photos: names });
    for (const each of pictures) await keepPhoto(person.id, draft.id, each);
    if (pauseMs > 0) await new Promise((done) => setTimeout(done, pauseMs));
    const started = performance.now();
    await putDraft(draft);
    await finishDraft(person.id, draft.id);
    took.push(performance.now() - started);
  }
  return took;
}

async function counts(): Promise<HomeCounts> {
  const person = await currentPerson();
  if (!person) throw new Error("sign in first");
  return homeCounts(person.id);
}

Object.assign(globalThis, { bench: { fill, counts } });
