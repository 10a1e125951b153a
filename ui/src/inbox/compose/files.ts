import type { SendKind } from "../api";

const PICTURES = new Set(["image/jpeg", "image/png", "image/gif", "image/webp"]);

/** As what a file is sent. */
export function kindOf(file: File): SendKind {
  if (PICTURES.has(file.type)) return "image";
  if (file.type.startsWith("video/")) return "video";
  if (file.type.startsWith("audio/")) return "audio";
  return "document";
}

export const PICTURE_TYPES = [...PICTURES].join(",");

/** Width, height and length of a video, as far as the browser can read it. */
export function videoFacts(
  file: File,
): Promise<{ width: number; height: number; seconds: number; thumbnail: string | null }> {
  const nothing = { width: 0, height: 0, seconds: 0, thumbnail: null };
  return new Promise((resolve) => {
    const video = document.createElement("video");
    const url = URL.createObjectURL(file);
    const done = (facts: typeof nothing | Awaited<ReturnType<typeof videoFacts>>) => {
      URL.revokeObjectURL(url);
      resolve(facts);
    };
    video.muted = true;
    video.preload = "metadata";
    video.onerror = () => done(nothing);
    video.onloadeddata = () => {
      const { videoWidth: width, videoHeight: height } = video;
      const seconds = Number.isFinite(video.duration) ? video.duration : 0;
      done({ width, height, seconds, thumbnail: stillOf(video) });
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
