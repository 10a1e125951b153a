import type { SendKind } from "../api";

const PICTURES = new Set(["image/jpeg", "image/png", "image/gif", "image/webp"]);

const GIF = "image/gif";
const SOUNDS = new Set(["audio/mpeg", "audio/mp3", "audio/mp4", "audio/x-m4a", "audio/aac", "audio/ogg", "audio/amr"]);
/** What the server makes a video of. */
const LARGEST_GIF = 20 * 1024 * 1024;

/** As what a file is sent: what phones do not play goes as a document. */
export async function kindOf(file: File): Promise<SendKind> {
  if (file.type === GIF) return file.size <= LARGEST_GIF && (await isMoving(file)) ? "video" : "image";
  if (PICTURES.has(file.type)) return "image";
  if (file.type === "video/mp4") return "video";
  return SOUNDS.has(file.type) ? "audio" : "document";
}

/** Whether there is more than one picture in a GIF: each begins with a block that names how long it stands. */
async function isMoving(gif: File): Promise<boolean> {
  const bytes = new Uint8Array(await gif.arrayBuffer());
  let pictures = 0;
  for (let at = bytes.indexOf(0x21); at !== -1 && pictures < 2; at = bytes.indexOf(0x21, at + 1))
    if (bytes[at + 1] === 0xf9 && bytes[at + 2] === 4 && bytes[at + 7] === 0) pictures++;
  return pictures > 1;
}

export const PICTURE_TYPES = [...PICTURES].join(",");

interface VideoFacts {
  width: number;
  height: number;
  seconds: number;
  thumbnail: string | null;
}

/** Width, height, length and first picture of a video; null when this browser cannot play it. */
export function videoFacts(file: File): Promise<VideoFacts | null> {
  return new Promise((resolve) => {
    const video = document.createElement("video");
    const url = URL.createObjectURL(file);
    const done = (facts: VideoFacts | null) => {
      URL.revokeObjectURL(url);
      resolve(facts);
    };
    video.muted = true;
    video.preload = "metadata";
    video.onerror = () => done(null);
    video.onloadeddata = () => {
      const { videoWidth: width, videoHeight: height } = video;
      const seconds = Number.isFinite(video.duration) ? video.duration : 0;
      // A film without a picture is a sound.
      done(width === 0 ? null : { width, height, seconds, thumbnail: stillOf(video) });
    };
    video.src = url;
  });
}

function stillOf(video: HTMLVideoElement): string | null {
  const scale = 64 / Math.max(video.videoWidth, video.videoHeight, 1);
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(video.videoWidth * scale));
  canvas.height = Math.max(1, Math.round(video.videoHeight * scale));
  canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.6);
}
