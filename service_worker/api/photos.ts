/** Photos from the server. */
/** Bytes of a photo that this phone does not hold; undefined without a signal, signed out, or while the photo is missing. */
export declare function fetchPhoto(
  person: string,
  sha256: string,
  size: "thumb" | "full",
): Promise<ArrayBuffer | undefined>;
