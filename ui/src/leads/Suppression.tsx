import { useQueryClient } from "@tanstack/react-query";
import { Ban } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { LeadView } from "../api.gen";
import { Button, ConfirmDialog, Notice } from "../design";
import { http } from "../http";
import { useMay } from "../shell";
import { useText } from "../text";
import { useTimes } from "../time";
import styles from "./LeadDrawer.module.css";
import { CHANGED } from "./queries";
import { leadName, ReachPill, suppressedWords } from "./words";

/** The never-again state, with its one button. */
export function Suppression({ lead }: { lead: LeadView }) {
  const text = useText();
  const { t } = text;
  const may = useMay();
  const mayOverride = may("consent:override");
  const queries = useQueryClient();
  const times = useTimes();
  const [asking, setAsking] = useState(false);
  const renew = () => {
    for (const queryKey of [["lead", lead.id], ...CHANGED]) void queries.invalidateQueries({ queryKey: [...queryKey] });
  };
  const suppress = async () => {
    await http.post("/api/suppressions", { leadId: lead.id, reason: "by_hand" });
    renew();
  };
  const lift = async () => {
    await http.delete(`/api/suppressions/${lead.id}`);
    renew();
  };
  const ask = (label: string, icon: ReactNode) => (
    <Button size="small" icon={icon} onClick={() => setAsking(true)}>
      {label}
    </Button>
  );
  return (
    <>
      {lead.suppressed ? (
        <Notice
          tone="stop"
          title={t("leads.suppressedTitle")}
          action={mayOverride && may("lead:edit") ? ask(t("leads.lift"), null) : undefined}
        >
          {suppressedWords(text, lead.suppressedReason)}
          {lead.suppressedAt !== null && ` · ${times.full(lead.suppressedAt)}`}
          {!mayOverride && <p>{t("leads.liftByOwner")}</p>}
        </Notice>
      ) : (
        <div className={styles.reach}>
          <ReachPill lead={lead} />
          {may("lead:edit") && ask(t("leads.suppress"), <Ban size={16} />)}
        </div>
      )}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t(lead.suppressed ? "leads.liftTitle" : "leads.suppressTitle", { name: leadName(text, lead) })}
        consequence={t(lead.suppressed ? "leads.liftConsequence" : "leads.suppressConsequence")}
        confirmLabel={t(lead.suppressed ? "leads.lift" : "leads.suppress")}
        look={lead.suppressed ? "primary" : "stop"}
        onConfirm={lead.suppressed ? lift : suppress}
      />
    </>
  );
}
