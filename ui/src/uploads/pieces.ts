/** The size of the pieces whose digests make up the digest of a file; the server uses the same. */
export const PIECE = 1024 * 1024;

/** Digests of the pieces of a file, each made once, without holding the file in memory. */
export class PieceDigests {
  private readonly made: Promise<ArrayBuffer>[] = [];

  constructor(private readonly file: File) {}

  /** Browsers make digests over HTTPS and on this computer only; elsewhere the file is not compared. */
  static readonly possible = globalThis.crypto?.subtle !== undefined;

  /** The digest of the first `size` bytes, in hexadecimal. */
  async of(size: number): Promise<string> {
    const count = Math.floor(size / PIECE);
    const digests = [];
    for (let place = 0; place < count; place += 1) {
      this.made[place] ??= this.digest(place * PIECE, (place + 1) * PIECE);
      digests.push(await this.made[place]);
    }
    if (size > count * PIECE) digests.push(await this.digest(count * PIECE, size));
    return hex(await crypto.subtle.digest("SHA-256", await new Blob(digests as BlobPart[]).arrayBuffer()));
  }

  private async digest(begin: number, end: number): Promise<ArrayBuffer> {
    return crypto.subtle.digest("SHA-256", await this.file.slice(begin, end).arrayBuffer());
  }
}

function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
