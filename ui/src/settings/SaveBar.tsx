import { Button, Notice } from "../design";
import { asProblem } from "../http";
import { problemWords, useText } from "../text";
import styles from "./Settings.module.css";

/** Save and cancel, and why saving was refused. */
export function SaveBar(props: {
  dirty: boolean;
  busy: boolean;
  error: unknown;
  onReset: () => void;
  mayEdit: boolean;
}) {
  const text = useText();
  const { t } = text;
  if (!props.mayEdit) return <Notice tone="idle">{t("settings.readOnly")}</Notice>;
  const beside = props.error !== null && Object.keys(asProblem(props.error).fields).length > 0;
  return (
    <>
      {props.error !== null && (
        <Notice tone="stop">{beside ? t("problem.invalid") : problemWords(text, props.error)}</Notice>
      )}
      <div className={styles.save}>
        <Button type="submit" look="primary" busy={props.busy} disabled={!props.dirty}>
          {t("shell.save")}
        </Button>
        {props.dirty && <Button onClick={props.onReset}>{t("shell.cancel")}</Button>}
      </div>
    </>
  );
}
