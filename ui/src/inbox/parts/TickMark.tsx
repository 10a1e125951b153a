import { Ban, Check, CheckCheck, CircleAlert, CircleQuestionMark, Clock } from "lucide-react";
import { useT } from "../../text";
import type { Tick } from "../api";
import styles from "./TickMark.module.css";

const ICONS = {
  queued: Clock,
  sending: Clock,
  accepted: Check,
  delivered: CheckCheck,
  read: CheckCheck,
  played: CheckCheck,
  unknown: CircleQuestionMark,
  failed: CircleAlert,
  cancelled: Ban,
} as const;

/** How far an own message has come: a sign to see, a word to hear. */
export function TickMark({ tick, size = 16 }: { tick: Tick; size?: number }) {
  const t = useT();
  const Icon = ICONS[tick];
  const words = t(`inbox.tick.${tick}`);
  return (
    <span className={styles.tick} data-tick={tick} title={words}>
      <Icon size={size} aria-hidden="true" />
      <span className="srOnly">{words}</span>
    </span>
  );
}
