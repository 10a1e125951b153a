import { Braces, Image, Shuffle, Smile, Trash2 } from "lucide-react";
import { type RefObject, useRef, useState } from "react";
import type { MediaView, Preview } from "../api.gen";
import { Button, Field, FileDrop, Menu, Notice, Panel, ProgressBar } from "../design";
import { asProblem, http } from "../http";
import { useOwnVariables } from "../leads/queries";
import { useMay, useMe } from "../shell";
import { fieldWords, problemWords, useText } from "../text";
import type { StepFacts } from "./AudienceStep";
import styles from "./Builder.module.css";
import { PhonePreview } from "./PhonePreview";
import { isNotice, markedPieces, type Problem, unitsBefore } from "./template";

const LONGEST = 4096;

/** What is said, and beside it what real people would read. */
export function MessageStep({ draft, preview }: StepFacts) {
  const text = useText();
  const { t } = text;
  const area = useRef<HTMLTextAreaElement>(null);
  const { body, mediaId } = draft.input;
  // Problems belong to the text they were found in: while the writer types on, old ones would point elsewhere.
  const problems = preview.isPlaceholderData ? [] : (preview.data?.problems ?? []);
  const length = Array.from(body).length;
  const error = draft.state.kind === "failed" ? fieldWords(text, draft.state.error, "body") : undefined;
  const insert = (before: string, inside: string, after: string) => {
    const box = area.current;
    if (box === null) return;
    const { selectionStart: from, selectionEnd: to } = box;
    const kept = from === to ? inside : body.slice(from, to);
    draft.change({ body: body.slice(0, from) + before + kept + after + body.slice(to) });
    requestAnimationFrame(() => {
      box.focus();
      box.setSelectionRange(from + before.length, from + before.length + kept.length);
    });
  };
  const show = (problem: Problem) => {
    const from = unitsBefore(body, problem.position);
    area.current?.focus();
    area.current?.setSelectionRange(from, unitsBefore(body, problem.position + problem.length));
  };
  return (
    <div className={styles.columns}>
      <div className={styles.narrow}>
        <Panel title={t("campaigns.text.title")} id="campaign-text">
          <InsertBar onInsert={insert} />
          <Field label={t("campaigns.text.label")} labelHidden error={length > LONGEST ? t("field.too_long") : error}>
            {(wires) => (
              <MarkedText
                wires={{ ...wires, "aria-invalid": problems.some((each) => !isNotice(each)) || wires["aria-invalid"] }}
                area={area}
                value={body}
                problems={problems}
                placeholder={t("campaigns.text.placeholder")}
                onChange={(next) => draft.change({ body: next })}
              />
            )}
          </Field>
          <p className={styles.under}>
            <span>{t("campaigns.text.hint")}</span>
            <span className={length > LONGEST ? styles.over : undefined}>
              {t("campaigns.text.length", { count: length, most: LONGEST })}
            </span>
          </p>
          <Problems problems={problems} onShow={show} />
        </Panel>
        <Picture
          mediaId={mediaId}
          known={preview.data?.image ?? null}
          onChange={(next) => draft.change({ mediaId: next })}
        />
      </div>
      <div className={styles.sticky}>
        <PhonePreview preview={preview} mediaId={mediaId} hasText={body.trim() !== ""} />
      </div>
    </div>
  );
}

function InsertBar({ onInsert }: { onInsert: (before: string, inside: string, after: string) => void }) {
  const { t } = useText();
  const { language } = useMe().workspace;
  const own = useOwnVariables();
  const fallback = language === "ms" ? "kawan" : "friend";
  return (
    <div className={styles.insert} role="toolbar" aria-label={t("campaigns.insert")}>
      <Button size="small" icon={<Braces size={15} />} onClick={() => onInsert("{{name|", fallback, "}}")}>
        {t("campaigns.insert.name")}
      </Button>
      <Menu
        trigger={<Button size="small">{t("campaigns.insert.more")}</Button>}
        label={t("campaigns.insert.more")}
        items={["niche", "status", "phone", ...(own.data ?? [])].map((variable) => ({
          label: `{{${variable}}}`,
          onSelect: () => onInsert(`{{${variable}}}`, "", ""),
        }))}
      />
      <Button size="small" icon={<Smile size={15} />} onClick={() => onInsert("{{greeting}}", "", "")}>
        {t("campaigns.insert.greeting")}
      </Button>
      <Button
        size="small"
        icon={<Shuffle size={15} />}
        onClick={() => onInsert("{", t("campaigns.insert.firstWording"), `|${t("campaigns.insert.otherWording")}}`)}
      >
        {t("campaigns.insert.wordings")}
      </Button>
    </div>
  );
}

