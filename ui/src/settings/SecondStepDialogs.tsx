import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { EnrolmentView, RecoveryCodes } from "../api.gen";
import { Button, CopyButton, CopyField, Dialog, ErrorState, Notice, Skeleton, TextInput, useAction } from "../design";
import { http } from "../http";
import { problemWords, useText } from "../text";
import styles from "./Settings.module.css";

const CHANGED = [["second-step"], ["sessions"], ["users"], ["me"]] as const;

interface DialogProps {
  onClose: () => void;
}

/** A QR for the authenticator, a first code, then the recovery codes once. */
export function EnrolDialog({ onClose }: DialogProps) {
  const { t } = useText();
  const enrolment = useEnrolment();
  if (enrolment.codes !== undefined) return <CodesDialog codes={enrolment.codes} onClose={onClose} />;
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("security.enrolTitle")}
      description={t("security.enrolHint")}
      onSubmit={enrolment.confirm}
      actions={
        <>
          <Button onClick={onClose}>{t("shell.cancel")}</Button>
          <Button type="submit" look="primary" busy={enrolment.busy} disabled={!enrolment.ready}>
            {t("security.enrolButton")}
          </Button>
        </>
      }
    >
      <Enrolment {...enrolment} />
    </Dialog>
  );
}

/** What setting up takes: what the authenticator is told, the code that proves it, and the codes that come of it. */
export function useEnrolment() {
  const [code, setCode] = useState("");
  // A query, not an effect: the secret is made once even if this screen is drawn twice.
  const begun = useQuery({
    queryKey: ["second-step", "begun"],
    queryFn: () => http.post<EnrolmentView>("/api/me/second-step"),
    retry: false,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const confirm = useAction({
    run: () => http.post<RecoveryCodes>("/api/me/second-step/confirm", { code }),
    quiet: true,
  });
  return {
    begun,
    code,
    setCode,
    ready: begun.data !== undefined && code.trim() !== "",
    confirm: () => confirm.mutate(),
    busy: confirm.isPending,
    error: confirm.error,
    codes: confirm.data?.codes,
  };
}

/** The QR, the same as text, and the field for the first code. */
export function Enrolment({ begun, code, setCode, error }: ReturnType<typeof useEnrolment>) {
  const text = useText();
  const { t } = text;
  if (begun.isPending) return <Skeleton lines={4} />;
  if (begun.isError) return <ErrorState error={begun.error} retry={() => void begun.refetch()} />;
  return (
    <>
      <img className={styles.qr} src={begun.data.qr} alt={t("security.enrolQr")} />
      <CopyField label={t("security.enrolSecret")} value={begun.data.secret} />
      <CodeField code={code} onChange={setCode} />
      {error !== null && <Notice tone="stop">{problemWords(text, error)}</Notice>}
    </>
  );
}

/** Recovery codes, shown once. */
export function CodeList({ codes }: { codes: readonly string[] }) {
  const { t } = useText();
  return (
    <>
      <ul className={styles.codes} aria-label={t("security.codesCopy")}>
        {codes.map((each) => (
          <li key={each}>
            <code>{each}</code>
          </li>
        ))}
      </ul>
      <CopyButton value={codes.join("\n")} />
    </>
  );
}

function CodesDialog({ codes, onClose }: DialogProps & { codes: readonly string[] }) {
  const { t } = useText();
  const kept = useAction({ run: async () => undefined, changes: CHANGED, done: onClose });
  return (
    <Dialog
      open
      onClose={() => kept.mutate()}
      title={t("security.codesTitle")}
      description={t("security.codesHint")}
      actions={
        <Button look="primary" onClick={() => kept.mutate()}>
          {t("security.codesKept")}
        </Button>
      }
    >
      <CodeList codes={codes} />
    </Dialog>
  );
}

function CodeField({ code, onChange, hint }: { code: string; onChange: (code: string) => void; hint?: string }) {
  const { t } = useText();
  return (
    <TextInput
      label={t("security.code")}
      hint={hint}
      value={code}
      onChange={onChange}
      autoComplete="one-time-code"
      maxLength={40}
    />
  );
}

/** Fresh recovery codes, by whoever still has a code. */
export function NewCodesDialog({ onClose }: DialogProps) {
  const { t } = useText();
  const renew = useAction({
    run: (code: string) => http.post<RecoveryCodes>("/api/me/second-step/recovery-codes", { code }),
    quiet: true,
  });
  if (renew.data !== undefined) return <CodesDialog codes={renew.data.codes} onClose={onClose} />;
  return (
    <CodeDialog
      title={t("security.newCodesTitle")}
      hint={t("security.newCodesHint")}
      button={t("security.stepNewCodes")}
      busy={renew.isPending}
      error={renew.error}
      onCode={(code) => renew.mutate(code)}
      onClose={onClose}
    />
  );
}

/** Back to the password alone. */
export function OffDialog({ onClose }: DialogProps) {
  const { t } = useText();
  const off = useAction({
    run: (code: string) => http.post("/api/me/second-step/off", { code }),
    changes: CHANGED,
    done: onClose,
    quiet: true,
  });
  return (
    <CodeDialog
      title={t("security.offTitle")}
      hint={t("security.offHint")}
      button={t("security.stepSwitchOff")}
      busy={off.isPending}
      error={off.error}
      onCode={(code) => off.mutate(code)}
      onClose={onClose}
    />
  );
}

function CodeDialog(
  props: DialogProps & {
    title: string;
    hint: string;
    button: string;
    busy: boolean;
    error: Error | null;
    onCode: (code: string) => void;
  },
) {
  const text = useText();
  const { t } = text;
  const [code, setCode] = useState("");
  return (
    <Dialog
      open
      onClose={props.onClose}
      title={props.title}
      description={props.hint}
      onSubmit={() => props.onCode(code)}
      actions={
        <>
          <Button onClick={props.onClose}>{t("shell.cancel")}</Button>
          <Button type="submit" look="primary" busy={props.busy} disabled={code.trim() === ""}>
            {props.button}
          </Button>
        </>
      }
    >
      <CodeField code={code} onChange={setCode} hint={t("security.codeHint")} />
      {props.error !== null && <Notice tone="stop">{problemWords(text, props.error)}</Notice>}
    </Dialog>
  );
}
