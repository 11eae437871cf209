/**
 * Turns a picture upright, shrinks it to 1600 px and drops EXIF and GPS, off the main thread; one picture at a time.
 * A 12-megapixel JPEG takes 0.15-0.3 s on a desktop and 70-150 MB for a moment, 50 megapixels 300 MB, whatever the
 * resize options: browsers decode a picture whole.
 *
 * - No `imageOrientation`: every browser turns a Blob upright by default, and Chromium before the rename knows only
 *   "none" and "flipY" and throws a TypeError for "from-image".
 * - JPEG, not WebP: WebKit's canvas cannot write WebP and answers PNG without saying so; WebP takes twice the time.
 * - The new JPEG has no EXIF; Chromium and WebKit add an ICC colour profile, which is nobody's secret.
 */
import type { Shrunk } from "./store/types.ts";

export class PhotoError extends Error {
  constructor(readonly code: "too_large" | "unreadable") {
    super(code);
  }
}

const LONG_EDGE_PX = 1600;
const THUMB_PX = 320;
const TARGET_BYTES = 400_000;
const MAX_PIXELS = 64_000_000;
const HEADER_BYTES = 512 * 1024;

/** @throws PhotoError, if it is no picture or too large to decode */
export async function shrink(file: Blob): Promise<Shrunk> {
  if (jpegPixels(await file.slice(0, HEADER_BYTES).arrayBuffer()) > MAX_PIXELS) throw new PhotoError("too_large");
  // Text, HEIC outside Safari and cut-off files all reject with InvalidStateError here.
  const full = await createImageBitmap(file).catch(() => {
    throw new PhotoError("unreadable");
  });
  const canvas = draw(full, full.width, full.height, LONG_EDGE_PX);
  full.close();
  let blob = await jpeg(canvas, 0.8);
  for (const quality of [0.65, 0.5, 0.35]) if (blob.size > TARGET_BYTES) blob = await jpeg(canvas, quality);
  const thumb = await (await jpeg(draw(canvas, canvas.width, canvas.height, THUMB_PX), 0.7)).arrayBuffer();
  const bytes = await blob.arrayBuffer();
  return { bytes, thumb, type: "image/jpeg", width: canvas.width, height: canvas.height, sha256: await sha256(bytes) };
}

/** The address of bytes: their sha256 in lower-case hexadecimal. */
export async function sha256(bytes: ArrayBuffer): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function draw(source: ImageBitmap | OffscreenCanvas, width: number, height: number, longEdge: number): OffscreenCanvas {
  const scale = Math.min(1, longEdge / Math.max(width, height));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
  const context = canvas.getContext("2d", { alpha: false });
  if (!context) throw new PhotoError("unreadable");
  context.fillStyle = "#fff"; // a transparent PNG gets a white ground
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

const jpeg = (canvas: OffscreenCanvas, quality: number): Promise<Blob> =>
  canvas.convertToBlob({ type: "image/jpeg", quality });

/** Width × height from a JPEG's frame header; 0 for anything else, so that only decoding decides. */
function jpegPixels(head: ArrayBuffer): number {
  const view = new DataView(head);
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return 0;
  let at = 2;
  while (at + 9 < view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return view.getUint16(at + 5) * view.getUint16(at + 7);
    at += 2 + view.getUint16(at + 2);
  }
  return 0;
}
