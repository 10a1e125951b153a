import type { LeadView } from "../api.gen";
import { Button, Notice } from "../design";
import { useText } from "../text";
import { useTimes } from "../time";
import { FIELDS, type LeadFields } from "./draft";
import styles from "./LeadDrawer.module.css";
import { useDeviceNames } from "./queries";
import { valueWords } from "./words";

/** Two people edited one lead: shows where they differ, and lets the second decide. */
export function Conflict(props: {
  mine: Partial<LeadFields>;
  theirs: LeadView;
  onTakeTheirs: () => void;
  onKeepMine: () => void;
  busy: boolean;
}) {
  const text = useText();
  const { t } = text;
  const times = useTimes();
  const devices = useDeviceNames();
  const { mine, theirs } = props;
  const shown = (fields: Partial<LeadFields>, field: keyof LeadFields) =>
    valueWords(text, fields, field, devices, times.full);
  const differing = FIELDS.filter(
    (field) => field in mine && JSON.stringify(mine[field]) !== JSON.stringify(theirs[field]),
  );
  return (
    <Notice tone="wait" title={t("leads.conflict.title", { time: times.full(theirs.updatedAt) })}>
      <p>{t("leads.conflict.hint")}</p>
      <ul className={styles.differences}>
        {differing.map((field) => (
          <li key={field}>
            <strong>{t(`leads.field.${field}`)}</strong>
            <span>
              {t("leads.conflict.theirs")} <bdi>{shown(theirs, field)}</bdi>
            </span>
            <span>
              {t("leads.conflict.mine")} <bdi>{shown(mine, field)}</bdi>
            </span>
          </li>
        ))}
      </ul>
      <div className={styles.choices}>
        <Button size="small" onClick={props.onTakeTheirs}>
          {t("leads.conflict.take")}
        </Button>
        <Button size="small" look="primary" busy={props.busy} onClick={props.onKeepMine}>
          {t("leads.conflict.keep")}
        </Button>
      </div>
    </Notice>
  );
}
