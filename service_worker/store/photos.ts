/** Photos on the phone: a card each, and their bytes as plain buffers in a store of their own. */
import type { Photo, Shrunk } from "./types.ts";

/** Keep a shrunk picture for a draft (or an existing visit being edited). @throws NoRoom; text still fits then */
export declare function keepPhoto(person: string, visitId: string, photo: Shrunk): Promise<void>;
/** Keep a picture shared into the app until the teacher picks a visit. @throws NoRoom */
export declare function keepShared(person: string, photo: Shrunk): Promise<void>;
export declare function trayPhotos(person: string): Promise<Photo[]>;
/** Move a shared picture from the tray to a visit's draft. */
export declare function takeFromTray(person: string, sha256: string, visitId: string): Promise<void>;
export declare function dropFromTray(person: string, sha256: string): Promise<void>;
/** JPEG bytes; undefined if this phone does not hold them (then GET /api/v1/photos/{sha256} with the token: `fetchPhoto`). */
export declare function thumb(person: string, sha256: string): Promise<ArrayBuffer | undefined>;
export declare function bytes(person: string, sha256: string): Promise<ArrayBuffer | undefined>;
