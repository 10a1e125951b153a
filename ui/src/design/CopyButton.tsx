import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { useT } from "../text";
import { Button } from "./Button";

/** Puts text on the clipboard and says so; `label` names what, where the button alone does not tell. */
export function CopyButton({ value, label }: { value: string; label?: string }) {
  const t = useT();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    window.setTimeout(() => setCopied(false), 2000);
  };
  return (
    <Button icon={copied ? <Check size={16} /> : <Copy size={16} />} onClick={() => void copy().catch(() => undefined)}>
      <span aria-live="polite">{copied ? t("copy.copied") : (label ?? t("copy.copy"))}</span>
    </Button>
  );
}
