import { Megaphone, Smartphone, Users } from "lucide-react";
import { Link } from "wouter";
import { Panel } from "../design";
import { useText } from "../text";
import type { AttentionItem } from "./Attention";
import styles from "./FirstSteps.module.css";

const WHERE: Record<string, { href: string; icon: typeof Users }> = {
  no_devices: { href: "/devices", icon: Smartphone },
  no_linked_device: { href: "/devices", icon: Smartphone },
  no_leads: { href: "/leads", icon: Users },
  no_campaigns: { href: "/campaigns", icon: Megaphone },
};

/** What a new workspace still needs. */
export function FirstSteps({ steps }: { steps: readonly AttentionItem[] }) {
  const text = useText();
  const { t } = text;
  return (
    <Panel id="first-steps" title={t("overview.setUp")}>
      <ol className={styles.steps}>
        {steps.map((step) => {
          const { href, icon: Icon } = WHERE[step.code] ?? { href: "/settings", icon: Smartphone };
          return (
            <li key={step.code}>
              <Link href={href} className={styles.step}>
                <Icon size={22} aria-hidden="true" />
                <span>
                  <strong>{text.maybe(`overview.setup.${step.code}`) ?? step.name}</strong>
                  <span className={styles.hint}>{text.maybe(`overview.setup.${step.code}Hint`) ?? ""}</span>
                </span>
              </Link>
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}
