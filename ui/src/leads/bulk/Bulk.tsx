import { Ban, CheckCheck, Pencil, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { LeadView } from "../../api.gen";
import { Button, ChosenBar, IconButton, type Selection, useWide } from "../../design";
import { useText } from "../../text";
import type { LeadQuery } from "../queries";
import { ChangeDialog } from "./ChangeDialog";
import { DeleteDialog, SuppressDialog } from "./FinalDialogs";

/** Whom a bulk edit is about: those ticked, or with `ids` null all that the filter finds. */
export interface Chosen {
  ids: readonly string[] | null;
  query: LeadQuery;
  count: number;
}

/** The server counts exactly up to here, and one bulk edit takes as many. */
const MOST_MATCHING = 100_000;

const NONE: ReadonlySet<string> = new Set();

/** Ticks on the list of leads. On a phone they appear when somebody wants them. */
export function useTicks(query: LeadQuery, rows: readonly LeadView[]) {
  const wide = useWide();
  const [selected, setSelected] = useState<ReadonlySet<string>>(NONE);
  const [isTicking, setTicking] = useState(false);
  const [isMatching, setMatching] = useState(false);
  const filter = JSON.stringify(query);
  const [seen, setSeen] = useState(filter);
  if (seen !== filter) {
    // Another list is shown: what was ticked on the one before is not meant any more.
    setSeen(filter);
    setSelected(NONE);
    setMatching(false);
  }
  const selection: Selection = {
    selected: isMatching ? new Set(rows.map((lead) => lead.id)) : selected,
    onChange: (next) => {
      setMatching(false);
      setSelected(next);
    },
  };
  return {
    selection: wide || isTicking ? selection : undefined,
    isTicking: !wide && isTicking,
    isShown: isMatching || selected.size > 0 || (!wide && isTicking),
    isMatching,
    ids: isMatching ? null : [...selected],
    startTicking: () => setTicking(true),
    chooseMatching: () => setMatching(true),
    clear: () => {
      setSelected(NONE);
      setMatching(false);
      setTicking(false);
    },
  };
}

/** What can be done with the ticked leads, or with all that the filter finds. */
export function BulkBar({
  ticks,
  query,
  total,
}: {
  ticks: ReturnType<typeof useTicks>;
  query: LeadQuery;
  total: number;
}) {
  const { t } = useText();
  const [asks, setAsks] = useState<"change" | "suppress" | "delete" | null>(null);
  const count = ticks.ids === null ? total : ticks.ids.length;
  const chosen: Chosen = { ids: ticks.ids, query, count };
  const words = ticks.isMatching ? t("leads.bulk.matching", { count }) : t("leads.bulk.ticked", { count });
  const dialog = {
    chosen,
    onClose: () => setAsks(null),
    onBegun: () => {
      setAsks(null);
      ticks.clear();
    },
  };
  return (
    <ChosenBar label={words} clearLabel={t("leads.bulk.clear")} onClear={ticks.clear}>
      <strong role="status">{words}</strong>
      {count > 0 && (
        <>
          <Button icon={<Pencil size={16} />} onClick={() => setAsks("change")}>
            {t("leads.bulk.change")}
          </Button>
          <Final label={t("leads.bulk.suppress")} icon={<Ban size={18} />} onClick={() => setAsks("suppress")} />
          <Final label={t("leads.bulk.delete")} icon={<Trash2 size={18} />} onClick={() => setAsks("delete")} />
        </>
      )}
      {!ticks.isMatching && total > count && total < MOST_MATCHING && (
        <Button look="plain" icon={<CheckCheck size={16} />} onClick={ticks.chooseMatching}>
          {t("leads.bulk.all", { count: total })}
        </Button>
      )}
      {!ticks.isMatching && total >= MOST_MATCHING && <span>{t("leads.bulk.tooMany", { most: MOST_MATCHING })}</span>}
      {asks === "change" && <ChangeDialog {...dialog} />}
      {asks === "suppress" && <SuppressDialog {...dialog} />}
      {asks === "delete" && <DeleteDialog {...dialog} />}
    </ChosenBar>
  );
}

/** In words where there is room: on a phone the list stays in sight. */
function Final(props: { label: string; icon: ReactNode; onClick: () => void }) {
  return useWide() ? (
    <Button icon={props.icon} onClick={props.onClick}>
      {props.label}
    </Button>
  ) : (
    <IconButton label={props.label} icon={props.icon} onClick={props.onClick} />
  );
}
