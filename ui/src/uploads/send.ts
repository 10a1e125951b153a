import type { UploadView } from "../api.gen";
import { asProblem, http } from "../http";
import { PIECE, PieceDigests } from "./pieces";

/** The largest piece that the server takes; the first ones are smaller, so that a slow line shows progress. */
const MOST_AT_ONCE = 4 * PIECE;
const QUICK_MS = 1000;

/** A file that is all on the server, to be taken in. */
export interface Whole {
  uploadId: string;
  digest: string | null;
}

/** Sends a file, or what the server does not have of it yet; `onSent` gets the bytes that are there. */
export async function send(file: File, onSent: (bytes: number) => void, signal: AbortSignal): Promise<Whole> {
  const digests = new PieceDigests(file);
  const upload = await begin(file, digests);
  let sent = upload.received;
  let size = PIECE;
  onSent(sent);
  while (sent < file.size) {
    signal.throwIfAborted();
    const began = performance.now();
    sent = await put(upload.id, file, sent, size, signal);
    size = performance.now() - began < QUICK_MS ? Math.min(MOST_AT_ONCE, size * 2) : PIECE;
    onSent(sent);
  }
  return { uploadId: upload.id, digest: PieceDigests.possible ? await digests.of(file.size) : null };
}

/** The upload of this file; one whose beginning is another file's is begun anew. */
async function begin(file: File, digests: PieceDigests): Promise<UploadView> {
  const offered = {
    fileName: file.name,
    fileSize: file.size,
    modifiedAt: new Date(file.lastModified).toISOString(),
  };
  const upload = await http.post<UploadView>("/api/uploads", offered);
  if (upload.received === 0 || !PieceDigests.possible || upload.digest === (await digests.of(upload.received)))
    return upload;
  await http.delete(`/api/uploads/${upload.id}`);
  return http.post<UploadView>("/api/uploads", offered);
}

/** Sends one piece; gives how many bytes are there, also when the server has others than we thought. */
async function put(id: string, file: File, offset: number, size: number, signal: AbortSignal): Promise<number> {
  try {
    const piece = file.slice(offset, offset + size);
    return (await http.put<UploadView>(`/api/uploads/${id}?offset=${offset}`, piece, { signal })).received;
  } catch (problem) {
    const { code, data } = asProblem(problem);
    // A piece whose answer was lost has arrived all the same.
    if (code === "upload_at_another_offset" && typeof data.received === "number") return data.received;
    throw problem;
  }
}
