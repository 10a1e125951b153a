import { Fragment, memo, type ReactNode, useMemo, useState } from "react";
import { useT } from "../../text";
import { useUi } from "../parts/ui";
import { parseBlocks } from "./blocks";
import { type Inline, parseInline } from "./inline";
import styles from "./RichText.module.css";

const FOLDED_FROM = 1400;
const FOLDED_TO = 1000;

/** A message's words as WhatsApp shows them. Only React nodes are made: nothing of it is ever read as HTML. */
export const RichText = memo(function RichText({ body }: { body: string }) {
  const t = useT();
  const [isOpen, setOpen] = useState(false);
  const isFolded = !isOpen && body.length > FOLDED_FROM;
  const shown = isFolded ? `${cut(body, FOLDED_TO)}…` : body;
  const blocks = useMemo(() => parseBlocks(shown), [shown]);
  return (
    <div className={styles.words}>
      {blocks.map((block, index) => {
        // biome-ignore-start lint/suspicious/noArrayIndexKey: pieces of an unchanging text
        if (block.kind === "code")
          return (
            <code key={index} className={styles.block} dir="auto">
              {block.words}
            </code>
          );
        if (block.kind === "quote")
          return (
            <blockquote key={index} className={styles.quote}>
              <Pieces words={block.words} />
            </blockquote>
          );
        if (block.kind === "item")
          return (
            <span key={index} className={styles.item}>
              <span className={styles.mark}>{block.mark}</span>
              <span className={styles.plain}>
                <Pieces words={block.words} />
              </span>
            </span>
          );
        return (
          <span key={index} className={styles.plain}>
            <Pieces words={block.words} />
          </span>
        );
        // biome-ignore-end lint/suspicious/noArrayIndexKey: pieces of an unchanging text
      })}
      {isFolded && (
        <button type="button" className={styles.more} onClick={() => setOpen(true)}>
          {t("inbox.readMore")}
        </button>
      )}
    </div>
  );
});

/** Never in the middle of a letter made of several units. */
function cut(words: string, length: number): string {
  const code = words.charCodeAt(length - 1);
  return words.slice(0, code >= 0xd800 && code <= 0xdbff ? length - 1 : length);
}

function Pieces({ words }: { words: string }) {
  const lines = words.split("\n");
  return lines.map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces of an unchanging text
    <Fragment key={index}>
      {index > 0 && "\n"}
      {parseInline(line).map(show)}
    </Fragment>
  ));
}

function show(piece: Inline, index: number): ReactNode {
  switch (piece.kind) {
    case "text":
      return piece.words;
    case "code":
      return (
        <code key={index} className={styles.code}>
          {piece.words}
        </code>
      );
    case "link":
      return (
        <a key={index} href={piece.href} target="_blank" rel="noopener noreferrer nofollow" className={styles.link}>
          {piece.words}
        </a>
      );
    case "phone":
      return <Phone key={index} phone={piece.phone} words={piece.words} />;
    case "bold":
      return <strong key={index}>{piece.inside.map(show)}</strong>;
    case "italic":
      return <em key={index}>{piece.inside.map(show)}</em>;
    case "strike":
      return <s key={index}>{piece.inside.map(show)}</s>;
  }
}

function Phone({ phone, words }: { phone: string; words: string }) {
  const t = useT();
  const { show: open } = useUi();
  return (
    <button
      type="button"
      className={styles.phone}
      title={t("inbox.writeTo", { phone })}
      onClick={() => open({ kind: "newChat", phone })}
    >
      <bdi dir="ltr">{words}</bdi>
    </button>
  );
}
