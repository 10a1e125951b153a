import { type Shrunk, shrinkPicture } from "./shrink";

type Answer = { id: number; shrunk: Shrunk | null };

/** Makes pictures small in a worker; on the page itself where the browser cannot. */
export class Pictures {
  private worker: Worker | null = null;
  private waiting = new Map<number, (shrunk: Shrunk | null) => void>();
  private nextId = 1;

  /** Null when the file is no picture this browser can read. */
  shrink(file: Blob): Promise<Shrunk | null> {
    if (typeof Worker === "undefined" || typeof OffscreenCanvas === "undefined")
      return shrinkPicture(file).catch(() => null);
    this.worker ??= this.start();
    const { worker } = this;
    const id = this.nextId++;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      worker.postMessage({ id, file });
    });
  }

  close(): void {
    this.worker?.terminate();
    this.worker = null;
    for (const resolve of this.waiting.values()) resolve(null);
    this.waiting.clear();
  }

  private start(): Worker {
    const worker = new Worker(new URL("./picture.worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      this.waiting.get(data.id)?.(data.shrunk);
      this.waiting.delete(data.id);
    };
    worker.onerror = () => this.close();
    return worker;
  }
}
