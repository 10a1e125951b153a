// How small and how good a picture is sent: by estimate, so that one or two encodings are enough.

export const TARGET_BYTES = 350_000;
export const LONGEST_SIDE = 1600;
const BEST = 85;
const WORST = 45;
/** The logarithm of the size grows by about so much with each point of quality. */
const STEEPNESS = 0.033;
const ENOUGH = 0.9;
const MOST_TRIES = 7;

export interface Encoded {
  blob: Blob;
  width: number;
  height: number;
}

/** The size after fitting into the longest side allowed. */
export function fitted(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Encodes until the picture is small enough, and not much smaller than it must be. */
export async function encodeWithin(
  size: { width: number; height: number },
  encode: (width: number, height: number, quality: number) => Promise<Blob>,
  target = TARGET_BYTES,
): Promise<Encoded> {
  let { width, height } = size;
  let quality = BEST;
  let best: Encoded | null = null;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const blob = await encode(width, height, quality);
    if (blob.size <= target) {
      if (best === null || blob.size > best.blob.size) best = { blob, width, height };
      const better = Math.min(BEST, nextQuality(quality, blob.size, target * 0.97));
      if (quality >= BEST || blob.size >= target * ENOUGH || better - quality < 2) break;
      quality = better;
    } else if (best !== null) break;
    else if (quality > WORST) quality = Math.max(WORST, nextQuality(quality, blob.size, target * 0.97));
    else {
      const shrink = Math.sqrt(target / blob.size) * 0.96;
      width = Math.max(1, Math.floor(width * shrink));
      height = Math.max(1, Math.floor(height * shrink));
    }
  }
  return best ?? { blob: await encode(Math.ceil(width / 2), Math.ceil(height / 2), WORST), width, height };
}

function nextQuality(quality: number, size: number, target: number): number {
  return Math.round(quality + Math.log(target / size) / STEEPNESS);
}