/** A text box that underlines what cannot be understood: the marks lie behind the letters. */
function MarkedText(props: {
  wires: { id: string; "aria-describedby": string | undefined; "aria-invalid": boolean | undefined };
  area: RefObject<HTMLTextAreaElement | null>;
  value: string;
  problems: readonly Problem[];
  placeholder: string;
  onChange: (value: string) => void;
}) {
  const marks = useRef<HTMLDivElement>(null);
  const pieces = markedPieces(props.value, props.problems);
  return (
    <div className={styles.marked}>
      <div ref={marks} className={styles.marks} aria-hidden="true" dir="auto">
        {pieces.map((piece) =>
          piece.problem === null ? (
            piece.text
          ) : (
            <mark key={piece.start} className={isNotice(piece.problem) ? styles.notice : undefined}>
              {piece.text}
            </mark>
          ),
        )}
        {"\n"}
      </div>
      <textarea
        {...props.wires}
        ref={props.area}
        dir="auto"
        rows={9}
        placeholder={props.placeholder}
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
        onScroll={(event) => {
          if (marks.current !== null) marks.current.scrollTop = event.currentTarget.scrollTop;
        }}
      />
    </div>
  );
}

export function Problems({
  problems,
  onShow,
}: {
  problems: readonly Problem[];
  onShow?: ((problem: Problem) => void) | undefined;
}) {
  const text = useText();
  const { t } = text;
  if (problems.length === 0) return null;
  const stops = problems.some((each) => !isNotice(each));
  return (
    <Notice
      tone={stops ? "stop" : "wait"}
      title={t(stops ? "campaigns.problems" : "campaigns.notices", { count: problems.length })}
    >
      <ul className={styles.problems}>
        {problems.map((problem) => (
          <li key={`${problem.position}-${problem.code}`}>
            <code>
              <bdi>{problem.data.piece ?? ""}</bdi>
            </code>
            <span>
              {text.maybe(`field.${problem.code}`) ?? problem.code}{" "}
              <span className={styles.faint}>{t("campaigns.problemAt", { position: problem.position + 1 })}</span>
            </span>
            {onShow !== undefined && (
              <Button size="small" look="quiet" onClick={() => onShow(problem)}>
                {t("campaigns.problemShow")}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function Picture(props: {
  mediaId: string | null;
  known: Preview["image"];
  onChange: (mediaId: string | null) => void;
}) {
  const text = useText();
  const { t } = text;
  const may = useMay();
  const [part, setPart] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const upload = async (file: File) => {
    setError(null);
    setPart(0);
    try {
      props.onChange((await http.upload<MediaView>("/api/media", file, setPart)).id);
    } catch (problem) {
      setError(asProblem(problem));
    } finally {
      setPart(null);
    }
  };
  const facts = props.known?.id === props.mediaId ? props.known : null;
  return (
    <Panel title={t("campaigns.picture.title")} id="campaign-picture">
      {part !== null ? (
        <ProgressBar
          label={t(part < 1 ? "campaigns.picture.sending" : "campaigns.picture.shrinking")}
          done={Math.round(part * 100)}
          total={100}
        />
      ) : props.mediaId !== null ? (
        <div className={styles.picture}>
          <img src={`/media/${props.mediaId}`} alt={t("campaigns.picture.alt")} />
          <div className={styles.pictureFacts}>
            {facts !== null && (
              <p className={styles.faint}>
                {t("campaigns.picture.facts", {
                  width: facts.width,
                  height: facts.height,
                  size: Math.max(1, Math.round(facts.size / 1024)),
                })}
              </p>
            )}
            <p className={styles.faint}>{t("campaigns.picture.caption")}</p>
            <Button size="small" icon={<Trash2 size={15} />} onClick={() => props.onChange(null)}>
              {t("campaigns.picture.remove")}
            </Button>
          </div>
        </div>
      ) : may("media:edit") ? (
        <FileDrop
          label={t("campaigns.picture.drop")}
          hint={t("campaigns.picture.limits")}
          accept="image/jpeg,image/png,image/gif,image/webp"
          onFile={(file) => void upload(file)}
        />
      ) : (
        <p className={styles.faint}>
          <Image size={15} aria-hidden="true" /> {t("campaigns.picture.none")}
        </p>
      )}
      {error !== null && <Notice tone="stop">{problemWords(text, error)}</Notice>}
    </Panel>
  );
}
