/** The engine: runs rounds when there is something to do, in a page or in the worker. */
import type { Report } from "./report.ts";

export interface EngineOptions {
  /** Version of the app, for the server's log. */
  readonly app: string;
  readonly onReport?: (report: Report) => void;
}

export interface Engine {
  /** 立即上传: forget the back-off and try now. Resolves with the last report when the round is over. */
  sendNow(): Promise<Report>;
  /** Something was saved: try soon (also asks for Background Sync where the browser has it). */
  wake(): void;
  /** The newest report, of whichever page or worker runs the round. */
  report(): Report;
  /** A round is running in this page. */
  readonly busy: boolean;
  stop(): void;
}

/** Start in a page: at start, on `online`, when visible again, after each `wake()`, and by itself after a failed round. */
export declare function startEngine(options: EngineOptions): Engine;
