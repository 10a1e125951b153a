import { useCallback, useEffect, useRef, useState } from "react";
import type { SendKind } from "../api";
import type { Ready } from "../sending/write";
import { type Can, canSend } from "../team";
import type { Offered } from "../thread/context";
import { kindOf, videoFacts } from "./files";
import { Pictures } from "./pictures";

type Refusal =
  | "inbox.cannot.image"
  | "inbox.cannot.video"
  | "inbox.cannot.audio"
  | "inbox.cannot.document"
  | "inbox.tooLarge"
  | "inbox.empty"
  | "inbox.notReadable";

type Hint = "inbox.gifVideo" | "inbox.gifStill" | "inbox.asDocument";

/** One chosen file on its way to being sendable. */
export interface Item {
  id: number;
  file: File;
  /** The file itself, for showing it. */
  url: string;
  caption: string;
  ready: Ready | null;
  refusal: Refusal | null;
  /** What the chooser should know of how it is sent. */
  hint: Hint | null;
}

const NO_KIND: Readonly<Record<SendKind, Refusal>> = {
  text: "inbox.cannot.document",
  voice: "inbox.cannot.document",
  image: "inbox.cannot.image",
  video: "inbox.cannot.video",
  audio: "inbox.cannot.audio",
  document: "inbox.cannot.document",
};

async function prepare(file: File, can: Can, asDocument: boolean, pictures: Pictures): Promise<Partial<Item>> {
  if (file.size === 0) return { refusal: "inbox.empty" };
  const wanted = asDocument ? "document" : await kindOf(file);
  const isGif = file.type === "image/gif";
  if (wanted === "image" || (isGif && !canSend(can, wanted)))
    return canSend(can, "image") ? preparePicture(file, pictures) : { refusal: NO_KIND.image };
  if (file.size > can.maxFileBytes) return { refusal: "inbox.tooLarge" };
  const base = { file, fileName: file.name, mime: file.type || "application/octet-stream" };
  if (isGif && wanted === "video") return { ready: { ...base, kind: "video" }, hint: "inbox.gifVideo" };
  if (wanted === "video" && canSend(can, "video")) {
    const facts = await videoFacts(file);
    if (facts !== null) return { ready: { ...base, ...facts, kind: "video" } };
  } else if (wanted !== "document" && canSend(can, wanted)) return { ready: { ...base, kind: wanted } };
  // What cannot go as itself may still go as a document.
  if (!canSend(can, "document")) return { refusal: NO_KIND[wanted] };
  const isFilm = !asDocument && file.type.startsWith("video/");
  return { ready: { ...base, kind: "document" }, hint: isFilm ? "inbox.asDocument" : null };
}

async function preparePicture(file: File, pictures: Pictures): Promise<Partial<Item>> {
  const shrunk = await pictures.shrink(file);
  if (shrunk === null) return { refusal: "inbox.notReadable" };
  const { blob, ...facts } = shrunk;
  const fileName = `${file.name.replace(/\.\w+$/, "") || "picture"}.jpg`;
  const ready: Ready = { ...facts, kind: "image", file: blob, mime: "image/jpeg", fileName };
  return { ready, hint: file.type === "image/gif" ? "inbox.gifStill" : null };
}

/** The chosen files, each made ready as soon as it is chosen. */
export function useItems(offered: Offered, can: Can) {
  const [all, setAll] = useState<readonly Item[]>([]);
  const nextId = useRef(1);
  const pictures = useRef<Pictures | null>(null);
  const urls = useRef<string[]>([]);
  const facts = useRef(can);
  facts.current = can;
  const asDocuments = offered.asDocuments === true;
  const add = useCallback(
    (added: readonly File[]) => {
      pictures.current ??= new Pictures();
      const workshop = pictures.current;
      const items = added.map((file): Item => {
        const url = URL.createObjectURL(file);
        urls.current.push(url);
        return { id: nextId.current++, file, url, caption: "", ready: null, refusal: null, hint: null };
      });
      setAll((before) => [...before, ...items]);
      for (const item of items) {
        void prepare(item.file, facts.current, asDocuments, workshop).then((change) =>
          setAll((before) => before.map((each) => (each.id === item.id ? { ...each, ...change } : each))),
        );
      }
    },
    [asDocuments],
  );
  const taken = useRef<Offered | null>(null);
  useEffect(() => {
    if (taken.current === offered) return;
    taken.current = offered;
    add(offered.files);
  }, [offered, add]);
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
