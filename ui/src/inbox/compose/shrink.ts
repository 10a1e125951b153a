import { encodeWithin, fitted, LONGEST_SIDE, TARGET_BYTES } from "./quality";

export interface Shrunk {
  blob: Blob;
  width: number;
  height: number;
  /** A blur for the moment before the picture is shown. */
  thumbnail: string;
}

interface Canvas {
  paint: (image: ImageBitmap, width: number, height: number) => void;
  toJpeg: (quality: number) => Promise<Blob>;
}

const THUMBNAIL_SIDE = 40;

function makeCanvas(): Canvas {
  if (typeof OffscreenCanvas !== "undefined") {
    const canvas = new OffscreenCanvas(1, 1);
    return {
      paint: (image, width, height) => paint(canvas, canvas.getContext("2d"), image, width, height),
      toJpeg: (quality) => canvas.convertToBlob({ type: "image/jpeg", quality: quality / 100 }),
    };
  }
  const canvas = document.createElement("canvas");
  return {
    paint: (image, width, height) => paint(canvas, canvas.getContext("2d"), image, width, height),
    toJpeg: (quality) =>
      new Promise((resolve, reject) => {
        const done = (blob: Blob | null) => (blob === null ? reject(new Error("not encoded")) : resolve(blob));
        canvas.toBlob(done, "image/jpeg", quality / 100);
      }),
  };
}

interface Painter {
  fillStyle: string | CanvasGradient | CanvasPattern;
  imageSmoothingQuality: ImageSmoothingQuality;
  fillRect: (x: number, y: number, width: number, height: number) => void;
  drawImage: (image: ImageBitmap, x: number, y: number, width: number, height: number) => void;
}

function paint(
  canvas: { width: number; height: number },
  painter: Painter | null,
  image: ImageBitmap,
  width: number,
  height: number,
): void {
  if (painter === null) throw new Error("no canvas");
  canvas.width = width;
  canvas.height = height;
  // JPEG has no transparency; on paper nothing is white.
  painter.fillStyle = "#ffffff";
  painter.fillRect(0, 0, width, height);
  painter.imageSmoothingQuality = "high";
  painter.drawImage(image, 0, 0, width, height);
}

/** A picture as it is sent: upright, without transparency, at most 1600 pixels and 350 KB. Throws when it is none. */
export async function shrinkPicture(file: Blob): Promise<Shrunk> {
  // Turns the picture as its camera says.
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    const canvas = makeCanvas();
    const isFine =
      file.type === "image/jpeg" && file.size <= TARGET_BYTES && Math.max(image.width, image.height) <= LONGEST_SIDE;
    const size = fitted(image.width, image.height);
    const encoded = isFine
      ? { blob: file, ...size }
      : await encodeWithin(size, (width, height, quality) => {
          canvas.paint(image, width, height);
          return canvas.toJpeg(quality);
        });
    const scale = THUMBNAIL_SIDE / Math.max(image.width, image.height);
    canvas.paint(image, Math.max(1, Math.round(image.width * scale)), Math.max(1, Math.round(image.height * scale)));
    return { ...encoded, thumbnail: await dataUrl(await canvas.toJpeg(60)) };
  } finally {
    image.close();
  }
}

async function dataUrl(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return `data:image/jpeg;base64,${btoa(String.fromCharCode(...bytes))}`;
}
