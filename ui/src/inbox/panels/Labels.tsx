import { Trash2 } from "lucide-react";
import { useState } from "react";
import { Button, Dialog, IconButton, Notice, TextInput, useAction } from "../../design";
import { http } from "../../http";
import { useMay } from "../../shell";
import { useText } from "../../text";
import type { LabelView } from "../api";
import { useLabels } from "../team";
import styles from "./Lists.module.css";

const COLOURS = ["#0a7d5a", "#1d5fd1", "#9a6700", "#b42318", "#8a3ab9", "#b4235f", "#0b7285", "#56665f"] as const;
const KEY = [["labels"]];

/** The team's labels: names and colours. */
export default function Labels({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const labels = useLabels();
  const may = useMay();
  const canEdit = may("inbox:team");
  return (
    <Dialog open onClose={onClose} title={t("inbox.labels")} description={t("inbox.labelsHint")}>
      {!canEdit && <Notice>{t("inbox.teamOnly")}</Notice>}
      {labels.length === 0 && <p className={styles.none}>{t("inbox.noLabels")}</p>}
      <ul className={styles.list}>
        {labels.map((label) => (
          <Line key={label.id} label={label} canEdit={canEdit} />
        ))}
      </ul>
      {canEdit && <Add count={labels.length} />}
    </Dialog>
  );
}

function Line({ label, canEdit }: { label: LabelView; canEdit: boolean }) {
  const { t } = useText();
  const [name, setName] = useState(label.name);
  const change = useAction({
    run: (facts: Partial<LabelView>) => http.patch(`/api/labels/${label.id}`, facts),
    changes: KEY,
  });
  const remove = useAction({ run: () => http.delete(`/api/labels/${label.id}`), changes: KEY });
  if (!canEdit) {
    return (
      <li className={styles.line}>
        <span className={styles.dot} style={{ background: label.colour }} />
        <bdi>{label.name}</bdi>
      </li>
    );
  }
  const isOther = name.trim() !== "" && name.trim() !== label.name;
  return (
    <li className={styles.line}>
      <input
        type="color"
        className={styles.colour}
        aria-label={t("inbox.colourOf", { name: label.name })}
        value={label.colour}
        onChange={(event) => change.mutate({ colour: event.target.value })}
      />
      <input
        className={styles.name}
        dir="auto"
        aria-label={t("inbox.labelName")}
        value={name}
        maxLength={60}
        onChange={(event) => setName(event.target.value)}
        onBlur={() => isOther && change.mutate({ name: name.trim() })}
      />
      <IconButton
        label={t("inbox.deleteLabel", { name: label.name })}
        icon={<Trash2 size={17} />}
        onClick={() => remove.mutate()}
      />
    </li>
  );
}

function Add({ count }: { count: number }) {
  const { t } = useText();
  const [name, setName] = useState("");
  const add = useAction({
    run: () => http.post("/api/labels", { name: name.trim(), colour: COLOURS[count % COLOURS.length] }),
    changes: KEY,
    done: () => setName(""),
  });
  return (
    <form
      className={styles.add}
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== "") add.mutate();
      }}
    >
      <TextInput label={t("inbox.newLabel")} value={name} onChange={setName} maxLength={60} />
      <Button type="submit" busy={add.isPending} disabled={name.trim() === ""}>
        {t("inbox.add")}
      </Button>
    </form>
  );
}
