/** The engine: runs rounds when there is something to do, in a page or in the worker. */
import { payOwedSignOuts } from "../api/session.ts";
import { newId } from "../ids.ts";
import { onNews, tell } from "../store/changes.ts";
import { endPauses } from "../store/custody.ts";
import { persons } from "../store/people.ts";
import { askToPersist } from "../store/room.ts";
import { backOffMs, LONGEST_MS } from "./backoff.ts";
import type { Pace } from "./context.ts";
import { runEveryone, type Ended } from "./everyone.ts";
import { underLock } from "./lock.ts";
import { IDLE, type Report } from "./report.ts";
import { upload, type Upload } from "./upload.ts";
import { askForBackgroundSync, listen } from "./wakers.ts";

export interface EngineOptions {
  /** Version of the app, for the server's log. */
  readonly app: string;
  readonly onReport?: (report: Report) => void;
  /** Who sends the photos; absent: the page itself. */
  readonly upload?: Upload;
}

export interface Engine {
  /** 立即上传: forget the back-off and try now. Resolves with the newest report when the round is over. */
  sendNow(): Promise<Report>;
  /** Something was saved: try now (and ask for Background Sync where the browser has it). */
  wake(): void;
  /** The newest report, of whichever page or worker runs the round. */
  report(): Report;
  /** A round is running in this page. */
  readonly busy: boolean;
  stop(): void;
}

const ROWS_AT_A_TIME = 500;
/** Somebody else holds the lock: look again when they are likely done. */
const LOOK_AGAIN_MS = 3_000;

/** One round under the lock, for the worker's `sync` event. Null if somebody else is at it. */
export async function roundOnce(app: string): Promise<Ended | null> {
  const from = newId();
  const say = (report: Report): void => {
    tell({ type: "report", report, from });
  };
  const stop = new AbortController().signal;
  const ended = await underLock(
    (signal) => runEveryone({ app, signal, say, upload, pace: { limit: ROWS_AT_A_TIME } }),
    stop,
  );
  if (ended) say(ended.report);
  return ended;
}

/** Start in a page: at start, on `online`, when visible again, after each `wake()`, and by itself after a failed round. */
export function startEngine(options: EngineOptions): Engine {
  return new PageEngine(options).start();
}

class PageEngine implements Engine {
  private readonly id = newId();
  private newest: Report = IDLE;
  private running: Promise<void> | null = null;
  private wanted = false;
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private holding = new AbortController();
  private readonly pace: Pace = { limit: ROWS_AT_A_TIME };
  private ends: (() => void)[] = [];

  constructor(private readonly options: EngineOptions) {}

  get busy(): boolean {
    return this.running !== null;
  }

  start(): this {
    const wake = (): void => void this.attempt();
    const freeze = (): void => {
      this.holding.abort();
    };
    this.ends = [
      listen({ wake, freeze }),
      onNews((news) => {
        if (news.type === "report" && news.from !== this.id) this.hear(news.report);
      }),
    ];
    void askToPersist();
    wake();
    return this;
  }

  report(): Report {
    return this.newest;
  }

  wake(): void {
    void askForBackgroundSync();
    void this.attempt();
  }

  async sendNow(): Promise<Report> {
    this.failures = 0;
    for (const person of await persons()) await endPauses(person.id).catch(() => undefined); // a full phone
    await this.attempt();
    return this.newest;
  }

  stop(): void {
    clearTimeout(this.timer);
    this.holding.abort();
    for (const end of this.ends.splice(0)) end();
  }

  /** Run now; if a round is running, once more after it, for it may have looked before something was saved. */
  private async attempt(): Promise<void> {
    this.wanted = true;
    this.running ??= this.runWhileWanted().finally(() => {
      this.running = null;
    });
    await this.running;
  }

  private async runWhileWanted(): Promise<void> {
    while (this.wanted) {
      this.wanted = false;
      clearTimeout(this.timer);
      this.planNext(await this.runOnce());
    }
  }

  private async runOnce(): Promise<Ended | "taken" | "broken"> {
    this.holding = new AbortController();
    const say = (report: Report): void => {
      this.announce(report);
    };
    try {
      const shared = { upload, ...this.options, say, pace: this.pace };
      const ended = await underLock((signal) => runEveryone({ ...shared, signal }), this.holding.signal);
      if (ended?.stop?.connection !== "no_network") await payOwedSignOuts();
      return ended ?? "taken";
    } catch {
      return "broken"; // the store could not be read or written just now: everything stays, and is tried again
    }
  }

  private planNext(end: Ended | "taken" | "broken"): void {
    if (this.ends.length === 0) return; // stopped meanwhile
    const now = Date.now();
    const ended = typeof end === "string" ? null : end;
    const failed = end === "broken" || (ended?.stop ?? null) !== null;
    this.failures = failed ? this.failures + 1 : 0;
    const delay = end === "taken" ? LOOK_AGAIN_MS : this.delayAfter(ended, failed, now);
    const nextTryAt = delay === null ? null : now + delay;
    if (ended) this.announce({ ...ended.report, nextTryAt });
    if (delay !== null) this.timer = setTimeout(() => void this.attempt(), delay);
  }

  private delayAfter(ended: Ended | null, failed: boolean, now: number): number | null {
    if (!failed) return ended?.dueAt != null ? Math.max(0, ended.dueAt - now) : null;
    const connection = ended?.stop?.connection;
    if (ended && (connection === "signed_out" || connection === "shut_out")) return ended.waiting ? LONGEST_MS : null;
    return ended?.stop?.retryAfterMs ?? backOffMs(this.failures);
  }

  private announce(report: Report): void {
    this.hear(report);
    tell({ type: "report", report, from: this.id });
  }

  private hear(report: Report): void {
    this.newest = report;
    this.options.onReport?.(report);
  }
}
