import { useCallback, useEffect, useRef, useState } from "react";
import type { SendKind } from "../api";
import type { Ready } from "../sending/write";
import { type Can, canSend } from "../team";
import { kindOf, videoFacts } from "./files";
import { Pictures } from "./pictures";

type Refusal =
  | "inbox.cannot.image"
  | "inbox.cannot.video"
  | "inbox.cannot.audio"
  | "inbox.cannot.document"
  | "inbox.tooLarge"
  | "inbox.notReadable";

/** One chosen file on its way to being sendable. */
export interface Item {
  id: number;
  file: File;
  kind: SendKind;
  url: string | null;
  caption: string;
  ready: Ready | null;
  refusal: Refusal | null;
}

const NO_KIND: Readonly<Record<string, Refusal>> = {
  image: "inbox.cannot.image",
  video: "inbox.cannot.video",
  audio: "inbox.cannot.audio",
  document: "inbox.cannot.document",
};

async function prepare(item: Item, can: Can, pictures: Pictures): Promise<Partial<Item>> {
  const { file } = item;
  // What cannot go as itself may still go as a document.
  const kind = canSend(can, item.kind) || !canSend(can, "document") ? item.kind : "document";
  if (!canSend(can, kind)) return { refusal: NO_KIND[kind] ?? "inbox.cannot.document" };
  if (kind !== "image" && file.size > can.maxFileBytes) return { refusal: "inbox.tooLarge" };
  const base = { kind, file, fileName: file.name, mime: file.type || "application/octet-stream" };
  if (kind === "image") {
    const shrunk = await pictures.shrink(file);
    if (shrunk === null) return { refusal: "inbox.notReadable" };
    const fileName = file.name.replace(/\.\w+$/, "") || "picture";
    const ready = { ...base, ...shrunk, file: shrunk.blob, mime: "image/jpeg", fileName: `${fileName}.jpg` };
    return { kind, ready };
  }
  if (kind === "video") return { kind, ready: { ...base, ...(await videoFacts(file)) } };
  return { kind, ready: base };
}

/** The chosen files, each made ready as soon as it is chosen. */
export function useItems(files: readonly File[], can: Can) {
  const [all, setAll] = useState<readonly Item[]>([]);
  const nextId = useRef(1);
  const pictures = useRef<Pictures | null>(null);
  const urls = useRef<string[]>([]);
  const facts = useRef(can);
  facts.current = can;
  const add = useCallback((added: readonly File[]) => {
    pictures.current ??= new Pictures();
    const workshop = pictures.current;
    const items = added.map((file): Item => {
      const kind = kindOf(file);
      const url = kind === "image" || kind === "video" ? URL.createObjectURL(file) : null;
      if (url !== null) urls.current.push(url);
      return { id: nextId.current++, file, kind, url, caption: "", ready: null, refusal: null };
    });
    setAll((before) => [...before, ...items]);
    for (const item of items) {
      void prepare(item, facts.current, workshop).then((change) =>
        setAll((before) => before.map((each) => (each.id === item.id ? { ...each, ...change } : each))),
      );
    }
  }, []);
  const taken = useRef<readonly File[] | null>(null);
  useEffect(() => {
    if (taken.current === files) return;
    taken.current = files;
    add(files);
  }, [files, add]);
  useEffect(
    () => () => {
      pictures.current?.close();
      pictures.current = null;
      taken.current = null;
      for (const url of urls.current) URL.revokeObjectURL(url);
      setAll([]);
    },
    [],
  );
  return {
    all,
    add,
    remove: (id: number) => setAll((before) => before.filter((each) => each.id !== id)),
    caption: (id: number, caption: string) =>
      setAll((before) => before.map((each) => (each.id === id ? { ...each, caption } : each))),
  };
}
